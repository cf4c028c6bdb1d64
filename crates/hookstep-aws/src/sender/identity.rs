//! Client certificates (mutual TLS).

use std::sync::{Arc, LazyLock};

use hookstep_core::ports::ClientIdentity;
use rustls::InconsistentKeys;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};

/// Certificates of one chain. Longer ones are nobody's, and each costs every handshake.
const CHAIN_MAX_COUNT: usize = 10;

/// What TLS is made of, here and for receivers.
pub(super) static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));

/// Whether a certificate and its key can be shown to receivers, or why not: for the answer to whoever saves them.
///
/// # Errors
/// What is wrong with them, without quoting them.
pub fn check_identity(certificate: &str, private_key: &str) -> Result<(), String> {
    certified(certificate, private_key).map(drop)
}

/// The certificate chain with its key.
pub(super) fn certified(certificate: &str, private_key: &str) -> Result<CertifiedKey, String> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| "the certificate is not PEM that can be read".to_owned())?;
    if chain.is_empty() {
        return Err("the certificate holds no `BEGIN CERTIFICATE` in PEM".to_owned());
    }
    if chain.len() > CHAIN_MAX_COUNT {
        return Err(format!("the certificate holds more than {CHAIN_MAX_COUNT} certificates"));
    }
    for (index, der) in chain.iter().enumerate() {
        ParsedCertificate::try_from(der).map_err(|_| format!("certificate {} can't be read", index + 1))?;
    }
    let key = PrivateKeyDer::from_pem_slice(private_key.as_bytes()).map_err(|_| {
        "the private key holds no key in PEM that can be read (PKCS #8, PKCS #1 or SEC1, not encrypted)".to_owned()
    })?;
    CertifiedKey::from_der(chain, key, &PROVIDER).map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            "the private key is not that of the first certificate".to_owned()
        }
        _ => "the private key is of a kind that can't be used".to_owned(),
    })
}

/// What stands for an identity where it must not be confused with another.
pub(super) fn hash(identity: &ClientIdentity) -> [u8; 32] {
    let (certificate, key) = (identity.certificate.expose(), identity.private_key.expose());
    // The length keeps a byte from passing over from one to the other.
    let hash = Sha256::new().chain_update(certificate.len().to_be_bytes()).chain_update(certificate).chain_update(key);
    hash.finalize().into()
}
