//! KMS, Secrets Manager and `EventBridge` that fail or do not answer: what is worth a retry, and what is not.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use hookstep_aws::clock::System;
use hookstep_aws::connections::{ConnectionSecrets, EventBridgeConnections};
use hookstep_aws::sdk;
use hookstep_aws::secrets::{KmsSealer, KmsSecrets};
use hookstep_core::ports::{
    Clock as _, ConnectionError, ConnectionFinder as _, ConnectionReader as _, Entropy as _, SecretOpener as _,
    SecretSealer as _, SecretsError,
};
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};
use hookstep_local::aws;
use hookstep_local::receiver::{Receiver, Script};
use serde_json::json;

const SECRET_ARN: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:a";

async fn config(endpoint_url: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .endpoint_url(endpoint_url)
        .region(Region::from_static(aws::REGION))
        .credentials_provider(aws::credentials())
        .load()
        .await
}

/// A service that does this with every call.
async fn service(script: Script) -> (Receiver, SdkConfig) {
    let receiver = Receiver::start().await.expect("it listens");
    receiver.on("/", script);
    let config = config(&receiver.url("")).await;
    (receiver, config)
}

fn error(status: u16, code: &str) -> Script {
    let body = json!({ "__type": code, "message": "as told" }).to_string();
    Script::status(status).header("content-type", "application/x-amz-json-1.1").body(body)
}

fn owner() -> Owner {
    let config_id = hookstep_core::ids::ConfigId::generate(System.now(), System.random());
    Owner { tenant: "acme".parse().expect("a tenant id"), config_id }
}

fn secrets() -> Secrets {
    [("/auth/password".to_owned(), Secret::new("p"))].into_iter().collect()
}

async fn opened(config: &SdkConfig) -> SecretsError {
    let opener = KmsSecrets::new(sdk::kms(config), System);
    opener.open(&owner(), &Sealed::new("v1.a2V5.Y2lwaGVydGV4dA")).await.expect_err("it can't be opened")
}

/// Seals by KMS there, with data keys in that table.
fn sealer(kms: &SdkConfig, table: &SdkConfig) -> KmsSealer<System> {
    let key_arn = "arn:aws:kms:us-east-1:000000000000:key/a".to_owned();
    KmsSealer::new(sdk::kms(kms), key_arn, sdk::dynamodb(table), "keys".to_owned(), System)
}

/// A table that has nothing and takes everything.
async fn empty_table() -> (Receiver, SdkConfig) {
    service(Script::status(200).header("content-type", "application/x-amz-json-1.0").body("{}")).await
}

async fn sealed(config: &SdkConfig) -> SecretsError {
    let (_table, table) = empty_table().await;
    sealer(config, &table).seal(&owner(), &secrets()).await.expect_err("it can't be sealed")
}

async fn read(config: &SdkConfig) -> ConnectionError {
    let reader = ConnectionSecrets::new(sdk::secrets_manager(config), System);
    reader.credentials(SECRET_ARN).await.expect_err("it can't be read")
}

async fn found(config: &SdkConfig) -> ConnectionError {
    let arn = "arn:aws:events:us-east-1:000000000000:connection/a/b".parse().expect("an ARN");
    EventBridgeConnections::new(sdk::eventbridge(config)).secret_arn(&arn).await.expect_err("it is not found")
}

async fn assert_unavailable(config: &SdkConfig, why: &str) {
    let (opened, sealed) = (Box::pin(opened(config)), Box::pin(sealed(config)));
    let (read, found) = (Box::pin(read(config)), Box::pin(found(config)));
    let (opened, sealed, read, found) = tokio::join!(opened, sealed, read, found);
    assert!(matches!(opened, SecretsError::Unavailable(_)), "{why}: {opened:?}");
    assert!(matches!(sealed, SecretsError::Unavailable(_)), "{why}: {sealed:?}");
    assert!(matches!(read, ConnectionError::Unavailable(_)), "{why}: {read:?}");
    assert!(matches!(found, ConnectionError::Unavailable(_)), "{why}: {found:?}");
}

