//! Webhooks as callers write and read them, from the outside of the module.

mod changes;
mod faults;
mod injection;
mod kept;
mod limits;
mod make;
mod properties;
mod signing;
mod strategies;
