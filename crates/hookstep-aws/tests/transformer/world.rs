//! A transformer whose process is the one that the functions are.

use bytes::Bytes;
use hookstep_aws::transformer::ProcessTransformer;
use hookstep_core::ports::{TransformError, TransformEvent, Transformation, Transformer as _};

/// The event of all tests.
pub(super) const EVENT: TransformEvent<'_> = TransformEvent {
    event_id: "evt_01JD8Z7QK4W2V6R9T0YB3XHGMN",
    event_name: Some("order.paid"),
    created_at: "2026-11-22T02:28:07.125Z",
    config_id: "wh_01JD8Z0000W2V6R9T0YB3XHGMN",
};

/// What came of it, as text.
pub(super) async fn transform(expression: &str, payload: impl Into<Bytes>) -> Result<String, String> {
    transform_for(EVENT, expression, payload).await
}

/// The same, for another event.
pub(super) async fn transform_for(
    event: TransformEvent<'_>,
    expression: &str,
    payload: impl Into<Bytes>,
) -> Result<String, String> {
    let transformer = ProcessTransformer::of_program(env!("CARGO_BIN_EXE_transform").into());
    match transformer.transform(Transformation { expression, event }, payload.into()).await {
        Ok(json) => Ok(String::from_utf8(json.to_vec()).expect("a result that is not UTF-8")),
        Err(TransformError::Failed { message }) => Err(message),
        Err(TransformError::Unavailable(source)) => panic!("{expression}: the process could not be run: {source}"),
    }
}
