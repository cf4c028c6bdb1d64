//! Connections that are kept for the next request.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hookstep_core::address::Reachable;
use http::header::{CONNECTION, HeaderMap, HeaderValue};
use http::response::Parts;
use http::{HeaderName, Version};
use jiff::{SignedDuration, Timestamp};

use super::connection::Connection;
use super::target::Key;

/// Connections that are kept in all.
const KEPT_MAX_COUNT: usize = 32;

/// Of those, how many to the same place.
const KEPT_MAX_COUNT_PER_KEY: usize = 4;

/// How long a connection of HTTP/1.1 is kept whose receiver does not say: below the 5 s after which Node, Apache and uvicorn
/// close theirs.
const KEPT_BY_DEFAULT: SignedDuration = SignedDuration::from_secs(4);

/// How long a connection of HTTP/2 is kept. Who closes one says by a frame which requests were not looked at.
const KEPT_OF_HTTP2: SignedDuration = SignedDuration::from_secs(30);

/// How long a connection is kept at most, whatever its receiver says.
const KEPT_AT_MOST: SignedDuration = SignedDuration::from_secs(60);

/// How long before the receiver closes a connection it is not used any more.
const KEPT_LESS: SignedDuration = SignedDuration::from_secs(1);

struct Kept {
    key: Key,
    connection: Connection,
    since: Timestamp,
    until: Timestamp,
}

impl Kept {
    /// By the clock on the wall: that of the process stands still while the function is frozen. Also one that was set back is no reason to
    /// use a connection of some other time.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

/// Connections that are kept. The latest used are last.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Kept>>);

impl Pool {
    /// The connection to this place that was used last, if it may be used (again) now, and how long that is ago. Those whose time is over
    /// are closed.
    pub(super) fn take(
        &self,
        key: &Key,
        reachable: &Reachable,
        now: Timestamp,
    ) -> Option<(Connection, SignedDuration)> {
        let mut kept = self.kept();
        kept.retain(|one| one.is_fresh(now));
        let index = kept.iter().rposition(|one| {
            one.key == *key && reachable.permits(&key.host, one.connection.peer().ip(), one.connection.peer().port())
        })?;
        let one = kept.remove(index);
        Some((one.connection, now.duration_since(one.since)))
    }

    /// Keeps a connection for so long.
    pub(super) fn keep(&self, key: Key, connection: Connection, now: Timestamp, life: SignedDuration) {
        let Ok(until) = now.checked_add(life) else { return };
        let mut kept = self.kept();
        kept.retain(|one| one.is_fresh(now));
        if kept.iter().filter(|one| one.key == key).count() >= KEPT_MAX_COUNT_PER_KEY
            && let Some(oldest) = kept.iter().position(|one| one.key == key)
        {
            kept.remove(oldest);
        }
        if kept.len() >= KEPT_MAX_COUNT {
            kept.remove(0);
        }
        kept.push(Kept { key, connection, since: now, until });
    }

    /// A panic elsewhere does not spoil the list.
    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the connection of an answer that was read to its end may be kept; `None` if not at all.
pub(super) fn life(answer: &Parts, http2: bool) -> Option<SignedDuration> {
    if http2 {
        return Some(KEPT_OF_HTTP2);
    }
    if answer.version != Version::HTTP_11 || closes(&answer.headers) {
        return None;
    }
    let life = match keep_alive(&answer.headers) {
        Some(said) => said.min(KEPT_AT_MOST) - KEPT_LESS,
        None => KEPT_BY_DEFAULT,
    };
    life.is_positive().then_some(life)
}

fn closes(headers: &HeaderMap) -> bool {
    tokens(headers, CONNECTION).any(|token| token.eq_ignore_ascii_case("close"))
}

/// What a receiver says that it keeps the connection for. A number that is too large to read is as good as for ever.
fn keep_alive(headers: &HeaderMap) -> Option<SignedDuration> {
    tokens(headers, HeaderName::from_static("keep-alive")).find_map(|token| {
        let (name, value) = token.split_once('=')?;
        let value = value.trim().trim_matches('"');
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = value.parse().unwrap_or(i64::from(u32::MAX));
        (name.trim_end().eq_ignore_ascii_case("timeout") && is_number).then(|| SignedDuration::from_secs(seconds))
    })
}

fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let texts = headers.get_all(name).into_iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life_of(version: Version, headers: &[(&'static str, &'static str)]) -> Option<i64> {
        let mut answer = http::Response::new(()).into_parts().0;
        answer.version = version;
        for (name, value) in headers {
            answer.headers.append(*name, HeaderValue::from_static(value));
        }
        life(&answer, false).map(|life| life.as_secs())
    }

    #[test]
    fn a_connection_is_kept_a_second_less_than_the_receiver_says_and_never_long() {
        for (said, life) in [
            ("timeout=5", Some(4)),
            ("timeout=5, max=100", Some(4)),
            ("max=100, Timeout = 5", Some(4)),
            ("timeout=\"5\"", Some(4)),
            ("timeout=60", Some(59)),
            ("timeout=61", Some(59)),
            ("timeout=99999999999999999999", Some(59)),
            ("timeout=2", Some(1)),
            ("timeout=1", None),
            ("timeout=0", None),
            ("timeout=-5", Some(4)),
            ("timeout=", Some(4)),
            ("timeout", Some(4)),
            ("", Some(4)),
        ] {
            assert_eq!(life_of(Version::HTTP_11, &[("keep-alive", said)]), life, "{said}");
        }
        assert_eq!(life_of(Version::HTTP_11, &[]), Some(4));
    }

    #[test]
    fn a_connection_that_the_receiver_closes_is_not_kept() {
        for said in ["close", "Close", "keep-alive, close"] {
            assert_eq!(life_of(Version::HTTP_11, &[("connection", said)]), None, "{said}");
        }
        let twice = [("connection", "keep-alive"), ("connection", "close"), ("keep-alive", "timeout=5")];
        assert_eq!(life_of(Version::HTTP_11, &twice), None);
        assert_eq!(life_of(Version::HTTP_11, &[("connection", "keep-alive")]), Some(4));
        assert_eq!(life_of(Version::HTTP_10, &[("connection", "keep-alive"), ("keep-alive", "timeout=5")]), None);
    }
}
