//! What a leg is to do with the webhook as it is now.

use hookstep_core::auth::{Auth, KeyPlace};
use hookstep_core::event::{Event, Rendering, Replay, Source};
use hookstep_core::ids::EventId;
use hookstep_core::leg::{Delivery, Plan, SigningPlan, Target, machine_for, plan};
use hookstep_core::limits::{
    DELIVER_MARGIN_SECONDS, DELIVER_TASK_MAX_SECONDS, EXPRESS_TIMEOUT_MAX_SECONDS, REOPEN_SECONDS,
    SIGNING_BYTES_PER_SECOND, SIGNING_PASSES, UPLOAD_MAX_BYTES, WHOLE_PAYLOAD_MAX_BYTES,
};
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::secret::{Sealed, SealedSecrets};
use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use hookstep_core::signing::{Scheme, Signing};
use hookstep_core::verdict::Reason;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};

use jiff::Timestamp;

use crate::make::{START, api_key, delivery, hidden, owner, shown, tenant};

fn webhook() -> Webhook {
    Webhook {
        id: owner().config_id,
        tenant: tenant(),
        name: "name".to_owned(),
        description: String::new(),
        event_name: None,
        filter: None,
        url: WebhookUrl::parse("https://example.com/hooks", false).expect("a target"),
        method: Method::Put,
        headers: vec![hidden("X-Hidden"), shown("X-Shown", "1")],
        auth: api_key(KeyPlace::Query),
        signing: Signing::off(),
        shape: Shape::default(),
        static_ip: false,
        secrets: Some(SealedSecrets { slots: ["/auth/value".to_owned()].into(), sealed: Sealed::new("v1.a.b") }),
        status: Status::Active,
        status_reason: None,
        failing_since: None,
        timeout: TimeoutSeconds::DEFAULT,
        retry_policy: RetryPolicy::default(),
        created_at: START,
        updated_at: START,
        version: 1,
    }
}

fn event(source: Source, machine: Machine) -> Event {
    let delivery = delivery();
    Event {
        key: hookstep_core::event::EventKey { event_id: EventId::generate(START, 9), ..delivery.key },
        event_name: None,
        source,
        created_at: START,
        expires_at: START,
        content_type: None,
        correlation_id: None,
        trace: None,
        payload: delivery.payload,
        machine,
        leg: 1,
        one_attempt: false,
        lifecycle: false,
        replay: None,
    }
}

fn target(webhook: Webhook, event: &Event) -> Target {
    match plan(Some(webhook), event) {
        Plan::Deliver(target) => *target,
        Plan::Skip(verdict) => panic!("skipped: {verdict:?}"),
    }
}

#[test]
fn an_active_webhook_is_delivered_to_with_its_secrets_still_sealed() {
    let target = target(webhook(), &event(Source::Api, Machine::Express));
    let expected = webhook();
    assert_eq!((target.url, target.method, target.headers), (expected.url, expected.method, expected.headers));
    assert_eq!((target.auth, target.sealed), (expected.auth, Some(Sealed::new("v1.a.b"))));
    assert_eq!(target.timeout, TimeoutSeconds::DEFAULT);
}

#[test]
fn a_webhook_without_secrets_has_none_to_open() {
    let bare = Webhook { headers: Vec::new(), auth: Auth::None, secrets: None, ..webhook() };
    assert_eq!(target(bare, &event(Source::Api, Machine::Express)).sealed, None);
}

#[test]
fn only_a_test_reaches_a_webhook_that_is_disabled() {
    for status in [Status::Disabled, Status::AutoDisabled] {
        for source in Source::ALL {
            let disabled = Webhook { status, ..webhook() };
            let plan = plan(Some(disabled), &event(source, Machine::Express));
            match plan {
                Plan::Deliver(_) => assert_eq!(source, Source::Test),
                Plan::Skip(verdict) => {
                    assert_ne!(source, Source::Test);
                    assert_eq!(verdict.reason, Some(Reason::WebhookDisabled));
                }
            }
        }
    }
}

#[test]
fn a_webhook_that_is_gone_is_skipped_by_a_test_too() {
    for source in Source::ALL {
        let Plan::Skip(verdict) = plan(None, &event(source, Machine::Standard)) else { panic!("delivered") };
        assert_eq!(verdict.reason, Some(Reason::WebhookDeleted));
    }
}

#[test]
fn a_timeout_that_was_raised_since_the_start_is_what_the_machine_can_hold() {
    for (seconds, machine, expected) in [
        (840, Machine::Express, EXPRESS_TIMEOUT_MAX_SECONDS),
        (EXPRESS_TIMEOUT_MAX_SECONDS + 1, Machine::Express, EXPRESS_TIMEOUT_MAX_SECONDS),
        (EXPRESS_TIMEOUT_MAX_SECONDS, Machine::Express, EXPRESS_TIMEOUT_MAX_SECONDS),
        (1, Machine::Express, 1),
        (840, Machine::Standard, 840),
        (1, Machine::Standard, 1),
    ] {
        let timeout = TimeoutSeconds::new(seconds).expect("a timeout");
        let target = target(Webhook { timeout, ..webhook() }, &event(Source::Api, machine));
        assert_eq!(target.timeout.get(), expected, "{seconds} s on {machine:?}");
        assert_eq!(target.task_timeout_seconds(&delivery().payload), expected + DELIVER_MARGIN_SECONDS);
    }
}

