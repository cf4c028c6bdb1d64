//! An hour as an item of the table, and what an update adds to it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hookstep_core::ports::{CountedHour, Increment, StoreError};
use hookstep_core::stats::Failure;
use hookstep_core::stats::change::Sequence;
use hookstep_core::stats::counts::Counts;
use hookstep_core::stats::histogram::MAX_BUCKET;
use hookstep_core::stats::hour::Hour;
use hookstep_core::verdict::Reason;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::TABLE;
use crate::attribute::{Item, ItemReader};

/// Bytes of the digest that stands for a shard: of the shards that tell of an hour, no two have the same.
const SHARD_BYTES: usize = 6;

/// The attributes of one shard.
pub(super) struct ShardNames {
    /// Up to which change it is counted.
    pub(super) counted: String,
    /// Which event failed last.
    failure: String,
}

impl ShardNames {
    pub(super) fn of(shard: &str) -> Self {
        let name = URL_SAFE_NO_PAD.encode(&Sha256::digest(shard.as_bytes())[..SHARD_BYTES]);
        Self { counted: format!("s_{name}"), failure: format!("f_{name}") }
    }
}

/// What to write.
pub(super) struct Update {
    pub(super) expression: String,
    pub(super) names: HashMap<String, String>,
    pub(super) values: Item,
}

/// Adds the increment and says up to where it is counted. What it adds nothing to is not named.
pub(super) fn update(shard: &ShardNames, increment: &Increment, hour: Hour) -> Update {
    let text = |text: String| AttributeValue::S(text);
    let mut names = HashMap::from([
        ("#counted".to_owned(), shard.counted.clone()),
        ("#expires".to_owned(), "expires_at".to_owned()),
    ]);
    let mut values = Item::from([
        (":first".to_owned(), text(increment.first.sort_key().to_owned())),
        (":last".to_owned(), text(increment.last.sort_key().to_owned())),
        (":expires".to_owned(), AttributeValue::N(hour.expires_at().as_second().to_string())),
    ]);
    let mut set = "SET #counted = :last, #expires = :expires".to_owned();
    if let Some(failure) = &increment.failure {
        set.push_str(", #failure = :failure");
        names.insert("#failure".to_owned(), shard.failure.clone());
        values.insert(":failure".to_owned(), text(write_failure(failure)));
    }
    let mut add = Vec::new();
    for (name, number) in numbers(&increment.tally.counts).into_iter().filter(|(_, number)| *number != 0) {
        let index = add.len();
        add.push(format!("#a{index} :a{index}"));
        names.insert(format!("#a{index}"), name);
        values.insert(format!(":a{index}"), AttributeValue::N(number.to_string()));
    }
    let expression = if add.is_empty() { set } else { format!("{set} ADD {}", add.join(", ")) };
    Update { expression, names, values }
}

fn numbers(counts: &Counts) -> Vec<(String, i64)> {
    let mut numbers = vec![
        ("accepted".to_owned(), counts.accepted),
        ("succeeded".to_owned(), counts.succeeded),
        ("failed".to_owned(), counts.failed),
        ("skipped".to_owned(), counts.skipped),
        ("attempts".to_owned(), counts.attempts),
        ("retries".to_owned(), counts.retries),
    ];
    numbers.extend(counts.reasons.iter().map(|(code, number)| (format!("r_{code}"), *number)));
    numbers.extend(counts.latencies_ms.buckets().map(|(bucket, number)| (format!("l_{bucket}"), number)));
    numbers
}

/// Up to which change of the shard it is counted.
pub(super) fn newest(item: &Item, shard: &ShardNames) -> Result<Sequence, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    Sequence::from_sort_key(reader.text(&shard.counted)?).map_err(|_| reader.corrupt(&shard.counted))
}

