//! Which ports webhooks may reach.

use std::ops::RangeInclusive;
use std::str::FromStr;

/// An entry of the operator's list of ports that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` is neither a port (1 to 65535) nor a range of ports (such as 8000-8100)")]
pub struct InvalidPorts {
    entry: String,
}

/// The ports that requests may go to. Parsed from a comma-separated list of ports and ranges (`80,443,8000-8100`);
/// 80 and 443 where it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedPorts(Vec<RangeInclusive<u16>>);

impl AllowedPorts {
    /// Whether a request may go to this port.
    #[must_use]
    pub fn permits(&self, port: u16) -> bool {
        self.0.iter().any(|range| range.contains(&port))
    }
}

impl Default for AllowedPorts {
    /// Those of http and https.
    fn default() -> Self {
        Self(vec![80..=80, 443..=443])
    }
}

impl FromStr for AllowedPorts {
    type Err = InvalidPorts;

    fn from_str(list: &str) -> Result<Self, InvalidPorts> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let ranges = entries
            .map(|entry| range(entry).ok_or_else(|| InvalidPorts { entry: entry.to_owned() }))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(if ranges.is_empty() { Self::default() } else { Self(ranges) })
    }
}

fn range(entry: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = entry.split_once('-').unwrap_or((entry, entry));
    let (first, last) = (port(first.trim())?, port(last.trim())?);
    (first <= last).then_some(first..=last)
}

/// A number from 1 to 65535, in digits only: nothing listens on port 0.
fn port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|&port| digits && port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(list: &str) -> Vec<u16> {
        let ports: AllowedPorts = list.parse().unwrap();
        (0..=u16::MAX).filter(|&port| ports.permits(port)).collect()
    }

    #[test]
    fn a_list_opens_its_ports_and_ranges_and_no_other() {
        assert_eq!(open("80,443,8000-8003"), [80, 443, 8000, 8001, 8002, 8003]);
        assert_eq!(open(" 8443 , 9000 - 9001 ,"), [8443, 9000, 9001]);
        assert_eq!(open("5-5,4"), [4, 5]);
        assert_eq!(open("1-65535").len(), 65_535);
        assert_eq!(open("65535"), [65_535]);
    }

    #[test]
    fn without_a_list_it_is_http_and_https() {
        assert_eq!(open(""), [80, 443]);
        assert_eq!(open(" , "), [80, 443]);
        assert_eq!(AllowedPorts::default(), "80,443".parse().unwrap());
    }

    #[test]
    fn an_entry_that_is_no_port_and_no_range_is_named() {
        let bad =
            ["0", "0-80", "65536", "1-65536", "443-80", "-80", "80-", "-", "80-90-100", "https", "+80", "8 0", "0x50"];
        for bad in bad {
            let error = format!("443,{bad}").parse::<AllowedPorts>().unwrap_err();
            assert_eq!(error.entry, bad);
            assert!(error.to_string().contains(&format!("`{bad}`")), "{error}");
        }
    }
}
