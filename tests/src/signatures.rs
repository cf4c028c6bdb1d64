//! Signatures, judged by what receivers would judge them with: libraries in Python, Node and Rust that are not Hookstep's.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_local::Workspace;
use hookstep_local::receiver::ReceivedRequest;
use hookstep_local::secrets::planted;
use hookstep_local::verifiers::Verifiers;
pub use hookstep_local::verifiers::{Body, Case, Verdict, Verdicts};
use http::{HeaderMap, HeaderValue};
use standardwebhooks::{Webhook, WebhookError};

use crate::record;

/// All of them.
const LIBRARIES: [&str; 8] = [
    "node crypto",
    "node standardwebhooks",
    "node svix",
    "python cryptography",
    "python openai",
    "python standardwebhooks",
    "python svix",
    "rust standardwebhooks",
];
/// Those that know `v1a`, and take bodies that are not UTF-8.
const PRIMITIVES: [&str; 2] = ["node crypto", "python cryptography"];

/// The libraries, ready to judge.
#[derive(Debug, Clone)]
pub struct Judges {
    verifiers: Verifiers,
}

/// What they are expected to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// That the signature is right.
    Good,
    /// That it is not.
    Refused,
}

impl Judges {
    /// Installs them, where they are not installed yet.
    pub async fn prepare() -> Result<Self> {
        Ok(Self { verifiers: Verifiers::prepare(&Workspace::find()?).await? })
    }

    /// Fails unless every library that can judge a case says what is expected, and all do that are known to be able to.
    pub async fn expect(&self, cases: Vec<(String, Case, Expected)>) -> Result<()> {
        let judged: Vec<Case> = cases.iter().map(|(_, case, _)| case.clone()).collect();
        let verdicts = self.judge(&judged).await?;
        ensure!(!cases.is_empty() && verdicts.len() == cases.len(), "nothing was judged");
        let mut wrong = Vec::new();
        for ((what, case, expected), verdicts) in cases.iter().zip(verdicts) {
            let able = able_to_judge(case)?;
            let before = wrong.len();
            for library in LIBRARIES {
                let is_right = match verdicts.get(library) {
                    Some(Verdict::Good) => *expected == Expected::Good && able.contains(&library),
                    Some(Verdict::Bad) => *expected == Expected::Refused && able.contains(&library),
                    Some(Verdict::NotApplicable(_)) => !able.contains(&library),
                    Some(Verdict::Error(_)) | None => false,
                };
                if !is_right {
                    wrong.push(format!("{what}: {library} says {:?} and not {expected:?}", verdicts.get(library)));
                }
            }
            if wrong.len() == before {
                record_verdicts(&verdicts)?;
            }
        }
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }

    /// What each library says of each case.
    pub async fn judge(&self, cases: &[Case]) -> Result<Vec<Verdicts>> {
        let mut verdicts = self.verifiers.judge(cases).await?;
        for (case, verdicts) in cases.iter().zip(&mut verdicts) {
            verdicts.extend(by_rust(case)?);
        }
        Ok(verdicts)
    }
}

/// What a receiver has got, to be judged by this key.
pub fn case_of(request: &ReceivedRequest, key: &str) -> Result<Case> {
    let header = |name: &str| request.header(name).with_context(|| format!("it has no {name}"));
    let body = match &request.stored {
        Some(stored) => Body::File(stored.path.clone().context("the receiver did not keep the body")?),
        None => Body::Bytes(request.body.clone()),
    };
    Ok(Case {
        id: header("webhook-id")?,
        timestamp: header("webhook-timestamp")?,
        signature: header("webhook-signature")?,
        key: key.to_owned(),
        body,
    })
}

/// The parts of a `webhook-signature` of this scheme.
#[must_use]
pub fn signatures_of(request: &ReceivedRequest, scheme: &str) -> Vec<String> {
    let header = request.header("webhook-signature").unwrap_or_default();
    let parts = header.split(' ').filter_map(|part| part.split_once(','));
    parts.filter(|(name, _)| *name == scheme).map(|(_, signature)| signature.to_owned()).collect()
}

/// A secret to bring along, of as many bytes as it takes to be found wherever it leaks to.
#[must_use]
pub fn own_secret(name: &str) -> String {
    format!("whsec_{}", STANDARD.encode(planted(name)))
}

fn able_to_judge(case: &Case) -> Result<Vec<&'static str>> {
    let is_v1 = case.key.starts_with("whsec_");
    Ok(if is_v1 && std::str::from_utf8(&whole(case)?).is_ok() { LIBRARIES.into() } else { PRIMITIVES.into() })
}

fn whole(case: &Case) -> Result<Bytes> {
    Ok(match &case.body {
        Body::Bytes(bytes) => bytes.clone(),
        Body::File(path) => fs::read(path)?.into(),
    })
}

/// The library in Rust. (The crate `svix` compiles only with a TLS stack; its verification is the same code.)
fn by_rust(case: &Case) -> Result<Verdicts> {
    let body = whole(case)?;
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("webhook-id", &case.id), ("webhook-timestamp", &case.timestamp), ("webhook-signature", &case.signature)]
    {
        headers.insert(name, HeaderValue::from_str(value)?);
    }
    let reason = if !case.key.starts_with("whsec_") {
        Some("it knows no v1a")
    } else if std::str::from_utf8(&body).is_err() {
        Some("it takes a body that is UTF-8 only")
    } else {
        None
    };
    let verdict = match reason {
        Some(reason) => Verdict::NotApplicable(reason.to_owned()),
        None => by_standardwebhooks(&case.key, &body, &headers),
    };
    Ok([("rust standardwebhooks".to_owned(), verdict)].into())
}

fn by_standardwebhooks(key: &str, body: &[u8], headers: &HeaderMap) -> Verdict {
    match Webhook::new(key).and_then(|webhook| webhook.verify(body, headers)) {
        Ok(()) => Verdict::Good,
        Err(WebhookError::InvalidSignature) => Verdict::Bad,
        Err(error) => Verdict::Error(error.to_string()),
    }
}

/// Adds to the run's record what was said, a line per verdict: `cargo xtask test` sums it up.
fn record_verdicts(verdicts: &Verdicts) -> Result<()> {
    let Some(folder) = record::folder() else { return Ok(()) };
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("verdicts-{}", std::process::id()));
    let mut lines = String::new();
    for (library, verdict) in verdicts {
        let said = match verdict {
            Verdict::Good => "good",
            Verdict::Bad => "refused",
            Verdict::NotApplicable(_) => "not applicable",
            Verdict::Error(_) => "error",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{library}: {said}");
    }
    // Whole, so that what other threads add does not come in between.
    OpenOptions::new().create(true).append(true).open(file)?.write_all(lines.as_bytes())?;
    Ok(())
}
