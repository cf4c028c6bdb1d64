//! Exchanges with receivers, as X-Ray's daemon beside a Lambda function is told of them.
//!
//! A datagram each, sent where X-Ray records the invocation and without waiting for anything: a subsegment of the function's own
//! segment. Its id is the span that the receiver was sent in `traceparent`. Of the URL it has the origin only, because paths and
//! queries of webhooks may hold secrets; the event's id leads to the rest.

use std::io;
use std::net::UdpSocket;

use hookstep_core::attempt::Attempt;
use hookstep_core::leg::Delivery;
use hookstep_core::trace::{SpanId, Trace};
use hookstep_core::webhook::WebhookUrl;
use serde_json::{Value, json};

/// What every document for the daemon begins with.
const HEADER: &str = r#"{"format":"json","version":1}"#;

/// The way to the daemon.
#[derive(Debug)]
pub struct XRay {
    socket: UdpSocket,
}

impl XRay {
    /// The daemon at this address (`169.254.79.129:2000`).
    ///
    /// # Errors
    /// Where it is no address, or no socket is to be had.
    pub fn at(address: &str) -> io::Result<Self> {
        let daemon = address.parse::<std::net::SocketAddr>().map_err(io::Error::other)?;
        let any = if daemon.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any)?;
        socket.connect(daemon)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// Tells it of an attempt, in the invocation that this header `x-amzn-trace-id` names, if X-Ray records that one.
    pub fn record(&self, invocation: &str, delivery: &Told, attempt: &Attempt) {
        let Some(document) = Trace::sampled_by_xray(invocation).and_then(|trace| subsegment(&trace, delivery, attempt))
        else {
            return;
        };
        // What is not taken is lost, as with every client of X-Ray.
        let _ = self.socket.send(format!("{HEADER}\n{document}").as_bytes());
    }
}

/// What is told of a delivery.
#[derive(Debug, Clone)]
pub struct Told {
    event_id: String,
    config_id: String,
    trace_id: String,
    span: SpanId,
    host: String,
    origin: String,
    method: &'static str,
}

impl From<&Delivery> for Told {
    fn from(delivery: &Delivery) -> Self {
        Self {
            event_id: delivery.key.event_id.to_string(),
            config_id: delivery.key.config_id.to_string(),
            trace_id: delivery.trace.id.to_string(),
            span: delivery.span(),
            host: delivery.target.url.host().to_owned(),
            origin: origin(&delivery.target.url),
            method: delivery.target.method.as_str(),
        }
    }
}

/// Scheme, host and port, and nothing that could be a secret.
fn origin(url: &WebhookUrl) -> String {
    format!("{}://{}", if url.is_https() { "https" } else { "http" }, url.authority())
}

fn subsegment(trace: &Trace, told: &Told, attempt: &Attempt) -> Option<Value> {
    let parent = trace.parent?;
    let started_ms = attempt.started_at.as_millisecond();
    let ended_ms = started_ms.saturating_add_unsigned(attempt.duration_ms);
    let status = attempt.response.as_ref().map(|response| response.status_code);
    let mut document = json!({
        "type": "subsegment",
        "namespace": "remote",
        "name": told.host,
        "trace_id": trace.id.for_xray(),
        "parent_id": parent.to_string(),
        "id": told.span.to_string(),
        "start_time": seconds(started_ms),
        "end_time": seconds(ended_ms),
        "http": { "request": { "method": told.method, "url": told.origin } },
        "annotations": {
            "event_id": told.event_id,
            "config_id": told.config_id,
            "attempt": attempt.number,
            "outcome": attempt.outcome().as_str(),
            // Where it is another one: the event's own, which the receiver knows.
            "trace_id": told.trace_id,
        },
    });
    if let Some(status) = status {
        document["http"]["response"] = json!({ "status": status });
    }
    match status {
        Some(429) => {
            document["error"] = json!(true);
            document["throttle"] = json!(true);
        }
        Some(400..=499) if attempt.error.is_none() => document["error"] = json!(true),
        Some(200..=399) if attempt.error.is_none() => {}
        _ => document["fault"] = json!(true),
    }
    Some(document)
}

