//! Credentials of `EventBridge` connections.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_tests::secrets::{planted, planted_with};
use hookstep_tests::{
    Connection, HOOK, Hookstep, SOON, Scene, Script, TokenClient, TokenEndpoint, Trigger, unique, until,
};
use serde_json::{Value, json};

use crate::support::{TARGET, created, draft, faults, id};

pub(crate) fn by(connection: &Connection) -> Value {
    json!({ "type": "connection", "connection_arn": connection.arn })
}

/// A connection as `CreateConnection` takes it, and a webhook by it.
pub(crate) async fn scene_by(kind: &str, parameters: Value) -> Result<(Scene, Connection)> {
    let hookstep = Hookstep::connect()?;
    let definition = json!({ "AuthorizationType": kind, "AuthParameters": parameters });
    let connection = hookstep.connections().create(&unique("connection"), &definition).await?;
    let scene = Scene::of(hookstep, |draft| draft.set("auth", by(&connection))).await?;
    Ok((scene, connection))
}

pub(crate) fn basic(password: &str) -> Value {
    json!({ "BasicAuthParameters": { "Username": "us\u{e9}r", "Password": password } })
}

fn parameter(key: &str, value: &str, is_secret: bool) -> Value {
    json!({ "Key": key, "Value": value, "IsValueSecret": is_secret })
}

async fn deliver(scene: &Scene, payload: &str) -> Result<hookstep_tests::ReceivedRequest> {
    let outcome = scene.trigger(&Trigger::json(payload.to_owned()).and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    scene.request_of(&outcome.event_id)
}

#[tokio::test]
async fn basic_and_api_key_connections_set_their_header() -> Result<()> {
    let password = planted_with("connection-password", ":\u{e9} +/");
    let (scene, _) = scene_by("BASIC", basic(&password)).await?;
    let request = deliver(&scene, "{}").await?;
    let expected = format!("Basic {}", STANDARD.encode(format!("us\u{e9}r:{password}")));
    assert_eq!(request.header("authorization"), Some(expected));
    assert_eq!((request.target.as_str(), request.text().as_str()), (HOOK, "{}"));

    let key = planted("connection-key");
    let (scene, _) =
        scene_by("API_KEY", json!({ "ApiKeyAuthParameters": { "ApiKeyName": "X-Partner-Key", "ApiKeyValue": key } }))
            .await?;
    let request = deliver(&scene, "{}").await?;
    assert_eq!((request.header("x-partner-key"), request.header("authorization")), (Some(key), None));
    Ok(())
}

#[tokio::test]
async fn additional_parameters_go_into_headers_query_and_body() -> Result<()> {
    let (header, query, body) =
        (planted("header"), planted_with("query", " &=+%"), planted_with("body", " \"\\\u{e9}"));
    let mut parameters = basic(&planted("connection-password"));
    parameters["InvocationHttpParameters"] = json!({
        "HeaderParameters": [parameter("x-hidden", &header, true), parameter("x-plain", "1", false)],
        "QueryStringParameters": [parameter("key", &query, true), parameter("a b", "c", false)],
        "BodyParameters": [parameter("token", &body, true), parameter("region", "eu", false)],
    });
    let (scene, _) = scene_by("BASIC", parameters).await?;
    let given = "{ \"n\" : 1.0,\r\n \"a\":[ 1e2 ] , \"region\":\"us\" }\n";
    let request = deliver(&scene, given).await?;
    assert_eq!((request.header("x-hidden"), request.header("x-plain").as_deref()), (Some(header), Some("1")));
    let url = reqwest::Url::parse(&format!("http://receiver.example{}", request.target))?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs, [("key".to_owned(), query), ("a b".to_owned(), "c".to_owned())]);

    // The given bytes stay as they are up to the last brace.
    let text = request.text();
    let given = given.trim_end().strip_suffix('}').unwrap();
    assert!(text.starts_with(given), "{text}");
    let read: Value = serde_json::from_str(&text)?;
    assert_eq!(read, json!({ "n": 1.0, "a": [1e2], "region": "eu", "token": body }));
    // The row has what was given, and the URL without its key.
    let row = &scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?.data[0];
    let row = scene.event(&row.event_id).await?;
    assert!(row.rest["payload"].as_str().unwrap().starts_with(given));
    assert_eq!(row.rest["url"], scene.receiver.url(HOOK));
    Ok(())
}

