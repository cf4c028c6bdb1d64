//! Whatever is put on the bus is as its schema in `docs/schemas` says, judged by libraries that know nothing of Hookstep.

use hookstep_aws::lifecycle::BusEvent;
use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::event::{EventStatus, Source};
use hookstep_core::exception::Exception;
use hookstep_core::lifecycle::{AttemptSummary, AutoDisabledNotice, DeliveryEnd, DeliveryNotice, Notice};
use hookstep_core::verdict::{Reason, Verdict};
use hookstep_local::Workspace;
use hookstep_local::notices::NoticeSchemas;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::make::{Dice, NOW, config_id, event, tenant};

/// What is told of events: tests are not.
const SOURCES: [Source; 3] = [Source::Api, Source::EventBridge, Source::Replay];

/// To the nanosecond.
fn moment(dice: &mut Dice) -> Timestamp {
    let nanos = i64::try_from(dice.below(1_000_000_000)).expect("less than a second");
    dice.moment(NOW, SignedDuration::from_hours(240)) + SignedDuration::from_nanos(nanos)
}

fn text(dice: &mut Dice, most: u64) -> String {
    let odd = ['"', '\\', '\n', '\0', '#', '{', 'é', '\u{1fa9d}', '\u{feff}', ' '];
    (0..=dice.below(most)).map(|_| if dice.percent(70) { 'a' } else { dice.one_of(&odd) }).collect()
}

fn failure(dice: &mut Dice) -> (Verdict, Option<AttemptSummary>) {
    let attempt = |dice: &mut Dice, outcome, status_code| AttemptSummary {
        number: 1 + u32::try_from(dice.below(51)).expect("a small number"),
        started_at: moment(dice),
        duration_ms: dice.below(840_000),
        outcome,
        status_code,
    };
    match dice.below(3) {
        0 => {
            let status_code = u16::try_from(300 + dice.below(300)).expect("a status");
            let verdict = Verdict::failed(Reason::ReceiverRejected, "the receiver answered");
            (verdict, Some(attempt(dice, Outcome::Rejected, Some(status_code))))
        }
        1 => {
            let obstacle = dice.one_of(&Obstacle::ALL);
            let begun = dice.percent(50).then_some(200);
            let verdict = Verdict::failed(Reason::Obstacle(obstacle), &text(dice, 2_000));
            (verdict, Some(attempt(dice, obstacle.outcome(), begun)))
        }
        _ => (Verdict::of_exception(dice.one_of(&Exception::ALL), &text(dice, 2_000)), None),
    }
}

fn notice(dice: &mut Dice) -> Notice {
    let key = event(&tenant(), &config_id()).key;
    let end = match dice.below(4) {
        0 => {
            let failing_since = dice.percent(50).then(|| moment(dice));
            let (name, reason) = (text(dice, 199), text(dice, 200));
            let (tenant, config_id, at) = (key.tenant, key.config_id, moment(dice));
            let notice = AutoDisabledNotice { tenant, config_id, name, reason, failing_since, at };
            return Notice::AutoDisabled(Box::new(notice));
        }
        at => DeliveryEnd::ALL[usize::try_from(at - 1).expect("a small number")],
    };
    let (verdict, attempt) = if end == DeliveryEnd::Succeeded {
        let (started_at, duration_ms) = (moment(dice), dice.below(840_000));
        let status_code = Some(u16::try_from(200 + dice.below(100)).expect("a status"));
        let attempt = AttemptSummary { number: 1, started_at, duration_ms, outcome: Outcome::Delivered, status_code };
        (Verdict { status: EventStatus::Succeeded, reason: None, detail: None }, Some(attempt))
    } else {
        failure(dice)
    };
    Notice::Delivery(Box::new(DeliveryNotice {
        end,
        key,
        event_name: dice.percent(50).then(|| text(dice, 254)),
        source: dice.one_of(&SOURCES),
        leg: 1 + u32::try_from(dice.below(51)).expect("a small number"),
        verdict,
        attempt,
        created_at: moment(dice),
        at: moment(dice),
    }))
}

fn with(members: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut members = members.clone();
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

#[tokio::test]
async fn every_notice_is_as_its_schema_says_and_the_schemas_say_something() {
    let workspace = Workspace::find().expect("the repository");
    let schemas = NoticeSchemas::prepare(&workspace).await.expect("the libraries are installed");
    let mut dice = Dice::seeded(11);
    let details: Vec<Value> = (0..400).map(|_| BusEvent::of(&notice(&mut dice)).detail).collect();
    let faults = schemas.faults(&details).await.expect("they judge");
    for (detail, faults) in details.iter().zip(&faults) {
        assert!(faults.is_empty(), "{faults:?}: {detail}");
    }
    // Each member is asked for, none may be added, and none may be of another form.
    let mut spoiled = Vec::new();
    for detail in &details[..40] {
        let members = detail.as_object().expect("an object");
        spoiled.push(with(members, "more", json!(1)));
        for name in members.keys().filter(|name| *name != "type") {
            let mut without = members.clone();
            without.remove(name);
            spoiled.extend([Value::Object(without), with(members, name, json!([]))]);
        }
    }
    let faults = schemas.faults(&spoiled).await.expect("they judge");
    for (detail, faults) in spoiled.iter().zip(&faults) {
        // Both of them.
        assert!(faults.iter().any(|fault| fault.starts_with("jsonschema: ")), "{detail}");
        assert!(faults.iter().any(|fault| fault.starts_with("jsonschema-rs: ")), "{detail}");
    }
}
