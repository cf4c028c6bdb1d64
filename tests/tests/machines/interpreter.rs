//! The two interpreters, and copies of the definition on them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_core::ports::Entropy as _;
use hookstep_local::Workspace;
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

impl Interpreter {
    /// A call of Step Functions.
    pub(crate) async fn states(&self, action: &str, body: &Value) -> Result<Value> {
        self.states.json("states", &format!("AWSStepFunctions.{action}"), body).await
    }

    /// A machine of its own with the real definition, but for these faults. Returns its ARN.
    pub(crate) async fn deploy(&self, faults: &Faults) -> Result<String> {
        let deployed = json!({ "stateMachineArn": self.stack.machines.express });
        let deployed = self.engine.json("states", "AWSStepFunctions.DescribeStateMachine", &deployed).await?;
        let machine = json!({
            "name": unique("delivery"),
            "definition": self.render(faults).await?,
            "roleArn": deployed["roleArn"],
        });
        let made = self.states("CreateStateMachine", &machine).await?;
        Ok(made["stateMachineArn"].as_str().context("no ARN")?.to_owned())
    }

    /// The definition as the template renders it, but for these faults.
    pub(crate) async fn render(&self, faults: &Faults) -> Result<String> {
        let functions = &self.stack.functions;
        let mut definition = include_str!("../../../statemachine/delivery.asl.json").to_owned();
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
