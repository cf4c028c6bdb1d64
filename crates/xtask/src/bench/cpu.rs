//! What a small delivery costs in processor time: the release binary of `deliver`, driven by a Runtime API of our own, beside a bare
//! HTTP client that sends the same bytes, and beside a function that does nothing.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use hookstep_local::api::{Api, NewWebhook, Trigger};
use hookstep_local::aws;
use hookstep_local::receiver::{Receiver, ReceiverOptions, Script};
use hookstep_local::stack::Stack;
use hookstep_local::tls::Authority;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use super::cold_start::ENVIRONMENT;
use super::examples::Examples;

/// Before the measurement begins: connections are open, secrets are unsealed, and memory is warm.
const WARM_UP: u32 = 200;
const MEASURED: u32 = 2_000;
const WITHIN: Duration = Duration::from_mins(2);

const PAYLOAD: &str = r#"{"type":"order.created","order_id":"4d0c2f6e-7f0d-4c51-9c61-2a7a2f0c9c1b","customer":{"id":18273,"name":"Ada Lovelace"},"lines":[{"sku":"A-1","count":2,"price":"19.90"},{"sku":"B-7","count":1,"price":"4.50"}],"total":"44.30","currency":"EUR"}"#;
const INVOCATION: &str = "/2018-06-01/runtime/invocation/";

/// Reads a process's time at the beginning and at the end of what is measured.
#[derive(Debug)]
struct Meter {
    process: OnceLock<u32>,
    seen: Mutex<u32>,
    begin: OnceLock<Duration>,
    end: watch::Sender<Option<Duration>>,
}

impl Meter {
    fn new() -> Arc<Self> {
        let (process, begin) = (OnceLock::new(), OnceLock::new());
        Arc::new(Self { process, seen: Mutex::new(0), begin, end: watch::Sender::new(None) })
    }

    /// Once per round, always at the same point of it.
    fn tick(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen += 1;
        let Some(time) = self.process.get().and_then(|process| processor_time(*process).ok()) else { return };
        if *seen == WARM_UP {
            // Set once: rounds are counted under the lock.
            let _ = self.begin.set(time);
        } else if *seen == WARM_UP + MEASURED {
            self.end.send_replace(Some(time));
        }
    }

    /// Milliseconds a round, when all rounds are over.
    async fn per_round(&self, process: &mut Child) -> Result<f64> {
        let mut end = self.end.subscribe();
        let over = async {
            tokio::select! {
                end = end.wait_for(Option::is_some) => Ok(*end?),
                status = process.wait() => bail!("it ended too soon ({})", status?),
            }
        };
        let end = timeout(WITHIN, over).await.context("it takes too long")??;
        let (begin, end) = (self.begin.get().context("no beginning")?, end.context("no end")?);
        Ok(end.saturating_sub(*begin).as_secs_f64() * 1_000.0 / f64::from(MEASURED))
    }
}

/// The time that a process's threads have had on a processor, in user and kernel mode, as the scheduler counts it.
fn processor_time(process: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let counted = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += counted.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// A Lambda Runtime API with the same work again and again.
async fn runtime_api(work: &Value, meter: &Arc<Meter>) -> Result<Receiver> {
    let server = Receiver::start().await?;
    let script = Script::status(200)
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", "bench")
        .header("lambda-runtime-deadline-ms", "4102444800000")
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:bench")
        .body(work.to_string());
    let meter = Arc::clone(meter);
    server.on(
        &format!("{INVOCATION}next"),
        Script::decide(move |_| {
            meter.tick();
            script.clone()
        }),
    );
    server.on(&format!("{INVOCATION}bench/response"), Script::status(202));
    Ok(server)
}

/// What runs beside the binaries.
struct Bench<'a> {
    stack: &'a Stack,
    authority: &'a Authority,
}

