//! The template's alarms, as deployed: each comes on for what it is there for, and tells the alert topic by its runbook. What they look
//! at is put as `CloudWatch` would have it; where a function of ours counts it, one test lets it.
//!
//! The engine's evaluation is ours (`tools/local/engine_alarms.py`): this holds the alarms to their definitions, not to
//! `CloudWatch`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{Engine, Hookstep, SOON, Scene, Script, Trigger, until};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::alerts::{alerts, subscriber};

/// What the alarms of several metrics come on for: metric, dimensions left out, and its value in each period.
const OF_SEVERAL: [(&str, [(&str, f64); 2]); 4] = [
    // So many that those of other tests do not count.
    ("FailuresAlarm", [("Failed", 100_000.0), ("Succeeded", 99_000.0)]),
    // Of 1,000, which is what the engine says of every quota.
    ("ConcurrencyAlarm", [("ConcurrentExecutions", 10.0), ("ClaimedAccountConcurrency", 800.0)]),
    ("StartExecutionsAlarm", [("ConsumedCapacity", 240.0), ("ProvisionedRefillRate", 300.0)]),
    ("TransitionsAlarm", [("ConsumedCapacity", 4000.0), ("ProvisionedRefillRate", 5000.0)]),
];
/// The one that is on while there is nothing to look at.
const SILENCE: &str = "ReconcileStoppedAlarm";

/// A metric and how often it is looked at.
struct Watched {
    namespace: Value,
    name: String,
    dimensions: Value,
    period: SignedDuration,
}

async fn monitoring(engine: &Engine, action: &str, body: &Value) -> Result<Value> {
    engine.call("monitoring", &format!("GraniteServiceVersion20100801.{action}"), body).await
}

/// Every alarm of the stack by its logical id, as it is now.
async fn alarms(engine: &Engine) -> Result<BTreeMap<String, Value>> {
    let body = json!({ "AlarmNamePrefix": format!("{STACK_NAME}-"), "MaxRecords": 100 });
    let answer = monitoring(engine, "DescribeAlarms", &body).await?;
    let alarms = answer["MetricAlarms"].as_array().context("no alarms")?;
    // The physical name is the stack's, the logical id and something random.
    let by_id = alarms.iter().filter_map(|alarm| {
        let name = alarm["AlarmName"].as_str()?.strip_prefix(STACK_NAME)?;
        Some((name.split('-').nth(1)?.to_owned(), alarm.clone()))
    });
    Ok(by_id.collect())
}

fn watched(alarm: &Value) -> Vec<Watched> {
    let seconds = |value: &Value| SignedDuration::from_secs(value.as_i64().unwrap());
    let watched = |metric: &Value, period: &Value| Watched {
        namespace: metric["Namespace"].clone(),
        name: metric["MetricName"].as_str().unwrap().to_owned(),
        dimensions: metric.get("Dimensions").cloned().unwrap_or_else(|| json!([])),
        period: seconds(period),
    };
    let Some(queries) = alarm["Metrics"].as_array() else { return vec![watched(alarm, &alarm["Period"])] };
    let asked = queries.iter().filter_map(|query| query.get("MetricStat"));
    asked.map(|asked| watched(&asked["Metric"], &asked["Period"])).collect()
}

/// What is enough for an alarm, for each of its metrics.
fn enough(id: &str, alarm: &Value, metric: &str) -> f64 {
    if let Some((_, values)) = OF_SEVERAL.iter().find(|(several, _)| *several == id) {
        return values.iter().find(|(name, _)| *name == metric).unwrap().1;
    }
    let threshold = alarm["Threshold"].as_f64().unwrap();
    if alarm["ComparisonOperator"] == "GreaterThanThreshold" { threshold + 1.0 } else { threshold }
}

/// Puts `value` of a metric into each of the last periods.
async fn put(engine: &Engine, watched: &Watched, periods: u64, value: f64) -> Result<()> {
    let now = Timestamp::now();
    let data: Vec<_> = (0..periods)
        .map(|ago| {
            // In the middle of a period: what comes after this takes less than half a minute.
            let at = now - watched.period * i32::try_from(ago).unwrap() - watched.period / 2;
            json!({ "MetricName": watched.name, "Dimensions": watched.dimensions, "Timestamp": at.as_second(), "Value": value })
        })
        .collect();
    let body = json!({ "Namespace": watched.namespace, "MetricData": data });
    monitoring(engine, "PutMetricData", &body).await.map(drop)
}

fn is_on(alarm: &Value) -> bool {
    alarm["StateValue"] == "ALARM"
}

