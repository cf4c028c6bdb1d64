//! Reading a pattern, with everything that is wrong with it.

use serde_json::{Map, Value};

use super::alternatives::Alternatives;
use super::matcher::Matcher;
use super::tree::{Leaf, Tree};
use crate::limits::{FILTER_ALTERNATIVES_MAX_COUNT, FILTER_MAX_BYTES, FILTER_MAX_DEPTH};
use crate::secret::slot;

/// Names that no field of an alternative in `$or` may have: `EventBridge` keeps them for matchers, of today and later.
pub const RESERVED_IN_ALTERNATIVES: [&str; 24] = [
    "exactly",
    "prefix",
    "suffix",
    "wildcard",
    "not-wildcard",
    "equals-ignore-case",
    "not-equals-ignore-case",
    "anything-but",
    "exists",
    "cidr",
    "numeric",
    "regex",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// What is wrong with a pattern, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidFilter {
    /// JSON pointer into the pattern.
    pub pointer: String,
    /// What to change.
    pub detail: String,
}

/// Reads a pattern.
///
/// # Errors
/// Every place at fault.
pub(super) fn parse(pattern: &Value) -> Result<Tree, Vec<InvalidFilter>> {
    let mut parser = Parser::default();
    let mut branch = Branch { leaves: Vec::new(), alternatives: 1 };
    if pattern.to_string().len() > FILTER_MAX_BYTES {
        parser.fault(format!("takes at most {FILTER_MAX_BYTES} bytes of JSON"));
    } else if combinations(pattern) > FILTER_ALTERNATIVES_MAX_COUNT {
        parser.fault(format!("the `$or`s make more than {FILTER_ALTERNATIVES_MAX_COUNT} combinations"));
    } else {
        match pattern {
            Value::Object(fields) if !fields.is_empty() => parser.object(fields, &mut branch),
            _ => parser
                .fault("has to be an object with at least one field, such as {\"detail-type\": [\"order.created\"]}"),
        }
    }
    if parser.faults.is_empty() { Ok(Tree::new(branch.leaves, branch.alternatives)) } else { Err(parser.faults) }
}

/// How many combinations all alternatives make, as `EventBridge` counts them: those of one `$or` times those of the next.
fn combinations(pattern: &Value) -> usize {
    let Value::Object(fields) = pattern else { return 1 };
    let counts = fields.iter().map(|(name, value)| match value {
        Value::Array(alternatives) if name == "$or" => {
            let within = alternatives.iter().map(combinations);
            within.fold(alternatives.len().max(1), usize::saturating_mul)
        }
        inner => combinations(inner),
    });
    counts.fold(1, usize::saturating_mul)
}

/// What has been read of the alternatives that go through one place of the pattern.
#[derive(Clone)]
struct Branch {
    leaves: Vec<Leaf>,
    /// How many alternatives these are.
    alternatives: usize,
}

#[derive(Default)]
struct Parser<'a> {
    faults: Vec<InvalidFilter>,
    /// Names from the top of the pattern, with `$or`.
    place: Vec<&'a str>,
    /// Names from the top of the event. A name with dots stands for as many.
    path: Vec<&'a str>,
    /// How many `$or`s this place is in.
    choices: usize,
}

impl<'a> Parser<'a> {
    fn fault(&mut self, detail: impl Into<String>) {
        self.faults.push(InvalidFilter { pointer: slot(&self.place), detail: detail.into() });
    }

    fn object(&mut self, fields: &'a Map<String, Value>, branch: &mut Branch) {
        if self.path.len() + self.choices >= FILTER_MAX_DEPTH {
            self.fault(format!("takes at most {FILTER_MAX_DEPTH} levels"));
            return;
        }
        for (name, value) in fields {
            self.place.push(name);
            match value {
                Value::Array(alternatives) if name == "$or" => self.alternatives(alternatives, branch),
                _ if name == "$or" => self.fault("takes an array of alternatives"),
                _ if self.choices > 0 && RESERVED_IN_ALTERNATIVES.contains(&name.as_str()) => {
                    self.fault("is the name of a matcher, which no field within `$or` may have");
                }
                _ => {
                    let depth = self.path.len();
                    self.path.extend(name.split('.'));
                    self.field(value, branch);
                    self.path.truncate(depth);
                }
            }
            self.place.pop();
        }
    }

    fn field(&mut self, value: &'a Value, branch: &mut Branch) {
        match value {
            Value::Array(elements) if elements.is_empty() => self.fault("takes at least one value"),
            Value::Array(elements) => self.leaf(elements, branch),
            Value::Object(inner) if !inner.is_empty() => self.object(inner, branch),
            Value::Object(_) => self.fault("takes at least one field"),
            _ => self.fault("has to be an array of values, or an object of further fields"),
        }
    }

    fn leaf(&mut self, elements: &'a [Value], branch: &mut Branch) {
        let mut matchers = Vec::new();
        for element in elements {
            match Matcher::parse(element) {
                Ok(matcher) => matchers.push(matcher),
                Err(detail) => self.fault(detail),
            }
        }
        if self.path.len() + self.choices > FILTER_MAX_DEPTH {
            self.fault(format!("takes at most {FILTER_MAX_DEPTH} levels"));
        } else if branch.leaves.iter().any(|leaf| leaf.path == self.path) {
            self.fault(
                "stands in the pattern twice for the same event, inside and outside of `$or`, or with dots and without",
            );
        } else {
            let path = self.path.iter().map(|name| (*name).to_owned()).collect();
            branch.leaves.push(Leaf { path, matchers, asked_by: Alternatives::first(branch.alternatives) });
        }
    }

    /// Each alternative continues what was read before; together they are as many more.
    fn alternatives(&mut self, alternatives: &'a [Value], branch: &mut Branch) {
        if alternatives.len() < 2 {
            self.fault("takes at least two alternatives");
        }
        let before = branch.clone();
        branch.alternatives = 0;
        branch.leaves.iter_mut().for_each(|leaf| leaf.asked_by = Alternatives::NONE);
        self.choices += 1;
        for alternative in alternatives {
            let mut one = before.clone();
            match alternative {
                Value::Object(fields) if !fields.is_empty() => self.object(fields, &mut one),
                _ => self.fault("takes objects with at least one field"),
            }
            branch.join(one, before.leaves.len());
        }
        self.choices -= 1;
    }
}

impl Branch {
    /// Adds the alternatives of another branch, whose first leaves are this one's too.
    fn join(&mut self, other: Self, in_both: usize) {
        for (index, mut leaf) in other.leaves.into_iter().enumerate() {
            leaf.asked_by = leaf.asked_by.moved(self.alternatives);
            match self.leaves.get_mut(index).filter(|_| index < in_both) {
                Some(mine) => mine.asked_by = mine.asked_by | leaf.asked_by,
                None => self.leaves.push(leaf),
            }
        }
        self.alternatives += other.alternatives;
    }
}
