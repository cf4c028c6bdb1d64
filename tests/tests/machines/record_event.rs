//! Paths that part at `RecordEvent`: the condition on the row tells a restart of the own execution from a duplicate.

use anyhow::Result;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::interpreter::Faults;
use crate::path::Path;

const RECORDED_ELSEWHERE: [&str; 3] = ["FetchConfig", "RecordEvent", "AlreadyRecorded"];

#[tokio::test]
async fn a_second_execution_for_the_same_event_leaves_the_row_and_the_receiver_alone() -> Result<()> {
    let path = Path::new().await?;
    path.each(async |leg| {
        leg.execute().await?;
        let row = leg.row().await?;
        assert!(row.is_some());

        let second = leg.again();
        let mut seen = second.run().await?;
        assert_eq!(seen["states"], json!(RECORDED_ELSEWHERE));
        assert_eq!((&seen["status"], &seen["output"]), (&json!("SUCCEEDED"), &json!("[event]")));
        assert_eq!(seen["requests"], json!(1));
        assert_eq!(leg.row().await?, row);
        seen["row"]["execution_arn"] = json!("the first one's");
        Ok(seen)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_restart_of_the_own_execution_is_no_duplicate() -> Result<()> {
    let path = Path::new().await?;
    let seen = path
        .take_after(async |leg| {
            leg.put_row(&[("status", "in_progress"), ("execution_arn", &leg.execution_arn()?)]).await
        })
        .await?;
    // The row is written anew, whole.
    assert_json_snapshot!(seen);
    Ok(())
}

#[tokio::test]
async fn a_restart_after_the_own_end_changes_nothing() -> Result<()> {
    for status in ["succeeded", "failed", "skipped"] {
        let path = Path::new().await?;
        let seen = path
            .take_after(async |leg| leg.put_row(&[("status", status), ("execution_arn", &leg.execution_arn()?)]).await)
            .await?;
        assert_eq!(seen["states"], json!(RECORDED_ELSEWHERE), "{status}");
        assert_eq!(seen["row"]["status"], status);
        assert_eq!(seen["requests"], json!(0));
    }
    Ok(())
}

#[tokio::test]
async fn a_row_of_another_execution_that_is_still_in_progress_stays_as_it_is() -> Result<()> {
    let path = Path::new().await?;
    let seen = path
        .take_after(async |leg| leg.put_row(&[("status", "in_progress"), ("execution_arn", "another")]).await)
        .await?;
    assert_json_snapshot!(seen);
    Ok(())
}

#[tokio::test]
async fn a_skipped_event_of_another_execution_stays_as_it_is() -> Result<()> {
    let path = Path::with(|webhook| webhook.enabled = Some(false)).await?;
    let seen = path
        .take_after(async |leg| leg.put_row(&[("status", "in_progress"), ("execution_arn", "another")]).await)
        .await?;
    assert_eq!(seen["states"], json!(RECORDED_ELSEWHERE));
    assert_eq!(seen["row"]["status"], "in_progress");
    Ok(())
}

#[tokio::test]
async fn where_the_row_can_not_be_put_the_exception_makes_it() -> Result<()> {
    // HandleException has the real table.
    let path = Path::new().await?.where_machine(Faults::none().missing("EventsTable"));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}
