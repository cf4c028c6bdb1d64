//! Which network addresses a webhook may reach.
//!
//! Stored responses make a forged request readable, so the rule is: public addresses only, unless the
//! operator opened more. It is checked on the address that is dialled, after the name was resolved.
//! Sources: the IANA special-purpose address registries (RFC 6890 and its successors).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

const DENIED_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 8),
    v4(10, 0, 0, 8),
    v4(100, 64, 0, 10),
    v4(127, 0, 0, 8),
    v4(169, 254, 0, 16),
    v4(172, 16, 0, 12),
    v4(192, 0, 0, 24),
    v4(192, 0, 2, 24),
    v4(192, 88, 99, 24),
    v4(192, 168, 0, 16),
    v4(198, 18, 0, 15),
    v4(198, 51, 100, 24),
    v4(203, 0, 113, 24),
    v4(224, 0, 0, 4),
    v4(240, 0, 0, 4),
];

const DENIED_V6: [Ipv6Net; 13] = [
    // Holds the unspecified address, loopback and the IPv4-compatible addresses.
    v6(0, 0, 0, 96),
    v6(0xfe80, 0, 0, 10),
    v6(0xfec0, 0, 0, 10),
    v6(0xfc00, 0, 0, 7),
    v6(0xff00, 0, 0, 8),
    v6(0x0100, 0, 0, 64),
    v6(0x2001, 0, 0, 32),
    v6(0x2001, 0x0db8, 0, 32),
    v6(0x3fff, 0, 0, 20),
    v6(0x2002, 0, 0, 16),
    v6(0x64, 0xff9b, 0, 96),
    v6(0x64, 0xff9b, 1, 48),
    v6(0x5f00, 0, 0, 16),
];

/// Whether an address belongs to the public internet. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`)
/// counts as the IPv4 address.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => !DENIED_V4.iter().any(|net| net.contains(&v4)),
        IpAddr::V6(v6) => !DENIED_V6.iter().any(|net| net.contains(&v6)),
    }
}

/// An entry of the operator's list that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` is neither a CIDR block (such as 10.1.0.0/16) nor a host name")]
pub struct InvalidTarget {
    entry: String,
}

/// What the operator opened beyond the public internet: CIDR blocks, and host names whose addresses may
/// be anything. Parsed from a comma-separated list; empty opens nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedTargets {
    nets: Vec<IpNet>,
    hosts: Vec<String>,
}

impl AllowedTargets {
    /// Whether a request to `host`, which resolved to `address`, may be sent.
    #[must_use]
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address)
            || self.nets.iter().any(|net| net.contains(&address))
            || self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host.trim_end_matches('.')))
    }
}

impl FromStr for AllowedTargets {
    type Err = InvalidTarget;

    fn from_str(list: &str) -> Result<Self, InvalidTarget> {
        let mut targets = Self::default();
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if let Ok(net) = entry.parse::<IpNet>() {
                targets.nets.push(canonical(net));
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                targets.nets.push(address.to_canonical().into());
            } else if is_host_name(entry) {
                targets.hosts.push(entry.trim_end_matches('.').to_ascii_lowercase());
            } else {
                return Err(InvalidTarget { entry: entry.to_owned() });
            }
        }
        Ok(targets)
    }
}

/// A block of IPv4 addresses inside IPv6 (`::ffff:0:0/96`) as the IPv4 block that it is: addresses are compared in that form.
fn canonical(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    match (v6.network().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
        (Some(v4), Some(prefix)) => Ipv4Net::new(v4, prefix).map_or(net, IpNet::V4),
        _ => net,
    }
}

/// Letters, digits, hyphens and dots, with a letter in the last label, so that no odd spelling of an
/// address (`0x7f.1`, `2130706433`) passes for a name.
fn is_host_name(text: &str) -> bool {
    let name = text.trim_end_matches('.');
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.split('.').all(label)
        && name.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn public_neighbours_of_denied_blocks_are_public() {
        for address in [
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "128.0.0.0",
            "172.32.0.0",
            "223.255.255.255",
            "2606:4700::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn ipv4_inside_ipv6_counts_as_ipv4() {
        for address in
            ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "::1", "64:ff9b::7f00:1", "2002:7f00:1::"]
        {
            assert!(!public(address), "{address}");
        }
        assert!(public("::ffff:8.8.8.8"));
    }

    #[test]
    fn the_operators_list_opens_what_it_names_and_nothing_else() {
        let targets: AllowedTargets = "127.0.0.0/8, hooks.internal, ::1".parse().unwrap();
        assert!(targets.permits("x", "127.0.0.1".parse().unwrap()));
        assert!(targets.permits("x", "::ffff:127.0.0.1".parse().unwrap()));
        assert!(targets.permits("Hooks.Internal.", "10.0.0.1".parse().unwrap()));
        assert!(!targets.permits("evil-hooks.internal", "10.0.0.1".parse().unwrap()));
        assert!(!targets.permits("x", "10.0.0.1".parse().unwrap()));
        let mapped: AllowedTargets = "::ffff:10.0.0.0/104, ::ffff:192.168.0.1".parse().unwrap();
        assert!(mapped.permits("x", "10.9.9.9".parse().unwrap()));
        assert!(mapped.permits("x", "::ffff:192.168.0.1".parse().unwrap()));
        assert!(!mapped.permits("x", "192.168.0.2".parse().unwrap()));
        for bad in ["10.0.0.0/33", "http://x", "0x7f.1", "2130706433", "*"] {
            assert!(bad.parse::<AllowedTargets>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn mapping_an_ipv4_address_into_ipv6_changes_nothing(bits: u32) {
            let plain = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(is_public(plain.into()), is_public(plain.to_ipv6_mapped().into()));
        }
    }
}
