//! Payloads and responses in the bucket.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use hookstep_aws::payloads::S3Payloads;
use hookstep_core::ids::PayloadId;
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    ObjectReader, PayloadCopier, PayloadError, PayloadReader, PayloadWriter, ResponseWriter, Uploads,
};

use crate::make::{NOW, config_id, event, tenant};
use crate::stack::Tables;

async fn read(objects: &S3Payloads, stored: &StoredPayload) -> Result<Vec<u8>, PayloadError> {
    let stream = PayloadReader::open(objects, stored).await?;
    let chunks: Vec<Bytes> = stream.try_collect().await.expect("it does not break off");
    Ok(chunks.concat())
}

#[tokio::test]
async fn a_payload_comes_back_as_it_was_stored() {
    let (objects, event) = (Tables::connect().objects(), event(&tenant(), &config_id()));
    let large: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    for (unique, bytes) in [("empty", Vec::new()), ("one", vec![0]), ("large", large)] {
        let stored = objects.store(&event.key, unique, Bytes::from(bytes.clone())).await.expect("it is stored");
        assert_eq!(stored.size, bytes.len() as u64);
        assert!(stored.key.starts_with("payloads/") && stored.key.ends_with(unique), "{}", stored.key);
        assert!(read(&objects, &stored).await.expect("it is there") == bytes, "{unique}");
        assert!(objects.read(&stored.key).await.expect("it is there") == bytes, "{unique}");
    }
}

#[tokio::test]
async fn a_payload_that_is_gone_or_was_replaced_is_told_apart() {
    let (objects, event) = (Tables::connect().objects(), event(&tenant(), &config_id()));
    let first = objects.store(&event.key, "name", Bytes::from_static(b"first")).await.expect("it is stored");
    let gone = StoredPayload { key: format!("{}-gone", first.key), ..first.clone() };
    assert!(matches!(read(&objects, &gone).await, Err(PayloadError::Missing)));
    assert!(matches!(objects.read(&gone.key).await, Err(PayloadError::Missing)));

    let second = objects.store(&event.key, "name", Bytes::from_static(b"other")).await.expect("it is stored");
    assert!(matches!(read(&objects, &first).await, Err(PayloadError::Altered)));
    assert_eq!(read(&objects, &second).await.expect("it is there"), b"other");
    let shorter = StoredPayload { size: 4, ..second };
    assert!(matches!(read(&objects, &shorter).await, Err(PayloadError::Altered)));
}

#[tokio::test]
async fn a_copy_is_of_the_very_object_and_outlives_it() {
    let (tables, event) = (Tables::connect(), event(&tenant(), &config_id()));
    let objects = tables.objects();
    let first = objects.store(&event.key, "name", Bytes::from_static(b"first")).await.expect("it is stored");
    let copy = objects.copy(&first, &event.key, "copy").await.expect("it is copied");
    assert_eq!((copy.size, copy.key.ends_with("/copy")), (5, true));
    let gone = StoredPayload { key: format!("{}-gone", first.key), ..first.clone() };
    assert!(matches!(objects.copy(&gone, &event.key, "none").await, Err(PayloadError::Missing)));
    objects.store(&event.key, "name", Bytes::from_static(b"other")).await.expect("it is stored");
    assert!(matches!(objects.copy(&first, &event.key, "altered").await, Err(PayloadError::Altered)));
    assert_eq!(read(&objects, &copy).await.expect("it is there"), b"first");
}

#[tokio::test]
async fn a_response_is_kept_under_its_attempt() {
    let (objects, event) = (Tables::connect().objects(), event(&tenant(), &config_id()));
    for attempt in [1, 2] {
        let body = Bytes::from(format!("answer {attempt}"));
        let key = objects.store_response(&event.key, attempt, body.clone()).await.expect("it is stored");
        assert!(key.starts_with("responses/"), "{key}");
        assert_eq!(objects.read(&key).await.expect("it is there"), body);
    }
}

#[tokio::test]
async fn an_upload_is_found_once_it_is_there() {
    let (objects, tenant, config_id) = (Tables::connect().objects(), tenant(), config_id());
    let id = PayloadId::generate(NOW, 1);
    assert!(matches!(objects.uploaded(&tenant, &config_id, &id).await, Err(PayloadError::Missing)));

    let slot = Uploads::open(&objects, &tenant, &config_id, &id, NOW).await.expect("it is signed");
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut put = http.put(&slot.url).body("uploaded");
    for (name, value) in &slot.headers {
        put = put.header(name, value);
    }
    let answer = put.send().await.expect("the engine answers");
    assert!(answer.status().is_success(), "{}", answer.status());

    let stored = objects.uploaded(&tenant, &config_id, &id).await.expect("it is there").payload;
    assert_eq!(stored.size, 8);
    assert_eq!(read(&objects, &stored).await.expect("it is there"), b"uploaded");
}
