//! The API is called by its own document.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use hookstep_local::api::{Api, NewWebhook, Trigger};
use hookstep_local::lambdas::{self, Profile};
use hookstep_local::oidc::Minter;
use hookstep_local::python_env::PythonEnv;
use hookstep_local::receiver::{Receiver, Script};
use hookstep_local::stack::JwtIssuer;
use hookstep_local::{LocalStack, StackOptions, Trust, Workspace};
use serde_json::{Map, Value, json};
use tokio::process::Command;

use crate::steps::Steps;

/// The lock file, the configuration and the hooks.
const TOOLS: &str = "tools/openapi";
const DOCUMENT: &str = "crates/hookstep-lambdas/openapi.json";
/// Neither may see what the other has.
const TENANTS: [&str; 2] = ["ada", "bob"];
/// How long their tokens last, in seconds.
const TOKEN_LIFE: u64 = 3_600;

/// Validates the document, and then lets schemathesis call a stack of its own by what that serves.
pub(super) async fn run(workspace: &Workspace, name: &str) -> Result<()> {
    let dir = workspace.local_dir().join("test").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    let steps = Steps::new();
    steps.begin("prepare schemathesis");
    let tools = workspace.root().join(TOOLS);
    let venv = workspace.local_dir().join("venv-openapi");
    let python = PythonEnv::prepare(&venv, &tools.join("requirements.lock"), || ()).await?;
    steps.begin("validate the committed document");
    let mut validator = Command::new(python.python());
    validator.arg(tools.join("validate.py")).arg(workspace.root().join(DOCUMENT));
    succeed(validator, "tools/openapi/validate.py").await?;

    steps.begin("compile the Lambdas, prepare the local engine");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (engine, _) =
        tokio::try_join!(PythonEnv::prepare(&venv, &lock, || ()), lambdas::build(workspace, Profile::Quick))?;
    let options = StackOptions { trust: Trust::OwnIssuer, ..StackOptions::empty(dir.clone()) };
    let stack = LocalStack::start(workspace, &engine, &options, &|name| steps.begin(name)).await?;
    steps.begin("call it by its document");
    let called = call(&stack, &python, &tools, &dir).await;
    steps.end();
    let stopped = stack.stop().await;
    called.and(stopped)
}

async fn call(stack: &LocalStack, python: &PythonEnv, tools: &Path, dir: &Path) -> Result<()> {
    let stack = stack.stack();
    let issuer = stack.jwt.as_ref().context("the stack takes no tokens")?;
    let api = Api::new(&stack.api_url)?;
    // By its URL, schemathesis would leave out the call that serves it.
    let served = api.send(api.request("GET".parse()?, "/openapi.json")).await?;
    fs::write(dir.join("openapi.json"), &served.body)?;

    // It answers 200 to everything.
    let receiver = Receiver::start().await?;
    let mut tenants = Vec::new();
    let mut known = Map::new();
    for tenant in TENANTS {
        let token = token(issuer, tenant)?;
        known.insert(tenant.to_owned(), known_to(&api.with_bearer(&token), &receiver).await?);
        let header = json!({ "name": "Authorization", "value": format!("Bearer {token}") });
        tenants.push(json!({ "name": tenant, "fixedHeaders": [header] }));
    }
    // In the form of Web Fuzzing Commons.
    fs::write(dir.join("tenants.json"), json!({ "auth": tenants }).to_string())?;

    let mut schemathesis = Command::new(python.python());
    schemathesis
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(tools.join("schemathesis.toml"))
        .args(["run", "openapi.json", "--url", &stack.api_url])
        .current_dir(dir)
        .env("HOOKSTEP_HOOKS", tools.join("hooks.py"))
        .env("HOOKSTEP_RECEIVER", receiver.url(""))
        .env("HOOKSTEP_KNOWN", Value::Object(known).to_string())
        .env("NO_PROXY", "127.0.0.1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    succeed(schemathesis, "schemathesis").await
}

/// Makes a webhook, two events, one of them with a payload and an answer that are kept apart, and a replay, so that calls have something
/// to be about.
async fn known_to(api: &Api, receiver: &Receiver) -> Result<Value> {
    let webhook = api.create_webhook(&NewWebhook::to("known", receiver.url("/known"))).await?;
    let event = api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
    let long = "x".repeat(20_000);
    receiver.on("/known", Script::status(200).body(long.clone()));
    let large = api.trigger(&webhook.config_id, &Trigger::json(format!("\"{long}\"")).and_wait()).await?;
    receiver.on("/known", Script::status(200));
    let replay = api.replay(&webhook.config_id, &json!({ "event_ids": [event.event_id] })).await?;
    Ok(json!({
        "config_id": webhook.config_id,
        "event_id": event.event_id,
        "large_event_id": large.event_id,
        "number": 1,
        "replay_id": replay.replay_id,
    }))
}

/// A token of this tenant that allows everything.
fn token(issuer: &JwtIssuer, tenant: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let permissions = [&issuer.read_permission, &issuer.write_permission, &issuer.trigger_permission];
    let permissions: Vec<&str> = permissions.into_iter().map(String::as_str).collect();
    let mut claims = json!({
        "iss": issuer.issuer,
        "aud": issuer.audience,
        "sub": format!("{tenant}-user"),
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_LIFE,
    });
    claims[&issuer.tenant_claim] = tenant.into();
    claims[&issuer.permission_claim] = permissions.join(" ").into();
    Minter::make_or_open(&issuer.keys_dir)?.sign(&claims)
}

async fn succeed(mut command: Command, name: &str) -> Result<()> {
    let status = command.kill_on_drop(true).status().await.with_context(|| format!("cannot run {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}
