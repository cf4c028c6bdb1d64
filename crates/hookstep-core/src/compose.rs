//! The request of an attempt, complete and signed: what is sent, and what a preview shows.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::attempt::{AttemptError, Obstacle};
use crate::auth::{Auth, Value};
use crate::deliver::DeliverError;
use crate::grant::{self, Additions, Grant, Pairs};
use crate::header::DEFAULTS;
use crate::leg::{Delivery, Target};
use crate::limits::{BODY_MERGE_MAX_BYTES, TRANSFORM_INPUT_MAX_BYTES, WHOLE_PAYLOAD_MAX_BYTES};
use crate::merge::with_members;
use crate::payload::{Payload, StoredPayload};
use crate::ports::{
    ClientIdentity, Clock, ConnectionError, ConnectionReader, OutboundBody, OutboundRequest, PayloadError,
    PayloadReader, PayloadStream, SecretOpener, SecretsError, TransformError, TransformEvent, Transformation,
    Transformer,
};
use crate::secret::{Owner, Secret, Secrets};
use crate::shape::{PayloadFormat, envelope, is_json};
use crate::signing::{Passes, Scheme, Signer, Signing, SigningKey, SigningSecret, key_slot};
use crate::token::Token;
use crate::webhook::Method;

/// Sent where the caller named no content type.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// That of transformed payloads and of envelopes.
const SHAPED_CONTENT_TYPE: &str = "application/json";

/// The `type` of an envelope where the event has no name.
const UNNAMED_TYPE: &str = "event";

/// The slot of a client certificate.
pub const CERTIFICATE_SLOT: &str = "/client_certificate/certificate";

/// The slot of its private key.
pub const PRIVATE_KEY_SLOT: &str = "/client_certificate/private_key";

/// Either what was wanted, or what kept the attempt from being made.
pub type Prepared<T> = Result<Result<T, AttemptError>, DeliverError>;

/// Goes on with the value, or returns the reason why there is no attempt.
macro_rules! known {
    ($prepared:expr) => {
        match $prepared {
            Ok(value) => value,
            Err(error) => return Ok(Err(error)),
        }
    };
}
pub(crate) use known;

/// The ports that a request takes.
pub struct Composer<'a, P, C, K, N, X> {
    /// Reads payloads.
    pub objects: &'a P,
    /// The time.
    pub clock: &'a C,
    /// Opens the webhook's secrets and the tenant's keys.
    pub secrets: &'a K,
    /// Reads the credentials of connections.
    pub connections: &'a N,
    /// Transforms payloads.
    pub transformer: &'a X,
}

/// What every request of an attempt has in common.
pub struct Draft {
    /// The webhook's own headers.
    pub(crate) own: Pairs,
    /// What its authentication adds.
    pub(crate) grant: Grant,
    body: DraftBody,
    content_type: String,
    signer: Signer,
    identity: Option<ClientIdentity>,
}

/// A request as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// The headers as over HTTP/1.1; without the value where that is a secret.
    pub headers: Vec<(String, Option<String>)>,
    /// The body.
    pub body: Bytes,
    /// How it differs from what would be sent.
    pub notes: Vec<&'static str>,
}

/// A body as far as it does not depend on credentials.
enum DraftBody {
    Whole(Bytes),
    Stored(StoredPayload),
}

