//! The payload bucket: claim-checked payloads, uploads, large responses.
//!
//! | prefix | what | name |
//! | --- | --- | --- |
//! | `payloads/` | claim-checked by the trigger | tenant, webhook, the leg's name |
//! | `payloads/` | of an event of the bus, for all its webhooks | tenant, `bus`, what the ids of their events are derived from |
//! | `uploads/` | put by callers through a presigned URL | tenant, webhook, payload id |
//! | `responses/` | response bodies too large for a row | tenant, webhook, event id, attempt |

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use hookstep_core::event::EventKey;
use hookstep_core::ids::{ConfigId, PayloadId, TenantId};
use hookstep_core::limits::{WHOLE_PAYLOAD_MAX_BYTES, WHOLE_PAYLOAD_SECONDS};
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    DownloadLink, Downloads, ObjectReader, PayloadCopier, PayloadError, PayloadReader, PayloadStream, PayloadWriter,
    ResponseWriter, SharedPayloads, UploadSlot, Uploaded, Uploads,
};
use jiff::Timestamp;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a presigned upload URL works. (The credentials that sign it may expire earlier.)
const UPLOAD_URL_LIFE: Duration = Duration::from_mins(15);

/// How long a presigned download URL works: as long as it takes to click it. (The same holds for its credentials.)
pub const DOWNLOAD_URL_LIFE: Duration = Duration::from_mins(5);

/// How long a copy may take, which S3 makes by itself: the largest payload, several times over.
const COPY_TIME: Duration = Duration::from_secs(25);

/// The payload bucket.
#[derive(Debug, Clone)]
pub struct S3Payloads {
    client: aws_sdk_s3::Client,
    bucket: String,
}

impl S3Payloads {
    /// The bucket of that name.
    #[must_use]
    pub fn new(client: aws_sdk_s3::Client, bucket: String) -> Self {
        Self { client, bucket }
    }

    async fn put(&self, key: &str, bytes: Bytes) -> Result<String, PayloadError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).body(ByteStream::from(bytes));
        let answer = request.send().await.map_err(refusal)?;
        Ok(answer.e_tag().unwrap_or_default().to_owned())
    }

    async fn put_payload(&self, key: String, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        let size = bytes.len() as u64;
        let etag = self.put(&key, bytes).await?;
        Ok(StoredPayload { key, etag, size })
    }
}

fn upload_key(tenant: &TenantId, config_id: &ConfigId, id: &PayloadId) -> String {
    format!("uploads/{tenant}/{config_id}/{id}")
}

/// What S3 refuses a request with.
fn refusal<E>(error: SdkError<E>) -> PayloadError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    match (status, error.code()) {
        (_, Some("NoSuchKey")) | (Some(404), _) => PayloadError::Missing,
        (Some(412), _) => PayloadError::Altered,
        _ => PayloadError::Unavailable(error.into()),
    }
}

impl PayloadWriter for S3Payloads {
    async fn store(&self, key: &EventKey, unique: &str, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        self.put_payload(format!("payloads/{}/{}/{unique}", key.tenant, key.config_id), bytes).await
    }
}

impl SharedPayloads for S3Payloads {
    async fn store_shared(&self, tenant: &TenantId, unique: &str, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        self.put_payload(format!("payloads/{tenant}/bus/{unique}"), bytes).await
    }
}

impl PayloadCopier for S3Payloads {
    async fn copy(&self, payload: &StoredPayload, key: &EventKey, unique: &str) -> Result<StoredPayload, PayloadError> {
        let object = format!("payloads/{}/{}/{unique}", key.tenant, key.config_id);
        let time = TimeoutConfig::builder().operation_timeout(COPY_TIME).read_timeout(COPY_TIME).build();
        let request = self
            .client
            .copy_object()
            // Of letters, digits, `/`, `_` and `-` only, so there is nothing to encode.
            .copy_source(format!("{}/{}", self.bucket, payload.key))
            .copy_source_if_match(&payload.etag)
            .bucket(&self.bucket)
            .key(&object)
            .customize()
            .config_override(aws_sdk_s3::config::Builder::new().timeout_config(time));
        let answer = request.send().await.map_err(refusal)?;
        let etag = answer.copy_object_result().and_then(|copied| copied.e_tag()).unwrap_or_default();
        Ok(StoredPayload { key: object, etag: etag.to_owned(), size: payload.size })
    }
}

impl ResponseWriter for S3Payloads {
    async fn store_response(&self, key: &EventKey, attempt_number: u32, body: Bytes) -> Result<String, PayloadError> {
        let object = format!("responses/{}/{}/{}/{attempt_number}", key.tenant, key.config_id, key.event_id);
        self.put(&object, body).await?;
        Ok(object)
    }
}

