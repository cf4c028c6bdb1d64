//! Claims of idempotency keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use hookstep_core::ids::EventId;
use hookstep_core::limits::{BUS_CLAIM_TTL_SECONDS, IDEMPOTENCY_TTL_SECONDS};
use hookstep_core::ports::{BusClaim, BusClaims, IdempotencyKeys};
use jiff::SignedDuration;
use tokio::sync::Barrier;

use crate::make::{Dice, NOW, config_id, tenant};
use crate::stack::Tables;

const CALLERS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_callers_at_the_same_instant_one_wins_and_the_others_get_its_event() {
    let (keys, tenant, config_id) = (Arc::new(Tables::connect().idempotency()), tenant(), config_id());
    for key in ["a", "order 1 \"of\" 2", &"k".repeat(255)] {
        let barrier = Arc::new(Barrier::new(CALLERS));
        let mut dice = Dice::seeded(1);
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (keys, barrier) = (Arc::clone(&keys), Arc::clone(&barrier));
                let (tenant, config_id, key) = (tenant.clone(), config_id.clone(), key.to_owned());
                let candidate = EventId::generate(NOW, dice.wide());
                tokio::spawn(async move {
                    barrier.wait().await;
                    let event = IdempotencyKeys::claim(&*keys, &tenant, &config_id, &key, &candidate, NOW).await;
                    (event.expect("a claim is always answered"), candidate)
                })
            })
            .collect();
        let (mut events, mut winners) = (BTreeSet::new(), 0);
        for caller in callers {
            let (event, candidate) = caller.await.expect("no caller panics");
            winners += usize::from(event == candidate);
            events.insert(event);
        }
        assert_eq!((events.len(), winners), (1, 1), "{key}");
    }
}

#[tokio::test]
async fn a_key_is_remembered_for_a_day_and_then_free() {
    let (keys, tenant, config_id) = (Tables::connect().idempotency(), tenant(), config_id());
    let mut dice = Dice::seeded(2);
    let [first, second, third] = std::array::from_fn(|_| EventId::generate(NOW, dice.wide()));
    let day = SignedDuration::from_secs(IDEMPOTENCY_TTL_SECONDS);
    let claim = async |candidate: &EventId, now| {
        IdempotencyKeys::claim(&keys, &tenant, &config_id, "key", candidate, now)
            .await
            .expect("a claim is always answered")
    };
    assert_eq!(claim(&first, NOW).await, first);
    assert_eq!(claim(&second, NOW).await, first);
    assert_eq!(claim(&second, NOW + day).await, first);
    let expired = NOW + day + SignedDuration::from_secs(1);
    assert_eq!(claim(&second, expired).await, second);
    assert_eq!(claim(&third, expired).await, second);
    assert_eq!(claim(&third, expired + day).await, second);
}

#[tokio::test]
async fn a_key_is_one_webhooks_and_one_tenants_own() {
    let keys = Tables::connect().idempotency();
    let mut dice = Dice::seeded(3);
    let (tenants, webhooks) = ([tenant(), tenant()], [config_id(), config_id()]);
    for tenant in &tenants {
        for webhook in &webhooks {
            for key in ["key", "Key", "key "] {
                let candidate = EventId::generate(NOW, dice.wide());
                let event = IdempotencyKeys::claim(&keys, tenant, webhook, key, &candidate, NOW).await;
                assert_eq!(event.expect("a claim is always answered"), candidate, "{tenant} {webhook} {key:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn an_event_of_the_bus_is_claimed_once_however_many_runs_of_it_there_are() {
    let (keys, tenant) = (Arc::new(Tables::connect().idempotency()), tenant());
    let barrier = Arc::new(Barrier::new(CALLERS));
    let mut dice = Dice::seeded(4);
    let runs: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (keys, barrier, tenant) = (Arc::clone(&keys), Arc::clone(&barrier), tenant.clone());
            let candidate = EventId::generate(NOW, dice.wide());
            tokio::spawn(async move {
                barrier.wait().await;
                let claim = BusClaims::claim(&*keys, &tenant, "17793124", &candidate, NOW).await;
                claim.expect("a claim is always answered").base
            })
        })
        .collect();
    let mut bases = BTreeSet::new();
    for run in runs {
        bases.insert(run.await.expect("no run panics"));
    }
    assert_eq!(bases.len(), 1);
}

#[tokio::test]
async fn a_claim_holds_how_far_it_came_for_as_long_as_there_may_be_a_dead_letter() {
    let (keys, tenant) = (Tables::connect().idempotency(), tenant());
    let mut dice = Dice::seeded(5);
    let [first, second] = std::array::from_fn(|_| EventId::generate(NOW, dice.wide()));
    let claim = async |candidate: &EventId, now| {
        BusClaims::claim(&keys, &tenant, "an id\0a replay", candidate, now).await.expect("a claim is always answered")
    };
    assert_eq!(claim(&first, NOW).await, BusClaim { base: first.clone(), reached: None, unasked: None });
    let reached = BusClaim { base: first.clone(), reached: Some(config_id()), unasked: Some(config_id()) };
    keys.note(&tenant, "an id\0a replay", &reached, NOW).await.expect("it is noted");
    let fortnight = SignedDuration::from_secs(BUS_CLAIM_TTL_SECONDS);
    for now in [NOW, NOW + fortnight] {
        assert_eq!(claim(&second, now).await, reached);
    }
    let expired = NOW + fortnight + SignedDuration::from_secs(1);
    assert_eq!(claim(&second, expired).await, BusClaim { base: second.clone(), reached: None, unasked: None });
}

#[tokio::test]
async fn a_claim_is_one_tenants_and_one_events_own_and_no_key_of_a_webhook() {
    let keys = Tables::connect().idempotency();
    let mut dice = Dice::seeded(6);
    for tenant in [tenant(), tenant()] {
        for event in ["17793124", "17793124\0replay", ""] {
            let candidate = EventId::generate(NOW, dice.wide());
            let claim = BusClaims::claim(&keys, &tenant, event, &candidate, NOW).await;
            assert_eq!(claim.expect("a claim is always answered").base, candidate, "{tenant} {event:?}");
            let other = EventId::generate(NOW, dice.wide());
            let key = IdempotencyKeys::claim(&keys, &tenant, &config_id(), event, &other, NOW).await;
            assert_eq!(key.expect("a claim is always answered"), other);
        }
    }
}
