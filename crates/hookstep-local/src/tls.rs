//! A certificate authority for receivers on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};

const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority.key";

/// An authority that the engine and the Lambdas of a stack trust, because the stack's engine was started with its certificate as `SSL_CERT_FILE`.
#[derive(Debug, Clone)]
pub struct Authority {
    dir: PathBuf,
}

impl Authority {
    /// Makes an authority in `dir`, or opens the one that is there.
    pub fn make_or_open(dir: &Path) -> Result<Self> {
        let authority = Self { dir: dir.to_path_buf() };
        if authority.certificate_file().exists() && authority.key_file().exists() {
            return Ok(authority);
        }
        let key = KeyPair::generate()?;
        let certificate = authority_params().self_signed(&key)?;
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        fs::write(authority.key_file(), key.serialize_pem())?;
        fs::write(authority.certificate_file(), certificate.pem())?;
        Ok(authority)
    }

    /// The authority's own certificate, PEM.
    #[must_use]
    pub fn certificate_file(&self) -> PathBuf {
        self.dir.join(CERTIFICATE)
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join(KEY)
    }

    /// An identity for a server with these names, which may be IP addresses.
    pub fn issue(&self, names: &[&str]) -> Result<TlsIdentity> {
        let key = KeyPair::from_pem(&fs::read_to_string(self.key_file())?)?;
        let issuer = Issuer::new(authority_params(), key);
        let key = KeyPair::generate()?;
        let certificate = params_for(names)?.signed_by(&key, &issuer)?;
        Ok(TlsIdentity::new(certificate.der().clone(), &key))
    }

    /// A certificate by which a client of this name shows who it is.
    pub fn issue_client(&self, name: &str) -> Result<ClientIdentity> {
        let key = KeyPair::from_pem(&fs::read_to_string(self.key_file())?)?;
        let issuer = Issuer::new(authority_params(), key);
        let key = KeyPair::generate()?;
        let mut params = params_for(&[])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(ClientIdentity {
            certificate_pem: certificate.pem(),
            private_key_pem: key.serialize_pem(),
            certificate_der: Bytes::copy_from_slice(certificate.der()),
        })
    }
}

/// A client's certificate and key.
pub struct ClientIdentity {
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The key, PEM (PKCS #8).
    pub private_key_pem: String,
    /// The certificate, as it comes over the wire.
    pub certificate_der: Bytes,
}

/// Whether a server asks its clients for certificates.
#[derive(Debug, Clone, Default)]
pub enum ClientCertificates {
    /// No.
    #[default]
    NotAsked,
    /// Yes, and takes those of this authority. It serves clients that show none.
    Asked(Authority),
    /// Yes, and serves only those that show one of this authority.
    Required(Authority),
}

impl ClientCertificates {
    fn verifier(&self) -> Result<Arc<dyn ClientCertVerifier>> {
        let (authority, is_required) = match self {
            Self::NotAsked => return Ok(WebPkiClientVerifier::no_client_auth()),
            Self::Asked(authority) => (authority, false),
            Self::Required(authority) => (authority, true),
        };
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority.certificate_file())?)?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        Ok(if is_required { builder.build()? } else { builder.allow_unauthenticated().build()? })
    }
}

/// A server's certificate and key.
#[derive(Debug)]
pub struct TlsIdentity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl TlsIdentity {
    /// An identity that nobody vouches for.
    pub fn self_signed(names: &[&str]) -> Result<Self> {
        let key = KeyPair::generate()?;
        let certificate = params_for(names)?.self_signed(&key)?;
        Ok(Self::new(certificate.der().clone(), &key))
    }

    fn new(certificate: CertificateDer<'static>, key: &KeyPair) -> Self {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Self { certificate, key }
    }

    /// The certificate and the key (PKCS #8), DER.
    pub(crate) fn into_der(self) -> (Vec<u8>, Vec<u8>) {
        (self.certificate.to_vec(), self.key.secret_der().to_vec())
    }

    /// A server's configuration with this identity, for HTTP/1.1 and, if asked for, HTTP/2.
    pub(crate) fn into_server_config(self, http2: bool, clients: &ClientCertificates) -> Result<Arc<ServerConfig>> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(clients.verifier()?)
            .with_single_cert(vec![self.certificate], self.key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        if http2 {
            config.alpn_protocols.insert(0, b"h2".to_vec());
        }
        Ok(Arc::new(config))
    }
}

/// What the authority's certificate says of it, each time it is needed.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, "Hookstep local authority");
    params
}

fn params_for(names: &[&str]) -> Result<CertificateParams> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).context("a certificate cannot hold these names")?;
    // Python, which is the engine, goes by all of RFC 5280 from 3.13 on.
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}
