//! Blocks and addresses to try, written down a second time so that a slip in the rule is not repeated here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Every block that is denied, as the project's requirements and IANA's registries have them.
pub(crate) const DENIED: [&str; 41] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::1/128",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "200::/7",
    "2001::/32",
    "2001::/23",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "4000::/3",
    "5f00::/16",
    "8000::/1",
    "fc00::/7",
    "fd00:ec2::254/128",
    "fe00::/9",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// Blocks that are close to a denied one or were discussed, and stay open.
pub(crate) const OPEN: [&str; 10] = [
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.175.48.0/24",
    "192.0.1.0/24",
    "2000::/16",
    "2001:200::/23",
    "2400:cb00::/32",
    "2606:4700::/32",
    "2620:4f:8000::/48",
    "2a00::/12",
];

/// A block as its first and last address, each as a number, and whether it is IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) v6: bool,
    pub(crate) first: u128,
    pub(crate) last: u128,
}

impl Block {
    /// From its text, by shifting bits.
    pub(crate) fn parse(text: &str) -> Self {
        let (address, prefix) = text.split_once('/').unwrap();
        let address: IpAddr = address.parse().unwrap();
        Self::of(address, prefix.parse().unwrap())
    }

    pub(crate) fn of(address: IpAddr, prefix: u32) -> Self {
        let (v6, bits, width) = match address {
            IpAddr::V4(v4) => (false, u128::from(v4.to_bits()), 32),
            IpAddr::V6(v6) => (true, v6.to_bits(), 128),
        };
        let size = 1_u128.checked_shl(width - prefix).map_or(u128::MAX, |size| size - 1);
        Self { v6, first: bits & !size, last: (bits & !size) | size }
    }

    pub(crate) fn holds(self, address: IpAddr) -> bool {
        let (v6, bits) = match address {
            IpAddr::V4(v4) => (false, u128::from(v4.to_bits())),
            IpAddr::V6(v6) => (true, v6.to_bits()),
        };
        v6 == self.v6 && self.first <= bits && bits <= self.last
    }

    /// Its edges and their neighbours on both sides.
    pub(crate) fn edges(self) -> Vec<IpAddr> {
        let max = if self.v6 { u128::MAX } else { u128::from(u32::MAX) };
        let around = |at: u128| [at.checked_sub(1), Some(at), at.checked_add(1).filter(|&next| next <= max)];
        around(self.first).into_iter().chain(around(self.last)).flatten().map(|bits| address(self.v6, bits)).collect()
    }

    /// One of its addresses.
    pub(crate) fn pick(self, random: u128) -> IpAddr {
        let span = self.last - self.first;
        let offset = span.checked_add(1).map_or(random, |size| random % size);
        address(self.v6, self.first + offset)
    }
}

pub(crate) fn address(v6: bool, bits: u128) -> IpAddr {
    if v6 { Ipv6Addr::from_bits(bits).into() } else { Ipv4Addr::from_bits(u32::try_from(bits).unwrap()).into() }
}

/// The forms in which an IPv4 address is carried inside IPv6 and sent on to it by somebody. The first is the address itself to us.
pub(crate) fn embedded(v4: Ipv4Addr) -> [Ipv6Addr; 10] {
    let bits = u128::from(v4.to_bits());
    let at =
        |prefix: &str, shift: u32| Ipv6Addr::from_bits(prefix.parse::<Ipv6Addr>().unwrap().to_bits() | (bits << shift));
    [
        v4.to_ipv6_mapped(),
        at("::", 0),
        at("::ffff:0:0:0", 0),
        at("64:ff9b::", 0),
        at("64:ff9b:1::", 0),
        at("2002::", 80),
        at("2001::", 64),
        // Teredo: the client's address, inverted.
        Ipv6Addr::from_bits(
            "2001:0:4136:e378:8000:63bf::".parse::<Ipv6Addr>().unwrap().to_bits() | u128::from(!v4.to_bits()),
        ),
        at("2606:4700::5efe:0:0", 0),
        at("2606:4700::200:5efe:0:0", 0),
    ]
}

/// Random numbers that are the same in every run (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }
}
