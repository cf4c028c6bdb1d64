//! Secrets of tests, made so that they can be found again wherever they leak to.
//!
//! A test that needs a password takes one from [`planted`]. All of them begin with [`MARKER`], so that one search, [`Needles`], at the end of all tests
//! finds every secret of every test, in plain or encoded.

mod needles;

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context as _, Result};
use aws_lc_rs::rand;

pub use needles::{Found, Needles};

/// What every planted secret begins with. Letters and digits only, which no encoding of URLs, forms, JSON or logs changes.
pub const MARKER: &str = "PLANTED5ECRET";

/// The names of what was planted, of the whole process.
static REGISTER: OnceLock<Mutex<File>> = OnceLock::new();

/// A secret that no other test has: the marker, this name, and something random. It consists of letters, digits and `-`.
///
/// # Panics
///
/// When the system has no random bytes, or the register that [`register_in`] named cannot be written.
#[must_use]
pub fn planted(name: &str) -> String {
    let secret = format!("{MARKER}-{name}-{}", random_hex());
    if let Some(register) = REGISTER.get() {
        let mut file = register.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writeln!(file, "{secret}");
        assert!(written.is_ok(), "cannot register a planted secret: {written:?}");
    }
    secret
}

/// As [`planted`], with this at its end: for characters that an encoding changes.
#[must_use]
pub fn planted_with(name: &str, tail: &str) -> String {
    format!("{}{tail}", planted(name))
}

/// A name that nothing else has: this, and something random. It consists of letters, digits and `-` when this does.
///
/// # Panics
///
/// When the system has no random bytes.
#[must_use]
pub fn unique(name: &str) -> String {
    format!("{name}-{}", random_hex())
}

/// From now on, every secret that this process plants is added to this file, one to a line. The first file that is named stays the
/// register.
pub fn register_in(file: &Path) -> Result<()> {
    if REGISTER.get().is_some() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let opened = opened.with_context(|| format!("cannot register secrets in {}", file.display()))?;
    REGISTER.get_or_init(|| Mutex::new(opened));
    Ok(())
}

fn random_hex() -> String {
    let mut bytes = [0; 8];
    let filled = rand::fill(&mut bytes);
    assert!(filled.is_ok(), "the system has no random bytes");
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_the_same_and_each_is_found() {
        let (one, other) = (planted("a"), planted_with("a", " &\u{e9}"));
        assert_ne!(one, other);
        assert!(one.starts_with("PLANTED5ECRET-a-") && other.ends_with(" &\u{e9}"), "{one} {other}");
        assert_eq!(Needles::marker().find(one.as_bytes()).len(), 1);
    }
}
