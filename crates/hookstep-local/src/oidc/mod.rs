//! An issuer of JSON Web Tokens for tests: what a company's login service is to the API in AWS.
//!
//! [`Issuer`] serves its keys over HTTPS, as `API Gateway` fetches them: the discovery document and the key set that this names. [`Minter`] signs
//! tokens with any claims, good ones and bad ones ([`Flaw`]). The two meet in a folder that holds the keys, so that tests of one process mint
//! what an issuer in another vouches for. [`Provider`] is an issuer of the same kind at which people sign in with a browser: not ours, and certified.

mod flaw;
mod issuer;
mod keys;
mod minter;
mod provider;

pub use flaw::Flaw;
pub use issuer::Issuer;
pub use minter::Minter;
pub use provider::{CLIENT_ID, Provider};
