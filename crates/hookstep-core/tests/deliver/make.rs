//! The things that pass through the ports.

use bytes::Bytes;
use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::auth::{Auth, Connection, KeyPlace, OAuth2, TokenMethod};
use hookstep_core::event::EventKey;
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::leg::{Delivery, SigningPlan, Target};
use hookstep_core::limits::WHOLE_PAYLOAD_MAX_BYTES;
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::{Exchange, Received};
use hookstep_core::secret::{Owner, Sealed};
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::trace::Trace;
use hookstep_core::webhook::{Method, TimeoutSeconds, WebhookUrl};
use jiff::Timestamp;

pub(crate) const SEALED: &str = "v1.key.ciphertext";
pub(crate) const SEALED_KEYS: &str = "v1.key.keys";
pub(crate) const USER_AGENT: &str = concat!("Hookstep/", env!("CARGO_PKG_VERSION"));
pub(crate) const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

pub(crate) fn answered(status_code: u16, body: &str) -> Exchange {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let response =
        Received { status_code, headers: vec![("server".to_owned(), "test".to_owned())], body, truncated: false };
    Exchange { started_at: START, duration_ms: 0, first_byte_ms: None, response: Some(response), error: None }
}

pub(crate) fn unreachable(obstacle: Obstacle) -> Exchange {
    let error = AttemptError { obstacle, detail: String::new() };
    Exchange { started_at: START, duration_ms: 0, first_byte_ms: None, response: None, error: Some(error) }
}

pub(crate) fn owner() -> Owner {
    let config_id = ConfigId::generate(START, 2);
    Owner { tenant: "acme".parse().expect("a tenant id"), config_id }
}

fn key() -> EventKey {
    let Owner { tenant, config_id } = owner();
    EventKey { event_id: EventId::generate(START, 1), tenant, config_id }
}

pub(crate) fn tenant() -> TenantId {
    owner().tenant
}

/// `{"order":1}` to a webhook with nothing but a URL.
pub(crate) fn delivery() -> Delivery {
    Delivery {
        key: key(),
        attempt_number: 1,
        webhook_id: key().event_id,
        told_of: key().event_id,
        event_name: Some("order.paid".to_owned()),
        created_at: START,
        trace: Trace::derived(&key().event_id),
        content_type: Some("application/json".to_owned()),
        payload: Payload::Inline(Bytes::from_static(br#"{"order":1}"#)),
        target: Target {
            url: WebhookUrl::parse("https://example.com/hooks?a=1", false).expect("a target"),
            method: Method::Post,
            headers: Vec::new(),
            auth: Auth::None,
            signing: SigningPlan { signing: Signing::off(), keys: None },
            shape: Shape::default(),
            static_ip: false,
            sealed: None,
            timeout: TimeoutSeconds::DEFAULT,
        },
    }
}

/// The same with secrets, which are for the world to open.
pub(crate) fn delivery_as(auth: Auth) -> Delivery {
    let mut delivery = delivery();
    delivery.target.auth = auth;
    delivery.target.sealed = Some(Sealed::new(SEALED));
    delivery
}

/// One byte more than is read whole, beginning so.
pub(crate) fn large(start: &[u8]) -> Vec<u8> {
    let mut payload = start.to_vec();
    payload.resize(usize::try_from(WHOLE_PAYLOAD_MAX_BYTES).expect("a length") + 1, b'.');
    payload
}

/// The same with a payload in the bucket that says to be so long.
pub(crate) fn stored(mut delivery: Delivery, size: u64) -> Delivery {
    delivery.payload = Payload::Stored(StoredPayload { key: "key".to_owned(), etag: "etag".to_owned(), size });
    delivery
}

pub(crate) fn shown(name: &str, value: &str) -> Header {
    Header::shown(name, value).expect("a header")
}

pub(crate) fn hidden(name: &str) -> Header {
    Header::secret(name).expect("a header")
}

pub(crate) fn basic() -> Auth {
    Auth::Basic { username: "Aladdin".to_owned() }
}

pub(crate) fn api_key(place: KeyPlace) -> Auth {
    Auth::ApiKey { place, name: "X-Key".to_owned() }
}

pub(crate) fn connection() -> Auth {
    let arn = "arn:aws:events:us-east-1:123456789012:connection/a/b".parse().expect("an ARN");
    Auth::Connection(Connection { arn, secret_arn: "arn:secret".to_owned() })
}

pub(crate) fn oauth() -> Auth {
    Auth::OAuth2(Box::new(OAuth2 {
        token_url: WebhookUrl::parse("https://id.example/token", false).expect("a URL"),
        client_id: "client".to_owned(),
        client_authentication: hookstep_core::auth::ClientAuthentication::Body,
        scope: None,
        audience: None,
        method: TokenMethod::Post,
        headers: Vec::new(),
        query: Vec::new(),
        body: Vec::new(),
    }))
}
