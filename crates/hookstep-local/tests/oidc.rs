//! The issuers vouch for the tokens of their minter, and for no flawed one.

#![expect(clippy::disallowed_methods, reason = "an ordinary HTTP client is the point")]

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hookstep_local::Workspace;
use hookstep_local::oidc::{Flaw, Issuer, Minter, Provider};
use hookstep_local::tls::Authority;
use reqwest::{Certificate, Client};
use serde_json::{Value, json};

const AUDIENCE: &str = "hookstep";

/// What a careful verifier knows.
struct Verifier {
    issuer: String,
    keys: Value,
}

fn decoded(part: &str) -> Result<Value> {
    Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part)?)?)
}

impl Verifier {
    async fn of(issuer: String, authority: &Authority) -> Result<Self> {
        let root = Certificate::from_pem(&std::fs::read(authority.certificate_file())?)?;
        let client = Client::builder().no_proxy().tls_certs_only([root]).build()?;
        let url = format!("{issuer}/.well-known/openid-configuration");
        let discovery: Value = serde_json::from_str(&client.get(url).send().await?.text().await?)?;
        assert_eq!(discovery["issuer"], issuer);
        let keys = client.get(discovery["jwks_uri"].as_str().context("no keys")?).send().await?;
        Ok(Self { issuer, keys: serde_json::from_str(&keys.text().await?)? })
    }

    fn accepts(&self, token: &str) -> Result<bool> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Ok(false) };
        let (header_json, claims_json) = (decoded(header)?, decoded(claims)?);
        let keys = self.keys["keys"].as_array().context("no keys")?;
        let Some(key) = keys.iter().find(|key| key["kid"] == header_json["kid"]) else { return Ok(false) };
        let part = |name: &str| anyhow::Ok(BASE64_URL_SAFE_NO_PAD.decode(key[name].as_str().context("no number")?)?);
        let key = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature)?;
        let signed = format!("{header}.{claims}");
        let is_signed = key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).is_ok();
        let time = |claim: &str| claims_json[claim].as_u64().unwrap_or_default();
        Ok(header_json["alg"] == "RS256"
            && is_signed
            && claims_json["iss"] == self.issuer.as_str()
            && claims_json["aud"] == AUDIENCE
            && time("nbf") <= now()
            && time("iat") <= now()
            && time("exp") > now())
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[tokio::test]
async fn a_good_token_passes_and_no_flawed_one_does() -> Result<()> {
    let dir = std::env::temp_dir().join(format!("hookstep-issuer-{}", std::process::id()));
    let authority = Authority::make_or_open(&dir)?;
    let issuer = Issuer::start(&dir, &authority).await?;
    // As in another process.
    let minter = Minter::make_or_open(&dir)?;
    let verifier = Verifier::of(issuer.url(), &authority).await?;
    std::fs::remove_dir_all(&dir)?;

    let claims = json!({
        "iss": issuer.url(), "aud": AUDIENCE, "sub": "somebody", "iat": now(), "nbf": now(), "exp": now() + 3600,
    });
    let good = minter.sign(&claims)?;
    assert!(verifier.accepts(&good)?, "{good}");
    for flaw in Flaw::ALL {
        let token = minter.flawed(&claims, flaw)?;
        assert_ne!(token, good, "{flaw:?}");
        assert!(!verifier.accepts(&token)?, "{flaw:?}: {token}");
    }
    let other = minter.sign_under(&json!({ "alg": "RS256", "kid": "x" }), &claims)?;
    assert!(!verifier.accepts(&other)?);
    Ok(())
}

#[tokio::test]
async fn where_people_sign_in_the_same_tokens_pass() -> Result<()> {
    let dir = std::env::temp_dir().join(format!("hookstep-provider-{}", std::process::id()));
    let authority = Authority::make_or_open(&dir)?;
    let workspace = Workspace::find()?;
    let provider = Provider::start(&workspace, &dir, &authority, AUDIENCE, &dir.join("log")).await?;
    let minter = Minter::make_or_open(&dir)?;
    let verifier = Verifier::of(provider.url(), &authority).await?;
    std::fs::remove_dir_all(&dir)?;

    let claims = json!({ "iss": provider.url(), "aud": AUDIENCE, "iat": now(), "nbf": now(), "exp": now() + 3600 });
    assert!(verifier.accepts(&minter.sign(&claims)?)?);
    assert!(!verifier.accepts(&minter.flawed(&claims, Flaw::ForeignKey)?)?);
    Ok(())
}

#[test]
fn a_flaw_leaves_the_rest_of_the_token_as_it_was() -> Result<()> {
    let dir = std::env::temp_dir().join(format!("hookstep-minter-{}", std::process::id()));
    let minter = Minter::make_or_open(&dir)?;
    std::fs::remove_dir_all(&dir)?;
    let claims = json!({ "iss": "i", "aud": "a", "sub": "s", "iat": 1, "nbf": 1, "exp": 2 });
    for (flaw, claim) in [(Flaw::NotYetValid, "nbf"), (Flaw::WrongAudience, "aud"), (Flaw::WrongIssuer, "iss")] {
        let token = minter.flawed(&claims, flaw)?;
        let mut flawed = decoded(token.split('.').nth(1).context("no claims")?)?;
        assert_ne!(flawed[claim], claims[claim]);
        flawed[claim] = claims[claim].clone();
        assert_eq!(flawed, claims);
    }
    let unsigned = minter.flawed(&claims, Flaw::AlgNone)?;
    assert!(unsigned.ends_with('.'), "{unsigned}");
    let by_public_key = minter.flawed(&claims, Flaw::Hs256WithPublicKey)?;
    let [header, .., signature] = &by_public_key.split('.').collect::<Vec<_>>()[..] else { panic!("{by_public_key}") };
    assert_eq!((decoded(header)?["alg"].as_str(), signature.len()), (Some("HS256"), 43));
    Ok(())
}