/// Reads an hour. Reasons that this version does not know are left out.
pub(super) fn read(item: &Item) -> Result<CountedHour, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let number = |name: &str| Ok::<i64, StoreError>(reader.optional_number(name)?.unwrap_or(0));
    let mut counts = Counts {
        accepted: number("accepted")?,
        succeeded: number("succeeded")?,
        failed: number("failed")?,
        skipped: number("skipped")?,
        attempts: number("attempts")?,
        retries: number("retries")?,
        ..Counts::default()
    };
    let mut last_failure = None;
    for name in item.keys() {
        if let Some(code) = name.strip_prefix("r_") {
            if let Some(reason) = Reason::from_code(code) {
                counts.reasons.insert(reason.code(), reader.number(name)?);
            }
        } else if let Some(bucket) = name.strip_prefix("l_") {
            let bucket = bucket.parse().ok().filter(|bucket| *bucket <= MAX_BUCKET);
            counts.latencies_ms.add(bucket.ok_or_else(|| reader.corrupt(name))?, reader.number(name)?);
        } else if name.starts_with("f_") {
            let failure = read_failure(reader.text(name)?).ok_or_else(|| reader.corrupt(name))?;
            last_failure = last_failure.max(Some(failure));
        }
    }
    Ok(CountedHour { hour: reader.parsed("hour")?, counts, last_failure })
}

/// Milliseconds since 1970, the event, and the reason's code, where it is known.
fn write_failure(failure: &Failure) -> String {
    format!("{}|{}|{}", failure.at.as_millisecond(), failure.event_id, failure.reason.unwrap_or_default())
}

fn read_failure(text: &str) -> Option<Failure> {
    let mut parts = text.split('|');
    let at = Timestamp::from_millisecond(parts.next()?.parse().ok()?).ok()?;
    let event_id = parts.next()?.parse().ok()?;
    Some(Failure { at, event_id, reason: Reason::from_code(parts.next()?).map(Reason::code) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookstep_core::attempt::Obstacle;
    use hookstep_core::exception::Exception;
    use hookstep_core::ids::EventId;
    use hookstep_core::limits::LEG_MAX_SECONDS;
    use hookstep_core::stats::counts::Tally;
    use hookstep_core::stats::histogram::bucket_of;

    #[test]
    fn a_failure_leads_back_to_itself() {
        let event_id = "evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2".parse().unwrap();
        let at = "2026-11-22T08:15:00.123Z".parse().unwrap();
        for reason in [Some("receiver_rejected"), None] {
            let failure = Failure { at, event_id: Clone::clone(&event_id), reason };
            assert_eq!(read_failure(&write_failure(&failure)), Some(failure));
        }
        assert_eq!(read_failure("1|evt"), None);
    }

    /// 4 KB and 300 operators are what `DynamoDB` takes (Service, account, and table quotas: expression parameters).
    #[test]
    fn an_update_of_everything_at_once_fits_into_an_expression() {
        let obstacles = Obstacle::ALL.map(Reason::Obstacle).into_iter().chain(Exception::ALL.map(Reason::Exception));
        let others = [Reason::ReceiverRejected, Reason::WebhookDisabled, Reason::WebhookDeleted, Reason::Canceled];
        let mut counts =
            Counts { accepted: 1, succeeded: 1, failed: 1, skipped: 1, attempts: 1, retries: 1, ..Counts::default() };
        counts.reasons.extend(obstacles.chain(others).map(|reason| (reason.code(), 1)));
        // No attempt outlasts its leg.
        for bucket in 0..=bucket_of(1_000 * u64::from(LEG_MAX_SECONDS)) {
            counts.latencies_ms.add(bucket, 1);
        }
        let increment = Increment {
            first: "1".parse().unwrap(),
            last: "1".repeat(40).parse().unwrap(),
            tally: Tally { counts, ..Tally::default() },
            failure: Some(Failure {
                at: Timestamp::UNIX_EPOCH,
                event_id: EventId::generate(Timestamp::UNIX_EPOCH, 0),
                reason: None,
            }),
        };
        let update = update(&ShardNames::of("shard"), &increment, "2026-11-22T08".parse().unwrap());
        assert!(update.expression.len() <= 4_096, "{}", update.expression.len());
        assert!(update.names.len() <= 300, "{}", update.names.len());
    }

    #[test]
    fn shards_have_short_names_of_their_own() {
        let names =
            ["shardId-00000001414576573621-f55eea83", "shardId-00000001414576573621-f55eea84"].map(ShardNames::of);
        assert_ne!(names[0].counted, names[1].counted);
        assert_eq!(names[0].counted.len(), 10);
    }
}
