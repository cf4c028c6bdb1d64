//! Access tokens by real exchanges with a token endpoint on 127.0.0.1: how many there are, and when there is another.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hookstep_aws::sender::HttpSender;
use hookstep_aws::tokens::TokenCache;
use hookstep_core::address::Reachable;
use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::auth::{Auth, ClientAuthentication, OAuth2, Parameter, TokenMethod, Value};
use hookstep_core::grant::Grant;
use hookstep_core::limits::{TOKEN_LIFE_DEFAULT_SECONDS, TOKEN_MARGIN_SECONDS};
use hookstep_core::ports::{Clock, Tokens as _};
use hookstep_core::secret::{Owner, Secret, Secrets};
use hookstep_core::token::TokenRequest;
use hookstep_core::webhook::WebhookUrl;
use hookstep_local::secrets::{planted, planted_with};
use hookstep_local::token_endpoint::{TokenClient, TokenEndpoint, failures};
use jiff::{SignedDuration, Timestamp};

const PATIENCE: Duration = Duration::from_secs(10);

/// A clock that is moved by hand.
#[derive(Debug, Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn moves(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    async fn pause(&self, _: Duration) {}
}

fn cache(clock: &Hand) -> TokenCache<HttpSender<Hand>, Hand> {
    let loopback = Reachable::new("127.0.0.0/8".parse().expect("a network"), "1-65535".parse().expect("ports"));
    TokenCache::new(HttpSender::new(loopback, clock.clone()).expect("a sender"), clock.clone())
}

fn owner(webhook: &str) -> Owner {
    let config_id = format!("wh_01ARZ3NDEKTSV4RRFFQ69G5FA{webhook}").parse().expect("a webhook id");
    Owner { tenant: "acme".parse().expect("a tenant id"), config_id }
}

fn request(endpoint: &TokenEndpoint, secret: &str) -> TokenRequest {
    request_as(endpoint, secret, |_| ())
}

fn request_as(endpoint: &TokenEndpoint, secret: &str, change: impl FnOnce(&mut OAuth2)) -> TokenRequest {
    let mut oauth = OAuth2 {
        token_url: WebhookUrl::parse(&endpoint.url(), true).expect("a URL"),
        client_id: "the client".to_owned(),
        client_authentication: ClientAuthentication::Header,
        scope: None,
        audience: None,
        method: TokenMethod::Post,
        headers: Vec::new(),
        query: Vec::new(),
        body: Vec::new(),
    };
    change(&mut oauth);
    let secrets: Secrets = [("/auth/client_secret", secret), ("/auth/body/assertion", "a b")]
        .into_iter()
        .map(|(slot, text)| (slot.to_owned(), Secret::new(text)))
        .collect();
    let grant = Grant::of(&Auth::OAuth2(Box::new(oauth)), &secrets).expect("all is set");
    grant.token.expect("it asks for a token")
}

async fn endpoint(secret: &str) -> TokenEndpoint {
    TokenEndpoint::start(TokenClient::new("the client", secret)).await.expect("it listens")
}

fn bearer(text: &str) -> String {
    format!("Bearer {text}")
}

#[tokio::test]
async fn fifty_deliveries_at_the_same_time_make_one_exchange() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, Arc::new(cache(&clock)));
    // Long enough for all of them to have asked.
    endpoint.delays(Duration::from_millis(300));
    let (owner, request) = (owner("A"), request(&endpoint, &secret));
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let (tokens, owner, request) = (Arc::clone(&tokens), owner.clone(), request.clone());
            tokio::spawn(async move { tokens.token(&owner, &request, PATIENCE).await })
        })
        .collect();
    let mut values = Vec::new();
    for asked in asked {
        let token = asked.await.expect("no panic").expect("a token");
        values.push(token.authorization.expose().to_owned());
    }
    assert_eq!((endpoint.count(), endpoint.refusals()), (1, Vec::new()));
    assert!(values.iter().all(|value| *value == bearer(&endpoint.issued()[0])));
}

