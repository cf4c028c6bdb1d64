//! Targets that may not be reached, when a webhook is saved. On this stack the operator allows 127.0.0.0/8 beside the public
//! internet, every port, and plain http.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hookstep_core::address::Reachable;
use hookstep_core::webhook::WebhookUrl;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Answer, Hookstep};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{TARGET, created, draft, faults, id, set_attribute, shown};

/// The table of bad targets: what attacks use, and what others' tests try.
const TARGETS: &str = include_str!("../../../crates/hookstep-core/tests/addresses/targets.txt");

const NOT_ALLOWED: &str = "/url target_not_allowed";

/// The text about the one fault.
fn detail(answer: &Answer) -> Result<String> {
    let problem = answer.problem()?;
    Ok(problem.errors[0]["detail"].as_str().context("no detail")?.to_owned())
}

#[tokio::test]
async fn every_bad_target_is_refused_when_it_is_saved_and_nothing_is() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let lists = Reachable::new("127.0.0.0/8".parse()?, "1-65535".parse()?);
    let rows = TARGETS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    // Rows with lists of their own are for another operator.
    let targets = rows.filter(|line| line.split('|').count() < 5).filter_map(|line| {
        let target = line.split('|').nth(2)?.trim().replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
        match WebhookUrl::parse(&target, true) {
            _ if target.is_empty() => None,
            Err(_) => Some((target, "/url invalid_url")),
            Ok(url) if lists.refuses(&url) => Some((target, NOT_ALLOWED)),
            // For the resolver to say, or open on this stack.
            Ok(_) => None,
        }
    });
    let answers: Vec<(&str, String)> = stream::iter(targets)
        .map(|(target, expected)| {
            let api = &api;
            async move {
                let answer = api.create_raw(&draft(json!({ "url": target }))).await?;
                assert_eq!(faults(&answer), [expected], "{target:?}");
                anyhow::Ok((expected, detail(&answer)?))
            }
        })
        .buffer_unordered(8)
        .try_collect()
        .await?;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (expected, _) in &answers {
        *counts.entry(expected).or_default() += 1;
    }
    assert!(counts[NOT_ALLOWED] > 100 && counts["/url invalid_url"] > 60, "{counts:?}");
    // Which address it is of those that are not allowed, is nobody's business.
    let mut details: Vec<&String> =
        answers.iter().filter(|(code, _)| *code == NOT_ALLOWED).map(|(_, text)| text).collect();
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");
    Ok(())
}

#[tokio::test]
async fn no_way_to_save_a_webhook_takes_a_bad_target() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    for url in
        ["http://169.254.169.254/", "https://10.0.0.1/hook", "http://[::ffff:a00:1]/", "http://0/", "https://[::1]/"]
    {
        let put = api.put_raw(id(&webhook), &draft(json!({ "url": url })), Some("*")).await?;
        assert_eq!(faults(&put), [NOT_ALLOWED], "{url}");
        let patch = api.patch_raw(id(&webhook), &json!({ "url": url }), None).await?;
        assert_eq!(faults(&patch), [NOT_ALLOWED], "{url}");

        let auth = json!({
            "type": "oauth2_client_credentials", "token_url": url, "client_id": "c", "client_secret": planted("s"),
        });
        let at_token_url = ["/auth/token_url target_not_allowed"];
        let post = api.create_raw(&draft(json!({ "auth": auth }))).await?;
        assert_eq!(faults(&post), at_token_url, "{url}");
        let put = api.put_raw(id(&webhook), &draft(json!({ "auth": auth })), Some("*")).await?;
        assert_eq!(faults(&put), at_token_url, "{url}");
        let patch = api.patch_raw(id(&webhook), &json!({ "auth": auth }), None).await?;
        assert_eq!(faults(&patch), at_token_url, "{url}");
    }
    assert_eq!(shown(&api, &webhook).await?, webhook);
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_was_saved_when_more_was_allowed_can_be_changed_but_not_to_another_bad_target() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let webhook = hookstep.webhook_at(TARGET, |_| ()).await?;
    set_attribute(&hookstep, &webhook, "url", "https://10.1.2.3/hook").await?;

    let patched = api.patch_raw(&webhook.config_id, &json!({ "name": "renamed", "enabled": false }), None).await?;
    let patched: Value = patched.expect(StatusCode::OK)?;
    assert_eq!((&patched["url"], &patched["enabled"]), (&"https://10.1.2.3/hook".into(), &false.into()));
    let put = api.put_raw(&webhook.config_id, &patched, Some("*")).await?;
    assert_eq!(put.status, StatusCode::OK, "{}", put.in_words());
    for url in ["https://10.1.2.4/hook", "https://10.1.2.3/other", "https://10.1.2.3:8443/hook"] {
        let answer = api.patch_raw(&webhook.config_id, &json!({ "url": url }), None).await?;
        assert_eq!(faults(&answer), [NOT_ALLOWED], "{url}");
    }
    Ok(())
}