#[tokio::test]
async fn services_that_are_not_reached_or_in_trouble_are_unavailable() {
    let cases = [
        (error(400, "ThrottlingException"), "throttled"),
        (error(500, "KMSInternalException"), "an error of KMS"),
        (error(500, "InternalServiceError"), "an error of Secrets Manager"),
        (error(503, "DependencyTimeoutException"), "a dependency"),
        (Script::status(502).body("<html>"), "no answer of a service"),
        (Script::close(), "a connection that is closed"),
    ]
    .map(|(script, why)| {
        Box::pin(async move {
            let (_receiver, config) = service(script).await;
            assert_unavailable(&config, why).await;
        })
    });
    let nowhere = Box::pin(async { assert_unavailable(&config("http://127.0.0.1:1").await, "nothing listens").await });
    tokio::join!(join_all(cases), nowhere);
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up_in_time_for_the_delivery() {
    let (_receiver, config) = service(Script::never()).await;
    let all = Box::pin(async {
        let (opened, sealed, read) = tokio::join!(opened(&config), sealed(&config), read(&config));
        assert!(matches!(opened, SecretsError::Unavailable(_)), "{opened:?}");
        assert!(matches!(sealed, SecretsError::Unavailable(_)), "{sealed:?}");
        assert!(matches!(read, ConnectionError::Unavailable(_)), "{read:?}");
    });
    tokio::time::timeout(Duration::from_secs(5), all).await.expect("3 s, says the client");
}

#[tokio::test]
async fn what_trying_again_does_not_mend_is_final() {
    for code in [
        "AccessDeniedException",
        "DisabledException",
        "InvalidCiphertextException",
        "IncorrectKeyException",
        "KMSInvalidStateException",
        "NotFoundException",
    ] {
        let (receiver, config) = service(error(400, code)).await;
        for error in [opened(&config).await, sealed(&config).await] {
            assert!(matches!(error, SecretsError::Unreadable(_)), "{code}: {error:?}");
        }
        assert_eq!(receiver.requests().len(), 2, "{code} is not tried again");
    }
    for code in ["ResourceNotFoundException", "InvalidRequestException", "AccessDeniedException", "DecryptionFailure"] {
        let (_receiver, config) = service(error(400, code)).await;
        let error = read(&config).await;
        assert!(matches!(error, ConnectionError::Unusable(_)), "{code}: {error:?}");
        assert!(!error.to_string().contains("as told"), "{error}");
    }
    for code in ["ResourceNotFoundException", "AccessDeniedException"] {
        let (_receiver, config) = service(error(400, code)).await;
        let error = found(&config).await;
        assert!(matches!(error, ConnectionError::Unusable(_)), "{code}: {error:?}");
    }
}

/// KMS with one data key, which it gives to everybody.
async fn careless_kms() -> (Receiver, SdkConfig) {
    let key = STANDARD.encode([7; 32]);
    let body = json!({ "Plaintext": key, "CiphertextBlob": STANDARD.encode(b"wrapped"), "KeyId": "arn" }).to_string();
    service(Script::status(200).header("content-type", "application/x-amz-json-1.1").body(body)).await
}

#[tokio::test]
async fn a_data_key_of_another_owner_opens_nothing_even_where_kms_gives_it() {
    let (_receiver, config) = careless_kms().await;
    let (_table, table) = empty_table().await;
    let kms = sealer(&config, &table);
    let (one, other) = (owner(), owner());
    let sealed = kms.seal(&one, &secrets()).await.expect("it is sealed");
    assert_eq!(kms.open(&one, &sealed).await.expect("it is opened"), secrets());
    let refused = kms.open(&other, &sealed).await.expect_err("it is not the other one's");
    assert!(matches!(refused, SecretsError::Unreadable(_)), "{refused:?}");
}

#[tokio::test]
async fn nothing_is_sealed_while_the_table_of_data_keys_fails() {
    let (kms, config) = careless_kms().await;
    for script in [error(500, "InternalServerError"), error(400, "ResourceNotFoundException"), Script::close()] {
        let (_table, table) = service(script).await;
        let error = sealer(&config, &table).seal(&owner(), &secrets()).await.expect_err("it can't be sealed");
        assert!(matches!(error, SecretsError::Unavailable(_)), "{error:?}");
    }
    assert_eq!(kms.requests().len(), 0, "no key was made that nobody would find again");
}
