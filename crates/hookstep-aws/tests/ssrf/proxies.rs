//! A proxy from the environment would go where it likes: none is taken.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use hookstep_aws::clock::System;
use hookstep_aws::sender::HttpSender;
use hookstep_core::address::Reachable;
use hookstep_local::receiver::Receiver;
use hookstep_local::tls::Authority;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::world::{Canary, Names, OPEN, came_to, post};

/// What the test tells itself when it runs itself: the URLs to send to, and the authority to trust.
const URLS: &str = "HOOKSTEP_TEST_PROXIES_URLS";
const AUTHORITY: &str = "HOOKSTEP_TEST_PROXIES_AUTHORITY";

/// The variables that name a proxy.
const NAMES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

#[expect(clippy::disallowed_methods, reason = "the environment is what this is about")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn lists() -> Reachable {
    Reachable::new("127.0.0.1".parse().unwrap(), "1-65535".parse().unwrap())
}

/// In a process whose environment names a proxy: sends to each URL, as a Lambda does and with a resolver of the test's.
async fn send_to(urls: &str) {
    assert!(NAMES.iter().all(|name| variable(name).is_some_and(|proxy| proxy.contains("://127.0.0.1:"))));
    let mut authorities = RootCertStore::empty();
    let authority = variable(AUTHORITY).expect("an authority");
    authorities.add(CertificateDer::from_pem_file(authority).expect("a certificate")).expect("an authority");
    let names = Names::default();
    names.answer("hooks.example", [vec![OPEN]]);
    let sender = HttpSender::with(lists(), System, names, authorities).expect("a sender");
    for url in urls.split(',') {
        assert_eq!(came_to(&post(&sender, url).await), Ok(200), "{url}");
    }
}

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_used() {
    if let Some(urls) = variable(URLS) {
        return send_to(&urls).await;
    }
    let proxy = Canary::listen((OPEN, 0)).await.unwrap();
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ssrf-proxies");
    let authority = Authority::make_or_open(&dir).unwrap();
    let plain = Receiver::start().await.unwrap();
    let secure = Receiver::start_tls(authority.issue(&["127.0.0.1", "hooks.example"]).unwrap()).await.unwrap();
    let urls = [
        plain.url("/hook"),
        format!("http://hooks.example:{}/hook", plain.port()),
        secure.url("/hook"),
        format!("https://hooks.example:{}/hook", secure.port()),
    ];
    let proxies = [format!("http://127.0.0.1:{}", proxy.port()), format!("socks5h://127.0.0.1:{}", proxy.port())];
    for proxy in &proxies {
        run_with(proxy, &urls.join(","), &authority.certificate_file()).await;
    }
    assert_eq!(proxy.connections().await, 0);
    assert_eq!((plain.requests_to("/hook").len(), secure.requests_to("/hook").len()), (4, 4));
    // No line of a request is one for a proxy, with a whole URL in it.
    assert!(plain.requests().iter().chain(&secure.requests()).all(|request| request.target.starts_with('/')));
}

/// Runs this test once more, in an environment that names the proxy in every way that is in use.
async fn run_with(proxy: &str, urls: &str, authority: &Path) {
    let program = std::env::current_exe().expect("this program");
    let mut command = tokio::process::Command::new(program);
    command
        .args(["--exact", "proxies::a_proxy_in_the_environment_is_not_used"])
        .env(URLS, urls)
        .env(AUTHORITY, authority);
    for name in NAMES {
        command.env(name, proxy);
    }
    // Nobody is to be excepted.
    command.env("NO_PROXY", "").env("no_proxy", "").env_remove("REQUEST_METHOD");
    let output = command.stdin(Stdio::null()).output().await.expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
