//! One exchange: on a connection that was kept, if there is one, or on a new one.

use std::sync::Arc;

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::ports::{ClientIdentity, Clock, OutboundRequest, PayloadError, Received};
use http::Response;
use hyper::body::Incoming;
use jiff::Timestamp;

use super::body::{Breakage, Payload};
use super::connection::{Connection, Sent};
use super::deadline::Deadline;
use super::gate::{Gated, Socket};
use super::obstacle::{met, without_answer};
use super::read::Begun;
use super::target::{self, Head, Target};
use super::wire::Wire;
use super::{HttpSender, dial, identity, pool, tls};

/// How many kept connections are tried: each that is dead takes its part of the time.
const KEPT_TRIES: u32 = 2;

/// What came back.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) received: Option<Received>,
    pub(super) first_byte_at: Option<Timestamp>,
    pub(super) error: Option<AttemptError>,
}

/// A request that is ready to be sent.
struct Prepared {
    target: Target,
    head: Head,
    identity: Option<(ClientIdentity, [u8; 32])>,
    deadline: Deadline,
    /// Whether its connection may carry another request.
    leaves_connection: bool,
}

/// A connection with an answer that has begun.
type Begin = (Connection, Response<Incoming>);

/// Nobody has looked at the request, and why.
struct Unprocessed(AttemptError);

/// What a payload that broke off is: ours, whatever else has happened.
fn ours(breakage: &Breakage) -> Option<PayloadError> {
    breakage.reason().map(|reason| PayloadError::Interrupted(reason.to_owned()))
}

impl<C: Clock> HttpSender<C> {
    pub(super) async fn exchange(&self, request: OutboundRequest) -> Result<Answer, PayloadError> {
        let deadline = Deadline::after(request.timeout);
        if self.shared.reachable.refuses(&request.url) {
            return Ok(Answer { error: Some(met(Obstacle::AddressNotAllowed)), ..Answer::default() });
        }
        let identity = request.identity.clone().map(|identity| {
            let hash = identity::hash(&identity);
            (identity, hash)
        });
        let hash = identity.as_ref().map(|(_, hash)| *hash);
        let Some((target, head)) = target::parts(&request, hash) else {
            // What is configured was checked when it was saved, and what a connection adds when it was read.
            let detail = "the URL or a header holds what can't be sent".to_owned();
            let error = AttemptError { obstacle: Obstacle::CredentialsMissing, detail };
            return Ok(Answer { error: Some(error), ..Answer::default() });
        };
        // Receivers need not read the body of a method that has none, and some don't: it would be the next request to them.
        let leaves_connection =
            target.key.tenant.is_some() && (request.method.expects_body() || request.body.is_empty());
        let (body, breakage) = Payload::new(request.body);
        let prepared = Prepared { target, head, identity, deadline, leaves_connection };
        let begun = self.begin(&prepared, body).await;
        if let (Err(_), Some(broken)) = (&begun, ours(&breakage)) {
            return Err(broken);
        }
        let (connection, answer) = match begun {
            Ok(begun) => begun,
            Err(error) => return Ok(Answer { error: Some(error), ..Answer::default() }),
        };
        let first_byte_at = Some(self.clock.now());
        let (head, body) = answer.into_parts();
        let mut begun = Begun::new(&head);
        let error = match deadline.left(begun.read(body)).await {
            Some(Ok(whole)) => {
                let life = pool::life(&head, connection.is_http2()).filter(|_| whole && prepared.leaves_connection);
                if let Some(life) = life {
                    self.shared.pool.keep(prepared.target.key, connection, self.clock.now(), life);
                }
                None
            }
            Some(Err(_)) => match ours(&breakage) {
                Some(broken) => return Err(broken),
                None => Some(met(Obstacle::ResponseIncomplete)),
            },
            None => Some(met(Obstacle::ResponseTimeout)),
        };
        Ok(Answer { received: Some(begun.into_received()), first_byte_at, error })
    }

    /// Sends the request and waits for an answer to begin.
    async fn begin(&self, request: &Prepared, body: Payload) -> Result<Begin, AttemptError> {
        // A payload that streams can be read once, and is worth a connection of its own.
        let Some(again) = body.again() else { return self.on_new(request, body).await?.map_err(|unsent| unsent.0) };
        if let Some(begun) = self.on_kept(request, &body).await? {
            return Ok(begun);
        }
        match self.on_new(request, body).await? {
            Ok(begun) => Ok(begun),
            Err(Unprocessed(_)) => self.on_new(request, again).await?.map_err(|unsent| unsent.0),
        }
    }

    /// On a connection that was kept, if there is one: nobody has the request that was meant for a dead one.
    async fn on_kept(&self, request: &Prepared, body: &Payload) -> Result<Option<Begin>, AttemptError> {
        let shared = &self.shared;
        for _ in 0..KEPT_TRIES {
            let (true, Some(body)) = (request.target.key.tenant.is_some(), body.again()) else { break };
            let taken = shared.pool.take(&request.target.key, &shared.reachable, self.clock.now());
            let Some((mut kept, idle)) = taken else { break };
            match request.deadline.left(kept.send_again(&request.head, body, idle)).await {
                Some(Some(Sent::Answered(answer))) => return Ok(Some((kept, answer))),
                Some(Some(Sent::Failed(error))) => return Err(kept.without_answer(&error)),
                Some(Some(Sent::Unprocessed(_)) | None) => {}
                None => return Err(met(Obstacle::FirstByteTimeout)),
            }
        }
        Ok(None)
    }

    async fn on_new(&self, request: &Prepared, body: Payload) -> Result<Result<Begin, Unprocessed>, AttemptError> {
        let mut connection = self.connect(request).await?;
        match request.deadline.left(connection.send(&request.head, body)).await {
            Some(Sent::Answered(answer)) => Ok(Ok((connection, answer))),
            Some(Sent::Unprocessed(error)) => Ok(Err(Unprocessed(connection.without_answer(&error)))),
            Some(Sent::Failed(error)) => Err(connection.without_answer(&error)),
            None => Err(met(Obstacle::FirstByteTimeout)),
        }
    }

    async fn connect(&self, request: &Prepared) -> Result<Connection, AttemptError> {
        let Prepared { target, deadline, identity, .. } = request;
        let shared = &self.shared;
        // Before anything is dialled: an identity that can't be shown is not the receiver's fault.
        let config = match (target.key.secure, identity) {
            (false, _) => None,
            (true, None) => Some(shared.tls.config(None)?),
            (true, Some((identity, hash))) => Some(shared.tls.config(Some((identity, *hash)))?),
        };
        let (stream, way) = dial::dial(target, &*shared.resolver, &shared.reachable, *deadline).await?;
        let peer = stream.peer_addr().map_err(|_| met(Obstacle::ConnectionFailed))?;
        let socket = Socket::new(stream);
        let gated = Gated(socket.clone());
        let wire = match config {
            None => Wire::Clear(gated),
            Some(config) => Wire::Secure(Box::new(tls::handshake(config, target, gated, *deadline).await?)),
        };
        let told = Arc::clone(&socket);
        let opened = Connection::open(wire, socket, peer, way).await;
        opened.map_err(|error| told.tls_failure().unwrap_or_else(|| without_answer(&error)))
    }
}
