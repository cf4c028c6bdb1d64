//! What the libraries of receivers said of signatures in a run, for the eye: the tests have judged it already.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

/// The kinds of verdicts, as the tests record them.
const KINDS: [&str; 3] = ["good", "refused", "not applicable"];

/// Cases by library and verdict, a line per library; nothing where none were judged.
pub(super) fn table(record: &Path) -> Result<String> {
    let mut counts: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    if record.exists() {
        for entry in fs::read_dir(record)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("verdicts-") {
                count(&fs::read_to_string(entry.path())?, &mut counts);
            }
        }
    }
    Ok(in_words(&counts))
}

/// Adds lines such as `python svix: good`.
fn count(lines: &str, counts: &mut BTreeMap<String, [u64; 3]>) {
    for (library, verdict) in lines.lines().filter_map(|line| line.split_once(": ")) {
        if let Some(kind) = KINDS.iter().position(|kind| *kind == verdict) {
            counts.entry(library.to_owned()).or_default()[kind] += 1;
        }
    }
}

fn in_words(counts: &BTreeMap<String, [u64; 3]>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let [good, refused, not_applicable] = KINDS;
    let mut text = format!("\nsignatures, as judged by{good:>13} {refused:>8} {not_applicable:>15}\n");
    for (library, [good, refused, not_applicable]) in counts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{library:<30} {good:>6} {refused:>8} {not_applicable:>15}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_counted_by_library() {
        let mut counts = BTreeMap::new();
        count("python svix: good\nnode crypto: refused\npython svix: good\n", &mut counts);
        count("python svix: not applicable\nnode crypto: odd\nnothing", &mut counts);
        let expected = [("node crypto".to_owned(), [0, 1, 0]), ("python svix".to_owned(), [2, 0, 1])];
        assert_eq!(counts, expected.into());
        assert_eq!(in_words(&counts).lines().count(), 4);
        assert_eq!(in_words(&BTreeMap::new()), "");
    }
}
