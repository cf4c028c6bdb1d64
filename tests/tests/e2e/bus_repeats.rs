//! Events of the bus that come more than once, are large, or are for many.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use hookstep_tests::{SOON, unique, until};
use serde_json::{Value, json};

use crate::bus::Street;

#[tokio::test]
async fn an_event_that_the_bus_repeats_is_one_event_and_one_request_for_each_webhook() -> Result<()> {
    let street = Street::new().await?;
    let paths: Vec<String> = (0..4).map(|at| format!("/{at}")).collect();
    let webhooks = try_join_all(paths.iter().map(|path| street.webhook(path, |_| ()))).await?;
    let detail = json!({ "order": 7 });
    let id = street.put(&detail).await?;
    // Five times at the same instant, and the bus's own.
    let said = try_join_all((0..5).map(|_| street.hand_over(&id, &detail))).await?;
    assert!(said.iter().all(|said| said["started"] == 4), "{said:?}");
    for webhook in &webhooks {
        let events = street.settled(webhook, 1).await?;
        let [event] = &events[..] else { panic!("{events:?}") };
        let engine = street.hookstep.engine();
        let machine = &street.hookstep.stack.machines.express;
        until("executions to end", SOON, async || {
            Ok((engine.running(machine, &event.event_id).await? == 0).then_some(()))
        })
        .await?;
    }
    for path in &paths {
        assert_eq!(street.receiver.requests_to(path).len(), 1, "{path}");
    }
    // Another event of the same detail is another one.
    street.put(&detail).await?;
    assert_eq!(street.settled(&webhooks[0], 2).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_megabyte_is_stored_once_and_reaches_all() -> Result<()> {
    let street = Street::new().await?;
    let paths = ["/a", "/b", "/c"];
    let webhooks = try_join_all(paths.map(|path| street.webhook(path, |_| ()))).await?;
    // What the bus takes with the rest of the event around it.
    let detail = json!({ "text": "é\"".repeat(261_000) });
    assert!((1_040_000..1_048_576).contains(&detail.to_string().len()), "{}", detail.to_string().len());
    street.put(&detail).await?;
    let mut keys = BTreeSet::new();
    for (path, webhook) in paths.iter().zip(&webhooks) {
        let events = street.settled(webhook, 1).await?;
        assert_eq!(events[0].status, "succeeded", "{events:?}");
        let requests = street.receiver.requests_to(path);
        assert_eq!(requests.len(), 1);
        assert!(serde_json::from_slice::<Value>(&requests[0].body)? == detail, "it arrived changed");
        let row = street.hookstep.api.get_event(&webhook.config_id, &events[0].event_id).await?;
        keys.insert(row.rest["payload_s3_key"].as_str().unwrap().to_owned());
    }
    let [key] = &keys.into_iter().collect::<Vec<_>>()[..] else { panic!("several objects") };
    assert!(key.starts_with("payloads/default/bus/evt_"), "{key}");
    Ok(())
}

/// Each leg has processes of its own in the engine, so these are not many. A thousand are started in the tests of `hookstep-aws`
/// (`engine/fan_out.rs`), and delivered by `cargo xtask bench`.
const MANY: usize = 40;

#[tokio::test]
async fn an_event_for_many_webhooks_reaches_each_once() -> Result<()> {
    let street = Street::new().await?;
    let street = &street;
    let path = format!("/{}", unique("many"));
    let made = (0..MANY).map(|_| street.webhook(&path, |_| ()));
    let webhooks: Vec<_> = stream::iter(made).buffered(8).try_collect().await?;
    let id = street.put(&json!({ "n": 1 })).await?;
    let requests = street.receiver.wait_for(&path, MANY, SOON).await?;
    let ids: BTreeSet<_> = requests.iter().map(|request| request.header("webhook-id")).collect();
    assert_eq!((requests.len(), ids.len()), (MANY, MANY));
    let said = street.hand_over(&id, &json!({ "n": 1 })).await?;
    assert_eq!(said, json!({ "listening": MANY, "matched": MANY, "started": MANY }));
    let last = street.settled(&webhooks[MANY - 1], 1).await?;
    assert_eq!(last.len(), 1);
    Ok(())
}
