//! The field `auth`.

use hookstep_core::auth::{Auth, ClientAuthentication, ConnectionArn, KeyPlace, OAuth2, Parameter, TokenMethod};
use hookstep_core::header::{check_name, is_field_value};
use hookstep_core::limits::{
    AUTH_MAX_BYTES, AUTH_PARAMETERS_MAX_COUNT, CONNECTION_ARN_MAX_BYTES, SECRET_MAX_BYTES, TOKEN_MAX_BYTES,
};
use hookstep_core::webhook::Webhook;

use super::fields::Fields;
use super::rules::{Rules, target};
use super::secrets::{Rule, SecretChanges, secret, value};
use super::show::show_auth;

/// Authentication as given. A connection's secret is still to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftAuth {
    /// Complete.
    Ready(Auth),
    /// The connection of this ARN.
    Connection(ConnectionArn),
}

/// For header values and what may become one.
pub(super) const VISIBLE: Rule = Rule {
    holds: is_field_value,
    detail: "takes visible ASCII and spaces, without white space at either end",
    max_bytes: SECRET_MAX_BYTES,
};

/// RFC 7617, section 2: no control characters.
const NO_CONTROL: Rule = Rule {
    holds: |text| !text.chars().any(char::is_control),
    detail: "takes no control characters",
    max_bytes: SECRET_MAX_BYTES,
};

const KINDS: [&str; 5] = ["none", "basic", "api_key", "oauth2_client_credentials", "connection"];

/// Reads the field; none where it is left out.
pub(super) fn auth(
    fields: &mut Fields<'_>,
    rules: &Rules,
    current: Option<&Webhook>,
    changes: &mut SecretChanges,
) -> DraftAuth {
    let Some(mut fields) = fields.inside("auth") else { return DraftAuth::Ready(Auth::None) };
    let none = DraftAuth::Ready(Auth::None);
    let Some(kind) = fields.required_choice("type", "invalid_type", &KINDS, |kind| kind) else { return none };
    // The secrets of another kind of authentication are not for this one.
    let current = current.filter(|webhook| webhook.auth.kind() == kind);
    let auth = match kind {
        "basic" => basic(&mut fields, current, changes),
        "api_key" => api_key(&mut fields, current, changes),
        "oauth2_client_credentials" => oauth2(&mut fields, rules, current, changes),
        "connection" => {
            let arn = connection(&mut fields);
            fields.finish(&["type", "connection_arn"]);
            return arn.map_or(none, DraftAuth::Connection);
        }
        _ => Some(Auth::None),
    };
    // It is at fault and will not be used; still it tells which header it would set.
    let auth = auth.unwrap_or_else(|| match kind {
        "api_key" => Auth::None,
        _ => Auth::Basic { username: String::new() },
    });
    if json_len(&show_auth(&auth, None).to_string()) > AUTH_MAX_BYTES {
        let detail = format!("without its secrets, `auth` takes at most {AUTH_MAX_BYTES} bytes");
        fields.refuse_at("/auth".to_owned(), "too_long", detail);
    }
    fields.finish(match kind {
        "basic" => &["type", "username", "password"],
        "api_key" => &["type", "in", "name", "value"],
        "none" => &["type"],
        _ => &OAUTH2_FIELDS,
    });
    DraftAuth::Ready(auth)
}

/// How long a text of JSON can become by writers that escape whatever is not ASCII.
fn json_len(json: &str) -> usize {
    json.chars().map(|c| if c.is_ascii() { 1 } else { 6 * c.len_utf16() }).sum()
}

const OAUTH2_FIELDS: [&str; 11] = [
    "type",
    "token_url",
    "client_id",
    "client_secret",
    "client_authentication",
    "scope",
    "audience",
    "http_method",
    "headers",
    "query",
    "body",
];

fn basic(fields: &mut Fields<'_>, current: Option<&Webhook>, changes: &mut SecretChanges) -> Option<Auth> {
    let username = fields.required_text("username", TOKEN_MAX_BYTES);
    secret(fields, "password", false, NO_CONTROL, current, changes);
    let username = username?;
    if username.contains(':') || username.chars().any(char::is_control) {
        fields.refuse("username", "invalid", "takes no colon and no control characters (RFC 7617)");
        return None;
    }
    Some(Auth::Basic { username })
}

