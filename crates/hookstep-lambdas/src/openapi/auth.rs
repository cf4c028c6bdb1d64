//! The schemas of `auth`.

use hookstep_core::auth::{CREDENTIAL_WORDS, ClientAuthentication, KeyPlace, TokenMethod};
use hookstep_core::limits::{AUTH_MAX_BYTES, AUTH_PARAMETERS_MAX_COUNT, CONNECTION_ARN_MAX_BYTES, TOKEN_MAX_BYTES};
use serde_json::{Map, Value, json};

use super::form::Form;
use super::text::{
    ascii, described, header_name, header_value, nullable, one_of, password, schema, secret, url, username,
};

const SCOPE_MAX_CHARS: usize = 1_024;

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(String, Value)> {
    let mut schemas = vec![("HeaderName".to_owned(), header_name())];
    for form in [Form::Shown, Form::New, Form::Replacement] {
        let kinds = [
            ("NoAuth", no_auth()),
            ("BasicAuth", basic(form)),
            ("ApiKeyAuth", api_key(form)),
            ("OAuth2Auth", oauth2(form)),
            ("ConnectionAuth", connection(form)),
        ];
        let mapping: Map<String, Value> = KINDS
            .iter()
            .zip(&kinds)
            .map(|(kind, (name, _))| ((*kind).to_owned(), json!(format!("#/components/schemas/{}", form.of(name)))))
            .collect();
        let one_of: Vec<Value> = kinds.iter().map(|(name, _)| form.schema(name)).collect();
        let auth = json!({
            "oneOf": one_of,
            "discriminator": { "propertyName": "type", "mapping": mapping },
            "description": format!("How the webhook authenticates to its receiver. At most {AUTH_MAX_BYTES} bytes of JSON without its secrets."),
        });
        schemas.push((form.of("Auth"), auth));
        schemas.extend(kinds.map(|(name, schema)| (form.of(name), schema)));
    }
    schemas.push((Form::Patch.of("Auth"), patch()));
    schemas.extend(Form::ALL.map(|form| (form.of("Value"), super::form::value(form))));
    schemas
}

/// The kinds of authentication, in the order in which they stand above.
pub(super) const KINDS: [&str; 5] = ["none", "basic", "api_key", "oauth2_client_credentials", "connection"];

