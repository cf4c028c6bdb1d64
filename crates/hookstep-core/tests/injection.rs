//! What callers, receivers and token endpoints say stays what it is: a value, and never a line, a member, a parameter or an
//! expression of its own.

use bytes::Bytes;
use hookstep_core::attempt::Obstacle;
use hookstep_core::auth::Value as Given;
use hookstep_core::grant::Pairs;
use hookstep_core::header::{Header, InvalidHeader, check_name, is_field_value};
use hookstep_core::ids::{ConfigId, EventId, PayloadId};
use hookstep_core::merge::with_members;
use hookstep_core::ports::{Exchange, Received};
use hookstep_core::response::bound_headers;
use hookstep_core::secret::Secret;
use hookstep_core::shape::{envelope, is_json};
use hookstep_core::token;
use hookstep_core::webhook::WebhookUrl;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

/// What ends a line somewhere, hides one, or is read as one after another encoding.
const POISON: [&str; 16] = [
    "\r",
    "\n",
    "\r\n",
    "\r\n ",
    "\r\n\t",
    "\n\r",
    "\0",
    "\u{1}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    // Cut to one byte each, these are CR and LF.
    "\u{560d}\u{560a}",
];

#[test]
fn no_header_holds_anything_but_one_line_of_ascii() {
    for poison in POISON {
        for (name, value) in [
            (format!("x{poison}y"), "v".to_owned()),
            (format!("{poison}x"), "v".to_owned()),
            (format!("x{poison}"), "v".to_owned()),
        ] {
            assert_eq!(Header::shown(&name, &value), Err(InvalidHeader::Name), "{name:?}");
            assert_eq!(Header::secret(&name), Err(InvalidHeader::Name), "{name:?}");
        }
        for value in [format!("v{poison}w"), format!("{poison}v"), format!("v{poison}"), poison.to_owned()] {
            assert_eq!(Header::shown("x-a", &value), Err(InvalidHeader::Value), "{value:?}");
            assert!(!is_field_value(&value), "{value:?}");
        }
    }
    for name in
        ["", " ", "x y", "x:", ":x", ":authority", "x/y", "x(y)", "x,y", "x;y", "x=y", "x@y", "x{y}", "x\"y", "ü"]
    {
        assert_eq!(Header::shown(name, "v"), Err(InvalidHeader::Name), "{name:?}");
    }
    for value in [" v", "v ", "\tv", "v\t", "é", "\u{a0}"] {
        assert_eq!(Header::shown("x-a", value), Err(InvalidHeader::Value), "{value:?}");
    }
}

#[test]
fn the_frame_of_a_request_and_who_sends_it_are_not_for_a_webhook_to_say() {
    for name in [
        "content-length",
        "transfer-encoding",
        "connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "proxy-authenticate",
        "http2-settings",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "webhook-anything",
    ] {
        let mixed: String =
            name.chars().enumerate().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect();
        for spelled in [name.to_owned(), name.to_uppercase(), mixed] {
            assert_eq!(Header::shown(&spelled, "x"), Err(InvalidHeader::Reserved), "{spelled}");
            assert_eq!(Header::secret(&spelled), Err(InvalidHeader::Reserved), "{spelled}");
            // With white space it is no name at all, so that nobody can trim it to one.
            for spaced in [format!(" {spelled}"), format!("{spelled} "), format!("{spelled}\t"), format!("{spelled}:")]
            {
                assert_eq!(Header::shown(&spaced, "x"), Err(InvalidHeader::Name), "{spaced:?}");
            }
        }
    }
    for name in ["x-webhook-id", "x-host", "content-type", "connections", "te-x", "Cookie"] {
        assert!(Header::shown(name, "x").is_ok(), "{name}");
    }
}

/// Receivers behind CGI, WSGI, PHP and some proxies know no difference between `-` and `_` in a name: the one would stand for
/// the other, or beside it.
#[test]
fn an_underscore_is_no_way_around() {
    for name in ["content_length", "Transfer_Encoding", "keep_alive", "USER_AGENT", "webhook_id", "Webhook_Signature"] {
        assert_eq!(check_name(name), Err(InvalidHeader::Reserved), "{name}");
        // One that was stored before this was looked at is still read.
        assert!(Header::shown(name, "x").is_ok(), "{name}");
    }
    assert!(check_name("x_source").is_ok());
}

