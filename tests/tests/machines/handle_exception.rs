//! Paths on which the handling of an exception fails too: the row is left to reconciliation without any Lambda function, and the
//! execution fails.

use anyhow::Result;
use insta::assert_json_snapshot;

use crate::interpreter::Faults;
use crate::path::Path;

const FETCH_CONFIG: &str = "FetchConfigFunctionArn";
const STATUS_UPDATE: &str = "StatusUpdateFunctionArn";

#[tokio::test]
async fn the_row_in_progress_is_left_to_reconciliation() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().missing(STATUS_UPDATE));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn where_there_is_no_row_all_that_was_to_be_delivered_is_left_in_one() -> Result<()> {
    let faults = Faults::none().missing(STATUS_UPDATE).broken(FETCH_CONFIG, &[("FAULT", "ConfigCorrupt")]);
    let path = Path::new().await?.where_machine(faults);
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_crash_that_is_only_handlings_own_is_the_last_error_and_not_the_reason() -> Result<()> {
    let faults =
        Faults::none().broken(STATUS_UPDATE, &[("FAULT", "crash")]).broken(FETCH_CONFIG, &[("FAULT", "ConfigCorrupt")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!(seen["row"]["reason"], "internal_error");
    let detail = seen["row"]["reason_detail"].as_str().unwrap();
    assert!(detail.ends_with("ConfigCorrupt"), "{detail}");
    Ok(())
}

#[tokio::test]
async fn a_table_that_is_unavailable_once_delays_the_handling() -> Result<()> {
    let faults = Faults::none()
        .broken(STATUS_UPDATE, &[("FAULT", "EventsUnavailable"), ("TIMES", "1")])
        .broken(FETCH_CONFIG, &[("FAULT", "ConfigCorrupt")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!(seen["states"][1], "HandleException (2 times)");
    assert_eq!((&seen["status"], &seen["row"]["status"]), (&"SUCCEEDED".into(), &"failed".into()));
    Ok(())
}

#[tokio::test]
async fn a_row_that_the_handling_closed_before_its_answer_was_lost_stays_as_it_is() -> Result<()> {
    let faults = Faults::none()
        .broken(STATUS_UPDATE, &[("FAULT", "crash"), ("AFTER", "1")])
        .broken(FETCH_CONFIG, &[("FAULT", "PayloadMissing")]);
    let path = Path::new().await?.where_machine(faults);
    // The reason is HandleException's, and RecordFailure's condition kept it.
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn where_not_even_the_table_can_be_written_the_execution_fails_and_raises_the_alarm() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().missing(STATUS_UPDATE).missing("EventsTable"));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}