/// The names of all members, and which of them have to be there.
fn object(kind: &str, members: Vec<(&str, Value)>, required: &[&str]) -> Value {
    let mut properties: Map<String, Value> =
        members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    properties.insert("type".to_owned(), json!({ "const": kind }));
    let required: Vec<&str> = [&["type"], required].concat();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// A member for a secret, and the one that shows whether it is set.
fn secret_members(form: Form, name: &'static str, set: &'static str, schema: Value) -> Vec<(&'static str, Value)> {
    let shows = json!({ "type": "boolean", "readOnly": true, "description": format!("Whether `{name}` is set.") });
    let schema = match form {
        Form::Shown => return vec![(set, shows)],
        Form::New => schema,
        Form::Replacement | Form::Patch => described(nullable(schema), "Left out, it stays; null clears it."),
    };
    vec![(name, schema), (set, shows)]
}

fn no_auth() -> Value {
    object("none", vec![], &[])
}

fn basic(form: Form) -> Value {
    let mut members = vec![("username", username())];
    let password = if form == Form::New { nullable(password()) } else { password() };
    members.extend(secret_members(form, "password", "password_set", password));
    let required: &[&str] = if form == Form::Shown { &["username", "password_set"] } else { &["username"] };
    described(object("basic", members, required), "HTTP Basic (RFC 7617).")
}

fn api_key(form: Form) -> Value {
    let required: &[&str] = match form {
        Form::Shown => &["in", "name", "value_set"],
        Form::New => &["in", "name", "value"],
        _ => &["in", "name"],
    };
    let variant = |place: KeyPlace, name: Value| {
        let mut members = vec![("in", json!({ "const": place.as_str() })), ("name", name)];
        members.extend(secret_members(form, "value", "value_set", secret()));
        object("api_key", members, required)
    };
    let in_header = json!({ "allOf": [schema("HeaderName"), { "maxLength": TOKEN_MAX_BYTES }] });
    json!({
        "description": "A key in a header or in a query parameter.",
        "oneOf": [variant(KeyPlace::Header, in_header), variant(KeyPlace::Query, ascii(TOKEN_MAX_BYTES))],
    })
}

fn oauth2(form: Form) -> Value {
    let mut members = vec![("token_url", url()), ("client_id", ascii(TOKEN_MAX_BYTES))];
    members.extend(secret_members(form, "client_secret", "client_secret_set", secret()));
    members.extend(oauth2_options(form));
    let required: &[&str] = match form {
        Form::Shown => &[
            "token_url",
            "client_id",
            "client_secret_set",
            "client_authentication",
            "scope",
            "audience",
            "http_method",
            "headers",
            "query",
            "body",
        ],
        Form::New => &["token_url", "client_id", "client_secret"],
        _ => &["token_url", "client_id"],
    };
    described(
        object("oauth2_client_credentials", members, required),
        "OAuth 2.0 client credentials (RFC 6749, section 4.4).",
    )
}

fn oauth2_options(form: Form) -> Vec<(&'static str, Value)> {
    let places = one_of(ClientAuthentication::ALL.map(ClientAuthentication::as_str));
    let methods = one_of(TokenMethod::ALL.map(TokenMethod::as_str));
    let parameters = |what: &str, names: &Value| {
        let description =
            format!("Further {what} of the token request, at most {AUTH_PARAMETERS_MAX_COUNT}. {}", secret_names());
        form.defaulting(described(values(form, AUTH_PARAMETERS_MAX_COUNT, names), &description), json!({}))
    };
    vec![
        (
            "client_authentication",
            described(form.defaulting(places, "header"), "Where client id and secret go (RFC 6749, section 2.3.1)."),
        ),
        ("scope", nullable(ascii(SCOPE_MAX_CHARS))),
        ("audience", nullable(ascii(SCOPE_MAX_CHARS))),
        ("http_method", form.defaulting(methods, "POST")),
        ("headers", parameters("headers", &schema("HeaderName"))),
        ("query", parameters("query parameters", &header_value())),
        ("body", parameters("form fields", &header_value())),
    ]
}

/// What is said beside every object of values.
pub(super) fn secret_names() -> String {
    let words = CREDENTIAL_WORDS.map(|word| format!("`{word}`")).join(", ");
    format!(
        "A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of {words} (with `_` for `-` as \
         well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too."
    )
}

/// An object of values that are shown or secret.
pub(super) fn values(form: Form, max: usize, names: &Value) -> Value {
    if form == Form::Shown {
        return json!({ "type": "object", "additionalProperties": form.schema("Value") });
    }
    let mut schema = json!({ "type": "object", "propertyNames": names, "additionalProperties": form.schema("Value") });
    if form != Form::Patch {
        schema["maxProperties"] = json!(max);
    }
    schema
}

fn connection(form: Form) -> Value {
    let arn = json!({
        "type": "string",
        "maxLength": CONNECTION_ARN_MAX_BYTES,
        "pattern": "^arn:aws[A-Za-z0-9._-]*:events:[A-Za-z0-9._-]+:[0-9]{12}:connection/[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]+)?$",
        "description": "It has to exist, to be authorized, and to be named as the operator asks for.",
    });
    let description = "An EventBridge connection: basic, API key or OAuth with its additional parameters.";
    let arn = if form == Form::Shown { json!({ "type": "string" }) } else { arn };
    described(object("connection", vec![("connection_arn", arn)], &["connection_arn"]), description)
}

/// Members of whichever kind it is or becomes.
fn patch() -> Value {
    let form = Form::Patch;
    let mut members = vec![
        ("type", one_of(KINDS)),
        ("username", username()),
        ("in", one_of(KeyPlace::ALL.map(KeyPlace::as_str))),
        ("name", ascii(TOKEN_MAX_BYTES)),
        ("token_url", url()),
        ("client_id", ascii(TOKEN_MAX_BYTES)),
        ("connection_arn", json!({ "type": "string", "maxLength": CONNECTION_ARN_MAX_BYTES })),
    ];
    members.extend(secret_members(form, "password", "password_set", password()));
    members.extend(secret_members(form, "value", "value_set", secret()));
    members.extend(secret_members(form, "client_secret", "client_secret_set", secret()));
    members.extend(oauth2_options(form));
    let properties: Map<String, Value> = members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({
        "type": "object",
        "description": "Merged into what is there; with another `type`, in its place. What comes of it has to be complete.",
        "properties": properties,
        "additionalProperties": false,
    })
}
