//! `POST /webhook/{config_id}/replay`: many events again, and what becomes of that.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hookstep_aws::clock::System;
use hookstep_aws::replays::DynamoReplays;
use hookstep_core::ids::{ReplayId, TenantId};
use hookstep_core::ports::{Entropy as _, ReplayStore as _};
use hookstep_core::replay::again::Options;
use hookstep_core::replay::record::{ReplayKey, ReplayRecord, Selection};
use hookstep_core::secret::Owner;
use hookstep_tests::{Event, HOOK, Replay, SOON, Scene, Script, Trigger};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{NOBODY, assert_problem, faults};

const NO_REPLAY: &str = "rep_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// So many events that came to this status, in the order of their ids.
async fn events(scene: &Scene, count: usize, status: u16) -> Result<Vec<Event>> {
    scene.receiver.on(HOOK, Script::status(status));
    let deliver = |number: usize| async move {
        scene.deliver(&Trigger::json(format!("{{\"number\":{number}}}")).and_wait()).await
    };
    let mut events: Vec<Event> = stream::iter(0..count).map(deliver).buffer_unordered(8).try_collect().await?;
    events.sort_by(|a, b| a.event_id.cmp(&b.event_id));
    scene.receiver.on(HOOK, Script::status(200));
    Ok(events)
}

async fn over(scene: &Scene, replay: &Replay) -> Result<Replay> {
    scene.hookstep.api.wait_for_replay(replay, SOON, Replay::is_over).await
}

/// A replay of the event that was asked for at this moment, and whose machine was never started.
async fn stored(scene: &Scene, event: &Event, asked: Timestamp) -> Result<ReplayRecord> {
    let owner = Owner { tenant: TenantId::single(), config_id: scene.webhook.config_id.parse()? };
    let key = ReplayKey { owner, id: ReplayId::generate(asked, System.random()) };
    let selection = Selection::of_ids(vec![event.event_id.parse()?]);
    let day = SignedDuration::from_hours(24);
    let record = ReplayRecord::new(key, selection, Options::default(), 50, Some(1), asked, day);
    let table = scene.hookstep.stack.replays_table.clone();
    DynamoReplays::new(scene.hookstep.engine().dynamodb, table, System).create(&record).await?;
    Ok(record)
}

/// The events that the webhook's replays have made: what each is a replay of. Every one of them is settled.
async fn replayed(scene: &Scene) -> Result<Vec<String>> {
    let (mut of, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = scene.hookstep.api.list_events(&scene.webhook.config_id, &format!("limit=100{cursor}")).await?;
        for event in page.data.iter().filter(|event| event.rest["source"] == "replay") {
            scene.settled(&event.event_id).await?;
            of.push(event.rest["replay_of"].as_str().unwrap().to_owned());
        }
        let Some(next) = page.next_cursor else { break };
        cursor = format!("&cursor={next}");
    }
    of.sort();
    Ok(of)
}

/// Waits until every new event has its row, and expects exactly these to be replayed, each once, in the table and at the receiver.
async fn assert_replayed(scene: &Scene, of: &[&Event], requests_before: usize) -> Result<()> {
    let count = requests_before + of.len();
    let requests = scene.receiver.wait_for(HOOK, count, SOON).await?;
    let mut expected: Vec<String> = of.iter().map(|event| event.event_id.clone()).collect();
    expected.sort();
    hookstep_tests::until("the rows", SOON, async || Ok((replayed(scene).await?.len() >= of.len()).then_some(())))
        .await?;
    assert_eq!(replayed(scene).await?, expected);
    let mut arrived: Vec<String> =
        requests[requests_before..].iter().filter_map(|request| request.header("webhook-id")).collect();
    arrived.sort();
    assert_eq!(arrived, expected);
    assert_eq!(scene.received_count(), count);
    Ok(())
}

