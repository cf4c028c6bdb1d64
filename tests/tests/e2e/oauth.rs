//! OAuth 2.0 client credentials: the request for a token, in every form, and what the receiver gets.

use anyhow::Result;
use hookstep_tests::secrets::{planted, planted_with};
use hookstep_tests::{HOOK, Hookstep, Scene, Script, TokenClient, TokenEndpoint, Trigger};
use serde_json::{Value, json};

/// Characters that forms, queries and base64 write differently.
const AWKWARD: &str = " \"&=+%/:;\\~*";
const CLIENT: &str = "client:1 &+%/";

/// The field `auth` for this endpoint.
pub(crate) fn oauth2(tokens: &TokenEndpoint, client_secret: &str, fields: Value) -> Value {
    let mut auth = json!({
        "type": "oauth2_client_credentials", "token_url": tokens.url(), "client_id": CLIENT, "client_secret": client_secret,
    });
    let Value::Object(fields) = fields else { panic!("{fields}") };
    auth.as_object_mut().unwrap().extend(fields);
    auth
}

/// A token endpoint that takes the plain form, and a webhook that asks it. The receiver takes requests with a good token only.
pub(crate) async fn guarded(change: impl FnOnce(&mut hookstep_tests::NewWebhook)) -> Result<(Scene, TokenEndpoint)> {
    let secret = planted("client-secret");
    let tokens = TokenEndpoint::start(TokenClient::new(CLIENT, &secret)).await?;
    let scene = Scene::with(|draft| {
        draft.set("auth", oauth2(&tokens, &secret, json!({})));
        change(draft);
    })
    .await?;
    scene.receiver.on(HOOK, tokens.guard(Script::status(200), Script::status(401)));
    Ok((scene, tokens))
}

/// What a token endpoint expects, and the webhook's fields that are to meet that.
async fn assert_gets_a_token(client: TokenClient, secret: &str, fields: Value) -> Result<()> {
    let tokens = TokenEndpoint::start(client).await?;
    let auth = oauth2(&tokens, secret, fields);
    let scene = Scene::with(|draft| draft.set("auth", auth.clone())).await?;
    scene.receiver.on(HOOK, tokens.guard(Script::status(200), Script::status(403)));
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(tokens.refusals(), Vec::<String>::new(), "{auth}");
    assert_eq!(event.status, "succeeded", "{auth}: {:?}", event.rest["reason_detail"]);
    let [token] = &tokens.issued()[..] else { panic!("{auth}: {} tokens", tokens.issued().len()) };
    assert_eq!(scene.received()?.header("authorization"), Some(format!("Bearer {token}")));
    Ok(())
}

#[tokio::test]
async fn the_client_authenticates_in_the_header_or_in_the_body() -> Result<()> {
    for tail in ["", AWKWARD] {
        let secret = planted_with("client-secret", tail);
        let client = || TokenClient::new(CLIENT, &secret);
        assert_gets_a_token(client(), &secret, json!({})).await?;
        assert_gets_a_token(client(), &secret, json!({ "client_authentication": "header" })).await?;
        assert_gets_a_token(client().in_body(), &secret, json!({ "client_authentication": "body" })).await?;
    }
    Ok(())
}

#[tokio::test]
async fn scope_and_audience_are_asked_for() -> Result<()> {
    let secret = planted("client-secret");
    let client = || TokenClient::new(CLIENT, &secret);
    assert_gets_a_token(client().scope("a b:c/d"), &secret, json!({ "scope": "a b:c/d" })).await?;
    assert_gets_a_token(client().audience("https://api?a=b&c"), &secret, json!({ "audience": "https://api?a=b&c" }))
        .await?;
    let both = client().scope("s").audience("a").in_body();
    assert_gets_a_token(both, &secret, json!({ "scope": "s", "audience": "a", "client_authentication": "body" })).await
}

#[tokio::test]
async fn custom_headers_query_and_body_parameters_come_along() -> Result<()> {
    let secret = planted("client-secret");
    let (header, query, body) = (planted("header"), planted_with("query", AWKWARD), planted_with("body", AWKWARD));
    let client = TokenClient::new(CLIENT, &secret)
        .header("x-tenant", "t 1")
        .header("x-hidden", &header)
        .query("a b", "c&d=e")
        .query("key", &query)
        .body("resource", "https://r.example/?a=b")
        .body("assertion", &body);
    let fields = json!({
        "headers": { "x-tenant": "t 1", "x-hidden": { "secret": header } },
        "query": { "a b": "c&d=e", "key": { "secret": query } },
        "body": { "resource": "https://r.example/?a=b", "assertion": { "secret": body } },
    });
    assert_gets_a_token(client.clone(), &secret, fields.clone()).await?;
    let mut in_body = fields;
    in_body["client_authentication"] = json!("body");
    assert_gets_a_token(client.in_body(), &secret, in_body).await
}

