//! The JSON that passes through the machine: everybody who may look at an execution reads it.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::marker::PhantomData;

use bytes::Bytes;
use hookstep_aws::leg_json::{AttemptJson, EventJson, TargetJson};
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::auth::Auth;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Leg, Source};
use hookstep_core::exception::StepError;
use hookstep_core::grant::{ConnectionCredentials, Grant};
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::leg::{SigningPlan, Target};
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::{Clock, EventReader, SigningKeys, StoreError, WebhookReader};
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::secret::{Sealed, Secret, Secrets};
use hookstep_core::shape::Shape;
use hookstep_core::signing::{PublishedKey, Signing, SigningKey, SigningSecret, TenantKeys};
use hookstep_core::token::{Token, TokenRequest};
use hookstep_core::webhook::{Machine, Status, Webhook};
use hookstep_lambdas::fault::StepFault;
use hookstep_lambdas::steps::fetch_config::FetchConfig;
use hookstep_lambdas::steps::{deliver, fetch_config, status_update};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::asl::{definition, list};
use crate::make::{PLANTED, SEALED, SEALED_KEYS, every_auth, webhook};

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

/// Named so, and none: where a secret is, and where tokens are to be had.
const ADDRESSES: [&str; 2] = ["secret_arn", "token_url"];

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

/// Answers with the one row that it holds.
struct Row(Option<EventRow>);

impl EventReader for Row {
    async fn event(&self, _: &EventKey) -> Result<Option<EventRow>, StoreError> {
        Ok(self.0.clone())
    }
}

/// The keys of every tenant: one that signs, and one that will sign no more.
struct Keys;

impl SigningKeys for Keys {
    async fn keys(&self, _: &TenantId) -> Result<Option<TenantKeys>, StoreError> {
        let key = |public_key: &str, signs_until| PublishedKey {
            public_key: public_key.to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
            signs_until,
        };
        let keys = vec![key("whpk_new", None), key("whpk_old", Some(Timestamp::UNIX_EPOCH))];
        Ok(Some(TenantKeys { sealed: Sealed::new(SEALED_KEYS), keys }))
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
        trace: None,
        payload,
        machine: Machine::Standard,
        leg: 1,
        one_attempt: false,
        lifecycle: false,
        replay: None,
    }
}

/// The row of an event that waits for leg 2.
fn waiting(event: Event) -> EventRow {
    EventRow {
        key: event.key,
        event_name: event.event_name,
        source: event.source,
        created_at: event.created_at,
        expires_at: event.expires_at,
        content_type: event.content_type,
        correlation_id: event.correlation_id,
        trace: None,
        payload: Some(event.payload),
        status: EventStatus::InProgress,
        reason: None,
        reason_detail: None,
        url: None,
        http_method: None,
        execution_arn: "earlier".to_owned(),
        updated_at: Timestamp::UNIX_EPOCH,
        attempts: Vec::new(),
        leg: 1,
        machine: event.machine,
        next_attempt_at: Some(Timestamp::UNIX_EPOCH),
        deadline_at: None,
        one_attempt: event.one_attempt,
        lifecycle: event.lifecycle,
        replay: event.replay,
        shape: Shape::default(),
    }
}

fn inline() -> Event {
    event(Payload::Inline(Bytes::from_static(b"{}")))
}

fn attempt(body: ResponseBody) -> Attempt {
    let response =
        Response { status_code: 200, headers: vec![("a".to_owned(), "b".to_owned())], body, truncated: true };
    let error = AttemptError { obstacle: Obstacle::ResponseIncomplete, detail: "detail".to_owned() };
    Attempt {
        number: 1,
        started_at: Timestamp::UNIX_EPOCH,
        duration_ms: 1,
        first_byte_ms: Some(1),
        response: Some(response),
        error: Some(error),
    }
}

/// What `FetchConfig` makes of an event and a webhook.
async fn planned(event: &Event, webhook: Option<Webhook>) -> Value {
    fetched(&EventJson::from(event), webhook, None).await.expect("nothing fails here")
}

