//! Payloads and responses in object storage.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;
use jiff::Timestamp;

use super::Source;
use crate::event::EventKey;
use crate::ids::{ConfigId, PayloadId, TenantId};
use crate::payload::StoredPayload;

/// The payload bucket can't serve.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Worth a retry.
    #[error("the payload bucket is unavailable")]
    Unavailable(#[source] Source),
    /// It broke off in the middle of the object.
    #[error("the payload bucket broke off: {0}")]
    Interrupted(String),
    /// There is no such object.
    #[error("the payload object does not exist")]
    Missing,
    /// The object's entity tag or length is not the expected one.
    #[error("the payload object is not the one that the event names")]
    Altered,
}

/// Stores payloads by claim check.
pub trait PayloadWriter: Send + Sync {
    /// Stores the payload of an event under a name that no other call uses.
    fn store(
        &self,
        key: &EventKey,
        unique: &str,
        bytes: Bytes,
    ) -> impl Future<Output = Result<StoredPayload, PayloadError>> + Send;
}

/// Copies stored payloads for events that are replayed: each keeps its own for as long as its row.
pub trait PayloadCopier: Send + Sync {
    /// Copies the very object that an event names, to a name that no other call uses.
    fn copy(
        &self,
        payload: &StoredPayload,
        key: &EventKey,
        unique: &str,
    ) -> impl Future<Output = Result<StoredPayload, PayloadError>> + Send;
}

/// A place to upload one payload to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadSlot {
    /// The URL to send one `PUT` to.
    pub url: String,
    /// Headers that the `PUT` has to carry.
    pub headers: Vec<(String, String)>,
    /// When the URL stops working.
    pub expires_at: Timestamp,
}

/// What was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The object, pinned by its entity tag.
    pub payload: StoredPayload,
    /// When it was put.
    pub stored_at: Timestamp,
}

impl Uploaded {
    /// From when on the time counts for which an event accepted at that moment is kept: the bucket's lifecycle counts from the
    /// upload, and no row is to outlive its payload.
    #[must_use]
    pub fn kept_from(&self, accepted_at: Timestamp) -> Timestamp {
        self.stored_at.min(accepted_at)
    }
}

/// Uploads that callers make themselves, past the limits of API Gateway.
pub trait Uploads: Send + Sync {
    /// Opens a place to upload to.
    fn open(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
        now: Timestamp,
    ) -> impl Future<Output = Result<UploadSlot, PayloadError>> + Send;

    /// What was uploaded.
    fn uploaded(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
    ) -> impl Future<Output = Result<Uploaded, PayloadError>> + Send;
}

/// The bytes of a stored payload, as they come.
pub type PayloadStream = Pin<Box<dyn Stream<Item = Result<Bytes, Source>> + Send + Sync>>;

/// Reads claim-checked payloads.
pub trait PayloadReader: Send + Sync {
    /// Opens the very object that the event names.
    fn open(&self, payload: &StoredPayload) -> impl Future<Output = Result<PayloadStream, PayloadError>> + Send;
}

/// Keeps response bodies that are too large for a row.
pub trait ResponseWriter: Send + Sync {
    /// Stores one and returns its object key.
    fn store_response(
        &self,
        key: &EventKey,
        attempt_number: u32,
        body: Bytes,
    ) -> impl Future<Output = Result<String, PayloadError>> + Send;
}

/// A URL that gives one object's bytes to whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadLink {
    /// The URL.
    pub url: String,
    /// When it stops working, if the credentials that sign it do not expire earlier.
    pub expires_at: Timestamp,
}

/// Lets people download what is kept of an event beside its row, past the limits of API Gateway.
pub trait Downloads: Send + Sync {
    /// A URL that gives the object as an attachment of this name, and as no type that a browser would show: what is in it
    /// comes from strangers.
    fn link(
        &self,
        key: &str,
        file_name: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<DownloadLink, PayloadError>> + Send;
}

/// Reads what is kept of an event beside its row: its response bodies and its payload.
pub trait ObjectReader: Send + Sync {
    /// The whole object; for bounded ones.
    fn read(&self, key: &str) -> impl Future<Output = Result<Bytes, PayloadError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_kept_from_the_upload_on_and_never_from_after_the_event() {
        let accepted_at = Timestamp::constant(1_800_000_000, 0);
        let uploaded_at = |seconds: i64| {
            let payload = StoredPayload { key: "uploads/a".to_owned(), etag: String::new(), size: 1 };
            Uploaded { payload, stored_at: Timestamp::constant(1_800_000_000 + seconds, 0) }
        };
        assert_eq!(uploaded_at(-864_000).kept_from(accepted_at), uploaded_at(-864_000).stored_at);
        // The clocks of S3 and of the function are two.
        assert_eq!(uploaded_at(5).kept_from(accepted_at), accepted_at);
    }
}