#[tokio::test]
async fn each_alarm_comes_on_for_what_it_watches_and_tells_its_runbook() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let engine = hookstep.engine();
    let subscriber = subscriber(&hookstep).await?;
    let before = alarms(&engine).await?;
    assert!(before.len() > 30, "{:?}", before.keys());
    assert!(before[SILENCE]["TreatMissingData"] == "breaching");

    // Short periods last: their values are to be young when they are looked at.
    let mut loud: Vec<_> = before.iter().filter(|(id, _)| *id != SILENCE).collect();
    loud.sort_by_key(|(_, alarm)| Reverse(watched(alarm).iter().map(|metric| metric.period).min()));
    for (id, alarm) in loud {
        // Whatever other tests have set off.
        let quiet = json!({ "AlarmName": alarm["AlarmName"], "StateValue": "OK", "StateReason": "a test begins" });
        monitoring(&engine, "SetAlarmState", &quiet).await?;
        let periods = alarm["EvaluationPeriods"].as_u64().unwrap();
        for metric in watched(alarm) {
            put(&engine, &metric, periods, enough(id, alarm, &metric.name)).await?;
        }
    }
    // And the other way round: a sweep ends the silence.
    put(&engine, &watched(&before[SILENCE])[0], 1, 1.0).await?;

    let after = alarms(&engine).await?;
    let off: Vec<_> = after.iter().filter(|(_, alarm)| !is_on(alarm)).map(|(id, _)| id.as_str()).collect();
    assert_eq!(off, [SILENCE]);
    until("the topic to be told", SOON, async || {
        let told = alerts(&subscriber);
        let missing = after.values().filter(|alarm| is_on(alarm)).any(|alarm| {
            !told.iter().any(|alert| {
                let runbook = alert["AlarmDescription"].as_str().unwrap_or_default();
                alert["AlarmName"] == alarm["AlarmName"]
                    && alert["NewStateValue"] == "ALARM"
                    && runbook.contains("Runbook: docs/RUNBOOKS.md#")
            })
        });
        Ok((!missing).then_some(()))
    })
    .await
}

/// Whether the alarm was on before, or another test set it off, is nothing to this one.
#[tokio::test]
async fn what_a_function_counts_is_what_its_alarm_watches() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(410)).await?;
    let engine = scene.hookstep.engine();
    scene.deliver(&Trigger::json("{}")).await?;
    let line = until("the line of this webhook", SOON, async || {
        let lines =
            engine.log_lines(&format!("/aws/lambda/{STACK_NAME}/status-update"), "AutoDisabledWebhooks").await?;
        let mut lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(lines.find(|line| line["config_id"] == scene.webhook.config_id.as_str()))
    })
    .await?;
    let alarms = alarms(&engine).await?;
    let [watched] = &watched(&alarms["AutoDisabledAlarm"])[..] else { panic!("it watches one metric") };
    let written = &line["_aws"]["CloudWatchMetrics"][0];
    let dimensions = watched.dimensions.as_array().context("no dimensions")?;
    let names: Vec<_> = dimensions.iter().map(|dimension| dimension["Name"].clone()).collect();
    assert_eq!((&written["Namespace"], &written["Dimensions"]), (&watched.namespace, &json!([names])), "{line}");
    for dimension in dimensions {
        assert_eq!(line[dimension["Name"].as_str().context("no name")?], dimension["Value"], "{line}");
    }
    assert!(line[&watched.name].as_f64().is_some_and(|count| count >= 1.0), "{line}");
    Ok(())
}

#[tokio::test]
async fn the_dashboard_shows_the_alarms_that_there_are() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let engine = hookstep.engine();
    let name = format!("{STACK_NAME}-{}", hookstep.stack.region);
    let answer = monitoring(&engine, "GetDashboard", &json!({ "DashboardName": name })).await?;
    let body: Value = serde_json::from_str(answer["DashboardBody"].as_str().context("no body")?)?;
    let widgets = body["widgets"].as_array().context("no widgets")?;
    let mut shown: Vec<_> =
        widgets.iter().filter_map(|widget| widget["properties"]["alarms"].as_array()).flatten().collect();
    shown.sort_by_key(ToString::to_string);
    let alarms = alarms(&engine).await?;
    let mut wanted: Vec<_> = alarms.values().map(|alarm| &alarm["AlarmArn"]).collect();
    wanted.sort_by_key(ToString::to_string);
    assert_eq!(shown, wanted);
    // Nothing is left that CloudFormation should have put in.
    ensure!(!body.to_string().contains("${"), "{body}");
    Ok(())
}
