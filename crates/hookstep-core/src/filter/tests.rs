use serde_json::{Value, json};

use super::Filter;
use crate::limits::FILTER_MAX_DEPTH;

fn pointers(pattern: Value) -> Vec<String> {
    let faults = Filter::parse(pattern).expect_err("a pattern at fault");
    let mut pointers: Vec<String> = faults.into_iter().map(|fault| fault.pointer).collect();
    pointers.sort();
    pointers
}

fn detail(pattern: &Value) -> String {
    match Filter::parse(pattern.clone()) {
        Ok(_) => panic!("{pattern} is taken"),
        Err(faults) => faults.into_iter().map(|fault| fault.detail).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn patterns_of_every_kind_are_taken() {
    for pattern in [
        json!({ "detail-type": ["order.created"] }),
        json!({ "detail": { "total": [{ "numeric": [">=", 10, "<", 100] }], "state": [null, "", 1, true] } }),
        json!({ "source": [{ "prefix": "a" }, { "suffix": { "equals-ignore-case": ".PNG" } }, { "exists": false }] }),
        json!({ "source": [{ "prefix": "" }, { "suffix": "" }, { "wildcard": "" }, { "equals-ignore-case": "" }] }),
        json!({ "source": [{ "anything-but": ["a", "b"] }, { "anything-but": { "prefix": "x" } }, { "anything-but": 4 }] }),
        json!({ "source": [{ "anything-but": { "wildcard": ["*/lib/*", "*.o"] } }, { "anything-but": "" }] }),
        json!({ "detail": { "ip": [{ "cidr": "10.0.0.0/8" }], "p": [{ "wildcard": "a/*/b" }] } }),
        json!({ "$or": [{ "source": ["a"] }, { "detail": { "x": ["b"] } }] }),
        json!({ "$or": [{ "a": ["b"], "$or": [{ "c": [1] }, { "d": [1] }] }, { "a": ["e"] }], "d": { "$or": [{ "f": [1] }, { "g": [1] }] } }),
    ] {
        assert_eq!(Filter::parse(pattern.clone()).unwrap().as_json(), &pattern);
    }
}

#[test]
fn every_place_at_fault_is_named() {
    let pattern = json!({
        "source": "a", "detail": { "x": [], "y": [["z"]], "a/b": [{ "prefix": 1 }], "c": [{ "like": "x" }], "d": {} },
        "n": [{ "numeric": [">"] }, { "exists": "yes" }, { "prefix": "a", "suffix": "b" }], "$or": [{ "a": ["b"] }]
    });
    let expected =
        ["/$or", "/detail/a~1b", "/detail/c", "/detail/d", "/detail/x", "/detail/y", "/n", "/n", "/n", "/source"];
    assert_eq!(pointers(pattern), expected);
    for pattern in [json!({}), json!([]), json!("a"), json!({ "a": ["x".repeat(5000)] })] {
        assert_eq!(pointers(pattern), [""]);
    }
    assert_eq!(
        pointers(json!({ "$or": [{ "a": [] }, 7, { "b": { "prefix": ["c"] } }] })),
        ["/$or", "/$or/a", "/$or/b/prefix"]
    );
    assert_eq!(pointers(json!({ "$or": { "a": ["b"] } })), ["/$or"]);
}

#[test]
fn matchers_are_refused_where_eventbridge_refuses_them() {
    for (matcher, part) in [
        (json!({ "numeric": ["=", 1, "<", 2] }), "one comparison"),
        (json!({ "numeric": ["<", 2, ">", 1] }), "one comparison"),
        (json!({ "numeric": [">", 1, ">", 2] }), "one comparison"),
        (json!({ "numeric": [">", 1, "=", 2] }), "one comparison"),
        (json!({ "numeric": [">", 2, "<", 2] }), "less than its top"),
        (json!({ "numeric": [">", "2"] }), "one comparison"),
        (json!({ "numeric": [">", 9_007_199_254_740_993_u64] }), "more digits"),
        (json!({ "numeric": 3 }), "takes an array"),
        (json!({ "anything-but": ["a", 1] }), "of strings or of numbers"),
        (json!({ "anything-but": [] }), "of strings or of numbers"),
        (json!({ "anything-but": [null] }), "of strings or of numbers"),
        (json!({ "anything-but": true }), "of strings or of numbers"),
        (json!({ "anything-but": 9_007_199_254_740_993_u64 }), "more digits"),
        (json!({ "anything-but": { "cidr": "10.0.0.0/8" } }), "one of prefix"),
        (json!({ "anything-but": { "numeric": [">", 1] } }), "one of prefix"),
        (json!({ "anything-but": { "prefix": "" } }), "no empty string"),
        (json!({ "anything-but": { "suffix": ["a", ""] } }), "no empty string"),
        (json!({ "anything-but": { "prefix": { "equals-ignore-case": "a" } } }), "a string or a list"),
        (json!({ "anything-but": { "wildcard": "**" } }), "beside each other"),
        (json!({ "anything-but": { "wildcard": [] } }), "a string or a list"),
        (json!({ "wildcard": "a**" }), "beside each other"),
        (json!({ "wildcard": r"\a" }), "backslash"),
        (json!({ "wildcard": ["a"] }), "takes a string"),
        (json!({ "prefix": { "wildcard": "a" } }), "equals-ignore-case"),
        (json!({ "equals-ignore-case": 1 }), "takes a string"),
        (json!({ "cidr": "10.0.0.1" }), "a block of addresses"),
        (json!({ "cidr": "10.0.0.1/32" }), "[\"10.0.0.1\"]"),
        (json!({ "cidr": "::1/128" }), "[\"::1\"]"),
        (json!({ "cidr": 8 }), "takes a string"),
        (json!({ "exists": "true" }), "true or false"),
        (json!({}), "exactly one member"),
    ] {
        let detail = detail(&json!({ "a": [matcher] }));
        assert!(detail.contains(part), "{matcher}: {detail}");
    }
}

#[test]
fn alternatives_have_bounds() {
    let some = |count: usize, name: &str| (0..count).map(|index| json!({ name: [index] })).collect::<Vec<_>>();
    let pattern =
        |third: usize| json!({ "$or": some(10, "a"), "b": { "$or": some(10, "c") }, "d": { "$or": some(third, "e") } });
    let filter = Filter::parse(pattern(10)).unwrap();
    assert!(filter.matches(&json!({ "a": 9, "b": { "c": 0 }, "d": { "e": 9 } })));
    assert!(!filter.matches(&json!({ "a": 9, "b": { "c": 10 }, "d": { "e": 9 } })));
    assert!(detail(&pattern(11)).contains("more than 1000"));
    assert_eq!(pointers(pattern(11)), [""]);
}

#[test]
fn a_path_is_asked_about_once() {
    for pattern in [
        json!({ "a": ["1"], "$or": [{ "a": ["2"] }, { "b": ["3"] }] }),
        json!({ "$or": [{ "a": ["2"] }, { "b": ["3"] }], "a": ["1"] }),
        json!({ "$or": [{ "a": ["2"] }, { "b": ["3"], "$or": [{ "b": ["4"] }, { "c": ["5"] }] }] }),
        json!({ "a": { "b": [1] }, "a.b": [2] }),
    ] {
        assert!(detail(&pattern).contains("twice"));
    }
}

#[test]
fn names_with_dots_count_as_so_many_levels() {
    let names = |count: usize| vec!["a"; count].join(".");
    assert!(Filter::parse(json!({ names(FILTER_MAX_DEPTH): ["x"] })).is_ok());
    assert!(detail(&json!({ names(FILTER_MAX_DEPTH + 1): ["x"] })).contains("16 levels"));
    assert!(detail(&json!({ names(2_000): ["x"] })).contains("16 levels"));
}

#[test]
fn what_was_saved_and_is_not_taken_any_more_matches_nothing() {
    let pattern = json!({ "source": [{ "cidr": "10.0.0.1/32" }] });
    let saved = Filter::saved(pattern.clone()).unwrap();
    assert!(!saved.matches(&json!({ "source": "10.0.0.1" })));
    assert_eq!(saved.as_json(), &pattern);
    let pattern = json!({ "source": ["a"] });
    assert!(Filter::saved(pattern).unwrap().matches(&json!({ "source": "a" })));
    assert_eq!(Filter::saved(json!(["a"])), None);
}

#[test]
fn elements_of_an_array_are_looked_at_once_however_many_alternatives_there_are() {
    let some = |name: &str| (0..30).map(|index| json!({ name: [index] })).collect::<Vec<_>>();
    let pattern = json!({ "list": { "$or": some("a"), "x": { "$or": some("b") } } });
    let elements: Vec<Value> = (0..10_000).map(|index| json!({ "a": index % 30, "x": [{ "b": 31 }] })).collect();
    assert!(!Filter::parse(pattern).unwrap().matches(&json!({ "list": elements })));
}
