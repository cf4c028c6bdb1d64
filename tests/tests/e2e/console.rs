//! The console as a browser asks for it: one page, its files, and what the answers allow a browser to do. What people see of it is
//! tested in a browser (`console/e2e`).

use std::collections::BTreeSet;
use std::io::Read as _;

use anyhow::{Context as _, Result};
use flate2::read::GzDecoder;
use hookstep_tests::{Answer, Hookstep};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::assert_problem;

async fn get(hookstep: &Hookstep, path: &str, headers: &[(&'static str, &str)]) -> Result<Answer> {
    let api = &hookstep.api;
    let request =
        headers.iter().fold(api.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
    api.send(request).await
}

/// The page and the nonce that its policy names.
async fn page(hookstep: &Hookstep, path: &str) -> Result<(String, String)> {
    let answer = get(hookstep, path, &[]).await?;
    assert_eq!(answer.status, 200, "{path}: {}", answer.in_words());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
    let policy = answer.header("content-security-policy").context("no policy")?;
    let (_, rest) = policy.split_once("'nonce-").context("no nonce")?;
    let nonce = rest.split('\'').next().context("no end")?.to_owned();
    let expected = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    assert_eq!(policy, expected, "{path}");
    Ok((String::from_utf8(answer.body.to_vec())?, nonce))
}

/// What follows the last dot of a name.
fn kind_of(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

/// The assets that the page names.
fn assets(page: &str) -> BTreeSet<String> {
    let names = page.split("assets/").skip(1).filter_map(|rest| rest.split(['"', '\'', '`']).next());
    names.map(|name| format!("/console/assets/{name}")).collect()
}

#[tokio::test]
async fn every_path_of_the_console_is_the_same_page_but_for_a_nonce_of_its_own() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (mut pages, mut nonces) = (BTreeSet::new(), BTreeSet::new());
    let paths = [
        "/console",
        "/console/",
        "/console/webhooks/wh_01ARZ3NDEKTSV4RRFFQ69G5FAV?tab=events",
        "/console/events?status=failed&correlation_id=a%2Fb",
        "/console/sign-in/callback?code=c&state=s",
        "/console/index.html",
    ];
    for path in paths {
        let (page, nonce) = page(&hookstep, path).await?;
        assert!(!page.contains("__CSP_NONCE__"), "{path}");
        // Each piece of script and style that stands in the page bears it.
        let pieces = page.matches("<script").count() + page.matches("<style").count();
        assert!(pieces >= 1 && page.matches(&format!(" nonce=\"{nonce}\"")).count() == pieces, "{path}");
        // Wherever the API is mounted: nothing is named from the root.
        assert!(!page.contains("=\"/") && !page.contains("='/"), "{path}");
        pages.insert(page.replace(&nonce, ""));
        nonces.insert(nonce);
    }
    assert_eq!((pages.len(), nonces.len()), (1, paths.len()));
    Ok(())
}

#[tokio::test]
async fn the_pages_assets_are_there_compressed_and_kept_for_a_year() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let named = assets(&page(&hookstep, "/console/").await?.0);
    assert!(["js", "css"].iter().all(|kind| named.iter().any(|name| kind_of(name) == *kind)), "{named:?}");
    let (mut gzipped, mut brotli) = (0, 0);
    for name in &named {
        let plain = get(&hookstep, name, &[]).await?;
        assert_eq!((plain.status.as_u16(), plain.header("content-encoding")), (200, None), "{name}");
        let kind = if kind_of(name) == "css" { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
        let small = get(&hookstep, name, &[("accept-encoding", "gzip")]).await?;
        let smallest = get(&hookstep, name, &[("accept-encoding", "gzip, deflate, br")]).await?;
        for answer in [&plain, &small, &smallest] {
            assert_eq!(answer.header("content-type"), Some(kind), "{name}");
            assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"), "{name}");
            assert_eq!(answer.header("vary"), Some("accept-encoding"), "{name}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{name}");
        }
        if small.header("content-encoding") == Some("gzip") {
            let mut opened = Vec::new();
            GzDecoder::new(&small.body[..]).read_to_end(&mut opened)?;
            assert!(opened == plain.body && small.body.len() < plain.body.len(), "{name}");
            gzipped += 1;
        }
        if smallest.header("content-encoding") == Some("br") {
            assert!(smallest.body.len() <= small.body.len(), "{name}");
            assert_ne!(smallest.header("etag"), plain.header("etag"), "{name}");
            brotli += 1;
        }
    }
    assert!(gzipped >= 1 && brotli >= 1, "{named:?}");
    Ok(())
}

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let named = assets(&page(&hookstep, "/console/").await?.0);
    let name = named.first().context("no asset")?;
    let tag = get(&hookstep, name, &[]).await?.header("etag").context("no tag")?.to_owned();
    let same = get(&hookstep, name, &[("if-none-match", &tag)]).await?;
    assert_eq!((same.status.as_u16(), same.body.len(), same.header("etag")), (304, 0, Some(tag.as_str())));
    let other = get(&hookstep, name, &[("if-none-match", "\"other\"")]).await?;
    assert_eq!((other.status.as_u16(), other.body.is_empty()), (200, false));
    Ok(())
}

#[tokio::test]
async fn what_is_no_file_of_the_console_is_not_served() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (expected, nonce) = page(&hookstep, "/console/").await?;
    for path in
        ["/console/assets/index-00000000.js", "/console/assets/..%2findex.html", "/console/assets/..%2f..%2fbootstrap"]
    {
        assert_problem(&get(&hookstep, path, &[]).await?, 404, "route_not_found");
    }
    for path in [
        "/console/..%2fbootstrap",
        "/console/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/console/%2fetc%2fpasswd",
        "/console/bootstrap",
    ] {
        let (other, own) = page(&hookstep, path).await?;
        assert_eq!(other.replace(&own, ""), expected.replace(&nonce, ""), "{path}");
    }
    let api = &hookstep.api;
    for path in ["/console", "/console/webhooks", "/console/config.json"] {
        let answer = api.send(api.request(Method::POST, path)).await?;
        assert_problem(&answer, 405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("GET"), "{path}");
        // As every other path of the API.
        assert_eq!(api.send(api.request(Method::HEAD, path)).await?.status, 405, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn the_console_learns_how_to_sign_in() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let answer = get(&hookstep, "/console/config.json", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-cache")));
    let mut settings: Value = answer.json()?;
    assert!(settings["stack"].take().as_str().is_some_and(|name| !name.is_empty()));
    assert!(settings["version"].take().as_str().is_some_and(|version| version.split('.').count() == 3));
    let expected = json!({
        "auth_mode": "NONE",
        "issuer": null,
        "client_id": null,
        "scopes": null,
        "audience": null,
        "region": hookstep.stack.region,
        "stack": null,
        "version": null,
    });
    assert_eq!(settings, expected);
    assert_eq!(hookstep.stack.console_url, Some(format!("{}/console", hookstep.stack.api_url)));
    Ok(())
}
