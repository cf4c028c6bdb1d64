//! The local stack itself: where the engine was made to do what AWS does, and whether it keeps what it should.

mod connections;
mod engine_version;
mod invocations;
mod refused_writes;
mod restart;