#[tokio::test]
async fn a_dry_run_counts_what_a_replay_of_the_range_then_sends() -> Result<()> {
    let scene = Scene::new().await?;
    let before = events(&scene, 3, 500).await?;
    let within = events(&scene, 5, 500).await?;
    let succeeded = events(&scene, 2, 200).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let range = json!({ "status": "failed", "from": within[0].rest["created_at"] });
    let [last_before, first_within] = [&before[2], &within[0]].map(|event| moment(&event.rest["created_at"]));
    assert!(last_before < first_within, "{last_before} {first_within}");
    let counted = api.count_replay(id, &range).await?;
    assert_eq!((counted.events, counted.not_found, counted.in_progress, counted.complete), (5, 0, 0, true));
    assert_eq!(scene.received_count(), 10, "counting sends nothing");
    assert!(api.list_replays(id, "").await?.data.is_empty());

    let answer = api.replay_raw(id, &range).await?;
    let replay: Replay = answer.expect(StatusCode::ACCEPTED)?;
    let location = format!("/webhook/{id}/replays/{}", replay.replay_id);
    assert_eq!((answer.header("location"), replay.total), (Some(location.as_str()), Some(5)));
    let replay = over(&scene, &replay).await?;
    assert_eq!((replay.status.as_str(), replay.reason.as_deref()), ("finished", None), "{replay:?}");
    assert_eq!((replay.replayed, replay.handled), (5, 5), "{replay:?}");
    assert_eq!(replay.last_event_id.as_ref(), Some(&within[4].event_id));
    assert_replayed(&scene, &within.iter().collect::<Vec<_>>(), 10).await?;

    // What has succeeded can be sent again as well: by their status, the new ones too.
    let of_success =
        json!({ "status": "succeeded", "from": before[0].rest["created_at"], "to": succeeded[1].rest["created_at"] });
    assert_eq!(api.count_replay(id, &of_success).await?.events, 2);
    let replay = over(&scene, &api.replay(id, &of_success).await?).await?;
    assert_eq!((replay.status.as_str(), replay.replayed), ("finished", 2), "{replay:?}");
    Ok(())
}

#[tokio::test]
async fn a_list_is_sent_once_and_what_is_not_sent_is_counted() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = events(&scene, 2, 500).await?;
    let succeeded = events(&scene, 1, 200).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let large = scene.deliver(&Trigger::json(vec![b'a'; 20_000]).and_wait()).await?;
    let gone = scene.deliver(&Trigger::json(vec![b'b'; 20_000]).and_wait()).await?;
    let key = gone.rest["payload_s3_key"].as_str().unwrap();
    scene.hookstep.engine().s3.delete_object().bucket(&scene.hookstep.stack.payload_bucket).key(key).send().await?;
    let of_others = events(&Scene::new().await?, 1, 500).await?;
    let ids: Vec<&str> = [&failed[0], &failed[1], &succeeded[0], &large, &gone, &of_others[0], &failed[0]]
        .map(|event| event.event_id.as_str())
        .to_vec();
    let list = json!({ "event_ids": ids });
    let counted = api.count_replay(id, &list).await?;
    assert_eq!((counted.events, counted.not_found, counted.complete), (5, 1, true));
    let replay = over(&scene, &api.replay(id, &list).await?).await?;
    let counts = (replay.replayed, replay.not_found, replay.in_progress, replay.payload_missing, replay.handled);
    assert_eq!((counts, replay.total), ((4, 1, 0, 1, 6), Some(6)), "{replay:?}");
    assert_replayed(&scene, &[&failed[0], &failed[1], &succeeded[0], &large], 5).await?;
    let copied = scene.receiver.requests_to(HOOK).into_iter().filter(|request| request.body.len() == 20_000).count();
    assert_eq!(copied, 3, "two deliveries and one replay");
    Ok(())
}

#[tokio::test]
async fn skipped_events_are_sent_after_the_webhook_is_enabled_again() -> Result<()> {
    let scene = Scene::with(|draft| draft.enabled = Some(false)).await?;
    let skipped = events(&scene, 4, 200).await?;
    assert!(skipped.iter().all(|event| event.status == "skipped"));
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let range =
        json!({ "status": "skipped", "from": "2026-01-01T00:00:00Z", "webhook_id": "same", "payload": "as_sent" });
    for body in [&range, &json!({ "event_ids": [skipped[0].event_id], "dry_run": true })] {
        assert_problem(&api.replay_raw(id, body).await?, 409, "webhook_disabled");
    }
    api.patch_webhook(id, &json!({ "enabled": true })).await?;
    let replay = over(&scene, &api.replay(id, &range).await?).await?;
    assert_eq!((replay.status.as_str(), replay.replayed), ("finished", 4), "{replay:?}");
    assert_replayed(&scene, &skipped.iter().collect::<Vec<_>>(), 0).await
}

