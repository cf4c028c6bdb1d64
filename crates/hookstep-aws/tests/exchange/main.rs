//! HTTP exchanges with receivers on 127.0.0.1, over real sockets.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what can not be set up fails the test, and says why")]

mod answers;
mod compressed;
mod dead;
mod dialled;
mod http2;
mod identities;
mod kept;
mod phases;
mod requests;
mod server;
mod world;
