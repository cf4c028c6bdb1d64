//! Trace context (W3C Trace Context, level 2): which trace a delivery belongs to, and the span of each attempt.
//!
//! A caller's `traceparent` is gone on with; without one, what X-Ray samples is. An event of neither has a trace that is derived
//! from its id, so that no row has to keep it. Each attempt is a span of its own, derived from the event and the attempt's
//! number: whoever asks again comes to the same. Each is sampled as its caller says; a derived trace is, because the row records
//! what a span would, and a receiver that follows its callers' decisions would otherwise record none of its webhooks.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::grant::Pairs;
use crate::ids::EventId;
use crate::limits::TRACESTATE_MAX_BYTES;
use crate::secret::Secret;

/// The header of the trace and its span.
pub const TRACEPARENT: &str = "traceparent";

/// The header of what tracing systems keep for themselves.
pub const TRACESTATE: &str = "tracestate";

/// Members that a `tracestate` may have (section 3.3.1.1).
const TRACESTATE_MAX_MEMBERS: usize = 32;

/// The flags that have a meaning: sampled, and since level 2 that the trace's id is random. Others are not passed on.
const FLAGS: u8 = 0b11;

/// The flag of a trace that is recorded.
const SAMPLED: u8 = 0b01;

/// A text is none of what this module reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the form that trace context has")]
pub struct InvalidTrace;

/// The id of a trace: 16 bytes, not all zero; as text 32 hexadecimal digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(u128);

/// The id of a span: 8 bytes, not all zero; as text 16 hexadecimal digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanId(u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for TraceId {
    type Err = InvalidTrace;

    fn from_str(text: &str) -> Result<Self, InvalidTrace> {
        if text.len() != 32 || !text.is_ascii() {
            return Err(InvalidTrace);
        }
        let number = u128::from(hex(&text[..16])?) << 64 | u128::from(hex(&text[16..])?);
        if number == 0 { Err(InvalidTrace) } else { Ok(Self(number)) }
    }
}

impl TraceId {
    /// As X-Ray writes it: `1-` and the first 8 digits, `-` and the others.
    #[must_use]
    pub fn for_xray(self) -> String {
        let text = self.to_string();
        format!("1-{}-{}", &text[..8], &text[8..])
    }

    fn from_xray(text: &str) -> Result<Self, InvalidTrace> {
        match text.split('-').collect::<Vec<_>>().as_slice() {
            ["1", time, random] if time.len() == 8 => format!("{time}{random}").parse(),
            _ => Err(InvalidTrace),
        }
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for SpanId {
    type Err = InvalidTrace;

    fn from_str(text: &str) -> Result<Self, InvalidTrace> {
        match hex(text)? {
            0 => Err(InvalidTrace),
            number if text.len() == 16 => Ok(Self(number)),
            _ => Err(InvalidTrace),
        }
    }
}

impl SpanId {
    /// The span of an attempt.
    #[must_use]
    pub fn of_attempt(event: &EventId, number: u32) -> Self {
        let [first, ..] = halves(&[b"attempt", event.as_str().as_bytes(), &number.to_be_bytes()]);
        Self(first.max(1))
    }
}

/// The trace that an event belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Which one.
    pub id: TraceId,
    /// The caller's span, if it is known: what starts a leg is told of it, and nothing keeps it.
    pub parent: Option<SpanId>,
    /// What tracing systems keep for themselves, as it came.
    pub state: Option<TraceState>,
    flags: u8,
}

/// A `tracestate`: at most [`TRACESTATE_MAX_BYTES`] of visible ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceState(String);

impl Trace {
    /// The trace of a caller that sent these headers. A `traceparent` that is not valid means none, and a `tracestate` that is
    /// not, or is longer than what is passed on, is dropped (section 3.3).
    #[must_use]
    pub fn of_caller(traceparent: &str, tracestate: Option<&str>) -> Option<Self> {
        let (id, parent, flags) = traceparent_parts(traceparent.trim_matches([' ', '\t'])).ok()?;
        let state = tracestate.and_then(|text| text.parse().ok());
        Some(Self { id, parent: Some(parent), state, flags })
    }

    /// The trace that a header `x-amzn-trace-id` names (`Root=1-...;Parent=...;Sampled=1`), if X-Ray samples it: others are nowhere.
    #[must_use]
    pub fn sampled_by_xray(header: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        if field("Sampled") != Some("1") {
            return None;
        }
        let id = TraceId::from_xray(field("Root")?).ok()?;
        let parent = field("Parent").and_then(|text| text.parse().ok());
        Some(Self { id, parent, state: None, flags: SAMPLED })
    }

    /// The trace of an event that came without one.
    #[must_use]
    pub fn derived(event: &EventId) -> Self {
        let [first, second] = halves(&[b"trace", event.as_str().as_bytes()]);
        Self::of_id(TraceId((u128::from(first) << 64 | u128::from(second)).max(1)), SAMPLED)
    }

