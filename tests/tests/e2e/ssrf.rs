//! Targets that may not be reached, at the delivery: webhooks whose URL was allowed when it was saved, or came into the table in some
//! other way. On this stack the operator allows 127.0.0.0/8 beside the public internet, and every port.

use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hookstep_core::webhook::WebhookUrl;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, Receiver, SOON, Script, Trigger, Webhook};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::support::{TARGET, item_of, set_attribute, text_of};

/// Deliveries at a time: other tests want to be served too.
const SIDE_BY_SIDE: usize = 6;

/// A webhook to this URL, written behind the API's back.
async fn webhook_at(hookstep: &Hookstep, url: &str) -> Result<Webhook> {
    let webhook = hookstep.webhook_at(TARGET, |_| ()).await?;
    // As the API would have written it, in its normal form.
    set_attribute(hookstep, &webhook, "url", WebhookUrl::parse(url, true)?.as_str()).await?;
    Ok(webhook)
}

/// A port of 127.0.0.1 that nothing listens on and that nobody else gets.
fn closed_port() -> Result<(u16, TcpSocket)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    Ok((socket.local_addr()?.port(), socket))
}

/// URLs that may not be reached. 0.0.0.0 is this machine to the kernel: at `open` a receiver listens, at `closed` nobody.
fn forbidden(open: u16, closed: u16) -> Vec<String> {
    let mut urls = Vec::new();
    for port in [open, closed] {
        for host in ["0.0.0.0", "0", "0x0", "[::]", "[::ffff:0.0.0.0]", "[::1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"] {
            urls.push(format!("http://{host}:{port}/hook"));
        }
    }
    let others = [
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "http://2852039166/latest/meta-data/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://169.254.170.2/v2/credentials",
        "http://10.0.0.1:22/",
        "http://10.255.255.1/",
        "http://172.16.0.1:6379/",
        "https://192.168.0.1/",
        "http://100.64.0.1/",
        "http://[fe80::1]/",
        "http://[2002:7f00:1::]/",
        "http://198.18.0.1/",
        "http://255.255.255.255/",
    ];
    urls.extend(others.map(ToOwned::to_owned));
    urls
}

/// What an event says of its outcome, without what is its own: ids, times, the URL.
fn told(event: &Value) -> Value {
    let attempts: Vec<Value> = event["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| {
            let mut attempt = attempt.clone();
            let fields = attempt.as_object_mut().unwrap();
            let taken = fields.remove("duration_ms").unwrap().as_u64().unwrap();
            // Nothing was connected to: it took no time.
            assert!(taken < 5_000, "{taken} ms");
            fields.remove("started_at");
            attempt
        })
        .collect();
    json!({
        "status": event["status"], "reason": event["reason"], "reason_detail": event["reason_detail"],
        "attempts": attempts, "next_attempt_at": event["next_attempt_at"],
    })
}

/// Triggers the webhook, waits until the event is settled, and returns the event as the API shows it.
async fn settled(hookstep: &Hookstep, webhook: &Webhook) -> Result<Value> {
    let accepted = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}")).await?;
    hookstep.api.wait_until_settled(&webhook.config_id, &accepted.event_id, SOON).await?;
    let path = format!("/webhook/{}/events/{}", webhook.config_id, accepted.event_id);
    hookstep.api.send(hookstep.api.request(Method::GET, &path)).await?.expect(reqwest::StatusCode::OK)
}

