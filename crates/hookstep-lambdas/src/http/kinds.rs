//! Every problem and every fault of a field that the API answers, as data: what the API's document lists.

/// A problem: its stable code, and the HTTP status that it comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// HTTP status.
    pub status: u16,
    /// Stable.
    pub code: &'static str,
}

const fn kind(status: u16, code: &'static str) -> Kind {
    Kind { status, code }
}

/// Every problem. [`Problem`](super::Problem) takes no other.
pub const KINDS: [Kind; 49] = [
    kind(400, "invalid_body"),
    kind(400, "invalid_json"),
    kind(400, "validation_failed"),
    kind(400, "invalid_limit"),
    kind(400, "invalid_cursor"),
    kind(400, "invalid_status"),
    kind(400, "invalid_event_name"),
    kind(400, "invalid_time"),
    kind(400, "invalid_bucket"),
    kind(400, "invalid_include"),
    kind(400, "invalid_sync"),
    kind(400, "invalid_sample"),
    kind(400, "invalid_payload_id"),
    kind(400, "invalid_content_type"),
    kind(400, "invalid_correlation_id"),
    kind(400, "invalid_idempotency_key"),
    kind(400, "two_payloads"),
    kind(400, "invalid_tenant"),
    kind(403, "forbidden"),
    kind(404, "webhook_not_found"),
    kind(404, "event_not_found"),
    kind(404, "payload_not_found"),
    kind(404, "no_event_yet"),
    kind(404, "replay_not_found"),
    kind(404, "attempt_not_found"),
    kind(404, "payload_not_stored"),
    kind(404, "response_not_stored"),
    kind(404, "public_key_not_found"),
    kind(404, "route_not_found"),
    kind(405, "method_not_allowed"),
    kind(409, "concurrent_change"),
    kind(409, "not_signed"),
    kind(409, "too_many_secrets"),
    kind(409, "webhook_disabled"),
    kind(409, "event_in_progress"),
    kind(409, "event_running"),
    kind(409, "event_ended"),
    kind(409, "payload_missing"),
    kind(409, "replay_ended"),
    kind(409, "replay_not_stopped"),
    kind(409, "replay_busy"),
    kind(409, "too_many_replays"),
    kind(412, "precondition_failed"),
    kind(413, "payload_too_large"),
    kind(415, "unsupported_media_type"),
    kind(428, "precondition_required"),
    kind(500, "internal_error"),
    kind(500, "delivery_broken"),
    kind(503, "unavailable"),
];

/// Every code in the `errors` of `validation_failed`.
pub const FAULTS: [&str; 22] = [
    "required",
    "wrong_type",
    "empty",
    "too_long",
    "out_of_range",
    "invalid",
    "invalid_url",
    "target_not_allowed",
    "invalid_method",
    "invalid_header",
    "duplicate_header",
    "set_by_auth",
    "invalid_filter",
    "invalid_transformation",
    "invalid_certificate",
    "invalid_type",
    "invalid_place",
    "invalid_arn",
    "connection_not_usable",
    "read_only",
    "unknown_field",
    "not_available",
];

/// The problem of that code.
#[must_use]
pub fn of_code(code: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| kind.code == code)
}

/// Whether there is such a problem.
pub(super) fn is_known(status: u16, code: &str) -> bool {
    of_code(code).is_some_and(|kind| kind.status == status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once() {
        for kind in KINDS {
            assert_eq!(KINDS.iter().filter(|other| other.code == kind.code).count(), 1, "{}", kind.code);
        }
        for fault in FAULTS {
            assert_eq!(FAULTS.iter().filter(|other| **other == fault).count(), 1, "{fault}");
        }
        assert!(is_known(404, "event_not_found") && !is_known(400, "event_not_found") && !is_known(404, "nothing"));
    }
}
