//! Events: what starts a leg, and what its steps are told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hookstep_core::event::{Event, EventKey, Leg, Rendering, Replay, Source};
use hookstep_core::payload::{Encoding, Payload, StoredPayload};
use hookstep_core::trace::Trace;
use hookstep_core::webhook::Machine;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{InvalidState, ShapeJson, parsed};
use crate::events::{running_shard, webhook_shard};

/// An event with what a leg of it is, and the keys of its row for the states that write it without a Lambda function. The
/// input of a later leg has no payload, and nothing that only the payload goes with: they are in the row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventJson {
    event_id: String,
    tenant_id: String,
    config_id: String,
    event_name: Option<String>,
    source: String,
    created_at: String,
    /// Seconds since 1970, as text: the form of a number in `DynamoDB`'s JSON.
    expires_at: String,
    content_type: Option<String>,
    correlation_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<PayloadJson>,
    /// Absent in executions from before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    machine: Option<String>,
    webhook_shard: String,
    #[serde(default)]
    open_shard: String,
    /// Absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leg: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    one_attempt: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    lifecycle: bool,
    /// What `FetchConfig` found: the webhook had been failing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    webhook_failing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<TraceJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replay: Option<ReplayJson>,
}

/// The trace that an event came with.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct TraceJson {
    id: String,
    flags: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

/// That an event is a replay.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ReplayJson {
    of: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webhook_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    as_sent: Option<RenderingJson>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct RenderingJson {
    event_id: String,
    event_name: Option<String>,
    created_at: String,
    #[serde(flatten)]
    shape: ShapeJson,
}

/// A payload: text, base64 or a claim check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PayloadJson {
    Text(String),
    Base64(String),
    S3 { key: String, etag: String, size: u64 },
}

impl EventJson {
    /// What `FetchConfig` found out for the end of the leg.
    #[must_use]
    pub fn with_webhook_failing(self, failing: bool) -> Self {
        Self { webhook_failing: failing, ..self }
    }

    /// Whether the rest of the event is in its row only.
    #[must_use]
    pub fn is_in_row(&self) -> bool {
        self.payload.is_none()
    }

    /// The leg.
    ///
    /// # Errors
    /// What is not as Hookstep writes it.
    pub fn leg(&self) -> Result<Leg, InvalidState> {
        Ok(Leg {
            key: EventKey {
                event_id: parsed(&self.event_id, "event_id")?,
                tenant: parsed(&self.tenant_id, "tenant_id")?,
                config_id: parsed(&self.config_id, "config_id")?,
            },
            number: self.leg.unwrap_or(1),
            event_name: self.event_name.clone(),
            source: Source::from_name(&self.source).ok_or(InvalidState("source"))?,
            created_at: parsed(&self.created_at, "created_at")?,
            expires_at: Timestamp::from_second(parsed(&self.expires_at, "expires_at")?)
                .map_err(|_| InvalidState("expires_at"))?,
            machine: match &self.machine {
                Some(name) => Machine::from_name(name).ok_or(InvalidState("machine"))?,
                // Without the name of a machine no timeout is capped, as it was then.
                None => Machine::Standard,
            },
            trace: self.trace.clone().map(Trace::try_from).transpose()?,
            one_attempt: self.one_attempt,
            lifecycle: self.lifecycle,
            webhook_failing: self.webhook_failing,
        })
    }
}

impl From<&Leg> for EventJson {
    /// The input of a later leg.
    fn from(leg: &Leg) -> Self {
        Self {
            event_id: leg.key.event_id.to_string(),
            tenant_id: leg.key.tenant.to_string(),
            config_id: leg.key.config_id.to_string(),
            event_name: leg.event_name.clone(),
            source: leg.source.as_str().to_owned(),
            created_at: leg.created_at.to_string(),
            expires_at: leg.expires_at.as_second().to_string(),
            content_type: None,
            correlation_id: None,
            payload: None,
            machine: Some(leg.machine.as_str().to_owned()),
            webhook_shard: webhook_shard(&leg.key),
            open_shard: running_shard(&leg.key.event_id),
            leg: (leg.number != 1).then_some(leg.number),
            one_attempt: leg.one_attempt,
            lifecycle: leg.lifecycle,
            webhook_failing: leg.webhook_failing,
            trace: leg.trace.as_ref().map(TraceJson::from),
            replay: None,
        }
    }
}

impl From<&Event> for EventJson {
    fn from(event: &Event) -> Self {
        Self {
            content_type: event.content_type.clone(),
            correlation_id: event.correlation_id.clone(),
            payload: Some((&event.payload).into()),
            replay: event.replay.as_ref().map(ReplayJson::from),
            ..Self::from(&Leg::from(event))
        }
    }
}

