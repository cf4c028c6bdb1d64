//! Configs: the calls that create, read, change and delete webhooks, and tell of their past.

use anyhow::{Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{Answer, Api, AuthTest, Change, NewWebhook, Page, Webhook, conditional};

fn path_of(config_id: &str) -> String {
    format!("/webhook/{config_id}")
}

impl Api {
    /// `POST /webhook`.
    pub async fn create_webhook(&self, webhook: &NewWebhook) -> Result<Webhook> {
        self.create_raw(&serde_json::to_value(webhook)?).await?.expect(StatusCode::CREATED)
    }

    /// `POST /webhook` with any JSON, and whatever answer it gets.
    pub async fn create_raw(&self, body: &Value) -> Result<Answer> {
        self.send(self.request_with(Method::POST, "/webhook", body, None)).await
    }

    /// `GET /webhook`: the first page.
    pub async fn list_webhooks(&self) -> Result<Page<Webhook>> {
        self.list_webhooks_where("limit=100").await
    }

    /// `GET /webhook` with a query such as `event_name=order.created&status=active&limit=5`.
    pub async fn list_webhooks_where(&self, query: &str) -> Result<Page<Webhook>> {
        self.get(&format!("/webhook?{query}")).await
    }

    /// `GET /webhook/{config_id}`.
    pub async fn get_webhook(&self, config_id: &str) -> Result<Webhook> {
        self.get(&path_of(config_id)).await
    }

    /// `GET /webhook/{config_id}`, with whatever answer it gets.
    pub async fn get_raw(&self, config_id: &str) -> Result<Answer> {
        self.send(self.request(Method::GET, &path_of(config_id))).await
    }

    /// `PUT /webhook/{config_id}` on the condition that it has this `ETag`.
    pub async fn put_webhook(&self, config_id: &str, body: &Value, if_match: &str) -> Result<Webhook> {
        self.put_raw(config_id, body, Some(if_match)).await?.expect(StatusCode::OK)
    }

    /// `PUT /webhook/{config_id}`, with whatever answer it gets.
    pub async fn put_raw(&self, config_id: &str, body: &Value, if_match: Option<&str>) -> Result<Answer> {
        self.send(self.request_with(Method::PUT, &path_of(config_id), body, if_match)).await
    }

    /// `PATCH /webhook/{config_id}`, whatever version it has.
    pub async fn patch_webhook(&self, config_id: &str, patch: &Value) -> Result<Webhook> {
        self.patch_raw(config_id, patch, None).await?.expect(StatusCode::OK)
    }

    /// `PATCH /webhook/{config_id}` with a JSON Merge Patch, and whatever answer it gets.
    pub async fn patch_raw(&self, config_id: &str, patch: &Value, if_match: Option<&str>) -> Result<Answer> {
        self.send(self.request_with(Method::PATCH, &path_of(config_id), patch, if_match)).await
    }

    /// `DELETE /webhook/{config_id}`, whatever version it has.
    pub async fn delete_webhook(&self, config_id: &str) -> Result<()> {
        let answer = self.delete_raw(config_id, None).await?;
        ensure!(answer.status == StatusCode::NO_CONTENT, "{}", answer.in_words());
        Ok(())
    }

    /// `DELETE /webhook/{config_id}`, with whatever answer it gets.
    pub async fn delete_raw(&self, config_id: &str, if_match: Option<&str>) -> Result<Answer> {
        self.send(conditional(self.request(Method::DELETE, &path_of(config_id)), if_match)).await
    }

    /// `GET /webhook/{config_id}/history`: the first page, newest first.
    pub async fn history(&self, config_id: &str) -> Result<Page<Change>> {
        self.history_where(config_id, "limit=100").await
    }

    /// `GET /webhook/{config_id}/history` with a query such as `limit=2`.
    pub async fn history_where(&self, config_id: &str, query: &str) -> Result<Page<Change>> {
        self.get(&format!("/webhook/{config_id}/history?{query}")).await
    }

    /// `POST /webhook/{config_id}/test-auth`.
    pub async fn test_auth(&self, config_id: &str) -> Result<AuthTest> {
        self.test_auth_raw(config_id).await?.expect(StatusCode::OK)
    }

    /// `POST /webhook/{config_id}/test-auth`, with whatever answer it gets.
    pub async fn test_auth_raw(&self, config_id: &str) -> Result<Answer> {
        self.send(self.request(Method::POST, &format!("/webhook/{config_id}/test-auth"))).await
    }
}
