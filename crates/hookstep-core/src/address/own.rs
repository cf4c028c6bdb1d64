//! What runs beside a function and is nobody's receiver.

use std::net::IpAddr;

use super::is_public;

/// An endpoint that no list opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnEndpoint {
    place: Place,
    /// Every port where the endpoint's is not known.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// This address.
    One(IpAddr),
    /// The host itself: what listens on one loopback address may listen on all, and `0.0.0.0` leads there as well.
    OwnHost,
    /// Wherever it is, it is not on the internet: a name, or all addresses of the host.
    Inside,
}

impl OwnEndpoint {
    /// Reads `127.0.0.1:9001` and the like; a scheme and a path do not count. What can't be read closes more, not less. An empty
    /// text is no endpoint.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.is_empty() {
            return None;
        }
        let bare = authority.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let (host, port) = match (bare, authority.rsplit_once(':')) {
            (Ok(address), _) => (Ok(address), None),
            (Err(_), Some((host, port))) => {
                (host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>(), port.parse().ok())
            }
            (Err(error), None) => (Err(error), None),
        };
        let place = match host.map(|address| address.to_canonical()) {
            Ok(address) if address.is_loopback() => Place::OwnHost,
            Ok(address) if !address.is_unspecified() => Place::One(address),
            _ => Place::Inside,
        };
        Some(Self { place, port })
    }

    /// Whether a request to this address and port would reach it.
    pub(super) fn is_at(&self, address: IpAddr, port: u16) -> bool {
        let address = address.to_canonical();
        let here = match self.place {
            Place::One(own) => own == address,
            Place::OwnHost => address.is_loopback() || address.is_unspecified(),
            Place::Inside => !is_public(address),
        };
        here && self.port.is_none_or(|own| own == port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaches(endpoint: &str, address: &str, port: u16) -> bool {
        OwnEndpoint::parse(endpoint).is_some_and(|own| own.is_at(address.parse().unwrap(), port))
    }

    #[test]
    fn an_endpoint_on_loopback_is_the_host_itself_at_that_port() {
        for endpoint in ["127.0.0.1:9001", "[::1]:9001", "[::ffff:127.0.0.1]:9001", "http://127.0.0.1:9001/2018-06-01"]
        {
            for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"] {
                assert!(reaches(endpoint, address, 9001), "{endpoint} {address}");
                assert!(!reaches(endpoint, address, 9002), "{endpoint} {address}");
            }
            assert!(!reaches(endpoint, "10.0.0.1", 9001), "{endpoint}");
        }
    }

    #[test]
    fn another_address_is_itself_only() {
        assert!(reaches("169.254.100.1:9001", "169.254.100.1", 9001));
        assert!(reaches("169.254.100.1:9001", "::ffff:169.254.100.1", 9001));
        assert!(!reaches("169.254.100.1:9001", "169.254.100.2", 9001));
        assert!(!reaches("169.254.100.1:9001", "127.0.0.1", 9001));
    }

    #[test]
    fn a_name_or_all_addresses_close_the_port_on_whatever_is_not_public() {
        for endpoint in ["0.0.0.0:9001", "[::]:9001", "*:9001", ":9001", "localhost:9001", "sandbox.localdomain:9001"] {
            for address in ["127.0.0.1", "10.0.0.1", "169.254.100.1", "::1", "fd00::1"] {
                assert!(reaches(endpoint, address, 9001), "{endpoint} {address}");
                assert!(!reaches(endpoint, address, 443), "{endpoint} {address}");
            }
            assert!(!reaches(endpoint, "8.8.8.8", 9001), "{endpoint}");
        }
    }

    #[test]
    fn without_a_port_that_can_be_read_it_is_every_port() {
        for endpoint in ["127.0.0.1", "::1", "[::1]", "127.0.0.1:http", "127.0.0.1:99999", "127.0.0.1:"] {
            assert!(reaches(endpoint, "127.0.0.1", 1) && reaches(endpoint, "127.0.0.1", 65_535), "{endpoint}");
            assert!(!reaches(endpoint, "10.0.0.1", 1), "{endpoint}");
        }
        assert!(reaches("nonsense", "127.0.0.1", 1));
        assert!(OwnEndpoint::parse("").is_none() && OwnEndpoint::parse(" http:// ").is_none());
    }
}
