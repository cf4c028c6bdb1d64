//! One event again.

use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Rendering, Replay};
use hookstep_core::ids::EventId;
use hookstep_core::limits::{INLINE_PAYLOAD_CEILING_BYTES, REPLAY_RENDERING_MAX_BYTES};
use hookstep_core::payload::Payload;
use hookstep_core::replay::again::{Body, Options, WebhookId};
use hookstep_core::replay::one::{OneStep, ReplayError, ReplayRequest, Replayed};
use hookstep_core::shape::Shape;
use hookstep_core::webhook::Status;

use crate::world::{RETENTION, World, id, row, stored};

fn replay(world: &World, of: &EventId, options: Options, key: Option<&str>) -> Result<Replayed, ReplayError> {
    let step = OneStep {
        webhooks: world,
        events: world,
        keys: world,
        payloads: world,
        workflow: world,
        clock: world,
        retention: RETENTION,
    };
    let key_of = EventKey { event_id: of.clone(), ..row(0, EventStatus::Failed).key };
    let request = ReplayRequest { key: key_of, options, idempotency_key: key.map(ToOwned::to_owned) };
    world.finish(step.run(request)).expect("it lives")
}

/// The event that a row is replayed by.
fn replayed(row: EventRow, options: Options) -> Event {
    let of = row.key.event_id.clone();
    let world = World::of([row]);
    let key = replay(&world, &of, options, None).expect("it is accepted").key;
    world.state().started.remove(&key.event_id).expect("it was started")
}

const AS_SENT: Options = Options { body: Body::AsSent, webhook_id: WebhookId::New };

#[test]
fn as_configured_it_is_an_event_of_now_with_the_same_id_for_the_receiver() {
    for status in [EventStatus::Failed, EventStatus::Skipped, EventStatus::Succeeded] {
        let event = replayed(row(1, status), Options::default());
        let replay = Replay { of: id(1), webhook_id: Some(id(1)), as_sent: None };
        assert_eq!(event.replay, Some(replay));
        assert_eq!(event.event_name.as_deref(), Some("order.created"));
        assert_eq!(event.payload, row(1, status).payload.expect("it has one"));
        assert!(!event.one_attempt);
    }
}

#[test]
fn as_sent_it_has_the_shape_the_name_and_the_time_of_then() {
    let then = row(1, EventStatus::Succeeded);
    let rendering = Rendering {
        event_id: id(1),
        event_name: then.event_name.clone(),
        created_at: then.created_at,
        shape: then.shape.clone(),
    };
    let event = replayed(then, AS_SENT);
    assert_eq!(event.replay, Some(Replay { of: id(1), webhook_id: None, as_sent: Some(rendering) }));
    // What was never attempted has no bytes that were sent.
    assert_eq!(replayed(row(1, EventStatus::Skipped), AS_SENT).replay.and_then(|replay| replay.as_sent), None);
}

#[test]
fn a_payload_that_leaves_no_room_for_what_was_before_goes_by_the_bucket() {
    let most = INLINE_PAYLOAD_CEILING_BYTES - REPLAY_RENDERING_MAX_BYTES;
    for (size, options, is_stored) in
        [(most, AS_SENT, false), (most + 1, AS_SENT, true), (INLINE_PAYLOAD_CEILING_BYTES, Options::default(), false)]
    {
        let payload = Some(Payload::Inline(vec![b'a'; size].into()));
        let event = replayed(EventRow { payload, ..row(1, EventStatus::Failed) }, options);
        assert_eq!(matches!(event.payload, Payload::Stored(stored) if stored.size == size as u64), is_stored, "{size}");
    }
}

#[test]
fn a_replay_of_a_replay_goes_back_to_the_first() {
    let rendering =
        Rendering { event_id: id(1), event_name: None, created_at: id(1).moment(), shape: Shape::default() };
    let first = Replay { of: id(1), webhook_id: Some(id(1)), as_sent: Some(rendering.clone()) };
    let second = EventRow { replay: Some(first), ..row(2, EventStatus::Failed) };
    let options = Options { body: Body::AsSent, webhook_id: WebhookId::Same };
    let again = Replay { of: id(2), webhook_id: Some(id(1)), as_sent: Some(rendering) };
    assert_eq!(replayed(second, options).replay, Some(again));
}

#[test]
fn what_can_not_be_replayed_is_refused_and_nothing_starts() {
    let world = World::of([
        row(1, EventStatus::InProgress),
        EventRow { payload: Some(Payload::Stored(stored("gone"))), ..row(2, EventStatus::Failed) },
        row(3, EventStatus::Failed),
    ]);
    let refused = |number: u64| replay(&world, &id(number), Options::default(), None).expect_err("it is accepted");
    assert!(matches!(refused(1), ReplayError::EventInProgress));
    assert!(matches!(refused(2), ReplayError::PayloadMissing));
    assert!(matches!(refused(9), ReplayError::EventNotFound));
    if let Some(webhook) = &mut world.state().webhook {
        webhook.status = Status::Disabled;
    }
    assert!(matches!(refused(3), ReplayError::WebhookDisabled));
    world.state().webhook = None;
    assert!(matches!(refused(3), ReplayError::WebhookNotFound));
    assert!(world.state().starts.is_empty());
}

#[test]
fn the_same_key_is_the_same_replay_of_the_same_event() {
    let world = World::of([row(1, EventStatus::Failed), row(2, EventStatus::Failed)]);
    let replay = |number: u64, key| replay(&world, &id(number), Options::default(), key).expect("it is accepted");
    let first = replay(1, Some("k"));
    // As long as there is no row, the first caller may have died: the leg is started for the same event.
    assert_eq!(replay(1, Some("k")), first);
    world
        .state()
        .rows
        .insert(first.key.event_id.clone(), EventRow { key: first.key.clone(), ..row(1, EventStatus::Succeeded) });
    let starts = world.state().starts.len();
    assert_eq!(replay(1, Some("k")), Replayed { status: EventStatus::Succeeded, ..first.clone() });
    assert_eq!(world.state().starts.len(), starts);
    assert_ne!(replay(2, Some("k")).key, first.key);
    assert_ne!(replay(1, None).key, first.key);
    assert_eq!(world.state().started.len(), 3);
}
