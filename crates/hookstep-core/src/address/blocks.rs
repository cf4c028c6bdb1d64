//! What is not the public internet.
//!
//! Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its successors) and the IANA
//! registry of the IPv6 address space. What either calls not globally reachable, deprecated or reserved is denied.
//!
//! Blocks that IANA calls globally reachable and that are left alone: `192.31.196.0/24`, `192.175.48.0/24` and
//! `2620:4f:8000::/48` (AS112: public name servers for private reverse zones), `192.52.193.0/24` (public tunnel relays, AMT).
//! They are announced on the internet by anybody who likes to, and whoever answers there is as much of a stranger as any other
//! host. What IANA calls globally reachable inside `192.0.0.0/24`, `2001::/23` and `64:ff9b::/96` is denied all the same, see there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

const DENIED_V4: [Ipv4Net; 15] = [
    // "This network"; Linux takes 0.0.0.0 for the host itself.
    v4(0, 0, 0, 8),
    // Private.
    v4(10, 0, 0, 8),
    v4(172, 16, 0, 12),
    v4(192, 168, 0, 16),
    // Shared by carriers and their customers; some clouds use it inside.
    v4(100, 64, 0, 10),
    // Loopback.
    v4(127, 0, 0, 8),
    // Link-local: metadata services, credentials of containers.
    v4(169, 254, 0, 16),
    // Protocol assignments. Two of its addresses (192.0.0.9 and .10) are globally reachable anycast; they belong to whatever
    // router or relay is nearest, which may be one inside.
    v4(192, 0, 0, 24),
    // Documentation.
    v4(192, 0, 2, 24),
    v4(198, 51, 100, 24),
    v4(203, 0, 113, 24),
    // Relays from 6to4, deprecated.
    v4(192, 88, 99, 24),
    // Benchmarks inside a network.
    v4(198, 18, 0, 15),
    // Multicast.
    v4(224, 0, 0, 4),
    // Reserved, and the broadcast address.
    v4(240, 0, 0, 4),
];

/// All that IANA gives to hosts of the internet. Outside are, among others, `::`, `::1` and the other forms of IPv4
/// in IPv6 (`::a.b.c.d`, `::ffff:0:a.b.c.d`, NAT64 by `64:ff9b::/96`, which reaches the IPv4 internet and also what is private
/// in it, and by `64:ff9b:1::/48`), discard (`100::/64`, `100:0:0:1::/64`), segment routing (`5f00::/16`), unique local (`fc00::/7`), link-local
/// (`fe80::/10`), site-local (`fec0::/10`), multicast of every scope (`ff00::/8`), and what is reserved.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 3);

/// What inside of [`GLOBAL_UNICAST`] is not the public internet.
const DENIED_V6: [Ipv6Net; 4] = [
    // Protocol assignments: Teredo (2001::/32, an IPv4 address inside), benchmarks (2001:2::/48), ORCHID and drone identifiers
    // (2001:10::/28, 2001:20::/28, 2001:30::/28), which name but do not locate; the rest are anycast services of the nearest
    // router, and unassigned.
    v6(0x2001, 0, 23),
    // Documentation.
    v6(0x2001, 0x0db8, 32),
    v6(0x3fff, 0, 20),
    // 6to4: an IPv4 address inside.
    v6(0x2002, 0, 16),
];

/// Whether an address belongs to the public internet. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`)
/// counts as the IPv4 address.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => !DENIED_V4.iter().any(|net| net.contains(&v4)),
        IpAddr::V6(v6) => {
            GLOBAL_UNICAST.contains(&v6) && !DENIED_V6.iter().any(|net| net.contains(&v6)) && !is_isatap(v6)
        }
    }
}

/// ISATAP (RFC 5214): a host part of `0:5efe` or `200:5efe` and an IPv4 address, which a router of that network sends on to
/// the IPv4 address, most often a private one.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [_, _, _, _, flags, mark, ..] = address.segments();
    mark == 0x5efe && flags & !0x0200 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn the_first_and_last_address_of_each_denied_block_is_refused() {
        for net in DENIED_V4 {
            assert!(!is_public(net.network().into()) && !is_public(net.broadcast().into()), "{net}");
        }
        for net in DENIED_V6 {
            assert!(!is_public(net.network().into()) && !is_public(net.broadcast().into()), "{net}");
        }
    }

    #[test]
    fn neighbours_of_denied_blocks_are_public() {
        for address in [
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "128.0.0.0",
            "172.32.0.0",
            "192.0.1.0",
            "223.255.255.255",
            "2000::",
            "2001:200::",
            "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::",
            "2003::",
            "2606:4700::1",
            "3fff:1000::",
            "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn ipv4_inside_ipv6_counts_as_ipv4_in_one_form_and_is_denied_in_the_others() {
        for address in ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "::ffff:10.0.0.1"] {
            assert!(!public(address), "{address}");
        }
        assert!(public("::ffff:8.8.8.8"));
        for address in [
            "::8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::8.8.8.8",
            "2001:0:0808:0808::",
            "2002:808:808::",
            "2606:4700::5efe:8.8.8.8",
            "2606:4700::200:5efe:8.8.8.8",
        ] {
            assert!(!public(address), "{address}");
        }
        assert!(public("2606:4700::100:5efe:8.8.8.8") && public("2606:4700::5eff:8.8.8.8"));
    }
}
