//! Numbers as patterns compare them.

use std::cmp::Ordering;

use serde_json::Number;

/// The number in floating point, if that has all its digits: `EventBridge` compares no other.
pub(super) fn comparable(number: &Number) -> Option<f64> {
    let float = number.as_f64()?;
    let is_whole = number.is_f64() || float.to_string() == number.to_string();
    is_whole.then_some(float)
}

/// Whether both are the same: as numbers (100 is 100.0) where they can be compared, else as they are written.
pub(super) fn same(left: &Number, right: &Number) -> bool {
    match (comparable(left), comparable(right)) {
        (Some(left), Some(right)) => left.partial_cmp(&right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

/// From one number to another; either may be missing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Range {
    pub(super) bottom: Option<Bound>,
    pub(super) top: Option<Bound>,
}

/// An end of a range.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bound {
    pub(super) at: f64,
    pub(super) is_inside: bool,
}

impl Range {
    pub(super) fn holds(&self, number: &Number) -> bool {
        let Some(number) = comparable(number) else { return false };
        let fits = |bound: &Option<Bound>, side: Ordering| {
            bound.as_ref().is_none_or(|bound| match number.partial_cmp(&bound.at) {
                Some(Ordering::Equal) => bound.is_inside,
                order => order == Some(side),
            })
        };
        fits(&self.bottom, Ordering::Greater) && fits(&self.top, Ordering::Less)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for (left, right) in [("100", "100.0"), ("100", "1e2"), ("0", "-0.0"), ("-3.018e2", "-301.80")] {
            assert!(same(&number(left), &number(right)), "{left} {right}");
        }
        for (left, right) in [("9007199254740993", "9007199254740992"), ("1", "1.0000001")] {
            assert!(!same(&number(left), &number(right)), "{left} {right}");
        }
        assert!(same(&number("9007199254740993"), &number("9007199254740993")));
    }

    #[test]
    fn a_number_that_floating_point_lacks_is_not_compared() {
        assert_eq!(comparable(&number("9007199254740993")), None);
        assert_eq!(comparable(&number("18446744073709551615")), None);
        assert_eq!(comparable(&number("10000000000000000000")), Some(1e19));
    }
}
