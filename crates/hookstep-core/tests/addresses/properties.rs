//! What holds for every address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hookstep_core::address::{Reachable, is_public};
use proptest::prelude::*;

use crate::make::{Block, DENIED, OPEN, embedded};

fn denied() -> Vec<Block> {
    DENIED.iter().map(|text| Block::parse(text)).collect()
}

/// Addresses of both families, half of them in or next to a block of the list.
fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
        (0..DENIED.len(), 0..6_usize).prop_map(|(at, edge)| {
            let edges = Block::parse(DENIED[at]).edges();
            edges[edge % edges.len()]
        }),
        (0..DENIED.len(), any::<u128>()).prop_map(|(at, random)| Block::parse(DENIED[at]).pick(random)),
        (any::<u32>(), 0..10_usize).prop_map(|(bits, form)| embedded(Ipv4Addr::from_bits(bits))[form].into()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_public_address_is_in_no_denied_block(address in any_address()) {
        let canonical = address.to_canonical();
        if is_public(address) {
            for (block, text) in denied().into_iter().zip(DENIED) {
                prop_assert!(!block.holds(canonical), "{} is in {}", address, text);
            }
        }
    }

    #[test]
    fn what_is_in_a_denied_block_is_not_public(at in 0..DENIED.len(), random: u128) {
        let address = Block::parse(DENIED[at]).pick(random);
        prop_assert!(!is_public(address), "{} is in {}", address, DENIED[at]);
    }

    #[test]
    fn what_is_in_an_open_block_is_public(at in 0..OPEN.len(), random: u128) {
        let address = Block::parse(OPEN[at]).pick(random);
        let isatap = matches!(address, IpAddr::V6(v6) if v6.segments()[5] == 0x5efe);
        prop_assert!(is_public(address) || isatap, "{} is in {}", address, OPEN[at]);
    }

    #[test]
    fn an_ipv4_address_is_the_same_mapped_into_ipv6_and_denied_in_every_other_form(bits: u32) {
        let plain = Ipv4Addr::from_bits(bits);
        let [mapped, others @ ..] = embedded(plain);
        prop_assert_eq!(is_public(plain.into()), is_public(mapped.into()));
        for other in others {
            prop_assert!(!is_public(other.into()), "{}", other);
        }
    }

    #[test]
    fn without_lists_only_public_addresses_at_80_and_443_are_reached(address in any_address(), port: u16) {
        let reachable = Reachable::default();
        let expected = is_public(address) && (port == 80 || port == 443);
        prop_assert_eq!(reachable.permits("example.com", address, port), expected);
    }
}
