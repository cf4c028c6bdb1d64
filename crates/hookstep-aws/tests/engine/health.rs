//! How a webhook's receiver does: written by deliveries that run side by side with each other and with changes by people.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hookstep_core::health::auto_disabled;
use hookstep_core::history::{Action, Entry};
use hookstep_core::ports::{HistoryReader, StoreError, WebhookHealth, WebhookReader, WebhookStore, Written};
use hookstep_core::secret::Owner;
use hookstep_core::webhook::{Status, Webhook};
use jiff::{SignedDuration, Timestamp};

use crate::make::{Dice, LATER, NOW, config_id, tenant};
use crate::meter::{Meter, Units, of};
use crate::stack::Tables;
use crate::webhooks::{bare, changed, created, entry, full, ordinary};

const REASON: &str = "nothing was delivered since 2096-10-02T07:06:40Z; at the last attempt the receiver answered 503";

/// A webhook that is there.
async fn there(tables: &Tables, webhook: Webhook) -> Webhook {
    let webhook = Webhook { status: Status::Active, status_reason: None, ..webhook };
    tables.configs().create(&webhook, &created(&webhook)).await.expect("it is new");
    webhook
}

async fn stored(tables: &Tables, owner: &Owner) -> Option<Webhook> {
    tables.configs().webhook(&owner.tenant, &owner.config_id).await.expect("it is readable")
}

async fn history(tables: &Tables, owner: &Owner) -> Vec<Entry> {
    tables.configs().history(owner, None, 100, NOW).await.expect("it is readable").items
}

/// The same webhook once it has been disabled at this moment.
fn disabled(webhook: &Webhook, at: Timestamp) -> Webhook {
    Webhook {
        status: Status::AutoDisabled,
        status_reason: Some(REASON.to_owned()),
        updated_at: at,
        version: webhook.version + 1,
        ..webhook.clone()
    }
}

