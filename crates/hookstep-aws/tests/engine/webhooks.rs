//! Webhooks to store, and what is written of them to their history.

use hookstep_core::auth::{Auth, ClientAuthentication, Connection, KeyPlace, OAuth2, Parameter, TokenMethod, Value};
use hookstep_core::filter::Filter;
use hookstep_core::header::Header;
use hookstep_core::history::{Action, Actor, ActorKind, Entry};
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::secret::{Sealed, SealedSecrets};
use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use hookstep_core::signing::{Scheme, Signing};
use hookstep_core::webhook::{Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::make::{Dice, NOW};

/// So many seconds after the tests play: nothing finer is stored of what signs until then.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW.as_second() + seconds).expect("a moment")
}

/// The least that a webhook is.
pub(crate) fn bare(tenant: &TenantId, id: ConfigId) -> Webhook {
    Webhook {
        id,
        tenant: tenant.clone(),
        name: "bare".to_owned(),
        description: String::new(),
        event_name: None,
        filter: None,
        url: WebhookUrl::parse("https://example.com/", false).expect("a target"),
        method: Method::Post,
        headers: vec![],
        auth: Auth::None,
        signing: Signing::off(),
        shape: Shape::default(),
        static_ip: false,
        secrets: None,
        status: Status::Active,
        status_reason: None,
        failing_since: None,
        timeout: TimeoutSeconds::DEFAULT,
        retry_policy: RetryPolicy::default(),
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

/// A webhook as people make them: some headers, basic authentication, a description.
pub(crate) fn ordinary(tenant: &TenantId, id: ConfigId) -> Webhook {
    // As long as the ciphertext of one password under a data key of KMS.
    let sealed = format!("v1.{}.{}", "k".repeat(246), "c".repeat(96));
    Webhook {
        name: "Orders to the warehouse".to_owned(),
        description: "Every order that was paid, as soon as it was".to_owned(),
        event_name: Some("order.paid".to_owned()),
        headers: vec![Header::shown("x-source", "shop").expect("a header")],
        auth: Auth::Basic { username: "shop".to_owned() },
        secrets: Some(SealedSecrets { slots: ["/auth/password".to_owned()].into(), sealed: Sealed::new(sealed) }),
        ..bare(tenant, id)
    }
}

/// Something in every field.
pub(crate) fn full(tenant: &TenantId, id: ConfigId) -> Webhook {
    Webhook {
        name: "Aufträge \u{1fa9d}".to_owned(),
        description: "\"\\\r\n\u{0}".to_owned(),
        event_name: Some("order.created".to_owned()),
        filter: Some(Filter::parse(json!({ "detail": { "total": [{ "numeric": [">", 10.5] }] } })).expect("a pattern")),
        url: WebhookUrl::parse("https://example.com/hooks?a=%22b%22&ü", false).expect("a target"),
        method: Method::Put,
        headers: vec![
            Header::secret("X-Token").expect("a header"),
            Header::shown("x-quotes", "a \"b\" \\c").expect("a header"),
        ],
        auth: oauth(),
        signing: Signing { schemes: Scheme::ALL.to_vec(), earlier: vec![at(2), at(1)] },
        shape: Shape {
            transformation: Expression::new("{ \"é\": payload.'a b'[0] }\n\t/* \\ */"),
            format: PayloadFormat::StandardWebhooks,
        },
        static_ip: true,
        secrets: Some(SealedSecrets {
            slots: ["/auth/client_secret", "/headers/X-Token", "/auth/body/a~1b"].map(str::to_owned).into(),
            sealed: Sealed::new("v1.a2V5.Y2lwaGVydGV4dA"),
        }),
        status: Status::AutoDisabled,
        status_reason: Some("it failed too often".to_owned()),
        failing_since: Some(NOW),
        timeout: TimeoutSeconds::new(840).expect("the longest"),
        retry_policy: RetryPolicy { max_retries: 0, schedule_seconds: vec![1, 86_400], retry_on: RetryOn::ALL.into() },
        updated_at: NOW + SignedDuration::from_nanos(1),
        version: u64::from(u32::MAX),
        ..bare(tenant, id)
    }
}

pub(crate) fn oauth() -> Auth {
    let parameter = |name: &str, value: Value| Parameter { name: name.to_owned(), value };
    Auth::OAuth2(Box::new(OAuth2 {
        token_url: WebhookUrl::parse("http://127.0.0.1:8080/token", true).expect("a URL"),
        client_id: "client \"1\"".to_owned(),
        client_authentication: ClientAuthentication::Body,
        scope: Some("a b".to_owned()),
        audience: Some("https://api.example".to_owned()),
        method: TokenMethod::Get,
        headers: vec![parameter("X-A", Value::Shown("1".to_owned()))],
        query: vec![parameter("a/b", Value::Shown("é".to_owned())), parameter("c", Value::Secret)],
        body: vec![parameter("a/b", Value::Secret)],
    }))
}

pub(crate) fn connection() -> Auth {
    Auth::Connection(Connection {
        arn: "arn:aws:events:us-east-1:123456789012:connection/a.b/0f-1".parse().expect("an ARN"),
        secret_arn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:events!connection/a.b/9-Xy".to_owned(),
    })
}

/// One of every shape, chosen by the dice.
pub(crate) fn any(dice: &mut Dice, tenant: &TenantId, id: ConfigId) -> Webhook {
    let full = full(tenant, id.clone());
    let bare = bare(tenant, id);
    let mut take = |chance| dice.percent(chance);
    let mut webhook = Webhook {
        description: if take(50) { full.description } else { bare.description },
        event_name: if take(50) { full.event_name } else { None },
        filter: if take(50) { full.filter } else { None },
        url: if take(50) { full.url } else { bare.url },
        headers: if take(50) { full.headers } else { vec![] },
        secrets: if take(50) { full.secrets } else { None },
        static_ip: take(50),
        shape: Shape {
            transformation: if take(50) { full.shape.transformation } else { None },
            format: if take(50) { full.shape.format } else { PayloadFormat::AsIs },
        },
        updated_at: if take(50) { full.updated_at } else { bare.updated_at },
        ..bare
    };
    webhook.name = text(dice);
    webhook.method = dice.one_of(&Method::ALL);
    webhook.status = dice.one_of(&Status::ALL);
    webhook.status_reason = dice.percent(50).then(|| text(dice));
    webhook.failing_since = dice.percent(50).then(|| dice.moment(NOW, SignedDuration::from_hours(240)));
    let seconds = u32::try_from(dice.below(840)).expect("a small number") + 1;
    webhook.timeout = TimeoutSeconds::new(seconds).expect("in range");
    webhook.version = dice.number() >> 1;
    webhook.signing.schemes = Scheme::ALL.into_iter().filter(|_| dice.percent(50)).collect();
    webhook.signing.earlier = (0..dice.below(4)).map(|_| at(i64::try_from(dice.below(999)).expect("small"))).collect();
    webhook.auth = match dice.below(6) {
        0 => Auth::None,
        1 => Auth::Basic { username: text(dice) },
        2 => Auth::ApiKey { place: dice.one_of(&KeyPlace::ALL), name: "X-Key".to_owned() },
        3 => connection(),
        _ => oauth(),
    };
    webhook.retry_policy.max_retries = u32::try_from(dice.below(51)).expect("a small number");
    webhook.retry_policy.retry_on.retain(|_| dice.percent(50));
    webhook
}

/// Up to twenty characters of any script, and of those that formats give a meaning to.
fn text(dice: &mut Dice) -> String {
    let odd = ['"', '\\', '\n', '\0', '#', '{', 'é', '\u{1fa9d}', '\u{feff}', ' '];
    (0..dice.below(20)).map(|_| if dice.percent(70) { 'a' } else { dice.one_of(&odd) }).collect()
}

/// The next version of a webhook.
pub(crate) fn changed(webhook: &Webhook) -> Webhook {
    Webhook { version: webhook.version + 1, name: format!("{} again", webhook.name), ..webhook.clone() }
}

/// What is written of a change that makes this version.
pub(crate) fn entry(action: Action, version: u64) -> Entry {
    Entry {
        version,
        at: NOW,
        actor: Actor { kind: ActorKind::Jwt, id: Some("auth0|u \"1\"".to_owned()) },
        action,
        changed_fields: vec!["/name".to_owned(), "/headers/a~1b".to_owned()],
    }
}

pub(crate) fn created(webhook: &Webhook) -> Entry {
    entry(Action::Created, webhook.version)
}