impl Bench<'_> {
    /// Runs a function until all is measured, and returns milliseconds a call and the last answer.
    async fn function(&self, binary: &Path, work: &Value, answer: Option<&Value>) -> Result<(f64, Value)> {
        let meter = Meter::new();
        let server = runtime_api(work, &meter).await?;
        let mut command = Command::new(binary);
        command
            .env_clear()
            .envs(ENVIRONMENT)
            .env("AWS_ENDPOINT_URL", &self.stack.endpoint_url)
            .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{}", server.port()))
            .env("PAYLOAD_BUCKET", &self.stack.payload_bucket)
            .env("SECRETS_KEY_ARN", &self.stack.secrets_key_arn)
            .env("SSL_CERT_FILE", self.authority.certificate_file())
            .envs(answer.map(|answer| ("ANSWER", answer.to_string())));
        let mut process = spawn(command, binary, &meter)?;
        let measured = meter.per_round(&mut process).await;
        process.kill().await?;
        let errors = server.requests_to(&format!("{INVOCATION}bench/error"));
        ensure!(errors.is_empty(), "it failed: {}", errors[0].text());
        let last = server.requests_to(&format!("{INVOCATION}bench/response")).pop().context("it answered nothing")?;
        Ok((measured?, serde_json::from_slice(&last.body)?))
    }

    /// Delivers to this receiver. Also returns how many connections that took.
    async fn deliver(&self, binary: &Path, work: &Value, receiver: &Receiver) -> Result<(f64, Value, u64)> {
        let mut work = work.clone();
        work["target"]["url"] = receiver.url("/bench").into();
        let (time, answer) = self.function(binary, &work, None).await?;
        ensure!(answer["response"]["status_code"] == 200 || answer["status_code"] == 200, "it ended {answer}");
        let request = receiver.requests_to("/bench").pop().context("nothing was delivered")?;
        let signed = request.header("webhook-signature").unwrap_or_default();
        ensure!(signed.starts_with("v1,") && signed.contains(" v1a,"), "it is signed {signed}");
        ensure!(request.text() == PAYLOAD, "it arrived changed");
        Ok((time, answer, receiver.connections()))
    }

    /// Sends the same bytes to this receiver with the bare client.
    async fn bare(&self, binary: &Path, receiver: &Receiver) -> Result<f64> {
        let meter = Meter::new();
        let ticking = Arc::clone(&meter);
        receiver.on(
            "/bare",
            Script::decide(move |_| {
                ticking.tick();
                Script::default()
            }),
        );
        let mut command = Command::new(binary);
        let count = (WARM_UP + MEASURED).to_string();
        command.args([&receiver.url("/bare"), &count, "application/json"]).env_clear();
        command.env("SSL_CERT_FILE", self.authority.certificate_file()).stdin(Stdio::piped());
        let mut process = spawn(command, binary, &meter)?;
        let mut input = process.stdin.take().context("it has no input")?;
        input.write_all(PAYLOAD.as_bytes()).await?;
        drop(input);
        meter.per_round(&mut process).await
    }
}

fn spawn(mut command: Command, binary: &Path, meter: &Meter) -> Result<Child> {
    let process = command
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    meter.process.set(process.id().context("it has ended")?).ok().context("it was started twice")?;
    Ok(process)
}

/// The input of `deliver` for a small payload to a webhook with both signatures, as a real execution had it.
async fn real_input(stack: &Stack) -> Result<Value> {
    let receiver = Receiver::start().await?;
    let api = Api::new(&stack.api_url)?;
    let webhook = api.create_webhook(&NewWebhook::to("bench", receiver.url("/"))).await?;
    let outcome = api.trigger(&webhook.config_id, &Trigger::json(PAYLOAD).and_wait()).await?;
    ensure!(outcome.status == "succeeded", "the delivery ended {}", outcome.status);
    let event = api.get_event(&webhook.config_id, &outcome.event_id).await?;
    let body = json!({ "executionArn": event.rest["execution_arn"], "maxResults": 1_000 });
    let target = "AWSStepFunctions.GetExecutionHistory";
    let history = aws::call(&stack.endpoint_url, "states", target, &body).await?;
    let events = history["events"].as_array().context("no history")?;
    let entered = events.iter().map(|event| &event["stateEnteredEventDetails"]);
    let state = entered.into_iter().find(|entered| entered["name"] == "Deliver").context("it did not deliver")?;
    let state: Value = serde_json::from_str(state["input"].as_str().context("no input")?)?;
    Ok(json!({ "event": state["event"], "target": state["target"] }))
}

/// Measures all of it in one run, and puts it into words.
pub(super) async fn measure(stack: &Stack, dir: &Path, deliver: &Path, examples: &Examples) -> Result<String> {
    let authority = Authority::make_or_open(&dir.join("bench-authority"))?;
    let plain = Receiver::start().await?;
    let tls = Receiver::start_with(ReceiverOptions::new().tls(authority.issue(&["127.0.0.1"])?)).await?;
    let bench = Bench { stack, authority: &authority };
    let work = real_input(stack).await?;
    let (http, answer, by_http) = bench.deliver(deliver, &work, &plain).await?;
    let (https, _, by_https) = bench.deliver(deliver, &work, &tls).await?;
    let (empty, _) = bench.function(&examples.empty_loop, &work, Some(&answer)).await?;
    let bare_http = bench.bare(&examples.bare_posts, &plain).await?;
    let bare_https = bench.bare(&examples.bare_posts, &tls).await?;
    let connections = format!("deliver made {by_http} connection(s) for http and {by_https} for https\n");
    Ok(in_words([http, https], empty, [bare_http, bare_https]) + &connections)
}

fn in_words([http, https]: [f64; 2], empty: f64, [bare_http, bare_https]: [f64; 2]) -> String {
    let line = |what: &str, [plain, tls]: [f64; 2]| format!("{what:<64} {plain:>6.3} {tls:>6.3}\n");
    [
        format!("processor time of one small delivery ({} bytes, {MEASURED} of them, warm), ms", PAYLOAD.len()),
        format!("\n{:<64} {:>6} {:>6}\n", "", "http", "https"),
        line("deliver, both signatures: the whole invocation", [http, https]),
        line("a function that does nothing, same input and answer", [empty, empty]),
        line("the difference: the delivery alone", [http - empty, https - empty]),
        line("a bare POST of the same bytes by reqwest", [bare_http, bare_https]),
        line(
            "ratio, the delivery alone to the bare POST (goal: under 1.5)",
            [(http - empty) / bare_http, (https - empty) / bare_https],
        ),
        line("ratio, the whole invocation to the bare POST", [http / bare_http, https / bare_https]),
    ]
    .concat()
}