impl<P, C, K, N, X> Composer<'_, P, C, K, N, X>
where
    P: PayloadReader,
    C: Clock,
    K: SecretOpener,
    N: ConnectionReader,
    X: Transformer,
{
    /// Opens what is sealed, and brings the payload into its shape.
    pub async fn draft(&self, delivery: &Delivery) -> Prepared<Draft> {
        let target = &delivery.target;
        let owner = Owner { tenant: delivery.key.tenant.clone(), config_id: delivery.key.config_id.clone() };
        let secrets = match &target.sealed {
            Some(sealed) => self.secrets.open(&owner, sealed).await?,
            None => Secrets::default(),
        };
        let grant = known!(self.grant(target, &secrets).await?);
        let own = known!(grant::headers(&target.headers, &secrets));
        let signer = known!(self.signer(&owner, target, &secrets).await?);
        let body = known!(self.shaped(delivery).await?);
        let content_type = match &delivery.content_type {
            _ if !target.shape.is_as_is() => SHAPED_CONTENT_TYPE.to_owned(),
            given => given.clone().unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned()),
        };
        Ok(Ok(Draft { own, grant, body, content_type, signer, identity: identity(&secrets) }))
    }

    /// The connection's credentials as they are now, or what the webhook's own secrets grant.
    pub(crate) async fn grant(&self, target: &Target, secrets: &Secrets) -> Prepared<Grant> {
        let Auth::Connection(connection) = &target.auth else { return Ok(Grant::of(&target.auth, secrets)) };
        match self.connections.credentials(&connection.secret_arn).await {
            Ok(credentials) => Ok(Ok(Grant::of_connection(credentials))),
            Err(ConnectionError::Unavailable(source)) => Err(DeliverError::Connection(source)),
            Err(ConnectionError::Unusable(detail)) => {
                Ok(Err(AttemptError { obstacle: Obstacle::ConnectionUnavailable, detail }))
            }
        }
    }

    async fn signer(&self, owner: &Owner, target: &Target, secrets: &Secrets) -> Prepared<Signer> {
        let plan = &target.signing;
        let now = self.clock.now();
        let mut own = Vec::new();
        if plan.signing.uses(Scheme::V1) {
            let current = Signing::secret_slot();
            let earlier = plan.signing.earlier.iter().enumerate().filter(|(_, until)| now < **until);
            let slots = std::iter::once(current).chain(earlier.map(|(place, _)| Signing::earlier_slot(place)));
            for slot in slots {
                let text = known!(secrets.get(&slot).ok_or_else(|| grant::missing(&slot)));
                own.push(known!(SigningSecret::parse(text.expose()).map_err(|error| AttemptError {
                    obstacle: Obstacle::CredentialsMissing,
                    detail: format!("`{slot}` {error}"),
                })));
            }
        }
        let mut keys = Vec::new();
        if let Some(ring) = plan.keys.as_ref().filter(|_| plan.signing.uses(Scheme::V1a)) {
            let opened = self.secrets.open_tenants(&owner.tenant, &ring.sealed).await?;
            for (place, until) in ring.signs_until.iter().enumerate() {
                if until.is_none_or(|until| now < until) {
                    let text = opened.get(&key_slot(place)).map_or("", Secret::expose);
                    let key = SigningKey::parse(text);
                    keys.push(key.map_err(|error| SecretsError::Unreadable(error.into()))?);
                }
            }
        }
        Ok(Ok(Signer::new(own, keys)))
    }

    /// The payload as the webhook wants it.
    async fn shaped(&self, delivery: &Delivery) -> Prepared<DraftBody> {
        let shape = &delivery.target.shape;
        let bytes = match &delivery.payload {
            Payload::Inline(bytes) => bytes.clone(),
            Payload::Stored(stored) if stored.size > WHOLE_PAYLOAD_MAX_BYTES => {
                return Ok(match shape.transformation {
                    _ if shape.is_as_is() => Ok(DraftBody::Stored(stored.clone())),
                    Some(_) => Err(not_shapeable(TRANSFORM_INPUT_MAX_BYTES as u64)),
                    None => Err(not_shapeable(WHOLE_PAYLOAD_MAX_BYTES)),
                });
            }
            Payload::Stored(stored) => collect(self.objects.open(stored).await?, stored.size).await?,
        };
        let bytes = match &shape.transformation {
            None => bytes,
            Some(_) if bytes.len() > TRANSFORM_INPUT_MAX_BYTES => {
                return Ok(Err(not_shapeable(TRANSFORM_INPUT_MAX_BYTES as u64)));
            }
            Some(_) if !is_json(&bytes) => return Ok(Err(not_json())),
            Some(expression) => known!(self.transformed(delivery, expression.as_str(), bytes).await?),
        };
        Ok(match shape.format {
            PayloadFormat::AsIs => Ok(DraftBody::Whole(bytes)),
            PayloadFormat::StandardWebhooks if is_json(&bytes) => {
                let kind = delivery.event_name.as_deref().unwrap_or(UNNAMED_TYPE);
                Ok(DraftBody::Whole(envelope(kind, delivery.created_at, &bytes)))
            }
            PayloadFormat::StandardWebhooks => Err(not_json()),
        })
    }

    async fn transformed(&self, delivery: &Delivery, expression: &str, payload: Bytes) -> Prepared<Bytes> {
        let created_at = delivery.created_at.to_string();
        let event = TransformEvent {
            event_id: delivery.told_of.as_str(),
            event_name: delivery.event_name.as_deref(),
            created_at: &created_at,
            config_id: delivery.key.config_id.as_str(),
        };
        match self.transformer.transform(Transformation { expression, event }, payload).await {
            Ok(bytes) => Ok(Ok(bytes)),
            Err(TransformError::Failed { message }) => {
                Ok(Err(AttemptError { obstacle: Obstacle::TransformationFailed, detail: message }))
            }
            Err(TransformError::Unavailable(source)) => Err(DeliverError::Transformer(source)),
        }
    }

    /// The request, signed at this moment. `grant` is the draft's, or the one that was renewed since.
    pub(crate) async fn request(
        &self,
        delivery: &Delivery,
        draft: &Draft,
        grant: &Grant,
        token: Option<&Token>,
        timeout: Duration,
    ) -> Prepared<OutboundRequest> {
        let target = &delivery.target;
        let id = delivery.webhook_id.as_str();
        let timestamp = self.clock.now().as_second();
        let (body, signature) = match &draft.body {
            DraftBody::Whole(bytes) => {
                let bytes = known!(merged(bytes, &grant.additions.body));
                let signature = draft.signer.sign(id, timestamp, &bytes);
                (OutboundBody::Bytes(bytes), signature)
            }
            DraftBody::Stored(_) if !grant.additions.body.is_empty() => return Ok(Err(not_mergeable())),
            DraftBody::Stored(stored) => {
                let signature = self.sign_stored(&draft.signer, id, timestamp, stored).await?;
                let stream = self.objects.open(stored).await?;
                (OutboundBody::Stream { size: stored.size, stream }, signature)
            }
        };
        let mut added = Additions { headers: grant.additions.headers.clone(), ..Additions::default() };
        if let Some(token) = token {
            added.set_header("authorization", token.authorization.clone());
        }
        let mut headers = without(&draft.own, &added.headers);
        headers.extend(added.headers);
        let mut push = |name: &str, value: &str| headers.push((name.to_owned(), Secret::new(value)));
        push("webhook-id", id);
        push("webhook-timestamp", &timestamp.to_string());
        if !signature.is_empty() {
            push("webhook-signature", &signature);
        }
        delivery.trace.add_to(&mut headers, delivery.span());
        for (name, value) in [("content-type", draft.content_type.as_str())].into_iter().chain(DEFAULTS) {
            if !headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                headers.push((name.to_owned(), Secret::new(value)));
            }
        }
        Ok(Ok(OutboundRequest {
            url: target.url.with_query(&grant.additions.query),
            method: target.method,
            headers,
            body,
            identity: draft.identity.clone(),
            connections_of: Some(delivery.key.tenant.clone()),
            timeout,
        }))
    }

    /// The request as far as it may be shown: as it would be sent now, but for secrets. Nothing is asked of a token endpoint.
    pub async fn preview(&self, delivery: &Delivery) -> Prepared<Previewed> {
        let draft = known!(self.draft(delivery).await?);
        let request = known!(self.request(delivery, &draft, &draft.grant, None, Duration::ZERO).await?);
        let OutboundBody::Bytes(body) = request.body else { return Ok(Err(not_shapeable(WHOLE_PAYLOAD_MAX_BYTES))) };
        let target = &delivery.target;
        let added = &draft.grant.additions;
        let is_secret = |name: &str| {
            let is = |other: &str| other.eq_ignore_ascii_case(name);
            added.headers.iter().any(|(other, _)| is(other))
                || target.headers.iter().any(|header| is(header.name()) && *header.value() == Value::Secret)
        };
        let mut headers = vec![("host".to_owned(), Some(target.url.authority().to_owned()))];
        headers.extend(
            request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), (!is_secret(name)).then(|| value.expose().to_owned()))),
        );
        if draft.grant.token.is_some() {
            // It takes the place of any other.
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
            headers.push(("authorization".to_owned(), None));
        }
        if target.method.expects_body() || !body.is_empty() {
            headers.push(("content-length".to_owned(), Some(body.len().to_string())));
        }
        let mut notes = vec![OF_NO_EVENT];
        let hidden =
            |pairs: &Pairs| pairs.iter().map(|(name, _)| (name.clone(), Secret::new("[secret]"))).collect::<Pairs>();
        let mut body = body;
        if draft.grant.token.is_some() {
            notes.push("no access token was asked for: the value of authorization would be it");
        }
        if !added.query.is_empty() {
            notes.push("secret parameters of the URL are shown as [secret]");
        }
        if !added.body.is_empty() {
            notes.push("members that the connection adds to the body are shown as [secret]; the signatures are of the body with them");
            if let DraftBody::Whole(bytes) = &draft.body {
                body = known!(merged(bytes, &hidden(&added.body)));
            }
        }
        if target.static_ip {
            notes.push("it would come from the deployment's static IP address");
        }
        let url = target.url.with_query(&hidden(&added.query)).to_string();
        Ok(Ok(Previewed { method: target.method, url, headers, body, notes }))
    }

    /// Signs an object by reading it, as often as the keys take. It is the same object each time: its entity tag is asked for.
    async fn sign_stored(
        &self,
        signer: &Signer,
        id: &str,
        timestamp: i64,
        stored: &StoredPayload,
    ) -> Result<String, DeliverError> {
        if signer.is_empty() {
            return Ok(String::new());
        }
        let mut first = signer.begin(id, timestamp);
        each(self.objects.open(stored).await?, |bytes| first.update(bytes)).await?;
        match first.finish() {
            Passes::Done(signature) => Ok(signature),
            Passes::Again(mut second) => {
                each(self.objects.open(stored).await?, |bytes| second.update(bytes)).await?;
                Ok(second.finish().map_err(|_| PayloadError::Altered)?)
            }
        }
    }
}

