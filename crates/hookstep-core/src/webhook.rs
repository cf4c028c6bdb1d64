//! A webhook: one configured target.

use std::fmt;

use jiff::Timestamp;
use url::{Host, Url};

use crate::auth::Auth;
use crate::filter::Filter;
use crate::header::Header;
use crate::ids::{ConfigId, TenantId};
use crate::limits::{EXPRESS_TIMEOUT_MAX_SECONDS, TIMEOUT_MAX_SECONDS, URL_MAX_BYTES};
use crate::retry::RetryPolicy;
use crate::secret::{Owner, Sealed, SealedSecrets, Secret};
use crate::shape::Shape;
use crate::signing::Signing;

/// Why a URL can't be a webhook's target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// Not an absolute URL.
    #[error("must be an absolute URL such as https://example.com/hooks")]
    NotAbsolute,
    /// Too long.
    #[error("must be at most {URL_MAX_BYTES} bytes long")]
    TooLong,
    /// Plain http, which the operator did not allow, or another scheme.
    #[error("must begin with {0}")]
    Scheme(&'static str),
    /// A user name or password in the URL would end up in logs and rows.
    #[error("must not hold a user name or password; use `auth`")]
    UserInfo,
    /// A fragment is never sent.
    #[error("must not hold a fragment (#...)")]
    Fragment,
    /// The host is missing.
    #[error("must name a host")]
    Host,
}

/// A webhook's target: an absolute http(s) URL without user info or fragment, at most 2,048 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    /// Parses a configured URL; plain `http` only where `allow_http`.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, InvalidUrl> {
        if text.len() > URL_MAX_BYTES {
            return Err(InvalidUrl::TooLong);
        }
        let url = Url::parse(text).map_err(|_| InvalidUrl::NotAbsolute)?;
        match url.scheme() {
            "https" => {}
            "http" if allow_http => {}
            _ if allow_http => return Err(InvalidUrl::Scheme("https:// or http://")),
            _ => return Err(InvalidUrl::Scheme("https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidUrl::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(InvalidUrl::Fragment);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidUrl::Host);
        }
        // Percent-encoding may have made it longer.
        if url.as_str().len() > URL_MAX_BYTES {
            return Err(InvalidUrl::TooLong);
        }
        Ok(Self(url))
    }

    /// The URL as text, normalised.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address, where the host is one and not a name. Every odd spelling (`0x7f.1`, `2130706433`) was
    /// already turned into the address that it means.
    #[must_use]
    pub fn literal_address(&self) -> Option<std::net::IpAddr> {
        match self.0.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// The same with parameters added to its query. Never to be stored or shown: they may be secrets.
    #[must_use]
    pub fn with_query(&self, parameters: &[(String, Secret)]) -> Self {
        let mut url = self.0.clone();
        if !parameters.is_empty() {
            let mut query = url.query_pairs_mut();
            for (name, value) in parameters {
                query.append_pair(name, value.expose());
            }
        }
        Self(url)
    }

    /// Whether requests go over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Host and port as the `host` header has them: the port where it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// The host as text.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// HTTP methods that a webhook may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// POST, the default.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// GET: the payload is sent as a body all the same.
    Get,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Get];

    /// The method's name, in upper case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Get => "GET",
        }
    }

    /// Whether a request of this method is expected to have a body, even if an empty one.
    #[must_use]
    pub fn expects_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }

    /// The method of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// How long a receiver may take for its whole answer: 1 to 840 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeoutSeconds(u32);

impl TimeoutSeconds {
    /// 30 s, the upper end of what Standard Webhooks recommends.
    pub const DEFAULT: Self = Self(30);

    /// A timeout of `seconds`, if it is one that Hookstep can hold.
    #[must_use]
    pub fn new(seconds: u32) -> Option<Self> {
        (1..=TIMEOUT_MAX_SECONDS).contains(&seconds).then_some(Self(seconds))
    }

    /// In seconds.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The same, or less where the machine can't hold as much: a leg may have been started before its webhook's timeout grew.
    #[must_use]
    pub fn capped_for(self, machine: Machine) -> Self {
        match machine {
            Machine::Express => Self(self.0.min(EXPRESS_TIMEOUT_MAX_SECONDS)),
            Machine::Standard => self,
        }
    }

    /// The same, or less where there is no more time than `seconds`.
    #[must_use]
    pub fn capped_at(self, seconds: u32) -> Self {
        Self(self.0.min(seconds.max(1)))
    }

    /// The machine that can hold a delivery this long.
    #[must_use]
    pub fn machine(self) -> Machine {
        if self.0 > EXPRESS_TIMEOUT_MAX_SECONDS { Machine::Standard } else { Machine::Express }
    }
}

/// Which deployment of the delivery definition runs a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// Cheap, at most 300 s.
    Express,
    /// About twenty times as expensive, as long as it takes.
    Standard,
}

