//! Every bound of Hookstep, in one place, with its reason.
//!
//! Step Functions carries 262,144 bytes in a state's input or output and a result over that kills the
//! execution before any status update (`States.DataLimitExceeded` is not caught by `States.ALL`), so the
//! sum of everything that a leg's state can hold is bounded here and proven in the tests below.

/// What Step Functions carries at most between two states, in bytes of JSON.
pub const STATE_MAX_BYTES: usize = 262_144;

/// The largest value that an operator may set for the inline payload limit, in bytes of encoded JSON.
///
/// A state holds the payload twice (for the row and for the delivery) beside a response and an error.
pub const INLINE_PAYLOAD_CEILING_BYTES: usize = 43_008;

/// The default inline payload limit, in bytes of encoded JSON.
///
/// It is set by price, not by the limit of Step Functions: a payload in the row is written twice
/// (0.625 USD per million KB each time), one in S3 once (5.40 USD per million with its read). The two
/// meet near 4 KB; 8 KB spares the latency of S3 for most webhooks at a small premium.
pub const INLINE_PAYLOAD_DEFAULT_BYTES: usize = 8_192;

/// The largest payload that a presigned upload may bring: 5 GiB is what one S3 `PutObject` takes;
/// this stays far below, because the receiver has to take it in one request.
pub const UPLOAD_MAX_BYTES: u64 = 1_073_741_824;

/// The largest payload in object storage that is read whole, in bytes: it is read once, and may be shaped. What is larger is
/// read as often as signing and sending take, and runs on the STANDARD machine, which has the time for that.
pub const WHOLE_PAYLOAD_MAX_BYTES: u64 = 8_388_608;

/// How long opening and reading such a payload may take, in seconds: an EXPRESS execution has no more.
pub const WHOLE_PAYLOAD_SECONDS: u64 = 7;

/// How fast a payload is read and hashed at the least, in bytes per second: a fifth of what a function of 256 MB does.
pub const SIGNING_BYTES_PER_SECOND: u64 = 10_000_000;

/// How often a larger payload is read and hashed at most: twice for a signature of `v1a`, and once more after a 401.
pub const SIGNING_PASSES: u64 = 4;

/// What opening a larger payload again and again may take, in seconds: five times beyond the first, 5 s each.
pub const REOPEN_SECONDS: u32 = 25;

/// What a Deliver task may take in all, in seconds: the 900 of a Lambda function, less a cold start.
pub const DELIVER_TASK_MAX_SECONDS: u32 = 890;

/// Response body kept in the event row, in bytes as received.
pub const RESPONSE_INLINE_MAX_BYTES: usize = 8_192;

/// Response body kept at all; what is longer than the inline limit goes to S3. The rest is not read.
pub const RESPONSE_STORED_MAX_BYTES: usize = 1_048_576;

/// Response headers kept, in bytes of names and values.
pub const RESPONSE_HEADERS_MAX_BYTES: usize = 8_192;

/// Response headers kept, by count.
pub const RESPONSE_HEADERS_MAX_COUNT: usize = 100;

/// The same two of an attempt after the first, whose row holds all of them: `DynamoDB` takes 400 KB for an item, and bills each
/// kilobyte with every write of it.
pub const RETRY_RESPONSE_INLINE_MAX_BYTES: usize = 1_024;

/// Response headers of an attempt after the first, in bytes of names and values.
pub const RETRY_RESPONSE_HEADERS_MAX_BYTES: usize = 2_048;

/// What `DynamoDB` takes as one item, in bytes of names and values.
pub const ITEM_MAX_BYTES: usize = 409_600;

/// A webhook's URL, in bytes.
pub const URL_MAX_BYTES: usize = 2_048;

/// A webhook's configured headers, by count.
pub const HEADERS_MAX_COUNT: usize = 50;

/// A webhook's configured headers, in bytes of names and values that are shown; secret ones count among its secrets.
pub const HEADERS_MAX_BYTES: usize = 8_192;

/// A webhook's secrets when they are sealed, in bytes of text. The ciphertext travels in the state.
pub const SEALED_MAX_BYTES: usize = 16_384;

/// What a webhook's secrets may hold in the clear, in bytes of names and values. Those of many quotes and backslashes come to
/// [`SEALED_MAX_BYTES`] before that (base64 takes a third more, the encrypted data key some 300 bytes).
pub const SECRETS_MAX_BYTES: usize = 10_240;

/// One secret, in bytes.
pub const SECRET_MAX_BYTES: usize = 4_096;

/// A client certificate with its chain, or its private key, in bytes of PEM.
pub const CERTIFICATE_MAX_BYTES: usize = 8_192;