impl ObjectReader for S3Payloads {
    async fn read(&self, key: &str) -> Result<Bytes, PayloadError> {
        let answer = self.client.get_object().bucket(&self.bucket).key(key).send().await.map_err(refusal)?;
        let body = answer.body.collect().await.map_err(|error| PayloadError::Unavailable(error.into()))?;
        Ok(body.into_bytes())
    }
}

impl Downloads for S3Payloads {
    async fn link(&self, key: &str, file_name: &str, now: Timestamp) -> Result<DownloadLink, PayloadError> {
        let unavailable = |error: Box<dyn std::error::Error + Send + Sync>| PayloadError::Unavailable(error);
        let life = PresigningConfig::expires_in(DOWNLOAD_URL_LIFE).map_err(|error| unavailable(error.into()))?;
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .response_content_disposition(format!("attachment; filename=\"{file_name}\""))
            .response_content_type("application/octet-stream");
        let presigned = request.presigned(life).await.map_err(|error| unavailable(error.into()))?;
        Ok(DownloadLink { url: presigned.uri().to_owned(), expires_at: now + DOWNLOAD_URL_LIFE })
    }
}

impl PayloadReader for S3Payloads {
    async fn open(&self, payload: &StoredPayload) -> Result<PayloadStream, PayloadError> {
        let until = Instant::now() + Duration::from_secs(WHOLE_PAYLOAD_SECONDS);
        let request = self.client.get_object().bucket(&self.bucket).key(&payload.key).if_match(&payload.etag);
        let answer = request.send().await.map_err(refusal)?;
        // Not every store that speaks S3 heeds If-Match.
        let size = answer.content_length().and_then(|size| u64::try_from(size).ok());
        if answer.e_tag() != Some(payload.etag.as_str()) || size != Some(payload.size) {
            return Err(PayloadError::Altered);
        }
        #[expect(clippy::disallowed_methods, reason = "a deadline, and nothing that waits")]
        let end = (payload.size <= WHOLE_PAYLOAD_MAX_BYTES).then(|| Box::pin(sleep_until(until)));
        Ok(Box::pin(Chunks { body: answer.body, end }))
    }
}

/// The SDK's byte stream as a `Stream`.
struct Chunks {
    body: ByteStream,
    /// When a payload that is read whole has to be there.
    end: Option<Pin<Box<Sleep>>>,
}

/// The payload did not come in the time that a machine has for it.
#[derive(Debug, thiserror::Error)]
#[error("it was not read within {WHOLE_PAYLOAD_SECONDS} seconds")]
struct TooSlow;

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, hookstep_core::ports::Source>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { body, end } = self.get_mut();
        match Pin::new(body).poll_next(context) {
            Poll::Ready(chunk) => Poll::Ready(chunk.map(|chunk| chunk.map_err(Into::into))),
            Poll::Pending => match end.as_mut().map(|end| end.as_mut().poll(context)) {
                Some(Poll::Ready(())) => Poll::Ready(Some(Err(TooSlow.into()))),
                _ => Poll::Pending,
            },
        }
    }
}

impl Uploads for S3Payloads {
    async fn open(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
        now: Timestamp,
    ) -> Result<UploadSlot, PayloadError> {
        let unavailable = |error: Box<dyn std::error::Error + Send + Sync>| PayloadError::Unavailable(error);
        let life = PresigningConfig::expires_in(UPLOAD_URL_LIFE).map_err(|error| unavailable(error.into()))?;
        let request = self.client.put_object().bucket(&self.bucket).key(upload_key(tenant, config_id, id));
        let presigned = request.presigned(life).await.map_err(|error| unavailable(error.into()))?;
        Ok(UploadSlot {
            url: presigned.uri().to_owned(),
            headers: presigned.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            expires_at: now + UPLOAD_URL_LIFE,
        })
    }

    async fn uploaded(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
    ) -> Result<Uploaded, PayloadError> {
        let key = upload_key(tenant, config_id, id);
        let answer = self.client.head_object().bucket(&self.bucket).key(&key).send().await.map_err(refusal)?;
        let size = answer.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
        let stored_at = answer.last_modified().and_then(|moment| Timestamp::from_second(moment.secs()).ok());
        let payload = StoredPayload { key, etag: answer.e_tag().unwrap_or_default().to_owned(), size };
        // S3 always says when.
        Ok(Uploaded { payload, stored_at: stored_at.unwrap_or_default() })
    }
}
