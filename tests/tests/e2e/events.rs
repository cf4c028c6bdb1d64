//! Reading events: one, a webhook's, a tenant's.

use std::collections::BTreeSet;

use anyhow::Result;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use hookstep_core::trace::Trace;
use hookstep_tests::{Event, HOOK, Hookstep, Page, SOON, Scene, Script, Trigger};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

/// So many events, oldest first.
async fn deliver_events(scene: &Scene, count: usize) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for n in 0..count {
        let outcome = scene.trigger(&Trigger::json(format!("{{\"n\":{n}}}")).and_wait()).await?;
        events.push(scene.event(&outcome.event_id).await?);
    }
    Ok(events)
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.event_id.as_str()).collect()
}

fn newest_first(events: &[Event]) -> Vec<&str> {
    events.iter().rev().map(|event| event.event_id.as_str()).collect()
}

/// Follows the cursor from the first page to the last. No page holds more than `limit`.
pub(crate) async fn walk(hookstep: &Hookstep, path_and_query: &str, limit: usize) -> Result<Vec<Event>> {
    let api = &hookstep.api;
    let mut events = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{path_and_query}&limit={limit}{cursor}");
        let answer = api.send(api.request(Method::GET, &path)).await?;
        assert_eq!(answer.status, 200, "{path}: {}", answer.in_words());
        let page: Page<Event> = answer.json()?;
        assert!(page.data.len() <= limit, "{} events on a page of {limit}", page.data.len());
        events.extend(page.data);
        let Some(next) = page.next_cursor else { return Ok(events) };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn a_row_tells_everything_about_its_event() -> Result<()> {
    let scene = Scene::with(|draft| draft.event_name = Some("order.created".to_owned())).await?;
    let before = Timestamp::now();
    let trigger = Trigger { correlation_id: Some("c-1".to_owned()), ..Trigger::json(r#"{"n":1}"#) };
    let outcome = scene.trigger(&trigger.and_wait()).await?;
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/events/{}", scene.webhook.config_id, outcome.event_id);
    let mut row: Value = api.send(api.request(Method::GET, &path)).await?.json()?;

    let mut take_time = |name: &str| -> Timestamp { row[name].take().as_str().unwrap().parse().unwrap() };
    let (created, updated, expires) = (take_time("created_at"), take_time("updated_at"), take_time("expires_at"));
    assert!(before <= created && created <= updated && updated <= Timestamp::now());
    // Kept for the days that the stack was deployed with.
    let kept = expires.duration_since(created).as_hours();
    assert!([1, 3, 7, 14, 30, 60, 90, 180, 365].contains(&((kept + 1) / 24)), "{kept} h");
    assert!(row["execution_arn"].take().as_str().unwrap().contains(&outcome.event_id));
    let attempts = row["attempts"].take();
    assert_eq!(attempts.as_array().map(Vec::len), Some(1));
    assert_eq!(attempts[0]["outcome"], "delivered");
    let expected = json!({
        "event_id": outcome.event_id,
        "tenant_id": "default",
        "config_id": scene.webhook.config_id,
        "event_name": "order.created",
        "source": "api",
        "status": "succeeded",
        "reason": null,
        "reason_detail": null,
        "url": scene.receiver.url(HOOK),
        "http_method": "POST",
        "payload": r#"{"n":1}"#,
        "payload_encoding": "utf8",
        "payload_size": 7,
        "content_type": "application/json",
        "correlation_id": "c-1",
        "trace_id": Trace::derived(&outcome.event_id.parse()?).id.to_string(),
        "webhook_id": outcome.event_id,
        "replay_of": null,
        "execution_arn": null,
        "created_at": null,
        "updated_at": null,
        "expires_at": null,
        "next_attempt_at": null,
        "attempts": null,
    });
    assert_eq!(row, expected);
    Ok(())
}

#[tokio::test]
async fn a_list_has_the_newest_first_and_neither_payloads_nor_answers() -> Result<()> {
    let scene = Scene::new().await?;
    let events = deliver_events(&scene, 4).await?;
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert_eq!((ids(&listed.data), listed.next_cursor), (newest_first(&events), None));
    for event in &listed.data {
        assert_eq!((event.status.as_str(), event.rest["payload_size"].as_u64()), ("succeeded", Some(7)));
        assert!(!event.rest.contains_key("payload"));
        assert_eq!((event.attempts.len(), &event.attempts[0].response_body), (1, &None));
    }
    Ok(())
}

#[tokio::test]
async fn a_walk_by_cursor_visits_each_event_exactly_once() -> Result<()> {
    let scene = Scene::new().await?;
    let events = deliver_events(&scene, 11).await?;
    let path = format!("/webhook/{}/events?", scene.webhook.config_id);
    for limit in [1, 2, 3, 10, 11, 12, 100] {
        assert_eq!(ids(&walk(&scene.hookstep, &path, limit).await?), newest_first(&events), "limit {limit}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_holds_20_events_unless_told_otherwise() -> Result<()> {
    let scene = Scene::new().await?;
    let triggers = (0..23).map(async |_| scene.deliver(&Trigger::json("{}")).await);
    try_join_all(triggers).await?;
    let page = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert_eq!(page.data.len(), 20);
    let cursor = page.next_cursor.unwrap();
    let rest = scene.hookstep.api.list_events(&scene.webhook.config_id, &format!("cursor={cursor}")).await?;
    assert_eq!((rest.data.len(), rest.next_cursor), (3, None));
    assert!(rest.data[0].event_id < page.data[19].event_id);
    Ok(())
}

#[tokio::test]
async fn an_event_that_comes_in_during_a_walk_does_not_disturb_it() -> Result<()> {
    let scene = Scene::new().await?;
    let events = deliver_events(&scene, 4).await?;
    let first = scene.hookstep.api.list_events(&scene.webhook.config_id, "limit=2").await?;
    deliver_events(&scene, 2).await?;
    let cursor = first.next_cursor.unwrap();
    let second = scene.hookstep.api.list_events(&scene.webhook.config_id, &format!("limit=2&cursor={cursor}")).await?;
    assert_eq!([ids(&first.data), ids(&second.data)].concat(), newest_first(&events));
    Ok(())
}

/// A webhook with three events of each status, and the ids of each, newest first.
async fn with_every_status() -> Result<(Scene, Vec<(&'static str, Vec<String>)>)> {
    // What is in progress stays so for longer than any test.
    let scene = Scene::with(|draft| draft.timeout_seconds = Some(840)).await?;
    let mut by_status = vec![("succeeded", vec![]), ("failed", vec![]), ("skipped", vec![]), ("in_progress", vec![])];
    for _ in 0..3 {
        for (status, ids) in &mut by_status {
            let script = match *status {
                "failed" => Script::status(500),
                "in_progress" => Script::never(),
                _ => Script::status(200),
            };
            scene.receiver.on(HOOK, script);
            let enabled = json!({ "enabled": *status != "skipped" });
            scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &enabled).await?;
            let requests = scene.received_count();
            let id = scene.trigger(&Trigger::json("{}")).await?.event_id;
            if *status != "skipped" {
                // The next script is for the next event.
                scene.receiver.wait_for(HOOK, requests + 1, SOON).await?;
            }
            scene.hookstep.api.wait_for_status(&scene.webhook.config_id, &id, status, SOON).await?;
            ids.insert(0, id);
        }
    }
    Ok((scene, by_status))
}

#[tokio::test]
async fn each_status_lists_its_events_and_no_others() -> Result<()> {
    let (scene, by_status) = with_every_status().await?;
    for (status, expected) in &by_status {
        let path = format!("/webhook/{}/events?status={status}", scene.webhook.config_id);
        for limit in [1, 2, 3, 100] {
            let walked = walk(&scene.hookstep, &path, limit).await?;
            assert_eq!(ids(&walked), *expected, "{status}, limit {limit}");
            assert!(walked.iter().all(|event| event.status == *status));
        }
    }
    let path = format!("/webhook/{}/events?", scene.webhook.config_id);
    assert_eq!(walk(&scene.hookstep, &path, 5).await?.len(), 12);

    // Of a tenant, the failed and those in progress, with other tests' events between them.
    let (oldest, newest) = (scene.event(&by_status[0].1[2]).await?, Timestamp::now());
    let from = oldest.rest["created_at"].as_str().unwrap();
    for (status, expected) in by_status.iter().filter(|(status, _)| matches!(*status, "failed" | "in_progress")) {
        let path = format!("/events?status={status}&from={from}&to={newest}");
        for limit in [2, 100] {
            let walked = walk(&scene.hookstep, &path, limit).await?;
            let mut distinct = BTreeSet::new();
            for pair in walked.windows(2) {
                assert!(pair[0].event_id > pair[1].event_id, "{} before {}", pair[0].event_id, pair[1].event_id);
            }
            assert!(walked.iter().all(|event| event.status == *status && distinct.insert(&event.event_id)));
            let mine: Vec<_> = walked.iter().filter(|event| event.config_id == scene.webhook.config_id).collect();
            let mine: Vec<_> = mine.into_iter().map(|event| event.event_id.as_str()).collect();
            assert_eq!(mine, *expected, "{status}, limit {limit}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn from_and_to_choose_by_time_and_both_ends_belong() -> Result<()> {
    let scene = Scene::new().await?;
    let events = deliver_events(&scene, 5).await?;
    let created = |index: usize| events[index].rest["created_at"].as_str().unwrap();
    let moment = |index: usize| created(index).parse::<Timestamp>();
    let later = |index: usize, ms| moment(index).map(|at| at + SignedDuration::from_millis(ms));
    let cases = [
        (format!("from={}", created(2)), 2..5),
        (format!("to={}", created(2)), 0..3),
        (format!("from={}&to={}", created(1), created(3)), 1..4),
        (format!("from={}&to={}", created(1), created(1)), 1..2),
        (format!("from={}", later(2, 2)?), 3..5),
        (format!("to={}", later(2, -2)?), 0..2),
        (format!("from={}", later(4, 2)?), 0..0),
        (format!("to={}", later(0, -2)?), 0..0),
        // Another offset is the same moment.
        (
            format!(
                "from={}",
                moment(2)?.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(2))).strftime("%FT%T%.f%%2B02:00")
            ),
            2..5,
        ),
    ];
    for (query, expected) in cases {
        let path = format!("/webhook/{}/events?{query}", scene.webhook.config_id);
        for limit in [1, 2, 100] {
            let walked = walk(&scene.hookstep, &path, limit).await?;
            assert_eq!(ids(&walked), newest_first(&events[expected.clone()]), "{query}, limit {limit}");
        }
        let path = format!("{path}&status=succeeded");
        assert_eq!(ids(&walk(&scene.hookstep, &path, 2).await?), newest_first(&events[expected]), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_webhook_sees_its_own_events_only() -> Result<()> {
    let (a, b) = (Scene::new().await?, Scene::new().await?);
    let (of_a, of_b) = (deliver_events(&a, 2).await?, deliver_events(&b, 1).await?);
    let listed = a.hookstep.api.list_events(&a.webhook.config_id, "").await?;
    assert_eq!(ids(&listed.data), newest_first(&of_a));
    let path = format!("/webhook/{}/events/{}", a.webhook.config_id, of_b[0].event_id);
    let answer = a.hookstep.api.send(a.hookstep.api.request(Method::GET, &path)).await?;
    assert_eq!((answer.status.as_u16(), answer.problem()?.code.as_str()), (404, "event_not_found"));
    Ok(())
}

#[tokio::test]
async fn a_webhook_without_events_has_an_empty_list() -> Result<()> {
    let scene = Scene::new().await?;
    for query in ["", "status=failed", "status=in_progress&limit=1"] {
        let page = scene.hookstep.api.list_events(&scene.webhook.config_id, query).await?;
        assert_eq!((page.data.len(), page.next_cursor), (0, None), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_parameter_that_makes_no_sense_is_refused_by_name() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let mine = format!("/webhook/{}/events", scene.webhook.config_id);
    let cases = [
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("limit=-1", "invalid_limit"),
        ("limit=ten", "invalid_limit"),
        ("limit=", "invalid_limit"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=", "invalid_cursor"),
        ("cursor=wh_01ARZ3NDEKTSV4RRFFQ69G5FAV", "invalid_cursor"),
        ("from=yesterday", "invalid_time"),
        ("from=2026-11-21", "invalid_time"),
        ("to=2026-13-01T00:00:00Z", "invalid_time"),
        ("to=1795294788", "invalid_time"),
        ("from=2026-11-21T08:00:00Z&to=2026-11-21T07:59:59Z", "invalid_time"),
        ("status=done", "invalid_status"),
        ("status=", "invalid_status"),
        ("status=FAILED", "invalid_status"),
    ];
    for (query, code) in cases {
        let across = if query.starts_with("status") { query.to_owned() } else { format!("status=failed&{query}") };
        for path in [format!("{mine}?{query}"), format!("/events?{across}")] {
            let answer = api.send(api.request(Method::GET, &path)).await?;
            assert_eq!(answer.status, 400, "{path}: {}", answer.in_words());
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert_eq!(answer.problem()?.code, code, "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_tenants_list_takes_failed_or_in_progress_only() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for query in ["", "?limit=1", "?status=succeeded", "?status=skipped"] {
        let answer = api.send(api.request(Method::GET, &format!("/events{query}"))).await?;
        assert_eq!(answer.status, 400, "{query}: {}", answer.in_words());
        assert_eq!(answer.problem()?.code, "invalid_status");
    }
    Ok(())
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() -> Result<()> {
    let scene = Scene::new().await?;
    let mine = &scene.webhook.config_id;
    let (nobody, nothing) = ("wh_01ARZ3NDEKTSV4RRFFQ69G5FAV", "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    let cases = [
        (format!("/webhook/{nobody}/events"), "webhook_not_found"),
        (format!("/webhook/{nobody}/events?status=failed"), "webhook_not_found"),
        ("/webhook/x/events".to_owned(), "webhook_not_found"),
        (format!("/webhook/x/events/{nothing}"), "webhook_not_found"),
        (format!("/webhook/{nobody}/events/{nothing}"), "event_not_found"),
        (format!("/webhook/{mine}/events/{nothing}"), "event_not_found"),
        (format!("/webhook/{mine}/events/x"), "event_not_found"),
        (format!("/webhook/{mine}/events/evt_01arz3ndektsv4rrffq69g5fav"), "event_not_found"),
    ];
    let api = &scene.hookstep.api;
    for (path, code) in cases {
        let answer = api.send(api.request(Method::GET, &path)).await?;
        assert_eq!(answer.status, 404, "{path}: {}", answer.in_words());
        assert_eq!(answer.problem()?.code, code, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn events_of_a_deleted_webhook_stay_readable() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(500).body("why")).await?;
    let events = deliver_events(&scene, 2).await?;
    scene.hookstep.api.delete_webhook(&scene.webhook.config_id).await?;
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "status=failed").await?;
    assert_eq!(ids(&listed.data), newest_first(&events));
    let event = scene.event(&events[0].event_id).await?;
    assert_eq!(event.rest["payload"], r#"{"n":0}"#);
    assert_eq!(event.attempts[0].response_body.as_deref(), Some("why"));
    Ok(())
}

/// Makes a row expire now: the table sweeps such rows only days later.
async fn expire(scene: &Scene, event: &Event) -> Result<()> {
    let engine = scene.hookstep.engine();
    let input = engine.input_of(event.rest["execution_arn"].as_str().unwrap()).await?;
    let shard = input["event"]["webhook_shard"].as_str().unwrap();
    let request = engine.dynamodb.update_item().table_name(&scene.hookstep.stack.events_table);
    request
        .key("webhook_shard", AttributeValue::S(shard.to_owned()))
        .key("event_id", AttributeValue::S(event.event_id.clone()))
        .update_expression("SET expires_at = :past")
        .condition_expression("attribute_exists(event_id)")
        .expression_attribute_values(":past", AttributeValue::N((Timestamp::now().as_second() - 1).to_string()))
        .send()
        .await?;
    Ok(())
}

#[tokio::test]
async fn an_expired_row_is_not_shown() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(500)).await?;
    let mut events = deliver_events(&scene, 6).await?;
    for index in [4, 3, 0] {
        let event = events.remove(index);
        expire(&scene, &event).await?;
        let path = format!("/webhook/{}/events/{}", scene.webhook.config_id, event.event_id);
        let answer = scene.hookstep.api.send(scene.hookstep.api.request(Method::GET, &path)).await?;
        assert_eq!((answer.status.as_u16(), answer.problem()?.code.as_str()), (404, "event_not_found"));
    }
    let path = format!("/webhook/{}/events?", scene.webhook.config_id);
    for path in [path.clone(), format!("{path}status=failed")] {
        for limit in [1, 2, 100] {
            assert_eq!(ids(&walk(&scene.hookstep, &path, limit).await?), newest_first(&events), "{path} {limit}");
        }
    }
    let from = events[0].rest["created_at"].as_str().unwrap();
    let walked = walk(&scene.hookstep, &format!("/events?status=failed&from={from}"), 100).await?;
    let mine: Vec<_> = walked.iter().filter(|event| event.config_id == scene.webhook.config_id).collect();
    let mine: Vec<_> = mine.into_iter().map(|event| event.event_id.as_str()).collect();
    assert_eq!(mine, newest_first(&events));
    Ok(())
}
