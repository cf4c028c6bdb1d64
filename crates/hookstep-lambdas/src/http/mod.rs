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
use lambda_runtime::{Context, LambdaEvent, service_fn};
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
        let answer = respond(event.payload, event.context, &access, &endpoint);
        async move { Ok::<_, lambda_runtime::Error>(answer.await) }
    });
    Box::pin(lambda_runtime::run(handler)).await
}

/// Answers one call.
pub(crate) fn respond<F, Fut>(
    call: ApiGatewayV2httpRequest,
    context: Context,
    access: &Access,
    endpoint: &F,
) -> impl Future<Output = ApiGatewayV2httpResponse> + use<F, Fut>
where
    F: Fn(Request) -> Fut,
    Fut: Future<Output = Result<Answer, Problem>>,
{
    let span = log::invocation(&context.request_id);
    let work = match Request::new(call, access) {
        // Boxed: the futures of a call are large, and nest deeply.
        Ok(request) => Ok(Box::pin(endpoint(request.in_invocation(context.xray_trace_id)))),
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
        answer.into()
    }
    .instrument(span)
}
