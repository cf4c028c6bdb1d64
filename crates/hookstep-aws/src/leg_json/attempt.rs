//! Attempts: what came of a leg.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::payload::Encoding;
use hookstep_core::response::{Response, ResponseBody};
use serde::{Deserialize, Serialize};

use super::{InvalidState, parsed};

/// What an attempt came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AttemptJson {
    number: u32,
    started_at: String,
    duration_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_byte_ms: Option<u64>,
    response: Option<ResponseJson>,
    error: Option<ErrorJson>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ResponseJson {
    status_code: u16,
    headers: Vec<(String, String)>,
    body: BodyJson,
    truncated: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BodyJson {
    Text(String),
    Base64(String),
    S3 { key: String, size: u64 },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ErrorJson {
    code: String,
    detail: String,
}

impl From<&Attempt> for AttemptJson {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: attempt.started_at.to_string(),
            duration_ms: attempt.duration_ms,
            first_byte_ms: attempt.first_byte_ms,
            response: attempt.response.as_ref().map(|response| ResponseJson {
                status_code: response.status_code,
                headers: response.headers.clone(),
                body: (&response.body).into(),
                truncated: response.truncated,
            }),
            error: attempt
                .error
                .as_ref()
                .map(|error| ErrorJson { code: error.obstacle.code().to_owned(), detail: error.detail.clone() }),
        }
    }
}

impl TryFrom<AttemptJson> for Attempt {
    type Error = InvalidState;

    fn try_from(json: AttemptJson) -> Result<Self, InvalidState> {
        let error = |json: ErrorJson| {
            let obstacle = Obstacle::from_code(&json.code).ok_or(InvalidState("error"))?;
            Ok(AttemptError { obstacle, detail: json.detail })
        };
        let response = |json: ResponseJson| {
            let body = json.body.try_into()?;
            Ok(Response { status_code: json.status_code, headers: json.headers, body, truncated: json.truncated })
        };
        Ok(Self {
            number: json.number,
            started_at: parsed(&json.started_at, "started_at")?,
            duration_ms: json.duration_ms,
            first_byte_ms: json.first_byte_ms,
            response: json.response.map(response).transpose()?,
            error: json.error.map(error).transpose()?,
        })
    }
}

impl From<&ResponseBody> for BodyJson {
    fn from(body: &ResponseBody) -> Self {
        match body {
            ResponseBody::Inline(bytes) => match (Encoding::of(bytes), std::str::from_utf8(bytes)) {
                (Encoding::Utf8, Ok(text)) => Self::Text(text.to_owned()),
                _ => Self::Base64(STANDARD.encode(bytes)),
            },
            ResponseBody::Stored { key, size } => Self::S3 { key: key.clone(), size: *size },
        }
    }
}

impl TryFrom<BodyJson> for ResponseBody {
    type Error = InvalidState;

    fn try_from(json: BodyJson) -> Result<Self, InvalidState> {
        Ok(match json {
            BodyJson::Text(text) => Self::Inline(text.into()),
            BodyJson::Base64(text) => {
                let bytes = STANDARD.decode(text).map_err(|_| InvalidState("body"))?;
                Self::Inline(Bytes::from(bytes))
            }
            BodyJson::S3 { key, size } => Self::Stored { key, size },
        })
    }
}