#[test]
fn what_would_end_a_request_line_is_no_url_or_a_part_of_its_path() {
    for (text, expected) in [
        ("https://example.com/a b", Some("https://example.com/a%20b")),
        // As browsers have it, line ends and tabs are left out.
        ("https://example.com/a\r\nX-A: b", Some("https://example.com/aX-A:%20b")),
        ("https://exa\nmple.com/", Some("https://example.com/")),
        ("https://example.com/?a=\tb\r", Some("https://example.com/?a=b")),
        ("https://example.com/a\0b", Some("https://example.com/a%00b")),
        ("https://example.com/\u{85}\u{2028}", Some("https://example.com/%C2%85%E2%80%A8")),
        ("https://example.com/%0d%0aX-A:%20b", Some("https://example.com/%0d%0aX-A:%20b")),
        ("https://example.com/ HTTP/1.1\r\nHost: b\r\n\r\n", Some("https://example.com/%20HTTP/1.1Host:%20b")),
        ("https://example.com\\@other.example/", Some("https://example.com/@other.example/")),
        ("https://example.com/\\..\\b", Some("https://example.com/b")),
        ("https://example.com%0d%0a/", None),
        ("https://example.com%00/", None),
        ("https://exam ple.com/", None),
        ("https://example.com:80\u{0}/", None),
        ("https://example.com:99999/", None),
        ("https://a@example.com/", None),
        ("https://a:b@example.com/", None),
        ("https://@:b@example.com/", None),
        ("https://example.com@other.example/", None),
        ("https://example.com/#a", None),
        ("https://[::1/", None),
        ("https://ex<ample.com/", None),
        ("https://example.com^/", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("gopher://example.com/_GET", None),
    ] {
        let read = WebhookUrl::parse(text, true).ok();
        assert_eq!(read.as_ref().map(WebhookUrl::as_str), expected, "{text:?}");
    }
}

#[test]
fn a_token_that_can_not_stand_in_a_header_is_none() {
    let read = |token: &str| {
        let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 60 }).to_string();
        let response = Received { status_code: 200, headers: vec![], body: Bytes::from(body), truncated: false };
        let exchange = Exchange {
            started_at: Timestamp::UNIX_EPOCH,
            duration_ms: 0,
            first_byte_ms: None,
            response: Some(response),
            error: None,
        };
        token::read(&exchange, Timestamp::UNIX_EPOCH)
    };
    assert!(read("a.b-c_d~e+f/g=").is_ok());
    for poison in POISON {
        for token in [format!("a{poison}b"), format!("a{poison}"), format!("{poison}b")] {
            let error = read(&token).expect_err("it is taken");
            assert_eq!(error.obstacle, Obstacle::TokenInvalid);
            assert!(is_field_value(&error.detail), "{error:?}");
        }
    }
}

fn bytes_of(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes()
}

fn pairs(members: &[(String, String)]) -> Pairs {
    members.iter().map(|(name, value)| (name.clone(), Secret::new(value.clone()))).collect()
}

