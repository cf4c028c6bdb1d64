//! The files of the console in the function's package: `console/` beside the program.
//!
//! Their names are listed once, and only what is on the list is served: no path of a request ever reaches the file system.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// How deep folders are looked into: `assets/` and one more.
const DEPTH: usize = 2;

/// How a file is written in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// Its name in HTTP.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// What the name of such a file ends in.
    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The files, by their paths below the folder.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    found: OnceCell<BTreeMap<String, File>>,
}

/// A file, and its compressed forms.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    has_brotli: bool,
    has_gzip: bool,
    digest: OnceCell<String>,
}

impl Files {
    /// Those in the folder `console` beside this program; none where it is not there.
    #[must_use]
    pub fn of_this_program() -> Self {
        let program = std::env::current_exe().unwrap_or_default();
        Self::new(program.parent().unwrap_or(Path::new("")).join("console"))
    }

    /// Those in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, found: OnceCell::new() }
    }

    pub(super) fn find(&self, path: &str) -> Option<&File> {
        self.found.get_or_init(|| list(&self.folder)).get(path)
    }
}

impl File {
    /// The best that the browser takes (RFC 9110, section 12.5.3).
    pub(super) fn encoding(&self, accepted: &str) -> Encoding {
        let takes = |name: &str| {
            accepted.split(',').any(|item| {
                let mut parts = item.split(';').map(str::trim);
                let is_it = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name));
                let quality = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse::<f32>().ok());
                is_it && quality.is_none_or(|quality| quality > 0.0)
            })
        };
        match (self.has_brotli && takes("br"), self.has_gzip && takes("gzip")) {
            (true, _) => Encoding::Brotli,
            (false, true) => Encoding::Gzip,
            (false, false) => Encoding::Identity,
        }
    }

    pub(super) fn read(&self, encoding: Encoding) -> io::Result<Bytes> {
        let mut name = self.path.clone().into_os_string();
        name.push(encoding.suffix());
        Ok(fs::read(name)?.into())
    }

    pub(super) fn text(&self) -> io::Result<String> {
        fs::read_to_string(&self.path)
    }

    /// The tag of the file in this form: of what is in it, so that it is the same in every instance of the function.
    pub(super) fn tag(&self, encoding: Encoding) -> io::Result<String> {
        if self.digest.get().is_none() {
            let content = fs::read(&self.path)?;
            self.digest.get_or_init(|| URL_SAFE_NO_PAD.encode(&Sha256::digest(content)[..12]));
        }
        Ok(format!("\"{}-{}\"", self.digest.get().map_or("", String::as_str), encoding.name()))
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "json" | "map" => "application/json",
            "webmanifest" => "application/manifest+json",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }
}

fn list(folder: &Path) -> BTreeMap<String, File> {
    let mut names = BTreeMap::new();
    collect(folder, "", DEPTH, &mut names);
    let compressed = |name: &str, suffix| names.contains_key(&format!("{name}{suffix}"));
    let is_whole = |name: &str| match name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz")) {
        Some(whole) => !names.contains_key(whole),
        None => true,
    };
    let whole = names.iter().filter(|(name, _)| is_whole(name));
    let files = whole.map(|(name, path)| {
        let (has_brotli, has_gzip) = (compressed(name, ".br"), compressed(name, ".gz"));
        (name.clone(), File { path: path.clone(), has_brotli, has_gzip, digest: OnceCell::new() })
    });
    files.collect()
}

fn collect(folder: &Path, below: &str, depth: usize, names: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, Ok(name)) = (entry.path(), entry.file_name().into_string()) else { continue };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 1 => collect(&path, &format!("{below}{name}/"), depth - 1, names),
            Ok(kind) if kind.is_file() => {
                names.insert(format!("{below}{name}"), path);
            }
            _ => {}
        }
    }
}
