//! Events on the bus: whom they reach, and what with.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Event, Hookstep, NewWebhook, Receiver, SOON, Webhook, unique};
use serde_json::{Value, json};

/// A receiver, and an event name that no other test has.
pub(crate) struct Street {
    pub(crate) hookstep: Hookstep,
    pub(crate) receiver: Receiver,
    pub(crate) name: String,
}

impl Street {
    pub(crate) async fn new() -> Result<Self> {
        Self::of(Hookstep::connect()?).await
    }

    /// Webhooks of this caller's tenant.
    pub(crate) async fn of(hookstep: Hookstep) -> Result<Self> {
        // With what a detail-type may hold.
        let name = format!("Bestellung geändert 🪝: {}", unique("order"));
        Ok(Self { hookstep, receiver: Receiver::start().await?, name })
    }

    /// A webhook to this path, that listens.
    pub(crate) async fn webhook(&self, path: &str, change: impl FnOnce(&mut NewWebhook)) -> Result<Webhook> {
        let listening = |draft: &mut NewWebhook| {
            draft.event_name = Some(self.name.clone());
            change(draft);
        };
        self.hookstep.webhook_to(&self.receiver, path, listening).await
    }

    /// Puts an event of the name on the bus, and returns its id.
    pub(crate) async fn put(&self, detail: &Value) -> Result<String> {
        let bus = &self.hookstep.stack.bus_name;
        self.hookstep.engine().put_event(bus, "shop", &self.name, &detail.to_string()).await
    }

    /// Hands this event to the function, as the bus does when it repeats one, and waits for what it says.
    pub(crate) async fn hand_over(&self, id: &str, detail: &Value) -> Result<Value> {
        let event = json!({
            "version": "0", "id": id, "detail-type": self.name, "source": "shop", "account": "000000000000",
            "time": "2026-11-22T00:00:00Z", "region": "us-east-1", "resources": [], "detail": detail,
        });
        self.hookstep.engine().invoke(&self.hookstep.stack.functions.trigger, &event).await
    }

    /// The webhook's events, once there are so many and all of them are final.
    pub(crate) async fn settled(&self, webhook: &Webhook, count: usize) -> Result<Vec<Event>> {
        hookstep_tests::until("events of the bus", SOON, async || {
            let events = self.hookstep.api.list_events(&webhook.config_id, "limit=100").await?.data;
            let all = events.len() >= count && events.iter().all(|event| event.status != "in_progress");
            Ok(all.then_some(events))
        })
        .await
    }
}

#[tokio::test]
async fn an_event_reaches_the_webhook_that_it_names() -> Result<()> {
    let street = Street::new().await?;
    let named = street.webhook("/named", |draft| draft.event_name = Some(unique("another"))).await?;
    let listening = street.webhook("/listening", |_| ()).await?;
    let detail = json!({ "config_id": named.config_id, "order": { "id": 7, "text": "\u{e9}\"\\ \u{1f980}" }, "list": [1, 2.5, null] });
    let id = street.put(&detail).await?;
    let events = street.settled(&named, 1).await?;
    let request = &street.receiver.requests_to("/named")[..];
    assert_eq!((events.len(), request.len()), (1, 1));
    assert_eq!(serde_json::from_slice::<Value>(&request[0].body)?, detail);
    assert_eq!(request[0].header("content-type").as_deref(), Some("application/json"));
    assert_eq!(request[0].header("webhook-id").as_deref(), Some(&*events[0].event_id));
    let row = street.hookstep.api.get_event(&named.config_id, &events[0].event_id).await?;
    assert_eq!((row.status.as_str(), row.rest["source"].as_str()), ("succeeded", Some("eventbridge")));
    assert_eq!(row.rest["event_name"], street.name);
    assert_eq!(row.rest["correlation_id"], id);
    // It is for nobody else.
    let repeated = street.hand_over(&id, &detail).await?;
    assert_eq!(repeated, json!({ "listening": 1, "matched": 1, "started": 1 }));
    assert_eq!(street.hookstep.api.list_events(&listening.config_id, "").await?.data.len(), 0);
    Ok(())
}

