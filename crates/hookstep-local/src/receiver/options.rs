//! What a receiver is, before it does anything.

use std::path::PathBuf;

use crate::tls::{ClientCertificates, TlsIdentity};

/// Bodies larger than this can be kept elsewhere than in memory.
pub const LARGE_BODY: u64 = 1_048_576;

/// How a receiver is to be started.
#[derive(Debug, Default)]
pub struct ReceiverOptions {
    pub(super) port: u16,
    pub(super) tls: Option<TlsIdentity>,
    pub(super) http2: bool,
    pub(super) clients: ClientCertificates,
    pub(super) large_bodies: LargeBodies,
}

/// Where bodies larger than [`LARGE_BODY`] go. Those that come in chunks or over HTTP/2 stay in memory.
#[derive(Debug, Clone, Default)]
pub enum LargeBodies {
    /// Into memory, as others.
    #[default]
    InMemory,
    /// Into files in this folder.
    InFiles(PathBuf),
    /// Nowhere: only their size and hash are kept.
    Hashed,
}

impl ReceiverOptions {
    /// Plain HTTP/1.1 on a free port.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// On this port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// With TLS.
    #[must_use]
    pub fn tls(mut self, identity: TlsIdentity) -> Self {
        self.tls = Some(identity);
        self
    }

    /// Speaks HTTP/2 with clients that offer it in the TLS handshake.
    #[must_use]
    pub fn http2(mut self) -> Self {
        self.http2 = true;
        self
    }

    /// Asks clients for certificates, or requires them.
    #[must_use]
    pub fn client_certificates(mut self, clients: ClientCertificates) -> Self {
        self.clients = clients;
        self
    }

    /// Keeps large bodies there.
    #[must_use]
    pub fn large_bodies(mut self, large_bodies: LargeBodies) -> Self {
        self.large_bodies = large_bodies;
        self
    }
}
