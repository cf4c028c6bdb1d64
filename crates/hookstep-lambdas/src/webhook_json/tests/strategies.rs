//! Bodies that make a webhook, of every shape.

use hookstep_core::webhook::Status;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::make::PLANTED;

/// Visible ASCII with spaces inside.
fn visible() -> BoxedStrategy<String> {
    "[!-~]([ -~]{0,12}[!-~])?".boxed()
}

/// A secret that may stand in a header.
fn secret() -> BoxedStrategy<String> {
    "([ -~]{0,12}[!-~])?".prop_map(|tail| format!("{PLANTED}{tail}")).boxed()
}

/// A value that is shown, or a secret.
fn value() -> BoxedStrategy<Value> {
    prop_oneof![visible().prop_map(Value::from), secret().prop_map(|text| json!({ "secret": text }))].boxed()
}

/// Names with what pointers escape, what `show` adds and what credentials are called, and their values. No two are the same in any case.
pub(super) fn named() -> BoxedStrategy<Map<String, Value>> {
    let named = |suffix: &'static str, value: BoxedStrategy<Value>| {
        option::of(value).prop_map(move |value| value.map(|value| (suffix, value)))
    };
    let token = secret().prop_map(Value::from).boxed();
    let all = (
        named("plain", value().boxed()),
        named("with~tilde", value().boxed()),
        named("value_set", value().boxed()),
        named("secret_set", token.clone()),
        named("Api-Key", token.clone()),
        named("access_token", token),
        named("type", value().boxed()),
    );
    all.prop_map(|(a, b, c, d, e, f, g)| {
        let named = [a, b, c, d, e, f, g].into_iter().flatten();
        named.map(|(suffix, value)| (format!("X-{suffix}"), value)).collect()
    })
    .boxed()
}

/// As [`named`], with names that are no header's.
fn parameters() -> BoxedStrategy<Map<String, Value>> {
    let odd = option::of(value());
    (named(), odd)
        .prop_map(|(mut named, odd)| {
            named.extend(odd.map(|odd| ("a/b c".to_owned(), odd)));
            named
        })
        .boxed()
}

fn oauth() -> BoxedStrategy<Value> {
    let texts = (visible(), secret(), option::of(visible()), option::of(visible()));
    let choices = (option::of(select(vec!["header", "body"])), option::of(select(vec!["POST", "PUT", "GET"])));
    let sections = (option::of(named()), option::of(parameters()), option::of(parameters()));
    (texts, choices, sections).prop_map(
        |((client_id, client_secret, scope, audience), (authentication, method), (headers, query, body))| {
            json!({
                "type": "oauth2_client_credentials", "token_url": "https://id.example/token?a=b", "client_id": client_id,
                "client_secret": client_secret, "scope": scope, "audience": audience,
                "client_authentication": authentication, "http_method": method,
                "headers": headers, "query": query, "body": body,
            })
        },
    )
    .boxed()
}

fn auth() -> BoxedStrategy<Value> {
    let password = option::of("\\PC{0,8}".prop_map(|tail| format!("{PLANTED}{tail}")));
    prop_oneof![
        Just(json!({ "type": "none" })),
        ("[^:\\p{Cc}]{0,12}", password)
            .prop_map(|(username, password)| json!({ "type": "basic", "username": username, "password": password })),
        (select(vec!["header", "query"]), secret())
            .prop_map(|(place, value)| json!({ "type": "api_key", "in": place, "name": "X-Auth-Key", "value": value })),
        oauth(),
        "[a-zA-Z0-9._-]{1,20}".prop_map(|name| {
            let arn = format!("arn:aws:events:eu-west-1:123456789012:connection/{name}/0f-1");
            json!({ "type": "connection", "connection_arn": arn })
        }),
    ]
    .boxed()
}

fn filter() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f32>().prop_filter("JSON has no such number", |number| number.is_finite()).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[a-z]{1,8}".prop_map(|text| json!({ "prefix": text })),
        any::<bool>().prop_map(|flag| json!({ "exists": flag })),
        any::<u16>().prop_map(|number| json!({ "numeric": [">=", number] })),
    ];
    let leaves = vec(leaf, 1..4).prop_map(Value::from).boxed();
    let fields = |inner: BoxedStrategy<Value>| btree_map("[a-z/~._]{1,8}", inner, 1..4);
    let object = fields(leaves).prop_map(|fields| json!(fields)).boxed();
    (object.clone(), option::of(fields(object)))
        .prop_map(|(mut object, nested)| {
            if let Some(nested) = nested {
                object["detail"] = json!(nested);
            }
            object
        })
        .boxed()
}

