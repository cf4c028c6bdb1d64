//! After all other tests of a stack: whether a secret of any of them is where it should not be, in plain or encoded.

mod everyone;
mod search;
mod signing;
