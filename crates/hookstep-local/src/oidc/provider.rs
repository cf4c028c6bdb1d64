//! An `OpenID` provider at which people sign in (`tools/openid`).

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use super::minter::{KEY_ID, Minter};
use crate::node_env::NodeEnv;
use crate::tls::Authority;
use crate::workspace::Workspace;

/// Who the console is to the provider: the template's parameter `ConsoleClientId`.
pub const CLIENT_ID: &str = "hookstep-console";

/// A certified provider on 127.0.0.1, which signs people in by code flow with PKCE. It ends when it is dropped.
#[derive(Debug)]
pub struct Provider {
    _process: Child,
    talk: Talk,
    issuer: String,
}

/// Its standard input and output.
#[derive(Debug)]
struct Talk {
    input: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Provider {
    /// Starts a provider of tokens for this audience, with a certificate of this authority and the signing key in this folder, which is
    /// made if it is missing: what it vouches for, a [`Minter`] can mint too. What it has to say goes into `log`.
    pub async fn start(
        workspace: &Workspace,
        keys_dir: &Path,
        authority: &Authority,
        audience: &str,
        log: &Path,
    ) -> Result<Self> {
        let tools = workspace.root().join("tools/openid");
        let node = NodeEnv::prepare(&workspace.local_dir().join("node-openid"), &tools, || ()).await?;
        let signing_key = Minter::make_or_open(keys_dir)?.private_key()?;
        let (certificate, private_key) = authority.issue(&["127.0.0.1"])?.into_der();
        let mut process = node
            .program(&tools.join("provider.mjs"))?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(log).with_context(|| format!("cannot write {}", log.display()))?)
            .kill_on_drop(true)
            .spawn()
            .context("cannot start the OpenID provider")?;
        let input = process.stdin.take().context("the OpenID provider has no input")?;
        let output = process.stdout.take().context("the OpenID provider has no output")?;
        let mut talk = Talk { input, answers: BufReader::new(output).lines() };
        let begin = json!({
            "certificate": BASE64_STANDARD.encode(certificate),
            "private_key": BASE64_STANDARD.encode(private_key),
            "signing_key": BASE64_STANDARD.encode(signing_key),
            "key_id": KEY_ID,
            "audience": audience,
        });
        let told = talk.tell(&begin).await.with_context(|| format!("see {}", log.display()))?;
        let issuer = told["issuer"].as_str().context("the OpenID provider does not say where it is")?.to_owned();
        Ok(Self { _process: process, talk, issuer })
    }

    /// Its name in tokens and in the template's parameter: an `https` URL without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        self.issuer.clone()
    }

    /// From now on it signs people in to the console at this URL, and to no other.
    pub async fn sign_in_to(&mut self, console_url: &str) -> Result<()> {
        self.talk.tell(&json!({ "console_url": console_url })).await?;
        Ok(())
    }
}

impl Talk {
    async fn tell(&mut self, line: &Value) -> Result<Value> {
        self.input.write_all(format!("{line}\n").as_bytes()).await.context("the OpenID provider has ended")?;
        let answer = self.answers.next_line().await?.context("the OpenID provider has ended")?;
        serde_json::from_str(&answer).context("the OpenID provider wrote a line that is no answer")
    }
}
