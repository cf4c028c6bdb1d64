//! Secrets sealed under KMS: who can open them, and how often KMS is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_kms::error::ProvideErrorMetadata as _;
use aws_sdk_kms::primitives::Blob;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use hookstep_aws::sdk;
use hookstep_aws::secrets::{KmsSealer, KmsSecrets};
use hookstep_core::limits::{OPENED_SECRETS_LIFE_SECONDS, SEALED_MAX_BYTES, SECRETS_MAX_BYTES};
use hookstep_core::ports::{SecretOpener, SecretSealer, SecretsError};
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};

use crate::make::{Dice, config_id, tenant};
use crate::stack::{Hand, Tables};

/// Counts the requests of a client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    /// How many there were since the last look.
    pub(crate) fn read(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

impl Intercept for Count {
    fn name(&self) -> &'static str {
        "Count"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

pub(crate) fn owner() -> Owner {
    Owner { tenant: tenant(), config_id: config_id() }
}

pub(crate) fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    pairs.iter().map(|(slot, text)| ((*slot).to_owned(), Secret::new(*text))).collect()
}

/// KMS, with a count of its calls, and a clock.
pub(crate) struct Kms {
    pub(crate) client: aws_sdk_kms::Client,
    pub(crate) key_arn: String,
    tables: Tables,
    pub(crate) count: Count,
    pub(crate) clock: Hand,
}

impl Kms {
    /// The engine's, with the stack's key.
    pub(crate) async fn connect() -> Self {
        let tables = Tables::connect();
        let count = Count::default();
        let config = sdk::kms(&tables.sdk().await).config().to_builder().interceptor(count.clone()).build();
        let client = aws_sdk_kms::Client::from_conf(config);
        Self { client, key_arn: tables.stack.secrets_key_arn.clone(), tables, count, clock: Hand::default() }
    }

    /// What the api function has.
    pub(crate) fn sealer(&self) -> KmsSealer<Hand> {
        self.sealer_under(&self.key_arn)
    }

    pub(crate) fn sealer_under(&self, key_arn: &str) -> KmsSealer<Hand> {
        let (dynamodb, table) = (self.tables.dynamodb.clone(), self.tables.stack.signing_keys_table.clone());
        KmsSealer::new(self.client.clone(), key_arn.to_owned(), dynamodb, table, self.clock.clone())
    }

    /// What the deliver function has, with nothing kept yet.
    pub(crate) fn opener(&self) -> KmsSecrets<Hand> {
        KmsSecrets::new(self.client.clone(), self.clock.clone())
    }
}

/// The encrypted data key of a sealed text.
fn wrapped_key(sealed: &Sealed) -> Vec<u8> {
    let parts: Vec<&str> = sealed.as_str().split('.').collect();
    URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url")
}

pub(crate) fn assert_unreadable(opened: &Result<Secrets, SecretsError>) {
    assert!(matches!(opened, Err(SecretsError::Unreadable(_))), "{opened:?}");
}

#[tokio::test]
async fn what_is_sealed_is_opened_by_its_owner_in_another_process() {
    let kms = Kms::connect().await;
    let mut dice = Dice::seeded(5);
    let odd = ["", "a", "\"", "\\", "\u{0}", "é", "\u{1fa9d}", "\r\n", "{", "v2."];
    for count in 0..12 {
        let one = |dice: &mut Dice| (0..dice.below(30)).map(|_| dice.one_of(&odd)).collect::<String>();
        let pairs = (0..count).map(|at| (format!("/headers/x-{at}~1"), Secret::new(one(&mut dice))));
        let (owner, secrets): (Owner, Secrets) = (owner(), pairs.collect());
        let sealed = kms.sealer().seal(&owner, &secrets).await.expect("it is sealed");
        assert!(sealed.as_str().starts_with("v2.") && sealed.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(kms.opener().open(&owner, &sealed).await.expect("it is opened"), secrets);
        assert_eq!(kms.sealer().open(&owner, &sealed).await.expect("it is opened"), secrets);
        // Each time with another nonce.
        assert_ne!(kms.sealer().seal(&owner, &secrets).await.expect("it is sealed"), sealed);
    }
}

#[tokio::test]
async fn a_sealed_text_shows_nothing_of_what_is_in_it() {
    let (kms, owner) = (Kms::connect().await, owner());
    let sealed = kms.sealer().seal(&owner, &secrets(&[("/auth/password", "PLANTED5ECRET-x")])).await.expect("sealed");
    let decoded: Vec<u8> =
        sealed.as_str().split('.').flat_map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).collect();
    for text in [sealed.as_str().as_bytes(), &decoded] {
        for needle in ["PLANTED5ECRET", "password", owner.config_id.as_str()] {
            assert!(!text.windows(needle.len()).any(|window| window == needle.as_bytes()), "{needle}");
        }
    }
}

#[tokio::test]
async fn the_most_that_secrets_may_hold_fits_into_what_a_state_has_room_for_unless_json_escapes_it() {
    let (kms, owner) = (Kms::connect().await, owner());
    // What JSON writes in two bytes does not: the API looks at the sealed text, and refuses it.
    for (unit, fits) in [("a", true), ("é", true), ("\"", false), ("\t", false)] {
        let slot = "/auth/value";
        let text = unit.repeat((SECRETS_MAX_BYTES - slot.len()) / unit.len());
        let sealed = kms.sealer().seal(&owner, &secrets(&[(slot, &text)])).await.expect("it is sealed");
        let size = sealed.as_str().len();
        assert_eq!(size <= SEALED_MAX_BYTES, fits, "{SECRETS_MAX_BYTES} bytes of {unit:?} are sealed to {size}");
    }
}

#[tokio::test]
async fn kms_itself_refuses_another_tenant_and_the_seal_another_webhook() {
    let (kms, owner) = (Kms::connect().await, owner());
    let sealed = kms.sealer().seal(&owner, &secrets(&[("/auth/password", "p")])).await.expect("it is sealed");
    let others =
        [Owner { tenant: tenant(), ..owner.clone() }, Owner { config_id: config_id(), ..owner.clone() }, self::owner()];
    for other in others {
        assert_unreadable(&kms.opener().open(&other, &sealed).await);
        if other.tenant == owner.tenant {
            continue;
        }
        // Not only the seal around the secrets is bound to the tenant, but the data key as well.
        let decrypt = kms.client.decrypt().ciphertext_blob(Blob::new(wrapped_key(&sealed)));
        let decrypt = decrypt.encryption_context("tenant_id", other.tenant.as_str());
        let error = decrypt.send().await.expect_err("it is of another tenant");
        assert_eq!(error.code(), Some("InvalidCiphertextException"));
    }
    let context = kms.client.decrypt().ciphertext_blob(Blob::new(wrapped_key(&sealed)));
    let without = context.clone().send().await.expect_err("without a context it is nobody's");
    assert_eq!(without.code(), Some("InvalidCiphertextException"));
    let own = context.encryption_context("tenant_id", owner.tenant.as_str());
    assert_eq!(own.send().await.expect("it is the tenant's").key_id(), Some(kms.key_arn.as_str()));
}

#[tokio::test]
async fn what_is_sealed_for_a_tenant_opens_for_it_and_for_none_of_its_webhooks() {
    let (kms, owner) = (Kms::connect().await, owner());
    let keys = secrets(&[("/keys/0", "k")]);
    let of_tenant = kms.sealer().seal_tenants(&owner.tenant, &keys).await.expect("it is sealed");
    assert_eq!(kms.opener().open_tenants(&owner.tenant, &of_tenant).await.expect("it is opened"), keys);
    assert_unreadable(&kms.opener().open(&owner, &of_tenant).await);
    assert_unreadable(&kms.opener().open_tenants(&tenant(), &of_tenant).await);
    let of_webhook = kms.sealer().seal(&owner, &keys).await.expect("it is sealed");
    assert_unreadable(&kms.opener().open_tenants(&owner.tenant, &of_webhook).await);
}

#[tokio::test]
async fn processes_that_seal_for_a_new_tenant_at_the_same_time_agree_on_one_data_key() {
    let (kms, owner) = (Kms::connect().await, owner());
    let text = secrets(&[("/auth/password", "p")]);
    let sealers: Vec<_> = (0..8).map(|_| kms.sealer()).collect();
    let sealed = join_all(sealers.iter().map(|sealer| sealer.seal(&owner, &text))).await;
    let sealed: Vec<Sealed> = sealed.into_iter().map(|one| one.expect("it is sealed")).collect();
    assert!(sealed.iter().all(|one| wrapped_key(one) == wrapped_key(&sealed[0])));
    for one in &sealed {
        assert_eq!(kms.opener().open(&owner, one).await.expect("it is opened"), text);
    }
}

#[tokio::test]
async fn a_text_that_was_altered_is_unreadable_wherever_it_was() {
    let (kms, owner) = (Kms::connect().await, owner());
    let sealed = kms.sealer().seal(&owner, &secrets(&[("/auth/password", "p")])).await.expect("it is sealed");
    let text = sealed.as_str();
    let parts: Vec<&str> = text.split('.').collect();
    let turned = |at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let (key, end) = ("v2.".len(), text.len() - 1);
    let mut altered = vec![turned(0), turned(key), turned(key + parts[1].len() / 2), turned(end), turned(end - 30)];
    altered.extend([
        String::new(),
        "v2".to_owned(),
        "v2..".to_owned(),
        // Under the name of the form before, what is sealed is bound to other data.
        format!("v1.{}.{}", parts[1], parts[2]),
        format!("v3.{}.{}", parts[1], parts[2]),
        format!("v2.{}.", parts[1]),
        format!("v2..{}", parts[2]),
        format!("v2.{}.{}", parts[2], parts[1]),
        format!("{text}."),
        format!("{text}="),
        format!("v2.{}.{}", parts[1], &parts[2][..20]),
    ]);
    for text in altered {
        assert_unreadable(&kms.opener().open(&owner, &Sealed::new(text)).await);
    }
    // Halves of what two tenants sealed do not fit either.
    let stranger = self::owner();
    let other = kms.sealer().seal(&stranger, &secrets(&[("/auth/password", "p")])).await.expect("it is sealed");
    let other: Vec<&str> = other.as_str().split('.').collect();
    for halves in [format!("v2.{}.{}", parts[1], other[2]), format!("v2.{}.{}", other[1], parts[2])] {
        for owner in [&owner, &stranger] {
            assert_unreadable(&kms.opener().open(owner, &Sealed::new(halves.clone())).await);
        }
    }
}

#[tokio::test]
async fn no_error_tells_a_secret() {
    let (kms, owner) = (Kms::connect().await, owner());
    let sealed = kms.sealer().seal(&owner, &secrets(&[("/auth/password", "PLANTED5ECRET-x")])).await.expect("sealed");
    let opened = kms.opener().open(&self::owner(), &sealed).await;
    let Err(error) = opened else { panic!("it is opened") };
    let printed = format!("{error:?} {error}");
    assert!(!printed.contains("PLANTED5ECRET"), "{printed}");
}

#[tokio::test]
async fn a_tenant_takes_one_call_in_five_minutes_however_many_deliveries_there_are() {
    let kms = Kms::connect().await;
    let (owner, secrets) = (owner(), secrets(&[("/auth/password", "p")]));
    let closing = kms.sealer();
    let sealed = closing.seal(&owner, &secrets).await.expect("it is sealed");
    assert_eq!(kms.count.read(), 2, "a new data key, and to open it");
    closing.seal(&owner, &secrets).await.expect("it is sealed");
    assert_eq!(kms.count.read(), 0, "the same process seals again");

    let opener = kms.opener();
    let fifty = join_all((0..50).map(|_| opener.open(&owner, &sealed))).await;
    assert!(fifty.into_iter().all(|opened| opened.is_ok_and(|opened| opened == secrets)));
    assert_eq!(kms.count.read(), 1, "of fifty at the same time");

    kms.clock.moves(OPENED_SECRETS_LIFE_SECONDS - 1);
    opener.open(&owner, &sealed).await.expect("it is opened");
    assert_eq!(kms.count.read(), 0, "one second before the end");
    kms.clock.moves(1);
    opener.open(&owner, &sealed).await.expect("it is opened");
    assert_eq!(kms.count.read(), 1, "at the end");

    // A change counts at once, and takes no call: it is under the same data key.
    let changed = self::secrets(&[("/auth/password", "other")]);
    let sealed = kms.sealer().seal(&owner, &changed).await.expect("it is sealed");
    kms.count.read();
    assert_eq!(opener.open(&owner, &sealed).await.expect("it is opened"), changed);
    assert_eq!(kms.count.read(), 0);
}

#[tokio::test]
async fn a_thousand_deliveries_of_ten_webhooks_take_one_call_per_tenant_and_the_next_thousand_none() {
    let (kms, secrets) = (Kms::connect().await, secrets(&[("/auth/password", "p")]));
    let (closing, tenants) = (kms.sealer(), [tenant(), tenant()]);
    let sealed = join_all((0..10).map(async |at| {
        let owner = Owner { tenant: tenants[at % 2].clone(), config_id: config_id() };
        let sealed = closing.seal(&owner, &secrets).await.expect("it is sealed");
        (owner, sealed)
    }))
    .await;
    kms.count.read();
    let opener = kms.opener();
    for expected in [2, 0] {
        for (owner, sealed) in sealed.iter().cycle().take(1_000) {
            opener.open(owner, sealed).await.expect("it is opened");
        }
        assert_eq!(kms.count.read(), expected);
        kms.clock.moves(60);
    }
}

#[tokio::test]
async fn what_could_not_be_opened_is_tried_again_and_what_was_is_nobody_elses() {
    let kms = Kms::connect().await;
    let (owner, stranger) = (owner(), owner());
    let sealed = kms.sealer().seal(&owner, &secrets(&[("/auth/password", "p")])).await.expect("it is sealed");
    kms.count.read();
    let opener = kms.opener();
    opener.open(&owner, &sealed).await.expect("it is opened");
    for _ in 0..2 {
        assert_unreadable(&opener.open(&stranger, &sealed).await);
    }
    assert_eq!(kms.count.read(), 3);
}

#[tokio::test]
async fn a_data_key_that_is_incomplete_is_not_replaced_in_silence() {
    let (kms, owner) = (Kms::connect().await, owner());
    let put = kms.tables.dynamodb.put_item().table_name(&kms.tables.stack.signing_keys_table);
    let put = put.item("tenant_id", AttributeValue::S(format!("{}#data_key", owner.tenant)));
    put.item("key_arn", AttributeValue::S(kms.key_arn.clone())).send().await.expect("it is put");
    let sealed = kms.sealer().seal(&owner, &secrets(&[("/auth/password", "p")])).await;
    assert_unreadable(&sealed.map(|_| Secrets::default()));
    assert_eq!(kms.count.read(), 0, "no other key was made");
}
