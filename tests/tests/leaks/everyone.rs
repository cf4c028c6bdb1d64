//! No secret that any test used is in a table, an execution, a log, the bucket or an answer.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_local::secrets::{MARKER, Needles};
use hookstep_tests::leaks::Search;
use hookstep_tests::secrets::{planted, planted_with};
use hookstep_tests::{Hookstep, ReceivedRequest, Receiver, SOON, Script, TokenClient, TokenEndpoint, Trigger, unique};
use serde_json::{Value, json};

use crate::signing;

/// Characters that base64, URLs, forms and JSON write differently.
const AWKWARD: &str = " \"&=+%/\u{e9}";
/// The same, where only ASCII may stand.
const AWKWARD_ASCII: &str = " \"&=+%/";

/// A way in which a webhook has secrets.
struct Kind {
    auth: Value,
    headers: Value,
}

/// Those without a token.
async fn simple_kinds(hookstep: &Hookstep, tenant: &str) -> Result<Vec<Kind>> {
    let connections = hookstep.connections();
    let password = planted_with("connection-password", "+/");
    let connection = connections.create_basic(&format!("{tenant}.basic"), "user", &password).await?;
    let none = json!({ "type": "none" });
    let key_in_query = planted_with("key-in-the-query", AWKWARD_ASCII);
    let kinds = [
        (none.clone(), json!({ "x-plain": { "secret": planted("secret-header") } })),
        (none, json!({ "authorization": format!("Bearer {}", planted("authorization-header")) })),
        (json!({ "type": "basic", "username": "u", "password": planted_with("password", AWKWARD) }), json!({})),
        (json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("key-in-a-header") }), json!({})),
        (json!({ "type": "api_key", "in": "query", "name": "key", "value": key_in_query }), json!({})),
        (json!({ "type": "connection", "connection_arn": connection.arn }), json!({})),
    ];
    Ok(kinds.into_iter().map(|(auth, headers)| Kind { auth, headers }).collect())
}

/// OAuth, with secrets in every place that it has for them.
fn oauth(tokens: &TokenEndpoint, client: &Client, client_authentication: &str) -> Kind {
    let Client { secret, header, query, body } = client;
    let auth = json!({
        "type": "oauth2_client_credentials", "token_url": tokens.url(), "client_id": "leaks", "client_secret": secret,
        "client_authentication": client_authentication, "headers": { "x-more": { "secret": header } },
        "query": { "more": { "secret": query } }, "body": { "more": { "secret": body } },
    });
    Kind { auth, headers: json!({}) }
}

/// OAuth by a connection.
async fn oauth_connection(hookstep: &Hookstep, name: &str, tokens: &TokenEndpoint, client: &Client) -> Result<Kind> {
    let Client { secret, header, query, body } = client;
    let parameter = |key: &str, value: &str| json!([{ "Key": key, "Value": value, "IsValueSecret": true }]);
    let definition = json!({
        "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
        "AuthParameters": {
            "OAuthParameters": {
                "AuthorizationEndpoint": tokens.url(),
                "HttpMethod": "POST",
                "ClientParameters": { "ClientID": "leaks", "ClientSecret": secret },
                "OAuthHttpParameters": {
                    "HeaderParameters": parameter("x-more", header),
                    "QueryStringParameters": parameter("more", query),
                    "BodyParameters": parameter("more", body),
                },
            },
            "InvocationHttpParameters": {
                "HeaderParameters": parameter("x-invocation", &planted("invocation-header")),
                "QueryStringParameters": parameter("invocation", &planted_with("invocation-query", AWKWARD_ASCII)),
                "BodyParameters": parameter("invocation", &planted_with("invocation-body", "+/")),
            },
        },
    });
    let connection = hookstep.connections().create(name, &definition).await?;
    Ok(Kind { auth: json!({ "type": "connection", "connection_arn": connection.arn }), headers: json!({}) })
}

/// What an OAuth client has to hide.
struct Client {
    secret: String,
    header: String,
    query: String,
    body: String,
}

impl Client {
    fn new() -> Self {
        Self {
            secret: planted_with("client-secret", AWKWARD_ASCII),
            header: planted("oauth-header"),
            query: planted_with("oauth-query", AWKWARD_ASCII),
            body: planted_with("oauth-body", AWKWARD_ASCII),
        }
    }