#[tokio::test]
async fn a_token_is_used_until_a_minute_before_it_expires() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, cache(&clock));
    let (owner, request) = (owner("A"), request(&endpoint, &secret));
    let margin = i64::try_from(TOKEN_MARGIN_SECONDS).expect("a minute");
    let by_default = i64::try_from(TOKEN_LIFE_DEFAULT_SECONDS).expect("minutes");
    for (says, life) in [(Some(3_600), 3_600 - margin), (Some(100), 90), (None, by_default - by_default / 10)] {
        endpoint.expire_in(says);
        let before = endpoint.count();
        tokens.token(&owner, &request, PATIENCE).await.expect("a token");
        assert_eq!(endpoint.count(), before + 1);
        clock.moves(life - 1);
        tokens.token(&owner, &request, PATIENCE).await.expect("a token");
        assert_eq!(endpoint.count(), before + 1, "{says:?} one second before the end");
        clock.moves(1);
    }
}

#[tokio::test]
async fn a_token_that_was_refused_is_fetched_anew_and_only_that_one() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, cache(&clock));
    let (owner, request) = (owner("A"), request(&endpoint, &secret));
    let first = tokens.token(&owner, &request, PATIENCE).await.expect("a token");
    tokens.forget(&owner, &request, &first).await;
    let second = tokens.token(&owner, &request, PATIENCE).await.expect("a token");
    assert_ne!(first, second);
    // A delivery that began with the first one hears of it late: the second one stays.
    tokens.forget(&owner, &request, &first).await;
    assert_eq!(tokens.token(&owner, &request, PATIENCE).await, Ok(second));
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test]
async fn a_failed_exchange_is_not_kept() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, cache(&clock));
    let (owner, request) = (owner("A"), request(&endpoint, &secret));
    let cases = [
        (failures::invalid_client(), Obstacle::TokenRejected),
        (failures::bad_request("invalid_scope"), Obstacle::TokenRejected),
        (failures::server_error(), Obstacle::TokenRejected),
        (failures::redirect("http://127.0.0.1:9/"), Obstacle::TokenRejected),
        (failures::without_token(), Obstacle::TokenInvalid),
        (failures::not_json(), Obstacle::TokenInvalid),
        (failures::unusable_token(), Obstacle::TokenInvalid),
        (failures::huge(), Obstacle::TokenInvalid),
        (failures::closes(), Obstacle::TokenUnreachable),
    ];
    let count = cases.len();
    for (script, obstacle) in cases {
        endpoint.fails_each([script]);
        let error = tokens.token(&owner, &request, PATIENCE).await.expect_err("no token");
        assert_eq!(error.obstacle, obstacle, "{error:?}");
        assert!(!format!("{error:?}").contains("as scripted"), "{error:?}");
    }
    tokens.token(&owner, &request, PATIENCE).await.expect("a token");
    assert_eq!(endpoint.count(), count + 1);
}

#[tokio::test]
async fn nobody_waits_longer_than_the_own_patience() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, cache(&clock));
    let (owner, request) = (owner("A"), request(&endpoint, &secret));
    endpoint.fails(failures::never());
    let timed_out = Err(AttemptError { obstacle: Obstacle::TokenTimeout, detail: String::new() });
    assert_eq!(tokens.token(&owner, &request, Duration::ZERO).await, timed_out);
    assert_eq!(endpoint.count(), 0);
    let brief = Duration::from_millis(200);
    let (one, other) = tokio::join!(tokens.token(&owner, &request, brief), tokens.token(&owner, &request, brief / 2));
    assert_eq!((&one, &other), (&timed_out, &timed_out));
    assert_eq!(tokens.fresh(&request, brief).await, timed_out);
    // Who gave up stands in nobody's way.
    endpoint.recovers();
    tokens.token(&owner, &request, PATIENCE).await.expect("a token");
}

