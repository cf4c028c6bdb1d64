//! One HTTP exchange for an event, or the failure to have one.

use std::fmt;

use jiff::Timestamp;

use crate::response::Response;

/// What an attempt came to. Closed: everything that a receiver, a network or our policy can do is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered 2xx, and its answer was complete (or longer than what is kept).
    Delivered,
    /// The receiver answered something else.
    Rejected,
    /// Time was up before the answer was complete.
    TimedOut,
    /// There was no complete exchange.
    Unreachable,
    /// Hookstep did not send: the target is not allowed, or what is configured can't be sent.
    Refused,
}

impl Outcome {
    /// Every outcome, for tables and tests.
    pub const ALL: [Self; 5] = [Self::Delivered, Self::Rejected, Self::TimedOut, Self::Unreachable, Self::Refused];

    /// The name in rows, answers and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }

    /// Success is a 2xx status and nothing else: redirects are not followed (Standard Webhooks 1.0.0).
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        if (200..300).contains(&status) { Self::Delivered } else { Self::Rejected }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What exactly kept an exchange from completing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The target's address is not one that webhooks may reach.
    AddressNotAllowed,
    /// Nothing listens at the target's port.
    ConnectionRefused,
    /// No connection within the time for it.
    ConnectTimeout,
    /// The TLS handshake was not complete within the time for it.
    TlsTimeout,
    /// The connection could not be made for another reason (no route, reset).
    ConnectionFailed,
    /// The host name does not resolve.
    DnsFailure,
    /// The TLS handshake failed: a certificate that is expired, for another name or not trusted, or no common protocol.
    TlsFailure,
    /// The receiver closed the connection without an answer.
    ConnectionClosed,
    /// What the receiver sent is not HTTP.
    InvalidResponse,
    /// The answer began and was not completed.
    ResponseIncomplete,
    /// The webhook's timeout passed before the answer began.
    FirstByteTimeout,
    /// The webhook's timeout passed before the answer was complete.
    ResponseTimeout,
    /// A secret that the webhook's authentication needs is not set.
    CredentialsMissing,
    /// The `EventBridge` connection's credentials can't be read: it was deleted or deauthorized, or access is not granted.
    ConnectionUnavailable,
    /// The connection adds members to the body, and the payload is not a JSON object (or too large to read).
    BodyNotMergeable,
    /// The webhook wants its payloads in an envelope or transformed, and this one is not JSON.
    PayloadNotJson,
    /// The same, and this one is too large for it.
    PayloadNotShapeable,
    /// The webhook's transformation failed on this payload.
    TransformationFailed,
    /// The webhook sends from a static IP address, and the deployment has none (yet, or any more).
    StaticIpUnavailable,
    /// The token endpoint's address is not one that webhooks may reach.
    TokenAddressNotAllowed,
    /// The token endpoint refused to give a token.
    TokenRejected,
    /// The token endpoint's answer holds no token that can be used.
    TokenInvalid,
    /// The token endpoint did not answer in time.
    TokenTimeout,
    /// There was no complete exchange with the token endpoint.
    TokenUnreachable,
}

impl Obstacle {
    /// Every obstacle, for tables and tests.
    pub const ALL: [Self; 24] = [
        Self::AddressNotAllowed,
        Self::ConnectionRefused,
        Self::ConnectTimeout,
        Self::TlsTimeout,
        Self::ConnectionFailed,
        Self::DnsFailure,
        Self::TlsFailure,
        Self::ConnectionClosed,
        Self::InvalidResponse,
        Self::ResponseIncomplete,
        Self::FirstByteTimeout,
        Self::ResponseTimeout,
        Self::CredentialsMissing,
        Self::ConnectionUnavailable,
        Self::BodyNotMergeable,
        Self::PayloadNotJson,
        Self::PayloadNotShapeable,
        Self::TransformationFailed,
        Self::StaticIpUnavailable,
        Self::TokenAddressNotAllowed,
        Self::TokenRejected,
        Self::TokenInvalid,
        Self::TokenTimeout,
        Self::TokenUnreachable,
    ];