    /// A trace that was kept.
    #[must_use]
    pub fn of_id(id: TraceId, flags: u8) -> Self {
        Self { id, parent: None, state: None, flags: flags & FLAGS }
    }

    /// The same with what tracing systems keep.
    #[must_use]
    pub fn with_state(self, state: Option<TraceState>) -> Self {
        Self { state, ..self }
    }

    /// As it is kept: without the caller's span.
    #[must_use]
    pub fn kept(&self) -> Self {
        Self { parent: None, ..self.clone() }
    }

    /// The flags, as a number from 0 to 3.
    #[must_use]
    pub fn flags(&self) -> u8 {
        self.flags
    }

    /// Whether it is recorded.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The header `traceparent` of what `span` sends.
    #[must_use]
    pub fn traceparent(&self, span: SpanId) -> String {
        format!("00-{}-{span}-{:02x}", self.id, self.flags)
    }

    /// Adds the headers of what `span` sends. A webhook from before they were ours may have a `traceparent` of its own, and keeps
    /// it.
    pub(crate) fn add_to(&self, headers: &mut Pairs, span: SpanId) {
        if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(TRACEPARENT)) {
            return;
        }
        // That of another trace is none of this one.
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case(TRACESTATE));
        headers.push((TRACEPARENT.to_owned(), Secret::new(self.traceparent(span))));
        if let Some(state) = &self.state {
            headers.push((TRACESTATE.to_owned(), Secret::new(state.as_str())));
        }
    }

    /// The header `x-amzn-trace-id` for a service that X-Ray follows.
    #[must_use]
    pub fn xray_header(&self) -> String {
        let parent = self.parent.map(|parent| format!(";Parent={parent}")).unwrap_or_default();
        format!("Root={}{parent};Sampled={}", self.id.for_xray(), u8::from(self.is_sampled()))
    }
}

impl TraceState {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TraceState {
    type Err = InvalidTrace;

    fn from_str(text: &str) -> Result<Self, InvalidTrace> {
        let text = text.trim_matches([' ', '\t']);
        let members =
            || text.split(',').map(|member| member.trim_matches([' ', '\t'])).filter(|member| !member.is_empty());
        let count = members().count();
        let fits = text.len() <= TRACESTATE_MAX_BYTES && (1..=TRACESTATE_MAX_MEMBERS).contains(&count);
        if fits && members().all(is_member) { Ok(Self(text.to_owned())) } else { Err(InvalidTrace) }
    }
}

/// `key=value` (sections 3.3.1.3.1 and 3.3.1.3.2): a key of up to 256 characters in lower case, a value of up to 256 of visible
/// ASCII with blanks inside.
fn is_member(member: &str) -> bool {
    let Some((key, value)) = member.split_once('=') else { return false };
    let of_key = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte);
    let starts = key.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let of_value = |byte: u8| (0x20..=0x7e).contains(&byte) && byte != b',' && byte != b'=';
    let lengths = (1..=256).contains(&key.len()) && (1..=256).contains(&value.len());
    lengths && starts && key.bytes().all(of_key) && key.matches('@').count() <= 1 && value.bytes().all(of_value)
}

/// Section 3.2: version, trace, parent and flags. Of a later version, what this one knows of it, where it has that form.
fn traceparent_parts(text: &str) -> Result<(TraceId, SpanId, u8), InvalidTrace> {
    // What is not ASCII would be cut within a character below.
    if !text.is_ascii() || text.len() < 55 {
        return Err(InvalidTrace);
    }
    let (known, more) = text.split_at(55);
    let fields: Vec<&str> = known.split('-').collect();
    let [version, id, parent, flags] = fields.as_slice() else { return Err(InvalidTrace) };
    if version.len() != 2 || flags.len() != 2 {
        return Err(InvalidTrace);
    }
    let may_go_on = match hex(version)? {
        0xff => return Err(InvalidTrace),
        0 => more.is_empty(),
        _ => more.is_empty() || more.starts_with('-'),
    };
    if !may_go_on {
        return Err(InvalidTrace);
    }
    let flags = u8::try_from(hex(flags)?).map_err(|_| InvalidTrace)? & FLAGS;
    Ok((id.parse()?, parent.parse()?, flags))
}

/// Up to 16 hexadecimal digits, in lower case (section 3.2.2.1: others are invalid).
fn hex(text: &str) -> Result<u64, InvalidTrace> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.is_empty() || text.len() > 16 || !text.bytes().all(is_digit) {
        return Err(InvalidTrace);
    }
    u64::from_str_radix(text, 16).map_err(|_| InvalidTrace)
}

/// 128 bits that belong to these parts.
fn halves(parts: &[&[u8]]) -> [u64; 2] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    [0, 8].map(|at| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[at..at + 8]);
        u64::from_be_bytes(bytes)
    })
}

#[cfg(test)]
mod tests;