#[tokio::test]
async fn put_sends_a_form_and_get_sends_a_query() -> Result<()> {
    let secret = planted_with("client-secret", AWKWARD);
    for method in ["PUT", "GET"] {
        let client = || TokenClient::new(CLIENT, &secret).by(method).scope("a b").query("q", "1").body("resource", "r");
        let fields = |place: &str| {
            json!({
                "http_method": method, "scope": "a b", "query": { "q": "1" }, "body": { "resource": "r" },
                "client_authentication": place,
            })
        };
        assert_gets_a_token(client(), &secret, fields("header")).await?;
        assert_gets_a_token(client().in_body(), &secret, fields("body")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_query_of_the_token_url_is_kept() -> Result<()> {
    let secret = planted("client-secret");
    for method in ["POST", "GET"] {
        let tokens =
            TokenEndpoint::start(TokenClient::new(CLIENT, &secret).by(method).query("p", "b c").query("q", "1"))
                .await?;
        let mut auth = oauth2(&tokens, &secret, json!({ "http_method": method, "query": { "q": "1" } }));
        auth["token_url"] = json!(format!("{}?p=b%20c", tokens.url()));
        let scene = Scene::with(|draft| draft.set("auth", auth)).await?;
        assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded", "{:?}", tokens.refusals());
    }
    Ok(())
}

#[tokio::test]
async fn a_custom_parameter_takes_the_place_of_the_standard_one_of_its_name() -> Result<()> {
    let secret = planted("client-secret");
    let client = TokenClient::new(CLIENT, &secret).scope("custom").header("accept", "application/x+json");
    let fields =
        json!({ "scope": "standard", "body": { "scope": "custom" }, "headers": { "Accept": "application/x+json" } });
    assert_gets_a_token(client, &secret, fields).await
}

#[tokio::test]
async fn a_request_for_a_token_holds_nothing_of_the_webhook() -> Result<()> {
    let (scene, tokens) = guarded(|draft| {
        draft.headers.insert("x-webhook".to_owned(), "1".to_owned());
        draft.set("http_method", "PATCH");
    })
    .await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    let [request] = &tokens.requests()[..] else { panic!("one request") };
    let mut names: Vec<_> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    assert_eq!(
        names,
        ["accept", "accept-encoding", "authorization", "content-length", "content-type", "host", "user-agent"]
    );
    assert_eq!((request.method.as_str(), request.text().as_str()), ("POST", "grant_type=client_credentials"));
    assert_eq!(request.header("accept").as_deref(), Some("application/json"));
    Ok(())
}

#[tokio::test]
async fn a_token_is_sent_beside_the_webhooks_own_headers_and_payload() -> Result<()> {
    let hidden = planted("hidden");
    let (scene, tokens) = guarded(|draft| {
        draft.set("headers", json!({ "x-hidden": { "secret": hidden }, "x-plain": "1" }));
        draft.set("http_method", "PUT");
    })
    .await?;
    let outcome = scene.trigger(&Trigger::json(r#"{"n": 1}"#).and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    let request = scene.received()?;
    assert!(tokens.accepts(&request));
    assert_eq!((request.method.as_str(), request.text().as_str()), ("PUT", r#"{"n": 1}"#));
    assert_eq!((request.header("x-hidden"), request.header("x-plain").as_deref()), (Some(hidden), Some("1")));
    assert_eq!(request.header("webhook-id"), Some(outcome.event_id));
    Ok(())
}

#[tokio::test]
async fn a_token_endpoint_may_speak_tls() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let secret = planted("client-secret");
    let identity = hookstep.authority()?.issue(&["127.0.0.1"])?;
    let tokens = TokenEndpoint::start_tls(TokenClient::new(CLIENT, &secret), identity).await?;
    assert!(tokens.url().starts_with("https://"));
    let scene = Scene::of(hookstep, |draft| draft.set("auth", oauth2(&tokens, &secret, json!({})))).await?;
    scene.receiver.on(HOOK, tokens.guard(Script::status(200), Script::status(401)));
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn an_answer_without_a_type_or_with_its_name_in_any_case_is_a_bearer_token() -> Result<()> {
    for token_type in [None, Some("bearer"), Some("BEARER")] {
        let (scene, tokens) = guarded(|_| ()).await?;
        tokens.of_type(token_type);
        assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded", "{token_type:?}");
        assert_eq!(scene.received()?.header("authorization"), Some(format!("Bearer {}", tokens.issued()[0])));
    }
    Ok(())
}

#[tokio::test]
async fn a_token_comes_in_time_on_the_standard_machine_too() -> Result<()> {
    let (scene, tokens) = guarded(|draft| draft.timeout_seconds = Some(100)).await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    assert_eq!((scene.received_count(), tokens.count()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn a_life_may_be_given_as_text_or_as_a_fraction() -> Result<()> {
    for (life, told) in [(json!("3600"), 3_600), (json!(3_600.5), 3_600), (json!(0.5), 0)] {
        let (scene, tokens) = guarded(|_| ()).await?;
        let token = planted("token");
        tokens.fails(Script::status(200).body(json!({ "access_token": token, "expires_in": life }).to_string()));
        let test = scene.hookstep.api.test_auth(&scene.webhook.config_id).await?;
        assert_eq!(test.token.unwrap().expires_in, Some(told), "{life}");
        scene.receiver.on(HOOK, Script::status(200));
        assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded", "{life}");
        assert_eq!(scene.received()?.header("authorization"), Some(format!("Bearer {token}")));
    }
    Ok(())
}
