//! Where requests may go, held against what others say: Python's `ipaddress`, arithmetic of its own, and a table of targets that
//! are known from attacks.

mod lists;
mod make;
mod oracle;
mod properties;
mod spellings;
mod targets;
