//! The token endpoint gives tokens to its client, to nobody else, and fails as told.

#![expect(clippy::disallowed_methods, reason = "an ordinary HTTP client is the point")]

use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hookstep_local::receiver::{Receiver, Script};
use hookstep_local::token_endpoint::{TokenClient, TokenEndpoint, failures};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

const SECRET: &str = "s&cr%t:+1";
const FORM: &str = "application/x-www-form-urlencoded";

fn client() -> Result<Client> {
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    Ok(builder.timeout(Duration::from_secs(5)).build()?)
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

fn post(endpoint: &TokenEndpoint, body: &str) -> Result<RequestBuilder> {
    Ok(client()?.post(endpoint.url()).header("content-type", FORM).body(body.to_owned()))
}

/// The status, and the token or the error.
async fn answer(request: RequestBuilder) -> Result<(u16, String)> {
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let json: Value = serde_json::from_str(&answer.text().await?)?;
    let told = json["access_token"].as_str().or(json["error"].as_str()).context("neither token nor error")?;
    Ok((status, told.to_owned()))
}

#[tokio::test]
async fn a_client_authenticates_in_the_header_with_both_parts_encoded() -> Result<()> {
    let endpoint = TokenEndpoint::start(TokenClient::new("cl ient", SECRET).scope("a b")).await?;
    let good = post(&endpoint, "grant_type=client_credentials&scope=a+b")?;
    let good = good.header("authorization", basic("cl+ient", "s%26cr%25t%3A%2B1"));
    let (status, token) = answer(good).await?;
    assert_eq!((status, &[token][..]), (200, &endpoint.issued()[..]));
    assert_eq!(endpoint.refusals(), Vec::<String>::new());

    // As it is, a secret with a plus or a percent sign is another one.
    let plain =
        post(&endpoint, "grant_type=client_credentials&scope=a+b")?.header("authorization", basic("cl ient", SECRET));
    assert_eq!(answer(plain).await?, (401, "invalid_client".to_owned()));
    let in_body =
        post(&endpoint, "grant_type=client_credentials&scope=a+b&client_id=cl+ient&client_secret=s%26cr%25t%3A%2B1")?;
    assert_eq!(answer(in_body).await?, (400, "invalid_request".to_owned()));
    assert_eq!((endpoint.count(), endpoint.refusals().len(), endpoint.issued().len()), (3, 2, 1));
    Ok(())
}

#[tokio::test]
async fn a_client_authenticates_in_the_body() -> Result<()> {
    let endpoint = TokenEndpoint::start(TokenClient::new("id", SECRET).in_body().audience("https://api")).await?;
    let good = "grant_type=client_credentials&client_id=id&client_secret=s%26cr%25t%3A%2B1&audience=https%3A%2F%2Fapi";
    assert_eq!(answer(post(&endpoint, good)?).await?.0, 200);
    for (body, refused) in [
        (format!("{good}&audience=https%3A%2F%2Fapi"), (400, "invalid_request")),
        (format!("{good}&x=y"), (400, "invalid_request")),
        (good.replace("https", "http"), (400, "invalid_request")),
        (good.replace("%2B1", "2"), (401, "invalid_client")),
        (good.replace("client_credentials", "password"), (400, "unsupported_grant_type")),
    ] {
        let (status, error) = answer(post(&endpoint, &body)?).await?;
        assert_eq!((status, error.as_str()), refused, "{body}");
    }
    let twice = post(&endpoint, good)?.header("authorization", basic("id", "s%26cr%25t%3A%2B1"));
    assert_eq!(answer(twice).await?.0, 400);
    let json = client()?.post(endpoint.url()).header("content-type", "application/json").body("{}");
    assert_eq!(answer(json).await?.0, 400);
    assert_eq!(endpoint.refusals().len(), 7);
    Ok(())
}

#[tokio::test]
async fn what_else_must_come_along_is_missed() -> Result<()> {
    let wanted =
        TokenClient::new("id", "secret").by("PUT").header("x-tenant", "t").query("v", "1").body("resource", "r/s");
    let endpoint = TokenEndpoint::start(wanted).await?;
    let url = format!("{}?v=1", endpoint.url());
    let request = |url: &str, body: &'static str| {
        let request = client()?.put(url).header("content-type", format!("{FORM};charset=UTF-8"));
        anyhow::Ok(request.header("authorization", basic("id", "secret")).body(body))
    };
    let body = "grant_type=client_credentials&resource=r%2Fs";
    assert_eq!(answer(request(&url, body)?.header("x-tenant", "t")).await?.0, 200);
    assert_eq!(answer(request(&url, body)?).await?.0, 400);
    assert_eq!(answer(request(&endpoint.url(), body)?.header("x-tenant", "t")).await?.0, 400);
    assert_eq!(answer(request(&url, "grant_type=client_credentials")?.header("x-tenant", "t")).await?.0, 400);
    assert_eq!(answer(client()?.post(url).body(body)).await?.0, 400);

    let endpoint = TokenEndpoint::start(TokenClient::new("id", "secret").by("GET").query("v", "1").scope("a")).await?;
    let url = format!("{}?v=1&grant_type=client_credentials&scope=a", endpoint.url());
    assert_eq!(answer(client()?.get(url).header("authorization", basic("id", "secret"))).await?.0, 200);
    Ok(())
}

