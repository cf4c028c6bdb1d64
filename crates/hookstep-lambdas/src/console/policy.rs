//! What a page of the console may load and do: its own files, and calls to this API and to whoever signs people in.

/// Where the page may send requests beside this API: origins such as `https://id.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    connect: Vec<Origin>,
}

/// Scheme, host and port of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin(String);

impl Policy {
    /// Of a file that is opened by itself.
    pub const OF_FILES: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

    /// With the origins of these URLs; what is no URL of `http` or `https` counts for nothing.
    #[must_use]
    pub fn new<'a>(urls: impl IntoIterator<Item = &'a str>) -> Self {
        let mut connect: Vec<Origin> = Vec::new();
        for origin in urls.into_iter().filter_map(Origin::of) {
            if !connect.contains(&origin) {
                connect.push(origin);
            }
        }
        Self { connect }
    }

    /// Of a page whose script and style bear this nonce. There is neither inline script nor style without it, no `eval`, no frame
    /// in either direction, no form, no plug-in, and nothing from anywhere else.
    #[must_use]
    pub fn of_page(&self, nonce: &str) -> String {
        let mut connect = String::new();
        for Origin(origin) in &self.connect {
            connect.push(' ');
            connect.push_str(origin);
        }
        format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'{connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
}

impl Origin {
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let host = rest.split(['/', '?', '#']).next()?;
        // A policy is made of words: nothing may end one, and begin another.
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte);
        let is_origin = matches!(scheme, "http" | "https") && !host.is_empty() && host.bytes().all(is_host);
        is_origin.then(|| Self(format!("{scheme}://{host}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_call_this_api_and_the_origins_of_the_sign_in() {
        let policy = Policy::new([
            "https://id.example.com/tenant/v2",
            "https://id.example.com",
            "https://login.example.com:8443/",
        ]);
        let text = policy.of_page("N");
        assert!(text.contains("connect-src 'self' https://id.example.com https://login.example.com:8443;"), "{text}");
        assert!(text.contains("script-src 'self' 'nonce-N';") && !text.contains("unsafe"), "{text}");
    }

    #[test]
    fn nothing_that_is_no_origin_gets_into_the_policy() {
        for odd in [
            "",
            "*",
            "'unsafe-inline'",
            "https://",
            "https://a b",
            "https://x;script-src",
            "data:text/plain",
            "https://u@h",
        ] {
            assert_eq!(Policy::new([odd]), Policy { connect: Vec::new() }, "{odd}");
        }
    }
}
