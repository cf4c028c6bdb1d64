//! A tenant's events in progress, counted.

use hookstep_core::event::{Event, Leg};
use hookstep_core::ids::{EventId, TenantId};
use hookstep_core::ports::{Backlog, BacklogReader, OutcomeRecorder, Seen};
use hookstep_core::verdict::{Ending, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::make::{EXECUTION, answered, config_id, delivery, event, last, small_body, tenant};
use crate::stack::Tables;

/// Before the rows of the other tests, so that those of these are due first.
const THEN: Timestamp = Timestamp::constant(2_500_000_000, 0);

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Runs,
    Waits(i64),
    Ends,
}

/// The row of an event that was accepted so many seconds before.
async fn write(tables: &Tables, owner: &TenantId, age: i64, fate: Fate) -> EventId {
    let mut event: Event = event(owner, &config_id());
    event.key.event_id = EventId::generate(THEN - SignedDuration::from_secs(age), u128::from(age.unsigned_abs()) << 32);
    tables.record(&event, &delivery(), EXECUTION, THEN).await;
    let attempt = answered(500, small_body());
    let verdict = Verdict::of_attempt(&attempt);
    let ending = match fate {
        Fate::Runs => return event.key.event_id,
        Fate::Waits(seconds) => Ending::Again { at: THEN + SignedDuration::from_secs(seconds), because: verdict },
        Fate::Ends => last(&verdict),
    };
    let concluded = tables.events(THEN).conclude(&Leg::from(&event), EXECUTION, &attempt, &ending, THEN).await;
    concluded.expect("it is written");
    event.key.event_id
}

fn all(count: u64) -> Seen {
    Seen { count, complete: true }
}

#[tokio::test]
async fn a_backlog_is_the_tenants_own_with_its_oldest_event_and_the_next_that_is_due() {
    let (tables, owner, stranger) = (Tables::connect(), tenant(), tenant());
    for (age, fate) in
        [(10, Fate::Runs), (50, Fate::Waits(60)), (40, Fate::Waits(20)), (500, Fate::Ends), (30, Fate::Runs)]
    {
        write(&tables, &owner, age, fate).await;
    }
    let oldest = write(&tables, &owner, 100, Fate::Runs).await;
    write(&tables, &stranger, 1_000, Fate::Runs).await;
    write(&tables, &stranger, 1_000, Fate::Waits(1)).await;

    let backlog = tables.events(THEN).backlog(&owner).await.expect("it is readable");
    assert_eq!((backlog.waiting, backlog.running), (all(2), all(3)));
    assert_eq!(backlog.next_attempt_at, Some(THEN + SignedDuration::from_secs(20)));
    assert_eq!(backlog.oldest.map(|row| row.key.event_id), Some(oldest));
}

#[tokio::test]
async fn a_tenant_without_events_in_progress_has_no_backlog() {
    let (tables, owner) = (Tables::connect(), tenant());
    write(&tables, &owner, 10, Fate::Ends).await;
    let backlog = tables.events(THEN).backlog(&owner).await.expect("it is readable");
    assert_eq!(backlog, Backlog { waiting: all(0), next_attempt_at: None, running: all(0), oldest: None });
}