#[tokio::test]
async fn body_parameters_are_added_to_objects_only() -> Result<()> {
    let mut parameters = basic(&planted("connection-password"));
    parameters["InvocationHttpParameters"] = json!({ "BodyParameters": [parameter("k", "v", false)] });
    let (scene, _) = scene_by("BASIC", parameters).await?;
    let long = "x".repeat(300_000);
    for (payload, expected) in [
        ("{}".to_owned(), r#"{"k":"v"}"#.to_owned()),
        (" { } ".to_owned(), r#" { "k":"v"} "#.to_owned()),
        (r#"{"k":1}"#.to_owned(), r#"{"k":1,"k":"v"}"#.to_owned()),
        // By way of the bucket.
        (format!(r#"{{"long":"{long}"}}"#), format!(r#"{{"long":"{long}","k":"v"}}"#)),
    ] {
        let request = deliver(&scene, &payload).await?;
        assert!(request.text() == expected, "{}", &request.text()[..100.min(request.body.len())]);
        assert_eq!(request.header("content-length"), Some(expected.len().to_string()));
    }
    let requests = scene.received_count();
    for payload in ["[1]", "\"{}\"", "7", "null", "", "{\"a\":", "{} {}", "a=b"] {
        let event = scene.deliver(&Trigger::json(payload)).await?;
        assert_eq!(
            (event.status.as_str(), event.reason.as_deref()),
            ("failed", Some("body_not_mergeable")),
            "{payload}"
        );
        assert_eq!(event.attempts[0].outcome, "refused");
    }
    assert_eq!(scene.received_count(), requests);
    Ok(())
}

#[tokio::test]
async fn body_parameters_are_not_added_to_a_payload_that_is_too_large_to_read() -> Result<()> {
    const MOST: usize = 1_048_576;
    let mut parameters = basic(&planted("connection-password"));
    parameters["InvocationHttpParameters"] = json!({ "BodyParameters": [parameter("k", "v", false)] });
    let (scene, _) = scene_by("BASIC", parameters).await?;
    let api = &scene.hookstep.api;
    for (size, reason) in [(MOST, None), (MOST + 1, Some("body_not_mergeable"))] {
        let payload = format!("{{{}}}", " ".repeat(size - 2));
        let slot = api.create_upload(&scene.webhook.config_id).await?;
        api.upload(&slot.upload, payload).await?;
        let trigger = Trigger { payload_id: Some(slot.payload_id), sync: Some(false), ..Trigger::default() };
        let event = scene.deliver(&trigger).await?;
        assert_eq!(event.reason.as_deref(), reason, "{size}");
    }
    assert_eq!(scene.received()?.body.len(), MOST + r#""k":"v""#.len());
    Ok(())
}

/// A connection with everything that one for OAuth can have, and the endpoint that expects that.
async fn oauth_connection(method: &str) -> Result<(Scene, TokenEndpoint)> {
    let secret = planted_with("connection-client", "&+");
    let (header, query, body) = (planted("header"), planted("query"), planted_with("body", " =&"));
    let client = TokenClient::new("connection client", &secret)
        .in_body()
        .by(method)
        .header("x-hidden", &header)
        .query("key", &query)
        .query("p", "q r")
        .body("scope", "a b")
        .body("assertion", &body);
    let tokens = TokenEndpoint::start(client).await?;
    let parameters = json!({
        "OAuthParameters": {
            "AuthorizationEndpoint": tokens.url(),
            "HttpMethod": method,
            "ClientParameters": { "ClientID": "connection client", "ClientSecret": secret },
            "OAuthHttpParameters": {
                "HeaderParameters": [parameter("x-hidden", &header, true)],
                "QueryStringParameters": [parameter("key", &query, true), parameter("p", "q r", false)],
                "BodyParameters": [parameter("scope", "a b", false), parameter("assertion", &body, true)],
            },
        },
        "InvocationHttpParameters": { "HeaderParameters": [parameter("x-partner", "1", false)] },
    });
    let (scene, _) = scene_by("OAUTH_CLIENT_CREDENTIALS", parameters).await?;
    scene.receiver.on(HOOK, tokens.guard(Script::status(200), Script::status(401)));
    Ok((scene, tokens))
}

#[tokio::test]
async fn an_oauth_connection_fetches_its_token_with_all_its_parameters() -> Result<()> {
    for method in ["POST", "PUT", "GET"] {
        let (scene, tokens) = oauth_connection(method).await?;
        let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
        assert_eq!((outcome.status.as_str(), tokens.refusals()), ("succeeded", vec![]), "{method}: {outcome:?}");
        let request = scene.received()?;
        assert!(tokens.accepts(&request));
        assert_eq!((request.header("x-partner").as_deref(), request.header("x-hidden")), (Some("1"), None));
        assert_eq!((request.target.as_str(), request.text().as_str()), (HOOK, "{}"));
    }
    Ok(())
}

#[tokio::test]
async fn an_oauth_connections_token_is_replaced_when_the_receiver_answers_401() -> Result<()> {
    let (scene, tokens) = oauth_connection("POST").await?;
    scene.receiver.on_each(HOOK, [Script::status(401), Script::status(200)]);
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 1));
    assert_eq!((tokens.count(), scene.received_count()), (2, 2));
    Ok(())
}

#[tokio::test]
async fn a_webhooks_own_header_gives_way_to_the_connections() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let key = planted("connection-key");
    let definition = json!({
        "AuthorizationType": "API_KEY",
        "AuthParameters": { "ApiKeyAuthParameters": { "ApiKeyName": "x-key", "ApiKeyValue": key } },
    });
    let connection = hookstep.connections().create(&unique("connection"), &definition).await?;
    let scene = Scene::of(hookstep, |draft| {
        draft.set("auth", by(&connection));
        draft.set("headers", json!({ "X-KEY": "mine", "x-mine": "1" }));
    })
    .await?;
    let request = deliver(&scene, "{}").await?;
    let keys: Vec<_> = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("x-key")).collect();
    assert_eq!((keys.len(), &keys[0].1), (1, &key.into_bytes()));
    assert_eq!(request.header("x-mine").as_deref(), Some("1"));
    Ok(())
}

#[tokio::test]
async fn what_a_connection_became_before_its_first_delivery_counts() -> Result<()> {
    let (scene, connection) = scene_by("BASIC", basic(&planted("first"))).await?;
    let second = planted("second");
    let connections = scene.hookstep.connections();
    let change = json!({ "AuthorizationType": "BASIC", "AuthParameters": basic(&second) });
    connections.update(&connection.name, &change).await?;
    let expected = format!("Basic {}", STANDARD.encode(format!("us\u{e9}r:{second}")));
    assert_eq!(deliver(&scene, "{}").await?.header("authorization"), Some(expected));
    Ok(())
}

#[tokio::test]
async fn credentials_that_were_rotated_are_read_again_when_the_receiver_answers_401() -> Result<()> {
    let first = planted("first");
    let (scene, connection) = scene_by("BASIC", basic(&first)).await?;
    let takes = |password: &str| {
        let expected = format!("Basic {}", STANDARD.encode(format!("us\u{e9}r:{password}")));
        let is_right =
            move |request: &hookstep_tests::ReceivedRequest| request.header("authorization") == Some(expected.clone());
        Script::when(is_right, Script::status(200), Script::status(401).body("who?"))
    };
    scene.receiver.on(HOOK, takes(&first));
    // A process that delivers keeps what it has read for five minutes.
    for _ in 0..3 {
        deliver(&scene, "{}").await?;
    }
    let second = planted("second");
    let change = json!({ "AuthorizationType": "BASIC", "AuthParameters": basic(&second) });
    scene.hookstep.connections().update(&connection.name, &change).await?;
    scene.receiver.on(HOOK, takes(&second));
    for _ in 0..3 {
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 1), "{event:?}");
    }

    // Where they are still the same, the answer stands.
    scene.receiver.on(HOOK, Script::status(401).body("never"));
    // (One of the engine's processes that has not delivered since may know the first ones still, and asks once more, once.)
    until("a delivery by credentials that are still the same", SOON, async || {
        let requests = scene.received_count();
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!((event.reason.as_deref(), event.attempts[0].status_code), (Some("receiver_rejected"), Some(401)));
        assert_eq!(event.attempts[0].response_body.as_deref(), Some("never"));
        Ok((scene.received_count() == requests + 1).then_some(()))
    })
    .await
}

