//! What a receiver gets, to the byte.

use bytes::Bytes;
use hookstep_core::ports::{OutboundBody, OutboundRequest};
use hookstep_core::secret::Secret;
use hookstep_core::webhook::Method;
use hookstep_local::receiver::{Receiver, ReceiverOptions, Script, Version};

use super::server::{OK, Server};
use super::world::{World, authority, request, streamed, trust_in};

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, Secret)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
}

async fn sent(request: impl FnOnce(&str) -> OutboundRequest) -> String {
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let server = Server::start(move |mut accepted| {
        let tell = tell.clone();
        async move {
            let request = accepted.read().await;
            accepted.write(OK).await;
            tell.send(request).await.unwrap();
        }
    })
    .await;
    let url = format!("{}a/b?x=1&y=%20", server.url());
    let exchange = World::new().send(request(&url)).await;
    assert_eq!(exchange.error, None);
    let host = server.address.to_string();
    String::from_utf8(told.recv().await.unwrap()).unwrap().replace(&host, "HOST")
}

#[tokio::test]
async fn a_request_is_the_given_headers_in_a_frame() {
    let version = env!("CARGO_PKG_VERSION");
    let given = headers(&[("X-B", "2"), ("x-a", "1"), ("x-empty", ""), ("cookie", "mine"), ("x-odd", "a=\"b\\\"\t;c")]);
    let whole = sent(|url| OutboundRequest { headers: given, ..request(url) }).await;
    let expected = format!(
        "POST /a/b?x=1&y=%20 HTTP/1.1\r\nhost: HOST\r\nx-b: 2\r\nx-a: 1\r\nx-empty: \r\ncookie: mine\r\nx-odd: a=\"b\\\"\t;c\r\n\
         user-agent: Hookstep/{version}\r\naccept: */*\r\naccept-encoding: gzip\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    assert_eq!(whole, expected);
}

#[tokio::test]
async fn what_is_given_stands_for_what_would_be_added_and_twice_is_twice() {
    let given =
        [("User-Agent", "mine"), ("accept", "text/plain"), ("Accept-Encoding", "identity"), ("x", "1"), ("x", "2")];
    let whole = sent(|url| OutboundRequest { headers: headers(&given), ..request(url) }).await;
    let head = "host: HOST\r\nuser-agent: mine\r\naccept: text/plain\r\naccept-encoding: identity\r\nx: 1\r\nx: 2\r\ncontent-length: 2\r\n\r\n";
    assert!(whole.contains(head), "{whole}");
}

#[tokio::test]
async fn nothing_that_is_given_changes_the_frame() {
    let given = [
        ("Host", "evil.test"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "upgrade, close"),
        ("upgrade", "h2c"),
        ("keep-alive", "timeout=9"),
        ("expect", "100-continue"),
        ("te", "trailers"),
        ("trailer", "x"),
    ];
    let whole = sent(|url| OutboundRequest { headers: headers(&given), ..request(url) }).await;
    let head = whole.to_ascii_lowercase();
    assert!(head.contains("\r\nhost: host\r\nuser-agent") && head.contains("\r\ncontent-length: 2\r\n"), "{whole}");
    for (name, _) in &given[2..] {
        assert!(!head.contains(&format!("\r\n{}:", name.to_ascii_lowercase())), "{whole}");
    }
}

#[tokio::test]
async fn a_header_that_can_not_be_sent_keeps_the_request_from_being_sent() {
    let receiver = Receiver::start().await.unwrap();
    for (name, value) in
        [("x", "a\r\nx-b: 1"), ("x", "a\nb"), ("x", "a\0b"), ("x\r\ny", "1"), ("x y", "1"), ("", "1"), ("x:", "1")]
    {
        let request = OutboundRequest { headers: headers(&[(name, value)]), ..request(&receiver.url("/")) };
        let exchange = World::new().send(request).await;
        let error = exchange.error.unwrap();
        assert_eq!(error.obstacle.code(), "credentials_missing", "{name:?}: {value:?}");
        assert_eq!(error.detail, "the URL or a header holds what can't be sent");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn the_length_is_always_said_and_nothing_is_chunked() {
    for (method, body, length) in [
        (Method::Post, "", Some("0")),
        (Method::Put, "", Some("0")),
        (Method::Patch, "", Some("0")),
        (Method::Get, "", None),
        (Method::Delete, "", None),
        (Method::Get, "{}", Some("2")),
        (Method::Delete, "{}", Some("2")),
    ] {
        let streams: &[bool] = if body.is_empty() { &[false] } else { &[false, true] };
        for &stream in streams {
            let whole = sent(|url| {
                let request = if stream {
                    streamed(url, 2, vec![Ok("{".into()), Ok(Bytes::new()), Ok("}".into())])
                } else {
                    OutboundRequest { body: OutboundBody::Bytes(body.into()), ..request(url) }
                };
                OutboundRequest { method, ..request }
            })
            .await;
            let lengths: Vec<_> = whole.lines().filter_map(|line| line.strip_prefix("content-length: ")).collect();
            assert_eq!(lengths, length.into_iter().collect::<Vec<_>>(), "{whole}");
            assert!(!whole.contains("transfer-encoding") && whole.ends_with(&format!("\r\n\r\n{body}")), "{whole}");
        }
    }
    let empty = sent(|url| streamed(url, 0, Vec::new())).await;
    assert!(empty.contains("\r\ncontent-length: 0\r\n"), "{empty}");
}

#[tokio::test]
async fn a_name_is_sent_with_its_port_unless_it_is_the_schemes_own() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    world.names.set("receiver.test", &[&["127.0.0.1"]]);
    world.delivers(&format!("http://receiver.test:{}", receiver.port())).await;
    let requests = receiver.requests();
    assert_eq!(requests[0].header("host"), Some(format!("receiver.test:{}", receiver.port())));
    assert_eq!(requests[0].target, "/");
}

#[tokio::test]
async fn over_http2_the_same_request_is_sent_in_its_frame() {
    let authority = authority("trusted");
    let world = World::that_trusts(trust_in(&authority));
    world.names.set("receiver.test", &[&["127.0.0.1"]]);
    let options = ReceiverOptions::new().tls(authority.issue(&["receiver.test"]).unwrap()).http2();
    let receiver = Receiver::start_with(options).await.unwrap();
    let url = format!("https://receiver.test:{}/a?x=1", receiver.port());
    let given =
        headers(&[("X-B", "2"), ("x-a", "1"), ("connection", "close"), ("x-a", "3"), ("authorization", "secret")]);
    let pieces = vec![Ok(Bytes::from(vec![1; 70_000])), Ok(Bytes::from(vec![2; 30_000]))];
    let big = OutboundRequest { headers: given, ..streamed(&url, 100_000, pieces) };
    assert_eq!(world.send(big).await.error, None);
    assert_eq!(
        world.send(OutboundRequest { body: OutboundBody::Bytes(Bytes::new()), ..request(&url) }).await.error,
        None
    );
    let get = OutboundRequest { method: Method::Get, body: OutboundBody::Bytes(Bytes::new()), ..request(&url) };
    assert_eq!(world.send(get).await.error, None);
    let [big, empty, get] = &receiver.requests()[..] else { panic!("{:?}", receiver.requests()) };
    assert!([big, empty, get].iter().all(|request| request.version == Version::Http2));
    let shown: Vec<_> =
        big.headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value))).collect();
    let authority = format!("receiver.test:{}", receiver.port());
    let agent = concat!("Hookstep/", env!("CARGO_PKG_VERSION"));
    let expected = [
        (":authority", authority.as_str()),
        (":scheme", "https"),
        ("x-b", "2"),
        ("x-a", "1"),
        ("x-a", "3"),
        ("authorization", "secret"),
        ("user-agent", agent),
        ("accept", "*/*"),
        ("accept-encoding", "gzip"),
        ("content-length", "100000"),
    ];
    assert_eq!(shown, expected.map(|(name, value)| (name, value.into())));
    assert_eq!((big.body.len(), big.body[69_999], big.body[70_000]), (100_000, 1, 2));
    assert_eq!((empty.header("content-length").as_deref(), get.header("content-length")), (Some("0"), None));
}

#[tokio::test]
async fn nothing_is_followed_kept_or_taken_from_elsewhere() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let script =
        Script::redirect(307, &receiver.url("/else")).header("set-cookie", "a=b").header("alt-svc", "h2=\":1\"");
    receiver.on("/", script);
    for _ in 0..2 {
        let exchange = world.post(&receiver.url("/")).await;
        assert_eq!((exchange.response.unwrap().status_code, exchange.error), (307, None));
    }
    let requests = receiver.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.path() == "/" && request.header("cookie").is_none()));
}
