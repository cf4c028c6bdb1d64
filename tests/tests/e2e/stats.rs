//! Statistics are a recount of the rows, whatever became of the events, and show no more than was asked for.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use hookstep_tests::{Event, HOOK, Hold, Hookstep, SOON, Scene, Script, Trigger, until};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::redelivery::{in_an_hour, soon};
use crate::support::{NOBODY, assert_problem};

async fn get(hookstep: &Hookstep, path: &str) -> Result<Value> {
    hookstep.api.send(hookstep.api.request(Method::GET, path)).await?.expect(StatusCode::OK)
}

async fn stats(scene: &Scene, query: &str) -> Result<Value> {
    get(&scene.hookstep, &format!("/webhook/{}/stats?{query}", scene.webhook.config_id)).await
}

/// All rows of the scene's webhook.
async fn rows(scene: &Scene) -> Result<Vec<Event>> {
    let page = scene.hookstep.api.list_events(&scene.webhook.config_id, "limit=100").await?;
    ensure!(page.next_cursor.is_none(), "more rows than one page holds");
    Ok(page.data)
}

/// The value that so many percent do not exceed.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]
}

/// That these are the counts of these rows.
fn assert_recount(counts: &Value, rows: &[Event]) {
    let of = |status: &str| rows.iter().filter(|row| row.status == status).count();
    let (succeeded, failed) = (of("succeeded"), of("failed"));
    let attempts: Vec<_> = rows.iter().flat_map(|row| &row.attempts).collect();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.status != "in_progress") {
        if let Some(reason) = &row.reason {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let expected = json!({
        "accepted": rows.len(),
        "in_progress": of("in_progress"),
        "succeeded": succeeded,
        "failed": failed,
        "skipped": of("skipped"),
        "attempts": attempts.len(),
        "retries": attempts.iter().filter(|attempt| attempt.number > 1).count(),
        "reasons": reasons,
    });
    let mut shown = counts.clone();
    let others = ["success_rate", "latency_ms", "start"].map(|name| shown.as_object_mut().unwrap().remove(name));
    assert_eq!(shown, expected);
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let rate = (succeeded + failed > 0).then(|| number(succeeded) / number(succeeded + failed));
    assert_eq!(others[0], Some(json!(rate)));

    let answered = attempts.iter().filter(|attempt| attempt.status_code.is_some());
    let mut durations: Vec<u64> = answered.map(|attempt| attempt.duration_ms).collect();
    durations.sort_unstable();
    for (name, percent) in [("p50", 50), ("p95", 95), ("p99", 99)] {
        let exact = percentile(&durations, percent).max(1);
        let shown = counts["latency_ms"][name].as_u64().unwrap();
        // 5 % off at most, and half a millisecond.
        assert!(40 * shown.abs_diff(exact) <= 2 * exact + 20, "{name}: {shown} for {exact}");
    }
}

/// The totals, when they are those of so many events with so many of them in progress and so many attempts.
async fn counted(scene: &Scene) -> Result<(Value, Vec<Event>)> {
    until("everything to be counted", SOON, async || {
        let (stats, rows) = (stats(scene, "").await?, rows(scene).await?);
        let totals = &stats["totals"];
        let attempts: usize = rows.iter().map(|row| row.attempts.len()).sum();
        let open = rows.iter().filter(|row| row.status == "in_progress").count();
        let same = totals["accepted"] == rows.len() && totals["in_progress"] == open && totals["attempts"] == attempts;
        Ok(same.then_some((stats, rows)))
    })
    .await
}

#[tokio::test]
async fn whatever_becomes_of_events_the_counts_are_those_of_the_rows() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("retry_policy", soon(2))).await?;
    let (api, config_id) = (&scene.hookstep.api, scene.webhook.config_id.clone());
    // At once, after one retry, after all of them not at all, and never while somebody waits for the outcome.
    scene.deliver(&Trigger::json("{}")).await?;
    scene.receiver.on_each(HOOK, [Script::status(503), Script::status(200)]);
    let retried = scene.deliver(&Trigger::json("{}")).await?;
    scene.receiver.on(HOOK, Script::status(500));
    let failed = scene.deliver(&Trigger::json("{}")).await?;
    scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!((retried.attempts.len(), failed.attempts.len()), (2, 3));
    // One that is canceled, one that goes on waiting, and one that is under way.
    scene.receiver.on(HOOK, in_an_hour());
    let canceled = scene.trigger(&Trigger::json("{}")).await?.event_id;
    let waiting = scene.trigger(&Trigger::json("{}")).await?.event_id;
    scene.waiting(&waiting, 1).await?;
    scene.waiting(&canceled, 1).await?;
    api.change_event_raw(&config_id, &canceled, "cancel").await?.expect::<Value>(StatusCode::OK)?;
    // A replay of what failed, which takes a while.
    let hold = Hold::new();
    scene.receiver.on(HOOK, Script::status(200).held_by(&hold));
    let before = scene.received_count();
    let replayed = api.replay_event(&config_id, &failed.event_id, &json!({})).await?.event_id;
    scene.receiver.wait_for(HOOK, before + 1, SOON).await?;
    let (running, rows) = counted(&scene).await?;
    assert_recount(&running["totals"], &rows);
    assert_eq!(running["totals"]["in_progress"], 2);
    hold.release();
    scene.settled(&replayed).await?;
    // And one that is skipped.
    api.patch_webhook(&config_id, &json!({ "enabled": false })).await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "skipped");

    let (ended, rows) = counted(&scene).await?;
    assert_recount(&ended["totals"], &rows);
    let reasons = json!({ "receiver_rejected": 2, "canceled": 1, "webhook_disabled": 1 });
    assert_eq!((&ended["totals"]["accepted"], &ended["totals"]["reasons"]), (&json!(8), &reasons));

    // The same in days; and what is listed with the webhook.
    let days = stats(&scene, "bucket=1d").await?;
    assert_eq!((&days["bucket"], &days["totals"]), (&json!("1d"), &ended["totals"]));
    let sums = |stats: &Value| {
        stats["buckets"].as_array().unwrap().iter().filter_map(|one| one["accepted"].as_u64()).sum::<u64>()
    };
    assert_eq!((sums(&days), sums(&ended)), (8, 8));
    assert_eq!(ended["buckets"].as_array().map(Vec::len), Some(25));
    let last_day = listed(&scene).await?["last_day"].clone();
    for name in ["accepted", "in_progress", "succeeded", "failed", "skipped", "success_rate"] {
        assert_eq!(last_day[name], ended["totals"][name], "{name}");
    }
    let last = &last_day["last_failure"];
    assert_eq!((&last["event_id"], &last["reason"]), (&json!(canceled), &json!("canceled")));
    let row = rows.iter().find(|row| row.event_id == canceled).unwrap();
    let moment = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap().as_millisecond();
    assert_eq!(moment(&last["at"]), moment(&row.rest["updated_at"]));
    Ok(())
}