fn api_key(fields: &mut Fields<'_>, current: Option<&Webhook>, changes: &mut SecretChanges) -> Option<Auth> {
    let place = fields.required_choice("in", "invalid_place", &KeyPlace::ALL, KeyPlace::as_str);
    let name = fields.required_ascii("name", TOKEN_MAX_BYTES);
    secret(fields, "value", true, VISIBLE, current, changes);
    let (place, name) = (place?, name?);
    if place == KeyPlace::Header
        && let Err(error) = check_name(&name)
    {
        fields.refuse("name", "invalid_header", error.to_string());
        return None;
    }
    Some(Auth::ApiKey { place, name })
}

fn oauth2(
    fields: &mut Fields<'_>,
    rules: &Rules,
    current: Option<&Webhook>,
    changes: &mut SecretChanges,
) -> Option<Auth> {
    let known = current.and_then(|webhook| match &webhook.auth {
        Auth::OAuth2(oauth) => Some(&oauth.token_url),
        _ => None,
    });
    let token_url = target(fields, "token_url", rules, known);
    let client_id = fields.required_ascii("client_id", TOKEN_MAX_BYTES);
    secret(fields, "client_secret", true, VISIBLE, current, changes);
    let authentications = ClientAuthentication::ALL;
    let client_authentication = fields
        .choice("client_authentication", "invalid_place", &authentications, ClientAuthentication::as_str)
        .unwrap_or_default();
    let scope = fields.ascii("scope", 1_024);
    let audience = fields.ascii("audience", 1_024);
    let method =
        fields.choice("http_method", "invalid_method", &TokenMethod::ALL, TokenMethod::as_str).unwrap_or_default();
    let headers = parameters(fields, "headers", current, changes);
    let query = parameters(fields, "query", current, changes);
    let body = parameters(fields, "body", current, changes);
    Some(Auth::OAuth2(Box::new(OAuth2 {
        token_url: token_url?,
        client_id: client_id?,
        client_authentication,
        scope,
        audience,
        method,
        headers,
        query,
        body,
    })))
}

fn parameters(
    fields: &mut Fields<'_>,
    section: &str,
    current: Option<&Webhook>,
    changes: &mut SecretChanges,
) -> Vec<Parameter> {
    let Some(mut fields) = fields.inside(section) else { return Vec::new() };
    let names = fields.names();
    if names.len() > AUTH_PARAMETERS_MAX_COUNT {
        let pointer = fields.pointer("").trim_end_matches('/').to_owned();
        fields.refuse_at(pointer, "too_long", format!("takes at most {AUTH_PARAMETERS_MAX_COUNT} parameters"));
        return Vec::new();
    }
    let mut parameters: Vec<Parameter> = Vec::new();
    for name in names {
        let fault = if section == "headers" {
            check_name(&name).err().map(|error| error.to_string())
        } else {
            let fits = (1..=TOKEN_MAX_BYTES).contains(&name.len()) && is_field_value(&name);
            (!fits).then(|| format!("a name takes 1 to {TOKEN_MAX_BYTES} characters of visible ASCII"))
        };
        if let Some(fault) = fault {
            fields.refuse(&name, if section == "headers" { "invalid_header" } else { "invalid" }, fault);
            continue;
        }
        let is_twice = |other: &Parameter| section == "headers" && other.name.eq_ignore_ascii_case(&name);
        if parameters.iter().any(is_twice) {
            fields.refuse(&name, "duplicate_header", "stands here twice; names are the same in any case");
        } else if let Some(value) = value(&mut fields, &name, VISIBLE, current, changes) {
            parameters.push(Parameter { name, value });
        }
    }
    parameters
}

fn connection(fields: &mut Fields<'_>) -> Option<ConnectionArn> {
    let text = fields.required_text("connection_arn", CONNECTION_ARN_MAX_BYTES)?;
    match text.parse::<ConnectionArn>() {
        Ok(arn) => Some(arn),
        Err(error) => {
            fields.refuse("connection_arn", "invalid_arn", error.to_string());
            None
        }
    }
}