    fn expected(&self) -> TokenClient {
        let client = TokenClient::new("leaks", &self.secret).header("x-more", &self.header);
        client.query("more", &self.query).body("more", &self.body)
    }
}

/// Makes the webhook, and does everything with it that reads or sends its secrets. Its events come to this status.
async fn use_it(hookstep: &Hookstep, receiver: &Receiver, kind: Kind, status: &str) -> Result<()> {
    let api = &hookstep.api;
    // What fails is tried again, so that a redelivery is among what is searched.
    let policy = json!({ "max_retries": 1, "schedule_seconds": [1] });
    let draft = json!({
        "name": "leaks", "url": receiver.url("/hook"), "auth": kind.auth, "headers": kind.headers, "retry_policy": policy,
    });
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
    assert_eq!(outcome.status, status, "{outcome:?}");
    let waiting = api.trigger(id, &Trigger::json("{\"n\":2}")).await?;
    let event = api.wait_until_settled(id, &waiting.event_id, SOON).await?;
    assert_eq!(event.status, status, "{event:?}");
    api.test_webhook(id, None).await?;
    api.test_auth(id).await?;
    api.history(id).await?;
    api.list_webhooks().await?;
    api.delete_webhook(id).await
}

/// Answers with everything that is in the request, as development servers do.
fn repeat(status: u16) -> Script {
    Script::decide(move |request: &ReceivedRequest| {
        let headers = request.headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
        let text = format!("{}\n{}", request.target, headers.collect::<Vec<_>>().join("\n"));
        let all = json!({ "error": request.text(), "text": text, "target": request.target });
        request.headers.iter().fold(Script::status(status).body(all.to_string()), |script, (name, value)| {
            script.header(&format!("x-repeated-{name}"), value.clone())
        })
    })
}

#[tokio::test]
async fn no_secret_of_any_test_is_where_it_should_not_be() -> Result<()> {
    let tenant = unique("leaks");
    let hookstep = Hookstep::connect()?.as_anybody(&tenant)?;
    let receiver = Receiver::start().await?;
    receiver.on("/hook", repeat(200));
    let client = Client::new();
    let by_header = TokenEndpoint::start(client.expected()).await?;
    let by_body = TokenEndpoint::start(client.expected().in_body()).await?;
    let failing = TokenEndpoint::start(client.expected()).await?;
    failing.fails(repeat(400));

    let mut kinds = simple_kinds(&hookstep, &tenant).await?;
    kinds.push(oauth(&by_header, &client, "header"));
    kinds.push(oauth(&by_body, &client, "body"));
    kinds.push(oauth_connection(&hookstep, &format!("{tenant}.oauth"), &by_body, &client).await?);
    let used = kinds.len();
    try_join_all(kinds.into_iter().map(|kind| use_it(&hookstep, &receiver, kind, "succeeded"))).await?;
    use_it(&hookstep, &receiver, oauth(&failing, &client, "header"), "failed").await?;
    let mut texts = signing::used(&hookstep, &tenant).await?;
    texts.push(MARKER.to_owned());

    // They were used: sent, and not only kept.
    let needles = Needles::marker();
    let requests = receiver.requests_to("/hook");
    let with_secret = requests.iter().filter(|request| {
        let headers = request.headers.iter().any(|(_, value)| !needles.find(value).is_empty());
        headers || !needles.find(request.target.as_bytes()).is_empty()
    });
    assert_eq!((with_secret.count(), requests.len()), (3 * used, 3 * used));
    assert_eq!([by_header.refusals(), by_body.refusals()].concat(), Vec::<String>::new());
    assert!(failing.count() > 0);

    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut search = Search::everywhere(&hookstep, &Needles::new(&texts)).await?;
    println!("{} secrets planted; searched {:?}", Search::planted()?.len(), search.seen);
    for kind in ["rows", "executions", "log events"] {
        assert!(search.seen.get(kind).is_some_and(|&number| number > 0), "no {kind}: {:?}", search.seen);
    }
    search.leaks.retain(|leak| !signing::may_be(leak));
    assert_eq!(search.leaks, [], "{}", search.in_words());
    println!("{}", signing::assert_each_was_shown_once()?);
    Ok(())
}