/// Text with much of what means something to somebody.
fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x20\"'\\\\{}\\[\\]:,;&=?#%@/<>$`~|a-b\u{85}\u{2028}ü]{0,30}",
        prop::sample::select(vec![
            "{{a}}",
            "${a}",
            "<%= a %>",
            "$.a",
            "$eval('1')",
            "\"}",
            "},\"a\":{",
            "%0d%0a",
            "\\u000a"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Any JSON, as text.
fn payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![odd().prop_map(Value::from), any::<i64>().prop_map(Value::from), Just(Value::Null)];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((odd(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_a_header_is_one_line(name in odd(), value in odd()) {
        if let Ok(header) = Header::shown(&name, &value) {
            let Given::Shown(value) = header.value() else { panic!("it is a secret") };
            prop_assert!(bytes_of(header.name()).all(|byte| byte.is_ascii_graphic() && byte != b':'));
            prop_assert!(bytes_of(value).all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)));
        }
    }

    #[test]
    fn whatever_is_a_url_is_one_word_and_names_one_host(host in "[a-z@:\\\\/#?\\r\\n\\t .]{1,12}", rest in odd()) {
        for text in [format!("https://{host}{rest}"), format!("https://example.com/{rest}"), rest.clone()] {
            if let Ok(url) = WebhookUrl::parse(&text, true) {
                prop_assert!(bytes_of(url.as_str()).all(|byte| byte.is_ascii_graphic()), "{}", url);
                let parsed = Url::parse(url.as_str()).expect("it is read again");
                prop_assert_eq!(parsed.host_str(), Some(url.host()));
                prop_assert_eq!((parsed.username(), parsed.password(), parsed.fragment()), ("", None, None));
                prop_assert!(bytes_of(url.authority()).all(|byte| !b"@/\\?#".contains(&byte)), "{}", url);
                prop_assert_eq!(WebhookUrl::parse(url.as_str(), true), Ok(url));
            }
        }
    }

    #[test]
    fn a_parameter_that_is_added_stays_one_and_the_rest_as_it_was(members in prop::collection::vec((odd(), odd()), 1..4)) {
        let base = WebhookUrl::parse("https://example.com/a?b=c%26d#".trim_end_matches('#'), false).expect("a target");
        let url = base.with_query(&pairs(&members));
        prop_assert!(bytes_of(url.as_str()).all(|byte| byte.is_ascii_graphic()));
        let parsed = Url::parse(url.as_str()).expect("a URL");
        let read: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
        let expected: Vec<_> = std::iter::once(("b".to_owned(), "c&d".to_owned())).chain(members).collect();
        prop_assert_eq!(read, expected);
        prop_assert_eq!((parsed.host_str(), parsed.path(), parsed.fragment()), (Some("example.com"), "/a", None));
    }

    #[test]
    fn nothing_breaks_out_of_an_envelope(kind in odd(), data in payload()) {
        let text = data.to_string();
        let whole = envelope(&kind, Timestamp::UNIX_EPOCH, text.as_bytes());
        let end = format!("\"data\":{text}}}");
        prop_assert!(whole.ends_with(end.as_bytes()));
        let read: Value = serde_json::from_slice(&whole).expect("JSON");
        prop_assert_eq!(read, json!({ "type": kind, "timestamp": "1970-01-01T00:00:00Z", "data": data }));
    }

    #[test]
    fn bytes_that_are_taken_for_json_are_one_text(text in odd(), tail in odd()) {
        // What follows a whole text makes it none, unless it is white space.
        let whole = format!("{}{tail}", json!({ "a": text }));
        prop_assert_eq!(is_json(whole.as_bytes()), tail.chars().all(|c| matches!(c, ' ' | '\t' | '\n' | '\r')));
    }

    #[test]
    fn nothing_breaks_out_of_the_object_that_members_are_added_to(
        own in prop::collection::vec((odd(), payload()), 0..4),
        members in prop::collection::btree_map(odd(), odd(), 1..4),
    ) {
        let own: Map<String, Value> = own.into_iter().collect();
        let members: Vec<(String, String)> = members.into_iter().collect();
        let text = Value::Object(own.clone()).to_string();
        let merged = with_members(text.as_bytes(), &pairs(&members)).expect("an object");
        prop_assert!(merged.starts_with(&text.as_bytes()[..text.len() - 1]));
        let read: Value = serde_json::from_slice(&merged).expect("JSON");
        let mut expected = own;
        expected.extend(members.into_iter().map(|(name, value)| (name, Value::from(value))));
        prop_assert_eq!(read, Value::Object(expected));
    }

    #[test]
    fn what_is_kept_of_an_answers_headers_is_visible(value in prop::collection::vec(any::<u8>(), 0..50)) {
        let (kept, _) = bound_headers([("x-a", &value[..])].into_iter());
        prop_assert_eq!(kept[0].1.len(), value.len());
        prop_assert!(bytes_of(&kept[0].1).all(|byte| (0x20..0x7f).contains(&byte)));
    }

    #[test]
    fn ids_that_are_made_can_stand_anywhere(random: u128, millisecond in 0_i64..4_000_000_000_000) {
        let now = Timestamp::from_millisecond(millisecond).expect("a moment");
        let ids = [
            EventId::generate(now, random).to_string(),
            ConfigId::generate(now, random).to_string(),
            PayloadId::generate(now, random).to_string(),
        ];
        for id in ids {
            // Standard Webhooks joins the id, the time and the body with dots.
            prop_assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{}", id);
        }
    }
}

#[test]
fn an_id_is_not_what_a_caller_makes_of_it() {
    let good = EventId::generate(Timestamp::UNIX_EPOCH, 1).to_string();
    assert!(good.parse::<EventId>().is_ok());
    for poison in POISON.into_iter().chain([".", " ", "/", "..", "#", "%00"]) {
        for text in [format!("{good}{poison}"), format!("{poison}{good}"), good.replacen('0', poison, 1)] {
            assert!(text.parse::<EventId>().is_err(), "{text:?}");
            assert!(text.replace("evt", "wh").parse::<ConfigId>().is_err(), "{text:?}");
        }
    }
}
