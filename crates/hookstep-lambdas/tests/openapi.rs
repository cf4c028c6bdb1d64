//! The committed document is the one that the code makes.

use std::collections::BTreeSet;

use hookstep_lambdas::http::kinds::KINDS;
use hookstep_lambdas::openapi::{COMMITTED, document};
use serde_json::Value;

fn made() -> Value {
    document().unwrap_or_else(|error| panic!("an example is none: {error}"))
}

#[test]
fn the_committed_document_is_up_to_date() {
    let committed: Value = serde_json::from_str(COMMITTED).expect("it is JSON");
    assert!(
        committed == made(),
        "crates/hookstep-lambdas/openapi.json is not what the code makes: run `cargo xtask openapi`"
    );
}

/// All members of this name, wherever they are.
fn collect<'a>(name: &str, value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if key == name {
                    found.push(value);
                }
                collect(name, value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(name, item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = made();
    let mut references = Vec::new();
    collect("$ref", &document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#')).expect("it points into the document");
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn every_component_is_used() {
    let document = made();
    let mut references = Vec::new();
    collect("$ref", &document, &mut references);
    let used: BTreeSet<&str> = references.into_iter().filter_map(Value::as_str).collect();
    for kind in ["schemas", "parameters", "examples"] {
        for name in document["components"][kind].as_object().expect("there are some").keys() {
            assert!(used.contains(format!("#/components/{kind}/{name}").as_str()), "{kind}/{name} is used nowhere");
        }
    }
}

#[test]
fn every_problem_is_that_of_a_call() {
    let document = made();
    for kind in KINDS {
        let example = format!("#/components/examples/{}", kind.code);
        let mut references = Vec::new();
        collect("$ref", &document, &mut references);
        assert!(references.iter().any(|reference| **reference == example), "{} belongs to no call", kind.code);
    }
}

#[test]
fn links_lead_to_calls() {
    let document = made();
    let mut ids = Vec::new();
    collect("operationId", &document["paths"], &mut ids);
    let mut links = Vec::new();
    collect("links", &document["paths"], &mut links);
    assert!(!links.is_empty());
    for link in links.into_iter().filter_map(Value::as_object).flat_map(|links| links.values()) {
        assert!(ids.iter().filter(|id| **id == &link["operationId"]).count() > 1, "{link}");
    }
}

#[test]
fn examples_show_a_signing_secret_where_hookstep_has_just_made_it_and_nowhere_else() {
    let document = made();
    let of_answer = |path: &str, method: &str, status: &str| {
        let examples = &document["paths"][path][method]["responses"][status]["content"]["application/json"]["examples"];
        let examples = examples.as_object().unwrap_or_else(|| panic!("{method} {path} has no examples"));
        examples.iter().map(|(name, example)| (name.clone(), example["value"]["signing"].clone())).collect::<Vec<_>>()
    };
    for (path, status) in [("/webhook", "201"), ("/webhook/{config_id}/secret/rotate", "200")] {
        for (name, signing) in of_answer(path, "post", status) {
            assert_eq!(signing["secret_set"], true, "{path}: {name}");
            assert_eq!(
                signing["secret"].is_string(),
                !["signed", "brought"].contains(&name.as_str()),
                "{path}: {name}"
            );
        }
    }
    let shared = document["components"]["examples"].to_string();
    assert!(shared.contains("\"secret_set\":true") && !shared.contains("whsec_"));
}