fn seconds(millis: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let millis = millis as f64;
    millis / 1_000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hookstep_core::attempt::{AttemptError, Obstacle};
    use hookstep_core::ids::{ConfigId, EventId};
    use hookstep_core::response::{Response, ResponseBody};
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn of_a_url_the_origin_is_told() {
        let url = WebhookUrl::parse("https://example.com:8443/T0/secret?token=1", false).unwrap();
        assert_eq!(origin(&url), "https://example.com:8443");
    }

    const INVOCATION: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    fn told() -> Told {
        let event = EventId::generate(Timestamp::UNIX_EPOCH, 1);
        Told {
            config_id: ConfigId::generate(Timestamp::UNIX_EPOCH, 2).to_string(),
            trace_id: Trace::derived(&event).id.to_string(),
            span: SpanId::of_attempt(&event, 1),
            event_id: event.to_string(),
            host: "example.com".to_owned(),
            origin: "https://example.com:8443".to_owned(),
            method: "POST",
        }
    }

    fn attempt(status: Option<u16>, obstacle: Option<Obstacle>) -> Attempt {
        Attempt {
            number: 1,
            started_at: Timestamp::constant(1_800_000_000, 250_000_000),
            duration_ms: 130,
            first_byte_ms: None,
            response: status.map(|status_code| Response {
                status_code,
                headers: vec![],
                body: ResponseBody::Inline(bytes::Bytes::new()),
                truncated: false,
            }),
            error: obstacle.map(|obstacle| AttemptError { obstacle, detail: String::new() }),
        }
    }

    /// What a daemon got of these, as JSON.
    fn received(invocations: &[&str], attempt: &Attempt) -> Vec<Value> {
        let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
        daemon.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let xray = XRay::at(&daemon.local_addr().unwrap().to_string()).unwrap();
        for invocation in invocations {
            xray.record(invocation, &told(), attempt);
        }
        // What was sent on the way before it has arrived.
        xray.socket.send(b"end").unwrap();
        let mut buffer = vec![0; 65_536];
        let mut documents = Vec::new();
        loop {
            let length = daemon.recv(&mut buffer).unwrap();
            let Some((header, document)) = std::str::from_utf8(&buffer[..length]).unwrap().split_once('\n') else {
                return documents;
            };
            assert_eq!(header, HEADER);
            documents.push(serde_json::from_str(document).unwrap());
        }
    }

    #[test]
    fn the_daemon_is_told_of_an_exchange_in_the_functions_own_segment() {
        let documents = received(&[INVOCATION], &attempt(Some(204), None));
        let told = told();
        let expected = json!({
            "type": "subsegment",
            "namespace": "remote",
            "name": "example.com",
            "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
            "parent_id": "53995c3f42cd8ad8",
            "id": told.span.to_string(),
            "start_time": 1_800_000_000.25,
            "end_time": 1_800_000_000.38,
            "http": {
                "request": { "method": "POST", "url": "https://example.com:8443" },
                "response": { "status": 204 },
            },
            "annotations": {
                "event_id": told.event_id,
                "config_id": told.config_id,
                "attempt": 1,
                "outcome": "delivered",
                "trace_id": told.trace_id,
            },
        });
        assert_eq!(documents, [expected]);
    }

    #[test]
    fn what_x_ray_does_not_record_is_not_told() {
        let not_sampled = INVOCATION.replace("Sampled=1", "Sampled=0");
        let headers = [&not_sampled, "", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"];
        assert_eq!(received(&headers, &attempt(Some(200), None)), Vec::<Value>::new());
    }

    #[test]
    fn failures_are_the_receivers_errors_or_faults() {
        for (status, obstacle, flags) in [
            (Some(200), None, [None, None, None]),
            (Some(302), None, [None, None, None]),
            (Some(404), None, [Some(true), None, None]),
            (Some(429), None, [Some(true), Some(true), None]),
            (Some(500), None, [None, None, Some(true)]),
            (Some(200), Some(Obstacle::ResponseIncomplete), [None, None, Some(true)]),
            (None, Some(Obstacle::ConnectionRefused), [None, None, Some(true)]),
        ] {
            let document = &received(&[INVOCATION], &attempt(status, obstacle))[0];
            let told = ["error", "throttle", "fault"].map(|name| document.get(name).and_then(Value::as_bool));
            assert_eq!(told, flags, "{status:?} {obstacle:?}");
        }
    }
}
