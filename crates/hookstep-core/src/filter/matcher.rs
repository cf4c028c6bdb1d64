//! What a pattern asks of one value.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Number, Value};

use super::network::{address, block};
use super::number::{Bound, Range, comparable, same};
use super::text::{TextTest, Wildcard};

/// Matchers that take a string; `prefix` and `suffix` also an object of `equals-ignore-case`.
pub const TEXT_MATCHERS: [&str; 5] = ["prefix", "suffix", "equals-ignore-case", "wildcard", "cidr"];
/// What `numeric` compares by.
pub const COMPARISONS: [&str; 5] = ["<", "<=", "=", ">", ">="];
/// What a range of two comparisons begins with.
pub const BOTTOMS: [&str; 2] = [">", ">="];
/// What it ends with.
pub const TOPS: [&str; 2] = ["<", "<="];

/// An alternative in the array of a leaf.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Matcher {
    /// `true`, `false` or `null`.
    Literal(Value),
    Text(String),
    /// A text that is an address: equal to every spelling of it.
    Address(IpAddr),
    Number(Number),
    Test(TextTest),
    Cidr(IpNet),
    Numeric(Range),
    AnythingBut(Excluded),
    Exists,
    /// Holds where there is no value at all.
    Absent,
}

/// What `anything-but` leaves out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Excluded {
    Texts(Vec<String>),
    Numbers(Vec<Number>),
    Passing(Vec<TextTest>),
}

impl Matcher {
    /// Whether it holds for a value that is neither array nor object. `Absent` holds for none.
    pub(super) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Exists, _) => true,
            (Self::AnythingBut(excluded), _) => !excluded.holds(value),
            (Self::Literal(literal), _) => literal == value,
            (Self::Number(number), Value::Number(given)) => same(number, given),
            (Self::Numeric(range), Value::Number(given)) => range.holds(given),
            (Self::Text(text), Value::String(given)) => text == given,
            (Self::Test(test), Value::String(given)) => test.passes(given),
            (Self::Address(wanted), Value::String(given)) => address(given).as_ref() == Some(wanted),
            (Self::Cidr(block), Value::String(given)) => address(given).is_some_and(|given| block.contains(&given)),
            _ => false,
        }
    }

    /// Reads an element of a leaf.
    ///
    /// # Errors
    /// What to change.
    pub(super) fn parse(element: &Value) -> Result<Self, String> {
        match element {
            Value::Array(_) => Err("takes values and matchers, not arrays within the array".to_owned()),
            Value::Object(members) => {
                let (name, argument) = only_member(members)
                    .ok_or("takes matchers with exactly one member, such as {\"prefix\": \"a\"}")?;
                Self::named(name, argument)
            }
            Value::String(text) => Ok(address(text).map_or_else(|| Self::Text(text.clone()), Self::Address)),
            Value::Number(number) => Ok(Self::Number(number.clone())),
            literal => Ok(Self::Literal(literal.clone())),
        }
    }

    fn named(name: &str, argument: &Value) -> Result<Self, String> {
        match (name, argument) {
            ("exists", Value::Bool(true)) => Ok(Self::Exists),
            ("exists", Value::Bool(false)) => Ok(Self::Absent),
            ("exists", _) => Err("`exists` takes true or false".to_owned()),
            ("numeric", Value::Array(parts)) => range(parts).map(Self::Numeric),
            ("numeric", _) => Err("`numeric` takes an array, such as [\">=\", 10, \"<\", 100]".to_owned()),
            ("anything-but", _) => excluded(argument).map(Self::AnythingBut),
            ("cidr", Value::String(text)) => block(text).map(Self::Cidr),
            (text, _) if TEXT_MATCHERS.contains(&text) => test(text, argument).map(Self::Test),
            _ => {
                let names = [&TEXT_MATCHERS[..], &["anything-but", "exists", "numeric"]].concat().join(", ");
                Err(format!("`{name}` is no matcher; there are {names}"))
            }
        }
    }
}

impl Excluded {
    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Texts(texts), Value::String(given)) => texts.contains(given),
            (Self::Numbers(numbers), Value::Number(given)) => numbers.iter().any(|number| same(number, given)),
            (Self::Passing(tests), Value::String(given)) => tests.iter().any(|test| test.passes(given)),
            _ => false,
        }
    }
}

fn only_member(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = members.iter();
    let (name, value) = all.next()?;
    all.next().is_none().then_some((name.as_str(), value))
}

