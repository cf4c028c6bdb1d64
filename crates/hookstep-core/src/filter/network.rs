//! IP addresses as patterns understand them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// The longest spelling of an IPv4 address.
const V4_MAX_CHARS: usize = 15;

/// The address that a text is: IPv4 as four decimal numbers, or IPv6. IPv4 within IPv6 is IPv4.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        let is_hexadecimal = text.bytes().all(|byte| byte == b':' || byte.is_ascii_hexdigit());
        let address: Ipv6Addr = is_hexadecimal.then(|| text.parse().ok())??;
        return Some(address.to_canonical());
    }
    if text.len() > V4_MAX_CHARS {
        return None;
    }
    let mut parts = text.split('.').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u16>().ok().and_then(|number| u8::try_from(number).ok())).flatten()
    });
    let octets = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then(|| Ipv4Addr::from(octets).into())
}

/// The block that a text is, such as `10.0.0.0/8`; bits beyond the prefix do not count.
///
/// # Errors
/// What to change.
pub(super) fn block(text: &str) -> Result<IpNet, String> {
    let parts = text.split_once('/').and_then(|(base, bits)| Some((address(base)?, bits.parse().ok()?)));
    let (base, bits): (IpAddr, u8) =
        parts.ok_or("`cidr` takes a block of addresses, such as \"10.0.0.0/24\" or \"2001:db8::/32\"")?;
    let most = if base.is_ipv4() { 31 } else { 127 };
    let block = (bits <= most).then(|| IpNet::new(base, bits).ok()).flatten();
    block.ok_or_else(|| {
        format!(
            "`cidr` takes at most {most} bits for this kind of address; one address is a value of its own: [\"{base}\"]"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_an_address_are_the_same_address() {
        for (one, other) in [
            ("10.0.0.1", "010.000.0.1"),
            ("::1", "0:0:0:0:0:0:0:1"),
            ("2001:DB8::1", "2001:db8:0::1"),
            ("::ffff:a00:1", "10.0.0.1"),
        ] {
            assert!(address(one).is_some());
            assert_eq!(address(one), address(other));
        }
        for text in [
            "10.0.0",
            "10.0.0.0.1",
            "10.0.0.256",
            "10.0.0.+1",
            "10.0.0.",
            "0x0a.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1%eth0",
            "a",
            "",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_may_be_given_by_any_of_its_addresses() {
        assert!(block("10.0.0.77/24").unwrap().contains(&address("10.0.0.5").unwrap()));
        assert!(!block("10.0.0.0/24").unwrap().contains(&address("10.0.1.0").unwrap()));
        for text in ["10.0.0.0", "10.0.0.0/", "10.0.0.0/32", "10.0.0.0/-1", "::/128", "a/8", "10.0.0.0/8/8"] {
            assert!(block(text).is_err(), "{text}");
        }
    }
}
