//! Legs that go out of the static IP address: the same attempt, by another state.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::ids::TenantId;
use hookstep_tests::{HOOK, Script};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::interpreter::Faults;
use crate::path::Path;

const DELIVER: &str = "DeliverFunctionArn";
const DELIVER_STATIC_IP: &str = "DeliverStaticIpFunctionArn";

/// The stack of these tests has no static IP, and plans no leg by it: the plan is changed on its way.
fn planned(faults: Faults) -> Faults {
    faults.answers("FetchConfigFunctionArn", &json!({ "action": "deliver_static_ip" }))
}

/// What is seen of a leg by the one state and by the other, with the faults of its function and the script of the receiver.
async fn both(environment: &[(&'static str, &str)], script: impl Fn() -> Script) -> Result<[Value; 2]> {
    let faults = |placeholder| match environment {
        [] => Faults::none(),
        _ => Faults::none().broken(placeholder, environment),
    };
    let of = async |faults| {
        let path = Path::new().await?.where_machine(faults);
        path.scene.receiver.on(HOOK, script());
        path.take().await
    };
    Ok([of(faults(DELIVER)).await?, of(planned(faults(DELIVER_STATIC_IP))).await?])
}

/// The two differ in the name of the state, and in nothing else.
fn assert_same([plain, fixed]: &[Value; 2]) {
    let mut renamed = fixed.clone();
    let states = renamed["states"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let mut by_static_ip = 0;
    for state in states {
        if let Some(rest) = state.as_str().and_then(|name| name.strip_prefix("DeliverStaticIp")) {
            *state = json!(format!("Deliver{rest}"));
            by_static_ip += 1;
        }
    }
    assert_eq!(by_static_ip, 1, "{fixed}");
    assert_eq!(renamed, *plain);
}

#[tokio::test]
async fn a_delivery_from_the_static_ip_is_as_any_other() -> Result<()> {
    let seen = both(&[], || Script::status(200).body("ok")).await?;
    assert_same(&seen);
    assert_eq!((&seen[1]["row"]["status"], &seen[1]["requests"]), (&json!("succeeded"), &json!(1)));
    Ok(())
}

#[tokio::test]
async fn what_the_receiver_does_is_a_result_there_too() -> Result<()> {
    let seen = both(&[], || Script::status(503).body("busy")).await?;
    assert_same(&seen);
    assert_eq!(seen[1]["row"]["reason"], "receiver_rejected");
    let seen = both(&[], Script::close).await?;
    assert_same(&seen);
    assert_eq!((&seen[1]["status"], &seen[1]["row"]["status"]), (&json!("SUCCEEDED"), &json!("failed")));
    Ok(())
}

#[tokio::test]
async fn a_crash_there_is_not_tried_again() -> Result<()> {
    for environment in [&[("FAULT", "crash")][..], &[("FAULT", "crash"), ("AFTER", "1")]] {
        let seen = both(environment, || Script::status(200)).await?;
        assert_same(&seen);
        let requests = environment.len() - 1;
        assert_eq!((&seen[1]["row"]["reason"], &seen[1]["requests"]), (&json!("internal_error"), &json!(requests)));
    }
    Ok(())
}

#[tokio::test]
async fn what_is_tried_again_and_what_is_not_is_the_same() -> Result<()> {
    for (fault, times, tries) in [
        ("PayloadUnavailable", "1", 2),
        ("PayloadUnavailable", "9", 2),
        ("SecretsUnavailable", "1", 2),
        ("TransformerUnavailable", "9", 2),
        ("PayloadInterrupted", "1", 1),
        ("PayloadAltered", "1", 1),
        ("SecretsUnreadable", "1", 1),
    ] {
        let seen = both(&[("FAULT", fault), ("TIMES", times)], || Script::status(200)).await?;
        assert_same(&seen);
        let state = if tries == 2 { "DeliverStaticIp (2 times)" } else { "DeliverStaticIp" };
        assert_eq!(seen[1]["states"][3], state, "{fault}");
        let delivered = tries == 2 && times == "1";
        assert_eq!(seen[1]["row"]["status"], if delivered { "succeeded" } else { "failed" }, "{fault}");
    }
    Ok(())
}

/// As after the operator has taken the static IP away.
#[tokio::test]
async fn without_a_static_ip_a_webhook_that_asks_for_one_sends_nothing() -> Result<()> {
    let path = Path::new().await?;
    let (hookstep, webhook) = (&path.scene.hookstep, &path.scene.webhook);
    if hookstep.stack.functions.deliver_static_ip.is_some() {
        // There it can't be seen.
        return Ok(());
    }
    let update = hookstep.engine().dynamodb.update_item().table_name(&hookstep.stack.configs_table);
    let update = update
        .key("tenant_id", AttributeValue::S(TenantId::single().to_string()))
        .key("config_id", AttributeValue::S(webhook.config_id.clone()));
    let update = update.update_expression("SET static_ip = :yes").condition_expression("attribute_exists(config_id)");
    update.expression_attribute_values(":yes", AttributeValue::Bool(true)).send().await.context("it is set")?;
    let seen = path.take().await?;
    assert_eq!((&seen["row"]["reason"], &seen["requests"]), (&json!("static_ip_unavailable"), &json!(0)));
    assert_json_snapshot!(seen);
    Ok(())
}
