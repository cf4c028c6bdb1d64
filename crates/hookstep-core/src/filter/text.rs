//! Tests of texts: beginnings, ends, wildcards, any case.

use memchr::memmem;

/// A test of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TextTest {
    Prefix(String),
    Suffix(String),
    PrefixInAnyCase(String),
    SuffixInAnyCase(String),
    EqualsInAnyCase(String),
    Wildcard(Wildcard),
}

impl TextTest {
    pub(super) fn passes(&self, text: &str) -> bool {
        match self {
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Self::PrefixInAnyCase(prefix) => !ends_after(text, prefix).is_empty(),
            Self::SuffixInAnyCase(suffix) => begins_before(text, suffix),
            Self::EqualsInAnyCase(whole) => ends_after(text, whole).contains(&text.len()),
            Self::Wildcard(wildcard) => wildcard.passes(text),
        }
    }
}

/// What stands around the `*` of a pattern, unescaped.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wildcard {
    parts: Vec<String>,
}

impl Wildcard {
    /// Reads a pattern: `*` is any text, `\*` an asterisk, `\\` a backslash.
    ///
    /// # Errors
    /// What to change.
    pub(super) fn parse(pattern: &str) -> Result<Self, &'static str> {
        let mut parts = vec![String::new()];
        let mut after_wildcard = false;
        let mut chars = pattern.chars();
        while let Some(char) = chars.next() {
            let literal = match char {
                '*' if after_wildcard => return Err("`wildcard` takes no two `*` beside each other"),
                '*' => None,
                '\\' => match chars.next() {
                    Some(escaped @ ('*' | '\\')) => Some(escaped),
                    _ => return Err("in `wildcard` a backslash stands before `*` or another backslash only"),
                },
                literal => Some(literal),
            };
            after_wildcard = literal.is_none();
            match (literal, parts.last_mut()) {
                (Some(literal), Some(part)) => part.push(literal),
                _ => parts.push(String::new()),
            }
        }
        Ok(Self { parts })
    }

    /// In time that grows with the text: the first place where a part fits leaves the most for the parts after it.
    fn passes(&self, text: &str) -> bool {
        let [first, between @ .., last] = self.parts.as_slice() else {
            return self.parts.iter().all(|whole| whole == text);
        };
        let inner = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()));
        let Some(mut rest) = inner.map(str::as_bytes) else { return false };
        for part in between {
            let Some(found) = memmem::find(rest, part.as_bytes()) else { return false };
            rest = &rest[found + part.len()..];
        }
        true
    }
}

/// A character in either case. A case may be several characters long: that of `ß` is `SS`.
fn cases(char: char) -> [String; 2] {
    [char.to_lowercase().collect(), char.to_uppercase().collect()]
}

/// Where the beginning of a text that is the pattern in any case ends: nowhere, or at several places because a character's
/// cases may differ in length.
fn ends_after(text: &str, pattern: &str) -> Vec<usize> {
    if pattern.is_ascii() {
        let begins =
            text.as_bytes().get(..pattern.len()).is_some_and(|start| start.eq_ignore_ascii_case(pattern.as_bytes()));
        return if begins { vec![pattern.len()] } else { Vec::new() };
    }
    pattern.chars().fold(vec![0], |places, char| {
        let cases = cases(char);
        steps(&places, &cases, |place, case| text[place..].starts_with(case).then(|| place + case.len()))
    })
}

/// Whether a text ends with the pattern in any case.
fn begins_before(text: &str, pattern: &str) -> bool {
    let places = pattern.chars().rev().fold(vec![text.len()], |places, char| {
        let cases = cases(char);
        steps(&places, &cases, |place, case| text[..place].ends_with(case).then(|| place - case.len()))
    });
    !places.is_empty()
}

fn steps(places: &[usize], cases: &[String], step: impl Fn(usize, &str) -> Option<usize>) -> Vec<usize> {
    let mut reached: Vec<usize> =
        places.iter().flat_map(|place| cases.iter().filter_map(|case| step(*place, case))).collect();
    reached.sort_unstable();
    reached.dedup();
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wildcard(pattern: &str, text: &str) -> bool {
        Wildcard::parse(pattern).unwrap().passes(text)
    }

    #[test]
    fn a_wildcard_is_any_text_or_none() {
        for (pattern, text) in [
            ("a*b", "ab"),
            ("a*b", "a*xb"),
            ("*", ""),
            ("*b*", "abc"),
            ("*ab*ab*", "abab"),
            (r"a\*b", "a*b"),
            (r"a\\*", r"a\b"),
            (r"*\**", "x*y"),
            ("", ""),
            ("é*", "éa"),
        ] {
            assert!(wildcard(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("a*b", "abc"), ("a*a", "a"), ("*ab*ab*", "abxb"), (r"a\*b", "axb"), ("", "a"), ("*b*", "ac")]
        {
            assert!(!wildcard(pattern, text), "{pattern} {text}");
        }
        for pattern in ["**", "a**b", r"a\b", r"a\", r"\"] {
            assert!(Wildcard::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn many_wildcards_take_no_more_time_than_the_text_is_long() {
        let pattern = "*a".repeat(2_000) + "*b";
        assert!(!wildcard(&pattern, &"a".repeat(1_000_000)));
    }

    #[test]
    fn cases_may_differ_in_length() {
        let equals = |text: &str, pattern: &str| TextTest::EqualsInAnyCase(pattern.to_owned()).passes(text);
        assert!(equals("STRASSE", "straße") && equals("straße", "straße") && equals("ß", "ẞ"));
        assert!(!equals("strasse", "straße") && !equals("ẞ", "ß") && !equals("ab", "a") && !equals("a", "ab"));
        assert!(TextTest::PrefixInAnyCase("éA".to_owned()).passes("Éab"));
        assert!(TextTest::SuffixInAnyCase("ß.png".to_owned()).passes("GRÖSS.PNG"));
        assert!(!TextTest::SuffixInAnyCase("xab".to_owned()).passes("AB"));
    }
}
