//! What passes through the machine comes out as it went in, whatever it is, and what versions before wrote is read.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

use bytes::Bytes;
use hookstep_aws::leg_json::{AttemptJson, EventJson, TargetJson};
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::auth::{Auth, KeyPlace};
use hookstep_core::event::{Event, EventKey, Leg, Rendering, Replay, Source};
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::leg::{SigningPlan, Target};
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::secret::Sealed;
use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use hookstep_core::signing::{KeyRing, Scheme, Signing};
use hookstep_core::trace::Trace;
use hookstep_core::webhook::{Machine, Method, TimeoutSeconds, WebhookUrl};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

fn second() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000).prop_map(|second| Timestamp::from_second(second).expect("a moment"))
}

fn signing() -> impl Strategy<Value = SigningPlan> {
    let schemes = subsequence(Scheme::ALL.to_vec(), 0..=2);
    let ring = ("[!-~]{1,60}", vec(option::of(second()), 1..4))
        .prop_map(|(sealed, signs_until)| KeyRing { sealed: Sealed::new(sealed), signs_until });
    (schemes, vec(second(), 0..4), option::of(ring)).prop_map(|(schemes, earlier, keys)| {
        // Where nothing is signed, there is nothing to sign with.
        if schemes.is_empty() && earlier.is_empty() {
            return SigningPlan { signing: Signing::off(), keys: None };
        }
        SigningPlan { signing: Signing { schemes, earlier }, keys }
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let expression = option::of("[!-~]\\PC{0,40}".prop_filter_map("no expression", |text| Expression::new(&text)));
    (expression, select(PayloadFormat::ALL.to_vec()))
        .prop_map(|(transformation, format)| Shape { transformation, format })
}

fn target() -> impl Strategy<Value = Target> {
    let shown = vec(("x-[a-z.$_]{1,8}", "[!-~]([ -~]{0,12}[!-~])?"), 0..4);
    let auth = select(vec![Auth::None, Auth::ApiKey { place: KeyPlace::Query, name: "k".to_owned() }]);
    let rest = (select(Method::ALL.to_vec()), 1_u32..=840, option::of("[!-~]{1,60}"), any::<bool>());
    (signing(), shape(), shown, auth, rest).prop_map(
        |(signing, shape, shown, auth, (method, seconds, sealed, static_ip))| Target {
            url: WebhookUrl::parse("https://example.com/a?b=${c}", false).expect("a target"),
            method,
            // Those that are shown come first.
            headers: shown
                .iter()
                .map(|(name, value)| Header::shown(name, value).expect("a header"))
                .chain(sealed.iter().map(|_| Header::secret("x-hidden").expect("a header")))
                .collect(),
            auth,
            signing,
            shape,
            static_ip,
            sealed: sealed.map(Sealed::new),
            timeout: TimeoutSeconds::new(seconds).expect("in range"),
        },
    )
}

/// As the machine passes it on: as text.
fn passed<T: serde::Serialize, U: serde::de::DeserializeOwned>(value: T) -> U {
    let text = serde_json::to_string(&value).expect("JSON");
    serde_json::from_str(&text).expect("it is of the form")
}

fn least() -> Value {
    json!({ "url": "https://example.com/", "method": "POST", "headers": [], "timeout_seconds": 30 })
}

fn read(value: Value) -> Option<Target> {
    Target::try_from(serde_json::from_value::<TargetJson>(value).ok()?).ok()
}

proptest! {
    #[test]
    fn a_target_comes_out_as_it_went_in(target in target()) {
        let back: TargetJson = passed(TargetJson::from(&target));
        prop_assert_eq!(Target::try_from(back), Ok(target));
    }

    #[test]
    fn an_event_comes_out_as_it_went_in(
        bytes in vec(any::<u8>(), 0..60),
        size in option::of(0_u64..1_073_741_824),
        texts in vec(option::of("[!-~]{1,30}"), 3),
        machine in select(Machine::ALL.to_vec()),
        source in select(Source::ALL.to_vec()),
        (leg, one_attempt, lifecycle) in (1_u32..60, any::<bool>(), any::<bool>()),
        trace in option::of((1_u128.., 0_u8..4, option::of("[a-z]{1,9}=[!-+]{1,30}"))),
        replay in option::of((any::<bool>(), option::of(shape()))),
    ) {
        let payload = match size {
            None => Payload::Inline(Bytes::from(bytes)),
            Some(size) => Payload::Stored(StoredPayload { key: "payloads/a".to_owned(), etag: "\"e\"".to_owned(), size }),
        };
        let mut texts = texts.into_iter();
        let mut text = || texts.next().flatten();
        let event = Event {
            key: EventKey {
                event_id: EventId::generate(Timestamp::UNIX_EPOCH, 1),
                tenant: TenantId::single(),
                config_id: ConfigId::generate(Timestamp::UNIX_EPOCH, 2),
            },
            event_name: text(),
            source,
            created_at: Timestamp::constant(1_800_000_000, 1),
            expires_at: Timestamp::constant(1_900_000_000, 0),
            content_type: text(),
            correlation_id: text(),
            trace: trace.map(|(id, flags, state)| {
                let id = format!("{id:032x}").parse().expect("an id");
                Trace::of_id(id, flags).with_state(state.map(|state| state.parse().expect("a state")))
            }),
            payload,
            machine,
            leg,
            one_attempt,
            lifecycle,
            replay: replay.map(|(same, shape)| Replay {
                of: EventId::generate(Timestamp::UNIX_EPOCH, 3),
                webhook_id: same.then(|| EventId::generate(Timestamp::UNIX_EPOCH, 4)),
                as_sent: shape.map(|shape| Rendering {
                    event_id: EventId::generate(Timestamp::UNIX_EPOCH, 5),
                    event_name: None,
                    created_at: Timestamp::constant(1_800_000_000, 5),
                    shape,
                }),
            }),
        };
        // What starts a later leg is the event without its payload.
        let started: EventJson = passed(EventJson::from(&Leg::from(&event)));
        prop_assert!(started.is_in_row() && Event::try_from(started.clone()).is_err());
        prop_assert_eq!(started.leg(), Ok(Leg::from(&event)));
        prop_assert_eq!(Event::try_from(passed::<_, EventJson>(EventJson::from(&event))), Ok(event));
    }

    #[test]
    fn an_attempt_comes_out_as_it_went_in(
        first_byte_ms in option::of(any::<u64>()),
        duration_ms: u64,
        obstacle in option::of(select(Obstacle::ALL.to_vec())),
        detail in "\\PC{0,30}",
        body in option::of(vec(any::<u8>(), 0..60)),
        truncated: bool,
    ) {
        let response = body.map(|body| Response {
            status_code: 200,
            headers: vec![("x-a".to_owned(), detail.clone())],
            body: ResponseBody::Inline(body.into()),
            truncated,
        });
        let error = obstacle.map(|obstacle| AttemptError { obstacle, detail });
        let started_at = Timestamp::constant(1_800_000_000, 1);
        let attempt = Attempt { number: 1, started_at, duration_ms, first_byte_ms, response, error };
        prop_assert_eq!(Attempt::try_from(passed::<_, AttemptJson>(AttemptJson::from(&attempt))), Ok(attempt));
    }
}

/// A function of one version reads what one of another wrote while a deployment is under way.
#[test]
fn a_target_without_the_newer_fields_is_unsigned_and_sent_as_it_is_from_any_address() {
    let target = read(least()).expect("it is valid");
    assert_eq!(target.signing, SigningPlan { signing: Signing::off(), keys: None });
    assert_eq!((target.shape, target.static_ip, target.sealed), (Shape::default(), false, None));
    // And what has none of it is written without, as a function of before knows it.
    let written = serde_json::to_value(TargetJson::from(&read(least()).expect("it is valid"))).expect("JSON");
    let mut names: Vec<_> = written.as_object().expect("an object").keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["headers", "method", "timeout_seconds", "url"]);
}

#[test]
fn an_attempt_without_its_first_byte_has_none() {
    let old =
        json!({ "number": 1, "started_at": "2026-11-20T10:00:00Z", "duration_ms": 5, "response": null, "error": null });
    let read: AttemptJson = serde_json::from_value(old).expect("it is of the form");
    assert_eq!(Attempt::try_from(read).expect("it is valid").first_byte_ms, None);
}

#[test]
fn what_hookstep_did_not_write_is_refused() {
    for (field, value) in [
        ("signing", json!({ "schemes": ["v2"] })),
        ("signing", json!({ "schemes": ["v1"], "earlier": [i64::MAX] })),
        ("signing", json!({ "schemes": ["v1a"], "keys": { "sealed": "a", "signs_until": [i64::MIN] } })),
        ("payload_format", json!("cloudevents")),
        ("transformation", json!("")),
        ("transformation", json!("a\u{0}")),
        ("transformation", json!("\"".repeat(4_096))),
        ("static_ip", json!("yes")),
        ("sealed_headers", json!(["Webhook-Signature"])),
        ("headers", json!([["x-a", "b\r\nc"]])),
        ("headers", json!([["transfer-encoding", "chunked"]])),
        ("url", json!("https://a@example.com/")),
    ] {
        let mut target = least();
        target[field] = value.clone();
        assert!(read(target).is_none(), "{field}: {value}");
    }
}
