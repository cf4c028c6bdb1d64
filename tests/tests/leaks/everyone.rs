//! No secret that any test used is in a table, an execution, a log, the bucket or an answer.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_local::secrets::Needles;
use hookstep_tests::leaks::Search;
use hookstep_tests::secrets::{planted, planted_with};
use hookstep_tests::{Hookstep, Receiver, Script, TokenClient, TokenEndpoint, Trigger, unique};
use serde_json::{Value, json};

/// Characters that base64, URLs, forms and JSON write differently.
const AWKWARD: &str = " \"&=+%/\u{e9}";
/// The same, where only ASCII may stand.
const AWKWARD_ASCII: &str = " \"&=+%/";

/// A webhook's auth and headers for each way in which a secret gets there.
async fn every_kind(
    hookstep: &Hookstep,
    tenant: &str,
    tokens: &TokenEndpoint,
    client_secret: &str,
) -> Result<Vec<(Value, Value)>> {
    let connections = hookstep.connections();
    let connection = connections
        .create_basic(&format!("{tenant}.leaks"), "user", &planted_with("connection-password", "+/"))
        .await?;
    let none = json!({ "type": "none" });
    Ok(vec![
        (none.clone(), json!({ "x-plain": { "secret": planted("secret-header") } })),
        (none, json!({ "authorization": format!("Bearer {}", planted("authorization-header")) })),
        (json!({ "type": "basic", "username": "u", "password": planted_with("password", AWKWARD) }), json!({})),
        (json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("key-in-a-header") }), json!({})),
        (
            json!({ "type": "api_key", "in": "query", "name": "key", "value": planted_with("key-in-the-query", AWKWARD_ASCII) }),
            json!({}),
        ),
        (
            json!({
                "type": "oauth2_client_credentials", "token_url": tokens.url(), "client_id": "leaks",
                "client_secret": client_secret, "client_authentication": "header",
                "body": { "resource": { "secret": "r" } },
            }),
            json!({}),
        ),
        (json!({ "type": "connection", "connection_arn": connection.arn }), json!({})),
    ])
}

/// Makes the webhook, and does everything with it that reads or sends its secrets.
async fn use_it(hookstep: &Hookstep, receiver: &Receiver, auth: Value, headers: Value) -> Result<()> {
    let api = &hookstep.api;
    let draft = json!({ "name": "leaks", "url": receiver.url("/hook"), "auth": auth, "headers": headers });
    let answer = api.create_raw(&draft).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let created: Value = answer.json()?;
    let id = created["config_id"].as_str().unwrap_or_default();
    // Refused, with the secrets in what is refused.
    let mut refused = draft.clone();
    refused["name"] = "".into();
    refused["timeout_seconds"] = "soon".into();
    assert_eq!(api.create_raw(&refused).await?.status, 400);
    assert_eq!(api.put_raw(id, &draft, Some("\"7\"")).await?.status, 412);
    assert_eq!(api.put_raw(id, &draft, Some("\"1\"")).await?.status, 200);

    let outcome = api.trigger(id, &Trigger::json("{\"n\":1}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    let waiting = api.trigger(id, &Trigger::json("{\"n\":2}")).await?;
    api.wait_until_settled(id, &waiting.event_id, hookstep_tests::SOON).await?;
    api.test_webhook(id, None).await?;
    api.test_auth(id).await?;
    api.history(id).await?;
    api.list_webhooks().await?;
    api.delete_webhook(id).await
}

#[tokio::test]
async fn no_secret_of_any_test_is_where_it_should_not_be() -> Result<()> {
    let tenant = unique("leaks");
    let hookstep = Hookstep::connect()?.as_anybody(&tenant)?;
    let receiver = Receiver::start().await?;
    receiver.on("/hook", Script::status(200).body("thank you"));
    let client_secret = planted_with("client-secret", AWKWARD_ASCII);
    let tokens = TokenEndpoint::start(TokenClient::new("leaks", &client_secret).body("resource", "r")).await?;
    let kinds = every_kind(&hookstep, &tenant, &tokens, &client_secret).await?;
    let used = kinds.len();
    try_join_all(kinds.into_iter().map(|(auth, headers)| use_it(&hookstep, &receiver, auth, headers))).await?;

    // They were used: sent, and not only kept.
    let needles = Needles::marker();
    let requests = receiver.requests_to("/hook");
    let with_secret = requests.iter().filter(|request| {
        let headers = request.headers.iter().any(|(_, value)| !needles.find(value).is_empty());
        headers || !needles.find(request.target.as_bytes()).is_empty()
    });
    assert_eq!((with_secret.count(), requests.len()), (3 * used, 3 * used));
    assert_eq!(tokens.refusals(), Vec::<String>::new());

    let search = Search::everywhere(&hookstep, &needles).await?;
    println!("{} secrets planted; searched {:?}", Search::planted()?.len(), search.seen);
    for kind in ["rows", "executions", "log events"] {
        assert!(search.seen.get(kind).is_some_and(|&number| number > 0), "no {kind}: {:?}", search.seen);
    }
    assert_eq!(search.leaks, [], "{}", search.in_words());
    Ok(())
}
