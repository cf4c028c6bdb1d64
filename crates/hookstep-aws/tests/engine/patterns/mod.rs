//! Filters against the engine's `TestEventPattern`: an implementation that others made, from Event Ruler's own code.

mod make;

use futures_util::stream::{self, StreamExt as _};
use hookstep_core::filter::{Filter, InvalidFilter};
use reqwest::Client;
use serde_json::{Value, json};

use crate::patterns::make::Maker;
use crate::stack::Tables;

/// How many calls are under way at a time.
const AT_A_TIME: usize = 8;
/// Each gives a pattern for two events, and one that is broken.
const ROUNDS: usize = 1_400;
/// All that the engine looks at of a signature: whose service is meant.
const SIGNATURE: &str =
    "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0";

/// A pattern and an event.
struct Pair {
    pattern: Value,
    event: Value,
}

/// Whether the pattern matches the event; nothing where it is refused.
type Verdict = Option<bool>;

impl Pair {
    fn ours(&self) -> (Verdict, Vec<InvalidFilter>) {
        match Filter::parse(self.pattern.clone()) {
            Ok(filter) => (Some(filter.matches(&self.event)), Vec::new()),
            Err(faults) => (None, faults),
        }
    }

    /// Without the SDK, which takes longer than the engine.
    async fn engines(&self, client: &Client, endpoint_url: &str) -> Verdict {
        let input = json!({ "EventPattern": self.pattern.to_string(), "Event": self.event.to_string() });
        let call = client.post(endpoint_url).header("x-amz-target", "AWSEvents.TestEventPattern");
        let call = call.header("content-type", "application/x-amz-json-1.1").header("authorization", SIGNATURE);
        let answer = call.body(input.to_string()).send().await.expect("an answer");
        let body = answer.text().await.expect("its body");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        match (&body["Result"], body["__type"].as_str()) {
            (Value::Bool(result), _) => Some(*result),
            (_, Some(kind)) if kind.ends_with("InvalidEventPatternException") => None,
            _ => panic!("{body}"),
        }
    }
}

/// The engine's verdicts, each with its pair.
async fn judged(pairs: Vec<Pair>) -> Vec<(Pair, Verdict)> {
    let client = Client::builder().no_proxy().build().expect("a client");
    let endpoint_url = Tables::connect().stack.endpoint_url;
    let (client, endpoint_url) = (&client, endpoint_url.as_str());
    let verdicts = pairs.into_iter().map(|pair| async move {
        let verdict = pair.engines(client, endpoint_url).await;
        (pair, verdict)
    });
    stream::iter(verdicts).buffer_unordered(AT_A_TIME).collect().await
}

/// What `EventBridge` reads as a field whose name is `$or`, for patterns of before there were alternatives: here it is
/// never one.
fn is_or_as_a_name(faults: &[InvalidFilter]) -> bool {
    !faults.is_empty() && faults.iter().all(|fault| fault.pointer.contains("/$or"))
}

#[tokio::test]
async fn documented_cases_are_the_engines_too() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../../../hookstep-core/tests/filter/cases.json")).expect("cases");
    let pairs = cases.iter().map(|case| Pair { pattern: case["pattern"].clone(), event: case["event"].clone() });
    let verdicts = judged(pairs.collect()).await;
    for case in &cases {
        let mut same =
            verdicts.iter().filter(|(pair, _)| pair.pattern == case["pattern"] && pair.event == case["event"]);
        let (_, verdict) = same.next().expect("it was asked");
        // Where the engine is known to differ, it does.
        let expected = (case["matches"] == true) != case["engine"].is_string();
        assert_eq!(*verdict, Some(expected), "{case}");
    }
}

#[tokio::test]
async fn made_up_patterns_match_as_the_engines_do() {
    let mut make = Maker::new(4711);
    let mut pairs = Vec::new();
    for _ in 0..ROUNDS {
        let event = make.event();
        let pattern = make.pattern(&event);
        let broken = make.broken(&pattern);
        pairs.push(Pair { pattern: pattern.clone(), event: make.changed(&event) });
        pairs.push(Pair { pattern: broken, event: event.clone() });
        pairs.push(Pair { pattern, event });
    }
    let (mut hits, mut misses, mut refused, mut explained) = (0, 0, 0, 0);
    for (pair, verdict) in judged(pairs).await {
        let (ours, faults) = pair.ours();
        match (ours, verdict) {
            (Some(true), Some(true)) => hits += 1,
            (Some(false), Some(false)) => misses += 1,
            (None, None) => refused += 1,
            (None, Some(_)) if is_or_as_a_name(&faults) => explained += 1,
            _ => panic!("{} on {}: {ours:?}, not {verdict:?}; {faults:?}", pair.pattern, pair.event),
        }
    }
    let counts = format!("{hits} hits, {misses} misses, {refused} refused, {explained} explained");
    assert!(hits > ROUNDS / 2 && misses > ROUNDS / 2 && refused > ROUNDS / 2 && explained < ROUNDS / 50, "{counts}");
}