/// Earlier signing secrets that still sign, by count.
pub const EARLIER_SECRETS_MAX_COUNT: usize = 3;

/// How long an earlier signing secret or key may still sign, in seconds: a week.
pub const GRACE_MAX_SECONDS: u64 = 604_800;

/// How long it does where nothing is said, in seconds: a day.
pub const GRACE_DEFAULT_SECONDS: u64 = 86_400;

/// A webhook's authentication without its secrets, in bytes of the JSON that travels in the state.
pub const AUTH_MAX_BYTES: usize = 4_096;

/// Parameters of a token request, in each of headers, query and body.
pub const AUTH_PARAMETERS_MAX_COUNT: usize = 20;

/// The ARN of an `EventBridge` connection, in bytes (its own limit).
pub const CONNECTION_ARN_MAX_BYTES: usize = 1_600;

/// The answer of a token endpoint, in bytes.
pub const TOKEN_ANSWER_MAX_BYTES: usize = 65_536;

/// An access token, in bytes: what common servers take in one header line.
pub const TOKEN_VALUE_MAX_BYTES: usize = 8_192;

/// A token is not used in its last minute, or in the last tenth of its life where that is shorter. In seconds.
pub const TOKEN_MARGIN_SECONDS: u64 = 60;

/// How long a token is taken to live whose server does not say (RFC 6749, section 5.1, recommends that it does), in
/// seconds.
pub const TOKEN_LIFE_DEFAULT_SECONDS: u64 = 300;

/// How long one token exchange may take, in seconds, and never longer than the webhook's own timeout.
pub const TOKEN_TIMEOUT_SECONDS: u64 = 10;

/// How long data keys of secrets and a connection's credentials are kept in a process, in seconds: what a revoked key or a
/// changed connection may take to count.
pub const OPENED_SECRETS_LIFE_SECONDS: i64 = 300;

/// How many data keys, connections and tokens each are kept in a process.
pub const OPENED_SECRETS_MAX_COUNT: usize = 500;

/// The largest payload that a connection's body parameters are added to, in bytes: what `EventBridge` itself takes in one
/// entry. It is read into memory for that.
pub const BODY_MERGE_MAX_BYTES: u64 = 1_048_576;

/// A filter, in bytes of JSON.
pub const FILTER_MAX_BYTES: usize = 4_096;

/// A filter with an event to try it on, in bytes of JSON: what the bus takes as one event, and a filter.
pub const FILTER_TEST_MAX_BYTES: usize = 1_048_576 + FILTER_MAX_BYTES;

/// How deep a filter may be.
pub const FILTER_MAX_DEPTH: usize = 16;

/// How many alternatives the `$or`s of a filter may make together: `EventBridge` takes no more either.
pub const FILTER_ALTERNATIVES_MAX_COUNT: usize = 1_000;

/// Retries of one event.
pub const RETRIES_MAX_COUNT: u32 = 50;

/// The longest wait before a retry, in seconds: one day.
pub const RETRY_INTERVAL_MAX_SECONDS: u32 = 86_400;

/// The body of a call that creates or changes a webhook, in bytes: several times what the largest webhook takes.
pub const WEBHOOK_BODY_MAX_BYTES: usize = 262_144;

/// Faults that one answer names. A body with more of them is not a webhook with mistakes.
pub const FAULTS_MAX_COUNT: usize = 100;

/// A webhook's name, in characters.
pub const NAME_MAX_CHARS: usize = 200;

/// A webhook's description, in characters.
pub const DESCRIPTION_MAX_CHARS: usize = 2_000;

/// A content type, a correlation id, an idempotency key: bytes of visible ASCII.
pub const TOKEN_MAX_BYTES: usize = 255;

/// An event name, in characters: what a `detail-type` of `EventBridge` may have. Of ASCII alone it may be as long as a token.
pub const EVENT_NAME_MAX_CHARS: usize = 128;

/// How long it is remembered that an event of the bus was fanned out, in seconds: 15 days. A dead letter is kept for 14 days at
/// most, and whoever sends it to the function again does not send it twice to anybody whose row is still there.
pub const BUS_CLAIM_TTL_SECONDS: i64 = 1_296_000;

/// The longest time that a webhook may give its receiver, in seconds: below the 900 s of a Lambda
/// function with room for hydration and a cold start.
pub const TIMEOUT_MAX_SECONDS: u32 = 840;

/// How long an EXPRESS leg may run, in seconds, before it is taken for dead: AWS ends it after 300, counted from a moment that
/// lies before the row is written.
pub const EXPRESS_LEG_MAX_SECONDS: u32 = 330;

