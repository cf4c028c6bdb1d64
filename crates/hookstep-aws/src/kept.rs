//! What is fetched once and used for a while: each value by one fetch, however many ask for it at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

type Slot<V> = Arc<tokio::sync::Mutex<Option<(V, Timestamp)>>>;

/// Values by key, each until its own moment, and no more than a number of them.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    max: usize,
}

impl<K: Eq + Hash + Clone, V: Clone> Kept<K, V> {
    pub(crate) fn new(max: usize) -> Self {
        Self { slots: Mutex::default(), max }
    }

    /// The value of a key: the one that is kept where it is still good at `now`, else what `fetch` gives, which is kept
    /// until the moment that comes with it. Whoever asks meanwhile waits for that one fetch; where it fails, the next one tries.
    pub(crate) async fn get_or_fetch<E>(
        &self,
        key: K,
        now: Timestamp,
        fetch: impl AsyncFnOnce() -> Result<(V, Timestamp), E>,
    ) -> Result<V, E> {
        let slot = self.slot(key, now);
        let mut held = slot.lock().await;
        if let Some((value, until)) = &*held
            && now < *until
        {
            return Ok(value.clone());
        }
        let (value, until) = fetch().await?;
        *held = Some((value.clone(), until));
        Ok(value)
    }

    /// Drops the value of a key if it is the one that `is` tells.
    pub(crate) async fn forget(&self, key: &K, is: impl FnOnce(&V) -> bool) {
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if let Some(slot) = slot {
            let mut held = slot.lock().await;
            if held.as_ref().is_some_and(|(value, _)| is(value)) {
                *held = None;
            }
        }
    }

    fn slot(&self, key: K, now: Timestamp) -> Slot<V> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // What is past its time goes; a slot that somebody holds, to fetch or to wait for it, stays.
        slots.retain(|_, slot| {
            let is_good =
                |slot: &Slot<V>| slot.try_lock().is_ok_and(|held| matches!(&*held, Some((_, until)) if now < *until));
            Arc::strong_count(slot) > 1 || is_good(slot)
        });
        if slots.len() >= self.max
            && !slots.contains_key(&key)
            && let Some(any) = slots.keys().next().cloned()
        {
            slots.remove(&any);
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn a_value_is_fetched_once_by_all_who_ask_at_the_same_time_and_again_when_its_time_is_over() {
        let kept = Arc::new(Kept::<u8, usize>::new(10));
        let fetches = Arc::new(AtomicUsize::new(0));
        let ask = |now: i64| {
            let (kept, fetches) = (Arc::clone(&kept), Arc::clone(&fetches));
            tokio::spawn(async move {
                kept.get_or_fetch(1, at(now), async || {
                    let number = fetches.fetch_add(1, Ordering::SeqCst) + 1;
                    tokio::task::yield_now().await;
                    Ok::<_, ()>((number, at(100)))
                })
                .await
            })
        };
        let asked: Vec<_> = (0..20).map(|_| ask(0)).collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap(), Ok(1));
        }
        assert_eq!(ask(99).await.unwrap(), Ok(1));
        assert_eq!(ask(100).await.unwrap(), Ok(2));
    }

    #[tokio::test]
    async fn a_failed_fetch_is_not_kept_and_only_the_named_value_is_forgotten() {
        let kept = Kept::<u8, u8>::new(10);
        assert_eq!(kept.get_or_fetch(1, at(0), async || Err::<(u8, _), _>("no")).await, Err("no"));
        let give = async |value: u8| kept.get_or_fetch(1, at(0), async || Ok::<_, ()>((value, at(9)))).await.unwrap();
        assert_eq!(give(5).await, 5);
        kept.forget(&1, |&value| value == 4).await;
        assert_eq!(give(6).await, 5);
        kept.forget(&1, |&value| value == 5).await;
        assert_eq!(give(6).await, 6);
    }

    #[tokio::test]
    async fn no_more_are_kept_than_the_number() {
        let kept = Kept::<usize, ()>::new(3);
        for key in 0..50 {
            kept.get_or_fetch(key, at(0), async || Ok::<_, ()>(((), at(9)))).await.unwrap();
            assert!(kept.slots.lock().unwrap().len() <= 3);
        }
    }
}
