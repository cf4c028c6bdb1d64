//! `GET /console/config.json`: what the console has to know before anybody has signed in. Nothing of it is secret.

use serde_json::{Value, json};

use crate::http::Answer;

/// The settings of a deployment's console.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// How callers are authenticated: `IAM`, `JWT` or `NONE`.
    pub auth_mode: String,
    /// Whose tokens are taken.
    pub issuer: Option<String>,
    /// As what the console signs in.
    pub client_id: Option<String>,
    /// What it asks for, with spaces between.
    pub scopes: Option<String>,
    /// Which API the token is for, where the issuer has to be told.
    pub audience: Option<String>,
    /// The region of the deployment.
    pub region: String,
    /// Its name.
    pub stack: String,
}

impl Settings {
    /// As the API shows them. How to sign in is said in JWT mode only.
    #[must_use]
    pub fn as_json(&self) -> Value {
        let is_jwt = self.auth_mode == "JWT";
        let only_jwt = |text: &Option<String>| text.clone().filter(|_| is_jwt);
        json!({
            "auth_mode": self.auth_mode,
            "issuer": only_jwt(&self.issuer),
            "client_id": only_jwt(&self.client_id),
            "scopes": only_jwt(&self.scopes),
            "audience": only_jwt(&self.audience),
            "region": self.region,
            "stack": self.stack,
            "version": env!("CARGO_PKG_VERSION"),
        })
    }

    /// Answers the call.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer::json(200, self.as_json()).with_header("cache-control", "no-cache")
    }
}
