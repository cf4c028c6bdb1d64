//! Filters by the cases that the documents of `EventBridge` and Event Ruler tell of. The same cases are asked of the engine
//! (`crates/hookstep-aws/tests/engine/patterns`).

use hookstep_core::filter::Filter;
use serde_json::Value;

#[test]
fn events_match_as_the_documents_say() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| {
            let filter = Filter::parse(case["pattern"].clone());
            filter.map(|filter| filter.matches(&case["event"])) != Ok(case["matches"] == true)
        })
        .map(Value::to_string)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