/// What `FetchConfig` makes of the event of an execution's input, of a webhook and of a row.
async fn fetched(event: &EventJson, webhook: Option<Webhook>, row: Option<EventRow>) -> Result<Value, StepFault> {
    let given = &definition()["States"]["FetchConfig"]["Parameters"]["Payload"]["record_as"];
    let input = json!({ "event": event, "execution_arn": "arn", "record_as": given });
    let input = serde_json::from_value(input).expect("the input that the machine passes");
    let (webhooks, events) = (Only(webhook), Row(row));
    let step = FetchConfig { webhooks: &webhooks, events: &events, signing_keys: &Keys, clock: &Fixed };
    let output = fetch_config::run(&step, input).await?;
    Ok(serde_json::to_value(output).expect("JSON"))
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
    let stored = event(Payload::Stored(StoredPayload { key: "key".to_owned(), etag: "etag".to_owned(), size: 1 }));
    let response = ResponseBody::Inline(Bytes::from_static(b"ok"));
    let stored_response = ResponseBody::Stored { key: "key".to_owned(), size: 1 };
    let mut states = vec![
        definition(),
        planned(&inline(), None).await,
        json!(AttemptJson::from(&attempt(response))),
        json!(AttemptJson::from(&attempt(stored_response))),
    ];
    for auth in every_auth() {
        states.push(planned(&inline(), Some(webhook(&auth))).await);
        states.push(planned(&stored, Some(webhook(&auth))).await);
    }
    let mut found = Vec::new();
    for state in &states {
        names(state, &mut found);
    }
    let expected = ["record", "target", "s3", "status_code", "updateexpression.$"];
    let of_target =
        ["sealed", "sealed_headers", "auth", "client_id", "signing", "keys", "signs_until", "transformation"];
    for expected in expected.into_iter().chain(of_target).chain(ADDRESSES) {
        assert!(found.iter().any(|name| name == expected), "{expected} is not there: this test looks at too little");
    }
    for name in found {
        let is_secret = SECRETS.iter().any(|secret| name.contains(secret)) && !ADDRESSES.contains(&name.as_str());
        assert!(!is_secret, "{name}");
    }
}

#[tokio::test]
async fn secrets_are_in_a_state_as_ciphertext_and_there_once() {
    for auth in every_auth() {
        let state = planned(&inline(), Some(webhook(&auth))).await;
        let text = state.to_string();
        assert!(!text.contains(PLANTED), "{text}");
        assert_eq!(text.matches(SEALED).count(), 1, "{text}");
        assert_eq!(state["target"]["sealed"], SEALED);
        assert_eq!(text.matches(SEALED_KEYS).count(), 1, "{text}");
        assert_eq!(state["target"]["signing"]["keys"]["sealed"], SEALED_KEYS);
        assert_eq!(state["target"]["sealed_headers"], json!(["x-auth-token", "x-hidden"]));
        assert_eq!(state["target"]["headers"], json!([["x-plain", "value"]]));
    }
}

#[tokio::test]
async fn what_deliver_reads_is_what_fetch_config_planned() {
    let by_name = |mut headers: Vec<Header>| {
        headers.sort_by(|a, b| a.name().cmp(b.name()));
        headers
    };
    for auth in every_auth() {
        let webhook = Webhook { static_ip: true, ..webhook(&auth) };
        let state = planned(&inline(), Some(webhook.clone())).await;
        let target: TargetJson = serde_json::from_value(state["target"].clone()).expect("it is of the form");
        let target = Target::try_from(target).expect("it is valid");
        assert_eq!(target.sealed.as_ref(), webhook.sealed());
        assert_eq!(target.auth, webhook.auth);
        let keys = Keys.keys(&TenantId::single()).await.expect("nothing fails here").map(|keys| keys.ring());
        assert_eq!(target.signing, SigningPlan { signing: webhook.signing, keys });
        assert!(!webhook.shape.is_as_is() && target.shape == webhook.shape);
        assert!(target.static_ip);
        assert_eq!(by_name(target.headers), webhook.headers);
        assert_eq!((target.url, target.method, target.timeout), (webhook.url, webhook.method, webhook.timeout));
        let event: EventJson = serde_json::from_value(state["event"].clone()).expect("it is of the form");
        assert_eq!(Event::try_from(event), Ok(inline()));
    }
}

#[tokio::test]
async fn each_action_that_is_planned_is_one_that_the_definition_knows() {
    let definition = definition();
    let rules = list(&definition["States"]["ShouldDeliver"], "Choices");
    let state_of = |action: &Value| rules.iter().find(|rule| rule["StringEquals"] == *action).map(|rule| &rule["Next"]);
    let plain = webhook(&json!({ "type": "none" }));
    let from_static_ip = Webhook { static_ip: true, ..plain.clone() };

    let state = planned(&inline(), Some(plain.clone())).await;
    assert_eq!(state_of(&state["action"]), Some(&json!("Deliver")));
    let state = planned(&inline(), Some(from_static_ip.clone())).await;
    assert_eq!(state_of(&state["action"]), Some(&json!("DeliverStaticIp")));
    assert!(state["task_timeout_seconds"].is_u64());

    let disabled = Webhook { status: Status::Disabled, ..plain };
    let state = planned(&inline(), Some(disabled)).await;
    assert_eq!(state_of(&state["action"]), Some(&json!("Skipped")));
    assert_eq!(state["record"]["values"][":status"]["S"], "skipped");
    assert!(state.get("target").is_none());
}

