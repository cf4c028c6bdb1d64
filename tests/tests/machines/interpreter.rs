//! The two interpreters, and copies of the definitions on them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_core::ports::Entropy as _;
use hookstep_local::Workspace;
use hookstep_local::deploy::STACK_NAME;
use hookstep_local::interpreter::Interpreter as Moto;
use hookstep_local::lambdas::{Compression, pack};
use hookstep_tests::{Hookstep, Stack, until};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::aws::Endpoint;

/// How long an execution may last here: more than the slowest, which waits for a timeout of 31 s.
const ENDS_WITHIN: Duration = Duration::from_mins(2);

/// Ends with this process, at the latest.
static MOTO: OnceCell<Moto> = OnceCell::const_new();

/// Set when nothing looks for overdue rows any more.
static UNSWEPT: OnceCell<()> = OnceCell::const_new();

/// A name that nothing else here has.
pub(crate) fn unique(prefix: &str) -> String {
    format!("{prefix}-{:016x}", hookstep_aws::clock::System.random() & u128::from(u64::MAX))
}

/// Where the definition is interpreted.
#[derive(Debug, Clone)]
pub(crate) struct Interpreter {
    /// `engine` or `moto`.
    pub(crate) name: &'static str,
    states: Endpoint,
    engine: Endpoint,
    stack: Stack,
}

/// What the placeholders of a copy of the definition stand for where that is not the real thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    substitutions: BTreeMap<&'static str, Substitute>,
}

#[derive(Debug, Clone)]
enum Substitute {
    Text(String),
    Broken(Vec<(&'static str, String)>),
    Told(&'static str, String),
}

impl Faults {
    /// Everything is real.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// A placeholder stands for something that does not exist.
    pub(crate) fn missing(mut self, placeholder: &'static str) -> Self {
        let text = match placeholder {
            "EventsTable" => "no-such-table",
            _ => "arn:aws:lambda:us-east-1:000000000000:function:no-such-function",
        };
        self.substitutions.insert(placeholder, Substitute::Text(text.to_owned()));
        self
    }

    /// A placeholder stands for a function that answers as the real one, but for these members.
    pub(crate) fn answers(self, placeholder: &'static str, members: &Value) -> Self {
        self.broken(placeholder, &[("FAULT", "answer"), ("ANSWER", &members.to_string())])
    }

    /// A placeholder stands for a copy of the function whose environment says something else in one place.
    pub(crate) fn told(mut self, placeholder: &'static str, variable: &'static str, value: &str) -> Self {
        self.substitutions.insert(placeholder, Substitute::Told(variable, value.to_owned()));
        self
    }

    /// A placeholder stands for a function that goes wrong as this environment says (see `broken/bootstrap`).
    pub(crate) fn broken(mut self, placeholder: &'static str, environment: &[(&'static str, &str)]) -> Self {
        let environment = environment.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.substitutions.insert(placeholder, Substitute::Broken(environment));
        self
    }
}

/// Both interpreters, as far as they can run here.
pub(crate) async fn all(hookstep: &Hookstep) -> Result<Vec<Interpreter>> {
    let stack = hookstep.stack.clone();
    let engine = Endpoint::new(&stack.endpoint_url)?;
    engine.post("states", "/_ministack/config", &json!({ "stepfunctions._SFN_WAIT_SCALE": 0 })).await?;
    UNSWEPT.get_or_try_init(async || leave_rows_alone(&engine).await).await?;
    let mut all =
        vec![Interpreter { name: "engine", states: engine.clone(), engine: engine.clone(), stack: stack.clone() }];
    if !stack.enforces_iam {
        let moto = MOTO
            .get_or_try_init(async || Moto::start(&Workspace::find()?, &stack.endpoint_url, "machines", || ()).await)
            .await?;
        all.push(Interpreter { name: "moto", states: Endpoint::new(moto.endpoint_url())?, engine, stack });
    }
    Ok(all)
}

/// What is left to reconciliation is to stay as it was left: the sweep, which may begin at any moment, does not.
async fn leave_rows_alone(engine: &Endpoint) -> Result<()> {
    let rules = json!({ "NamePrefix": format!("{STACK_NAME}-SweepRule") });
    let rules = engine.json("events", "AWSEvents.ListRules", &rules).await?;
    let name = rules["Rules"][0]["Name"].as_str().context("the stack has no sweep")?;
    engine.json("events", "AWSEvents.DisableRule", &json!({ "Name": name })).await.map(|_| ())
}

impl Interpreter {
    /// A call of Step Functions.
    pub(crate) async fn states(&self, action: &str, body: &Value) -> Result<Value> {
        self.states.json("states", &format!("AWSStepFunctions.{action}"), body).await
    }

    /// A call of the engine's Step Functions, wherever the definition is interpreted: there an execution lands that another one
    /// starts.
    pub(crate) async fn engine_states(&self, action: &str, body: &Value) -> Result<Value> {
        self.engine.json("states", &format!("AWSStepFunctions.{action}"), body).await
    }

    /// A machine of its own with the definition of a delivery, but for these faults. Returns its ARN.
    pub(crate) async fn deploy(&self, faults: &Faults) -> Result<String> {
        self.deploy_definition("delivery", &self.render(faults).await?).await
    }

