//! Keys that come and go: rotated, disabled, deleted, not there.

use hookstep_core::limits::OPENED_SECRETS_LIFE_SECONDS;
use hookstep_core::ports::{SecretOpener, SecretSealer};

use crate::secrets::{Kms, assert_unreadable, owner, secrets};

/// A key that no other test has.
async fn new_key(kms: &Kms) -> String {
    let key = kms.client.create_key().description("of a test").send().await.expect("it is made");
    key.key_metadata().and_then(|key| key.arn()).expect("an ARN").to_owned()
}

#[tokio::test]
async fn what_an_older_key_sealed_is_opened_by_whoever_seals_under_a_newer_one() {
    let (kms, owner) = (Kms::connect().await, owner());
    let (older, newer) = (new_key(&kms).await, new_key(&kms).await);
    let old = secrets(&[("/auth/password", "old")]);
    let sealed = kms.sealer_under(&older).seal(&owner, &old).await.expect("it is sealed");
    let after = kms.sealer_under(&newer);
    assert_eq!(after.open(&owner, &sealed).await.expect("it is opened"), old);
    // A change brings it under the newer one, and then the older one may go.
    let again = after.seal(&owner, &old).await.expect("it is sealed");
    kms.client.disable_key().key_id(&older).send().await.expect("it is disabled");
    assert_eq!(kms.opener().open(&owner, &again).await.expect("it is opened"), old);
    assert_unreadable(&kms.opener().open(&owner, &sealed).await);
}

#[tokio::test]
async fn a_key_with_rotation_keeps_what_it_sealed_before() {
    let (kms, owner) = (Kms::connect().await, owner());
    let key = new_key(&kms).await;
    let before = secrets(&[("/auth/password", "before")]);
    let sealed = kms.sealer_under(&key).seal(&owner, &before).await.expect("it is sealed");
    kms.client.enable_key_rotation().key_id(&key).send().await.expect("it rotates");
    let status = kms.client.get_key_rotation_status().key_id(&key).send().await.expect("it says");
    assert!(status.key_rotation_enabled());
    let after = secrets(&[("/auth/password", "after")]);
    let sealed_after = kms.sealer_under(&key).seal(&owner, &after).await.expect("it is sealed");
    assert_eq!(kms.opener().open(&owner, &sealed).await.expect("it is opened"), before);
    assert_eq!(kms.opener().open(&owner, &sealed_after).await.expect("it is opened"), after);
}

#[tokio::test]
async fn a_key_that_is_disabled_or_awaits_its_end_opens_and_seals_nothing_until_it_is_back() {
    let (kms, owner) = (Kms::connect().await, owner());
    let key = new_key(&kms).await;
    let text = secrets(&[("/auth/password", "p")]);
    let (closing, opening) = (kms.sealer_under(&key), kms.opener());
    let sealed = closing.seal(&owner, &text).await.expect("it is sealed");
    opening.open(&owner, &sealed).await.expect("it is opened");

    kms.client.disable_key().key_id(&key).send().await.expect("it is disabled");
    assert_unreadable(&kms.opener().open(&owner, &sealed).await);
    assert_unreadable(&kms.sealer_under(&key).seal(&owner, &text).await.map(|_| text.clone()));
    // Where it was opened before it stays open for its time, and no longer.
    kms.clock.moves(OPENED_SECRETS_LIFE_SECONDS - 1);
    assert_eq!(opening.open(&owner, &sealed).await.expect("it is kept"), text);
    kms.clock.moves(1);
    assert_unreadable(&opening.open(&owner, &sealed).await);

    kms.client.enable_key().key_id(&key).send().await.expect("it is enabled");
    assert_eq!(opening.open(&owner, &sealed).await.expect("it is opened"), text);
    kms.client.schedule_key_deletion().key_id(&key).pending_window_in_days(7).send().await.expect("it is scheduled");
    assert_unreadable(&kms.opener().open(&owner, &sealed).await);
    kms.client.cancel_key_deletion().key_id(&key).send().await.expect("it is kept");
    kms.client.enable_key().key_id(&key).send().await.expect("it is enabled");
    assert_eq!(kms.opener().open(&owner, &sealed).await.expect("it is opened"), text);
}

#[tokio::test]
async fn nothing_is_sealed_under_a_key_that_is_not_there() {
    let (kms, owner) = (Kms::connect().await, owner());
    let text = secrets(&[("/auth/password", "p")]);
    let nowhere = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000";
    assert_unreadable(&kms.sealer_under(nowhere).seal(&owner, &text).await.map(|_| text.clone()));
}
