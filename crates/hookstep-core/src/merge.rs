//! Members that a connection adds to the JSON object that a payload is.
//!
//! The given bytes stay as they are: the members are written before the object's closing brace. Where the payload has a
//! member of the same name, the one that comes last counts for nearly every parser, as it does at `EventBridge`.

use bytes::Bytes;
use serde_json::Value;

use crate::grant::Pairs;

/// The payload is not a JSON object, so that nothing can be added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload is not a JSON object")]
pub struct NotAnObject;

/// The payload with the members added, values as strings.
pub fn with_members(payload: &[u8], members: &Pairs) -> Result<Bytes, NotAnObject> {
    let Ok(Value::Object(object)) = serde_json::from_slice(payload) else { return Err(NotAnObject) };
    let end = payload.iter().rposition(|&byte| byte == b'}').ok_or(NotAnObject)?;
    let mut merged = payload[..end].to_vec();
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 || !object.is_empty() {
            merged.push(b',');
        }
        merged.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
        merged.push(b':');
        merged.extend_from_slice(Value::from(value.expose()).to_string().as_bytes());
    }
    merged.extend_from_slice(&payload[end..]);
    Ok(merged.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn members_are_added_and_the_given_bytes_stay() {
        let members = vec![("k".to_owned(), Secret::new("v\"")), ("b".to_owned(), Secret::new("2"))];
        let merged = |payload: &str| with_members(payload.as_bytes(), &members).map(|bytes| bytes.to_vec());
        assert_eq!(merged(r#"{ "a": 1.0 } "#).unwrap(), br#"{ "a": 1.0 ,"k":"v\"","b":"2"} "#);
        assert_eq!(merged("{}").unwrap(), br#"{"k":"v\"","b":"2"}"#);
        let parsed: Value = serde_json::from_slice(&merged(r#"{"k":"own","x":{"y":"}"}}"#).unwrap()).unwrap();
        assert_eq!(parsed, serde_json::json!({ "k": "v\"", "b": "2", "x": { "y": "}" } }));
        for payload in ["", "[]", "\"}\"", "{", "{}x", "7"] {
            assert_eq!(merged(payload), Err(NotAnObject), "{payload}");
        }
    }
}
