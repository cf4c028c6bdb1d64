//! The engine with the template deployed to it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::aws::REGION;
use crate::deploy::{Deployed, deploy, local_parameters};
use crate::engine::{Engine, EngineOptions};
use crate::python_env::PythonEnv;
use crate::stack::{Functions, Machines, Stack};
use crate::tls::Authority;
use crate::workspace::Workspace;

/// How to start a local stack.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// Its state, logs and temporary files.
    pub dir: PathBuf,
    /// The engine's port on 127.0.0.1; a free one when `None`.
    pub port: Option<u16>,
    /// Keep the state in `dir` from one run to the next.
    pub keep_state: bool,
    /// Check every call against the caller's IAM policies.
    pub enforce_iam: bool,
    /// Make an authority of its own in `dir`, which is then the only one that the Lambdas trust.
    pub own_authority: bool,
    /// Parameters of the template beside those of [`local_parameters`].
    pub parameters: BTreeMap<String, String>,
}

/// A running stack.
#[derive(Debug)]
pub struct LocalStack {
    engine: Engine,
    stack: Stack,
    changed: bool,
}

impl LocalStack {
    /// Starts the engine and deploys the template with the binaries that are in `target/lambda`. `begin` is told the name of
    /// each step.
    pub async fn start(
        workspace: &Workspace,
        python: &PythonEnv,
        options: &StackOptions,
        begin: &(dyn Fn(&str) + Sync),
    ) -> Result<Self> {
        let authority_dir = options.dir.join("authority");
        let extra_env: Vec<(String, OsString)> = if options.own_authority {
            let authority = Authority::make_or_open(&authority_dir)?;
            vec![("SSL_CERT_FILE".to_owned(), authority.certificate_file().into_os_string())]
        } else {
            Vec::new()
        };
        let engine_options = EngineOptions {
            dir: options.dir.clone(),
            port: options.port,
            keep_state: options.keep_state,
            enforce_iam: options.enforce_iam,
            extra_env,
        };
        begin("start the local engine");
        let engine = Engine::start(workspace, python, &engine_options).await?;

        begin("deploy infra/template.yaml");
        let mut parameters = local_parameters();
        parameters.extend(options.parameters.clone());
        let endpoint_url = engine.endpoint_url();
        let deployed = deploy(workspace, &endpoint_url, &parameters).await?;
        let mut stack = describe(&deployed, endpoint_url)?;
        stack.enforces_iam = options.enforce_iam;
        stack.authority_dir = options.own_authority.then_some(authority_dir);
        Ok(Self { engine, stack, changed: deployed.changed })
    }

    /// What `stack.json` will say.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The engine.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// Whether anything had to be deployed: `false` when all was as the last run left it.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// Stops the engine; its data is kept.
    pub async fn stop(self) -> Result<()> {
        self.engine.stop().await
    }
}

fn describe(deployed: &Deployed, endpoint_url: String) -> Result<Stack> {
    let api_id = deployed.output("ApiId").context("without it the API has no URL here")?;
    Ok(Stack {
        // The engine serves an API under this path, and its `$default` stage needs no further segment.
        api_url: format!("{endpoint_url}/_aws/execute-api/{api_id}"),
        console_url: None,
        endpoint_url,
        receiver_url: None,
        region: REGION.to_owned(),
        configs_table: deployed.output("ConfigsTable")?,
        events_table: deployed.output("EventsTable")?,
        idempotency_table: deployed.output("IdempotencyTable")?,
        bus_name: deployed.output("BusName")?,
        payload_bucket: deployed.output("PayloadBucket")?,
        alert_topic_arn: deployed.output("AlertTopicArn")?,
        machines: Machines {
            express: deployed.output("ExpressMachineArn")?,
            standard: deployed.output("StandardMachineArn")?,
        },
        functions: Functions {
            trigger: deployed.output("TriggerFunctionName")?,
            fetch_config: deployed.output("FetchConfigFunctionName")?,
            deliver: deployed.output("DeliverFunctionName")?,
            status_update: deployed.output("StatusUpdateFunctionName")?,
            api: deployed.output("ApiFunctionName")?,
        },
        authority_dir: None,
        enforces_iam: false,
    })
}
