//! What the operator opened beyond the public internet.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

use super::is_public;

/// An entry of the operator's list that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` is neither a CIDR block (such as 10.1.0.0/16) nor a host name")]
pub struct InvalidTarget {
    entry: String,
}

/// What the operator opened beyond the public internet: CIDR blocks, and host names whose addresses may
/// be anything. Parsed from a comma-separated list; empty opens nothing. An IPv4 address counts as one in either form,
/// so that no IPv6 block opens it but one of `::ffff:0:0/96`.
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
            if let Some(net) = block(entry) {
                targets.nets.push(net);
            } else if is_host_name(entry) {
                targets.hosts.push(entry.trim_end_matches('.').to_ascii_lowercase());
            } else {
                return Err(InvalidTarget { entry: entry.to_owned() });
            }
        }
        Ok(targets)
    }
}

/// A CIDR block or a single address. Bits beyond the prefix do not count, as in a security group. Addresses are read by the
/// standard library, which takes no octal, hexadecimal or short form.
fn block(entry: &str) -> Option<IpNet> {
    let Some((address, prefix)) = entry.split_once('/') else {
        return Some(entry.parse::<IpAddr>().ok()?.to_canonical().into());
    };
    if prefix.len() > 3 || !prefix.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(canonical(IpNet::new(address.parse().ok()?, prefix.parse().ok()?).ok()?))
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
    let name = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.split('.').all(label)
        && name.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(list: &str) -> AllowedTargets {
        list.parse().unwrap()
    }

    #[test]
    fn the_operators_list_opens_what_it_names_and_nothing_else() {
        let permits = |list, host, address: &str| targets(list).permits(host, address.parse().unwrap());
        let list = "127.0.0.0/8, hooks.internal, ::1";
        assert!(permits(list, "x", "127.0.0.1"));
        assert!(permits(list, "x", "::ffff:127.0.0.1"));
        assert!(permits(list, "x", "::1"));
        assert!(permits(list, "Hooks.Internal.", "10.0.0.1"));
        assert!(!permits(list, "evil-hooks.internal", "10.0.0.1"));
        assert!(!permits(list, "hooks.internal.evil.example", "10.0.0.1"));
        assert!(!permits(list, "x", "10.0.0.1"));
        let mapped = "::ffff:10.0.0.0/104, ::ffff:192.168.0.1";
        assert!(permits(mapped, "x", "10.9.9.9"));
        assert!(permits(mapped, "x", "::ffff:192.168.0.1"));
        assert!(!permits(mapped, "x", "192.168.0.2"));
        assert!(permits("10.1.2.3/8", "x", "10.255.0.1"));
    }

    #[test]
    fn no_ipv6_block_opens_ipv4_but_a_mapped_one() {
        let everything = targets("::/0");
        assert!(everything.permits("x", "::1".parse().unwrap()));
        assert!(!everything.permits("x", "127.0.0.1".parse().unwrap()));
        assert!(!everything.permits("x", "::ffff:127.0.0.1".parse().unwrap()));
        assert!(targets("::ffff:0:0/96").permits("x", "127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn an_entry_that_is_no_block_and_no_name_is_named() {
        for bad in [
            "10.0.0.0/33",
            "::/129",
            "010.0.0.0/8",
            "10.0.0.0/08888",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "10.0/16",
            "10.1",
            "0x7f.1",
            "0x7f.0x1",
            "2130706433",
            "[::1]",
            "fe80::1%eth0",
            "http://x",
            "x:443",
            "*",
            "*.internal",
            "a..b",
            ".internal",
            "a b",
            "-",
        ] {
            let error = format!("10.0.0.0/8,{bad}").parse::<AllowedTargets>().unwrap_err();
            assert_eq!(error.entry, bad);
            assert!(error.to_string().contains(&format!("`{bad}`")), "{error}");
        }
    }
}
