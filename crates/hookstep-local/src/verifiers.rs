//! Signatures judged by libraries that are not Hookstep's: those that receivers use, in Python and Node (`tools/verify`).
//!
//! Those in Rust are in the harness of the end-to-end tests, so that nothing else depends on them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::json_lines::ask;
use crate::node_env::NodeEnv;
use crate::python_env::PythonEnv;
use crate::workspace::Workspace;

/// A request as a receiver sees it, and the key by which it judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: String,
    /// The header `webhook-signature`.
    pub signature: String,
    /// A secret (`whsec_...`), a public key (`whpk_...`) or a public key in PEM.
    pub key: String,
    /// The body.
    pub body: Body,
}

/// A body, or where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Bytes(Bytes),
    /// A file with it, for one that is large.
    File(PathBuf),
}

/// What a library says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The signature is right.
    Good,
    /// The signature is refused, in the way in which the library refuses signatures.
    Bad,
    /// The library can't judge this, and this is why.
    NotApplicable(String),
    /// The library failed in another way, so it says nothing about the signature.
    Error(String),
}

/// What each library says, by its language and name: `python svix`.
pub type Verdicts = BTreeMap<String, Verdict>;

/// The libraries, installed.
#[derive(Debug, Clone)]
pub struct Verifiers {
    python: PythonEnv,
    node: NodeEnv,
    tools: PathBuf,
}

impl Verifiers {
    /// Installs them where they are not yet.
    pub async fn prepare(workspace: &Workspace) -> Result<Self> {
        let (local, tools) = (workspace.local_dir(), workspace.root().join("tools/verify"));
        let python = PythonEnv::prepare(&local.join("venv-verify"), &tools.join("requirements.lock"), || ()).await?;
        let node = NodeEnv::prepare(&local.join("node-verify"), &tools, || ()).await?;
        Ok(Self { python, node, tools })
    }

    /// What each library says of each case.
    pub async fn judge(&self, cases: &[Case]) -> Result<Vec<Verdicts>> {
        let mut python = Command::new(self.python.python());
        python.arg(self.tools.join("verify.py")).env_clear().env("PYTHONDONTWRITEBYTECODE", "1");
        let node = self.node.program(&self.tools.join("verify.mjs"))?;
        let (of_python, of_node) = tokio::try_join!(run(python, cases), run(node, cases))?;
        let both = of_python.into_iter().zip(of_node);
        Ok(both.map(|(python, node)| python.into_iter().chain(node).collect()).collect())
    }
}

async fn run(command: Command, cases: &[Case]) -> Result<Vec<Verdicts>> {
    let questions: Vec<Value> = cases.iter().map(in_json).collect();
    let answers: Vec<Answer> = ask(command, &questions).await?;
    Ok(answers.into_iter().map(Answer::verdicts).collect())
}

#[derive(Deserialize)]
struct Answer {
    verdicts: BTreeMap<String, String>,
}

impl Answer {
    fn verdicts(self) -> Verdicts {
        self.verdicts.into_iter().map(|(library, text)| (library, verdict(text))).collect()
    }
}

fn in_json(case: &Case) -> Value {
    let mut line = json!({ "id": case.id, "timestamp": case.timestamp, "signature": case.signature, "key": case.key });
    match &case.body {
        Body::Bytes(bytes) => line["body"] = STANDARD.encode(bytes).into(),
        Body::File(path) => line["body_file"] = path.to_string_lossy().into(),
    }
    line
}

fn verdict(text: String) -> Verdict {
    match text.split_once(": ") {
        None if text == "good" => Verdict::Good,
        None if text == "bad" => Verdict::Bad,
        Some(("not_applicable", why)) => Verdict::NotApplicable(why.to_owned()),
        _ => Verdict::Error(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_good_is_good() -> Result<()> {
        let line = br#"{"verdicts":{"a":"good","b":"bad","c":"not_applicable: why","d":"error: E: x","e":"goodish"}}"#;
        let expected = [
            ("a", Verdict::Good),
            ("b", Verdict::Bad),
            ("c", Verdict::NotApplicable("why".to_owned())),
            ("d", Verdict::Error("error: E: x".to_owned())),
            ("e", Verdict::Error("goodish".to_owned())),
        ];
        let answer: Answer = serde_json::from_slice(line)?;
        assert_eq!(answer.verdicts(), expected.map(|(library, verdict)| (library.to_owned(), verdict)).into());
        Ok(())
    }

    #[test]
    fn a_body_that_is_no_text_travels_as_base64() {
        let body = Body::Bytes(Bytes::from_static(b"\xff\0"));
        let case = Case { id: "i".into(), timestamp: "1".into(), signature: "s".into(), key: "k".into(), body };
        let line = json!({ "id": "i", "timestamp": "1", "signature": "s", "key": "k", "body": "/wA=" });
        assert_eq!(in_json(&case), line);
    }
}
