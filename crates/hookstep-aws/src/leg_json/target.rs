//! Targets: where a leg sends to.

use hookstep_core::auth::{Auth, Value};
use hookstep_core::header::Header;
use hookstep_core::leg::{SigningPlan, Target};
use hookstep_core::secret::Sealed;
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Method, TimeoutSeconds, WebhookUrl};
use serde::{Deserialize, Serialize};

use super::{InvalidState, ShapeJson};
use crate::auth_json::AuthJson;
use crate::signing_json::SigningJson;

/// Where a leg sends to. Secrets are in `sealed` only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TargetJson {
    url: String,
    method: String,
    headers: Vec<(String, String)>,
    /// Names of headers whose values are sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sealed_headers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth: Option<AuthJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signing: Option<SigningJson>,
    #[serde(flatten)]
    shape: ShapeJson,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    static_ip: bool,
    timeout_seconds: u32,
}

impl From<&Target> for TargetJson {
    fn from(target: &Target) -> Self {
        let mut headers = Vec::new();
        let mut sealed_headers = Vec::new();
        for header in &target.headers {
            match header.value() {
                Value::Shown(value) => headers.push((header.name().to_owned(), value.clone())),
                Value::Secret => sealed_headers.push(header.name().to_owned()),
            }
        }
        Self {
            url: target.url.to_string(),
            method: target.method.as_str().to_owned(),
            headers,
            sealed_headers,
            auth: (target.auth != Auth::None).then(|| AuthJson::from(&target.auth)),
            sealed: target.sealed.as_ref().map(|sealed| sealed.as_str().to_owned()),
            signing: SigningJson::of(&target.signing),
            shape: (&target.shape).into(),
            static_ip: target.static_ip,
            timeout_seconds: target.timeout.get(),
        }
    }
}

impl TryFrom<TargetJson> for Target {
    type Error = InvalidState;

    fn try_from(json: TargetJson) -> Result<Self, InvalidState> {
        let shown = json.headers.iter().map(|(name, value)| Header::shown(name, value));
        let sealed = json.sealed_headers.iter().map(|name| Header::secret(name));
        let headers = shown.chain(sealed).collect::<Result<_, _>>().map_err(|_| InvalidState("headers"))?;
        let auth = match json.auth {
            None => Auth::None,
            Some(auth) => auth.into_auth().ok_or(InvalidState("auth"))?,
        };
        let signing = match json.signing {
            None => SigningPlan { signing: Signing::off(), keys: None },
            Some(signing) => signing.into_plan().ok_or(InvalidState("signing"))?,
        };
        Ok(Self {
            signing,
            shape: json.shape.try_into()?,
            static_ip: json.static_ip,
            url: WebhookUrl::parse(&json.url, true).map_err(|_| InvalidState("url"))?,
            method: Method::from_name(&json.method).ok_or(InvalidState("method"))?,
            headers,
            auth,
            sealed: json.sealed.map(Sealed::new),
            timeout: TimeoutSeconds::new(json.timeout_seconds).ok_or(InvalidState("timeout_seconds"))?,
        })
    }
}