#[tokio::test]
async fn it_stops_between_rounds_and_goes_on_where_it_was() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = events(&scene, 8, 500).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    // Five events a round, and five seconds between rounds.
    let range = json!({ "status": "failed", "from": failed[0].rest["created_at"], "per_second": 1 });
    let replay = api.replay(id, &range).await?;
    api.wait_for_replay(&replay, SOON, |replay| replay.replayed > 0).await?;
    for _ in 0..2 {
        let stopping: Replay =
            api.change_replay_raw(id, &replay.replay_id, "stop").await?.expect(StatusCode::ACCEPTED)?;
        assert!(["stopping", "stopped"].contains(&stopping.status.as_str()), "{stopping:?}");
    }
    let stopped = over(&scene, &replay).await?;
    assert_eq!(
        (stopped.status.as_str(), stopped.reason.as_deref(), stopped.replayed),
        ("stopped", Some("requested"), 5)
    );
    assert_eq!(stopped.last_event_id.as_ref(), Some(&failed[4].event_id));
    let resumed: Replay = api.change_replay_raw(id, &replay.replay_id, "resume").await?.expect(StatusCode::ACCEPTED)?;
    assert_eq!((resumed.status.as_str(), resumed.replayed), ("running", 5));
    let finished = over(&scene, &replay).await?;
    assert_eq!((finished.status.as_str(), finished.reason.as_deref(), finished.replayed), ("finished", None, 8));
    assert_replayed(&scene, &failed.iter().collect::<Vec<_>>(), 8).await?;
    for (change, code) in [("stop", "replay_ended"), ("resume", "replay_not_stopped")] {
        assert_problem(&api.change_replay_raw(id, &replay.replay_id, change).await?, 409, code);
    }
    Ok(())
}

#[tokio::test]
async fn two_machines_of_one_replay_send_every_event_once() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = events(&scene, 20, 500).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let list: Vec<&str> = failed.iter().map(|event| event.event_id.as_str()).collect();
    let replay = api.replay(id, &json!({ "event_ids": list, "per_second": 2 })).await?;
    let run = json!({ "tenant_id": "default", "config_id": id, "replay_id": replay.replay_id, "run": 1 });
    let engine = scene.hookstep.engine();
    for twin in ["a", "b"] {
        let request = engine.sfn.start_execution().state_machine_arn(&scene.hookstep.stack.machines.replay);
        let request = request.name(format!("{}-{twin}", replay.replay_id));
        request.input(json!({ "replay": run, "round": 0 }).to_string()).send().await?;
    }
    let replay = over(&scene, &replay).await?;
    assert_eq!((replay.status.as_str(), replay.replayed), ("finished", 20), "{replay:?}");
    assert_replayed(&scene, &failed.iter().collect::<Vec<_>>(), 20).await
}

#[tokio::test]
async fn a_replay_whose_machine_is_gone_is_shown_as_failed_and_can_be_resumed() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = events(&scene, 1, 500).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let asked = Timestamp::now() - SignedDuration::from_hours(1);
    let ReplayRecord { key, .. } = stored(&scene, &failed[0], asked).await?;
    let replay = api.get_replay(id, key.id.as_str()).await?;
    assert_eq!((replay.status.as_str(), replay.reason.as_deref()), ("failed", Some("stalled")));
    assert_problem(&api.change_replay_raw(id, key.id.as_str(), "stop").await?, 409, "replay_ended");
    assert_eq!(api.change_replay_raw(id, key.id.as_str(), "resume").await?.status, StatusCode::ACCEPTED);
    assert_eq!(over(&scene, &replay).await?.status, "finished");
    assert_replayed(&scene, &[&failed[0]], 1).await
}

#[tokio::test]
async fn a_repeated_key_is_the_same_replay_and_five_go_on_at_most() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = events(&scene, 2, 500).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let list = json!({ "event_ids": [failed[0].event_id, failed[1].event_id] });
    let replay = async |key: &str| {
        let request = api.request(Method::POST, &format!("/webhook/{id}/replay")).header("idempotency-key", key);
        api.send(request.header("content-type", "application/json").body(list.to_string())).await
    };
    let (first, second) = tokio::try_join!(replay("a"), replay("a"))?;
    let [first, second]: [Replay; 2] = [first.expect(StatusCode::ACCEPTED)?, second.expect(StatusCode::ACCEPTED)?];
    assert_eq!(first.replay_id, second.replay_id);
    assert_eq!(over(&scene, &first).await?.replayed, 2);
    // Replays that go on, as far as anybody can tell.
    for _ in 0..5 {
        let record = stored(&scene, &failed[0], Timestamp::now()).await?;
        assert_eq!(api.get_replay(id, record.key.id.as_str()).await?.status, "running");
    }
    assert_problem(&replay("b").await?, 409, "too_many_replays");
    let third: Replay = replay("a").await?.expect(StatusCode::ACCEPTED)?;
    assert_eq!((&third.replay_id, third.status.as_str()), (&first.replay_id, "finished"));
    assert_replayed(&scene, &failed.iter().collect::<Vec<_>>(), 2).await?;
    assert_problem(&replay("k\u{e9}").await?, 400, "invalid_idempotency_key");
    Ok(())
}

