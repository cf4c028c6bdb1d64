//! How often KMS is called for deliveries of webhooks with secrets.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, ensure};
use hookstep_local::api::{Api, NewWebhook, Trigger};
use hookstep_local::receiver::Receiver;
use hookstep_local::stack::Stack;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const DELIVERIES: usize = 1_000;
const CALLERS: usize = 8;

/// What a call for a data key begins with, whatever the client.
const DECRYPT: &[u8] = b"TrentService.Decrypt";

/// Passes connections on to the engine and counts the calls to decrypt.
pub(super) struct CountingProxy {
    url: String,
    target: Arc<OnceLock<String>>,
    decrypts: Arc<AtomicUsize>,
}

impl CountingProxy {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (target, decrypts) = (Arc::new(OnceLock::<String>::new()), Arc::new(AtomicUsize::new(0)));
        let (to, count) = (Arc::clone(&target), Arc::clone(&decrypts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Some(address) = to.get().cloned() else { continue };
                tokio::spawn(pass(client, address, Arc::clone(&count)));
            }
        });
        Ok(Self { url, target, decrypts })
    }

    pub(super) fn url(&self) -> String {
        self.url.clone()
    }

    pub(super) fn forward_to(&self, endpoint_url: &str) -> Result<()> {
        let address = endpoint_url.strip_prefix("http://").context("the engine speaks plain HTTP")?;
        self.target.set(address.to_owned()).ok().context("it has a target already")
    }
}

async fn pass(client: TcpStream, address: String, count: Arc<AtomicUsize>) -> Result<()> {
    let server = TcpStream::connect(address).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut seen = Vec::new();
    let mut buffer = [0; 8_192];
    loop {
        let read = from_client.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        seen.extend_from_slice(&buffer[..read]);
        while let Some(at) = seen.windows(DECRYPT.len()).position(|window| window == DECRYPT) {
            count.fetch_add(1, Ordering::Relaxed);
            seen.drain(..at + DECRYPT.len());
        }
        // It may be cut in two by the end of what was read.
        seen.drain(..seen.len().saturating_sub(DECRYPT.len()));
        to_server.write_all(&buffer[..read]).await?;
    }
    answers.abort();
    Ok(())
}

/// Delivers to one webhook with a password, by several callers at once.
pub(super) async fn measure(stack: &Stack, keys: &CountingProxy) -> Result<String> {
    let receiver = Receiver::start().await?;
    let api = Api::new(&stack.api_url)?;
    let auth = json!({ "type": "basic", "username": "bench", "password": "a password for a benchmark" });
    let webhook = api.create_webhook(&NewWebhook::to("bench", receiver.url("/keys")).with("auth", auth)).await?;
    let before = keys.decrypts.load(Ordering::Relaxed);
    let callers = (0..CALLERS).map(|_| {
        let (api, config_id) = (api.clone(), webhook.config_id.clone());
        tokio::spawn(async move {
            for _ in 0..DELIVERIES / CALLERS {
                let outcome = api.trigger(&config_id, &Trigger::json("{}").and_wait()).await?;
                ensure!(outcome.status == "succeeded", "a delivery ended {}", outcome.status);
            }
            Ok(())
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await??;
    }
    receiver.stop().await;
    let decrypts = keys.decrypts.load(Ordering::Relaxed) - before;
    ensure!(decrypts > 0, "no call of KMS was seen, so the count means nothing");
    Ok(format!(
        "calls of KMS for {DELIVERIES} deliveries of one webhook with a secret, {CALLERS} at a time: {decrypts}"
    ))
}
