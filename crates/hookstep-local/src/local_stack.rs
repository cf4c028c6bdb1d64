//! The engine with the template deployed to it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::aws::REGION;
use crate::deploy::{Deployed, deploy, local_parameters};
use crate::engine::{Engine, EngineOptions};
use crate::oidc::{CLIENT_ID, Issuer, Provider};
use crate::python_env::PythonEnv;
use crate::stack::{AuthMode, Functions, JwtIssuer, Machines, Stack};
use crate::tls::Authority;
use crate::workspace::Workspace;

/// Whose certificates the Lambdas trust, and how callers are authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The authorities that everybody trusts. Callers are not authenticated.
    PublicAuthorities,
    /// An authority of its own in `dir`, and no other. Callers are not authenticated.
    OwnAuthority,
    /// An authority of its own, and tokens of an issuer that has its keys in `dir` and runs as long as the stack does.
    OwnIssuer,
    /// An authority of its own, and tokens of an `OpenID` provider at which people sign in to the console. It runs as long as the stack
    /// does; its keys are in `dir` too.
    SignIn,
}

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
    /// Whose certificates and whose tokens it trusts.
    pub trust: Trust,
    /// Zones of the static IP, 0 to 2: more than none makes the second function for deliveries, with everything around it that the
    /// engine knows by name only.
    pub static_ip_zones: u8,
    /// Parameters of the template beside those of [`local_parameters`].
    pub parameters: BTreeMap<String, String>,
    /// More environment variables for the engine, and for the Lambdas, which inherit them.
    pub environment: BTreeMap<String, String>,
}

impl StackOptions {
    /// An empty stack on a free port that forgets everything: for tests and for measuring.
    #[must_use]
    pub fn empty(dir: PathBuf) -> Self {
        Self {
            dir,
            port: None,
            keep_state: false,
            enforce_iam: false,
            trust: Trust::PublicAuthorities,
            static_ip_zones: 0,
            parameters: BTreeMap::new(),
            environment: BTreeMap::new(),
        }
    }
}

/// A running stack.
#[derive(Debug)]
pub struct LocalStack {
    engine: Engine,
    stack: Stack,
    changed: bool,
    /// API Gateway, which the engine is, asks them for their keys.
    _issuer: Option<Issuer>,
    _provider: Option<Provider>,
}

/// What the local issuers' tokens are for.
const AUDIENCE: &str = "hookstep-tests";
/// What the console asks the provider for: who it is, and every permission. What a user may have is the provider's to say.
const SCOPES: &str = "openid profile email offline_access hookstep/read hookstep/write hookstep/trigger";

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
        let given = options.environment.iter().map(|(name, value)| (name.clone(), OsString::from(value)));
        let mut extra_env: Vec<(String, OsString)> = given.collect();
        let mut parameters = local_parameters();
        let (mut issuer, mut provider) = (None, None);
        if options.trust != Trust::PublicAuthorities {
            let authority = Authority::make_or_open(&authority_dir)?;
            extra_env.push(("SSL_CERT_FILE".to_owned(), authority.certificate_file().into_os_string()));
            if options.trust == Trust::OwnIssuer {
                let started = Issuer::start(&keys_dir(options), &authority).await?;
                parameters.extend(jwt_parameters(&started.url()));
                issuer = Some(started);
            }
            if options.trust == Trust::SignIn {
                let log = options.dir.join("openid.log");
                let started = Provider::start(workspace, &keys_dir(options), &authority, AUDIENCE, &log).await?;
                parameters.extend(jwt_parameters(&started.url()));
                parameters.insert("ConsoleClientId".to_owned(), CLIENT_ID.to_owned());
                parameters.insert("ConsoleScopes".to_owned(), SCOPES.to_owned());
                provider = Some(started);
            }
        }
        parameters.insert("StaticIpZones".to_owned(), options.static_ip_zones.to_string());
        parameters.extend(options.parameters.clone());
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
        let endpoint_url = engine.endpoint_url();
        let deployed = deploy(workspace, &endpoint_url, &parameters).await?;
        let mut stack = describe(&deployed, endpoint_url)?;
        stack.enforces_iam = options.enforce_iam;
        stack.authority_dir = (options.trust != Trust::PublicAuthorities).then_some(authority_dir);
        let url = issuer.as_ref().map(Issuer::url).or_else(|| provider.as_ref().map(Provider::url));
        stack.jwt = url.map(|url| jwt_issuer(url, keys_dir(options)));
        if let (Some(provider), Some(console_url)) = (&mut provider, &stack.console_url) {
            provider.sign_in_to(console_url).await?;
        }
        Ok(Self { engine, stack, changed: deployed.changed, _issuer: issuer, _provider: provider })
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

