//! Conditional writes: an event is concluded once, by the execution that owns its row.

use hookstep_core::event::{Event, EventRow, EventStatus, Leg};
use hookstep_core::exception::Exception;
use hookstep_core::leg::plan;
use hookstep_core::ports::{Conclusion, EventReader, OutcomeRecorder};
use hookstep_core::shape::Shape;
use hookstep_core::verdict::{Ending, Reason, Verdict};
use jiff::SignedDuration;

use crate::make::{EXECUTION, NOW, answered, config_id, delivery, event, last, small_body, tenant};
use crate::stack::Tables;

const OTHER: &str = "arn:aws:states:us-east-1:000000000000:execution:delivery:other";

struct Scene {
    tables: Tables,
    event: Event,
}

impl Scene {
    /// An event without a row.
    fn new() -> Self {
        Self { tables: Tables::connect(), event: event(&tenant(), &config_id()) }
    }

    /// An event in progress.
    async fn in_progress() -> Self {
        let scene = Self::new();
        scene.tables.record(&scene.event, &delivery(), EXECUTION, NOW).await;
        scene
    }

    async fn row(&self) -> Option<EventRow> {
        self.tables.events(NOW).event(&self.event.key).await.expect("it is readable")
    }

    /// A conclusion with an attempt that the receiver answered so.
    async fn conclude(&self, execution: &str, status_code: u16) -> Conclusion {
        let attempt = answered(status_code, small_body());
        let verdict = Verdict::of_attempt(&attempt);
        let at = NOW + SignedDuration::from_secs(1);
        let concluded =
            self.tables.events(NOW).conclude(&Leg::from(&self.event), execution, &attempt, &last(&verdict), at).await;
        concluded.expect("it is answered")
    }

    async fn conclude_without_attempt(&self, execution: &str, exception: Exception) -> Conclusion {
        let verdict = Verdict::of_exception(exception, "");
        let at = NOW + SignedDuration::from_secs(1);
        let (leg, ending) = (Leg::from(&self.event), last(&verdict));
        let events = self.tables.events(NOW);
        let concluded = events.conclude_without_attempt(&leg, Some(&self.event), execution, &ending, at).await;
        concluded.expect("it is answered")
    }
}

#[tokio::test]
async fn the_first_conclusion_stays() {
    let scene = Scene::in_progress().await;
    assert_eq!(scene.conclude(EXECUTION, 200).await, Conclusion::Recorded);
    let row = scene.row().await;
    assert_eq!(row.as_ref().map(|row| (row.status, row.attempts.len())), Some((EventStatus::Succeeded, 1)));
    // A step that is run again finds what it wrote, whatever it would write now.
    let first = Conclusion::Repeated(Ending::Final(Verdict::of_attempt(&answered(200, small_body()))));
    assert_eq!(scene.conclude(EXECUTION, 200).await, first);
    assert_eq!(scene.conclude(EXECUTION, 500).await, first);
    assert_eq!(scene.conclude_without_attempt(EXECUTION, Exception::Internal).await, Conclusion::Taken);
    assert_eq!(scene.row().await, row);
}

#[tokio::test]
async fn another_execution_concludes_nothing() {
    let scene = Scene::in_progress().await;
    let row = scene.row().await;
    assert_eq!(scene.conclude(OTHER, 200).await, Conclusion::Taken);
    assert_eq!(scene.conclude_without_attempt(OTHER, Exception::Internal).await, Conclusion::Taken);
    assert_eq!(scene.row().await, row);
    assert_eq!(scene.conclude(EXECUTION, 200).await, Conclusion::Recorded);
}

#[tokio::test]
async fn an_attempt_without_a_row_makes_none() {
    let scene = Scene::new();
    assert_eq!(scene.conclude(EXECUTION, 200).await, Conclusion::Taken);
    assert_eq!(scene.row().await, None);
}

#[tokio::test]
async fn an_exception_without_a_row_makes_one_and_the_next_does_not_change_it() {
    let scene = Scene::new();
    assert_eq!(scene.conclude_without_attempt(EXECUTION, Exception::Throttled).await, Conclusion::Recorded);
    let row = scene.row().await;
    let expected = EventRow {
        key: scene.event.key.clone(),
        event_name: None,
        source: scene.event.source,
        created_at: scene.event.created_at,
        expires_at: scene.event.expires_at,
        content_type: scene.event.content_type.clone(),
        correlation_id: None,
        trace: None,
        payload: Some(scene.event.payload.clone()),
        status: EventStatus::Failed,
        reason: Some(Reason::Exception(Exception::Throttled)),
        reason_detail: Some(Exception::Throttled.sentence().to_owned()),
        url: None,
        http_method: None,
        execution_arn: EXECUTION.to_owned(),
        updated_at: NOW + SignedDuration::from_secs(1),
        attempts: Vec::new(),
        leg: 1,
        machine: scene.event.machine,
        next_attempt_at: None,
        deadline_at: None,
        one_attempt: false,
        lifecycle: false,
        replay: None,
        shape: Shape::default(),
    };
    assert_eq!(row, Some(expected));
    let first = Ending::Final(Verdict::of_exception(Exception::Throttled, ""));
    assert_eq!(scene.conclude_without_attempt(EXECUTION, Exception::Timeout).await, Conclusion::Repeated(first));
    assert_eq!(scene.conclude_without_attempt(OTHER, Exception::Timeout).await, Conclusion::Taken);
    assert_eq!(scene.row().await, row);
}

#[tokio::test]
async fn an_exception_of_the_owner_ends_what_is_in_progress_and_keeps_its_target() {
    let scene = Scene::in_progress().await;
    assert_eq!(scene.conclude_without_attempt(EXECUTION, Exception::PayloadMissing).await, Conclusion::Recorded);
    let row = scene.row().await.expect("it is there");
    assert_eq!(row.reason, Some(Reason::Exception(Exception::PayloadMissing)));
    assert_eq!(row.url.as_deref(), Some("https://example.com/hooks"));
}

#[tokio::test]
async fn a_skipped_event_is_final() {
    let scene = Scene::new();
    scene.tables.record(&scene.event, &plan(None, &scene.event), EXECUTION, NOW).await;
    let row = scene.row().await;
    assert_eq!(scene.conclude(EXECUTION, 200).await, Conclusion::Taken);
    assert_eq!(scene.row().await, row);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_conclusions_at_the_same_instant_one_is_recorded() {
    let scene = std::sync::Arc::new(Scene::in_progress().await);
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(20));
    let tasks: Vec<_> = (0..20_u16)
        .map(|number| {
            let (scene, barrier) = (scene.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                (scene.conclude(EXECUTION, 200 + number).await, 200 + number)
            })
        })
        .collect();
    let mut recorded = Vec::new();
    for task in tasks {
        let (conclusion, status_code) = task.await.expect("no task panics");
        if conclusion == Conclusion::Recorded {
            recorded.push(status_code);
        }
    }
    let row = scene.row().await.expect("it is there");
    let kept: Vec<u16> =
        row.attempts.iter().filter_map(|attempt| Some(attempt.response.as_ref()?.status_code)).collect();
    assert_eq!((recorded.len(), &kept), (1, &recorded));
}