    /// The code in rows and answers. It is stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AddressNotAllowed => "address_not_allowed",
            Self::ConnectionRefused => "connection_refused",
            Self::ConnectTimeout => "connect_timeout",
            Self::TlsTimeout => "tls_timeout",
            Self::ConnectionFailed => "connection_failed",
            Self::DnsFailure => "dns_failure",
            Self::TlsFailure => "tls_failure",
            Self::ConnectionClosed => "connection_closed",
            Self::InvalidResponse => "invalid_response",
            Self::ResponseIncomplete => "response_incomplete",
            Self::FirstByteTimeout => "first_byte_timeout",
            Self::ResponseTimeout => "response_timeout",
            Self::CredentialsMissing => "credentials_missing",
            Self::ConnectionUnavailable => "connection_unavailable",
            Self::BodyNotMergeable => "body_not_mergeable",
            Self::PayloadNotJson => "payload_not_json",
            Self::PayloadNotShapeable => "payload_not_shapeable",
            Self::TransformationFailed => "transformation_failed",
            Self::StaticIpUnavailable => "static_ip_unavailable",
            Self::TokenAddressNotAllowed => "token_address_not_allowed",
            Self::TokenRejected => "token_rejected",
            Self::TokenInvalid => "token_invalid",
            Self::TokenTimeout => "token_timeout",
            Self::TokenUnreachable => "token_unreachable",
        }
    }

    /// The obstacle of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|obstacle| obstacle.code() == code)
    }

    /// What an attempt that met it came to.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::AddressNotAllowed
            | Self::TokenAddressNotAllowed
            | Self::CredentialsMissing
            | Self::BodyNotMergeable
            | Self::PayloadNotJson
            | Self::PayloadNotShapeable
            | Self::TransformationFailed
            | Self::StaticIpUnavailable => Outcome::Refused,
            Self::ConnectTimeout
            | Self::TlsTimeout
            | Self::FirstByteTimeout
            | Self::ResponseTimeout
            | Self::TokenTimeout => Outcome::TimedOut,
            Self::ConnectionRefused
            | Self::ConnectionFailed
            | Self::DnsFailure
            | Self::TlsFailure
            | Self::ConnectionClosed
            | Self::InvalidResponse
            | Self::ResponseIncomplete
            | Self::ConnectionUnavailable
            | Self::TokenRejected
            | Self::TokenInvalid
            | Self::TokenUnreachable => Outcome::Unreachable,
        }
    }

    /// One plain sentence for the person who reads the row.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AddressNotAllowed => "the target's address or port is not one that webhooks may reach",
            Self::ConnectionRefused => "the receiver refused the connection: nothing listens at this port",
            Self::ConnectTimeout => "no connection to the receiver could be made in time",
            Self::TlsTimeout => "the TLS handshake with the receiver was not complete in time",
            Self::ConnectionFailed => "no connection to the receiver could be made",
            Self::DnsFailure => "the receiver's host name does not resolve",
            Self::TlsFailure => "the TLS handshake with the receiver failed",
            Self::ConnectionClosed => "the receiver closed the connection without an answer",
            Self::InvalidResponse => "what the receiver answered is not valid HTTP",
            Self::ResponseIncomplete => "the receiver closed the connection before its answer was complete",
            Self::FirstByteTimeout => "the receiver did not begin to answer within the webhook's timeout",
            Self::ResponseTimeout => "the receiver did not complete its answer within the webhook's timeout",
            Self::CredentialsMissing => "a secret that the webhook's authentication needs is not set",
            Self::ConnectionUnavailable => "the credentials of the EventBridge connection can't be read",
            Self::BodyNotMergeable => {
                "the connection adds members to the body, and the payload is not a JSON object of at most 1 MiB"
            }
            Self::PayloadNotJson => {
                "the webhook's payload format or transformation takes JSON, and the payload is none"
            }
            Self::PayloadNotShapeable => "the payload is too large for the webhook's payload format or transformation",
            Self::TransformationFailed => "the webhook's transformation failed",
            Self::StaticIpUnavailable => {
                "the webhook sends from a static IP address, and this deployment has none at the moment"
            }
            Self::TokenAddressNotAllowed => "the token endpoint's address or port is not one that webhooks may reach",
            Self::TokenRejected => "the token endpoint gave no token",
            Self::TokenInvalid => "the token endpoint's answer can't be used",
            Self::TokenTimeout => "the token endpoint did not answer in time",
            Self::TokenUnreachable => "there was no complete exchange with the token endpoint",
        }
    }
}

/// One exchange with a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// After how long its answer began, in milliseconds, if one did.
    pub first_byte_ms: Option<u64>,
    /// What came back, as far as it did.
    pub response: Option<Response>,
    /// What kept it from completing, if something did.
    pub error: Option<AttemptError>,
}

/// Why an exchange did not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptError {
    /// The class.
    pub obstacle: Obstacle,
    /// Details beyond [`Obstacle::sentence`], such as what is wrong with a certificate; may be empty.
    pub detail: String,
}

impl Attempt {
    /// What it came to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.error, &self.response) {
            (Some(error), _) => error.obstacle.outcome(),
            (None, Some(response)) => Outcome::of_status(response.status_code),
            // No answer and no reason can't be built by the sender; counted as no exchange.
            (None, None) => Outcome::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_back_to_their_values() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_name(outcome.as_str()), Some(outcome));
        }
        for obstacle in Obstacle::ALL {
            assert_eq!(Obstacle::from_code(obstacle.code()), Some(obstacle));
            assert_ne!(obstacle.outcome(), Outcome::Delivered);
        }
    }

    #[test]
    fn only_2xx_is_success() {
        for status in 100..600 {
            let expected = if (200..300).contains(&status) { Outcome::Delivered } else { Outcome::Rejected };
            assert_eq!(Outcome::of_status(status), expected, "{status}");
        }
    }
}
