//! The forms in which a webhook stands in requests and answers.

use serde_json::{Value, json};

use super::text::{FIELD_VALUE, nullable, schema, secret};

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As answers show it.
    Shown,
    /// As it is created.
    New,
    /// As it is replaced.
    Replacement,
    /// As it is patched.
    Patch,
}

impl Form {
    pub(super) const ALL: [Self; 4] = [Self::Shown, Self::New, Self::Replacement, Self::Patch];

    /// The name of the schema that `thing` has in this form.
    pub(super) fn of(self, thing: &str) -> String {
        match self {
            Self::Shown => thing.to_owned(),
            Self::New => format!("New{thing}"),
            Self::Replacement => format!("{thing}Replacement"),
            Self::Patch => format!("{thing}Patch"),
        }
    }

    /// A reference to that schema.
    pub(super) fn schema(self, thing: &str) -> Value {
        schema(&self.of(thing))
    }

    /// What may be left out in a write may be null there as well.
    pub(super) fn optional(self, schema: Value) -> Value {
        if self == Self::Shown { schema } else { nullable(schema) }
    }

    /// As [`Form::optional`], with the value that stands for what is left out.
    pub(super) fn defaulting(self, schema: Value, default: impl Into<Value>) -> Value {
        let mut schema = self.optional(schema);
        if matches!(self, Self::New | Self::Replacement) {
            schema["default"] = default.into();
        }
        schema
    }
}

/// A value that is shown to whoever may read the webhook, or a secret.
pub(super) fn value(form: Form) -> Value {
    let text = json!({ "type": "string", "pattern": FIELD_VALUE, "title": "Shown" });
    let given = json!({
        "type": "object",
        "title": "Secret",
        "description": "Never shown.",
        "properties": { "secret": secret() },
        "required": ["secret"],
        "additionalProperties": false,
    });
    let set = json!({
        "type": "object",
        "title": "SecretSet",
        "description": if form == Form::Shown { "There is a secret." } else { "The secret of before." },
        "properties": { "secret_set": { "const": true } },
        "required": ["secret_set"],
        "additionalProperties": false,
    });
    let variants = match form {
        Form::Shown => vec![json!({ "type": "string", "title": "Shown" }), set],
        Form::New => vec![text, given],
        Form::Replacement => vec![text, given, set],
        Form::Patch => vec![text, given, set, json!({ "type": "null", "title": "Removed" })],
    };
    json!({ "anyOf": variants })
}
