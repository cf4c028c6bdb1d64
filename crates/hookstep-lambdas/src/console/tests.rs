//! Files and pages, as browsers ask for them.

use std::fs;
use std::path::PathBuf;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;
use hookstep_aws::clock::System;
use serde_json::{Value, json};

use super::*;
use crate::access::Access;

const SCRIPT: &str = "console.log(1)";

/// A folder as the console's build leaves it, which is removed at the end.
struct Built(PathBuf);

impl Built {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("hookstep-console-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        let files = [
            ("index.html", "<script nonce=\"__CSP_NONCE__\"></script><style nonce=\"__CSP_NONCE__\"></style>"),
            ("favicon.svg", "<svg/>"),
            ("assets/index-a1b2.js", SCRIPT),
            ("assets/index-a1b2.js.br", "brotli"),
            ("assets/index-a1b2.js.gz", "gzip"),
            ("assets/plain-c3d4.css", "a{}"),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        fs::write(folder.with_extension("secret"), "secret").unwrap();
        Self(folder)
    }
}

impl Drop for Built {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = fs::remove_file(self.0.with_extension("secret"));
    }
}

fn request(path: &str, headers: &[(&str, &str)]) -> Request {
    let headers: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let parameters = json!({ "path": path });
    routed("GET /console/{path+}", &format!("/console/{path}"), &parameters, &json!(headers)).unwrap()
}

/// As API Gateway hands it on by this key.
fn routed(key: &str, path: &str, parameters: &Value, headers: &Value) -> Result<Request, Problem> {
    let event = json!({
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "headers": headers,
        "pathParameters": parameters,
        "requestContext": { "http": { "method": "GET" } },
        "isBase64Encoded": false,
    });
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event).unwrap();
    Request::new(event, &Access::Iam)
}

fn ask(built: &Built, path: &str, headers: &[(&str, &str)]) -> Result<ApiGatewayV2httpResponse, Problem> {
    let files = Files::new(built.0.clone());
    let policy = Policy::new([]);
    let console = Console { files: &files, policy: &policy, random: &System };
    console.answer(&request(path, headers)).map(Into::into)
}

fn get(built: &Built, path: &str, headers: &[(&str, &str)]) -> ApiGatewayV2httpResponse {
    ask(built, path, headers).unwrap()
}

fn header<'a>(answer: &'a ApiGatewayV2httpResponse, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn bytes(answer: &ApiGatewayV2httpResponse) -> &[u8] {
    match answer.body.as_ref().unwrap() {
        Body::Binary(bytes) => bytes,
        Body::Text(text) => text.as_bytes(),
        _ => &[],
    }
}

