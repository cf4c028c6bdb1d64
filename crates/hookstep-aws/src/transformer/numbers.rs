//! Numbers of more digits than `JSONata`'s keep.
//!
//! `JSONata` calculates with floating point of 64 bits, so that the id 9007199254740993 becomes 9007199254740992 on its
//! way through. A number that comes out exactly as one of the payload went in is that number, and is written with the
//! payload's digits.

use std::collections::HashMap;

/// How many digits 64 bits keep, whatever they are.
const SAFE_DIGITS: usize = 15;

/// From here on there are whole numbers that 64 bits don't have: 2 to the power of 53.
pub(super) const FIRST_UNSAFE: f64 = 9_007_199_254_740_992.0;

/// A number of the payload that comes out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept<'a> {
    /// As it was written.
    As(&'a str),
    /// Two numbers of the payload became this one: nobody knows which it was.
    Ambiguous,
}

/// The numbers of a payload that floating point does not keep, by what it makes of them.
#[derive(Debug, Default)]
pub(super) struct Long<'a>(HashMap<u64, Kept<'a>>);

impl<'a> Long<'a> {
    /// Those of a text that is known to be JSON.
    pub(super) fn of(json: &'a str) -> Self {
        let mut found = HashMap::new();
        for (literal, number) in literals(json).filter(|literal| is_long(literal)).filter_map(parsed) {
            // Too small for floating point, it became nought, and any nought would become it again.
            if number != 0.0 && !is_kept(literal, number) {
                found.entry(number.to_bits()).or_insert(Kept::As(literal));
            }
        }
        if !found.is_empty() {
            for (literal, number) in literals(json).filter_map(parsed) {
                found.entry(number.to_bits()).and_modify(|kept| {
                    if !matches!(kept, Kept::As(known) if decimal(known) == decimal(literal)) {
                        *kept = Kept::Ambiguous;
                    }
                });
            }
        }
        // A fraction that differs in its last digits from another is as good as that one; an id is not.
        found.retain(|bits, kept| *kept != Kept::Ambiguous || f64::from_bits(*bits).abs() >= FIRST_UNSAFE);
        Self(found)
    }

    /// What to write for a number of the result, if it is one of them.
    pub(super) fn get(&self, number: f64) -> Option<Kept<'a>> {
        self.0.get(&number.to_bits()).copied()
    }
}

fn is_long(literal: &str) -> bool {
    literal.bytes().filter(u8::is_ascii_digit).count() > SAFE_DIGITS
}

/// Whether floating point has this very number, as far as its shortest spelling shows.
fn is_kept(literal: &str, number: f64) -> bool {
    let shortest = number.to_string();
    shortest == literal || decimal(&shortest) == decimal(literal)
}

fn parsed(literal: &str) -> Option<(&str, f64)> {
    Some((literal, literal.parse().ok()?))
}

/// The numbers of a JSON text, as written.
fn literals(json: &str) -> impl Iterator<Item = &str> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            let start = at;
            match byte {
                b'"' => at = after_string(bytes, at),
                b'-' | b'0'..=b'9' => {
                    let more = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                    at += bytes[at..].iter().take_while(more).count();
                    return json.get(start..at);
                }
                _ => at += 1,
            }
        }
        None
    })
}

/// Where a string that begins at `at` is over.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// A number as its sign, its digits without noughts at either end, and the power of ten of the first: equal for equal
/// numbers, however they are written.
fn decimal(literal: &str) -> (bool, String, i64) {
    let (negative, rest) = literal.strip_prefix('-').map_or((false, literal), |rest| (true, rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let skipped = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
    let whole = i64::try_from(whole.len()).unwrap_or(i64::MAX);
    let exponent = exponent.parse::<i64>().unwrap_or(0);
    let power = exponent.saturating_add(whole).saturating_sub(skipped);
    (negative, significant.trim_end_matches('0').to_owned(), power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_floating_point_keeps_are_left_to_it() {
        let json = r#"[0, -0.0, 1.50, 1e3, 9007199254740991, 0.1, 12345678901234.5, 1e400, 1e-400, 100000000000000000000,
            0.000000000000000000001, "9007199254740993"]"#;
        assert!(Long::of(json).0.is_empty(), "{:?}", Long::of(json));
    }

    #[test]
    fn a_longer_one_comes_back_as_it_was_written() {
        let json = r#"{"id": 9007199254740993, "twice": [9007199254740993.0], "pi": -3.14159265358979323846e0,
            "\"": "\\", "n": 18446744073709551615}"#;
        let long = Long::of(json);
        let kept = |text: &str| long.get(text.parse().unwrap());
        assert_eq!(kept("9007199254740993"), Some(Kept::As("9007199254740993")));
        assert_eq!(kept("-3.14159265358979323846e0"), Some(Kept::As("-3.14159265358979323846e0")));
        assert_eq!(kept("18446744073709551615"), Some(Kept::As("18446744073709551615")));
        assert_eq!(kept("9007199254740994"), None);
        assert_eq!(kept("1"), None);
    }

    #[test]
    fn two_that_became_one_are_ambiguous() {
        for json in ["[9007199254740992, 9007199254740993]", "[9007199254740993, 9007199254740992]"] {
            assert_eq!(Long::of(json).get(9_007_199_254_740_992.0), Some(Kept::Ambiguous), "{json}");
        }
        let short_and_long = Long::of("[1e16, 10000000000000001]");
        assert_eq!(short_and_long.get(1e16), Some(Kept::Ambiguous));
        let fractions = Long::of("[0.1, 0.1000000000000000055]");
        assert_eq!(fractions.get(0.1), None);
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for spelling in ["120", "120.0", "1.2e2", "12E1", "0.0120e4", "12000e-2"] {
            assert_eq!(decimal(spelling), (false, "12".to_owned(), 3), "{spelling}");
        }
        assert_ne!(decimal("-120"), decimal("120"));
        assert_ne!(decimal("121"), decimal("120"));
        assert_ne!(decimal("12"), decimal("120"));
    }
}
