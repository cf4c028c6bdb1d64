//! Core depends on no AWS, HTTP or runtime crate.

use std::collections::BTreeSet;

/// What core may use, each a small crate of data types or of pure computation. Whoever adds one here says why in the commit.
const ALLOWED: [&str; 16] = [
    "base64",
    "bytes",
    "ed25519-dalek",
    "futures-core",
    "futures-util",
    "hmac",
    "ipnet",
    "jiff",
    "memchr",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "ulid",
    "url",
    "zeroize",
];

#[test]
fn core_depends_on_vocabulary_only() {
    let manifest = include_str!("../Cargo.toml");
    let section = manifest.split("\n[dependencies]\n").nth(1).expect("there is a section of dependencies");
    let section = section.split("\n[").next().unwrap_or_default();
    let names: BTreeSet<&str> =
        section.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty()).collect();
    assert_eq!(names, BTreeSet::from(ALLOWED));
}
