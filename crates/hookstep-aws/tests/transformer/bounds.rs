//! Sizes up to the bounds and one more.

use hookstep_core::limits::{TRANSFORM_INPUT_MAX_BYTES, TRANSFORM_OUTPUT_MAX_BYTES};
use serde_json::Value;

use super::world::transform;

#[tokio::test]
async fn the_largest_payload_passes_and_a_larger_one_does_not() {
    let largest = format!("\"{}\"", "x".repeat(TRANSFORM_INPUT_MAX_BYTES - 2));
    assert_eq!(transform("$", largest.clone()).await.as_ref(), Ok(&largest));
    assert_eq!(transform("$length($)", largest.clone()).await, Ok((TRANSFORM_INPUT_MAX_BYTES - 2).to_string()));
    let refused = transform("$", largest + " ").await.unwrap_err();
    assert_eq!(refused, "the payload is larger than 1048576 bytes");
}

/// The payload of the most values: it takes the most memory.
#[tokio::test]
async fn a_payload_of_half_a_million_values_passes() {
    let numbers = format!("[{}0]", "0,".repeat(TRANSFORM_INPUT_MAX_BYTES / 2 - 2));
    assert_eq!(transform("$", numbers.clone()).await.as_ref(), Ok(&numbers));
    let nested = format!("[{}0]", "{},".repeat(TRANSFORM_INPUT_MAX_BYTES / 3 - 2));
    assert_eq!(transform("$", nested.clone()).await.as_ref(), Ok(&nested));
}

#[tokio::test]
async fn the_largest_result_passes_and_a_larger_one_does_not() {
    let longest = TRANSFORM_OUTPUT_MAX_BYTES - 2;
    let result = transform(&format!("$pad('', {longest}, 'x')"), "null").await.unwrap();
    assert_eq!(result.len(), TRANSFORM_OUTPUT_MAX_BYTES);
    let refused = transform(&format!("$pad('', {}, 'x')", longest + 1), "null").await.unwrap_err();
    assert_eq!(refused, "the result is larger than 1048576 bytes");
}

#[tokio::test]
async fn many_at_the_same_time_are_all_answered() {
    let jobs = (0..20).map(|i| async move { transform("$ * 2", i.to_string()).await });
    let results = futures_util::future::join_all(jobs).await;
    for (i, result) in results.into_iter().enumerate() {
        assert_eq!(result, Ok((i * 2).to_string()));
    }
}

#[tokio::test]
async fn the_deepest_payload_passes() {
    let deepest = "[".repeat(127) + &"]".repeat(127);
    assert_eq!(transform("$", deepest.clone()).await.as_ref(), Ok(&deepest));
    let result: Value =
        serde_json::from_str(&transform("{'data': {'list': $}}", "[".repeat(120) + &"]".repeat(120)).await.unwrap())
            .unwrap();
    assert!(result["data"]["list"].is_array());
}