/// Delivers and expects that there were no credentials, and that nothing was sent.
async fn assert_unavailable(scene: &Scene) -> Result<()> {
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(
        (event.status.as_str(), event.reason.as_deref()),
        ("failed", Some("connection_unavailable")),
        "{event:?}"
    );
    assert_eq!((event.attempts[0].outcome.as_str(), event.attempts[0].status_code), ("unreachable", None));
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_connection_that_lost_its_credentials_is_unavailable() -> Result<()> {
    let (scene, connection) = scene_by("BASIC", basic(&planted("gone"))).await?;
    scene.hookstep.connections().delete(&connection.name).await?;
    assert_unavailable(&scene).await?;

    let (scene, connection) = scene_by("BASIC", basic(&planted("gone"))).await?;
    scene.hookstep.connections().deauthorize(&connection.name).await?;
    assert_unavailable(&scene).await?;

    let (scene, connection) = scene_by("BASIC", basic(&planted("gone"))).await?;
    scene.hookstep.connections().delete_secret(&connection.secret_arn).await?;
    assert_unavailable(&scene).await
}

#[tokio::test]
async fn a_secret_of_another_form_is_unavailable_and_not_repeated() -> Result<()> {
    for text in [
        planted("no-json"),
        "{}".to_owned(),
        json!({ "username": "u" }).to_string(),
        json!({ "api_key_name": "a\r\nb", "api_key_value": planted("odd") }).to_string(),
        json!({ "api_key_name": "host", "api_key_value": planted("odd") }).to_string(),
        json!({ "username": "u", "password": planted("odd"), "invocation_http_parameters": {
            "header_parameters": [{ "key": "content-length", "value": "1", "is_value_secret": false }] } })
        .to_string(),
    ] {
        let (scene, connection) = scene_by("BASIC", basic(&planted("replaced"))).await?;
        scene.hookstep.connections().put_secret_text(&connection.secret_arn, &text).await?;
        assert_unavailable(&scene).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_that_can_not_be_used_is_refused_when_the_webhook_is_saved() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (api, connections) = (&hookstep.api, hookstep.connections());
    let good = connections.create_basic(&unique("good"), "u", &planted("good")).await?;
    let gone = connections.create_basic(&unique("gone"), "u", &planted("gone")).await?;
    connections.delete(&gone.name).await?;
    let without = connections.create_basic(&unique("without"), "u", &planted("without")).await?;
    connections.deauthorize(&without.name).await?;
    let arns = [
        gone.arn.clone(),
        without.arn,
        good.arn.replace(&good.name, &unique("nobody")),
        format!("{}0", good.arn),
        good.arn.replace("000000000000", "111111111111"),
        good.arn.replace("us-east-1", "eu-west-1"),
    ];
    let webhook = created(api, json!({ "auth": by(&good) })).await?;
    for arn in arns {
        let fields = json!({ "auth": { "type": "connection", "connection_arn": arn } });
        let expected = ["/auth/connection_arn connection_not_usable"];
        assert_eq!(faults(&api.create_raw(&draft(fields.clone())).await?), expected, "{arn}");
        assert_eq!(faults(&api.patch_raw(id(&webhook), &fields, None).await?), expected, "{arn}");
    }
    // One that was good when it was saved stands in no other change's way.
    connections.delete(&good.name).await?;
    let renamed = api.patch_webhook(id(&webhook), &json!({ "name": "renamed", "url": TARGET })).await?;
    assert_eq!((renamed.version, &renamed.rest["auth"]), (2, &by(&good)));
    Ok(())
}
