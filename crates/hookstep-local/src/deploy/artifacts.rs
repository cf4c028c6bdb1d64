//! The files that the template refers to, and their upload.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::create_bucket::CreateBucketError;
use aws_sdk_s3::primitives::ByteStream;
use sha2::{Digest as _, Sha256};

use super::template::{LocalReference, ReferenceKind};
use crate::lambdas::{self, Compression};

const BUCKET: &str = "hookstep-artifacts";

/// What a template refers to, by path.
pub(super) struct Artifacts {
    by_path: BTreeMap<PathBuf, Artifact>,
}

struct Artifact {
    kind: ReferenceKind,
    file: PathBuf,
    /// Of the file's content: names the uploaded object, so that `CloudFormation` sees a change exactly when there is one.
    digest: String,
}

impl Artifacts {
    pub(super) fn read(references: &[LocalReference]) -> Result<Self> {
        let mut by_path = BTreeMap::new();
        for reference in references {
            let file = match reference.kind {
                ReferenceKind::Code => reference.path.join("bootstrap"),
                ReferenceKind::Definition => reference.path.clone(),
            };
            let refers = || format!("the template refers to {}", file.display());
            let digest = match reference.kind {
                ReferenceKind::Code => lambdas::digest(&file).with_context(refers)?,
                ReferenceKind::Definition => hex::encode(Sha256::digest(fs::read(&file).with_context(refers)?)),
            };
            by_path.insert(reference.path.clone(), Artifact { kind: reference.kind, file, digest });
        }
        Ok(Self { by_path })
    }

    pub(super) fn digests(&self) -> impl Iterator<Item = &str> {
        self.by_path.values().map(|artifact| artifact.digest.as_str())
    }

    /// Uploads them all, and returns the URI of each.
    pub(super) async fn upload(&self, s3: &Client) -> Result<BTreeMap<PathBuf, String>> {
        make_bucket(s3).await?;
        let mut uris = BTreeMap::new();
        for (path, artifact) in &self.by_path {
            let key = artifact.key();
            let present = s3.head_object().bucket(BUCKET).key(&key).send().await.is_ok();
            if !present {
                put(s3, &key, artifact.content()?, path).await?;
            }
            uris.insert(path.clone(), format!("s3://{BUCKET}/{key}"));
        }
        Ok(uris)
    }
}

/// Uploads a packaged template, which is too large to be sent with the call that uses it, and returns its URL at the engine.
pub(super) async fn upload_template(s3: &Client, endpoint_url: &str, template: String) -> Result<String> {
    let key = format!("{}.yaml", hex::encode(Sha256::digest(&template)));
    put(s3, &key, template.into_bytes(), Path::new(&key)).await?;
    Ok(format!("{endpoint_url}/{BUCKET}/{key}"))
}

impl Artifact {
    fn key(&self) -> String {
        match self.kind {
            ReferenceKind::Code => format!("{}.zip", self.digest),
            ReferenceKind::Definition => format!("{}.json", self.digest),
        }
    }

    fn content(&self) -> Result<Vec<u8>> {
        match self.kind {
            ReferenceKind::Code => lambdas::pack(&self.file, Compression::Fast),
            ReferenceKind::Definition => Ok(fs::read(&self.file)?),
        }
    }
}

async fn make_bucket(s3: &Client) -> Result<()> {
    match s3.create_bucket().bucket(BUCKET).send().await.map_err(SdkError::into_service_error) {
        Ok(_) | Err(CreateBucketError::BucketAlreadyOwnedByYou(_) | CreateBucketError::BucketAlreadyExists(_)) => {
            Ok(())
        }
        Err(error) => Err(error).context("cannot make the bucket for artifacts"),
    }
}

async fn put(s3: &Client, key: &str, content: Vec<u8>, path: &Path) -> Result<()> {
    s3.put_object()
        .bucket(BUCKET)
        .key(key)
        .body(ByteStream::from(content))
        .send()
        .await
        .map_err(SdkError::into_service_error)
        .with_context(|| format!("cannot upload {}", path.display()))?;
    Ok(())
}
