//! Replays: what is stored comes back, and a round is written once.

use hookstep_aws::clock::System;
use hookstep_aws::replays::DynamoReplays;
use hookstep_core::event::EventStatus;
use hookstep_core::ids::{EventId, ReplayId};
use hookstep_core::ports::{Entropy as _, ReplayProgress as _, ReplayStore as _, Written};
use hookstep_core::replay::again::{Body, Options, WebhookId};
use hookstep_core::replay::record::{Counts, Cut, ReplayKey, ReplayRecord, ReplayStatus, Selection};
use hookstep_core::secret::Owner;
use jiff::{SignedDuration, Timestamp};

use crate::make::{LATER, config_id, tenant};
use crate::stack::{At, Tables};

/// In whole seconds: finer ones of an expiry are not stored.
const NOW: Timestamp = Timestamp::constant(4_000_000_000, 0);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn replays(tables: &Tables, now: Timestamp) -> DynamoReplays<At> {
    DynamoReplays::new(tables.dynamodb.clone(), tables.stack.replays_table.clone(), At(now))
}

fn owner() -> Owner {
    Owner { tenant: tenant(), config_id: config_id() }
}

/// A replay of a range, or of a list of a thousand.
fn record(owner: &Owner, is_list: bool) -> ReplayRecord {
    let key = ReplayKey { owner: owner.clone(), id: ReplayId::generate(NOW, System.random()) };
    let selection = if is_list {
        Selection::of_ids((0..1_000).map(|number| EventId::generate(NOW, number)).collect())
    } else {
        Selection::matching(EventStatus::Skipped, NOW - DAY, NOW, NOW)
    };
    let options = Options { body: Body::AsSent, webhook_id: WebhookId::New };
    ReplayRecord::new(key, selection, options, 50, is_list.then_some(1_000), NOW, DAY)
}

#[tokio::test]
async fn a_replay_comes_back_as_it_was_stored_and_as_it_was_changed() {
    let tables = Tables::connect();
    let replays = replays(&tables, NOW);
    for is_list in [false, true] {
        let new = record(&owner(), is_list);
        assert_eq!(replays.replay(&new.key).await.expect("it is readable"), None);
        replays.create(&new).await.expect("it is written");
        assert_eq!(replays.replay(&new.key).await.expect("it is readable"), Some(new.clone()));

        let advanced = ReplayRecord {
            counts: Counts { replayed: 40, not_found: 3, in_progress: 2, payload_missing: 1, unreadable: 5 },
            cursor: Some(EventId::generate(NOW, 7)),
            rounds: 1,
            due: NOW + SignedDuration::from_millis(900),
            ..new.clone()
        };
        let stopped = advanced.ended(ReplayStatus::Stopped, Some(Cut::Requested), NOW);
        let resumed = stopped.resumed(NOW, DAY);
        for (next, seen) in [(&advanced, &new), (&stopped, &advanced), (&resumed, &stopped)] {
            assert_eq!(replays.update(next, seen).await.expect("it is written"), Written::Done);
            assert_eq!(replays.replay(&new.key).await.expect("it is readable").as_ref(), Some(next));
        }
    }
}

#[tokio::test]
async fn a_key_stands_for_the_first_replay_for_a_day_and_is_in_no_list() {
    let tables = Tables::connect();
    let (replays, owner) = (replays(&tables, NOW), owner());
    let [first, second] = [1, 2].map(|number| ReplayId::generate(NOW, number));
    for (candidate, now, expected) in
        [(&first, NOW, &first), (&second, NOW, &first), (&second, NOW + DAY + SignedDuration::from_secs(1), &second)]
    {
        assert_eq!(&replays.claim(&owner, "key", candidate, now).await.expect("it is no error"), expected);
    }
    assert_eq!(replays.claim(&owner, "other", &second, NOW).await.expect("it is no error"), second);
    let page = replays.replays(&owner, None, 10).await.expect("it is readable");
    assert_eq!((page.items, page.next), (vec![], None));
}

#[tokio::test]
async fn whoever_has_seen_another_round_run_or_status_changes_nothing() {
    let tables = Tables::connect();
    let replays = replays(&tables, NOW);
    let new = record(&owner(), false);
    let next = ReplayRecord { rounds: 1, counts: Counts { replayed: 9, ..Counts::default() }, ..new.clone() };
    // One that there is not, is not made.
    assert_eq!(replays.update(&next, &new).await.expect("it is no error"), Written::Outdated);
    // One that there is, is not made again.
    for written in [Written::Done, Written::Outdated] {
        assert_eq!(replays.create(&new).await.expect("it is no error"), written);
    }
    for seen in [
        ReplayRecord { rounds: 1, ..new.clone() },
        ReplayRecord { run: 2, ..new.clone() },
        ReplayRecord { status: ReplayStatus::Stopping, ..new.clone() },
    ] {
        assert_eq!(replays.update(&next, &seen).await.expect("it is no error"), Written::Outdated);
    }
    assert_eq!(replays.replay(&new.key).await.expect("it is readable"), Some(new.clone()));
    // Of two writes of one round the first counts.
    let (first, second) = tokio::join!(replays.update(&next, &new), replays.update(&next, &new));
    let mut written = [first.expect("it is no error"), second.expect("it is no error")];
    written.sort_by_key(|written| *written == Written::Outdated);
    assert_eq!(written, [Written::Done, Written::Outdated]);
}

#[tokio::test]
async fn a_webhooks_replays_are_listed_newest_first_and_expired_ones_are_hidden() {
    let tables = Tables::connect();
    let (stored, owner) = (replays(&tables, NOW), owner());
    let mut ids = Vec::new();
    for number in 0..5 {
        let mut new = record(&owner, number % 2 == 0);
        new.key.id = ReplayId::generate(NOW + SignedDuration::from_secs(number), 1);
        if number == 3 {
            new.expires_at = NOW + SignedDuration::from_secs(1);
        }
        stored.create(&new).await.expect("it is written");
        ids.push(new.key.id);
    }
    // Of another webhook, and of another tenant with a webhook of the same id.
    stored.create(&record(&Owner { config_id: config_id(), ..owner.clone() }, false)).await.expect("it is written");
    stored.create(&record(&Owner { tenant: tenant(), ..owner.clone() }, false)).await.expect("it is written");
    ids.reverse();
    for (now, expected) in [(NOW, ids.clone()), (NOW + SignedDuration::from_secs(2), [&ids[..1], &ids[2..]].concat())] {
        for limit in [1, 2, 100] {
            let (mut seen, mut before): (Vec<ReplayId>, Option<ReplayId>) = (Vec::new(), None);
            loop {
                let page = replays(&tables, now).replays(&owner, before.as_ref(), limit).await.expect("it is readable");
                assert!(page.items.len() <= limit);
                seen.extend(page.items.into_iter().map(|replay| replay.key.id));
                before = page.next;
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{limit} at {now}");
        }
    }
    let key = ReplayKey { owner, id: ids[1].clone() };
    assert_eq!(replays(&tables, LATER).replay(&key).await.expect("it is readable"), None);
}
