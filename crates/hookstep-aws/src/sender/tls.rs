//! TLS towards receivers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::ports::ClientIdentity;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::ServerName;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::deadline::Deadline;
use super::gate::Gated;
use super::identity::{self, PROVIDER};
use super::obstacle::{met, tls_failure};
use super::target::Target;

/// No handshake takes longer than this, whatever the webhook's timeout.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many client certificates are kept ready in a process.
const IDENTITIES_MAX_COUNT: usize = 50;

/// The authorities that the system trusts, or those in the file that `SSL_CERT_FILE` names; none where there are none.
pub(super) fn system_authorities() -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    // A system's store may hold a certificate that can't be read, and nobody misses it.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    (!roots.is_empty()).then_some(roots)
}

/// What handshakes begin with: one configuration without a client certificate, and one for each of those.
#[derive(Debug)]
pub(super) struct Tls {
    roots: Arc<RootCertStore>,
    plain: Arc<ClientConfig>,
    /// The latest used last.
    by_identity: Mutex<Vec<([u8; 32], Arc<ClientConfig>)>>,
}

impl Tls {
    pub(super) fn new(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let roots = Arc::new(roots);
        let plain = config(&roots, None)?;
        Ok(Self { roots, plain, by_identity: Mutex::default() })
    }

    /// The configuration for this identity, or that for none. Sessions are resumed only by whom they were made with.
    pub(super) fn config(
        &self,
        identity: Option<(&ClientIdentity, [u8; 32])>,
    ) -> Result<Arc<ClientConfig>, AttemptError> {
        let Some((identity, hash)) = identity else { return Ok(Arc::clone(&self.plain)) };
        let mut kept = self.by_identity.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = match kept.iter().position(|(other, _)| *other == hash) {
            Some(index) => kept.remove(index).1,
            None => self.made(identity)?,
        };
        if kept.len() == IDENTITIES_MAX_COUNT {
            kept.remove(0);
        }
        kept.push((hash, Arc::clone(&ready)));
        Ok(ready)
    }

    fn made(&self, identity: &ClientIdentity) -> Result<Arc<ClientConfig>, AttemptError> {
        let unusable = |detail| AttemptError { obstacle: Obstacle::CredentialsMissing, detail };
        let certified =
            identity::certified(identity.certificate.expose(), identity.private_key.expose()).map_err(unusable)?;
        config(&self.roots, Some(certified)).map_err(|error| unusable(error.to_string()))
    }
}

fn config(roots: &Arc<RootCertStore>, identity: Option<CertifiedKey>) -> Result<Arc<ClientConfig>, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(Arc::clone(roots));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(certified) => {
            let resolver: Arc<dyn ResolvesClientCert> = Arc::new(SingleCertAndKey::from(certified));
            builder.with_client_cert_resolver(resolver)
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Makes the handshake.
pub(super) async fn handshake(
    config: Arc<ClientConfig>,
    target: &Target,
    stream: Gated,
    deadline: Deadline,
) -> Result<TlsStream<Gated>, AttemptError> {
    let name = match target.literal {
        Some(address) => ServerName::from(address),
        // RFC 6066, section 3: without the dot of the root.
        None => match ServerName::try_from(target.key.host.trim_end_matches('.').to_owned()) {
            Ok(name) => name,
            Err(_) => return Err(met(Obstacle::DnsFailure)),
        },
    };
    match deadline.within(HANDSHAKE_TIMEOUT, TlsConnector::from(config).connect(name, stream)).await {
        Some(Ok(stream)) => Ok(stream),
        Some(Err(error)) => Err(tls_failure(&error).unwrap_or_else(|| {
            let detail = "the receiver closed the connection".to_owned();
            AttemptError { obstacle: Obstacle::TlsFailure, detail }
        })),
        None => Err(met(Obstacle::TlsTimeout)),
    }
}
