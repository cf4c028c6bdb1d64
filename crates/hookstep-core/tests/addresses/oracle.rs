//! The rule beside Python's `ipaddress`, which knows IANA's registries from somewhere else.
//!
//! Python's lists changed in 3.11.10, 3.12.4, 3.13 and later, so a difference is of one of two kinds: one that every version
//! shows, and one that only some show.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hookstep_core::address::is_public;

use crate::make::{Block, DENIED, OPEN, Random, address, embedded};
use crate::python;

/// Random addresses of each family.
const RANDOM: usize = 200_000;

/// What Python takes for public and Hookstep does not. There is no row of the other kind: what Hookstep takes for public is public
/// to Python.
struct Difference {
    block: &'static str,
    every_version: bool,
    why: &'static str,
}

const DIFFERENCES: [Difference; 6] = [
    Difference { block: "192.88.99.0/24", every_version: true, why: "6to4 relays, deprecated by RFC 7526" },
    Difference {
        block: "192.0.0.0/24",
        every_version: false,
        why: "protocol assignments: part of it, or two anycast addresses in it",
    },
    Difference { block: "2001::/23", every_version: false, why: "protocol assignments: anycast and identifiers in it" },
    Difference {
        block: "2002::/16",
        every_version: false,
        why: "6to4: an IPv4 address inside, which may be a private one",
    },
    Difference { block: "3fff::/20", every_version: false, why: "documentation since RFC 9637, of 2024" },
    Difference {
        block: "::/0",
        every_version: true,
        why: "ISATAP: an IPv4 address inside, which may be a private one",
    },
];

impl Difference {
    fn explains(&self, address: IpAddr) -> bool {
        if self.block == "::/0" {
            let IpAddr::V6(v6) = address else { return false };
            return matches!(v6.segments(), [_, _, _, _, 0 | 0x200, 0x5efe, _, _]);
        }
        Block::parse(self.block).holds(address)
    }
}

/// Edges of all blocks with their neighbours, everything that is IPv4 inside IPv6 at those edges, and random addresses: plain
/// IPv4, and IPv6 of which most are in or next to something special.
fn addresses() -> Vec<IpAddr> {
    let blocks: Vec<Block> = DENIED.iter().chain(&OPEN).map(|text| Block::parse(text)).collect();
    let mut all: Vec<IpAddr> = blocks.iter().flat_map(|block| block.edges()).collect();
    let v4: Vec<Ipv4Addr> =
        all.iter().filter_map(|address| if let IpAddr::V4(v4) = address { Some(*v4) } else { None }).collect();
    all.extend(v4.into_iter().flat_map(embedded).map(IpAddr::from));

    let mut random = Random(0x2026_1122);
    all.extend((0..RANDOM).map(|_| address(false, random.wide() >> 96)));
    let v6: Vec<Block> = blocks.into_iter().filter(|block| block.v6).collect();
    all.extend((0..RANDOM).map(|_| match random.below(4) {
        0 => address(true, random.wide()),
        // Global unicast, where nearly everything is public.
        1 => address(true, random.wide() >> 3 | 1 << 125),
        2 => v6[random.below(v6.len())].pick(random.wide()),
        _ => embedded(Ipv4Addr::from_bits((random.next() >> 32).try_into().unwrap()))[random.below(10)].into(),
    }));
    all
}

#[test]
fn every_difference_to_python_is_one_that_we_want() {
    let addresses = addresses();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let mut public = 0;
    let lines: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    for (&address, python) in addresses.iter().zip(python::answers("oracle.py", &[], &lines)) {
        let ours = is_public(address);
        public += u32::from(ours);
        if ours == python {
            continue;
        }
        assert!(python, "{address} is public to Hookstep and not to Python");
        let explained = DIFFERENCES.iter().find(|difference| difference.explains(address.to_canonical()));
        let explained = explained.unwrap_or_else(|| panic!("{address} is public to Python and not to Hookstep"));
        *seen.entry(explained.why).or_default() += 1;
    }
    for difference in DIFFERENCES.iter().filter(|difference| difference.every_version) {
        assert!(seen.contains_key(difference.why), "no difference any more: {}", difference.why);
    }
    // Neither side says the same of everything.
    assert!(public > 100_000 && addresses.len() > 2 * RANDOM, "{public} of {}", addresses.len());
    println!("{} addresses, {public} public; differences to Python: {seen:#?}", addresses.len());
}