/// The first note of a preview that is about no event that there is.
pub const OF_NO_EVENT: &str = "the webhook-id, trace and time are this preview's own, and its signatures are of them";

fn identity(secrets: &Secrets) -> Option<ClientIdentity> {
    let certificate = secrets.get(CERTIFICATE_SLOT)?.clone();
    let private_key = secrets.get(PRIVATE_KEY_SLOT)?.clone();
    Some(ClientIdentity { certificate, private_key })
}

fn merged(bytes: &Bytes, members: &Pairs) -> Result<Bytes, AttemptError> {
    if members.is_empty() {
        return Ok(bytes.clone());
    }
    if bytes.len() as u64 > BODY_MERGE_MAX_BYTES {
        return Err(not_mergeable());
    }
    with_members(bytes, members).map_err(|_| not_mergeable())
}

fn not_mergeable() -> AttemptError {
    AttemptError { obstacle: Obstacle::BodyNotMergeable, detail: String::new() }
}

fn not_json() -> AttemptError {
    AttemptError { obstacle: Obstacle::PayloadNotJson, detail: String::new() }
}

fn not_shapeable(most: u64) -> AttemptError {
    AttemptError { obstacle: Obstacle::PayloadNotShapeable, detail: format!("it may hold {most} bytes") }
}

/// `own` less what `added` takes the place of.
fn without(own: &Pairs, added: &Pairs) -> Pairs {
    let replaced = |name: &str| added.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    own.iter().filter(|(name, _)| !replaced(name)).cloned().collect()
}

/// Reads a stream to its end. Nothing was sent yet: where it breaks off, another try may do.
async fn each(mut stream: PayloadStream, mut take: impl FnMut(&[u8])) -> Result<(), PayloadError> {
    while let Some(chunk) = std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
        take(&chunk.map_err(PayloadError::Unavailable)?);
    }
    Ok(())
}

async fn collect(stream: PayloadStream, size: u64) -> Result<Bytes, PayloadError> {
    let mut whole = BytesMut::with_capacity(usize::try_from(size).unwrap_or(0));
    each(stream, |bytes| whole.extend_from_slice(bytes)).await?;
    if whole.len() as u64 != size {
        return Err(PayloadError::Unavailable(format!("it has {} bytes of {size}", whole.len()).into()));
    }
    Ok(whole.freeze())
}
