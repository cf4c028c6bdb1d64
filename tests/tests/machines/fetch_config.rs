//! Paths that part at `FetchConfig`: there is no row yet, and the exception makes it.

use anyhow::Result;
use aws_sdk_dynamodb::types::AttributeValue;
use insta::assert_json_snapshot;

use crate::interpreter::Faults;
use crate::path::Path;

const FETCH_CONFIG: &str = "FetchConfigFunctionArn";

#[tokio::test]
async fn a_corrupt_config_is_not_tried_again() -> Result<()> {
    let path = Path::new().await?;
    let stack = &path.scene.hookstep.stack;
    let update = path.scene.hookstep.engine().dynamodb.update_item().table_name(&stack.configs_table);
    update
        .key("tenant_id", AttributeValue::S("default".to_owned()))
        .key("config_id", AttributeValue::S(path.scene.webhook.config_id.clone()))
        .update_expression("SET http_method = :method")
        .expression_attribute_values(":method", AttributeValue::S("YELL".to_owned()))
        .send()
        .await?;
    let seen = path
        .take_after(async |leg| {
            // What can't be read has no policy of its own, and would be tried again by the default one.
            leg.event.one_attempt = true;
            Ok(())
        })
        .await?;
    assert_json_snapshot!(seen);
    Ok(())
}

#[tokio::test]
async fn a_function_that_does_not_exist_is_an_exception() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().missing(FETCH_CONFIG));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_crash_is_an_exception_and_is_not_tried_again() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().broken(FETCH_CONFIG, &[("FAULT", "crash")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_function_that_runs_out_of_its_own_time_is_not_tried_again() -> Result<()> {
    let faults = Faults::none().broken(FETCH_CONFIG, &[("FAULT", "hang"), ("TIMEOUT", "3")]);
    let path = Path::new().await?.where_machine(faults);
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_task_that_runs_out_of_its_time_is_not_tried_again() -> Result<()> {
    // The function itself has more time than the task, which has 15 s.
    let path = Path::new().await?.where_machine(Faults::none().broken(FETCH_CONFIG, &[("FAULT", "hang")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_table_that_is_unavailable_once_delays_the_delivery() -> Result<()> {
    let faults = Faults::none().broken(FETCH_CONFIG, &[("FAULT", "ConfigsUnavailable"), ("TIMES", "1")]);
    let path = Path::new().await?.where_machine(faults);
    let seen = path.take().await?;
    assert_eq!(seen["states"][0], "FetchConfig (2 times)");
    assert_eq!((&seen["row"]["status"], &seen["requests"]), (&"succeeded".into(), &1.into()));
    Ok(())
}

#[tokio::test]
async fn a_table_that_stays_unavailable_fails_the_event() -> Result<()> {
    let path =
        Path::new().await?.where_machine(Faults::none().broken(FETCH_CONFIG, &[("FAULT", "ConfigsUnavailable")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_throttled_function_is_tried_again() -> Result<()> {
    let faults = Faults::none().broken(FETCH_CONFIG, &[("FAULT", "Lambda.TooManyRequestsException"), ("TIMES", "2")]);
    let path = Path::new().await?.where_machine(faults);
    let seen = path.take().await?;
    assert_eq!(seen["states"][0], "FetchConfig (3 times)");
    assert_eq!(seen["row"]["status"], "succeeded");
    Ok(())
}
