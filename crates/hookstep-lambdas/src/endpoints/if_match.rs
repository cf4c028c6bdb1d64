//! `If-Match` (RFC 9110, section 13.1.1) against the version of a webhook.

use crate::http::Request;

/// Which versions a caller's change may be applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whichever there is.
    Any,
    /// One of these entity tags.
    OneOf(Vec<String>),
}

impl IfMatch {
    /// What a request asks for.
    #[must_use]
    pub fn of(request: &Request) -> Option<Self> {
        request.header("if-match").map(Self::parse)
    }

    /// The entity tag of a version. It is a strong one: every change makes a new version.
    #[must_use]
    pub fn tag(version: u64) -> String {
        format!("\"{version}\"")
    }

    fn parse(value: &str) -> Self {
        match value.trim() {
            "*" => Self::Any,
            list => Self::OneOf(list.split(',').map(|tag| tag.trim().to_owned()).collect()),
        }
    }

    /// Whether a version is one of those. Weak tags (`W/"1"`) never match.
    #[must_use]
    pub fn matches(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(&Self::tag(version)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_as_the_rfc_has_it() {
        for (value, matches) in [
            ("\"3\"", true),
            ("*", true),
            (" \"1\" , \"3\"", true),
            ("\"2\"", false),
            ("W/\"3\"", false),
            ("3", false),
            ("\"33\"", false),
            ("", false),
        ] {
            assert_eq!(IfMatch::parse(value).matches(3), matches, "{value}");
        }
    }
}