/// The words of an expression that begin with `mark`.
fn marked(expressions: [&Value; 2], mark: char) -> BTreeSet<String> {
    let text = expressions.map(|expression| expression.as_str().expect("an expression")).join(" ");
    let words = text.split(|letter: char| !letter.is_alphanumeric() && !"_#:".contains(letter));
    words.filter(|word| word.starts_with(mark)).map(str::to_owned).collect()
}

/// `DynamoDB` refuses an expression with a placeholder that stands for nothing, and one that does without a given one.
#[tokio::test]
async fn record_event_gets_exactly_what_its_expressions_name() {
    let plain = webhook(&json!({ "type": "none" }));
    let disabled = Webhook { status: Status::Disabled, ..plain.clone() };
    let later = EventJson::from(&Leg::from(&inline()).next());
    let mut states = Vec::new();
    for webhook in [Some(plain), Some(disabled), None] {
        states.push(planned(&inline(), webhook.clone()).await);
        states.push(fetched(&later, webhook, Some(waiting(inline()))).await.expect("the row waits"));
    }
    for record in states.iter().map(|state| &state["record"]) {
        let expressions = [&record["update"], &record["condition"]];
        for (mark, given) in [(':', &record["values"]), ('#', &record["names"])] {
            let given: BTreeSet<String> = given.as_object().expect("an object").keys().cloned().collect();
            assert_eq!(marked(expressions, mark), given, "{record}");
        }
        let members: BTreeSet<&str> = record.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(members, ["condition", "names", "update", "values"].into());
    }
}

#[tokio::test]
async fn a_later_leg_brings_no_payload_and_finds_it_in_the_row() {
    let leg = Leg::from(&inline()).next();
    let input = json!(EventJson::from(&leg));
    assert!(input.get("payload").is_none(), "{input}");
    let plain = webhook(&json!({ "type": "none" }));
    let state = fetched(&EventJson::from(&leg), Some(plain), Some(waiting(inline()))).await.expect("the row waits");
    let event: EventJson = serde_json::from_value(state["event"].clone()).expect("it is of the form");
    assert_eq!(Event::try_from(event), Ok(Event { leg: 2, ..inline() }));
}

#[tokio::test]
async fn a_leg_that_nobody_waits_for_is_outdated() {
    let leg = EventJson::from(&Leg::from(&inline()).next());
    let ended = EventRow { status: EventStatus::Failed, ..waiting(inline()) };
    let further = EventRow { leg: 3, ..waiting(inline()) };
    for row in [None, Some(ended), Some(further)] {
        let fault = fetched(&leg, Some(webhook(&json!({ "type": "none" }))), row).await.err();
        assert_eq!(fault.map(|fault| fault.kind()), Some(StepError::LegOutdated));
    }
}

/// Paths of the event that a state reads: a path that leads nowhere ends the execution, past every `Catch`.
fn paths(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| paths(value, found)),
        Value::Array(values) => values.iter().for_each(|value| paths(value, found)),
        Value::String(text) => {
            let after = text.split("$.event.").skip(1);
            found.extend(after.map(|path| path.chars().take_while(|letter| !",) ".contains(*letter)).collect()));
        }
        _ => {}
    }
}

#[test]
fn what_the_states_read_of_an_event_is_in_every_leg() {
    let mut read = BTreeSet::new();
    paths(&definition(), &mut read);
    assert!(read.contains("open_shard") && read.contains("webhook_shard"), "{read:?}");
    let leg = Leg::from(&inline());
    for event in [EventJson::from(&inline()), EventJson::from(&leg.next())] {
        let event = json!(event);
        for path in &read {
            assert!(event[path].is_string(), "{path} of {event}");
        }
    }
}

/// As version 0.1.0 wrote it, word for word.
fn of_version_0_1() -> (Value, Value) {
    let event = json!({
        "event_id": "evt_0000000000000000000000000Y", "tenant_id": "default", "config_id": "wh_0000000000000000000000000Z",
        "event_name": null, "source": "api", "created_at": "1970-01-01T00:00:00Z", "expires_at": "2592000",
        "content_type": "application/json", "correlation_id": null, "payload": { "text": "{}" },
        "webhook_shard": "default#wh_0000000000000000000000000Z#0",
        "failed_keys": { "tenant_status": "default#failed#0", "webhook_status": "default#wh_0000000000000000000000000Z#failed#0" },
    });
    let target = json!({
        "url": "https://example.com/hooks", "method": "POST", "headers": [["x-a", "b"], ["Authorization", "Bearer c"]],
        "timeout_seconds": 840,
    });
    (event, target)
}