/// The same of a STANDARD leg, whose definition ends it after 2,400.
pub const LEG_MAX_SECONDS: u32 = 2_430;

/// How late a leg may begin, in seconds, before the redelivery that should have started it is taken for dead.
pub const REDELIVERY_DELAY_MAX_SECONDS: u32 = 120;

/// How long a run of reconciliation goes on to settle events, in seconds: less than its function has, by as much as the last of
/// them may take.
pub const RECONCILE_SECONDS: u64 = 60;

/// How long counting what is in progress may take before that, in seconds.
pub const CENSUS_SECONDS: u64 = 10;

/// Events that a run of reconciliation names in its alert.
pub const RECONCILED_EVENTS_MAX_COUNT: usize = 10;

/// The longest receiver timeout that the EXPRESS machine can hold, in seconds.
///
/// An EXPRESS execution ends after 300 s, whatever it is doing, and then nothing records what
/// happened. With this ceiling the slowest path through the machine ends before that, all waits
/// between tries included, as long as a try that is repeated fails at once (throttling does); a test
/// adds it up from the definition itself.
pub const EXPRESS_TIMEOUT_MAX_SECONDS: u32 = 75;

/// What the Deliver task gets beyond the webhook's timeout, in seconds: cold start, KMS (3 s for the webhook's secrets, 3 s for
/// the tenant's key), Secrets Manager (3 s), opening the payload in S3 and reading it (7 s), transforming it (2 s), storing a
/// large response (5 s).
pub const DELIVER_MARGIN_SECONDS: u32 = 30;

/// How long a sync trigger waits for the outcome, in milliseconds, before it answers 202: API Gateway
/// gives up after 30 s.
pub const SYNC_BUDGET_MS: u64 = 27_000;

/// What tracing systems keep for themselves in a header `tracestate`, in bytes: what W3C Trace Context asks to be passed on.
pub const TRACESTATE_MAX_BYTES: usize = 512;

/// How long an idempotency key is remembered, in seconds: one day.
pub const IDEMPOTENCY_TTL_SECONDS: i64 = 86_400;

/// A sentence in a row that explains a failure, in bytes.
pub const DETAIL_MAX_BYTES: usize = 1_024;

/// A transformation's expression, in bytes of the JSON string that travels in the state.
pub const EXPRESSION_MAX_BYTES: usize = 4_096;

/// The largest payload that is transformed, in bytes: what `EventBridge` itself takes in one entry. It is read into memory,
/// and parsed it takes many times its size there.
pub const TRANSFORM_INPUT_MAX_BYTES: usize = 1_048_576;

/// The largest result of a transformation, in bytes of JSON: what goes in may come out.
pub const TRANSFORM_OUTPUT_MAX_BYTES: usize = 1_048_576;

/// How long an expression may be evaluated, in seconds: a thousand times what a usual one takes. It comes out of the
/// Deliver task's margin.
pub const TRANSFORM_SECONDS: u32 = 1;

/// The memory of the process that evaluates an expression, in bytes: together with the function itself it stays below the
/// 256 MB of the functions that transform.
pub const TRANSFORM_MEMORY_BYTES: u64 = 134_217_728;

/// Events that one call names to be replayed, by count: 33 KB of the replay's record.
pub const REPLAY_EVENTS_MAX_COUNT: usize = 1_000;

/// Events that a replay starts a second, at most.
pub const REPLAY_RATE_MAX: u32 = 500;

/// The same where nothing is said.
pub const REPLAY_RATE_DEFAULT: u32 = 50;

/// How many seconds' worth of events one round of a replay takes: a round costs four transitions, and its events go out at once.
pub const REPLAY_BATCH_SECONDS: usize = 5;

/// How many events one round takes at most: what one function starts well within [`REPLAY_ROUND_SECONDS`].
pub const REPLAY_BATCH_MAX_EVENTS: usize = 500;

/// Replays of one webhook that may go on at the same time: each has a rate of its own.
pub const REPLAYS_MAX_ACTIVE: usize = 5;

/// How many events of a round are started at the same time.
pub const REPLAY_TOGETHER: usize = 32;

/// After how many seconds a round begins no further event. The function has 60 s, and copying a payload up to 25.
pub const REPLAY_ROUND_SECONDS: i64 = 20;

/// After how many seconds without a word a replay has failed: its rounds and all their retries take less.
pub const REPLAY_STALLED_SECONDS: i64 = 1_200;

/// What a replay that sends the bytes of another event says of that one, in bytes of JSON: in the event, and once more in its row. Its
/// payload travels inline only if it is smaller than others by as much.
pub const REPLAY_RENDERING_MAX_BYTES: usize = 4_096;