#[tokio::test]
async fn what_is_refused_is_told_in_the_same_words_whatever_is_there() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start().await?;
    let (closed, _socket) = closed_port()?;
    let checks = forbidden(receiver.port(), closed).into_iter().map(async |url| -> Result<_> {
        let webhook = webhook_at(&hookstep, &url).await?;
        let event = told(&settled(&hookstep, &webhook).await?);

        let answer = hookstep.api.trigger_raw(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
        let answered: Value = answer.expect(reqwest::StatusCode::OK)?;
        assert_eq!(
            (&answered["status"], &answered["reason"]),
            (&"failed".into(), &"address_not_allowed".into()),
            "{url}"
        );
        assert_eq!(answered["reason_detail"], event["reason_detail"], "{url}");
        Ok((url, event))
    });
    let told: Vec<_> = stream::iter(checks).buffered(SIDE_BY_SIDE).try_collect().await?;
    let (_, expected) = &told[0];
    assert_eq!((&expected["status"], &expected["reason"]), (&"failed".into(), &"address_not_allowed".into()));
    assert_eq!(expected["attempts"].as_array().map(Vec::len), Some(1), "it was not tried again: {expected}");
    assert_eq!(expected["attempts"][0]["outcome"], "refused");
    assert!(expected["attempts"][0].get("status_code").is_none(), "{expected}");
    // Neither the address nor the port is named, nor whether anything is there.
    let detail = expected["reason_detail"].as_str().context("no detail")?;
    assert!(!detail.contains(|c: char| c.is_ascii_digit()), "{detail}");
    for (url, event) in &told {
        assert_eq!(event, expected, "{url}");
    }
    assert_eq!((told.len(), receiver.connections()), (30, 0));
    Ok(())
}

#[tokio::test]
async fn a_token_endpoint_that_may_not_be_reached_is_told_in_the_same_words_whatever_is_there() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start().await?;
    let (closed, _socket) = closed_port()?;
    let auth = json!({
        "type": "oauth2_client_credentials", "token_url": TARGET, "client_id": "c",
        "client_secret": planted("client-secret"),
    });
    let checks = forbidden(receiver.port(), closed).into_iter().step_by(3).map(async |url| -> Result<_> {
        let webhook = hookstep.webhook_to(&receiver, "/hook", |draft| draft.set("auth", auth.clone())).await?;
        let stored = text_of(&item_of(&hookstep, &webhook).await?, "auth")?;
        assert!(stored.contains(TARGET), "{stored}");
        set_attribute(&hookstep, &webhook, "auth", &stored.replace(TARGET, WebhookUrl::parse(&url, true)?.as_str()))
            .await?;
        let event = told(&settled(&hookstep, &webhook).await?);

        let tried = hookstep.api.test_auth(&webhook.config_id).await?;
        let error = tried.error.context("it is good")?;
        assert_eq!((tried.ok, error.code.as_str()), (false, "token_address_not_allowed"), "{url}");
        Ok((url, event, error.message))
    });
    let told: Vec<_> = stream::iter(checks).buffered(SIDE_BY_SIDE).try_collect().await?;
    let (_, expected, tried) = &told[0];
    assert_eq!(expected["reason"], "token_address_not_allowed");
    assert_eq!(
        (&expected["attempts"][0]["outcome"], expected["attempts"].as_array().map(Vec::len)),
        (&"refused".into(), Some(1))
    );
    for (url, event, message) in &told {
        assert_eq!((event, message), (expected, tried), "{url}");
    }
    assert_eq!((told.len(), receiver.connections()), (10, 0));
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_redirects_inside_is_not_followed() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (receiver, inside) = (Receiver::start().await?, Receiver::start().await?);
    let webhook = hookstep.webhook_to(&receiver, "/hook", |_| ()).await?;
    let locations = [
        inside.url("/"),
        format!("http://0.0.0.0:{}/", inside.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "/other".to_owned(),
    ];
    for status in [301, 302, 303, 307, 308] {
        for location in &locations {
            receiver.on("/hook", Script::redirect(status, location));
            let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
            let attempt = outcome.attempt.context("no attempt")?;
            assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("rejected", Some(status)), "{location}");
            assert_eq!(attempt.response_headers["location"], *location);
        }
    }
    assert_eq!((receiver.requests_to("/hook").len(), receiver.requests().len(), inside.connections()), (20, 20, 0));
    Ok(())
}

#[tokio::test]
async fn what_the_operator_opened_is_reached_however_it_is_spelled() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start().await?;
    let hosts =
        ["127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7F.1", "127.0.0.1.", "[::ffff:7f00:1]", "localhost"];
    for host in hosts {
        let webhook = hookstep.webhook_at(format!("http://{host}:{}/hook", receiver.port()), |_| ()).await?;
        let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
        assert_eq!(outcome.status, "succeeded", "{host}: {outcome:?}");
    }
    assert_eq!(receiver.requests_to("/hook").len(), hosts.len());
    Ok(())
}