/// Executions that are under way while a new version is deployed carry the form of the old one.
#[tokio::test]
async fn every_step_takes_what_version_0_1_wrote() {
    let (event, target) = of_version_0_1();
    let read: EventJson = serde_json::from_value(event.clone()).expect("it is of the form");
    let read = Event::try_from(read).expect("it is valid");
    // Its timeout is not capped, as it was not then.
    assert_eq!(read.machine, Machine::Standard);
    let read: TargetJson = serde_json::from_value(target.clone()).expect("it is of the form");
    let read = Target::try_from(read).expect("it is valid");
    assert_eq!((read.auth, read.sealed, read.timeout.get()), (Auth::None, None, 840));
    assert_eq!(read.signing, SigningPlan { signing: Signing::off(), keys: None });
    assert_eq!((read.shape, read.static_ip), (Shape::default(), false));
    let expected = [("x-a", "b"), ("Authorization", "Bearer c")].map(|(name, value)| Header::shown(name, value));
    assert_eq!(read.headers.into_iter().map(Ok).collect::<Vec<_>>(), expected);

    let input = json!({ "event": event, "execution_arn": "arn" });
    assert!(serde_json::from_value::<fetch_config::Input>(input).is_ok());
    let input = json!({ "event": event, "target": target });
    assert!(serde_json::from_value::<deliver::Input>(input).is_ok());
    for task in ["record_attempt", "handle_exception"] {
        let leg = json!({ "event": event, "delivered": { "attempt": AttemptJson::from(&attempt(ResponseBody::Inline(Bytes::new()))) } });
        let input = json!({ "task": task, "leg": leg, "execution_arn": "arn" });
        assert!(serde_json::from_value::<status_update::Input>(input).is_ok());
    }
}

#[test]
fn a_target_that_hookstep_did_not_write_is_refused() {
    let (_, good) = of_version_0_1();
    for (field, value) in [
        (
            "auth",
            json!({ "type": "oauth2_client_credentials", "token_url": "ftp://x", "client_id": "a", "client_authentication": "header", "method": "POST" }),
        ),
        ("auth", json!({ "type": "api_key", "place": "cookie", "name": "a" })),
        ("auth", json!({ "type": "connection", "arn": "arn:aws:events:x", "secret_arn": "" })),
        ("sealed_headers", json!(["host"])),
        ("headers", json!([["a", "b\nc"]])),
        ("timeout_seconds", json!(841)),
    ] {
        let mut target = good.clone();
        target[field] = value;
        let read: TargetJson = serde_json::from_value(target).expect("it is of the form");
        assert!(Target::try_from(read).is_err(), "{field}");
    }
    let mut unknown = good;
    unknown["auth"] = json!({ "type": "ntlm" });
    assert!(serde_json::from_value::<TargetJson>(unknown).is_err());
}

/// Tells whether a type can be serialized or displayed: inherent constants come before those of a trait.
struct Probe<T>(PhantomData<T>);

trait Cannot {
    const IS_SERIALIZED: bool = false;
    const IS_DISPLAYED: bool = false;
}

impl<T> Cannot for Probe<T> {}

impl<T: Serialize> Probe<T> {
    const IS_SERIALIZED: bool = true;
}

impl<T: Display> Probe<T> {
    const IS_DISPLAYED: bool = true;
}

macro_rules! assert_shows_itself_nowhere {
    ($($type:ty),+) => { $(
        const { assert!(!Probe::<$type>::IS_SERIALIZED && !Probe::<$type>::IS_DISPLAYED) };
    )+ };
}

#[test]
fn what_holds_a_secret_can_be_neither_serialized_nor_displayed() {
    // The probe sees what can be.
    const { assert!(Probe::<String>::IS_SERIALIZED && Probe::<String>::IS_DISPLAYED) };
    assert_shows_itself_nowhere!(
        Secret,
        Secrets,
        Grant,
        ConnectionCredentials,
        TokenRequest,
        Token,
        SigningKey,
        SigningSecret
    );
    let secret = Secret::new(PLANTED);
    let token = Token {
        authorization: secret.clone(),
        token_type: "Bearer".to_owned(),
        expires_in: None,
        use_until: Timestamp::UNIX_EPOCH,
    };
    let secrets: Secrets = [("/auth/password".to_owned(), secret.clone())].into_iter().collect();
    let grant = Grant::of(&Auth::Basic { username: "u".to_owned() }, &secrets);
    for printed in [format!("{secret:?}"), format!("{secrets:?}"), format!("{token:?}"), format!("{grant:?}")] {
        assert!(!printed.contains(PLANTED) && !printed.contains("UExBTlRFRDVFQ1JFV"), "{printed}");
    }
}
