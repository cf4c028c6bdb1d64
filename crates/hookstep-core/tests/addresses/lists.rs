//! The operator's lists open exactly what they name: held against arithmetic that shares no code with them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hookstep_core::address::{AllowedPorts, AllowedTargets, Reachable, is_public};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::make::Block;

/// A block as an operator writes it, of either family and any size; IPv4 also in its form inside IPv6.
#[derive(Debug, Clone)]
struct Entry {
    text: String,
    block: Block,
}

fn entry() -> impl Strategy<Value = Entry> {
    let v4 = (any::<u32>(), 0..=32_u32, any::<bool>()).prop_map(|(bits, prefix, mapped)| {
        let address = Ipv4Addr::from_bits(bits);
        let text = if mapped { format!("::ffff:{address}/{}", 96 + prefix) } else { format!("{address}/{prefix}") };
        Entry { text, block: Block::of(address.into(), prefix) }
    });
    let v6 = (any::<u128>(), 0..=128_u32).prop_map(|(bits, prefix)| {
        let address = Ipv6Addr::from_bits(bits);
        Entry { text: format!("{address}/{prefix}"), block: Block::of(address.into(), prefix) }
    });
    // Around what is private, so that lists and addresses meet.
    let private = (any::<u32>(), 8..=32_u32).prop_map(|(bits, prefix)| {
        let address = Ipv4Addr::from_bits(bits & 0x00ff_ffff | 0x0a00_0000);
        Entry { text: format!("{address}/{prefix}"), block: Block::of(address.into(), prefix) }
    });
    let single = any::<u32>().prop_map(|bits| {
        let address = Ipv4Addr::from_bits(bits & 0x0000_ffff | 0xc0a8_0000);
        Entry { text: address.to_string(), block: Block::of(address.into(), 32) }
    });
    prop_oneof![v4, v6, private, single]
}

/// Addresses in and around the entries, and others.
fn probes(entries: &[Entry], random: u128) -> Vec<IpAddr> {
    let around = entries.iter().flat_map(|entry| {
        let mut around = entry.block.edges();
        around.push(entry.block.pick(random));
        around
    });
    let bits = u32::try_from(random >> 96).unwrap();
    let others = [
        Ipv4Addr::from_bits(bits & 0x00ff_ffff | 0x0a00_0000).into(),
        Ipv4Addr::from_bits(bits).into(),
        Ipv6Addr::from_bits(random).into(),
        Ipv4Addr::LOCALHOST.into(),
        Ipv6Addr::LOCALHOST.into(),
        Ipv4Addr::from_bits(0xa9fe_a9fe).into(),
    ];
    around.chain(others).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_of_blocks_opens_its_blocks_and_nothing_else(entries in vec(entry(), 0..5), random: u128) {
        let text = entries.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>().join(", ");
        let targets: AllowedTargets = text.parse().unwrap();
        for address in probes(&entries, random) {
            // An IPv4 address is one in either form, and only a block of IPv4 addresses names it.
            let canonical = address.to_canonical();
            let named = entries.iter().any(|entry| entry.block.holds(canonical));
            prop_assert_eq!(targets.permits("h.example", address), named || is_public(address), "{} by {}", address, text);
            if let IpAddr::V4(v4) = address {
                let mapped = v4.to_ipv6_mapped().into();
                prop_assert_eq!(targets.permits("h.example", address), targets.permits("h.example", mapped));
            }
        }
    }

    #[test]
    fn a_list_of_names_opens_those_names_and_nothing_else(
        names in vec("[a-z][a-z0-9]{0,5}(\\.[a-z][a-z0-9]{0,5}){0,2}", 1..4),
        other in "[a-z][a-z0-9]{0,5}(\\.[a-z][a-z0-9]{0,5}){0,2}",
        bits: u32,
    ) {
        let targets: AllowedTargets = names.join(",").parse().unwrap();
        let address = IpAddr::from(Ipv4Addr::from_bits(bits & 0x00ff_ffff | 0x0a00_0000));
        for name in &names {
            prop_assert!(targets.permits(name, address));
            let spelled = format!("{}.", name.to_uppercase());
            prop_assert!(targets.permits(&spelled, address), "{}", spelled);
            for near in [format!("x{name}"), format!("{name}x"), format!("{name}.example"), format!("x.{name}")] {
                prop_assert_eq!(targets.permits(&near, address), names.contains(&near), "{}", near);
            }
        }
        prop_assert_eq!(targets.permits(&other, address), names.contains(&other));
    }

    #[test]
    fn a_list_of_ports_opens_those_ports_and_nothing_else(
        ranges in vec((1..=u16::MAX, 1..=u16::MAX), 1..5),
        near: u16,
    ) {
        let ranges: Vec<(u16, u16)> = ranges.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
        let entries = ranges.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") });
        let ports: AllowedPorts = entries.collect::<Vec<_>>().join(",").parse().unwrap();
        let probes = ranges.iter().flat_map(|&(a, b)| [a.saturating_sub(1), a, b, b.saturating_add(1)]);
        for port in probes.chain([0, near]) {
            let named = ranges.iter().any(|&(a, b)| a <= port && port <= b);
            prop_assert_eq!(ports.permits(port), named, "{} by {:?}", port, ranges);
        }
    }

    #[test]
    fn both_lists_have_to_pass_and_the_runtime_api_never_does(bits: u32, port: u16, open: bool) {
        let list = if open { "0.0.0.0/0,::/0" } else { "" };
        let ports = "80,443,8000-9999";
        let reachable = Reachable::new(list.parse().unwrap(), ports.parse().unwrap()).without("127.0.0.1:9001");
        let address = IpAddr::from(Ipv4Addr::from_bits(bits));
        let port_open = matches!(port, 80 | 443 | 8000..=9999);
        let runtime_api = port == 9001 && (bits >> 24 == 127 || bits == 0);
        let expected = port_open && (open || is_public(address)) && !runtime_api;
        prop_assert_eq!(reachable.permits("h.example", address, port), expected);
        for own in ["127.0.0.1", "127.255.255.254", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"] {
            prop_assert!(!reachable.permits("h.example", own.parse().unwrap(), 9001), "{}", own);
        }
    }
}
