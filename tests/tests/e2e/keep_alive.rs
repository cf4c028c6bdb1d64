//! Connections that are kept from one delivery to the next: a dead one costs nobody a delivery, and none arrives twice.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_local::receiver::ReceiverOptions;
use hookstep_tests::{HOOK, Hookstep, ReceivedRequest, Receiver, Scene, Script, Trigger};

/// What was delivered, and what arrived of it.
#[derive(Default)]
struct Ledger {
    arrivals: BTreeMap<String, usize>,
    delivered: Vec<String>,
}

impl Ledger {
    /// Delivers, and expects that it worked.
    async fn deliver(&mut self, scene: &Scene) -> Result<()> {
        let event = scene.deliver(&Trigger::json("{\"n\":1}")).await?;
        assert_eq!(event.status, "succeeded", "{event:?}");
        self.delivered.push(event.event_id);
        Ok(())
    }

    /// Takes note of what a receiver got.
    fn read(&mut self, requests: Vec<ReceivedRequest>) -> Result<()> {
        for request in requests {
            assert_eq!(request.text(), "{\"n\":1}", "a request came altered");
            *self.arrivals.entry(request.header("webhook-id").context("no webhook-id")?).or_default() += 1;
        }
        Ok(())
    }

    /// Each delivery arrived once, and nothing else did.
    fn assert_balanced(&self) {
        let once: BTreeMap<String, usize> = self.delivered.iter().map(|id| (id.clone(), 1)).collect();
        assert_eq!(self.arrivals, once);
    }
}

async fn scene_of(options: ReceiverOptions) -> Result<Scene> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start_with(options).await?;
    let webhook = hookstep.webhook_to(&receiver, HOOK, |_| ()).await?;
    Ok(Scene { hookstep, receiver, webhook })
}

/// The kinds of receivers: plain, with TLS, and with HTTP/2.
async fn scenes() -> Result<Vec<Scene>> {
    let authority = Hookstep::connect()?.authority()?;
    let options = [
        ReceiverOptions::new(),
        ReceiverOptions::new().tls(authority.issue(&["127.0.0.1"])?),
        ReceiverOptions::new().tls(authority.issue(&["127.0.0.1"])?).http2(),
    ];
    try_join_all(options.map(scene_of)).await
}

#[tokio::test]
async fn deliveries_one_after_the_other_share_connections() -> Result<()> {
    try_join_all(scenes().await?.into_iter().map(async |scene| {
        let mut ledger = Ledger::default();
        // Which of the functions' processes delivers is the engine's choice; of so many deliveries one meets a process again.
        for _ in 0..30 {
            ledger.deliver(&scene).await?;
            if scene.receiver.connections() < scene.received_count() as u64 {
                break;
            }
        }
        let (connections, requests) = (scene.receiver.connections(), scene.received_count() as u64);
        assert!(connections < requests, "{requests} requests on {connections} connections");
        ledger.read(scene.receiver.requests_to(HOOK))?;
        ledger.assert_balanced();
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_closes_idle_connections_misses_nothing_and_gets_nothing_twice() -> Result<()> {
    try_join_all(scenes().await?.into_iter().map(async |scene| {
        let mut ledger = Ledger::default();
        for round in 0..12 {
            ledger.deliver(&scene).await?;
            if round % 3 != 2 {
                scene.receiver.close_idle().await;
            }
        }
        ledger.read(scene.receiver.requests_to(HOOK))?;
        ledger.assert_balanced();
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_closes_after_each_answer_misses_nothing_and_gets_nothing_twice() -> Result<()> {
    for script in [Script::status(200).closing(), Script::status(200).body("ok").closing_silently()] {
        try_join_all(scenes().await?.into_iter().map(async |scene| {
            scene.receiver.on(HOOK, script.clone());
            let mut ledger = Ledger::default();
            for _ in 0..6 {
                ledger.deliver(&scene).await?;
            }
            ledger.read(scene.receiver.requests_to(HOOK))?;
            ledger.assert_balanced();
            anyhow::Ok(())
        }))
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_restarts_on_its_port_is_delivered_to_at_once() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let authority = hookstep.authority()?;
    for with_tls in [false, true] {
        let options = |port| -> Result<ReceiverOptions> {
            let options = ReceiverOptions::new().port(port);
            Ok(if with_tls { options.tls(authority.issue(&["127.0.0.1"])?).http2() } else { options })
        };
        let mut scene = scene_of(options(0)?).await?;
        let port = scene.receiver.port();
        let mut ledger = Ledger::default();
        for _ in 0..4 {
            ledger.deliver(&scene).await?;
            ledger.deliver(&scene).await?;
            ledger.read(scene.receiver.requests_to(HOOK))?;
            // The port is free only once the old one is gone.
            scene.receiver.stop().await;
            scene.receiver = Receiver::start_with(options(port)?).await?;
        }
        ledger.deliver(&scene).await?;
        ledger.read(scene.receiver.requests_to(HOOK))?;
        ledger.assert_balanced();
    }
    Ok(())
}

#[tokio::test]
async fn deliveries_side_by_side_all_arrive_once_while_connections_close() -> Result<()> {
    try_join_all(scenes().await?.into_iter().map(async |scene| {
        let mut ledger = Ledger::default();
        for _ in 0..3 {
            let trigger = Trigger::json("{\"n\":1}");
            let events = try_join_all((0..6).map(|_| scene.deliver(&trigger)));
            let closing = async {
                scene.receiver.close_idle().await;
                anyhow::Ok(())
            };
            let (events, ()) = futures_util::future::try_join(events, closing).await?;
            for event in events {
                assert_eq!(event.status, "succeeded", "{event:?}");
                ledger.delivered.push(event.event_id);
            }
            scene.receiver.close_idle().await;
        }
        ledger.read(scene.receiver.requests_to(HOOK))?;
        ledger.assert_balanced();
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

/// A receiver that took a request and said nothing may have done what it asks: it is told of as it is, and not sent again.
#[tokio::test]
async fn a_request_that_was_taken_is_never_sent_again() -> Result<()> {
    let scene = Scene::new().await?;
    // From the second request of a connection on it closes instead of answering.
    let seen = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let script = Script::decide(move |request: &ReceivedRequest| {
        let is_first = seen.lock().is_ok_and(|mut seen| seen.insert(request.connection));
        if is_first { Script::status(200) } else { Script::close() }
    });
    scene.receiver.on(HOOK, script);
    let mut statuses = BTreeMap::new();
    for _ in 0..12 {
        let event = scene.deliver(&Trigger::json("{\"n\":1}")).await?;
        let expected = match event.status.as_str() {
            "succeeded" => None,
            _ => Some("connection_closed"),
        };
        assert_eq!(event.reason.as_deref(), expected, "{event:?}");
        assert_eq!(
            scene
                .receiver
                .requests_to(HOOK)
                .iter()
                .filter(|request| request.header("webhook-id").as_deref() == Some(&event.event_id))
                .count(),
            1
        );
        *statuses.entry(event.status).or_insert(0) += 1;
    }
    assert_eq!(scene.received_count(), 12);
    assert!(statuses.contains_key("succeeded"), "{statuses:?}");
    Ok(())
}