impl TryFrom<EventJson> for Event {
    type Error = InvalidState;

    fn try_from(json: EventJson) -> Result<Self, InvalidState> {
        let leg = json.leg()?;
        Ok(Self {
            key: leg.key,
            event_name: leg.event_name,
            source: leg.source,
            created_at: leg.created_at,
            expires_at: leg.expires_at,
            content_type: json.content_type,
            correlation_id: json.correlation_id,
            payload: json.payload.ok_or(InvalidState("payload"))?.try_into()?,
            trace: leg.trace,
            machine: leg.machine,
            leg: leg.number,
            one_attempt: leg.one_attempt,
            lifecycle: leg.lifecycle,
            replay: json.replay.map(Replay::try_from).transpose()?,
        })
    }
}

impl From<&Trace> for TraceJson {
    fn from(trace: &Trace) -> Self {
        Self {
            id: trace.id.to_string(),
            flags: trace.flags(),
            state: trace.state.as_ref().map(|state| state.as_str().to_owned()),
        }
    }
}

impl TryFrom<TraceJson> for Trace {
    type Error = InvalidState;

    fn try_from(json: TraceJson) -> Result<Self, InvalidState> {
        let state = json.state.map(|text| parsed(&text, "trace")).transpose()?;
        Ok(Self::of_id(parsed(&json.id, "trace")?, json.flags).with_state(state))
    }
}

impl From<&Replay> for ReplayJson {
    fn from(replay: &Replay) -> Self {
        Self {
            of: replay.of.to_string(),
            webhook_id: replay.webhook_id.as_ref().map(ToString::to_string),
            as_sent: replay.as_sent.as_ref().map(|rendering| RenderingJson {
                event_id: rendering.event_id.to_string(),
                event_name: rendering.event_name.clone(),
                created_at: rendering.created_at.to_string(),
                shape: (&rendering.shape).into(),
            }),
        }
    }
}

impl TryFrom<ReplayJson> for Replay {
    type Error = InvalidState;

    fn try_from(json: ReplayJson) -> Result<Self, InvalidState> {
        let rendering = |json: RenderingJson| {
            Ok(Rendering {
                event_id: parsed(&json.event_id, "replay")?,
                event_name: json.event_name,
                created_at: parsed(&json.created_at, "replay")?,
                shape: json.shape.try_into()?,
            })
        };
        Ok(Self {
            of: parsed(&json.of, "replay")?,
            webhook_id: json.webhook_id.map(|id| parsed(&id, "replay")).transpose()?,
            as_sent: json.as_sent.map(rendering).transpose()?,
        })
    }
}

impl From<&Payload> for PayloadJson {
    fn from(payload: &Payload) -> Self {
        match payload {
            Payload::Inline(bytes) => match (Encoding::of(bytes), std::str::from_utf8(bytes)) {
                (Encoding::Utf8, Ok(text)) => Self::Text(text.to_owned()),
                _ => Self::Base64(STANDARD.encode(bytes)),
            },
            Payload::Stored(stored) => {
                Self::S3 { key: stored.key.clone(), etag: stored.etag.clone(), size: stored.size }
            }
        }
    }
}

impl TryFrom<PayloadJson> for Payload {
    type Error = InvalidState;

    fn try_from(json: PayloadJson) -> Result<Self, InvalidState> {
        Ok(match json {
            PayloadJson::Text(text) => Self::Inline(text.into()),
            PayloadJson::Base64(text) => {
                Self::Inline(STANDARD.decode(text).map_err(|_| InvalidState("payload"))?.into())
            }
            PayloadJson::S3 { key, etag, size } => Self::Stored(StoredPayload { key, etag, size }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn inline_bytes_come_back_as_they_went(bytes: Vec<u8>) {
            let payload = Payload::Inline(bytes.into());
            let text = serde_json::to_string(&PayloadJson::from(&payload)).unwrap();
            let back: PayloadJson = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Payload::try_from(back).unwrap(), payload);
        }

        #[test]
        fn a_payload_that_fits_takes_no_more_than_its_limit(bytes: Vec<u8>, limit in 0_usize..400) {
            if hookstep_core::payload::fits_inline(&bytes, limit) {
                let text = serde_json::to_string(&PayloadJson::from(&Payload::Inline(bytes.into()))).unwrap();
                let envelope = r#"{"base64":""}"#.len();
                prop_assert!(text.len() <= limit + envelope, "{text}");
            }
        }
    }
}