fn retry_policy() -> BoxedStrategy<Value> {
    let classes = vec!["network", "timeout", "408", "425", "429", "5xx", "non_2xx"];
    (option::of(0_u32..=50), option::of(vec(1_u32..=86_400, 1..6)), option::of(subsequence(classes, 0..=7))).prop_map(
        |(max_retries, schedule, retry_on)| {
            json!({ "max_retries": max_retries, "schedule_seconds": schedule, "retry_on": retry_on })
        },
    )
    .boxed()
}

fn signing() -> BoxedStrategy<Value> {
    let schemes = option::of(subsequence(vec!["v1", "v1a"], 0..=2));
    let secret = option::of("PLANTED5ECRET[0-9a-zA-Z+/]{31}".prop_map(|text| format!("whsec_{text}")));
    (schemes, secret)
        .prop_map(|(schemes, secret)| {
            let mut signing = Map::new();
            signing.extend(schemes.map(|schemes| ("schemes".to_owned(), json!(schemes))));
            signing.extend(secret.map(|secret| ("secret".to_owned(), json!(secret))));
            signing.into()
        })
        .boxed()
}

fn client_certificate() -> BoxedStrategy<Value> {
    let one = |kind: &'static str| {
        secret().prop_map(move |text| format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n"))
    };
    (one("CERTIFICATE"), one("PRIVATE KEY"))
        .prop_map(|(certificate, private_key)| json!({ "certificate": certificate, "private_key": private_key }))
        .boxed()
}

/// How requests are made: the fields that there are, in any combination.
fn sending() -> BoxedStrategy<Vec<(&'static str, Value)>> {
    let field = |name: &'static str, value: BoxedStrategy<Value>| {
        option::of(value).prop_map(move |value| value.map(|value| (name, value)))
    };
    let format = select(vec!["as_is", "standard_webhooks"]).prop_map(Value::from).boxed();
    let expression = "[!-~]\\PC{0,30}".prop_map(Value::from).boxed();
    (
        field("signing", signing()),
        field("client_certificate", client_certificate()),
        field("payload_format", format),
        field("transformation", expression),
        field("static_ip", any::<bool>().prop_map(Value::from).boxed()),
    )
        .prop_map(|(a, b, c, d, e)| [a, b, c, d, e].into_iter().flatten().collect())
        .boxed()
}

/// A body that creates a webhook.
pub(super) fn valid() -> BoxedStrategy<Value> {
    let texts = ("\\PC{0,12}[!-~]", option::of("\\PC{0,40}"), option::of("\\PC{1,40}"));
    let url = "https://[a-z]{1,8}\\.example(:443)?/[a-zA-Z0-9/ü %+~.-]{0,12}(\\?[a-z]=[a-zü&=%+\"{}|]{0,9})?";
    let choices = (
        option::of(select(vec!["POST", "PUT", "PATCH", "DELETE", "GET"])),
        option::of(any::<bool>()),
        option::of(1_u32..=840),
    );
    let parts = (option::of(named()), option::of(auth()), option::of(filter()), option::of(retry_policy()));
    (texts, url, choices, parts, sending())
        .prop_map(
            |((name, description, event_name), url, (method, enabled, timeout), (headers, auth, filter, policy), sending)| {
                let mut body = json!({
                    "name": name, "description": description, "event_name": event_name, "url": url, "http_method": method,
                    "enabled": enabled, "timeout_seconds": timeout, "headers": headers, "auth": auth, "filter": filter,
                    "retry_policy": policy,
                });
                for (field, value) in sending {
                    // An envelope takes a type.
                    if field != "payload_format" || event_name.is_some() {
                        body[field] = value;
                    }
                }
                body
            },
        )
        .boxed()
}

/// What may have become of a webhook since.
pub(super) fn status() -> BoxedStrategy<(Status, Option<String>)> {
    prop_oneof![
        Just((Status::Active, None)),
        Just((Status::Disabled, None)),
        "\\PC{1,20}".prop_map(|reason| (Status::AutoDisabled, Some(reason))),
    ]
    .boxed()
}
