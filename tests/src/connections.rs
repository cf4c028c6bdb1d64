//! `EventBridge` connections, which webhooks can take their credentials from. (A few calls of one API: the SDK's crate for it takes
//! longer to compile than these tests.)

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::engine::Engine;

/// The connections of the engine, as its root user.
#[derive(Debug, Clone)]
pub struct Connections {
    engine: Engine,
}

/// A connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// Its ARN, with its uuid.
    pub arn: String,
    /// The ARN of the secret that holds its credentials.
    pub secret_arn: String,
}

impl Connections {
    pub(crate) fn of(engine: Engine) -> Self {
        Self { engine }
    }

    /// Makes a connection. `definition` is the body of `CreateConnection` but for the name: `AuthorizationType` and `AuthParameters`.
    pub async fn create(&self, name: &str, definition: &Value) -> Result<Connection> {
        self.call("CreateConnection", name, definition).await?;
        let described = self.describe(name).await?;
        let text = |field: &str| described[field].as_str().map(str::to_owned).with_context(|| format!("no {field}"));
        Ok(Connection { name: name.to_owned(), arn: text("ConnectionArn")?, secret_arn: text("SecretArn")? })
    }

    /// Makes a connection with HTTP Basic credentials.
    pub async fn create_basic(&self, name: &str, username: &str, password: &str) -> Result<Connection> {
        let parameters = json!({ "BasicAuthParameters": { "Username": username, "Password": password } });
        self.create(name, &json!({ "AuthorizationType": "BASIC", "AuthParameters": parameters })).await
    }

    /// Changes a connection. What `change` leaves out stays.
    pub async fn update(&self, name: &str, change: &Value) -> Result<()> {
        self.call("UpdateConnection", name, change).await.map(drop)
    }

    /// Takes a connection's credentials away.
    pub async fn deauthorize(&self, name: &str) -> Result<()> {
        self.call("DeauthorizeConnection", name, &json!({})).await.map(drop)
    }

    /// Deletes a connection and its secret.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.call("DeleteConnection", name, &json!({})).await.map(drop)
    }

    /// What `DescribeConnection` says.
    pub async fn describe(&self, name: &str) -> Result<Value> {
        self.call("DescribeConnection", name, &json!({})).await
    }

    /// What a secret holds now.
    pub async fn secret_value(&self, secret_arn: &str) -> Result<Value> {
        let body = json!({ "SecretId": secret_arn });
        let answer = self.engine.call("secretsmanager", "secretsmanager.GetSecretValue", &body).await?;
        Ok(serde_json::from_str(answer["SecretString"].as_str().context("a secret without a text")?)?)
    }

    /// Replaces what a secret holds behind its connection's back.
    pub async fn put_secret_text(&self, secret_arn: &str, text: &str) -> Result<()> {
        let body = json!({ "SecretId": secret_arn, "SecretString": text });
        self.engine.call("secretsmanager", "secretsmanager.UpdateSecret", &body).await.map(drop)
    }

    /// Deletes a secret behind its connection's back.
    pub async fn delete_secret(&self, secret_arn: &str) -> Result<()> {
        let body = json!({ "SecretId": secret_arn, "ForceDeleteWithoutRecovery": true });
        self.engine.call("secretsmanager", "secretsmanager.DeleteSecret", &body).await.map(drop)
    }

    async fn call(&self, action: &str, name: &str, fields: &Value) -> Result<Value> {
        let mut body = fields.clone();
        body["Name"] = name.into();
        self.engine.call("events", &format!("AWSEvents.{action}"), &body).await
    }
}
