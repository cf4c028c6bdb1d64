//! Things to store, and repeatable randomness to vary them with.

use bytes::Bytes;
use hookstep_aws::clock::System;
use hookstep_core::attempt::Attempt;
use hookstep_core::auth::Auth;
use hookstep_core::event::{Event, EventKey, Source};
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::leg::{Plan, SigningPlan, Target};
use hookstep_core::payload::Payload;
use hookstep_core::ports::Entropy as _;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::webhook::{Machine, Method, TimeoutSeconds, WebhookUrl};
use jiff::{SignedDuration, Timestamp};

/// When these tests play. The engine sweeps what has expired by its own clock, which is far behind.
pub(crate) const NOW: Timestamp = Timestamp::constant(4_000_000_000, 123_000_000);
/// After that.
pub(crate) const LATER: Timestamp = Timestamp::constant(4_000_086_400, 0);
/// Of the execution that owns the rows.
pub(crate) const EXECUTION: &str = "arn:aws:states:us-east-1:000000000000:execution:delivery:own";

/// A tenant that no other test has.
pub(crate) fn tenant() -> TenantId {
    format!("t-{:016x}", System.random() & u128::from(u64::MAX)).parse().expect("a tenant id")
}

pub(crate) fn config_id() -> ConfigId {
    ConfigId::generate(NOW, System.random())
}

/// A new event of a webhook.
pub(crate) fn event(tenant: &TenantId, config_id: &ConfigId) -> Event {
    Event {
        key: EventKey {
            event_id: EventId::generate(NOW, System.random()),
            tenant: tenant.clone(),
            config_id: config_id.clone(),
        },
        event_name: None,
        source: Source::Api,
        created_at: NOW,
        expires_at: LATER,
        content_type: Some("application/json".to_owned()),
        correlation_id: None,
        trace: None,
        payload: Payload::Inline(Bytes::from_static(br#"{"order":1}"#)),
        machine: Machine::Express,
        leg: 1,
        one_attempt: false,
        lifecycle: false,
        replay: None,
    }
}

/// What a leg's end comes to where nothing follows.
pub(crate) fn last(verdict: &Verdict) -> Ending {
    Ending::Final(verdict.clone())
}

/// What a leg that delivers plans.
pub(crate) fn delivery() -> Plan {
    Plan::Deliver(Box::new(Target {
        url: WebhookUrl::parse("https://example.com/hooks", false).expect("a target"),
        method: Method::Post,
        headers: vec![Header::shown("x-a", "b").expect("a header")],
        auth: Auth::None,
        signing: SigningPlan { signing: Signing::off(), keys: None },
        shape: Shape::default(),
        static_ip: false,
        sealed: None,
        timeout: TimeoutSeconds::DEFAULT,
    }))
}

/// An attempt that the receiver answered.
pub(crate) fn answered(status_code: u16, body: ResponseBody) -> Attempt {
    Attempt {
        number: 1,
        started_at: NOW,
        duration_ms: 120,
        first_byte_ms: Some(110),
        response: Some(Response {
            status_code,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body,
            truncated: false,
        }),
        error: None,
    }
}

/// A small body.
pub(crate) fn small_body() -> ResponseBody {
    ResponseBody::Inline(Bytes::from_static(br#"{"received":true}"#))
}

/// Numbers that are the same in every run (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.number() % limit
    }

    /// Whether something of this chance, in percent, happens.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn wide(&mut self) -> u128 {
        u128::from(self.number()) << 64 | u128::from(self.number())
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = self.below(choices.len() as u64);
        choices[usize::try_from(at).expect("a small number")]
    }

    /// A moment within `span` after `start`, to the millisecond.
    pub(crate) fn moment(&mut self, start: Timestamp, span: SignedDuration) -> Timestamp {
        let millis = u64::try_from(span.as_millis()).expect("a span forward");
        start + SignedDuration::from_millis(i64::try_from(self.below(millis)).expect("a short span"))
    }
}
