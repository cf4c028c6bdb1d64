//! Writes that are refused because a test says so (`tools/local/engine_faults.py`).

use anyhow::Result;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_local::Workspace;
use hookstep_local::engine::{Engine, EngineOptions};
use hookstep_local::python_env::PythonEnv;
use hookstep_tests::{Refusal, unique};
use serde_json::json;

#[tokio::test]
async fn a_write_that_is_refused_is_not_done_but_where_only_its_answer_is_lost() -> Result<()> {
    let workspace = Workspace::find()?;
    let venv = workspace.local_dir().join("venv");
    let python = PythonEnv::prepare(&venv, &workspace.tools_dir().join("engine.lock"), || ()).await?;
    let dir = std::env::temp_dir().join(unique("hookstep-refusals"));
    std::fs::create_dir_all(&dir)?;
    let options =
        EngineOptions { dir: dir.clone(), port: None, keep_state: false, enforce_iam: false, extra_env: Vec::new() };
    let own = Engine::start(&workspace, &python, &options).await?;
    let engine = hookstep_tests::Engine::at(&own.endpoint_url());
    let table = json!({
        "TableName": "table",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "key", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "key", "KeyType": "HASH" }],
    });
    engine.call("dynamodb", "DynamoDB_20120810.CreateTable", &table).await?;

    for (refusal, code, done) in [
        (None, None, true),
        (Some(Refusal::Throttled), Some("ThrottlingException"), false),
        (Some(Refusal::Broken), Some("InternalServerError"), false),
        (Some(Refusal::AnswerLost), Some("InternalServerError"), true),
        (None, None, true),
    ] {
        match refusal {
            Some(refusal) => engine.refuse_writes(refusal).await?,
            None => engine.take_writes().await?,
        }
        let key = AttributeValue::S(unique("item"));
        let put = engine.dynamodb.put_item().table_name("table").item("key", key.clone()).send().await;
        assert_eq!(put.err().as_ref().and_then(|error| error.code()), code, "{refusal:?}");
        let got = engine.dynamodb.get_item().table_name("table").key("key", key).send().await?;
        assert_eq!(got.item.is_some(), done, "{refusal:?}");
    }
    own.stop().await?;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
