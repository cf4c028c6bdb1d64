//! Credentials that a receiver sends back: an answer is stored and shown, so what echoes the request's own secrets is
//! blotted out of it first.

use bytes::Bytes;

use crate::ports::Received;
use crate::secret::Secret;
use zeroize::Zeroizing;

/// What stands in the place of a secret.
const BLOT: &str = "[redacted]";

/// Shorter secrets are left alone: they would blot out what is not theirs.
const SECRET_MIN_BYTES: usize = 6;

/// The answer without these secrets, in whichever of the usual spellings they stand there.
#[must_use]
pub fn redacted(mut received: Received, secrets: &[&Secret]) -> Received {
    let mut texts: Vec<Zeroizing<String>> = secrets.iter().flat_map(|secret| spellings(secret.expose())).collect();
    texts.retain(|text| text.len() >= SECRET_MIN_BYTES);
    // The longest first, so that one that holds another goes as a whole.
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.dedup();
    for text in texts.iter().map(|text| text.as_str()) {
        for (_, value) in &mut received.headers {
            if value.contains(text) {
                *value = value.replace(text, BLOT);
            }
        }
        if let Some(body) = blotted(&received.body, text.as_bytes()) {
            received.body = body;
        }
    }
    // What broke off, or was cut, may end in the first part of a secret.
    for text in &texts {
        if let Some(at) = begun_at_end(&received.body, text.as_bytes()) {
            received.body = [&received.body[..at], BLOT.as_bytes()].concat().into();
        }
        if let Some((_, value)) = received.headers.last_mut().filter(|_| received.truncated)
            && let Some(at) = begun_at_end(value.as_bytes(), text.as_bytes())
        {
            value.truncate(at);
            value.push_str(BLOT);
        }
    }
    received
}

/// Where the first part of a secret begins that a text ends with.
fn begun_at_end(text: &[u8], secret: &[u8]) -> Option<usize> {
    let longest = text.len().min(secret.len() - 1);
    (SECRET_MIN_BYTES..=longest).rev().find(|&part| text.ends_with(&secret[..part])).map(|part| text.len() - part)
}

/// How a secret may come back: as it is, without the scheme before it, as part of a URL, inside JSON.
fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let mut found = vec![secret.to_owned()];
    if let Some(("Basic" | "Bearer", tail)) = secret.split_once(' ') {
        found.push(tail.to_owned());
    }
    found.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
    let in_json = escaped(secret);
    // An echo of a request puts JSON into JSON.
    found.push(escaped(&in_json));
    found.push(in_json);
    found.into_iter().map(Zeroizing::new).collect()
}

/// The text as it stands between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Zeroizing::new(serde_json::Value::from(text).to_string());
    quoted[1..quoted.len() - 1].to_owned()
}

fn blotted(body: &[u8], secret: &[u8]) -> Option<Bytes> {
    let mut out: Option<Vec<u8>> = None;
    let mut rest = body;
    while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
        let out = out.get_or_insert_default();
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(BLOT.as_bytes());
        rest = &rest[at + secret.len()..];
    }
    out.map(|mut out| {
        out.extend_from_slice(rest);
        out.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_of_the_requests_secrets_is_blotted_out() {
        let received = Received {
            status_code: 200,
            headers: vec![("x-echo".to_owned(), "Bearer t0k3n-abc".to_owned())],
            body: Bytes::from_static(b"got t0k3n-abc and Bearer t0k3n-abc, hunter2 hunter2; short: k"),
            truncated: false,
        };
        let (token, password, short) = (Secret::new("Bearer t0k3n-abc"), Secret::new("hunter2"), Secret::new("k"));
        let clean = redacted(received, &[&password, &token, &short]);
        assert_eq!(clean.headers[0].1, BLOT);
        assert_eq!(&clean.body[..], b"got [redacted] and [redacted], [redacted] [redacted]; short: k");
    }

    #[test]
    fn what_is_cut_in_the_middle_of_a_secret_does_not_show_its_first_half() {
        let received = Received {
            status_code: 200,
            headers: vec![("x-echo".to_owned(), "abc-hunter2-hun".to_owned())],
            body: Bytes::from_static(b"key: hunter2-hunt"),
            truncated: true,
        };
        let clean = redacted(received, &[&Secret::new("hunter2-hunter2")]);
        assert_eq!((clean.headers[0].1.as_str(), &clean.body[..]), ("abc-[redacted]", &b"key: [redacted]"[..]));
    }

    #[test]
    fn json_within_json_is_known_and_so_is_a_quote_at_an_end() {
        let secret = Secret::new("\"a \\ b\"");
        let once = serde_json::json!({ "key": secret.expose() }).to_string();
        let twice = serde_json::json!({ "data": once }).to_string();
        for body in [once, twice] {
            let received = Received { status_code: 200, headers: vec![], body: body.into(), truncated: false };
            let clean = redacted(received, &[&secret]);
            assert!(!clean.body.windows(3).any(|part| part == b" b\\" || part == b"a \\"), "{:?}", clean.body);
        }
    }

    #[test]
    fn the_spellings_of_urls_and_json_are_known_too() {
        let received = Received {
            status_code: 302,
            headers: vec![("location".to_owned(), "/login?key=a+%22b%22%26c&x=1".to_owned())],
            body: Bytes::from_static(br#"{"key":"a \"b\"&c"}"#),
            truncated: false,
        };
        let clean = redacted(received, &[&Secret::new("a \"b\"&c")]);
        assert_eq!(clean.headers[0].1, "/login?key=[redacted]&x=1");
        assert_eq!(&clean.body[..], br#"{"key":"[redacted]"}"#);
    }
}
