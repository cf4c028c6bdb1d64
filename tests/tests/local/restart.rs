//! What survives a restart of the engine, for `cargo xtask up`.

use anyhow::Result;
use hookstep_local::Workspace;
use hookstep_local::engine::{Engine, EngineOptions};
use hookstep_local::python_env::PythonEnv;
use hookstep_tests::unique;
use serde_json::{Value, json};

#[tokio::test]
async fn connections_and_keys_survive_a_restart() -> Result<()> {
    let workspace = Workspace::find()?;
    let venv = workspace.local_dir().join("venv");
    let python = PythonEnv::prepare(&venv, &workspace.tools_dir().join("engine.lock"), || ()).await?;
    let dir = std::env::temp_dir().join(unique("hookstep-restart"));
    std::fs::create_dir_all(&dir)?;
    let options =
        EngineOptions { dir: dir.clone(), port: None, keep_state: true, enforce_iam: false, extra_env: Vec::new() };

    let first = Engine::start(&workspace, &python, &options).await?;
    let client = hookstep_tests::Engine::at(&first.endpoint_url());
    let connection = client.connections().create_basic("kept", "u", "p").await?;
    let key = client.call("kms", "TrentService.CreateKey", &json!({})).await?["KeyMetadata"]["KeyId"].clone();
    let context = json!({ "tenant_id": "t" });
    let request = json!({ "KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context });
    let data_key = client.call("kms", "TrentService.GenerateDataKey", &request).await?;
    first.stop().await?;

    let second = Engine::start(&workspace, &python, &options).await?;
    let client = hookstep_tests::Engine::at(&second.endpoint_url());
    let described = client.connections().describe("kept").await?;
    assert_eq!(
        (&described["ConnectionArn"], &described["SecretArn"]),
        (&json!(connection.arn), &json!(connection.secret_arn))
    );
    let secret = client.connections().secret_value(&connection.secret_arn).await?;
    assert_eq!(secret, json!({ "username": "u", "password": "p" }));
    let sealed = json!({ "CiphertextBlob": data_key["CiphertextBlob"], "EncryptionContext": context });
    let opened = client.call("kms", "TrentService.Decrypt", &sealed).await?;
    assert_eq!(opened["Plaintext"], data_key["Plaintext"]);
    let other = json!({ "CiphertextBlob": data_key["CiphertextBlob"], "EncryptionContext": Value::Null });
    assert!(client.call("kms", "TrentService.Decrypt", &other).await.is_err());
    second.stop().await?;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
