//! A function that does nothing: what is left of `deliver` without a delivery. It takes the same input, logs a line, and answers with
//! what it is told by `ANSWER`. `cargo xtask bench` measures it beside the real one.

use hookstep_lambdas::{env, log, steps};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let answer: Value = serde_json::from_str(&env::text("ANSWER")?)?;
    let answer = &answer;
    steps::serve(async |_: Value, _| {
        tracing::info!(target: "hookstep", outcome = "delivered", status_code = 200, duration_ms = 1, "attempted");
        Ok(answer.clone())
    })
    .await
}
