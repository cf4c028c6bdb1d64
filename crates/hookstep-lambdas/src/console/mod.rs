//! The console: files of the function's own package, to browsers, without authentication. What they show comes from the calls
//! of the API, which ask who calls.
//!
//! - `assets/*` have their content's hash in their names: kept for a year, sent compressed where the browser takes that.
//! - Other files are asked for again each time, and answered with 304 where they are the same.
//! - Anything else is the start page: the console finds by the path what to show. A nonce of its own for each answer lets
//!   the page's one script run, and no other ([`policy`]).
//!
//! Nothing depends on where the API is mounted, nor on a slash at the end of a path: the page finds its base by itself.

mod files;
mod policy;
mod settings;

use hookstep_core::ports::Entropy;

use crate::http::{Answer, Problem, Request};
pub use files::Files;
pub use policy::Policy;
pub use settings::Settings;

use files::{Encoding, File};

/// The folder of the files whose names tell their content.
const ASSETS: &str = "assets/";

/// What stands for the nonce in the start page.
const NONCE: &str = "__CSP_NONCE__";

/// The start page.
const START: &str = "index.html";

/// What serves the console.
pub struct Console<'a, R> {
    /// The files; read when the first of them is asked for.
    pub files: &'a Files,
    /// What the page may do.
    pub policy: &'a Policy,
    /// Makes the nonces.
    pub random: &'a R,
}

impl<R: Entropy> Console<'_, R> {
    /// Answers with a file, or with the start page.
    ///
    /// # Errors
    /// 404 for an asset that is not there, and for everything where the package has no console.
    pub fn answer(&self, request: &Request) -> Result<Answer, Problem> {
        let path = request.path("path").trim_start_matches('/');
        match self.files.find(path) {
            Some(file) if path != START => file_answer(path, file, request),
            _ if path.starts_with(ASSETS) => Err(Problem::asset_not_found()),
            _ => self.start(),
        }
    }

    fn start(&self) -> Result<Answer, Problem> {
        let page = self
            .files
            .find(START)
            .ok_or_else(Problem::no_console)?
            .text()
            .map_err(|error| Problem::internal(&error))?;
        let nonce = nonce(self.random.random());
        let answer = Answer::text(200, "text/html; charset=utf-8", page.replace(NONCE, &nonce));
        Ok(guarded(answer)
            .with_header("cache-control", "no-cache")
            .with_header("content-security-policy", self.policy.of_page(&nonce))
            .with_header("cross-origin-opener-policy", "same-origin"))
    }
}

fn file_answer(path: &str, file: &File, request: &Request) -> Result<Answer, Problem> {
    let encoding = file.encoding(request.header("accept-encoding").unwrap_or_default());
    let tag = file.tag(encoding).map_err(|error| Problem::internal(&error))?;
    let caching = if path.starts_with(ASSETS) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let answer = if is_known(request.header("if-none-match").unwrap_or_default(), &tag) {
        Answer::empty(304)
    } else {
        let bytes = file.read(encoding).map_err(|error| Problem::internal(&error))?;
        let answer = Answer::bytes(200, file.content_type(), bytes);
        match encoding {
            Encoding::Identity => answer,
            other => answer.with_header("content-encoding", other.name()),
        }
    };
    Ok(guarded(answer)
        .with_header("cache-control", caching)
        // A file that somebody opens by itself is no page: an image with a script in it runs nothing.
        .with_header("content-security-policy", Policy::OF_FILES)
        .with_header("etag", tag)
        .with_header("vary", "accept-encoding"))
}

fn guarded(answer: Answer) -> Answer {
    answer.with_header("referrer-policy", "no-referrer").with_header("x-frame-options", "DENY")
}

/// Whether the browser has what has this tag (RFC 9110, section 13.1.2).
fn is_known(if_none_match: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.split(',').any(|known| known.trim() == "*" || opaque(known) == tag)
}

/// 128 random bits, in characters that HTML and the policy take as they are.
fn nonce(random: u128) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random.to_be_bytes())
}

#[cfg(test)]
mod tests;