#[test]
fn a_webhook_that_asks_for_a_static_ip_gets_it_or_an_attempt_that_is_refused() {
    // Whether there is one is for the function to say that sends.
    assert!(target(Webhook { static_ip: true, ..webhook() }, &event(Source::Api, Machine::Express)).static_ip);
    assert!(!target(webhook(), &event(Source::Api, Machine::Express)).static_ip);
}

#[test]
fn a_replay_as_sent_is_rendered_as_its_original_was_and_addressed_by_its_own_row() {
    let sent = Shape { format: PayloadFormat::StandardWebhooks, transformation: None };
    let original = EventId::generate(START, 8);
    let rendering = Rendering {
        event_id: original.clone(),
        event_name: Some("then".to_owned()),
        created_at: Timestamp::UNIX_EPOCH,
        shape: sent.clone(),
    };
    let replay = Replay { of: original.clone(), webhook_id: Some(original.clone()), as_sent: Some(rendering) };
    let event = Event { replay: Some(replay), leg: 3, ..event(Source::Replay, Machine::Express) };
    let target = target(webhook(), &event);
    assert_eq!(target.shape, sent);
    let own = event.key.event_id.clone();
    let delivery = Delivery::of(event.clone(), target);
    assert_eq!((&delivery.key.event_id, &delivery.webhook_id, &delivery.told_of), (&own, &original, &original));
    assert_eq!((delivery.event_name.as_deref(), delivery.created_at), (Some("then"), Timestamp::UNIX_EPOCH));
    assert_eq!(delivery.attempt_number, 3);

    let anew = Event { replay: Some(Replay { of: original, webhook_id: None, as_sent: None }), ..event };
    let target = self::target(webhook(), &anew);
    assert_eq!(target.shape, Shape::default());
    let delivery = Delivery::of(anew, target);
    assert_eq!((&delivery.webhook_id, &delivery.told_of, delivery.created_at), (&own, &own, START));
}

#[test]
fn signatures_and_shapes_are_the_webhooks_and_keys_are_for_fetch_config_to_add() {
    let signing = Signing { schemes: vec![Scheme::V1], earlier: vec![START] };
    let shape = Shape { transformation: Expression::new("a"), format: PayloadFormat::StandardWebhooks };
    let target = target(
        Webhook { signing: signing.clone(), shape: shape.clone(), ..webhook() },
        &event(Source::Api, Machine::Express),
    );
    assert_eq!((target.signing, target.shape), (SigningPlan { signing, keys: None }, shape));
}

fn stored(size: u64) -> Payload {
    Payload::Stored(StoredPayload { key: "key".to_owned(), etag: "etag".to_owned(), size })
}

#[test]
fn a_larger_payload_runs_on_the_machine_that_has_the_time_for_it() {
    let (short, long) = (TimeoutSeconds::new(75).expect("a timeout"), TimeoutSeconds::new(76).expect("a timeout"));
    let whole = WHOLE_PAYLOAD_MAX_BYTES;
    for (timeout, payload, machine) in [
        (short, stored(1), Machine::Express),
        (short, stored(whole), Machine::Express),
        (short, stored(whole + 1), Machine::Standard),
        (short, Payload::Inline(vec![0; 9_000_000].into()), Machine::Express),
        (long, stored(1), Machine::Standard),
        (long, stored(UPLOAD_MAX_BYTES), Machine::Standard),
    ] {
        assert_eq!(machine_for(timeout, &payload), machine, "{timeout:?} {payload:?}");
    }
}

#[test]
fn a_task_has_time_to_read_its_payload_and_never_more_than_a_function_may_run() {
    for size in [0, 1, WHOLE_PAYLOAD_MAX_BYTES, WHOLE_PAYLOAD_MAX_BYTES + 1, 50_000_000, 500_000_000, UPLOAD_MAX_BYTES]
    {
        for seconds in [1, 30, 75, 76, 400, 700, 839, 840] {
            let timeout = TimeoutSeconds::new(seconds).expect("a timeout");
            let payload = stored(size);
            let machine = machine_for(timeout, &payload);
            let event = Event { payload: payload.clone(), ..event(Source::Api, machine) };
            let target = target(Webhook { timeout, ..webhook() }, &event);
            let task = target.task_timeout_seconds(&payload);
            assert!(task <= DELIVER_TASK_MAX_SECONDS, "{size} bytes in {seconds} s: {task} s");
            let margin = task - target.timeout.get();
            if size > WHOLE_PAYLOAD_MAX_BYTES {
                // Each pass at the least speed, and opening it again.
                let passes = u32::try_from(SIGNING_PASSES * size / SIGNING_BYTES_PER_SECOND).expect("seconds");
                assert!(margin >= DELIVER_MARGIN_SECONDS + REOPEN_SECONDS + passes, "{size} bytes: {margin} s");
            } else {
                assert_eq!(margin, DELIVER_MARGIN_SECONDS);
            }
            // The receiver's time is cut where there is no more, and nowhere else.
            let left = DELIVER_TASK_MAX_SECONDS - margin;
            assert_eq!(target.timeout.get(), seconds.min(left), "{size} bytes in {seconds} s");
            assert!(target.timeout.get() >= seconds.min(400), "{size} bytes in {seconds} s");
        }
    }
}
