//! `GET /console/config.json`: what the console has to know before anybody has signed in. Nothing of it is secret.

use serde_json::{Value, json};

use super::Policy;
use crate::env::{self, EnvError};
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
    /// Where the console may send requests to sign people in, beside the issuer: URLs.
    pub sign_in_origins: Vec<String>,
}

impl Settings {
    /// What the environment says.
    ///
    /// # Errors
    /// [`EnvError`] where the mode, the region or the deployment's name is missing.
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            auth_mode: env::text("AUTH_MODE")?,
            issuer: env::text("JWT_ISSUER").ok(),
            client_id: env::text("CONSOLE_CLIENT_ID").ok(),
            scopes: env::text("CONSOLE_SCOPES").ok(),
            audience: env::text("CONSOLE_AUDIENCE").ok(),
            region: env::text("AWS_REGION")?,
            stack: env::text("STACK_NAME")?,
            sign_in_origins: env::list("CONSOLE_SIGN_IN_ORIGINS"),
        })
    }

    /// What the page may do: in JWT mode also call whoever signs people in.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let is_jwt = self.auth_mode == "JWT";
        let urls = self.issuer.iter().chain(&self.sign_in_origins).filter(|_| is_jwt);
        Policy::new(urls.map(String::as_str))
    }

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