/// Times are compared as moments: as texts `.46Z` lies behind `.461Z`.
fn moment(shown: &Value) -> Timestamp {
    shown.as_str().and_then(|text| text.parse().ok()).unwrap()
}

#[tokio::test]
async fn replays_are_listed_newest_first() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let mut ids = BTreeSet::new();
    for per_second in 1..=3 {
        let range = json!({ "status": "failed", "from": "2026-01-01T00:00:00+01:00", "per_second": per_second });
        let replay = api.replay(id, &range).await?;
        assert_eq!(replay.total, Some(0));
        let replay = over(&scene, &replay).await?;
        assert_eq!((replay.status.as_str(), replay.handled), ("finished", 0));
        assert_eq!(replay.selection["from"], "2025-12-31T23:00:00Z");
        let (to, created_at) = (moment(&replay.selection["to"]), replay.created_at.parse()?);
        assert!(to < created_at, "{to} {created_at}");
        ids.insert(replay.replay_id);
    }
    let first = api.list_replays(id, "limit=2").await?;
    let second = api.list_replays(id, &format!("limit=2&cursor={}", first.next_cursor.unwrap())).await?;
    let listed = first.data.iter().chain(&second.data);
    let listed: Vec<(&String, u32)> = listed.map(|replay| (&replay.replay_id, replay.per_second)).collect();
    assert_eq!(listed, ids.iter().rev().zip([3, 2, 1]).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn what_is_not_valid_is_named() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let wrong: [(Value, &[&str]); 5] = [
        (json!({}), &["/event_ids required"]),
        (json!({ "event_ids": ["evt_1"], "to": "2026-01-01T00:00:00Z" }), &["/event_ids/0 invalid", "/to invalid"]),
        (
            json!({ "status": "in_progress", "to": "tomorrow", "per_second": 501, "dry_run": "yes", "limit": 1 }),
            &[
                "/dry_run wrong_type",
                "/from required",
                "/limit unknown_field",
                "/per_second out_of_range",
                "/status invalid",
                "/to invalid",
            ],
        ),
        (
            json!({ "status": "failed", "from": "2026-01-01T00:00:00Z", "to": "2999-01-01T00:00:00Z" }),
            &["/to out_of_range"],
        ),
        (json!({ "event_ids": vec![NOBODY; 1_001] }), &["/event_ids too_long"]),
    ];
    for (body, expected) in wrong {
        assert_eq!(faults(&api.replay_raw(id, &body).await?), expected, "{body}");
    }
    for body in ["", "[]", "{\"status\":"] {
        let request = api.request(Method::POST, &format!("/webhook/{id}/replay"));
        let answer = api.send(request.header("content-type", "application/json").body(body)).await?;
        assert_problem(&answer, 400, "invalid_json");
    }
    let range = json!({ "status": "failed", "from": "2026-01-01T00:00:00Z" });
    for nobody in [NOBODY, "x"] {
        assert_problem(&api.replay_raw(nobody, &range).await?, 404, "webhook_not_found");
        let list = api.send(api.request(Method::GET, &format!("/webhook/{nobody}/replays"))).await?;
        assert_problem(&list, 404, "webhook_not_found");
    }
    for replay_id in [NO_REPLAY, "x"] {
        for (method, change) in [(Method::GET, ""), (Method::POST, "/stop"), (Method::POST, "/resume")] {
            let path = format!("/webhook/{id}/replays/{replay_id}{change}");
            assert_problem(&api.send(api.request(method, &path)).await?, 404, "replay_not_found");
        }
    }
    for (query, code) in [("limit=0", "invalid_limit"), ("cursor=evt_1", "invalid_cursor")] {
        let list = api.send(api.request(Method::GET, &format!("/webhook/{id}/replays?{query}"))).await?;
        assert_problem(&list, 400, code);
    }
    assert!(api.list_replays(id, "").await?.data.is_empty());
    Ok(())
}
