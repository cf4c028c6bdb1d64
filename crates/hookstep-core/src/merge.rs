//! Members that a connection adds to the JSON object that a payload is.
//!
//! The given bytes stay as they are: the members are written before the object's closing brace. Where the payload has a
//! member of the same name, the one that comes last counts for nearly every parser, as it does at `EventBridge`.

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::grant::Pairs;

/// The payload is not a JSON object, so that nothing can be added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload is not a JSON object")]
pub struct NotAnObject;

/// The payload with the members added, values as strings.
pub fn with_members(payload: &[u8], members: &Pairs) -> Result<Bytes, NotAnObject> {
    // Checked without building it: a tree of values takes a hundred times the memory of its text.
    serde_json::from_slice::<IgnoredAny>(payload).map_err(|_| NotAnObject)?;
    let is_significant = |byte: &&u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let mut significant = payload.iter().filter(is_significant);
    if significant.next() != Some(&b'{') {
        return Err(NotAnObject);
    }
    let is_empty = significant.next() == Some(&b'}');
    let end = payload.iter().rposition(|&byte| byte == b'}').ok_or(NotAnObject)?;
    let mut merged = payload[..end].to_vec();
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 || !is_empty {
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
        assert_eq!(merged("\n{ \t}\n").unwrap(), b"\n{ \t\"k\":\"v\\\"\",\"b\":\"2\"}\n");
        let parsed: Value = serde_json::from_slice(&merged(r#"{"k":"own","x":{"y":"}"}}"#).unwrap()).unwrap();
        assert_eq!(parsed, serde_json::json!({ "k": "v\"", "b": "2", "x": { "y": "}" } }));
        for payload in ["", "[]", "\"}\"", "{", "{}x", "7"] {
            assert_eq!(merged(payload), Err(NotAnObject), "{payload}");
        }
    }
}