/// The scene's webhook as a list with statistics shows it.
async fn listed(scene: &Scene) -> Result<Value> {
    let mut cursor = String::new();
    loop {
        let page = get(&scene.hookstep, &format!("/webhook?include=stats&limit=100{cursor}")).await?;
        let webhooks = page["data"].as_array().unwrap();
        if let Some(webhook) = webhooks.iter().find(|webhook| webhook["config_id"] == scene.webhook.config_id.as_str())
        {
            return Ok(webhook.clone());
        }
        let next = page["next_cursor"].as_str().unwrap();
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn a_period_is_shown_whole_also_where_there_is_nothing() -> Result<()> {
    let scene = Scene::new().await?;
    let nothing = stats(&scene, "from=2026-02-03T04:30:00Z&to=2026-02-03T06:00:00Z").await?;
    let empty = json!({
        "accepted": 0, "in_progress": 0, "succeeded": 0, "failed": 0, "skipped": 0, "success_rate": null,
        "attempts": 0, "retries": 0, "reasons": {}, "latency_ms": null,
    });
    let bucket = |start: &str| {
        let mut bucket = empty.clone();
        bucket["start"] = json!(start);
        bucket
    };
    assert_eq!(
        nothing,
        json!({
            "from": "2026-02-03T04:00:00Z",
            "to": "2026-02-03T06:00:00Z",
            "bucket": "1h",
            "delay_seconds": 1,
            "totals": empty,
            "buckets": [bucket("2026-02-03T04:00:00Z"), bucket("2026-02-03T05:00:00Z")],
        })
    );
    assert!(listed(&scene).await?["last_day"]["last_failure"].is_null());
    let plain = scene.hookstep.api.get_raw(&scene.webhook.config_id).await?.json::<Value>()?;
    assert!(plain.get("last_day").is_none());
    Ok(())
}

#[tokio::test]
async fn what_is_no_period_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    let of_webhook = format!("/webhook/{}/stats", scene.webhook.config_id);
    let now = Timestamp::now();
    let ago = |days: i64| now - SignedDuration::from_hours(24 * days);
    let refused = [
        ("from=2026-02-03T04:30:00Z&to=2026-02-03T04:29:59Z".to_owned(), "invalid_time"),
        ("from=yesterday".to_owned(), "invalid_time"),
        (format!("from={}&bucket=1h", ago(32)), "invalid_time"),
        (format!("from={}", ago(367)), "invalid_time"),
        ("bucket=1m".to_owned(), "invalid_bucket"),
    ];
    for path in ["/stats", &of_webhook] {
        for (query, code) in &refused {
            let request = scene.hookstep.api.request(Method::GET, &format!("{path}?{query}"));
            assert_problem(&scene.hookstep.api.send(request).await?, 400, code);
        }
        for query in [format!("from={}&bucket=1h", ago(31)), format!("from={}", ago(366))] {
            get(&scene.hookstep, &format!("{path}?{query}&to={now}")).await?;
        }
    }
    let nobody = scene.hookstep.api.request(Method::GET, &format!("/webhook/{NOBODY}/stats"));
    assert_problem(&scene.hookstep.api.send(nobody).await?, 404, "webhook_not_found");
    let other = scene.hookstep.api.request(Method::GET, "/webhook?include=everything");
    assert_problem(&scene.hookstep.api.send(other).await?, 400, "invalid_include");
    Ok(())
}

#[tokio::test]
async fn what_was_counted_of_a_deleted_webhook_stays() -> Result<()> {
    let scene = Scene::new().await?;
    scene.deliver(&Trigger::json("{}")).await?;
    counted(&scene).await?;
    scene.hookstep.api.delete_webhook(&scene.webhook.config_id).await?;
    assert_eq!(stats(&scene, "").await?["totals"]["succeeded"], 1);
    Ok(())
}
