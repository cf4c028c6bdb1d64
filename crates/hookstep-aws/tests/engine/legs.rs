//! Rows from leg to leg: who may take one over, who may end it, and what each of that costs.

use hookstep_core::event::{Event, EventRow, EventStatus, Leg};
use hookstep_core::exception::Exception;
use hookstep_core::leg::{Plan, plan};
use hookstep_core::ports::{Conclusion, EventCanceler, EventReader, OutcomeRecorder};
use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use hookstep_core::verdict::{Ending, Reason, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::make::{EXECUTION, NOW, answered, config_id, delivery, event, last, small_body, tenant};
use crate::meter::{Meter, of};
use crate::stack::Tables;

/// Of the leg after the first.
const SECOND: &str = "arn:aws:states:us-east-1:000000000000:execution:delivery:second";

/// When the next leg is due.
const DUE: Timestamp = Timestamp::constant(4_000_000_300, 0);

struct Scene {
    tables: Tables,
    event: Event,
}

impl Scene {
    /// An event whose first leg runs.
    async fn running(tables: Tables) -> Self {
        let scene = Self { tables, event: event(&tenant(), &config_id()) };
        scene.tables.record(&scene.event, &delivery(), EXECUTION, NOW).await;
        scene
    }

    /// An event that waits for its second leg.
    async fn waiting() -> Self {
        let scene = Self::running(Tables::connect()).await;
        assert_eq!(scene.rejected(1, EXECUTION).await, Conclusion::Recorded);
        scene
    }

    /// The event as its leg of this number has it.
    fn leg(&self, number: u32) -> Event {
        Event { leg: number, ..self.event.clone() }
    }

    /// The end of a leg that the receiver rejected, with another one to follow.
    async fn rejected(&self, number: u32, execution: &str) -> Conclusion {
        let mut attempt = answered(503, small_body());
        attempt.number = number;
        let ending = Ending::Again { at: DUE, because: Verdict::of_attempt(&attempt) };
        let (leg, events) = (Leg::from(&self.leg(number)), self.tables.events(NOW));
        events.conclude(&leg, execution, &attempt, &ending, NOW).await.expect("it is answered")
    }

    async fn broken(&self, number: u32, execution: &str) -> Conclusion {
        let ending = Ending::Again { at: DUE, because: Verdict::of_exception(Exception::Throttled, "") };
        let (leg, events) = (Leg::from(&self.leg(number)), self.tables.events(NOW));
        events.conclude_without_attempt(&leg, None, execution, &ending, NOW).await.expect("it is answered")
    }

    /// Whether a leg may have the row.
    async fn takes(&self, number: u32, execution: &str) -> bool {
        self.tables.try_record(&self.leg(number), &delivery(), false, execution, NOW).await.is_some()
    }

    async fn row(&self) -> EventRow {
        self.tables.events(NOW).event(&self.event.key).await.expect("it is readable").expect("it is there")
    }
}

#[tokio::test]
async fn a_row_that_waits_says_why_and_until_when() {
    let scene = Scene::waiting().await;
    let row = scene.row().await;
    assert_eq!((row.status, row.reason), (EventStatus::InProgress, Some(Reason::ReceiverRejected)));
    assert_eq!(row.reason_detail.as_deref(), Some("the receiver answered 503"));
    assert_eq!((row.next_attempt_at, row.leg, row.attempts.len()), (Some(DUE), 1, 1));
    assert_eq!(row.deadline_at, Some(DUE + SignedDuration::from_secs(120)));
}

#[tokio::test]
async fn one_leg_takes_over_what_waits_and_no_other_does() {
    let scene = Scene::waiting().await;
    // Not the first again, as a restarted execution is, and not the one after the next.
    assert!(!scene.takes(1, EXECUTION).await);
    assert!(!scene.takes(3, SECOND).await);
    assert!(scene.takes(2, SECOND).await);
    // Its own restart may, and a duplicate may not.
    assert!(scene.takes(2, SECOND).await);
    assert!(!scene.takes(2, "another").await);
    let row = scene.row().await;
    assert_eq!((row.leg, row.execution_arn.as_str(), row.next_attempt_at), (2, SECOND, None));
    assert_eq!(
        (row.status, row.attempts.len(), row.payload),
        (EventStatus::InProgress, 1, Some(scene.event.payload.clone()))
    );
}

#[tokio::test]
async fn success_takes_the_reason_of_the_failure_before_it_away() {
    let scene = Scene::waiting().await;
    assert!(scene.takes(2, SECOND).await);
    let mut attempt = answered(200, small_body());
    attempt.number = 2;
    let (leg, events) = (Leg::from(&scene.leg(2)), scene.tables.events(NOW));
    // The leg before it has no say any more.
    let late = events.conclude(&leg, EXECUTION, &attempt, &last(&Verdict::of_attempt(&attempt)), NOW).await;
    assert_eq!(late.expect("it is answered"), Conclusion::Taken);
    let concluded = events.conclude(&leg, SECOND, &attempt, &last(&Verdict::of_attempt(&attempt)), NOW).await;
    assert_eq!(concluded.expect("it is answered"), Conclusion::Recorded);
    let row = scene.row().await;
    assert_eq!((row.status, row.reason, row.reason_detail), (EventStatus::Succeeded, None, None));
    let numbers: Vec<u32> = row.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!((numbers, row.deadline_at), (vec![1, 2], None));
}

#[tokio::test]
async fn a_step_that_is_repeated_finds_what_it_wrote_first() {
    let scene = Scene::waiting().await;
    let Conclusion::Repeated(Ending::Again { at, because }) = scene.rejected(1, EXECUTION).await else {
        panic!("it is not known")
    };
    assert_eq!((at, because.reason), (DUE, Some(Reason::ReceiverRejected)));
    // It came to an attempt: an exception of the same leg is no repetition.
    assert_eq!(scene.broken(1, EXECUTION).await, Conclusion::Taken);
}

#[tokio::test]
async fn a_leg_that_could_not_take_its_row_over_ends_all_the_same() {
    let scene = Scene::waiting().await;
    assert_eq!(scene.broken(3, SECOND).await, Conclusion::Taken);
    assert_eq!(scene.broken(2, SECOND).await, Conclusion::Recorded);
    let row = scene.row().await;
    assert_eq!((row.leg, row.reason), (2, Some(Reason::Exception(Exception::Throttled))));
    assert!(matches!(scene.broken(2, SECOND).await, Conclusion::Repeated(Ending::Again { .. })));
    assert!(scene.takes(3, "third").await);
}

#[tokio::test]
async fn only_what_waits_for_that_leg_is_canceled() {
    let verdict = Verdict::failed(Reason::Canceled, "it was canceled");
    let cancel = async |scene: &Scene, leg| {
        let events = scene.tables.events(NOW);
        events.cancel(&scene.event.key, leg, &verdict, NOW).await.expect("it is answered")
    };
    let running = Scene::running(Tables::connect()).await;
    assert!(!cancel(&running, 2).await);
    let waiting = Scene::waiting().await;
    assert!(!cancel(&waiting, 3).await);
    assert!(cancel(&waiting, 2).await);
    assert!(!cancel(&waiting, 2).await);
    let row = waiting.row().await;
    assert_eq!((row.status, row.reason, row.next_attempt_at), (EventStatus::Failed, Some(Reason::Canceled), None));
    assert!(!waiting.takes(2, SECOND).await);
}

#[tokio::test]
async fn a_webhook_that_is_gone_by_the_next_leg_ends_the_event_as_skipped() {
    let scene = Scene::waiting().await;
    let event = scene.leg(2);
    assert!(scene.tables.try_record(&event, &plan(None, &event), false, SECOND, NOW).await.is_some());
    let row = scene.row().await;
    assert_eq!((row.status, row.reason), (EventStatus::Skipped, Some(Reason::WebhookDeleted)));
    assert_eq!((row.next_attempt_at, row.deadline_at, row.attempts.len()), (None, None, 1));
}

#[tokio::test]
async fn the_shape_of_the_first_attempt_is_kept_also_where_the_first_leg_came_to_none() {
    let scene = Scene { tables: Tables::connect(), event: event(&tenant(), &config_id()) };
    let (first, ending) = (Leg::from(&scene.event), Verdict::of_exception(Exception::Throttled, ""));
    let ending = Ending::Again { at: DUE, because: ending };
    let events = scene.tables.events(NOW);
    let concluded = events.conclude_without_attempt(&first, Some(&scene.event), EXECUTION, &ending, NOW).await;
    assert_eq!(concluded.expect("it is answered"), Conclusion::Recorded);
    assert_eq!(scene.row().await.url, None);

    let Plan::Deliver(mut target) = delivery() else { panic!("it delivers") };
    target.shape = Shape { format: PayloadFormat::StandardWebhooks, transformation: Expression::new("$.order") };
    let (shape, plan) = (target.shape.clone(), Plan::Deliver(target));
    assert!(scene.tables.try_record(&scene.leg(2), &plan, true, SECOND, NOW).await.is_some());
    assert_eq!(scene.row().await.shape, shape);
    // What the webhook wants later is not what was sent first.
    assert_eq!(scene.broken(2, SECOND).await, Conclusion::Recorded);
    assert!(scene.tables.try_record(&scene.leg(3), &delivery(), false, "third", NOW).await.is_some());
    assert_eq!(scene.row().await.rendering().shape, shape);
}

#[tokio::test]
async fn a_retry_takes_eight_units_and_the_wait_none() {
    let meter = Meter::default();
    let scene = Scene::running(Tables::connect().metered(&meter)).await;
    scene.rejected(1, EXECUTION).await;
    scene.takes(2, SECOND).await;
    let [_, waits, runs] = meter.read().try_into().expect("three writes");
    // One entry moves, which is a removal and a write, and one is new.
    assert_eq!(waits, of(&[("table", 1.0), ("open_by_deadline", 2.0), ("status_by_tenant", 1.0)]));
    assert_eq!(runs, of(&[("table", 1.0), ("open_by_deadline", 2.0), ("status_by_tenant", 1.0)]));
}
