//! `GET /webhook`: pages and filters.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Hookstep, Page, Webhook, unique};
use reqwest::Method;

use crate::support::{TARGET, assert_problem, set_attribute};

/// Follows the cursor from the first page to the last. No page holds more than `limit`.
async fn walk(hookstep: &Hookstep, filter: &str, limit: usize) -> Result<Vec<Webhook>> {
    let mut webhooks = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = format!("{filter}&limit={limit}{cursor}");
        let page: Page<Webhook> = hookstep.api.list_webhooks_where(&query).await?;
        assert!(page.data.len() <= limit, "{query}");
        webhooks.extend(page.data);
        let Some(next) = page.next_cursor else { return Ok(webhooks) };
        cursor = format!("&cursor={next}");
    }
}

fn ids(webhooks: &[Webhook]) -> Vec<&str> {
    webhooks.iter().map(|webhook| webhook.config_id.as_str()).collect()
}

/// So many webhooks of this event name, every third of them disabled, oldest first.
async fn of_event_name(hookstep: &Hookstep, event_name: &str, count: usize) -> Result<Vec<Webhook>> {
    let made = (0..count).map(async |n| {
        let change = |draft: &mut hookstep_tests::NewWebhook| {
            draft.event_name = Some(event_name.to_owned());
            draft.enabled = Some(n % 3 != 0);
        };
        hookstep.webhook_at(TARGET, change).await
    });
    let mut made = try_join_all(made).await?;
    made.sort_by(|a, b| a.config_id.cmp(&b.config_id));
    Ok(made)
}

#[tokio::test]
async fn a_walk_by_cursor_visits_each_webhook_exactly_once() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let mine = try_join_all((0..25).map(async |_| hookstep.webhook_at(TARGET, |_| ()).await)).await?;
    let mine: BTreeSet<String> = mine.into_iter().map(|webhook| webhook.config_id).collect();
    for limit in [20, 100] {
        // With those of the other tests, which come and go meanwhile.
        let walked = walk(&hookstep, "", limit).await?;
        let walked = ids(&walked);
        assert!(walked.is_sorted_by(|a, b| a < b), "the oldest come first, none twice");
        assert_eq!(mine.iter().filter(|id| walked.contains(&id.as_str())).count(), 25);
    }
    let page: Page<Webhook> = hookstep.api.list_webhooks_where("").await?;
    assert!(page.data.len() == 20 && page.next_cursor.is_some(), "{}", page.data.len());
    Ok(())
}

#[tokio::test]
async fn a_walk_through_an_event_name_visits_each_of_its_webhooks_exactly_once() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (name, other) = (unique("order.created"), unique("order.paid"));
    let mine = of_event_name(&hookstep, &name, 25).await?;
    of_event_name(&hookstep, &other, 3).await?;
    for limit in [1, 4, 5, 24, 25, 26, 100] {
        let walked = walk(&hookstep, &format!("event_name={name}"), limit).await?;
        assert_eq!(ids(&walked), ids(&mine), "limit {limit}");
    }
    assert!(walk(&hookstep, &format!("event_name={}", unique("nothing")), 7).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_status_lists_its_webhooks_and_no_others() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let name = unique("order.created");
    let mine = of_event_name(&hookstep, &name, 10).await?;
    let gone = &mine[9];
    set_attribute(&hookstep, gone, "status", "auto_disabled").await?;
    set_attribute(&hookstep, gone, "status_reason", "the receiver answered 410").await?;
    for status in ["active", "disabled", "auto_disabled"] {
        let was = |webhook: &&Webhook| match status {
            "auto_disabled" => webhook.config_id == gone.config_id,
            status => webhook.config_id != gone.config_id && webhook.status == status,
        };
        let expected: Vec<&str> = mine.iter().filter(was).map(|webhook| webhook.config_id.as_str()).collect();
        assert!(!expected.is_empty());
        for limit in [1, 2, 100] {
            let walked = walk(&hookstep, &format!("event_name={name}&status={status}"), limit).await?;
            assert_eq!(ids(&walked), expected, "{status}, limit {limit}");
        }
        // With those of other tests.
        let walked = walk(&hookstep, &format!("status={status}"), 100).await?;
        assert!(walked.iter().all(|webhook| webhook.status == status), "{status}");
        assert!(expected.iter().all(|id| ids(&walked).contains(id)), "{status}");
    }
    Ok(())
}

#[tokio::test]
async fn a_list_shows_what_the_webhook_itself_does() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let name = unique("order.created");
    let [webhook] = &of_event_name(&hookstep, &name, 1).await?[..] else { panic!("one") };
    let path = format!("/webhook?event_name={name}");
    let page: serde_json::Value = hookstep.api.send(hookstep.api.request(Method::GET, &path)).await?.json()?;
    let read: serde_json::Value = hookstep.api.get_raw(&webhook.config_id).await?.json()?;
    assert_eq!(page, serde_json::json!({ "data": [read], "next_cursor": null }));
    Ok(())
}

#[tokio::test]
async fn a_list_parameter_that_makes_no_sense_is_refused_by_name() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let long = format!("event_name={}", "e".repeat(256));
    for (query, code) in [
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("limit=x", "invalid_limit"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "invalid_cursor"),
        ("status=off", "invalid_status"),
        ("status=", "invalid_status"),
        ("status=Active", "invalid_status"),
        ("status=active&status=disabled", "invalid_status"),
        ("event_name=", "invalid_event_name"),
        (&long, "invalid_event_name"),
    ] {
        let answer = api.send(api.request(Method::GET, &format!("/webhook?{query}"))).await?;
        assert_eq!(answer.status, 400, "{query}: {}", answer.in_words());
        assert_problem(&answer, 400, code);
    }
    Ok(())
}

#[tokio::test]
async fn a_page_of_large_webhooks_ends_early_and_none_is_lost() -> Result<()> {
    const COUNT: usize = 90;
    let hookstep = Hookstep::connect()?;
    let name = unique("order.created");
    let mut mine = Vec::new();
    for _ in 0..COUNT {
        // Every quotation mark is two bytes of JSON.
        let webhook = hookstep.webhook_at(TARGET, |draft| {
            draft.event_name = Some(name.clone());
            draft.description = Some("\u{1f980}".repeat(2_000));
            draft.headers.insert("x-long".to_owned(), "\"".repeat(8_000));
            draft.set("filter", serde_json::json!({ "a": ["\"".repeat(2_000)] }));
        });
        mine.push(webhook.await?.config_id);
    }
    for query in [format!("event_name={name}"), format!("event_name={name}&status=active")] {
        let path = format!("/webhook?limit=100&{query}");
        let first = hookstep.api.send(hookstep.api.request(Method::GET, &path)).await?;
        let page: Page<Webhook> = first.json()?;
        assert!(first.body.len() <= 2_200_000, "{} bytes", first.body.len());
        assert!(page.data.len() < COUNT && page.next_cursor.is_some(), "{} of {COUNT}", page.data.len());
        assert_eq!(ids(&walk(&hookstep, &query, 100).await?), mine);
    }
    Ok(())
}
