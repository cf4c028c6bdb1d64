//! Where the sender goes, and that no answer of a resolver, of a receiver or of the environment leads it elsewhere. Real sockets on
//! 127.0.0.1, where it may go, and on 127.0.0.2, where it may not.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what is not as expected ends the test")]

mod proxies;
mod rebinding;
mod redirects;
mod targets;
mod tokens;
mod world;
