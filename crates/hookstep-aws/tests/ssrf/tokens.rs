//! The token endpoint is chosen by whoever configures a webhook, as its target is: the same rule.

use std::time::Duration;

use hookstep_aws::clock::System;
use hookstep_aws::sender::HttpSender;
use hookstep_aws::tokens::TokenCache;
use hookstep_core::address::Reachable;
use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::auth::{Auth, ClientAuthentication, OAuth2, TokenMethod};
use hookstep_core::grant::Grant;
use hookstep_core::ports::Tokens as _;
use hookstep_core::secret::{Secret, Secrets};
use hookstep_core::token::TokenRequest;
use hookstep_core::webhook::WebhookUrl;
use hookstep_local::receiver::Script;
use hookstep_local::secrets::planted;

use crate::world::{CLOSED, Canary, OPEN, World};

fn request(url: &str) -> TokenRequest {
    let oauth = OAuth2 {
        token_url: WebhookUrl::parse(url, true).expect("a URL"),
        client_id: "client".to_owned(),
        client_authentication: ClientAuthentication::Header,
        scope: None,
        audience: None,
        method: TokenMethod::Post,
        headers: Vec::new(),
        query: Vec::new(),
        body: Vec::new(),
    };
    let secrets: Secrets =
        [("/auth/client_secret".to_owned(), Secret::new(planted("client-secret")))].into_iter().collect();
    Grant::of(&Auth::OAuth2(Box::new(oauth)), &secrets).expect("all is set").token.expect("it asks for a token")
}

async fn token(sender: HttpSender<System>, url: &str) -> Result<String, AttemptError> {
    let tokens = TokenCache::new(sender, System);
    tokens.fresh(&request(url), Duration::from_secs(10)).await.map(|token| token.authorization.expose().to_owned())
}

#[tokio::test]
async fn a_token_endpoint_is_asked_where_a_webhook_may_go_and_nowhere_else() {
    let world = World::new().await;
    let answer = Script::status(200).header("content-type", "application/json");
    let answer = answer.body(r#"{"access_token":"t","token_type":"Bearer"}"#);
    world.receiver.on("/hook", answer);
    world.names.answer("tokens.example", [vec![OPEN]]);
    assert_eq!(token(world.sender(), &world.url("tokens.example")).await, Ok("Bearer t".to_owned()));
    assert_eq!(world.receiver.requests().len(), 1);

    let other = Canary::listen((OPEN, 0)).await.unwrap();
    world.names.answer("inside.example", [vec![CLOSED]]);
    world.names.answer("mapped.example", [vec!["::ffff:127.0.0.2".parse().unwrap()]]);
    world.names.answer("metadata.example", [vec!["169.254.169.254".parse().unwrap()]]);
    let mut refusals = Vec::new();
    for host in
        ["127.0.0.2", "2130706434", "[::ffff:127.0.0.2]", "inside.example", "mapped.example", "metadata.example"]
    {
        let error = token(world.sender(), &world.url(host)).await.expect_err("no token");
        assert_eq!(error.obstacle, Obstacle::TokenAddressNotAllowed, "{host}");
        refusals.push(error);
    }
    let ports = Reachable::new("127.0.0.0/8".parse().unwrap(), world.port().to_string().parse().unwrap());
    refusals
        .push(token(world.sender_to(ports), &format!("http://127.0.0.1:{}/", other.port())).await.expect_err("none"));
    // An address and a port, there or not: all the same words.
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!((world.canary.connections().await, other.connections().await), (0, 0));
    assert_eq!(world.receiver.requests().len(), 1);
}

#[tokio::test]
async fn credentials_are_not_taken_along_to_where_a_token_endpoint_points() {
    let world = World::new().await;
    for status in [301, 302, 303, 307, 308] {
        for location in [format!("http://127.0.0.2:{}/", world.port()), "/elsewhere".to_owned()] {
            world.receiver.on("/hook", Script::redirect(status, &location));
            let error = token(world.sender(), &world.url("127.0.0.1")).await.expect_err("no token");
            assert_eq!(error.obstacle, Obstacle::TokenRejected, "{status} to {location}");
        }
    }
    assert_eq!((world.receiver.requests_to("/elsewhere").len(), world.canary.connections().await), (0, 0));
}
