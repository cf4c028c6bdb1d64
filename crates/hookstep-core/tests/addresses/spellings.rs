//! However an address is spelled in a URL, it is that address, or no URL.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hookstep_core::address::{Reachable, is_public};
use hookstep_core::webhook::WebhookUrl;
use proptest::prelude::*;

use crate::make::{Block, DENIED, Random};

/// A number as a part of an IPv4 address may be written: decimal, hexadecimal or octal, with zeros before it.
fn number(value: u32, random: &mut Random) -> String {
    let zeros = "0".repeat(random.below(4));
    match random.below(5) {
        0 | 1 => value.to_string(),
        2 => format!("0x{zeros}{value:x}"),
        3 => format!("0X{zeros}{value:X}"),
        _ => format!("0{zeros}{value:o}"),
    }
}

/// An IPv4 address in one to four parts, the last of which holds all that is left.
fn parts(address: Ipv4Addr, random: &mut Random) -> String {
    let bits = address.to_bits();
    let count = 1 + random.below(4);
    let mut text = String::new();
    for octet in &address.octets()[..count - 1] {
        write!(text, "{}.", number(u32::from(*octet), random)).unwrap();
    }
    let left = u32::MAX.checked_shr(8 * u32::try_from(count - 1).unwrap()).unwrap_or_default();
    text + &number(bits & left, random)
}

/// An IPv6 address: compressed, in full, in upper case, or with its end written as IPv4.
fn groups(address: Ipv6Addr, random: &mut Random) -> String {
    let segments = address.segments();
    let full = |width: usize| segments.map(|segment| format!("{segment:0width$x}")).join(":");
    match random.below(5) {
        0 => address.to_string(),
        1 => full(4),
        2 => full(1).to_uppercase(),
        3 => address.to_string().to_uppercase(),
        _ => {
            let first: Vec<String> = segments[..6].iter().map(|segment| format!("{segment:x}")).collect();
            let last = Ipv4Addr::from_bits((address.to_bits() & u128::from(u32::MAX)).try_into().unwrap());
            format!("{}:{last}", first.join(":"))
        }
    }
}

/// The same host in characters that mean the same: percent-encoded, full-width, with other full stops, with characters that are
/// left out of names.
fn disguised(host: &str, random: &mut Random) -> String {
    let mut text = String::new();
    for character in host.chars() {
        match (random.below(8), character) {
            (0, _) => write!(text, "%{:02x}", u32::from(character)).unwrap(),
            (1, _) => write!(text, "%{:02X}", u32::from(character)).unwrap(),
            (2, '.') => text.push(['。', '.', '｡'][random.below(3)]),
            (2, '0'..='9' | 'a'..='z' | 'A'..='Z') => {
                text.push(char::from_u32(u32::from(character) - 0x21 + 0xff01).unwrap());
            }
            (3, '0'..='9') if random.below(2) == 0 => {
                text.push(char::from_u32(u32::from(character) - u32::from('0') + 0x1d7ce).unwrap());
            }
            (4, _) => text.extend([character, '\u{ad}']),
            (5, _) => text.extend([character, '\u{200b}']),
            (6, _) => text.extend([character, ['\t', '\n', '\r'][random.below(3)]]),
            _ => text.push(character),
        }
    }
    text
}

/// A whole URL around a host.
fn url(host: &str, random: &mut Random) -> String {
    let scheme = ["https://", "http://", "HTTPS://", "https:", "https:/", "https:\\\\", "https:///", " https://"]
        [random.below(8)];
    let dot = ["", "", ".", "。"][random.below(4)];
    let port = ["", ":443", ":80", ":0443", ":"][random.below(5)];
    let path = ["", "/", "/hooks?x=1", "\\@example.com/", "/@example.com"][random.below(5)];
    format!("{scheme}{host}{dot}{port}{path}")
}

/// A spelling of an address in a URL, and whether nothing but its digits was touched, so that it has to be understood.
fn spell(address: IpAddr, seed: u64) -> (String, bool) {
    let mut random = Random(seed);
    let (host, plain) = match address {
        IpAddr::V4(v4) => match random.below(6) {
            0 => (v4.to_string(), true),
            1 | 2 => (parts(v4, &mut random), true),
            3 => (format!("[{}]", groups(v4.to_ipv6_mapped(), &mut random)), true),
            _ => {
                let parts = parts(v4, &mut random);
                (disguised(&parts, &mut random), false)
            }
        },
        IpAddr::V6(v6) => match random.below(4) {
            0..=2 => (format!("[{}]", groups(v6, &mut random)), true),
            _ => (disguised(&format!("[{v6}]"), &mut random), false),
        },
    };
    if plain && random.below(2) == 0 {
        return (format!("https://{host}/"), true);
    }
    (url(&host, &mut random), false)
}

fn denied_address() -> impl Strategy<Value = IpAddr> {
    (0..DENIED.len(), any::<u128>()).prop_map(|(at, random)| Block::parse(DENIED[at]).pick(random))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spelling_of_a_denied_address_gets_through(address in denied_address(), seed: u64) {
        let (text, plain) = spell(address, seed);
        match WebhookUrl::parse(&text, true) {
            Ok(url) => {
                prop_assert!(Reachable::default().refuses(&url), "{} is {}", text, url);
                // It was understood as the address that it is, not refused by chance.
                let understood = url.literal_address().map(|address| address.to_canonical());
                prop_assert_eq!(understood, Some(address.to_canonical()), "{}", text);
            }
            Err(error) => prop_assert!(!plain, "{}: {}", text, error),
        }
    }

    #[test]
    fn plain_spellings_of_a_public_address_are_understood(bits: u32, wide: u128, seed: u64) {
        for address in [IpAddr::from(Ipv4Addr::from_bits(bits)), Ipv6Addr::from_bits(wide >> 3 | 1 << 125).into()] {
            let (text, plain) = spell(address, seed);
            if plain && is_public(address) {
                let url = WebhookUrl::parse(&text, true).unwrap();
                prop_assert_eq!(url.literal_address().map(|address| address.to_canonical()), Some(address), "{}", text);
                prop_assert!(!Reachable::default().refuses(&url), "{}", text);
            }
        }
    }
}
