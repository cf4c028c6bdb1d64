//! The members of a JSON object, taken one by one; what is wrong with them is collected.

use hookstep_core::header::is_field_value;
use hookstep_core::secret::slot;
use serde_json::{Map, Value};

use crate::http::FieldError;

/// An object of the body.
pub(crate) struct Fields<'e> {
    given: Map<String, Value>,
    path: Vec<String>,
    errors: &'e mut Vec<FieldError>,
}

impl<'e> Fields<'e> {
    pub(crate) fn new(given: Map<String, Value>, errors: &'e mut Vec<FieldError>) -> Self {
        Self { given, path: Vec::new(), errors }
    }

    /// The pointer of a member.
    pub(crate) fn pointer(&self, field: &str) -> String {
        let mut names: Vec<&str> = self.path.iter().map(String::as_str).collect();
        names.push(field);
        slot(&names)
    }

    pub(crate) fn refuse(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        let pointer = self.pointer(field);
        self.refuse_at(pointer, code, detail);
    }

    pub(crate) fn refuse_at(&mut self, pointer: String, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError { pointer, code, detail: detail.into() });
    }

    /// A member's value; null counts as left out.
    pub(crate) fn take(&mut self, field: &str) -> Option<Value> {
        self.take_even_null(field).filter(|value| !value.is_null())
    }

    /// A member's value, null included.
    pub(crate) fn take_even_null(&mut self, field: &str) -> Option<Value> {
        self.given.remove(field)
    }

    /// The names of what was not taken yet, sorted: the members of an object have no order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.given.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Refuses whatever was not taken.
    pub(crate) fn finish(mut self, known: &[&str]) {
        for field in self.names() {
            self.refuse(
                &field,
                "unknown_field",
                format!("there is no such field; the fields are {}", known.join(", ")),
            );
        }
    }

    /// A member that is an object itself.
    pub(crate) fn inside(&mut self, field: &str) -> Option<Fields<'_>> {
        if let Value::Object(given) = self.take(field)? {
            let path = self.path.iter().cloned().chain([field.to_owned()]).collect();
            return Some(Fields { given, path, errors: self.errors });
        }
        self.refuse(field, "wrong_type", "has to be an object");
        None
    }

    /// The same where it is neither left out nor null.
    pub(crate) fn inside_if_given(&mut self, field: &str) -> Option<Fields<'_>> {
        if self.given.get(field).is_none_or(Value::is_null) {
            self.given.remove(field);
            return None;
        }
        self.inside(field)
    }

    /// Whether a member is there and not null.
    pub(crate) fn is_given(&self, field: &str) -> bool {
        self.given.get(field).is_some_and(|value| !value.is_null())
    }

    /// Whether a member is null.
    pub(crate) fn is_null(&self, field: &str) -> bool {
        self.given.get(field).is_some_and(Value::is_null)
    }

    /// Text of at most so many characters.
    pub(crate) fn text(&mut self, field: &str, max_chars: usize) -> Option<String> {
        match self.take(field)? {
            Value::String(text) if text.chars().count() <= max_chars => Some(text),
            Value::String(_) => {
                self.refuse(field, "too_long", format!("takes at most {max_chars} characters"));
                None
            }
            _ => {
                self.refuse(field, "wrong_type", "has to be a string");
                None
            }
        }
    }

    /// As [`Fields::text`], and it has to be given.
    pub(crate) fn required_text(&mut self, field: &str, max_chars: usize) -> Option<String> {
        if self.given.get(field).is_none_or(Value::is_null) {
            self.given.remove(field);
            self.refuse(field, "required", "has to be given");
            return None;
        }
        self.text(field, max_chars)
    }

    /// Visible ASCII with spaces inside, at least one character.
    pub(crate) fn ascii(&mut self, field: &str, max_bytes: usize) -> Option<String> {
        let text = self.text(field, max_bytes)?;
        self.checked_ascii(field, text, max_bytes)
    }

    /// As [`Fields::ascii`], and it has to be given.
    pub(crate) fn required_ascii(&mut self, field: &str, max_bytes: usize) -> Option<String> {
        let text = self.required_text(field, max_bytes)?;
        self.checked_ascii(field, text, max_bytes)
    }

    fn checked_ascii(&mut self, field: &str, text: String, max_bytes: usize) -> Option<String> {
        if text.is_empty() || text.contains('\t') || !is_field_value(&text) {
            let detail = format!("takes 1 to {max_bytes} characters of visible ASCII, with spaces inside only");
            self.refuse(field, "invalid", detail);
            return None;
        }
        Some(text)
    }

    /// One of a closed list, or nothing where it is left out.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        field: &str,
        code: &'static str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let value = self.take(field)?;
        let found = value.as_str().and_then(|text| all.iter().copied().find(|&known| name(known) == text));
        if found.is_none() {
            let names: Vec<_> = all.iter().map(|&known| name(known)).collect();
            self.refuse(field, code, format!("takes one of {}", names.join(", ")));
        }
        found
    }

    /// As [`Fields::choice`], and it has to be given.
    pub(crate) fn required_choice<T: Copy>(
        &mut self,
        field: &str,
        code: &'static str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        if self.given.get(field).is_none_or(Value::is_null) {
            self.given.remove(field);
            let names: Vec<_> = all.iter().map(|&known| name(known)).collect();
            self.refuse(field, "required", format!("takes one of {}", names.join(", ")));
            return None;
        }
        self.choice(field, code, all, name)
    }

    /// True or false, or a default where it is left out.
    pub(crate) fn flag(&mut self, field: &str, default: bool) -> bool {
        match self.take(field) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.refuse(field, "wrong_type", "has to be true or false");
                default
            }
        }
    }
}

/// A whole number. JSON knows no difference between 30 and 30.0.
pub(crate) fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and in range")]
        let whole = (number.fract() == 0.0 && (0.0..4_294_967_296.0).contains(&number)).then_some(number as u64);
        whole
    })
}
