//! Servers that do on a bare socket what no server library would, and one in between that lets a connection die.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use socket2::SockRef;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A server that does with each connection what it is told. It ends when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

/// A connection of such a server.
pub(crate) struct Accepted {
    pub(crate) stream: TcpStream,
    /// 1 for the first.
    pub(crate) number: usize,
    requests: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start<F: Future<Output = ()> + Send + 'static>(
        serve: impl Fn(Accepted) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("it listens");
        Self::on(listener, serve)
    }

    pub(crate) fn on<F: Future<Output = ()> + Send + 'static>(
        listener: TcpListener,
        serve: impl Fn(Accepted) -> F + Send + 'static,
    ) -> Self {
        let address = listener.local_addr().expect("an address");
        let (accepted, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, seen) = (Arc::clone(&accepted), Arc::clone(&requests));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                tokio::spawn(serve(Accepted { stream, number, requests: Arc::clone(&seen) }));
            }
        });
        Self { address, accepted, requests, accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// How many requests came whole.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Accepted {
    /// Reads a request whose body is `{}`, or is as long as its head says. An empty one: the connection ended before.
    pub(crate) async fn read(&mut self) -> Vec<u8> {
        let mut request = Vec::new();
        loop {
            if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
                if request.len() >= end + 4 + length {
                    self.requests.fetch_add(1, Ordering::SeqCst);
                    return request;
                }
            }
            if self.stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return Vec::new();
            }
        }
    }

    /// Reads the head of a request, and leaves what follows it.
    pub(crate) async fn read_head(&mut self) -> Vec<u8> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match self.stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return Vec::new(),
            }
        }
        head
    }

    pub(crate) async fn write(&mut self, answer: &[u8]) {
        // Who does not want to hear it is not told.
        let _ = self.stream.write_all(answer).await;
    }

    /// Answers one request.
    pub(crate) async fn answers(&mut self, answer: &[u8]) {
        self.read().await;
        self.write(answer).await;
    }

    /// Waits for something to read, and does not read it.
    pub(crate) async fn is_asked(&self) {
        self.stream.peek(&mut [0]).await.expect("a byte");
    }

    /// Ends the connection with a reset.
    pub(crate) fn resets(self) {
        reset(self.stream);
    }
}

fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO)).expect("a socket");
    drop(stream);
}

/// Stands before a server on 127.0.0.1, and can cut connections just when something comes from the client.
pub(crate) struct Between {
    server: Server,
    cuts: Arc<AtomicBool>,
    once: Arc<AtomicBool>,
}

impl Between {
    pub(crate) async fn start(port: u16) -> Self {
        let cuts = Arc::new(AtomicBool::new(false));
        let once = Arc::new(AtomicBool::new(false));
        let (cut, cut_once) = (Arc::clone(&cuts), Arc::clone(&once));
        let server = Server::start(move |accepted| {
            let (cut, cut_once) = (Arc::clone(&cut), Arc::clone(&cut_once));
            async move {
                let there = TcpStream::connect(("127.0.0.1", port)).await.expect("it is there");
                let (mut from_there, mut to_there) = there.into_split();
                let mut here = accepted.stream;
                let (mut answer, mut first) = ([0; 4096], [0]);
                loop {
                    tokio::select! {
                        asked = here.peek(&mut first) => {
                            if cut.load(Ordering::SeqCst) || cut_once.swap(false, Ordering::SeqCst) {
                                // Unread, as it is when a server closes at just this moment.
                                return reset(here);
                            }
                            let mut request = vec![0; 4096];
                            match (asked, here.read(&mut request).await) {
                                (Ok(1..), Ok(length @ 1..)) => to_there.write_all(&request[..length]).await.expect("it is read"),
                                _ => return,
                            }
                        }
                        answered = from_there.read(&mut answer) => match answered {
                            Ok(length @ 1..) => here.write_all(&answer[..length]).await.expect("it is read"),
                            _ => return,
                        },
                    }
                }
            }
        })
        .await;
        Self { server, cuts, once }
    }

    /// From now on, connections end when something comes from the client.
    pub(crate) fn cuts(&self, cuts: bool) {
        self.cuts.store(cuts, Ordering::SeqCst);
    }

    /// The next one that is used ends so, and no other.
    pub(crate) fn cuts_once(&self) {
        self.once.store(true, Ordering::SeqCst);
    }

    pub(crate) fn connections(&self) -> usize {
        self.server.connections()
    }

    pub(crate) fn port(&self) -> u16 {
        self.server.address.port()
    }
}
