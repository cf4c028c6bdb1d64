//! Requests and answers of an API Gateway HTTP API (payload format 2.0).

mod answer;
pub mod kinds;
mod problem;
mod request;

pub use answer::Answer;
pub use problem::{FieldError, Problem};
pub use request::Request;

use std::future::Future;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{LambdaEvent, service_fn};
use tracing::Instrument;

use crate::access::Access;
use crate::log;

/// Serves HTTP calls until the function is shut down.
pub async fn serve<F, Fut>(access: Access, endpoint: F) -> Result<(), lambda_runtime::Error>
where
    F: Fn(Request) -> Fut,
    Fut: Future<Output = Result<Answer, Problem>>,
{
    let handler = service_fn(|event: LambdaEvent<ApiGatewayV2httpRequest>| {
        let span = log::invocation(&event.context.request_id);
        let work = match Request::new(event.payload, &access) {
            // Boxed: the futures of a call are large, and nest deeply.
            Ok(request) => Ok(Box::pin(endpoint(request))),
            Err(problem) => Err(problem),
        };
        async move {
            let answer = match work {
                Ok(work) => work.await,
                Err(problem) => Err(problem),
            };
            let answer = answer.unwrap_or_else(|problem| {
                if let Some(cause) = problem.cause() {
                    tracing::error!(target: "hookstep", code = problem.code(), error = cause, "call failed");
                }
                problem.into()
            });
            tracing::info!(target: "hookstep", status = answer.status(), "answered");
            Ok::<ApiGatewayV2httpResponse, lambda_runtime::Error>(answer.into())
        }
        .instrument(span)
    });
    Box::pin(lambda_runtime::run(handler)).await
}