#[test]
fn every_path_that_is_no_file_is_the_page_with_a_nonce_of_its_own() {
    let built = Built::new("page");
    let mut nonces = Vec::new();
    for path in ["", "webhooks/wh_1", "events", "index.html", "sign-in/callback", "assets", "favicon.svg/x"] {
        let answer = get(&built, path, &[("if-none-match", "*"), ("accept-encoding", "br")]);
        assert_eq!((answer.status_code, header(&answer, "content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}");
        let policy = header(&answer, "content-security-policy");
        let (_, rest) = policy.split_once("'nonce-").unwrap();
        let (nonce, _) = rest.split_once('\'').unwrap();
        let page = std::str::from_utf8(bytes(&answer)).unwrap();
        assert_eq!(page, format!("<script nonce=\"{nonce}\"></script><style nonce=\"{nonce}\"></style>"));
        assert!(nonce.len() == 22 && !nonces.contains(&nonce.to_owned()), "{nonce}");
        nonces.push(nonce.to_owned());
    }
}

/// Which key API Gateway finds for a path with a slash at its end, its documents do not say.
#[test]
fn the_start_page_comes_with_and_without_a_slash_by_whatever_key() {
    let built = Built::new("slash");
    let files = Files::new(built.0.clone());
    let policy = Policy::new([]);
    let console = Console { files: &files, policy: &policy, random: &System };
    for (key, path, parameters) in [
        ("GET /console", "/console", Value::Null),
        ("GET /console", "/console/", json!({})),
        ("GET /console/{path+}", "/console/", json!({})),
        ("GET /console/{path+}", "/console/", json!({ "path": "" })),
        ("GET /console/{path+}", "/console/", json!({ "path": "/" })),
        ("$default", "/console/", Value::Null),
    ] {
        let request = routed(key, path, &parameters, &json!({})).unwrap_or_else(|_| panic!("{key} {path}"));
        let answer: ApiGatewayV2httpResponse = console.answer(&request).unwrap().into();
        assert_eq!((answer.status_code, header(&answer, "content-type")), (200, "text/html; charset=utf-8"), "{key}");
    }
    let unknown = routed("$default", "/consoles/", &Value::Null, &json!({}));
    assert_eq!(unknown.err().map(|problem| problem.code()), Some("route_not_found"));
}

#[test]
fn an_asset_comes_in_the_best_form_that_the_browser_takes() {
    let built = Built::new("encodings");
    for (accepted, encoding, expected) in [
        ("gzip, deflate, br, zstd", "br", "brotli"),
        ("br;q=0, gzip;q=0.5", "gzip", "gzip"),
        ("GZIP", "gzip", "gzip"),
        ("brotli, x-gzip", "", SCRIPT),
        ("", "", SCRIPT),
    ] {
        let answer = get(&built, "assets/index-a1b2.js", &[("accept-encoding", accepted)]);
        assert_eq!(
            (header(&answer, "content-encoding"), bytes(&answer)),
            (encoding, expected.as_bytes()),
            "{accepted}"
        );
        assert!(answer.is_base64_encoded);
        assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    }
    let plain = get(&built, "assets/plain-c3d4.css", &[("accept-encoding", "br, gzip")]);
    assert_eq!((header(&plain, "content-encoding"), bytes(&plain)), ("", &b"a{}"[..]));
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let built = Built::new("tags");
    let first = get(&built, "favicon.svg", &[]);
    let tag = header(&first, "etag");
    assert_eq!(header(&first, "cache-control"), "no-cache");
    let other_form = get(&built, "assets/index-a1b2.js", &[("accept-encoding", "br")]);
    assert_ne!(header(&other_form, "etag"), header(&get(&built, "assets/index-a1b2.js", &[]), "etag"));
    for known in [tag.to_owned(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let again = get(&built, "favicon.svg", &[("if-none-match", &known)]);
        assert_eq!((again.status_code, again.body.is_none(), header(&again, "etag")), (304, true, tag), "{known}");
    }
    assert_eq!(get(&built, "favicon.svg", &[("if-none-match", "\"x\"")]).status_code, 200);
    fs::write(built.0.join("favicon.svg"), "<svg></svg>").unwrap();
    assert_eq!(get(&built, "favicon.svg", &[("if-none-match", tag)]).status_code, 200);
}

#[test]
fn nothing_outside_of_the_folder_is_served_and_a_missing_asset_is_no_page() {
    let built = Built::new("outside");
    let secret = format!("../{}", built.0.with_extension("secret").file_name().unwrap().to_str().unwrap());
    for path in [secret.as_str(), "../../etc/passwd", "/etc/passwd", "assets/../../x", "assets\\x", "%2e%2e/x", "."] {
        match ask(&built, path, &[]) {
            Ok(answer) => assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8", "{path}"),
            Err(problem) => assert_eq!(problem.code(), "route_not_found", "{path}"),
        }
    }
    for path in ["assets/index-0000.js", "assets/", "assets/../index.html", "assets/index-a1b2.js.br", "assets/x/y"] {
        assert_eq!(ask(&built, path, &[]).unwrap_err().code(), "route_not_found", "{path}");
    }
}

#[test]
fn a_package_without_a_console_says_so() {
    let files = Files::new(std::env::temp_dir().join("hookstep-console-that-is-not-there"));
    let policy = Policy::new([]);
    let console = Console { files: &files, policy: &policy, random: &System };
    for path in ["", "webhooks", "favicon.svg", "assets/index.js"] {
        assert_eq!(console.answer(&request(path, &[])).unwrap_err().code(), "route_not_found", "{path}");
    }
}

#[test]
fn how_to_sign_in_is_said_where_people_do() {
    let jwt = Settings {
        auth_mode: "JWT".to_owned(),
        issuer: Some("https://id.example.com".to_owned()),
        client_id: Some("console".to_owned()),
        ..Settings::default()
    };
    let shown = jwt.as_json();
    assert_eq!((&shown["issuer"], &shown["client_id"]), (&json!("https://id.example.com"), &json!("console")));
    assert!(jwt.policy().of_page("N").contains("connect-src 'self' https://id.example.com;"));
    let iam = Settings { auth_mode: "IAM".to_owned(), ..jwt };
    assert!(iam.policy().of_page("N").contains("connect-src 'self';"));
    let iam = iam.as_json();
    assert!(iam["issuer"].is_null() && iam["client_id"].is_null() && iam["auth_mode"] == "IAM");
}
