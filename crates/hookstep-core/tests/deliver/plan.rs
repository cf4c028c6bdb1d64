//! What a leg is to do with the webhook as it is now.

use hookstep_core::auth::{Auth, KeyPlace};
use hookstep_core::event::{Event, Source};
use hookstep_core::ids::EventId;
use hookstep_core::leg::{Plan, Target, plan};
use hookstep_core::limits::{DELIVER_MARGIN_SECONDS, EXPRESS_TIMEOUT_MAX_SECONDS};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::secret::{Sealed, SealedSecrets};
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::verdict::Reason;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};

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
        payload: delivery.payload,
        machine,
    }
}

fn target(webhook: Webhook, event: &Event) -> Target {
    match plan(Some(webhook), event, true) {
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
            let plan = plan(Some(disabled), &event(source, Machine::Express), true);
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
        let Plan::Skip(verdict) = plan(None, &event(source, Machine::Standard), true) else { panic!("delivered") };
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