fn test(name: &str, argument: &Value) -> Result<TextTest, String> {
    let in_any_case = |argument: &Value| match argument {
        Value::Object(members) => match only_member(members) {
            Some(("equals-ignore-case", Value::String(text))) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    match (name, argument) {
        ("prefix", Value::String(text)) => Ok(TextTest::Prefix(text.clone())),
        ("suffix", Value::String(text)) => Ok(TextTest::Suffix(text.clone())),
        ("equals-ignore-case", Value::String(text)) => Ok(TextTest::EqualsInAnyCase(text.clone())),
        ("wildcard", Value::String(text)) => Wildcard::parse(text).map(TextTest::Wildcard).map_err(str::to_owned),
        ("prefix" | "suffix", _) => {
            let text = in_any_case(argument)
                .ok_or_else(|| format!("`{name}` takes a string, or {{\"equals-ignore-case\": \"...\"}}"))?;
            Ok(if name == "prefix" { TextTest::PrefixInAnyCase(text) } else { TextTest::SuffixInAnyCase(text) })
        }
        _ => Err(format!("`{name}` takes a string")),
    }
}

/// `[">", 0]` or `[">=", 0, "<", 10]`.
fn range(parts: &[Value]) -> Result<Range, String> {
    let form = "`numeric` takes one comparison, such as [\">\", 0], or a range, such as [\">=\", 0, \"<\", 10]";
    let pairs = match parts {
        [a, b] => vec![(a.as_str(), b.as_number())],
        [a, b, c, d] => vec![(a.as_str(), b.as_number()), (c.as_str(), d.as_number())],
        _ => return Err(form.to_owned()),
    };
    let mut range = Range { bottom: None, top: None };
    for (comparison, number) in &pairs {
        let at = |is_inside| Ok::<_, String>(Some(Bound { at: threshold(number.ok_or(form)?)?, is_inside }));
        match *comparison {
            Some("=") if pairs.len() == 1 => (range.bottom, range.top) = (at(true)?, at(true)?),
            Some(bottom) if BOTTOMS.contains(&bottom) && range.bottom.is_none() => range.bottom = at(bottom == ">=")?,
            // A range begins at its bottom.
            Some(top) if TOPS.contains(&top) && range.bottom.is_some() == (pairs.len() == 2) => {
                range.top = at(top == "<=")?;
            }
            _ => return Err(form.to_owned()),
        }
    }
    match (&range.bottom, &range.top) {
        (Some(bottom), Some(top)) if pairs.len() == 2 && bottom.at >= top.at => {
            Err("the bottom of a range in `numeric` has to be less than its top".to_owned())
        }
        _ => Ok(range),
    }
}

fn threshold(number: &Number) -> Result<f64, String> {
    comparable(number).ok_or_else(|| format!("{number} has more digits than numbers are compared by: 15 to 17"))
}

/// A value, a list of values of one kind, or a test on one string or a list of them.
fn excluded(argument: &Value) -> Result<Excluded, String> {
    let Value::Object(members) = argument else { return excluded_values(each(argument)) };
    let form = "`anything-but` takes values, or one of prefix, suffix, equals-ignore-case, wildcard";
    let (name, argument) =
        only_member(members).filter(|(name, _)| *name != "cidr" && TEXT_MATCHERS.contains(name)).ok_or(form)?;
    let texts: Option<Vec<&str>> = each(argument).iter().map(Value::as_str).collect();
    let texts = texts.filter(|texts| !texts.is_empty());
    let texts = texts.ok_or_else(|| format!("`{name}` in `anything-but` takes a string or a list of strings"))?;
    if matches!(name, "prefix" | "suffix") && texts.contains(&"") {
        return Err(format!("`{name}` in `anything-but` takes no empty string: nothing would match"));
    }
    texts.into_iter().map(|text| test(name, &text.into())).collect::<Result<_, _>>().map(Excluded::Passing)
}

fn excluded_values(values: &[Value]) -> Result<Excluded, String> {
    let texts: Option<Vec<String>> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
    let numbers: Option<Vec<Number>> = values.iter().map(|value| value.as_number().cloned()).collect();
    match (texts, numbers) {
        (Some(texts), None) => Ok(Excluded::Texts(texts)),
        (None, Some(numbers)) => {
            numbers.iter().try_for_each(|number| threshold(number).map(|_| ()))?;
            Ok(Excluded::Numbers(numbers))
        }
        _ => Err("`anything-but` takes a string, a number, or a list of strings or of numbers".to_owned()),
    }
}

fn each(argument: &Value) -> &[Value] {
    match argument {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}
