//! Publishing the keys.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::minter::Minter;
use crate::receiver::{Receiver, Script};
use crate::tls::Authority;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEY_SET: &str = "/keys.json";

/// An issuer on 127.0.0.1. It ends when it is dropped.
#[derive(Debug)]
pub struct Issuer {
    server: Receiver,
}

impl Issuer {
    /// Starts an issuer with the keys in this folder, which are made if they are missing, and a certificate of this authority.
    pub async fn start(keys_dir: &Path, authority: &Authority) -> Result<Self> {
        let key_set = Minter::make_or_open(keys_dir)?.key_set()?;
        let server = Receiver::start_tls(authority.issue(&["127.0.0.1"])?).await?;
        let issuer = server.url("");
        server.on(
            DISCOVERY,
            document(&json!({
                "issuer": issuer,
                "jwks_uri": server.url(KEY_SET),
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["token"],
                "subject_types_supported": ["public"],
            })),
        );
        server.on(KEY_SET, document(&key_set));
        Ok(Self { server })
    }

    /// Its name in tokens and in the template's parameter: an `https` URL without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("")
    }
}

fn document(json: &Value) -> Script {
    Script::status(200).header("content-type", "application/json").body(json.to_string())
}