#[tokio::test]
async fn an_event_reaches_every_webhook_of_its_name_whose_filter_it_matches() -> Result<()> {
    let street = Street::new().await?;
    let detail = |pattern: Value| json!({ "detail": pattern });
    // Each with which of the three events it matches.
    let filters = [
        (json!({ "source": ["shop"] }), [true, true, true]),
        (detail(json!({ "status": ["paid", "sent"] })), [true, false, false]),
        (detail(json!({ "status": [{ "prefix": "pa" }] })), [true, true, false]),
        (detail(json!({ "status": [{ "suffix": "ing" }] })), [false, true, false]),
        (detail(json!({ "status": [{ "anything-but": "paid" }] })), [false, true, false]),
        (detail(json!({ "status": [{ "equals-ignore-case": "PAID" }] })), [true, false, false]),
        (detail(json!({ "status": [{ "wildcard": "p*i*g" }] })), [false, true, false]),
        (detail(json!({ "total": [{ "numeric": [">", 10, "<=", 20.5] }] })), [false, true, false]),
        (detail(json!({ "from": [{ "cidr": "10.0.0.0/8" }] })), [true, false, false]),
        (detail(json!({ "status": [{ "exists": false }] })), [false, false, true]),
        (json!({ "$or": [{ "detail": { "total": [10] } }, { "detail": { "late": [true] } }] }), [true, false, true]),
        (json!({ "source": ["another"] }), [false, false, false]),
    ];
    let details = [
        json!({ "status": "paid", "total": 10, "from": "10.1.2.3" }),
        json!({ "status": "packing", "total": 20.5, "from": "192.168.0.1" }),
        json!({ "late": true }),
    ];
    let made = filters.iter().enumerate().map(async |(at, (filter, _))| {
        street.webhook(&format!("/{at}"), |draft| draft.set("filter", filter.clone())).await
    });
    let webhooks = try_join_all(made).await?;
    for (at, detail) in details.iter().enumerate() {
        let expected = filters.iter().filter(|(_, matches)| matches[at]).count();
        let id = street.put(detail).await?;
        // The same once more, to be told how many it is for.
        let said = street.hand_over(&id, detail).await?;
        assert_eq!(said, json!({ "listening": filters.len(), "matched": expected, "started": expected }), "{detail}");
    }
    for (at, (filter, matches)) in filters.iter().enumerate() {
        let count = matches.iter().filter(|matches| **matches).count();
        let events = street.settled(&webhooks[at], count).await?;
        assert!(events.iter().all(|event| event.status == "succeeded"), "{filter}: {events:?}");
        let mut bodies: Vec<Value> = Vec::new();
        for request in street.receiver.requests_to(&format!("/{at}")) {
            bodies.push(serde_json::from_slice(&request.body)?);
        }
        let expected: Vec<_> =
            details.iter().zip(matches).filter(|(_, matches)| **matches).map(|(detail, _)| detail).collect();
        assert_eq!((events.len(), bodies.len()), (count, count), "{filter}");
        assert!(expected.iter().all(|detail| bodies.contains(detail)), "{filter}: {bodies:?}");
    }
    Ok(())
}

#[tokio::test]
async fn who_is_disabled_or_listens_to_another_name_gets_nothing_and_once_it_listens_everything() -> Result<()> {
    let street = Street::new().await?;
    let listening = street.webhook("/listening", |_| ()).await?;
    let disabled = street.webhook("/disabled", |draft| draft.enabled = Some(false)).await?;
    let other = street.webhook("/other", |draft| draft.event_name = Some(format!("{} ", street.name))).await?;
    let deaf = street.webhook("/deaf", |draft| draft.event_name = None).await?;
    let first = street.put(&json!({ "n": 1 })).await?;
    street.settled(&listening, 1).await?;
    let said = street.hand_over(&first, &json!({ "n": 1 })).await?;
    assert_eq!(said, json!({ "listening": 1, "matched": 1, "started": 1 }));
    for webhook in [&disabled, &other, &deaf] {
        let change = json!({ "enabled": true, "event_name": street.name });
        street.hookstep.api.patch_webhook(&webhook.config_id, &change).await?;
    }
    let second = street.put(&json!({ "n": 2 })).await?;
    for webhook in [&disabled, &other, &deaf] {
        let events = street.settled(webhook, 1).await?;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].rest["correlation_id"], second);
    }
    // One that is named is told apart from one that does not exist.
    street.hookstep.api.patch_webhook(&deaf.config_id, &json!({ "enabled": false })).await?;
    street.put(&json!({ "config_id": deaf.config_id })).await?;
    let events = street.settled(&deaf, 2).await?;
    assert_eq!((events[0].status.as_str(), events[0].reason.as_deref()), ("skipped", Some("webhook_disabled")));
    Ok(())
}
