//! The engine that stands in for AWS, by its own APIs: for what Hookstep's API does not show or can't bring about.

use anyhow::{Context as _, Result, ensure};
use aws_sdk_sfn::config::{BehaviorVersion, Region};
use aws_sdk_sfn::types::{ExecutionStatus, TaskScheduledEventDetails};
use hookstep_local::aws;
use hookstep_local::stack::Stack;
use serde_json::{Value, json};

use crate::connections::Connections;

/// Clients of the engine, as its root user.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The bucket.
    pub s3: aws_sdk_s3::Client,
    /// The state machines.
    pub sfn: aws_sdk_sfn::Client,
    /// The alert topic.
    pub sns: aws_sdk_sns::Client,
    pub(crate) endpoint_url: String,
}

impl Engine {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self::at(&stack.endpoint_url)
    }

    /// The engine at this URL.
    #[must_use]
    pub fn at(endpoint_url: &str) -> Self {
        Self {
            dynamodb: aws::dynamodb(endpoint_url),
            s3: aws::s3(endpoint_url),
            sfn: step_functions(endpoint_url),
            sns: notifications(endpoint_url),
            endpoint_url: endpoint_url.to_owned(),
        }
    }

    /// Its `EventBridge` connections.
    #[must_use]
    pub fn connections(&self) -> Connections {
        Connections::of(self.clone())
    }

    /// How many executions of a machine run for this event: their names begin with its id.
    pub async fn running(&self, machine_arn: &str, event_id: &str) -> Result<usize> {
        let request = self.sfn.list_executions().state_machine_arn(machine_arn);
        let answer = request.status_filter(ExecutionStatus::Running).send().await?;
        Ok(answer.executions().iter().filter(|execution| execution.name().starts_with(event_id)).count())
    }

    /// What an execution was started with. (The engine tells this for EXPRESS executions too, which AWS does not.)
    pub async fn input_of(&self, execution_arn: &str) -> Result<Value> {
        let answer = self.sfn.describe_execution().execution_arn(execution_arn).send().await?;
        Ok(serde_json::from_str(answer.input().context("an execution without an input")?)?)
    }

    /// The states that an execution has entered, in their order.
    pub async fn states_of(&self, execution_arn: &str) -> Result<Vec<String>> {
        let answer = self.sfn.get_execution_history().execution_arn(execution_arn).max_results(1000).send().await?;
        let entered = answer.events().iter().filter_map(|event| event.state_entered_event_details());
        Ok(entered.map(|entered| entered.name().to_owned()).collect())
    }

    /// The largest input or output of any state of an execution, in bytes: the engine does not enforce the limit.
    pub async fn largest_state_of(&self, execution_arn: &str) -> Result<usize> {
        let answer = self.sfn.get_execution_history().execution_arn(execution_arn).max_results(1000).send().await?;
        let mut sizes = Vec::new();
        for event in answer.events() {
            let texts = [
                event.execution_started_event_details().and_then(|details| details.input()),
                event.execution_succeeded_event_details().and_then(|details| details.output()),
                event.state_entered_event_details().and_then(|details| details.input()),
                event.state_exited_event_details().and_then(|details| details.output()),
                event.task_scheduled_event_details().map(TaskScheduledEventDetails::parameters),
                event.task_succeeded_event_details().and_then(|details| details.output()),
                event.lambda_function_scheduled_event_details().and_then(|details| details.input()),
                event.lambda_function_succeeded_event_details().and_then(|details| details.output()),
            ];
            sizes.extend(texts.into_iter().flatten().map(str::len));
        }
        // Without the states' data in the history the largest of them would say nothing.
        ensure!(sizes.len() > 5, "the history of {execution_arn} holds only {} inputs and outputs", sizes.len());
        sizes.into_iter().max().context("there are some")
    }

    /// Every line of a log group that holds `term`. (One call of one API: the SDK's crate for it takes longer to compile than all
    /// these tests.)
    pub async fn log_lines(&self, group: &str, term: &str) -> Result<Vec<String>> {
        let body = json!({ "logGroupName": group, "filterPattern": format!("\"{term}\"") });
        let answer = self.call("logs", "Logs_20140328.FilterLogEvents", &body).await?;
        let events = answer["events"].as_array().context("no events")?;
        Ok(events.iter().filter_map(|event| Some(event["message"].as_str()?.trim_end().to_owned())).collect())
    }

    /// Writes a line to a log group, which is made if it is missing.
    pub async fn write_log_line(&self, group: &str, line: &str) -> Result<()> {
        let stream = json!({ "logGroupName": group, "logStreamName": line });
        // Another test may have made it.
        let _ = self.call("logs", "Logs_20140328.CreateLogGroup", &json!({ "logGroupName": group })).await;
        self.call("logs", "Logs_20140328.CreateLogStream", &stream).await?;
        let mut events = stream;
        let now = std::time::UNIX_EPOCH.elapsed()?.as_millis();
        events["logEvents"] = json!([{ "timestamp": u64::try_from(now)?, "message": line }]);
        self.call("logs", "Logs_20140328.PutLogEvents", &events).await.map(drop)
    }

    /// A call of a service that speaks JSON.
    pub async fn call(&self, service: &str, target: &str, body: &Value) -> Result<Value> {
        aws::call(&self.endpoint_url, service, target, body).await
    }
}

fn step_functions(endpoint_url: &str) -> aws_sdk_sfn::Client {
    let config = aws_sdk_sfn::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(aws::REGION))
        .credentials_provider(aws::credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_sfn::Client::from_conf(config)
}

fn notifications(endpoint_url: &str) -> aws_sdk_sns::Client {
    let config = aws_sdk_sns::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(aws::REGION))
        .credentials_provider(aws::credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_sns::Client::from_conf(config)
}
