//! Ports of the loopback interface.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

/// Below the range from which operating systems take the ports of outgoing connections: those could take a port between the
/// moment it is found free and the moment a server listens on it.
const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;

/// A port of 127.0.0.1 on which nothing listens, and another one each time.
pub(crate) fn free_port() -> Result<u16> {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    // Processes that look at the same time begin at different places.
    let begin = process::id().wrapping_mul(101);
    (0..COUNT)
        .map(|_| begin.wrapping_add(ASKED.fetch_add(1, Ordering::Relaxed)) % COUNT + FIRST)
        .filter_map(|port| u16::try_from(port).ok())
        .find(|port| is_free(*port))
        .context("no port of 127.0.0.1 is free")
}

/// Whether a server could listen on this port of 127.0.0.1 now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_is_given_once() -> Result<()> {
        let (first, second) = (free_port()?, free_port()?);
        assert_ne!(first, second);
        assert!((20_000..32_000).contains(&first));
        Ok(())
    }

    #[test]
    fn a_port_with_a_listener_is_not_free() -> Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        assert!(!is_free(listener.local_addr()?.port()));
        Ok(())
    }
}