impl Machine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Express, Self::Standard];

    /// The name in the machine's state.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Standard => "standard",
        }
    }

    /// The machine of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|machine| machine.as_str() == name)
    }
}

/// Whether a webhook delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Active,
    /// Somebody disabled it: its events are `skipped`.
    Disabled,
    /// Hookstep disabled it, for the reason that stands beside it.
    AutoDisabled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Disabled, Self::AutoDisabled];

    /// The name in configs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::AutoDisabled => "auto_disabled",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// One configured target, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Its id.
    pub id: ConfigId,
    /// Whose it is.
    pub tenant: TenantId,
    /// For people.
    pub name: String,
    /// For people; may be empty.
    pub description: String,
    /// The event name that it listens to, if it listens to the bus.
    pub event_name: Option<String>,
    /// Which of the bus's events it wants; all of that name where there is none.
    pub filter: Option<Filter>,
    /// The target.
    pub url: WebhookUrl,
    /// The HTTP method.
    pub method: Method,
    /// Headers added to every request, sorted by name.
    pub headers: Vec<Header>,
    /// How it authenticates to its receiver.
    pub auth: Auth,
    /// How its requests are signed.
    pub signing: Signing,
    /// What it does with payloads.
    pub shape: Shape,
    /// Whether its requests come from the deployment's static IP address.
    pub static_ip: bool,
    /// The secrets of headers, authentication, signatures and client certificate, where there are any.
    pub secrets: Option<SealedSecrets>,
    /// Whether events are delivered.
    pub status: Status,
    /// Why it is in that status, where Hookstep put it there.
    pub status_reason: Option<String>,
    /// Since when its deliveries have failed without a success; a change by somebody is a fresh start.
    pub failing_since: Option<Timestamp>,
    /// How long an attempt may take.
    pub timeout: TimeoutSeconds,
    /// When to try again.
    pub retry_policy: RetryPolicy,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// 1 at creation, one more with each change.
    pub version: u64,
}

impl Webhook {
    /// Whose secrets its secrets are.
    #[must_use]
    pub fn owner(&self) -> Owner {
        Owner { tenant: self.tenant.clone(), config_id: self.id.clone() }
    }

    /// Its secrets, where it has any.
    #[must_use]
    pub fn sealed(&self) -> Option<&Sealed> {
        self.secrets.as_ref().map(|secrets| &secrets.sealed)
    }

    /// Whether a secret is set.
    #[must_use]
    pub fn has_secret(&self, slot: &str) -> bool {
        self.secrets.as_ref().is_some_and(|secrets| secrets.slots.contains(slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_are_not_targets_are_refused_with_what_to_change() {
        let cases = [
            ("", InvalidUrl::NotAbsolute),
            ("/hooks", InvalidUrl::NotAbsolute),
            ("ftp://example.com", InvalidUrl::Scheme("https://")),
            ("http://example.com", InvalidUrl::Scheme("https://")),
            ("https://user@example.com", InvalidUrl::UserInfo),
            ("https://:pass@example.com", InvalidUrl::UserInfo),
            ("https://example.com/#x", InvalidUrl::Fragment),
        ];
        for (text, expected) in cases {
            assert_eq!(WebhookUrl::parse(text, false), Err(expected), "{text}");
        }
        assert_eq!(WebhookUrl::parse(&format!("https://e.com/{}", "a".repeat(2048)), false), Err(InvalidUrl::TooLong));
        assert!(WebhookUrl::parse("http://example.com", true).is_ok());
    }

    #[test]
    fn odd_spellings_of_an_address_are_that_address() {
        for text in
            ["https://0x7f.1/", "https://2130706433/", "https://0177.0.0.1/", "https://127.1/", "https://127.0.0.1./"]
        {
            let url = WebhookUrl::parse(text, false).unwrap();
            assert_eq!(url.literal_address(), Some("127.0.0.1".parse().unwrap()), "{text}");
        }
        let mapped = WebhookUrl::parse("https://[::ffff:7f00:1]/", false).unwrap();
        assert!(!crate::address::is_public(mapped.literal_address().unwrap()));
    }

    #[test]
    fn the_machine_follows_from_the_timeout() {
        assert_eq!(TimeoutSeconds::new(0), None);
        assert_eq!(TimeoutSeconds::new(841), None);
        assert_eq!(TimeoutSeconds::new(75).unwrap().machine(), Machine::Express);
        assert_eq!(TimeoutSeconds::new(76).unwrap().machine(), Machine::Standard);
        assert_eq!(TimeoutSeconds::new(840).unwrap().machine(), Machine::Standard);
    }

    #[test]
    fn a_leg_is_never_given_more_time_than_its_machine_can_hold() {
        let long = TimeoutSeconds::new(840).unwrap();
        assert_eq!(long.capped_for(Machine::Express).get(), 75);
        assert_eq!(long.capped_for(Machine::Standard), long);
        assert_eq!(TimeoutSeconds::DEFAULT.capped_for(Machine::Express), TimeoutSeconds::DEFAULT);
    }
}