fn keys_dir(options: &StackOptions) -> PathBuf {
    options.dir.join("issuer")
}

/// What the tokens have to say. The names are the template's defaults, given all the same: this side does not read them from there.
fn jwt_issuer(issuer: String, keys_dir: PathBuf) -> JwtIssuer {
    JwtIssuer {
        issuer,
        audience: AUDIENCE.to_owned(),
        tenant_claim: "tenant_id".to_owned(),
        permission_claim: "scope".to_owned(),
        read_permission: "hookstep/read".to_owned(),
        write_permission: "hookstep/write".to_owned(),
        trigger_permission: "hookstep/trigger".to_owned(),
        keys_dir,
    }
}

fn jwt_parameters(issuer: &str) -> BTreeMap<String, String> {
    let jwt = jwt_issuer(issuer.to_owned(), PathBuf::new());
    [
        ("AuthMode", "JWT".to_owned()),
        ("AllowUnauthenticatedAccess", "false".to_owned()),
        ("JwtIssuer", jwt.issuer),
        ("JwtAudience", jwt.audience),
        ("JwtTenantClaim", jwt.tenant_claim),
        ("JwtPermissionClaim", jwt.permission_claim),
        ("JwtReadPermission", jwt.read_permission),
        ("JwtWritePermission", jwt.write_permission),
        ("JwtTriggerPermission", jwt.trigger_permission),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn auth_mode(name: &str) -> Result<AuthMode> {
    match name {
        "IAM" => Ok(AuthMode::Iam),
        "JWT" => Ok(AuthMode::Jwt),
        "NONE" => Ok(AuthMode::None),
        unknown => bail!("the template has an AuthMode {unknown}"),
    }
}

fn describe(deployed: &Deployed, endpoint_url: String) -> Result<Stack> {
    let api_id = deployed.output("ApiId").context("without it the API has no URL here")?;
    let deliver_static_ip = deployed.output_if_any("DeliverStaticIpFunctionName");
    // Without the function, addresses are only reserved.
    let static_ip_addresses = deliver_static_ip.as_ref().and_then(|_| deployed.output_if_any("StaticIpAddresses"));
    // The engine serves an API under this path, and its `$default` stage needs no further segment.
    let api_url = format!("{endpoint_url}/_aws/execute-api/{api_id}");
    Ok(Stack {
        console_url: Some(format!("{api_url}/console")),
        api_url,
        endpoint_url,
        receiver_url: None,
        region: REGION.to_owned(),
        configs_table: deployed.output("ConfigsTable")?,
        events_table: deployed.output("EventsTable")?,
        idempotency_table: deployed.output("IdempotencyTable")?,
        history_table: deployed.output("HistoryTable")?,
        replays_table: deployed.output("ReplaysTable")?,
        stats_table: deployed.output("StatsTable")?,
        signing_keys_table: deployed.output("SigningKeysTable")?,
        secrets_key_arn: deployed.output("SecretsKeyArn")?,
        bus_name: deployed.output("BusName")?,
        dead_letter_queue_url: deployed.output("DeadLetterQueueUrl")?,
        payload_bucket: deployed.output("PayloadBucket")?,
        alert_topic_arn: deployed.output("AlertTopicArn")?,
        machines: Machines {
            express: deployed.output("ExpressMachineArn")?,
            standard: deployed.output("StandardMachineArn")?,
            redelivery: deployed.output("RedeliveryMachineArn")?,
            replay: deployed.output("ReplayMachineArn")?,
        },
        functions: Functions {
            trigger: deployed.output("TriggerFunctionName")?,
            fetch_config: deployed.output("FetchConfigFunctionName")?,
            deliver: deployed.output("DeliverFunctionName")?,
            deliver_static_ip,
            status_update: deployed.output("StatusUpdateFunctionName")?,
            api: deployed.output("ApiFunctionName")?,
            replay: deployed.output("ReplayFunctionName")?,
            reconcile: deployed.output("ReconcileFunctionName")?,
            stats: deployed.output("StatsFunctionName")?,
        },
        static_ip_addresses: static_ip_addresses
            .map(|addresses| addresses.split(',').map(str::to_owned).collect())
            .unwrap_or_default(),
        auth_mode: auth_mode(&deployed.output("AuthMode")?)?,
        jwt: None,
        authority_dir: None,
        enforces_iam: false,
    })
}
