//! Compressed answers are kept as what they stand for, bounded.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use hookstep_core::limits::RESPONSE_STORED_MAX_BYTES;
use hookstep_core::ports::Received;
use hookstep_local::receiver::{Receiver, Script};

use super::answers::both;
use super::world::World;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What is kept of this body, said to be of these codings.
async fn kept(codings: &[&str], body: Vec<u8>) -> Received {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let script = codings.iter().fold(Script::status(200), |script, coding| script.header("Content-Encoding", *coding));
    receiver.on("/", script.body(body));
    world.delivers(&receiver.url("/")).await
}

#[tokio::test]
async fn gzip_is_opened_over_either_version() {
    for (world, receiver) in both().await {
        receiver.on("/", Script::status(200).gzipped(b"{\"ok\":true}"));
        for _ in 0..2 {
            let received = world.delivers(&receiver.url("/")).await;
            assert_eq!((&received.body[..], received.truncated), (&b"{\"ok\":true}"[..], false));
            // The headers are those that came.
            assert!(received.headers.contains(&("content-encoding".to_owned(), "gzip".to_owned())));
        }
        assert_eq!(receiver.connections(), 1);
    }
}

#[tokio::test]
async fn gzip_by_any_of_its_names_and_of_several_members_is_gzip() {
    for coding in ["gzip", "x-gzip", "GZip", " gzip "] {
        assert_eq!(&kept(&[coding], gzip(b"text")).await.body[..], b"text", "{coding}");
    }
    let received = kept(&["gzip"], [gzip(b"one "), gzip(b""), gzip(b"two")].concat()).await;
    assert_eq!((&received.body[..], received.truncated), (&b"one two"[..], false));
    let empty = kept(&["gzip"], Vec::new()).await;
    assert_eq!((&empty.body[..], empty.truncated), (&b""[..], false));
}

#[tokio::test]
async fn other_codings_are_kept_as_they_came() {
    let body = gzip(b"text");
    for codings in [&["br"][..], &["gzip, gzip"], &["gzip", "gzip"], &["deflate"], &["identity"], &[""], &["gzip;q=1"]]
    {
        let received = kept(codings, body.clone()).await;
        assert_eq!((&received.body[..], received.truncated), (&body[..], false), "{codings:?}");
    }
    let long = kept(&["gzip"], vec![b'x'; RESPONSE_STORED_MAX_BYTES + 1]).await;
    assert_eq!((long.body.len(), long.truncated), (RESPONSE_STORED_MAX_BYTES, true));
    let plain = kept(&["gzip"], b"not compressed at all".to_vec()).await;
    assert_eq!((&plain.body[..], plain.truncated), (&b"not compressed at all"[..], false));
}

#[tokio::test]
async fn of_broken_gzip_what_can_be_read_is_kept_and_marked() {
    let text = (0..20_000u32).map(|n| n.to_string()).collect::<String>().into_bytes();
    let whole = gzip(&text);
    let mut checksum = whole.clone();
    *checksum.iter_mut().rev().nth(5).unwrap() ^= 1;
    for (body, all) in [
        (whole[..whole.len() / 2].to_vec(), false),
        (whole[..whole.len() - 1].to_vec(), true),
        (checksum, true),
        ([&whole[..], b"what is no gzip"].concat(), true),
    ] {
        let received = kept(&["gzip"], body).await;
        assert!(received.truncated);
        assert_eq!((received.body.len() == text.len(), text.starts_with(&received.body)), (all, true));
        assert!(received.body.len() > text.len() / 4, "{}", received.body.len());
    }
}

#[tokio::test]
async fn what_is_kept_of_an_opened_body_has_the_bound_of_any() {
    for (length, cut) in [(RESPONSE_STORED_MAX_BYTES, false), (RESPONSE_STORED_MAX_BYTES + 1, true)] {
        let received = kept(&["gzip"], gzip(&vec![b'x'; length])).await;
        assert_eq!((received.body.len(), received.truncated), (RESPONSE_STORED_MAX_BYTES, cut));
    }
    // Bytes that do not compress are a little longer as gzip.
    let mut state = 1_u64;
    let noise: Vec<u8> = (0..RESPONSE_STORED_MAX_BYTES)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        })
        .collect();
    let compressed = gzip(&noise);
    assert!(compressed.len() > noise.len());
    let received = kept(&["gzip"], compressed).await;
    assert!(received.body == noise && !received.truncated);
}

fn peak_memory_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn a_gigabyte_of_zeros_in_a_megabyte_of_gzip_costs_no_more_than_is_kept_of_it() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    receiver.on("/", Script::status(200).gzip_bomb(1_000_000_000));
    let before = peak_memory_kib();
    let opened = world.delivers(&receiver.url("/")).await;
    assert_eq!((opened.body.len(), opened.truncated), (RESPONSE_STORED_MAX_BYTES, true));
    assert!(opened.body.iter().all(|&byte| byte == 0));
    // The other tests of this process have theirs in it.
    let grown = peak_memory_kib() - before;
    assert!(grown < 65_536, "{grown} KiB");
}

#[tokio::test]
async fn gzip_that_stands_for_nothing_is_not_read_for_ever() {
    // Members without content, one after the other: whatever is read, nothing comes of it.
    let received = kept(&["gzip"], gzip(b"").repeat(200_000)).await;
    assert_eq!((received.body.len(), received.truncated), (0, true));
}
