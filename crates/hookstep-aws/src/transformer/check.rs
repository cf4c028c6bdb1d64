//! Whether a text is an expression, and if not, where it stops to be one.

use std::fmt;

use jsonata_core::parser::{self, ParserError};

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// What the parser says.
    pub message: String,
    /// Where: the number of characters before the place.
    pub position: usize,
    line: usize,
    column: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, line, column, .. } = self;
        write!(f, "{message} (line {line}, column {column} of the expression)")
    }
}

/// The stack of the thread that parses: the deepest expression that the parser takes needs a part of it, in a build that is
/// not optimized.
const STACK_BYTES: usize = 16 * 1_048_576;

/// A text of the evaluator's, in bytes: two and the words between them fit into a row's detail.
const TEXT_MAX_BYTES: usize = 480;

/// Whether a text is an expression: it is parsed, and nothing of it is run.
///
/// The parser bounds its depth itself, and its time grows with the length of the text alone, which its caller bounds.
pub fn check(expression: &str) -> Result<(), Fault> {
    let parse = || parser::parse(expression).map(drop).map_err(|error| Fault::of(expression, &error));
    // Whoever calls may have little of its own stack left.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, parse);
        let parsed = thread.ok().and_then(|thread| thread.join().ok());
        parsed.unwrap_or_else(|| Err(Fault::at(expression, "the parser does not take it", 0)))
    })
}

impl Fault {
    /// The parser does not say where it was. It reads a word at a time, so it was at the end of the shortest beginning of
    /// the text that it refuses with the same words.
    pub(super) fn of(expression: &str, error: &ParserError) -> Self {
        let message = error.to_string();
        let is_open =
            matches!(error, ParserError::UnclosedString | ParserError::UnclosedComment | ParserError::UnclosedBacktick);
        if is_open || message.contains("Unexpected end") || message.ends_with("Eof") {
            return Self::at(expression, &message, expression.len());
        }
        let ends: Vec<usize> = expression.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let accepted = ends.partition_point(|end| {
            let beginning = expression.get(..*end).unwrap_or_default();
            !parser::parse(beginning).is_err_and(|error| error.to_string() == message)
        });
        let read = expression.get(..ends.get(accepted).copied().unwrap_or(0)).unwrap_or_default();
        // What it did not like is the last word of that.
        let before = read.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        let last = read.chars().next_back().map_or(0, char::len_utf8);
        let start = if before.len() == read.len() { read.len() - last } else { before.len() };
        Self::at(expression, &message, start)
    }

    fn at(expression: &str, message: &str, start: usize) -> Self {
        let before = expression.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        // Its codes say that already.
        let message = ["Invalid syntax: ", "Invalid number: "]
            .into_iter()
            .find_map(|kind| message.strip_prefix(kind))
            .unwrap_or(message);
        Self { message: one_line(message), position: before.chars().count(), line, column }
    }
}

/// The beginning of a text that may quote others, without line breaks. With a place and our own words it fits into a row's
/// detail.
pub(super) fn one_line(text: &str) -> String {
    let mut length = 0;
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let fits = |c: &char| {
        length += c.len_utf8();
        length <= TEXT_MAX_BYTES
    };
    shown.take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where() {
        for (expression, position, says) in [
            ("{'a': 1, 'b' 2}", 13, "(line 1, column 14 of the expression)"),
            ("{\n  'é': 1,\n  'b': )\n}", 19, "(line 3, column 8 of the expression)"),
            ("order.[", 7, "(line 1, column 8 of the expression)"),
            ("'abc", 4, "S0101"),
            ("$sum(total))", 11, "S0201"),
            ("a b.c.d", 2, "S0201"),
            ("", 0, "S0207"),
        ] {
            let fault = check(expression).unwrap_err();
            assert_eq!(fault.position, position, "{expression:?}: {fault}");
            assert!(fault.to_string().contains(says), "{expression:?}: {fault}");
        }
    }

    #[test]
    fn hostile_texts_are_refused_or_taken_and_nothing_else_happens() {
        let repeated = [
            "(",
            "[",
            "{",
            "-",
            "a.",
            "a[0]",
            "1?",
            "function(){",
            "%.",
            "{$.",
            "((1)",
            "'\\u",
            "/(",
            "|a|",
            "$f(?",
            "é😀",
        ];
        for part in repeated {
            let text = part.repeat(4_096 / part.len());
            assert!(check(&text).is_err(), "{part} is an expression");
        }
        let long = check(&"1".repeat(4_096)).unwrap_err().to_string();
        assert!(long.starts_with("S0102: ") && long.len() < 600, "{long}");
        for text in [format!("{}1{}", "(".repeat(900), ")".repeat(900)), "1+".repeat(400) + "1"] {
            assert_eq!(check(&text), Ok(()), "{text}");
        }
    }
}
