//! What holds for every webhook.

use std::collections::BTreeSet;

use hookstep_core::auth::names_a_credential;
use hookstep_core::secret::slot;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::parse;
use super::make::{Made, PLANTED, assert_unchanged, body, created, fields, patch, put, show, strict, told};
use super::strategies::{named, status, valid};

fn stored() -> impl Strategy<Value = Made> {
    (valid(), status()).prop_map(|(body, (status, reason))| {
        let mut made = created(body);
        (made.webhook.status, made.webhook.status_reason) = (status, reason);
        made
    })
}

/// Such a document is refused, and is not what the property is about.
fn envelope_without_type(document: &Value) -> bool {
    document["payload_format"] == "standard_webhooks" && document["event_name"].is_null()
}

/// Whether two webhooks are the same in what callers set, their secrets included.
fn same(one: &Made, other: &Made) -> bool {
    let set = |made: &Made| {
        let mut shown = fields(show(&made.webhook));
        shown.retain(|name, _| !["status", "status_reason", "updated_at", "version"].contains(&name.as_str()));
        shown
    };
    set(one) == set(other) && one.secrets == other.secrets
}

/// The document with something else in the place of its `at`th value.
fn spoiled(mut document: Value, at: usize, with: &Value) -> Value {
    fn walk(value: &mut Value, left: &mut usize, with: &Value) -> bool {
        if *left == 0 {
            *value = with.clone();
            return true;
        }
        *left -= 1;
        match value {
            Value::Array(values) => values.iter_mut().any(|value| walk(value, left, with)),
            Value::Object(members) => members.values_mut().any(|value| walk(value, left, with)),
            _ => false,
        }
    }
    let mut left = at + 1;
    walk(&mut document, &mut left, with);
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_can_be_put_back_and_changes_nothing(made in stored()) {
        let change = put(&made, show(&made.webhook)).expect("what is shown is valid");
        assert_unchanged(&change, &made);
    }

    #[test]
    fn a_patch_of_nothing_changes_nothing(made in stored()) {
        assert_unchanged(&patch(&made, json!({})).expect("a valid patch"), &made);
        let empty = json!({ "headers": {}, "retry_policy": {}, "auth": {} });
        assert_unchanged(&patch(&made, empty).expect("a valid patch"), &made);
    }

    #[test]
    fn a_patch_with_what_is_shown_changes_nothing(made in stored()) {
        assert_unchanged(&patch(&made, show(&made.webhook)).expect("a valid patch"), &made);
    }

    #[test]
    fn changed_fields_are_none_exactly_when_nothing_changed(made in stored(), body in valid()) {
        // The secrets of a new body are always set anew, also to the same text, which nobody looks at.
        let change = put(&made, body).expect("a valid replacement");
        if change.fields.is_empty() {
            prop_assert!(same(&change.after, &made), "{:?}", change.after);
        }
        if !same(&change.after, &made) {
            prop_assert!(!change.fields.is_empty());
        }
        // And back, without any secret: those that are left out stay or go, and either is told.
        let back = put(&change.after, show(&change.after.webhook)).expect("what is shown is valid");
        assert_unchanged(&back, &change.after);
    }

    #[test]
    fn every_single_change_is_told(made in stored(), body in valid()) {
        let shown = show(&made.webhook);
        let after = created(body).webhook;
        let after = show(&after);
        let fields = ["name", "description", "event_name", "filter", "url", "http_method", "enabled", "timeout_seconds", "retry_policy"];
        for field in fields.into_iter().chain(["static_ip", "payload_format", "transformation"]) {
            let mut document = shown.clone();
            document[field] = after[field].clone();
            if envelope_without_type(&document) {
                continue;
            }
            let change = put(&made, document).expect("a valid replacement");
            let told: Vec<&String> = change.fields.iter().filter(|pointer| !pointer.starts_with(&format!("/{field}"))).collect();
            prop_assert!(told.is_empty(), "{told:?}");
            prop_assert_eq!(change.fields.is_empty(), shown[field] == after[field], "{}", field);
        }
    }

    #[test]
    fn of_headers_exactly_those_are_told_that_differ_or_have_a_new_secret(before in named(), after in named()) {
        let made = created(body(json!({ "headers": before })));
        let change = put(&made, body(json!({ "headers": after }))).expect("a valid replacement");
        let is_secret = |name: &str, value: &Value| value.is_object() || names_a_credential(name);
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let differs = |name: &&String| before.get(*name) != after.get(*name) || after.get(*name).is_some_and(|value| is_secret(name, value));
        let expected: Vec<String> = names.into_iter().filter(differs).map(|name| slot(&["headers", name])).collect();
        prop_assert_eq!(change.fields, expected);
    }

    #[test]
    fn no_secret_is_shown_told_or_printed(made in stored(), body in valid()) {
        let shown = show(&made.webhook);
        prop_assert!(!shown.to_string().contains(PLANTED), "{shown}");
        let change = put(&made, body).expect("a valid replacement");
        let printed = format!("{change:?} {made:?}");
        prop_assert!(!printed.contains(PLANTED), "{}", printed);
    }

    #[test]
    fn a_body_that_is_spoiled_is_taken_or_refused_without_its_secrets(
        body in valid(),
        at in 0_usize..60,
        with in prop_oneof![
            Just(json!(null)), Just(json!(7)), Just(json!("")), Just(json!([])), Just(json!({})), Just(json!({ "secret": 1 })),
            Just(json!(format!("{PLANTED}\n"))), Just(json!({ "secret": format!("{PLANTED}\n") })), Just(json!(true)),
        ],
    ) {
        match parse(fields(spoiled(body, at, &with)), &strict(), None) {
            Ok(draft) => {
                let printed = format!("{:?}", draft.secrets);
                prop_assert!(!printed.contains(PLANTED), "{}", printed);
            }
            Err(problem) => {
                prop_assert!(!problem.errors().is_empty());
                for error in problem.errors() {
                    prop_assert!(error.pointer.is_empty() || error.pointer.starts_with('/'));
                }
                let told = told(problem);
                prop_assert!(!told.contains(PLANTED), "{}", told);
            }
        }
    }

    #[test]
    fn whatever_json_comes_it_is_a_webhook_or_a_list_of_faults(
        names in prop::collection::vec("[a-z_]{1,12}", 0..6),
        values in prop::collection::vec(any::<i64>(), 6),
    ) {
        let given = names.into_iter().zip(values).map(|(name, value)| (name, json!(value))).collect();
        prop_assert!(parse(given, &strict(), None).is_err_and(|problem| problem.code() == "validation_failed"));
    }

    #[test]
    fn a_merge_patch_of_a_field_is_a_replacement_of_it(made in stored(), body in valid()) {
        let after = show(&created(body).webhook);
        let fields = ["name", "description", "event_name", "url", "http_method", "timeout_seconds", "enabled"];
        for field in fields.into_iter().chain(["static_ip", "payload_format", "transformation"]) {
            let mut document = show(&made.webhook);
            document[field] = after[field].clone();
            if envelope_without_type(&document) {
                continue;
            }
            let patched = patch(&made, json!({ field: after[field] })).expect("a valid patch");
            let put = put(&made, document).expect("a valid replacement");
            prop_assert_eq!(patched, put);
        }
    }
}
