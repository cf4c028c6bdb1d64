//! Whom an event reaches, and what with.

use hookstep_core::bus::{Addressee, FanOutError, FannedOut, is_event_name};
use hookstep_core::event::Source;
use hookstep_core::ids::ConfigId;
use hookstep_core::payload::Payload;
use hookstep_core::retry::RetryPolicy;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use proptest::prelude::*;
use serde_json::json;

use crate::world::{Hook, START, World, bus_event, hook, tenant};

fn webhook(id: &ConfigId, timeout: u32, status: Status) -> Webhook {
    Webhook {
        id: id.clone(),
        tenant: tenant(),
        name: "orders".to_owned(),
        description: String::new(),
        event_name: None,
        filter: None,
        url: WebhookUrl::parse("https://example.com/", false).expect("a target"),
        method: Method::Post,
        headers: vec![],
        auth: hookstep_core::auth::Auth::None,
        signing: Signing::off(),
        shape: Shape::default(),
        static_ip: false,
        secrets: None,
        status,
        status_reason: None,
        failing_since: None,
        timeout: TimeoutSeconds::new(timeout).expect("a timeout"),
        retry_policy: RetryPolicy::default(),
        created_at: START,
        updated_at: START,
        version: 1,
    }
}

#[test]
fn an_event_reaches_those_whose_filter_it_matches() {
    let mut hooks: Vec<_> = (0..4).map(hook).collect();
    hooks[1].filter = Some(json!({ "detail": { "total": [{ "numeric": [">", 10] }] } }));
    hooks[2].filter = Some(json!({ "source": [{ "prefix": "ship" }] }));
    hooks[3].filter = Some(json!({ "detail-type": ["order.created"], "source": ["shop"] }));
    let ids: Vec<ConfigId> = hooks.iter().map(|hook| hook.id.clone()).collect();
    let world = World::with(hooks);
    let done = world.run(&bus_event(&json!({ "total": 11 }))).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(done, FannedOut { listening: 4, matched: 3, started: 3, unreadable: vec![] });
    assert_eq!(world.reached(), [0, 1, 3].map(|at: usize| ids[at].clone()).into());
}

#[test]
fn an_event_for_nobody_costs_a_look_and_nothing_more() {
    let mut hooks = vec![hook(0)];
    hooks[0].filter = Some(json!({ "source": ["other"] }));
    let world = World::with(hooks);
    let big = bus_event(&json!({ "text": "x".repeat(1_000) }));
    let mut unheard = big.clone();
    unheard.name = "order.paid".to_owned();
    let mut elsewhere = big.clone();
    elsewhere.tenant = "other".parse().expect("a tenant");
    for (event, listening) in [(big, 1), (unheard, 0), (elsewhere, 0)] {
        let done = world.run(&event).expect("nobody kills it").expect("it comes to its end");
        assert_eq!(done, FannedOut { listening, ..FannedOut::default() });
    }
    let state = world.state();
    assert_eq!((state.stored.len(), state.starts, state.notes), (0, 0, 0));
}

#[test]
fn the_webhook_that_is_named_gets_it_alone_also_where_it_is_disabled() {
    let world = World::of(3);
    let id = hook(77).id;
    let mut event = bus_event(&json!({}));
    event.addressee = Addressee::Webhook(id.clone());
    let end = world.run(&event).expect("nobody kills it");
    assert!(matches!(end, Err(FanOutError::WebhookUnknown(_))), "{end:?}");
    // What the leg makes of one that is disabled is a skipped event, as of a trigger.
    world.state().webhooks.push(webhook(&id, 840, Status::Disabled));
    let done = world.run(&event).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(done, FannedOut { listening: 1, matched: 1, started: 1, unreadable: vec![] });
    assert_eq!(world.reached(), [id].into());
    assert_eq!(world.state().rows.values().next().expect("one").machine, Machine::Standard);
    let mut elsewhere = event.clone();
    elsewhere.tenant = "other".parse().expect("a tenant");
    assert!(matches!(world.run(&elsewhere), Some(Err(FanOutError::WebhookUnknown(_)))));
}