/// Days that the counts of an hour are kept: a year, and time to compare with it.
pub const STATS_KEPT_DAYS: i64 = 400;

/// The longest period that statistics show by the hour, in days: 744 buckets in an answer.
pub const STATS_HOURLY_MAX_DAYS: i64 = 31;

/// The same by the day: up to 8,784 items of the table, some 6 MB to read.
pub const STATS_DAILY_MAX_DAYS: i64 = 366;

/// How long the events of a replay are counted at most, in seconds.
pub const REPLAY_COUNT_SECONDS: i64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// What we let pass as text grows at worst threefold as JSON: two bytes of UTF-8 may be written as the
    /// six of `\u00e9`. (Control characters would grow sixfold; a body with any is carried as base64.)
    const WORST_BODY: usize = 3;
    /// Headers, URLs and tokens are ASCII, where only `"` and `\` grow.
    const WORST_ASCII: usize = 2;

    #[test]
    fn the_largest_possible_state_fits_into_step_functions() {
        let payload_twice = 2 * INLINE_PAYLOAD_CEILING_BYTES;
        let request_headers = WORST_ASCII * (HEADERS_MAX_BYTES + HEADERS_MAX_COUNT * 6);
        let url_twice = 2 * WORST_ASCII * URL_MAX_BYTES;
        let response = WORST_BODY * RESPONSE_INLINE_MAX_BYTES
            + WORST_ASCII * (RESPONSE_HEADERS_MAX_BYTES + RESPONSE_HEADERS_MAX_COUNT * 6);
        // The row keeps the shape of the first leg.
        let snapshot = EXPRESSION_MAX_BYTES;
        // Content type, correlation id and event name stand in the event and in the row.
        let tokens = 2 * (2 * WORST_ASCII * TOKEN_MAX_BYTES + WORST_BODY * 4 * EVENT_NAME_MAX_CHARS);
        // Step Functions cuts a Lambda error's cause at 32,768 characters.
        let cause = WORST_ASCII * 32_768;
        // The sealed tenant's keys, and until when earlier ones sign.
        let signing = 1_024;
        let credentials = SEALED_MAX_BYTES + AUTH_MAX_BYTES + EXPRESSION_MAX_BYTES + signing;
        // Its id, its flags, what tracing systems keep.
        let trace_twice = 2 * (32 + 2 + WORST_ASCII * TRACESTATE_MAX_BYTES + 100);
        // The partition of the index by correlation ids: tenant, shard, id.
        let correlation_key = WORST_ASCII * TOKEN_MAX_BYTES + 100;
        let envelope = 4_096;
        let total = payload_twice
            + request_headers
            + url_twice
            + response
            + tokens
            + cause
            + credentials
            + snapshot
            + trace_twice
            + correlation_key
            + envelope;
        assert!(total <= STATE_MAX_BYTES, "{total} bytes do not fit");
    }

    #[test]
    fn what_a_replay_says_of_the_event_of_before_fits_in_place_of_payload() {
        // Two ids of 30 characters, a moment of 30, names of members.
        let rendering = WORST_BODY * 4 * EVENT_NAME_MAX_CHARS + 2 * 30 + 30 + 200;
        // It stands in the event and in the row. The shape in the row is that of any other event, kept elsewhere; the one in the event
        // comes on top.
        let total = 2 * rendering + EXPRESSION_MAX_BYTES;
        assert!(total <= 2 * REPLAY_RENDERING_MAX_BYTES, "{total} bytes do not fit");
    }

    #[test]
    fn the_row_of_an_event_of_all_retries_fits_into_an_item() {
        // Base64 takes a third more; a map has three bytes for each of its members.
        let first = RESPONSE_INLINE_MAX_BYTES * 4 / 3 + RESPONSE_HEADERS_MAX_BYTES;
        let later = RETRY_RESPONSE_INLINE_MAX_BYTES * 4 / 3 + RETRY_RESPONSE_HEADERS_MAX_BYTES;
        let each = RESPONSE_HEADERS_MAX_COUNT * 3 + DETAIL_MAX_BYTES + 512;
        let retries = RETRIES_MAX_COUNT as usize;
        let texts = EXPRESSION_MAX_BYTES + URL_MAX_BYTES + DETAIL_MAX_BYTES + TRACESTATE_MAX_BYTES;
        let event = INLINE_PAYLOAD_CEILING_BYTES + texts + 8_192;
        // The note of an event that could not be recorded holds it once more.
        let note = INLINE_PAYLOAD_CEILING_BYTES;
        let total = event + note + first + retries * later + (retries + 1) * each;
        assert!(total <= ITEM_MAX_BYTES, "{total} bytes do not fit");
    }
}
