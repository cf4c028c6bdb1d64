//! A receiver that may be reached, a listener that may not, and names that resolve to either.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookstep_aws::clock::System;
use hookstep_aws::sender::{HttpSender, Resolve, Resolving};
use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;
use hookstep_core::ports::{Exchange, OutboundBody, OutboundRequest, Sender as _};
use hookstep_core::webhook::{Method, WebhookUrl};
use hookstep_local::receiver::Receiver;
use rustls::RootCertStore;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Where the receiver listens.
pub(crate) const OPEN: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Where the canary listens.
pub(crate) const CLOSED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

const PATIENCE: Duration = Duration::from_secs(10);

/// A resolver that answers each name as it was told: one answer after the other, and then the last one always. Other names do not
/// resolve.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    answers: Arc<Mutex<BTreeMap<String, VecDeque<Vec<IpAddr>>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub(crate) fn answer(&self, name: &str, answers: impl IntoIterator<Item = Vec<IpAddr>>) {
        self.answers.lock().unwrap().insert(name.to_owned(), answers.into_iter().collect());
    }

    /// How often it was asked for anything.
    pub(crate) fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> Resolving {
        self.asked.lock().unwrap().push(host.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let answer = answers.get_mut(host).and_then(|answers| match answers.len() {
            0 | 1 => answers.front().cloned(),
            _ => answers.pop_front(),
        });
        Box::pin(async move { Ok(answer.unwrap_or_default()) })
    }
}

/// A server that nothing should connect to. It answers whoever does with 200.
pub(crate) struct Canary {
    address: SocketAddr,
    accepted: watch::Receiver<Vec<SocketAddr>>,
    accepting: JoinHandle<()>,
}

impl Canary {
    pub(crate) async fn listen(address: impl Into<SocketAddr>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address.into()).await?;
        let address = listener.local_addr()?;
        let (accepts, accepted) = watch::channel(Vec::new());
        let accepting = tokio::spawn(async move {
            while let Ok((mut stream, peer)) = listener.accept().await {
                accepts.send_modify(|peers| peers.push(peer));
                // Who has gone already is not told.
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ncanary").await;
            }
        });
        Ok(Self { address, accepted, accepting })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many have connected. Connections are accepted in their order, so once one of our own is, all before it are counted.
    pub(crate) async fn connections(&self) -> usize {
        let own = TcpStream::connect(self.address).await.expect("it listens");
        let own = own.local_addr().expect("it is connected");
        let mut accepted = self.accepted.clone();
        let peers = accepted.wait_for(|peers| peers.contains(&own)).await.expect("it accepts").clone();
        peers.iter().position(|peer| *peer == own).expect("it is among them")
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A receiver on 127.0.0.1 and a canary on 127.0.0.2, both at the same port, so that nothing but the address decides.
pub(crate) struct World {
    pub(crate) receiver: Receiver,
    pub(crate) canary: Canary,
    pub(crate) names: Names,
}

impl World {
    pub(crate) async fn new() -> Self {
        // The port that one of them was given may be taken at the other's address.
        for _ in 0..20 {
            let canary = Canary::listen((CLOSED, 0)).await.expect("127.0.0.2 is an address of this machine");
            if let Ok(receiver) = Receiver::start_on(canary.port()).await {
                return Self { receiver, canary, names: Names::default() };
            }
        }
        panic!("no port is free at both addresses");
    }

    pub(crate) fn port(&self) -> u16 {
        self.receiver.port()
    }

    /// A sender that may reach 127.0.0.1, at every port, and nothing else inside.
    pub(crate) fn sender(&self) -> HttpSender<System> {
        self.sender_to(Reachable::new("127.0.0.1".parse().unwrap(), "1-65535".parse().unwrap()))
    }

    pub(crate) fn sender_to(&self, reachable: Reachable) -> HttpSender<System> {
        HttpSender::with(reachable, System, self.names.clone(), RootCertStore::empty()).expect("a sender")
    }

    /// A URL at the port of both.
    pub(crate) fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/hook", self.port())
    }
}

pub(crate) async fn post(sender: &HttpSender<System>, url: &str) -> Exchange {
    let request = OutboundRequest {
        url: WebhookUrl::parse(url, true).expect("a URL"),
        method: Method::Post,
        headers: Vec::new(),
        body: OutboundBody::Bytes("{}".into()),
        identity: None,
        connections_of: Some(hookstep_core::ids::TenantId::single()),
        timeout: PATIENCE,
    };
    sender.send(request).await.expect("no fault of ours")
}

/// What became of it: the status, or the obstacle.
pub(crate) fn came_to(exchange: &Exchange) -> Result<u16, Obstacle> {
    match (&exchange.response, &exchange.error) {
        (Some(received), None) => Ok(received.status_code),
        (_, Some(error)) => Err(error.obstacle),
        (None, None) => panic!("neither an answer nor an error: {exchange:?}"),
    }
}
