//! Credentials that a receiver sends back: an answer is stored and shown, so what echoes the request's own secrets is
//! blotted out of it first.
//!
//! Only whole secrets are looked for. If their first parts were too, whoever chooses what a receiver echoes could find a
//! secret out letter by letter, by seeing what is blotted. So of an answer that may end in the middle of one, the end is
//! dropped whatever it holds.

use bytes::Bytes;
use memchr::memmem;
use zeroize::Zeroizing;

use crate::ports::Received;
use crate::secret::Secret;

/// What stands in the place of a secret.
const BLOT: &str = "[redacted]";

/// Shorter secrets are left alone: they would blot out what is not theirs.
const SECRET_MIN_BYTES: usize = 6;

/// The answer without these secrets, in whichever of the usual spellings they stand there. `is_whole`: whether it came to its
/// end.
#[must_use]
pub fn redacted(mut received: Received, is_whole: bool, secrets: &[Secret]) -> Received {
    let mut texts: Vec<Zeroizing<String>> = secrets.iter().flat_map(|secret| spellings(secret.expose())).collect();
    texts.retain(|text| text.len() >= SECRET_MIN_BYTES);
    // The longest first, so that one that holds another goes as a whole.
    texts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    texts.dedup();
    let Some(longest) = texts.first().map(|text| text.len()) else { return received };
    if received.truncated || !is_whole {
        drop_end(&mut received, longest - 1);
    }
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
    received
}

/// Drops what may be the first part of a secret whose rest did not come or was cut.
fn drop_end(received: &mut Received, bytes: usize) {
    if received.truncated
        && let Some((_, value)) = received.headers.last_mut()
    {
        // Kept headers are ASCII.
        value.truncate(value.len().saturating_sub(bytes));
    }
    received.body.truncate(received.body.len().saturating_sub(bytes));
    received.truncated = true;
}

/// How a secret may come back: as it is, without the scheme before it, in a URL, in JSON, in HTML, in a kept header.
fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let percent = form.replace('+', "%20");
    let in_json = escaped(secret);
    let mut found = vec![
        lower_hex(&form),
        lower_hex(&percent),
        form,
        percent,
        // An echo of a request puts JSON into JSON.
        escaped(&in_json),
        in_json,
        secret.chars().map(html).collect(),
        secret.bytes().map(|byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '?' }).collect(),
        secret.to_owned(),
    ];
    if let Some(("Basic" | "Bearer", tail)) = secret.split_once(' ') {
        found.push(tail.to_owned());
    }
    found.into_iter().map(Zeroizing::new).collect()
}

/// `%2F` as `%2f`.
fn lower_hex(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut whole, part| {
        let (hex, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        whole.push('%');
        whole.push_str(&hex.to_ascii_lowercase());
        whole.push_str(rest);
        whole
    })
}

fn html(c: char) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        other => other.to_string(),
    }
}

/// The text as it stands between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Zeroizing::new(serde_json::Value::from(text).to_string());
    quoted[1..quoted.len() - 1].to_owned()
}

fn blotted(body: &[u8], secret: &[u8]) -> Option<Bytes> {
    let mut places = memmem::find_iter(body, secret).peekable();
    places.peek()?;
    let mut out = Vec::with_capacity(body.len());
    let mut from = 0;
    for at in places {
        out.extend_from_slice(&body[from..at]);
        out.extend_from_slice(BLOT.as_bytes());
        from = at + secret.len();
    }
    out.extend_from_slice(&body[from..]);
    Some(out.into())
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
        let clean = redacted(received, true, &[password, token, short]);
        assert_eq!(clean.headers[0].1, BLOT);
        assert_eq!(&clean.body[..], b"got [redacted] and [redacted], [redacted] [redacted]; short: k");
    }

    fn echo(body: &str) -> Received {
        let body = Bytes::copy_from_slice(body.as_bytes());
        Received {
            status_code: 200,
            headers: vec![("x-echo".to_owned(), "short-hunter2".to_owned())],
            body,
            truncated: false,
        }
    }

    #[test]
    fn first_parts_of_a_secret_are_not_told_from_anything_else() {
        let secret = Secret::new("Basic c2hvcDpTM2NyM3Q=");
        for guess in ["Basic c", "Basic d", "Basic c2hvcDpTM2NyM3Q"] {
            assert_eq!(redacted(echo(guess), true, std::slice::from_ref(&secret)), echo(guess));
        }
    }

    #[test]
    fn what_may_end_in_the_middle_of_a_secret_loses_its_end_whatever_that_is() {
        let secret = Secret::new("hunter2-hunter2");
        for end in ["hunter2-hunter", "something else"] {
            let answer = format!("{}{end}", "x".repeat(100));
            let broken = redacted(echo(&answer), false, std::slice::from_ref(&secret));
            assert_eq!((broken.body.len(), broken.truncated), (100, true));
            assert_eq!(broken.headers[0].1, "short-hunter2", "the headers were whole");
            let cut = redacted(Received { truncated: true, ..echo(&answer) }, true, std::slice::from_ref(&secret));
            assert_eq!((cut.body.len(), cut.headers[0].1.as_str()), (100, ""));
        }
    }

    #[test]
    fn json_within_json_is_known_and_so_is_a_quote_at_an_end() {
        let secret = Secret::new("\"a \\ b\"");
        let once = serde_json::json!({ "key": secret.expose() }).to_string();
        let twice = serde_json::json!({ "data": once }).to_string();
        for body in [once, twice] {
            let received = Received { status_code: 200, headers: vec![], body: body.into(), truncated: false };
            let clean = redacted(received, true, std::slice::from_ref(&secret));
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
        let clean = redacted(received, true, &[Secret::new("a \"b\"&c")]);
        assert_eq!(clean.headers[0].1, "/login?key=[redacted]&x=1");
        assert_eq!(&clean.body[..], br#"{"key":"[redacted]"}"#);
    }

    #[test]
    fn html_lower_case_hex_and_kept_headers_are_known() {
        let secret = Secret::new("a<b>'c/\tdé");
        for spelled in
            ["a&lt;b&gt;&#39;c/\tdé", "a%3cb%3e%27c%2f%09d%c3%a9", "a%3Cb%3E%27c%2F%09d%C3%A9", "a<b>'c/?d??"]
        {
            let clean = redacted(echo(spelled), true, std::slice::from_ref(&secret));
            assert_eq!(&clean.body[..], BLOT.as_bytes(), "{spelled}");
        }
    }
}
