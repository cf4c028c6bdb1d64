//! Filters on events: `EventBridge` patterns, read when a webhook is saved and matched against events of the bus.
//!
//! A pattern is a JSON object over the fields of an event. Its leaves are non-empty arrays of values and of matchers such
//! as `{"prefix": "order."}`; `$or` holds alternatives. What matches is what Event Ruler, `EventBridge`'s own matcher, says
//! (ADR 0023 has the differences).

mod alternatives;
mod matcher;
mod network;
mod number;
mod parse;
mod text;
mod tree;

use serde_json::Value;

pub use matcher::{BOTTOMS, COMPARISONS, TEXT_MATCHERS, TOPS};
pub use parse::{InvalidFilter, RESERVED_IN_ALTERNATIVES};

use tree::Tree;

/// A pattern, with the JSON that was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pattern: Value,
    /// Nothing where the pattern was saved by a version that took more.
    tree: Option<Tree>,
}

impl Filter {
    /// Reads a pattern that is to be saved.
    ///
    /// # Errors
    /// Every place at fault.
    pub fn parse(pattern: Value) -> Result<Self, Vec<InvalidFilter>> {
        let tree = parse::parse(&pattern)?;
        Ok(Self { pattern, tree: Some(tree) })
    }

    /// Reads a pattern that was saved. One that is not taken any more matches nothing; saving it again tells why. `None` is
    /// what was never taken: no object.
    #[must_use]
    pub fn saved(pattern: Value) -> Option<Self> {
        let tree = parse::parse(&pattern).ok();
        pattern.is_object().then_some(Self { pattern, tree })
    }

    /// The pattern.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.pattern
    }

    /// Whether an event of the bus matches, given whole: `version`, `id`, `detail-type`, `source`, `account`, `time`,
    /// `region`, `resources`, `detail`.
    ///
    /// It takes time in proportion to the pattern times the part of the event that the pattern names.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        self.tree.as_ref().is_some_and(|tree| tree.matches(event))
    }
}

#[cfg(test)]
mod tests;
