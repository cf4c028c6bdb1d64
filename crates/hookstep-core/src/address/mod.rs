//! Where requests may go.
//!
//! Stored responses make a forged request readable, so the rule is: public addresses only and the ports of http and https,
//! unless the operator opened more. It is checked on the address that is dialled, after the name was resolved
//! ([`Reachable::permits`]), and as far as it can be already when a webhook is saved ([`Reachable::refuses`]).

mod allowed;
mod blocks;
mod own;
mod ports;

use std::net::IpAddr;

use url::Url;

pub use allowed::{AllowedTargets, InvalidTarget};
pub use blocks::is_public;
use own::OwnEndpoint;
pub use ports::{AllowedPorts, InvalidPorts};

use crate::webhook::WebhookUrl;

/// Where requests may go: to an address that [`AllowedTargets`] permits, at a port that [`AllowedPorts`] permits, and never to what
/// runs beside the function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reachable {
    targets: AllowedTargets,
    ports: AllowedPorts,
    never: Vec<OwnEndpoint>,
}

impl Reachable {
    /// What both lists permit.
    #[must_use]
    pub fn new(targets: AllowedTargets, ports: AllowedPorts) -> Self {
        Self { targets, ports, never: Vec::new() }
    }

    /// The same without an endpoint of the machine that this runs on, such as the Lambda Runtime API (`127.0.0.1:9001`): whoever
    /// reaches that can take over deliveries, so that no list opens it. A name, or the address that stands for all, closes the port on every
    /// address that is not public; an empty text closes nothing.
    #[must_use]
    pub fn without(mut self, endpoint: &str) -> Self {
        self.never.extend(OwnEndpoint::parse(endpoint));
        self
    }

    /// Whether a request to `host`, which resolved to `address`, may be sent to this port.
    #[must_use]
    pub fn permits(&self, host: &str, address: IpAddr, port: u16) -> bool {
        self.ports.permits(port)
            && self.targets.permits(host, address)
            && !self.never.iter().any(|own| own.is_at(address, port))
    }

    /// Whether a request may be sent to this port of any address at all.
    #[must_use]
    pub fn permits_port(&self, port: u16) -> bool {
        self.ports.permits(port)
    }

    /// Whether a request to this URL would be refused whatever its name resolves to: its port is closed, or its host is an
    /// address that can't be reached. HTTP clients skip their resolvers for addresses in the URL, so this is asked before each
    /// request too.
    #[must_use]
    pub fn refuses(&self, url: &WebhookUrl) -> bool {
        let port = Url::parse(url.as_str()).ok().and_then(|url| url.port_or_known_default());
        !port.is_some_and(|port| match url.literal_address() {
            Some(address) => self.permits(url.host(), address, port),
            None => self.permits_port(port),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> WebhookUrl {
        WebhookUrl::parse(text, true).unwrap()
    }

    #[test]
    fn address_and_port_both_have_to_be_open() {
        let reachable = Reachable::new("10.0.0.0/8".parse().unwrap(), "443,8080".parse().unwrap());
        let permits = |address: &str, port| reachable.permits("x", address.parse().unwrap(), port);
        assert!(permits("10.0.0.1", 443) && permits("10.0.0.1", 8080) && permits("8.8.8.8", 8080));
        assert!(!permits("10.0.0.1", 80) && !permits("8.8.8.8", 80) && !permits("192.168.0.1", 443));
        assert!(reachable.permits_port(443) && !reachable.permits_port(80));
    }

    #[test]
    fn by_default_it_is_the_public_internet_at_80_and_443() {
        let reachable = Reachable::default();
        for (text, refused) in [
            ("https://example.com/", false),
            ("http://example.com/", false),
            ("https://example.com:443/", false),
            ("https://example.com:8443/", true),
            ("https://example.com:0/", true),
            ("https://8.8.8.8/", false),
            ("https://8.8.8.8:22/", true),
            ("https://10.0.0.1/", true),
            ("https://[::1]/", true),
            ("https://[2606:4700::1]/", false),
        ] {
            assert_eq!(reachable.refuses(&url(text)), refused, "{text}");
        }
    }

    #[test]
    fn no_list_opens_the_runtime_api() {
        let open = Reachable::new("127.0.0.0/8, ::/0, hooks.internal".parse().unwrap(), "1-65535".parse().unwrap());
        let reachable = open.clone().without("127.0.0.1:9001").without("");
        for (host, address) in
            [("x", "127.0.0.1"), ("x", "::ffff:127.0.0.1"), ("x", "::1"), ("hooks.internal", "0.0.0.0")]
        {
            let address = address.parse().unwrap();
            assert!(open.permits(host, address, 9001));
            assert!(!reachable.permits(host, address, 9001));
            assert!(reachable.permits(host, address, 9002));
        }
        assert!(reachable.refuses(&url("http://127.0.0.1:9001/2018-06-01/runtime/invocation/next")));
        assert!(reachable.refuses(&url("http://0x7f.1:9001/")) && !open.refuses(&url("http://0x7f.1:9001/")));
    }
}
