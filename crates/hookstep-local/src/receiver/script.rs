//! What a receiver does with a request.

use std::fmt;
use std::io::{Read, repeat};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzEncoder;

use super::hold::Hold;
use super::record::ReceivedRequest;

/// What a receiver does with a request: waits, and then answers, or answers badly, or not at all.
///
/// ```
/// # use std::time::Duration;
/// # use hookstep_local::receiver::Script;
/// let slow = Script::status(503).header("retry-after", "120").body("busy").after(Duration::from_secs(8));
/// let dripping = Script::status(200).body(vec![b'.'; 600]).dripping(Duration::from_secs(1));
/// ```
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) delay: Duration,
    pub(super) hold: Option<Hold>,
    pub(super) act: Act,
    pub(super) answer: Answer,
    /// Closes the connection after the answer.
    pub(super) closes: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    Answer,
    Drip { every: Duration },
    Halve(Hold),
    CloseMidBody,
    CloseAtOnce,
    Never,
    Decide(Decision),
}

/// Looks at a request and says what to do with it.
#[derive(Clone)]
pub(super) struct Decision(Arc<dyn Fn(&ReceivedRequest) -> Script + Send + Sync>);

impl fmt::Debug for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Decision")
    }
}

#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Body,
}

impl Answer {
    /// Whether an answer of this status has a body, be it empty.
    pub(super) fn has_body(&self) -> bool {
        !matches!(self.status, 100..=199 | 204 | 304)
    }
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Given(Bytes),
    Repeated { byte: u8, length: u64 },
}

impl Body {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Given(bytes) => bytes.len() as u64,
            Self::Repeated { length, .. } => *length,
        }
    }
}

impl Script {
    /// Answers with this status and no body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let answer = Answer { status, headers: Vec::new(), body: Body::Given(Bytes::new()) };
        Self { delay: Duration::ZERO, hold: None, act: Act::Answer, answer, closes: false }
    }

    /// Answers with a redirect.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("location", location)
    }

    /// Takes the request and never answers; the connection stays open.
    #[must_use]
    pub fn never() -> Self {
        Self { act: Act::Never, ..Self::status(200) }
    }

    /// Takes the request and closes the connection without an answer.
    #[must_use]
    pub fn close() -> Self {
        Self { act: Act::CloseAtOnce, ..Self::status(200) }
    }

    /// Does what `decide` says of the request, whose body has been read.
    #[must_use]
    pub fn decide(decide: impl Fn(&ReceivedRequest) -> Self + Send + Sync + 'static) -> Self {
        Self { act: Act::Decide(Decision(Arc::new(decide))), ..Self::status(200) }
    }

    /// One script for requests that are as asked, and another for the rest.
    #[must_use]
    pub fn when(
        is_as_asked: impl Fn(&ReceivedRequest) -> bool + Send + Sync + 'static,
        then: Self,
        otherwise: Self,
    ) -> Self {
        Self::decide(move |request| if is_as_asked(request) { then.clone() } else { otherwise.clone() })
    }

    /// What to do with this request, once all that there is to decide is decided.
    pub(super) fn decided(self, request: &ReceivedRequest) -> Self {
        let mut script = self;
        while let Act::Decide(Decision(decide)) = &script.act {
            let decided = decide(request);
            script = decided;
        }
        script
    }

    /// Adds a header to the answer. The value may be any bytes.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.answer.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Gives the answer this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.answer.body = Body::Given(body.into());
        self
    }

    /// Gives the answer a body of one byte repeated, made as it is sent.
    #[must_use]
    pub fn body_of(mut self, byte: u8, length: u64) -> Self {
        self.answer.body = Body::Repeated { byte, length };
        self
    }

    /// Gives the answer this body, compressed, and says so.
    #[must_use]
    pub fn gzipped(self, body: &[u8]) -> Self {
        self.compressed(body)
    }

    /// Gives the answer a compressed body that is a thousandth as long as what it stands for: so many zeros.
    #[must_use]
    pub fn gzip_bomb(self, length: u64) -> Self {
        self.compressed(repeat(0).take(length))
    }

    fn compressed(self, body: impl Read) -> Self {
        let mut compressed = Vec::new();
        // Neither reading from memory nor writing to it fails.
        let _ = GzEncoder::new(body, Compression::best()).read_to_end(&mut compressed);
        self.header("content-encoding", "gzip").body(compressed)
    }

    /// Says that it closes the connection after the answer, and does.
    #[must_use]
    pub fn closing(self) -> Self {
        Self { closes: true, ..self.header("connection", "close") }
    }

    /// Closes the connection after the answer, and does not say so before.
    #[must_use]
    pub fn closing_silently(mut self) -> Self {
        self.closes = true;
        self
    }

    /// Waits before it does anything with the request that it has read.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Waits until the hold is released before it does anything with the request that it has read.
    #[must_use]
    pub fn held_by(mut self, hold: &Hold) -> Self {
        self.hold = Some(hold.clone());
        self
    }

    /// Sends the answer's head and the first half of its body, which has to be given, and the rest when the hold is released.
    #[must_use]
    pub fn halved_by(mut self, hold: &Hold) -> Self {
        self.act = Act::Halve(hold.clone());
        self
    }

    /// Sends the answer's body a byte at a time with this pause between two.
    #[must_use]
    pub fn dripping(mut self, every: Duration) -> Self {
        self.act = Act::Drip { every };
        self
    }

    /// Announces a longer body than the answer's, sends that one and closes the connection.
    #[must_use]
    pub fn closing_mid_body(mut self) -> Self {
        self.act = Act::CloseMidBody;
        self
    }
}

impl Default for Script {
    /// Answers 200 with a short JSON body.
    fn default() -> Self {
        Self::status(200).header("content-type", "application/json").body(r#"{"received":true}"#)
    }
}
