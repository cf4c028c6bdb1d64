//! The JSON that passes through the machine: everybody who may look at an execution reads it.

use bytes::Bytes;
use hookstep_aws::leg_json::{AttemptJson, EventJson};
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::event::{Event, EventKey, Source};
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::{Clock, StoreError, WebhookReader};
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::webhook::{Method, TimeoutSeconds, Webhook, WebhookUrl};
use hookstep_lambdas::steps::fetch_config;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::asl::definition;

/// What a field that holds a secret would be called.
const SECRETS: [&str; 10] = [
    "secret",
    "password",
    "passwd",
    "token",
    "api_key",
    "apikey",
    "authorization",
    "credential",
    "private_key",
    "signature",
];

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    async fn pause(&self, _: std::time::Duration) {}
}

/// Answers with the one webhook that it holds.
struct Only(Option<Webhook>);

impl WebhookReader for Only {
    async fn webhook(&self, _: &TenantId, _: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        Ok(self.0.clone())
    }
}

fn event(payload: Payload) -> Event {
    Event {
        key: EventKey {
            event_id: EventId::generate(Timestamp::UNIX_EPOCH, 1),
            tenant: TenantId::single(),
            config_id: ConfigId::generate(Timestamp::UNIX_EPOCH, 2),
        },
        event_name: Some("order.created".to_owned()),
        source: Source::Api,
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
        content_type: Some("application/json".to_owned()),
        correlation_id: Some("correlation".to_owned()),
        payload,
    }
}

fn webhook() -> Webhook {
    Webhook {
        id: ConfigId::generate(Timestamp::UNIX_EPOCH, 2),
        tenant: TenantId::single(),
        name: "name".to_owned(),
        description: "description".to_owned(),
        event_name: Some("order.created".to_owned()),
        url: WebhookUrl::parse("https://example.com/hooks", false).expect("a target"),
        method: Method::Post,
        headers: vec![Header::parse("x-plain", "value").expect("a header")],
        enabled: true,
        timeout: TimeoutSeconds::DEFAULT,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}

fn attempt(body: ResponseBody) -> Attempt {
    let response =
        Response { status_code: 200, headers: vec![("a".to_owned(), "b".to_owned())], body, truncated: true };
    let error = AttemptError { obstacle: Obstacle::ResponseIncomplete, detail: "detail".to_owned() };
    Attempt {
        number: 1,
        started_at: Timestamp::UNIX_EPOCH,
        duration_ms: 1,
        response: Some(response),
        error: Some(error),
    }
}

/// What `FetchConfig` makes of an event and a webhook.
async fn planned(event: &Event, webhook: Option<Webhook>) -> Value {
    let input = json!({ "event": EventJson::from(event), "execution_arn": "arn" });
    let input = serde_json::from_value(input).expect("the input that the machine passes");
    let output = fetch_config::run(&Only(webhook), &Fixed, input).await.expect("nothing fails here");
    serde_json::to_value(output).expect("JSON")
}

fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(name.to_lowercase());
                names(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn no_field_of_a_state_is_named_like_a_secret() {
    let inline = event(Payload::Inline(Bytes::from_static(b"{}")));
    let stored = event(Payload::Stored(StoredPayload { key: "key".to_owned(), etag: "etag".to_owned(), size: 1 }));
    let response = ResponseBody::Inline(Bytes::from_static(b"ok"));
    let stored_response = ResponseBody::Stored { key: "key".to_owned(), size: 1 };
    let states = [
        definition(),
        planned(&inline, Some(webhook())).await,
        planned(&stored, Some(webhook())).await,
        planned(&inline, None).await,
        json!(AttemptJson::from(&attempt(response))),
        json!(AttemptJson::from(&attempt(stored_response))),
    ];
    let mut found = Vec::new();
    for state in &states {
        names(state, &mut found);
    }
    for expected in ["record", "target", "payload_s3_key", "status_code", "expressionattributevalues"] {
        assert!(found.iter().any(|name| name == expected), "{expected} is not there: this test looks at too little");
    }
    for name in found {
        assert!(!SECRETS.iter().any(|secret| name.contains(secret)), "{name}");
    }
}