async fn token(endpoint: &TokenEndpoint) -> Result<(u16, Value)> {
    let request = post(endpoint, "grant_type=client_credentials")?.header("authorization", basic("id", "secret"));
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_str(&answer.text().await?)?))
}

#[tokio::test]
async fn tokens_are_distinct_expire_as_told_and_can_be_revoked() -> Result<()> {
    let endpoint = TokenEndpoint::start(TokenClient::new("id", "secret")).await?;
    let (_, first) = token(&endpoint).await?;
    endpoint.expire_in(Some(5));
    let (_, second) = token(&endpoint).await?;
    endpoint.expire_in(None);
    endpoint.of_type(None);
    let (_, third) = token(&endpoint).await?;
    assert_eq!((&first["expires_in"], &first["token_type"]), (&3600.into(), &"Bearer".into()));
    assert_eq!(
        (&second["expires_in"], &third["expires_in"], &third["token_type"]),
        (&5.into(), &Value::Null, &Value::Null)
    );
    assert!(first["access_token"] != second["access_token"] && second["access_token"] != third["access_token"]);

    let receiver = Receiver::start().await?;
    receiver.on("/", endpoint.guard(Script::status(204), Script::status(401)));
    let call = async |token: &Value| {
        let token = format!("Bearer {}", token["access_token"].as_str().context("no token")?);
        let answer = client()?.post(receiver.url("/")).header("authorization", token).send().await?;
        anyhow::Ok(answer.status().as_u16())
    };
    assert_eq!((call(&first).await?, call(&second).await?), (204, 204));
    endpoint.revoke(&endpoint.issued()[0]);
    assert_eq!((call(&first).await?, call(&second).await?), (401, 204));
    endpoint.revoke_all();
    assert_eq!((call(&second).await?, call(&third).await?), (401, 401));
    assert_eq!(client()?.post(receiver.url("/")).send().await?.status(), 401);
    assert_eq!(call(&token(&endpoint).await?.1).await?, 204);
    Ok(())
}

#[tokio::test]
async fn it_fails_as_told_and_recovers() -> Result<()> {
    let endpoint = TokenEndpoint::start(TokenClient::new("id", "secret")).await?;
    endpoint.fails_each([
        failures::invalid_client(),
        failures::bad_request("invalid_scope"),
        failures::without_token(),
    ]);
    assert_eq!(token(&endpoint).await?.1["error"], "invalid_client");
    assert_eq!(
        token(&endpoint).await?,
        (400, serde_json::json!({ "error": "invalid_scope", "error_description": "as scripted" }))
    );
    assert!(token(&endpoint).await?.1["access_token"].is_null());
    assert_eq!(token(&endpoint).await?.0, 200);

    for (script, status) in [
        (failures::server_error(), 500),
        (failures::not_json(), 200),
        (failures::redirect("/x"), 307),
        (failures::huge(), 200),
    ] {
        endpoint.fails(script);
        assert_eq!(post(&endpoint, "")?.send().await?.status().as_u16(), status);
    }
    endpoint.fails(failures::closes());
    assert!(post(&endpoint, "")?.send().await.is_err());
    endpoint.fails(failures::never());
    assert!(
        post(&endpoint, "")?.timeout(Duration::from_millis(100)).send().await.is_err_and(|error| error.is_timeout())
    );
    endpoint.recovers();
    assert_eq!(token(&endpoint).await?.0, 200);
    assert_eq!((endpoint.issued().len(), endpoint.refusals().len()), (2, 0));
    Ok(())
}
