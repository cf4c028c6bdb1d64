//! Numbers come out as they went in.

use proptest::prelude::*;
use serde_json::Value;

use super::world::transform;

#[tokio::test]
async fn numbers_keep_their_digits() {
    for (expression, payload, expected) in [
        ("$", "[0,-1,1.5,0.1,1e3,1.50,-0.0,1E-7]", "[0,-1,1.5,0.1,1000,1.5,0,1e-7]"),
        ("$", "9007199254740991", "9007199254740991"),
        ("{'id': user.id}", r#"{"user":{"id":9007199254740993}}"#, r#"{"id":9007199254740993}"#),
        (
            "ids",
            r#"{"ids":[18446744073709551615,-9223372036854775808]}"#,
            "[18446744073709551615,-9223372036854775808]",
        ),
        ("$", "1542656327228119800", "1542656327228119800"),
        ("$", "1542656327228119801", "1542656327228119801"),
        ("$", "123456789012345678901234567890", "123456789012345678901234567890"),
        ("$", "3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"),
        ("$", "[1e300,-1.8074669763623071e+208]", "[1e+300,-1.8074669763623071e+208]"),
        ("0.1 + 0.2", "null", "0.30000000000000004"),
        // What is calculated is calculated in floating point.
        ("$ + 2", "9007199254740993", "9007199254740994"),
    ] {
        assert_eq!(transform(expression, payload).await.as_deref(), Ok(expected), "{expression} of {payload}");
    }
}

#[tokio::test]
async fn two_numbers_that_can_not_be_told_apart_are_not_mixed_up() {
    let payload = r#"{"a": 9007199254740992, "b": 9007199254740993, "c": 1}"#;
    let refused = transform("{'id': a}", payload).await.unwrap_err();
    assert!(refused.contains("can't tell apart") && refused.ends_with("(at id)"), "{refused}");
    assert_eq!(transform("c", payload).await.as_deref(), Ok("1"));
}

#[tokio::test]
async fn a_number_beyond_floating_point_is_refused() {
    let refused = transform("$", "[1, 1e400]").await.unwrap_err();
    assert!(refused.starts_with("the payload is not JSON that can be transformed: number out of range"), "{refused}");
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether both are the same JSON, where a whole number may be written with or without a point.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (Value::Number(a), Value::Number(b)) => a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_not_changed_stays_what_it_is(value in json()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let payload = value.to_string();
        let result = runtime.block_on(transform("$", payload)).map_err(TestCaseError::fail)?;
        let result: Value = serde_json::from_str(&result).unwrap();
        prop_assert!(same(&value, &result), "{value} became {result}");
    }
}
