//! Filters against the engine's `TestEventPattern`: an implementation that others made, from Event Ruler's own code.

mod make;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::operation::test_event_pattern::TestEventPatternError;
use futures_util::stream::{self, StreamExt as _};
use hookstep_aws::sdk;
use hookstep_core::filter::{Filter, InvalidFilter};
use serde_json::Value;

use crate::patterns::make::Maker;
use crate::stack::Tables;

/// How many calls are under way at a time.
const AT_A_TIME: usize = 8;
/// Each gives a pattern for two events, and one that is broken.
const ROUNDS: usize = 1_400;

async fn engine() -> Client {
    sdk::eventbridge(&Tables::connect().sdk().await)
}

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

    async fn engines(&self, client: &Client) -> Verdict {
        let call = client.test_event_pattern().event_pattern(self.pattern.to_string()).event(self.event.to_string());
        match call.send().await.map_err(aws_sdk_eventbridge::error::SdkError::into_service_error) {
            Ok(answer) => Some(answer.result()),
            Err(TestEventPatternError::InvalidEventPatternException(_)) => None,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// The engine's verdicts, each with its pair.
async fn judged(pairs: Vec<Pair>) -> Vec<(Pair, Verdict)> {
    let client = engine().await;
    let verdicts = pairs.into_iter().map(|pair| {
        let client = client.clone();
        async move {
            let verdict = pair.engines(&client).await;
            (pair, verdict)
        }
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
