//! Payloads of tens of megabytes: sent whole, with their length, and signed. (What they take of memory is measured by `cargo xtask
//! bench`.)

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hookstep_local::receiver::{LargeBodies, Receiver, ReceiverOptions};
use hookstep_tests::signatures::{Body, Expected, Judges, case_of};
use hookstep_tests::{HOOK, Hookstep, Scene, Trigger, unique};

use crate::signatures::{good, public_key};

const LENGTH: usize = 50_000_000;

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A scene whose receiver keeps large bodies in files.
async fn scene_with_files() -> Result<(Scene, Folder)> {
    let folder = Folder(std::env::temp_dir().join(unique("hookstep-large")));
    let options = ReceiverOptions::new().large_bodies(LargeBodies::InFiles(folder.0.clone()));
    let receiver = Receiver::start_with(options).await?;
    let hookstep = Hookstep::connect()?;
    let webhook = hookstep.webhook_to(&receiver, HOOK, |_| ()).await?;
    Ok((Scene { hookstep, receiver, webhook }, folder))
}

/// So many bytes that never repeat within any power of two.
fn bytes_of(alphabet: &[u8]) -> Bytes {
    let block: Vec<u8> = (0..999_983_usize).map(|at| alphabet[(at * at + at / 3) % alphabet.len()]).collect();
    block.iter().copied().cycle().take(LENGTH).collect()
}

/// Delivers it, and has it judged as it was received and with another last byte.
async fn assert_delivered_and_signed(payload: Bytes) -> Result<()> {
    let (scene, folder) = scene_with_files().await?;
    let api = &scene.hookstep.api;
    let slot = api.create_upload(&scene.webhook.config_id).await?;
    api.upload(&slot.upload, payload.clone()).await?;
    let event = scene.deliver(&Trigger { payload_id: Some(slot.payload_id), ..Trigger::default() }).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");

    let request = scene.received()?;
    let stored = request.stored.clone().context("the body is not in a file")?;
    assert!(std::fs::read(stored.path.context("the body was not kept")?)? == payload, "it arrived changed");
    assert_eq!(request.header("content-length"), Some(LENGTH.to_string()));
    assert_eq!(request.header("transfer-encoding"), None);

    let secret = scene.webhook.new_secret()?;
    let key = public_key(&scene).await?.public_key;
    let mut cases = good("50 MB", &request, &[&secret, &key])?;
    let altered = folder.0.join("altered");
    let mut last = payload.to_vec();
    last[LENGTH - 1] ^= 1;
    std::fs::write(&altered, last)?;
    for key in [&secret, &key] {
        let case = hookstep_tests::signatures::Case { body: Body::File(altered.clone()), ..case_of(&request, key)? };
        cases.push(("50 MB with another last byte".to_owned(), case, Expected::Refused));
    }
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn fifty_megabytes_of_text_are_delivered_and_signed() -> Result<()> {
    assert_delivered_and_signed(bytes_of(b"{\"event\":\"large\",\n 0123456789}")).await
}

#[tokio::test]
async fn fifty_megabytes_of_bytes_are_delivered_and_signed() -> Result<()> {
    assert_delivered_and_signed(bytes_of(&[0, 0xff, 0x80, b'a', 0xc3, 0x28, b'\r', b'\n', 7])).await
}
