//! The steps of a leg, as the machine invokes them.

pub mod deliver;
pub mod fetch_config;
pub mod reconcile;
pub mod replay;
pub mod stats;
pub mod status_update;

use std::future::Future;

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::Instrument;

use crate::fault::StepFault;
use crate::log;

/// What a step is told about its invocation.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// What X-Ray knows it by, as in the header `x-amzn-trace-id`, where Lambda says so.
    pub trace: Option<String>,
}

/// Serves a step until the function is shut down. Each failure is logged once, with all its causes.
pub async fn serve<I, O, F, Fut>(step: F) -> Result<(), lambda_runtime::Error>
where
    I: DeserializeOwned,
    O: Serialize,
    F: Fn(I, Invocation) -> Fut,
    Fut: Future<Output = Result<O, StepFault>>,
{
    let handler = service_fn(|event: LambdaEvent<Value>| {
        let span = log::invocation(&event.context.request_id);
        let invocation = Invocation { trace: event.context.xray_trace_id };
        // Boxed: the futures of a step are large, and nest deeply.
        let work = decode(event.payload).map(|input| Box::pin(step(input, invocation)));
        async move {
            let result = match work {
                Ok(work) => work.await,
                Err(fault) => Err(fault),
            };
            result.map_err(|fault| {
                tracing::error!(target: "hookstep", error_type = fault.kind().name(), error = %fault, "step failed");
                Diagnostic::from(fault)
            })
        }
        .instrument(span)
    });
    Box::pin(lambda_runtime::run(handler)).await
}

/// Decoded here and not by the runtime, whose error would have a name that the definition does not know, and a message that
/// may quote the input.
fn decode<I: DeserializeOwned>(payload: Value) -> Result<I, StepFault> {
    serde_json::from_value(payload).map_err(|_| StepFault::undecodable())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookstep_core::exception::StepError;
    use serde_json::json;

    #[test]
    fn input_of_another_form_has_a_name_and_is_not_quoted() {
        let payload = json!({ "event": "a payload that nobody may read", "execution_arn": 7 });
        let Err(fault) = decode::<fetch_config::Input>(payload) else { panic!("it is accepted") };
        assert_eq!(fault.kind(), StepError::InputInvalid);
        let diagnostic = Diagnostic::from(fault);
        assert_eq!(diagnostic.error_type, "InputInvalid");
        assert!(!diagnostic.error_message.contains("nobody may read"), "{}", diagnostic.error_message);
    }
}