#[test]
fn an_event_carries_what_the_bus_gave() {
    let world = World::of(1);
    let mut event = bus_event(&json!({ "b": 1 }));
    // Not as a writer of JSON would have it.
    event.detail = r#"{ "b" : 1.0,"a":[ ] }"#.into();
    event.lifecycle = true;
    world.run(&event).expect("nobody kills it").expect("it comes to its end");
    let state = world.state();
    let made = state.rows.values().next().expect("one");
    assert_eq!(made.payload, Payload::Inline(event.detail.clone()));
    assert_eq!((made.source, made.event_name.as_deref()), (Source::EventBridge, Some("order.created")));
    assert_eq!(made.correlation_id.as_deref(), Some(&*event.id));
    assert_eq!(made.content_type.as_deref(), Some("application/json"));
    assert_eq!((made.leg, made.one_attempt, made.lifecycle), (1, false, true));
}

#[test]
fn a_large_detail_is_stored_once_for_all() {
    let world = World::of(60);
    let event = bus_event(&json!({ "text": "x".repeat(1_000_000) }));
    world.run(&event).expect("nobody kills it").expect("it comes to its end");
    let state = world.state();
    let [(key, bytes)] = &state.stored[..] else { panic!("{} objects", state.stored.len()) };
    assert!(key.starts_with("payloads/acme/bus/evt_") && *bytes == event.detail, "{key}");
    for made in state.rows.values() {
        let Payload::Stored(stored) = &made.payload else { panic!("it travels inline") };
        assert_eq!((&stored.key, stored.size), (key, event.detail.len() as u64));
    }
    assert_eq!(state.rows.len(), 60);
}

#[test]
fn what_can_not_be_read_of_one_webhook_is_said_and_hinders_no_other() {
    let mut hooks: Vec<_> = (0..30).map(hook).collect();
    hooks[7].readable = false;
    let broken = hooks[7].id.clone();
    let world = World::with(hooks);
    world.state().page = 10;
    let done = world.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(done, FannedOut { listening: 29, matched: 29, started: 29, unreadable: vec![broken.clone()] });
    let mut others = world.all();
    others.remove(&broken);
    assert_eq!(world.reached(), others);
    // Alone it is said too, and costs no claim.
    let alone = World::with(vec![Hook { readable: false, ..hook(7) }]);
    let done = alone.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(done, FannedOut { unreadable: vec![broken], ..FannedOut::default() });
}

#[test]
fn an_event_that_can_not_be_looked_into_reaches_those_without_a_filter_once_and_is_said_in_each_run() {
    let mut hooks: Vec<_> = (0..30).map(hook).collect();
    hooks[11].filter = Some(json!({ "source": ["shop"] }));
    let filtered = hooks[11].id.clone();
    for page in [1_000, 10, 1] {
        let world = World::with(hooks.clone());
        world.state().page = page;
        let mut event = bus_event(&json!({}));
        event.document = None;
        for _ in 0..3 {
            let end = world.run(&event).expect("nobody kills it");
            assert!(matches!(&end, Err(FanOutError::EventUnreadable(id)) if *id == filtered), "{end:?}");
        }
        assert_eq!(world.reached().len(), 29);
        assert_eq!(world.state().starts, 29);
    }
}

proptest! {
    #[test]
    fn every_detail_type_is_an_event_name(name in "\\P{Cc}{1,128}") {
        prop_assert!(is_event_name(&name));
    }
}

#[test]
fn event_names_have_their_bounds() {
    for name in ["a", " a b ", "Bestellung geändert", &"🪝".repeat(128), &"a".repeat(255)] {
        assert!(is_event_name(name), "{name}");
    }
    for name in ["", "a\nb", "a\0", "\u{85}", &"a".repeat(256), &"🪝".repeat(129)] {
        assert!(!is_event_name(name), "{name:?}");
    }
}
