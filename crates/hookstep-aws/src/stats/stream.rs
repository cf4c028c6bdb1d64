//! A batch of the events table's stream, as Lambda hands it over.

use std::str::FromStr;

use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::stats::change::Change;
use hookstep_core::stats::row::{CountedAttempt, CountedRow};
use hookstep_core::verdict::Reason;
use serde::Deserialize;

/// A batch: changes of rows, oldest first, of one shard.
#[derive(Debug)]
pub struct Batch {
    /// The shard; `None` for a batch without changes.
    pub shard: Option<String>,
    /// Rows that were made or changed.
    pub changes: Vec<Change>,
    /// How many changes could not be read. They would not be the next time either.
    pub unreadable: usize,
}

/// A batch that can't be counted.
#[derive(Debug, thiserror::Error)]
pub enum InvalidBatch {
    /// It is not of the form that Lambda documents.
    #[error("it is no batch of a stream")]
    Form(#[source] serde_json::Error),
    /// It does not say which shard it is of, without which a repetition can't be told.
    #[error("the batch names no shard: the event source mapping needs TumblingWindowInSeconds")]
    NoShard,
}

#[derive(Deserialize)]
struct RawBatch {
    #[serde(rename = "Records", default)]
    records: Vec<RawRecord>,
    #[serde(rename = "shardId")]
    shard_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRecord {
    event_name: String,
    dynamodb: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawChange {
    sequence_number: String,
    old_image: Option<Image>,
    new_image: Image,
}

#[derive(Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

#[derive(Deserialize)]
struct Number {
    #[serde(rename = "N")]
    digits: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "L")]
    items: Vec<Map>,
}

#[derive(Deserialize)]
struct Map {
    #[serde(rename = "M")]
    members: AttemptImage,
}

/// What of a row is counted.
#[derive(Deserialize)]
struct Image {
    tenant_id: Text,
    config_id: Text,
    event_id: Text,
    created_at: Text,
    updated_at: Text,
    status: Text,
    reason: Option<Text>,
    attempts: Option<List>,
    payload: Option<Text>,
    payload_encoding: Option<Text>,
    payload_size: Option<Number>,
    payload_s3_key: Option<Text>,
}

#[derive(Deserialize)]
struct AttemptImage {
    number: Number,
    duration_ms: Number,
    status_code: Option<Number>,
}

impl Text {
    fn parse<T: FromStr>(&self) -> Option<T> {
        self.text.parse().ok()
    }
}

impl Number {
    fn parse<T: FromStr>(&self) -> Option<T> {
        self.digits.parse().ok()
    }
}

impl Batch {
    /// Reads a batch. Removals are left out: what was counted stays counted.
    ///
    /// # Errors
    /// It is no batch, or names no shard.
    pub fn read(event: serde_json::Value) -> Result<Self, InvalidBatch> {
        let raw: RawBatch = serde_json::from_value(event).map_err(InvalidBatch::Form)?;
        if !raw.records.is_empty() && raw.shard_id.is_none() {
            return Err(InvalidBatch::NoShard);
        }
        let mut batch = Self { shard: raw.shard_id, changes: Vec::new(), unreadable: 0 };
        for record in raw.records.into_iter().filter(|record| record.event_name != "REMOVE") {
            let raw: Option<RawChange> = serde_json::from_value(record.dynamodb).ok();
            match raw.as_ref().and_then(change) {
                Some(change) => batch.changes.push(change),
                None => batch.unreadable += 1,
            }
        }
        Ok(batch)
    }
}

fn change(raw: &RawChange) -> Option<Change> {
    let before = match &raw.old_image {
        Some(image) => Some(row(image)?),
        None => None,
    };
    Some(Change { sequence: raw.sequence_number.parse().ok()?, before, after: row(&raw.new_image)? })
}

fn row(image: &Image) -> Option<CountedRow> {
    let attempts = image.attempts.iter().flat_map(|list| &list.items).map(|item| {
        Some(CountedAttempt {
            number: item.members.number.parse()?,
            duration_ms: item.members.duration_ms.parse()?,
            answered: item.members.status_code.is_some(),
        })
    });
    Some(CountedRow {
        key: EventKey {
            event_id: image.event_id.parse()?,
            tenant: image.tenant_id.parse()?,
            config_id: image.config_id.parse()?,
        },
        created_at: image.created_at.parse()?,
        updated_at: image.updated_at.parse()?,
        status: EventStatus::from_name(&image.status.text)?,
        reason: image.reason.as_ref().and_then(|reason| Reason::from_code(&reason.text)),
        attempts: attempts.collect::<Option<_>>()?,
        payload_bytes: payload_bytes(image),
        claim_check: image.payload_s3_key.is_some(),
    })
}

fn payload_bytes(image: &Image) -> Option<u64> {
    if let Some(size) = &image.payload_size {
        return size.parse();
    }
    let text = &image.payload.as_ref()?.text;
    let length = if image.payload_encoding.is_some() {
        // Base 64: three bytes in each four characters, without the padding.
        text.trim_end_matches('=').len() * 3 / 4
    } else {
        text.len()
    };
    u64::try_from(length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn image() -> Value {
        json!({
            "tenant_id": { "S": "acme" },
            "config_id": { "S": "wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E" },
            "event_id": { "S": "evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2" },
            "created_at": { "S": "2026-11-22T08:15:00.123Z" },
            "updated_at": { "S": "2026-11-22T08:15:01Z" },
            "expires_at": { "N": "1800000000" },
            "status": { "S": "failed" },
            "reason": { "S": "receiver_rejected" },
            "payload": { "S": "AAEC" },
            "payload_encoding": { "S": "base64" },
            "attempts": { "L": [
                { "M": { "number": { "N": "1" }, "duration_ms": { "N": "12" }, "status_code": { "N": "500" }, "error": { "M": {} } } },
                { "M": { "number": { "N": "2" }, "duration_ms": { "N": "15000" } } },
            ] },
        })
    }

    fn batch(name: &str, record: &Value) -> Value {
        let record = json!({ "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": record });
        json!({ "Records": [record], "shardId": "shard-1", "state": {}, "isFinalInvokeForWindow": false })
    }

    #[test]
    fn a_row_is_read_as_far_as_it_counts() {
        let record = json!({ "SequenceNumber": "42", "Keys": {}, "NewImage": image() });
        let read = Batch::read(batch("INSERT", &record)).unwrap();
        assert_eq!((read.shard.as_deref(), read.unreadable, read.changes.len()), (Some("shard-1"), 0, 1));
        let row = &read.changes[0].after;
        assert_eq!((row.status, row.reason), (EventStatus::Failed, Some(Reason::ReceiverRejected)));
        assert_eq!((row.payload_bytes, row.claim_check), (Some(3), false));
        let answered: Vec<_> = row.attempts.iter().map(|one| (one.number, one.duration_ms, one.answered)).collect();
        assert_eq!(answered, [(1, 12, true), (2, 15_000, false)]);
        assert!(read.changes[0].before.is_none());
    }

    #[test]
    fn what_cannot_be_read_is_told_and_stops_nothing() {
        let mut broken = image();
        broken["status"] = json!({ "S": "somewhere" });
        for record in [json!({ "SequenceNumber": "42", "NewImage": broken }), json!({ "SequenceNumber": "42" })] {
            let read = Batch::read(batch("MODIFY", &record)).unwrap();
            assert_eq!((read.changes.len(), read.unreadable), (0, 1));
        }
    }

    #[test]
    fn removals_and_the_ends_of_windows_count_nothing() {
        let removed = Batch::read(batch("REMOVE", &json!({ "SequenceNumber": "42", "OldImage": image() }))).unwrap();
        assert_eq!((removed.changes.len(), removed.unreadable), (0, 0));
        let end = Batch::read(json!({ "Records": [], "state": {}, "isFinalInvokeForWindow": true })).unwrap();
        assert!(end.changes.is_empty());
    }

    #[test]
    fn without_its_shard_a_batch_is_refused() {
        let mut event = batch("INSERT", &json!({ "SequenceNumber": "42", "NewImage": image() }));
        event.as_object_mut().unwrap().remove("shardId");
        assert!(matches!(Batch::read(event), Err(InvalidBatch::NoShard)));
        assert!(matches!(Batch::read(json!({ "Records": 7 })), Err(InvalidBatch::Form(_))));
    }
}
