//! Searching bytes for texts, in every form in which they may stand there.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use url::form_urlencoded;

use super::MARKER;

/// How much of what stands around a needle is shown.
const SHOWN_BEFORE: usize = 60;
const SHOWN_AFTER: usize = 80;

/// Texts to look for, each in all its forms.
#[derive(Debug, Clone)]
pub struct Needles {
    needles: Vec<Needle>,
    /// The needles that begin with a byte, by that byte.
    by_first_byte: Vec<Vec<usize>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Needle {
    form: &'static str,
    bytes: Vec<u8>,
}

/// A place where a needle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// In which form: plain, base64 and so on.
    pub form: &'static str,
    /// Where it begins.
    pub at: usize,
    /// It and what stands around it; what is not printable in it is replaced.
    pub excerpt: String,
}

impl Needles {
    /// Looks for every secret that [`super::planted`] has made.
    #[must_use]
    pub fn marker() -> Self {
        Self::new(&[MARKER])
    }

    /// Looks for these texts, which are not empty: as they are, in lower case, escaped for JSON, encoded for URLs and forms, in hexadecimal, in
    /// base64 wherever in the encoded bytes they stand, and in base64 of that.
    #[must_use]
    pub fn new(texts: &[&str]) -> Self {
        let mut needles: Vec<Needle> = Vec::new();
        for text in texts {
            for needle in forms(text) {
                if needle.bytes.len() >= 4 && !needles.iter().any(|known| known.bytes == needle.bytes) {
                    needles.push(needle);
                }
            }
        }
        let mut by_first_byte = vec![Vec::new(); 256];
        for (index, needle) in needles.iter().enumerate() {
            by_first_byte[usize::from(needle.bytes[0])].push(index);
        }
        Self { needles, by_first_byte }
    }

    /// Every place where one of them is.
    #[must_use]
    pub fn find(&self, haystack: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for (at, &byte) in haystack.iter().enumerate() {
            for &index in &self.by_first_byte[usize::from(byte)] {
                let needle = &self.needles[index];
                if haystack[at..].starts_with(&needle.bytes) {
                    found.push(Found { form: needle.form, at, excerpt: excerpt(haystack, at, needle.bytes.len()) });
                }
            }
        }
        found
    }
}

fn forms(text: &str) -> Vec<Needle> {
    let needle = |form, bytes: Vec<u8>| Needle { form, bytes };
    let mut forms = vec![
        needle("plain", text.into()),
        needle("lower case", text.to_lowercase().into()),
        needle("escaped for JSON", escaped(text, false).into()),
        needle("escaped for JSON in ASCII", escaped(text, true).into()),
        needle("form-encoded", form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().into()),
        needle("percent-encoded", percent_encoded(text).into()),
        needle("hexadecimal", hex::encode(text).into()),
        needle("hexadecimal", hex::encode_upper(text).into()),
    ];
    for once in base64_forms(text.as_bytes()) {
        forms.extend(base64_forms(&once).into_iter().map(|bytes| needle("base64 of base64", bytes)));
        forms.push(needle("base64", once));
    }
    forms
}

/// What the bytes look like inside a longer base64 text: that depends on how many bytes stand before them. The characters that depend on their
/// neighbours are left out.
fn base64_forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let padded = [&[0; 3][..before], bytes].concat();
        let first = (before * 8).div_ceil(6);
        let whole = padded.len() * 8 / 6;
        for engine in [&BASE64_STANDARD, &BASE64_URL_SAFE] {
            forms.push(engine.encode(&padded).as_bytes()[first..whole].to_vec());
        }
    }
    forms.dedup();
    forms
}

/// As it stands between the quotes of a JSON string.
fn escaped(text: &str, ascii: bool) -> String {
    let json = serde_json::Value::from(text).to_string();
    let inner = &json[1..json.len() - 1];
    if !ascii {
        return inner.to_owned();
    }
    let mut ascii = String::new();
    for character in inner.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            ascii.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    ascii
}

/// RFC 3986: everything but the unreserved characters.
fn percent_encoded(text: &str) -> String {
    let bytes = text.bytes();
    bytes
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn excerpt(haystack: &[u8], at: usize, length: usize) -> String {
    let around = &haystack[at.saturating_sub(SHOWN_BEFORE)..(at + length + SHOWN_AFTER).min(haystack.len())];
    String::from_utf8_lossy(around).chars().map(|shown| if shown.is_control() { ' ' } else { shown }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form in which it is found in each of these, if it is.
    fn forms_found(text: &str, haystacks: &[Vec<u8>]) -> Vec<Option<&'static str>> {
        let needles = Needles::new(&[text]);
        haystacks.iter().map(|haystack| needles.find(haystack).first().map(|found| found.form)).collect()
    }

    #[test]
    fn a_text_is_found_in_every_form() {
        let text = "pass \"w\u{f6}rd/+1";
        let json = serde_json::json!({ "a": text }).to_string();
        let ascii = r#"{"a":"pass \"w\u00f6rd/+1"}"#;
        let haystacks = [
            format!("a {text} b").into(),
            json.into(),
            ascii.into(),
            "x=pass+%22w%C3%B6rd%2F%2B1&y=2".into(),
            "x=pass%20%22w%C3%B6rd%2F%2B1".into(),
            hex::encode(text).into(),
            b"pass \"word/+1".to_vec(),
        ];
        let expected = [
            Some("plain"),
            Some("escaped for JSON"),
            Some("escaped for JSON in ASCII"),
            Some("form-encoded"),
            Some("percent-encoded"),
            Some("hexadecimal"),
            None,
        ];
        assert_eq!(forms_found(text, &haystacks), expected);
    }

    #[test]
    fn base64_is_seen_through_wherever_the_text_stands_in_it() {
        for before in ["", "u", "us", "user:", "{\"password\":\""] {
            for after in ["", "x", "\"}"] {
                let inner = format!("{before}{MARKER}-a-1{after}");
                for (once, twice) in [
                    (BASE64_STANDARD.encode(&inner), BASE64_STANDARD.encode(BASE64_STANDARD.encode(&inner))),
                    (
                        BASE64_URL_SAFE.encode(&inner),
                        BASE64_URL_SAFE.encode(format!("Basic {}", BASE64_URL_SAFE.encode(&inner))),
                    ),
                ] {
                    let found = forms_found(MARKER, &[once.into(), twice.into()]);
                    assert_eq!(found, [Some("base64"), Some("base64 of base64")], "{inner}");
                }
            }
        }
    }

    #[test]
    fn every_place_is_told() {
        let found = Needles::marker().find(b"\x00 PLANTED5ECRET-a-1, planted5ecret");
        let [first, second] = &found[..] else { panic!("{found:?}") };
        assert_eq!((first.form, first.at, first.excerpt.as_str()), ("plain", 2, "  PLANTED5ECRET-a-1, planted5ecret"));
        assert_eq!((second.form, second.at), ("lower case", 21));
        assert_eq!(Needles::marker().find(b"PLANTED5ECRE PLANTED-5ECRET"), []);
    }
}
