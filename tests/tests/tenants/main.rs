//! Tenants and their tokens: who may call what, and who sees whose webhooks. On a stack with `AuthMode=JWT`, whose engine stands in for
//! API Gateway's own check of tokens; and which has a static IP, as the others have not.

#![expect(clippy::unwrap_used, reason = "in the tests' own functions too, what is not as expected ends the test")]

mod bus;
mod calls;
mod claims;
mod connections;
mod isolation;
mod lifecycle;
mod overview;
mod permissions;
mod signatures;
mod static_ip;
mod stats;
mod tokens;
