//! The template's references to local files, and their replacement by uploaded ones.
//!
//! `aws cloudformation package` does this too, but it reads and rewrites the whole YAML. Here only the two lines change, so that the engine gets the template
//! as it was written.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// A property whose value is a path relative to the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalReference {
    line: usize,
    /// The file or folder, as a path that can be opened.
    pub(super) path: PathBuf,
    pub(super) kind: ReferenceKind,
}

/// What a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReferenceKind {
    /// A folder with a `bootstrap` in it.
    Code,
    /// A state machine's definition.
    Definition,
}

const PROPERTIES: [(&str, ReferenceKind); 2] =
    [("CodeUri:", ReferenceKind::Code), ("DefinitionUri:", ReferenceKind::Definition)];

/// Finds the references in a template that lies in `folder`.
pub(super) fn local_references(template: &str, folder: &Path) -> Result<Vec<LocalReference>> {
    let mut references = Vec::new();
    for (line, text) in template.lines().enumerate() {
        for (property, kind) in PROPERTIES {
            let Some(value) = text.trim_start().strip_prefix(property) else { continue };
            let value = value.trim().trim_matches(['"', '\'']);
            if value.is_empty() {
                bail!("line {} of the template: {property} must have its path on the same line", line + 1);
            }
            if !value.starts_with("s3://") {
                references.push(LocalReference { line, path: folder.join(value), kind });
            }
        }
    }
    Ok(references)
}

/// The template with each reference replaced by the URI that `uri_of` gives for it.
pub(super) fn replace(
    template: &str,
    references: &[LocalReference],
    uri_of: impl Fn(&LocalReference) -> Result<String>,
) -> Result<String> {
    let mut lines: Vec<String> = template.lines().map(str::to_owned).collect();
    for reference in references {
        let line = &mut lines[reference.line];
        let value_starts = line.find(':').map_or(line.len(), |colon| colon + 1);
        line.truncate(value_starts);
        line.push(' ');
        line.push_str(&uri_of(reference)?);
    }
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "\
Resources:
  Api:
    Properties:
      CodeUri: ../target/lambda/api/
      # CodeUri: in a comment
  Machine:
    Properties:
      DefinitionUri: '../statemachine/delivery.asl.json'
  Other:
    Properties:
      CodeUri: s3://elsewhere/key
";

    #[test]
    fn local_paths_are_found_and_others_left() -> Result<()> {
        let found = local_references(TEMPLATE, Path::new("infra"))?;
        let paths: Vec<_> = found.iter().map(|reference| (reference.path.to_str(), reference.kind)).collect();
        assert_eq!(
            paths,
            [
                (Some("infra/../target/lambda/api/"), ReferenceKind::Code),
                (Some("infra/../statemachine/delivery.asl.json"), ReferenceKind::Definition),
            ]
        );
        Ok(())
    }

    #[test]
    fn only_the_values_change() -> Result<()> {
        let found = local_references(TEMPLATE, Path::new("infra"))?;
        let replaced = replace(TEMPLATE, &found, |reference| Ok(format!("s3://b/{}", reference.line)))?;
        let expected = TEMPLATE
            .replace("CodeUri: ../target/lambda/api/", "CodeUri: s3://b/3")
            .replace("'../statemachine/delivery.asl.json'", "s3://b/7");
        assert_eq!(replaced, expected);
        Ok(())
    }

    #[test]
    fn a_path_on_the_next_line_is_refused() {
        let error = local_references("CodeUri:\n  ../x", Path::new(".")).expect_err("it would be overlooked");
        assert!(error.to_string().contains("line 1"));
    }
}
