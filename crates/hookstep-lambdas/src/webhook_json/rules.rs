//! What the operator allows.

use hookstep_core::address::Reachable;
use hookstep_core::webhook::WebhookUrl;

use super::fields::Fields;

/// What the operator allows.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Whether URLs may be plain http.
    pub allow_http: bool,
    /// Where requests may go.
    pub reachable: Reachable,
    /// The deployment's static IP addresses; none where it has no static IP.
    pub static_ip_addresses: Vec<String>,
}

/// Some characters that URLs take in hosts can't be sent in the header of that name.
fn is_plain_host(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match address {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')),
    }
}

/// Takes a URL that requests go to. `known` is the one of before: a webhook can be changed, and above all disabled, also
/// when the operator has become stricter since.
pub(super) fn target(
    fields: &mut Fields<'_>,
    field: &str,
    rules: &Rules,
    known: Option<&WebhookUrl>,
) -> Option<WebhookUrl> {
    let text = fields.required_text(field, usize::MAX)?;
    if let Some(known) = known.filter(|url| url.as_str() == text) {
        return Some(known.clone());
    }
    match WebhookUrl::parse(&text, rules.allow_http) {
        Ok(url) if rules.reachable.refuses(&url) => {
            let detail = "its address or port is not one that webhooks may reach: takes public addresses and the ports that the operator allows (80 and 443 where nothing else is said)";
            fields.refuse(field, "target_not_allowed", detail);
            None
        }
        Ok(url) if !is_plain_host(url.host()) => {
            fields.refuse(
                field,
                "invalid_url",
                "its host takes letters, digits, hyphens, underscores and dots, or is an address",
            );
            None
        }
        Ok(url) => Some(url),
        Err(error) => {
            fields.refuse(field, "invalid_url", error.to_string());
            None
        }
    }
}