/// As a step does that the machine repeats: another write of the same webhook at the same time may come between.
async fn insistent<T>(mut write: impl AsyncFnMut() -> Result<T, StoreError>) -> T {
    loop {
        match write().await {
            Ok(done) => return done,
            Err(StoreError::Unavailable { source, .. }) => {
                let said = format!("{source:?}");
                assert!(said.contains("TransactionConflict") || said.contains("TransactionInProgress"), "{said}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn the_first_failure_is_remembered_until_a_success_and_nothing_else_changes() {
    let tables = Tables::connect();
    let configs = tables.configs();
    for webhook in [bare(&tenant(), config_id()), Webhook { failing_since: None, ..full(&tenant(), config_id()) }] {
        let webhook = there(&tables, webhook).await;
        let owner = webhook.owner();
        for _ in 0..2 {
            let since = NOW + SignedDuration::from_nanos(1);
            for seconds in [0, 60, -60] {
                let at = since + SignedDuration::from_secs(seconds);
                configs.failing(&owner, at).await.expect("it is written");
                let expected = Webhook { failing_since: Some(since), ..webhook.clone() };
                assert_eq!(stored(&tables, &owner).await, Some(expected));
            }
            for _ in 0..2 {
                configs.recovered(&owner).await.expect("it is written");
                assert_eq!(stored(&tables, &owner).await, Some(webhook.clone()));
            }
        }
        assert_eq!(history(&tables, &owner).await, [created(&webhook)]);
    }
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_not_brought_back() {
    let tables = Tables::connect();
    let (configs, webhook) = (tables.configs(), there(&tables, bare(&tenant(), config_id())).await);
    let owner = webhook.owner();
    configs.delete(&owner, 1, &entry(Action::Deleted, 2)).await.expect("it is deleted");
    let before = history(&tables, &owner).await;
    configs.failing(&owner, NOW).await.expect("there is nothing to do");
    configs.recovered(&owner).await.expect("there is nothing to do");
    let written = configs.auto_disable(&webhook, REASON, &auto_disabled(&webhook, LATER)).await;
    assert_eq!(written.expect("it is answered"), Written::Outdated);
    assert_eq!((stored(&tables, &owner).await, history(&tables, &owner).await), (None, before));
}

#[tokio::test]
async fn it_is_disabled_as_it_was_seen_with_an_entry_of_hookstep() {
    let tables = Tables::connect();
    let configs = tables.configs();
    let own = tenant();
    for failing_since in [None, Some(NOW)] {
        for webhook in [bare(&own, config_id()), ordinary(&own, config_id()), full(&own, config_id())] {
            let seen = there(&tables, Webhook { failing_since, ..webhook }).await;
            let entry = auto_disabled(&seen, LATER);
            let written = configs.auto_disable(&seen, REASON, &entry).await.expect("it is answered");
            assert_eq!(written, Written::Done);
            assert_eq!(stored(&tables, &seen.owner()).await, Some(disabled(&seen, LATER)));
            assert_eq!(history(&tables, &seen.owner()).await, [entry, created(&seen)]);
        }
    }
}

#[tokio::test]
async fn what_was_changed_since_or_delivered_since_is_not_disabled() {
    let tables = Tables::connect();
    let configs = tables.configs();
    let other = NOW + SignedDuration::from_secs(1);
    for failing_since in [None, Some(NOW)] {
        for happening in ["a change", "a success", "a success and a failure", "a failure"] {
            let seen = there(&tables, Webhook { failing_since, ..bare(&tenant(), config_id()) }).await;
            let owner = seen.owner();
            match happening {
                "a change" => {
                    let next = Webhook { failing_since: None, ..changed(&seen) };
                    configs.replace(&next, 1, &entry(Action::Changed, 2)).await.map(drop)
                }
                "a success" => configs.recovered(&owner).await,
                "a failure" => configs.failing(&owner, other).await,
                _ => {
                    configs.recovered(&owner).await.expect("it is written");
                    configs.failing(&owner, other).await
                }
            }
            .expect("it is written");
            // Without a moment that counts, as after a 410, only the version does.
            let is_outdated = happening == "a change" || (failing_since.is_some() && happening.contains("success"));
            let (before, log) = (stored(&tables, &owner).await.expect("it is there"), history(&tables, &owner).await);
            let written = configs.auto_disable(&seen, REASON, &auto_disabled(&seen, LATER)).await;
            let expected = if is_outdated { Written::Outdated } else { Written::Done };
            assert_eq!(written.expect("it is answered"), expected, "{failing_since:?}, {happening}");
            let (after, entries) =
                (stored(&tables, &owner).await.expect("it is there"), history(&tables, &owner).await);
            if is_outdated {
                assert_eq!((after, entries), (before, log), "{failing_since:?}, {happening}");
            } else {
                assert_eq!((after, entries.len()), (disabled(&before, LATER), log.len() + 1));
            }
        }
    }
}

#[tokio::test]
async fn of_many_that_disable_it_one_does() {
    let tables = Tables::connect();
    let seen = there(&tables, Webhook { failing_since: Some(NOW), ..bare(&tenant(), config_id()) }).await;
    let (configs, owner) = (tables.configs(), seen.owner());
    let moments = (0..12).map(|seconds| LATER + SignedDuration::from_secs(seconds));
    let all = join_all(moments.map(async |at| {
        let entry = auto_disabled(&seen, at);
        (at, insistent(async || configs.auto_disable(&seen, REASON, &entry).await).await)
    }));
    let done: Vec<_> = all.await.into_iter().filter(|(_, written)| *written == Written::Done).collect();
    let [(at, _)] = done[..] else { panic!("{done:?}") };
    assert_eq!(stored(&tables, &owner).await, Some(disabled(&seen, at)));
    assert_eq!(history(&tables, &owner).await, [auto_disabled(&seen, at), created(&seen)]);
}

/// Deliveries that fail and succeed, people who change it and take it away, and a failure that disables it, all at once: whoever
/// was told that something is done finds it in the history, once, and no half of anything is left.
#[tokio::test]
async fn deliveries_and_people_at_the_same_time_leave_one_story() {
    let tables = Tables::connect();
    let configs = tables.configs();
    let mut dice = Dice::seeded(5);
    for _ in 0..8 {
        let seen = there(&tables, Webhook { failing_since: Some(NOW), ..bare(&tenant(), config_id()) }).await;
        let owner = seen.owner();
        let doings: Vec<u64> = (0..12).map(|_| dice.below(5)).collect();
        let written = join_all(doings.into_iter().map(async |doing| {
            let made = match doing {
                0 => insistent(async || configs.failing(&owner, LATER).await.map(|()| false)).await,
                1 => insistent(async || configs.recovered(&owner).await.map(|()| false)).await,
                2 => {
                    let next = Webhook { failing_since: None, ..changed(&seen) };
                    let entry = entry(Action::Changed, 2);
                    insistent(async || configs.replace(&next, 1, &entry).await).await == Written::Done
                }
                3 => {
                    let entry = auto_disabled(&seen, LATER);
                    insistent(async || configs.auto_disable(&seen, REASON, &entry).await).await == Written::Done
                }
                _ => {
                    let entry = entry(Action::Deleted, 2);
                    insistent(async || configs.delete(&owner, 1, &entry).await).await == Written::Done
                }
            };
            made.then_some(doing)
        }))
        .await;
        let made: BTreeSet<u64> = written.iter().flatten().copied().collect();
        assert_eq!(made.len(), written.iter().flatten().count());
        assert!(made.len() <= 1, "two made version 2: {made:?}");
        let (now, entries) = (stored(&tables, &owner).await, history(&tables, &owner).await);
        assert_eq!(entries.len(), 1 + made.len());
        match made.first() {
            None => assert_eq!(now.map(|webhook| (webhook.version, webhook.status)), Some((1, Status::Active))),
            Some(2) => assert_eq!(now.map(|webhook| (webhook.version, webhook.status)), Some((2, Status::Active))),
            Some(3) => {
                assert_eq!(now.map(|webhook| (webhook.version, webhook.status)), Some((2, Status::AutoDisabled)));
            }
            Some(_) => assert_eq!(now, None),
        }
    }
}

#[tokio::test]
async fn a_failure_and_a_success_take_a_unit_each_and_disabling_takes_a_transaction() {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    let configs = tables.configs();
    let listening = Webhook { event_name: Some("order.paid".to_owned()), ..bare(&tenant(), config_id()) };
    let webhook = there(&tables, listening).await;
    let owner = webhook.owner();
    meter.read();
    configs.failing(&owner, NOW).await.expect("it is written");
    assert_eq!(meter.read(), [of(&[("table", 1.0)])]);
    configs.recovered(&owner).await.expect("it is written");
    assert_eq!(meter.read(), [of(&[("table", 1.0)])]);
    // A call whose condition does not hold costs as much, and does not say so.
    configs.recovered(&owner).await.expect("there is nothing to do");
    assert_eq!(meter.read(), [] as [Units; 0]);
    let entry = auto_disabled(&webhook, LATER);
    configs.auto_disable(&webhook, REASON, &entry).await.expect("it is answered");
    // Two for the webhook, one for its entry in the index of those that listen to the bus.
    assert_eq!(meter.read(), [of(&[("table", 3.0), ("history", 2.0)])]);
}