    /// A machine of its own with this definition. Where it is interpreted by moto, the engine has one of the same ARN. Returns
    /// that.
    pub(crate) async fn deploy_definition(&self, prefix: &str, definition: &str) -> Result<String> {
        let deployed = json!({ "stateMachineArn": self.stack.machines.express });
        let deployed = self.engine_states("DescribeStateMachine", &deployed).await?;
        let machine = json!({ "name": unique(prefix), "definition": definition, "roleArn": deployed["roleArn"] });
        let made = self.engine_states("CreateStateMachine", &machine).await?;
        let arn = made["stateMachineArn"].as_str().context("no ARN")?.to_owned();
        if self.name != "engine" {
            let made = self.states("CreateStateMachine", &machine).await?;
            anyhow::ensure!(made["stateMachineArn"].as_str() == Some(&arn), "the two are not of the same ARN");
        }
        Ok(arn)
    }

    /// The definition of a replay, whose function answers and fails by turns as `said` has it for each of its tasks.
    pub(crate) async fn render_replay(&self, said: &Value) -> Result<String> {
        let environment = [("FAULT", "say".to_owned()), ("SAY", said.to_string())];
        let function = self.break_function(&self.stack.functions.replay, &environment).await?;
        let definition = include_str!("../../../statemachine/replay.asl.json");
        Ok(definition.replace("${ReplayFunctionArn}", &function))
    }

    /// The definition of a delivery as the template renders it, but for these faults.
    pub(crate) async fn render(&self, faults: &Faults) -> Result<String> {
        self.render_text(include_str!("../../../statemachine/delivery.asl.json"), faults).await
    }

    /// The same of a definition that was deployed before.
    pub(crate) async fn render_text(&self, definition: &str, faults: &Faults) -> Result<String> {
        let functions = &self.stack.functions;
        let mut definition = definition.to_owned();
        for (placeholder, function) in [
            ("FetchConfigFunctionArn", Some(&functions.fetch_config)),
            ("DeliverFunctionArn", Some(&functions.deliver)),
            // As in the template: where there is no static IP, the other function stands for it.
            ("DeliverStaticIpFunctionArn", functions.deliver_static_ip.as_ref().or(Some(&functions.deliver))),
            ("StatusUpdateFunctionArn", Some(&functions.status_update)),
            ("EventsTable", None),
        ] {
            let text = match (faults.substitutions.get(placeholder), function) {
                (Some(Substitute::Text(text)), _) => text.clone(),
                (Some(Substitute::Broken(environment)), Some(real)) => self.break_function(real, environment).await?,
                (Some(Substitute::Told(variable, value)), Some(real)) => self.tell(real, variable, value).await?,
                (_, Some(real)) => self.function(real).await?.0,
                (_, None) => self.stack.events_table.clone(),
            };
            definition = definition.replace(&format!("${{{placeholder}}}"), &text);
        }
        Ok(definition)
    }

    /// Starts an execution and waits for its end. Returns its description and its history.
    pub(crate) async fn run(&self, machine: &str, name: &str, input: &Value) -> Result<(Value, Vec<Value>)> {
        let start = json!({ "stateMachineArn": machine, "name": name, "input": input.to_string() });
        let started = self.states("StartExecution", &start).await?;
        let execution = json!({ "executionArn": started["executionArn"] });
        let ended = until("the end of an execution", ENDS_WITHIN, async || {
            let described = self.states("DescribeExecution", &execution).await?;
            Ok((described["status"] != "RUNNING").then_some(described))
        })
        .await?;
        let all = json!({ "executionArn": started["executionArn"], "maxResults": 1000 });
        let history = self.states("GetExecutionHistory", &all).await?;
        anyhow::ensure!(history["nextToken"].is_null(), "the history is longer than one page");
        Ok((ended, history["events"].as_array().context("no events")?.clone()))
    }

    /// Makes a copy of a function of ours with this variable in its environment. Returns its ARN.
    async fn tell(&self, real: &str, variable: &str, value: &str) -> Result<String> {
        let found = self.engine.get("lambda", &format!("/2015-03-31/functions/{real}/configuration")).await?;
        let mut environment = found["Environment"].clone();
        environment["Variables"][variable] = json!(value);
        let bootstrap = Workspace::find()?.lambda_dir().join("status-update/bootstrap");
        let function = json!({
            "FunctionName": unique("told"),
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": found["Role"],
            "Code": { "ZipFile": STANDARD.encode(pack(&bootstrap, Compression::Fast)?) },
            "Environment": environment,
            "Timeout": found["Timeout"],
        });
        let made = self.engine.post("lambda", "/2015-03-31/functions", &function).await?;
        Ok(made["FunctionArn"].as_str().context("no ARN")?.to_owned())
    }

    /// The ARN and the role of a function.
    async fn function(&self, name: &str) -> Result<(String, String)> {
        let path = format!("/2015-03-31/functions/{name}/configuration");
        let found = self.engine.get("lambda", &path).await?;
        let text = |field: &str| found[field].as_str().map(str::to_owned).with_context(|| format!("no {field}"));
        Ok((text("FunctionArn")?, text("Role")?))
    }

    /// Makes a broken function that stands in for the real one. Returns its ARN.
    async fn break_function(&self, real: &str, environment: &[(&'static str, String)]) -> Result<String> {
        let bootstrap = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines/broken/bootstrap");
        let mut variables = json!({ "REAL": real });
        let mut timeout = 60;
        for (name, value) in environment {
            match *name {
                "TIMEOUT" => timeout = value.parse()?,
                _ => variables[*name] = json!(value),
            }
        }
        let function = json!({
            "FunctionName": unique("broken"),
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": self.function(real).await?.1,
            "Code": { "ZipFile": STANDARD.encode(pack(&bootstrap, Compression::Fast)?) },
            "Environment": { "Variables": variables },
            "Timeout": timeout,
        });
        let made = self.engine.post("lambda", "/2015-03-31/functions", &function).await?;
        Ok(made["FunctionArn"].as_str().context("no ARN")?.to_owned())
    }
}