#[tokio::test]
async fn another_webhook_secret_or_parameter_has_a_token_of_its_own() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, cache(&clock));
    let same = request(&endpoint, &secret);
    tokens.token(&owner("A"), &same, PATIENCE).await.expect("a token");
    tokens.token(&owner("B"), &same, PATIENCE).await.expect("a token");
    assert_eq!(endpoint.count(), 2);
    let other_tenant = Owner { tenant: "other".parse().expect("a tenant id"), ..owner("A") };
    tokens.token(&other_tenant, &same, PATIENCE).await.expect("a token");
    assert_eq!(endpoint.count(), 3);
    // A changed secret asks again, and does not live on the token of the one before.
    let wrong = request(&endpoint, &planted("changed"));
    let refused = tokens.token(&owner("A"), &wrong, PATIENCE).await.expect_err("no token");
    assert_eq!(
        (refused.obstacle, refused.detail.as_str()),
        (Obstacle::TokenRejected, "it answered 401 (invalid_client)")
    );
    assert_eq!(endpoint.count(), 4);
    tokens.token(&owner("A"), &same, PATIENCE).await.expect("a token");
    assert_eq!(endpoint.count(), 4);
}

#[tokio::test]
async fn a_trial_takes_no_token_from_before_and_leaves_none() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let (endpoint, tokens) = (endpoint(&secret).await, cache(&clock));
    let (owner, request) = (owner("A"), request(&endpoint, &secret));
    let kept = tokens.token(&owner, &request, PATIENCE).await.expect("a token");
    let tried = tokens.fresh(&request, PATIENCE).await.expect("a token");
    assert_ne!(kept, tried);
    assert_eq!(tokens.token(&owner, &request, PATIENCE).await, Ok(kept));
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test]
async fn every_way_to_ask_is_taken_by_a_strict_server() {
    let secret = planted_with("client", " &=+%\"é/:");
    let parameter = |name: &str, value: Value| vec![Parameter { name: name.to_owned(), value }];
    for (method, name) in [(TokenMethod::Post, "POST"), (TokenMethod::Put, "PUT"), (TokenMethod::Get, "GET")] {
        for in_body in [false, true] {
            let client =
                TokenClient::new("the client", &secret).by(name).scope("a b").audience("https://api.example/?x=y&z");
            let client = client.header("x-tenant", "t").query("v", "1 2").body("assertion", "a b");
            let client = if in_body { client.in_body() } else { client };
            let endpoint = TokenEndpoint::start(client).await.expect("it listens");
            let request = request_as(&endpoint, &secret, |oauth| {
                oauth.method = method;
                oauth.client_authentication =
                    if in_body { ClientAuthentication::Body } else { ClientAuthentication::Header };
                oauth.scope = Some("a b".to_owned());
                oauth.audience = Some("https://api.example/?x=y&z".to_owned());
                oauth.headers = parameter("x-tenant", Value::Shown("t".to_owned()));
                oauth.query = parameter("v", Value::Shown("1 2".to_owned()));
                oauth.body = parameter("assertion", Value::Secret);
            });
            let token = cache(&Hand::default()).token(&owner("A"), &request, PATIENCE).await;
            assert_eq!(endpoint.refusals(), Vec::<String>::new(), "{name} {in_body}");
            assert_eq!(token.expect("a token").authorization.expose(), bearer(&endpoint.issued()[0]));
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_may_not_be_reached_is_not() {
    let (clock, secret) = (Hand::default(), planted("client"));
    let endpoint = endpoint(&secret).await;
    let public_only = HttpSender::new(Reachable::default(), clock.clone()).expect("a sender");
    let tokens = TokenCache::new(public_only, clock);
    let error = tokens.token(&owner("A"), &request(&endpoint, &secret), PATIENCE).await.expect_err("no token");
    assert_eq!((error.obstacle, endpoint.count()), (Obstacle::TokenAddressNotAllowed, 0));
}
