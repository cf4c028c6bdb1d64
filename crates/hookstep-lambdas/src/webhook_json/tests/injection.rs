//! Texts that try to be more than a value, in every field that goes into a request.

use hookstep_core::auth::Value as Given;
use serde_json::{Value, json};

use super::super::parse;
use super::make::{PLANTED, body, created, faults, fields, show, strict, told};

/// What ends a line, hides one, or becomes one in another encoding.
const CONTROLS: [&str; 12] = [
    "\r",
    "\n",
    "\r\n",
    "\r\n ",
    "\n\t",
    "\0",
    "\u{1}",
    "\u{8}",
    "\u{b}",
    "\u{1b}[2J",
    "\u{7f}",
    "\r\nx-evil: 1\r\n\r\n",
];

/// What is not ASCII: cut to bytes or decoded once more, some of it is.
const OTHERS: [&str; 5] = ["ü", "\u{85}", "\u{2028}", "\u{560d}\u{560a}", "\u{ff0d}"];

type Place = (&'static str, fn(String) -> Value);

fn oauth(field: &str, value: &Value) -> Value {
    let mut auth = json!({
        "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c", "client_secret": "s",
    });
    auth[field] = value.clone();
    json!({ "auth": auth })
}

/// Where only visible ASCII may stand.
const VISIBLE: [Place; 14] = [
    ("/headers/x-a", |text| json!({ "headers": { "x-a": text } })),
    ("/headers/x-a", |text| json!({ "headers": { "x-a": { "secret": text } } })),
    ("/headers/x-token", |text| json!({ "headers": { "x-token": text } })),
    ("/auth/name", |text| json!({ "auth": { "type": "api_key", "in": "header", "name": text, "value": "v" } })),
    ("/auth/name", |text| json!({ "auth": { "type": "api_key", "in": "query", "name": text, "value": "v" } })),
    ("/auth/value", |text| json!({ "auth": { "type": "api_key", "in": "header", "name": "x-key", "value": text } })),
    ("/auth/value", |text| json!({ "auth": { "type": "api_key", "in": "query", "name": "k", "value": text } })),
    ("/auth/client_id", |text| oauth("client_id", &text.into())),
    ("/auth/client_secret", |text| oauth("client_secret", &text.into())),
    ("/auth/scope", |text| oauth("scope", &text.into())),
    ("/auth/audience", |text| oauth("audience", &text.into())),
    ("/auth/headers/x-a", |text| oauth("headers", &json!({ "x-a": text }))),
    ("/auth/query/a", |text| oauth("query", &json!({ "a": { "secret": text } }))),
    ("/auth/body/a", |text| oauth("body", &json!({ "a": text }))),
];

/// Where any text may stand that has no control characters: it goes into base64, or is compared and shown only.
const WITHOUT_CONTROLS: [Place; 3] = [
    ("/event_name", |text| json!({ "event_name": text })),
    ("/auth/username", |text| json!({ "auth": { "type": "basic", "username": text } })),
    ("/auth/password", |text| json!({ "auth": { "type": "basic", "username": "u", "password": text } })),
];

fn with(poison: &str) -> [String; 3] {
    [format!("{PLANTED}a{poison}b"), format!("{poison}{PLANTED}"), format!("{PLANTED}{poison}")]
}

/// It is refused there, and what is said of it shows nothing of it.
fn assert_refused((pointer, place): Place, text: String) {
    let found = faults(body(place(text.clone())));
    assert!(found.iter().all(|(at, _)| at == pointer) && found.len() == 1, "{pointer}: {text:?}: {found:?}");
    let problem = parse(fields(body(place(text))), &strict(), None).expect_err("it is accepted");
    assert!(!told(problem).contains(PLANTED), "{pointer}");
}

#[test]
fn no_value_holds_the_end_of_a_line_or_anything_that_hides_one() {
    for place in VISIBLE.into_iter().chain(WITHOUT_CONTROLS) {
        for text in CONTROLS.into_iter().flat_map(with) {
            assert_refused(place, text);
        }
    }
    for place in VISIBLE {
        for text in OTHERS.into_iter().flat_map(with) {
            assert_refused(place, text);
        }
    }
    for (_, place) in WITHOUT_CONTROLS {
        created(body(place("ü \u{2028} \u{560d}\u{560a}".to_owned())));
    }
}

#[test]
fn no_name_of_a_header_is_anything_but_a_token() {
    for poison in
        CONTROLS.into_iter().chain(OTHERS).chain([" ", ":", ": b\r\nx-c", "/", "\"", "(", ",", ";", "=", "{", "@"])
    {
        for name in [format!("x{poison}a"), format!("{poison}x"), format!("x{poison}")] {
            let headers = faults(body(json!({ "headers": { name.clone(): "v" } })));
            assert_eq!((headers.len(), headers[0].1), (1, "invalid_header"), "{name:?}");
            let own = faults(body(oauth("headers", &json!({ name.clone(): "v" }))));
            assert_eq!((own.len(), own[0].1), (1, "invalid_header"), "{name:?}");
        }
    }
}

/// In every place that names a header, in any case, with white space and underscores.
#[test]
fn what_frames_a_request_and_says_who_sends_it_is_named_nowhere() {
    let names = [
        "content-length",
        "transfer-encoding",
        "connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "http2-settings",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ];
    for name in names {
        let spellings = [
            name.to_owned(),
            name.to_uppercase(),
            name[..1].to_uppercase() + &name[1..],
            format!(" {name}"),
            format!("{name} "),
            format!("{name}\t"),
            name.replace('-', "_"),
            name.replace('-', "_").to_uppercase(),
        ];
        for spelled in spellings {
            let key = json!({ "type": "api_key", "in": "header", "name": spelled, "value": "v" });
            for (given, code) in [
                (json!({ "headers": { spelled.clone(): "v" } }), "invalid_header"),
                (json!({ "headers": { spelled.clone(): { "secret": "v" } } }), "invalid_header"),
                (oauth("headers", &json!({ spelled.clone(): "v" })), "invalid_header"),
                (json!({ "auth": key }), "invalid_header"),
            ] {
                let found = faults(body(given));
                assert_eq!(found.len(), 1, "{spelled:?}: {found:?}");
                // A name with white space around it is refused before it is looked at as a header's.
                assert!(
                    found[0].1 == code || found[0] == ("/auth/name".to_owned(), "invalid"),
                    "{spelled:?}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn one_header_can_not_be_given_twice_in_two_spellings() {
    for (one, other) in [("x-a", "X-A"), ("Authorization", "authorization"), ("content-type", "CONTENT-type")] {
        let found = faults(body(json!({ "headers": { one: "1", other: "2" } })));
        assert_eq!((found.len(), found[0].1), (1, "duplicate_header"), "{found:?}");
        let found = faults(body(oauth("headers", &json!({ "x-b": "1", "X-B": "2" }))));
        assert_eq!((found.len(), found[0].1), (1, "duplicate_header"), "{found:?}");
    }
}

#[test]
fn a_url_is_stored_as_it_is_sent_or_refused() {
    for (given, stored) in [
        ("https://example.com/a b\"<>`{}", Some("https://example.com/a%20b%22%3C%3E%60%7B%7D")),
        ("https://example.com/\r\nX-A: b", Some("https://example.com/X-A:%20b")),
        ("https://example.com/\0?\u{2028}", Some("https://example.com/%00?%E2%80%A8")),
        ("https://EXAMPLE.com:443\\a", Some("https://example.com/a")),
        ("https://example.com%0d%0a", None),
        ("https://exa mple.com", None),
        ("https://u\r\n@example.com", None),
        ("https://example.com@evil.example", None),
        ("https:/\\user:pass@example.com", None),
        ("https://example.com/#\r\n", None),
    ] {
        match stored {
            None => {
                assert_eq!(faults(body(json!({ "url": given }))), [("/url".to_owned(), "invalid_url")], "{given:?}");
            }
            Some(stored) => assert_eq!(created(body(json!({ "url": given }))).webhook.url.as_str(), stored),
        }
        let found = faults_of_token_url(given);
        assert_eq!(found, stored.is_none(), "{given:?}");
    }
}

fn faults_of_token_url(url: &str) -> bool {
    parse(fields(body(oauth("token_url", &url.into()))), &strict(), None).is_err()
}

/// Templates, expressions of the machine, of `JSONata` and of shells: text, as it was given and as it is shown again.
#[test]
fn nothing_that_a_webhook_holds_is_a_template() {
    for text in [
        "{{secret}}",
        "${AWS_SECRET_ACCESS_KEY}",
        "<%= ENV %>",
        "$.event.tenant_id",
        "$$.Execution.Input",
        "States.Format('{}', $.target.sealed)",
        "{% $states.input %}",
        "$eval(\"1\")",
        "`id`",
        "$(id)",
        "%{jndi:ldap://x}",
    ] {
        let webhook = created(body(json!({
            "name": text, "description": text, "event_name": text, "headers": { "x-a": text },
            "auth": { "type": "basic", "username": text.replace(':', "") },
        })));
        let shown = show(&webhook.webhook);
        for pointer in ["/name", "/description", "/event_name", "/headers/x-a"] {
            assert_eq!(shown.pointer(pointer), Some(&json!(text)), "{pointer}");
        }
        assert_eq!(*webhook.webhook.headers[0].value(), Given::Shown(text.to_owned()));
    }
}
