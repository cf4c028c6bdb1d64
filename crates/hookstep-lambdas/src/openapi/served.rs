//! The document as a deployment serves it.

use serde_json::{Value, json};

use crate::access::Access;

/// The document as it is committed.
pub const COMMITTED: &str = include_str!("../../openapi.json");

/// The committed document with the authentication of this deployment. None where it is not JSON, which a test rules out.
#[must_use]
pub fn served(access: &Access) -> Option<Value> {
    let mut document: Value = serde_json::from_str(COMMITTED).ok()?;
    let scheme = match access {
        Access::Iam => Some("iam"),
        Access::Jwt(_) => Some("jwt"),
        Access::Open => None,
    };
    document["components"]["securitySchemes"].as_object_mut()?.retain(|name, _| Some(name.as_str()) == scheme);
    if matches!(access, Access::Jwt(_)) {
        // Without a token, nothing else says whose key is wanted.
        document["components"]["parameters"]["TenantId"]["required"] = json!(true);
    }
    let items = document["paths"].as_object_mut()?.values_mut().filter_map(Value::as_object_mut);
    for operation in items.flat_map(serde_json::Map::values_mut) {
        let permission = operation.get("x-permission").and_then(Value::as_str).map(str::to_owned);
        let Some(security) = operation.get_mut("security").and_then(Value::as_array_mut) else { continue };
        security.retain(|requirement| scheme.is_some_and(|scheme| requirement.get(scheme).is_some()));
        if let (Access::Jwt(claims), Some(permission), [requirement]) = (access, permission, &mut security[..]) {
            let word = match permission.as_str() {
                "read" => &claims.read,
                "write" => &claims.write,
                _ => &claims.trigger,
            };
            requirement["jwt"] = json!([word]);
        }
    }
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Claims;

    fn security(access: &Access) -> [Value; 2] {
        let document = served(access).unwrap();
        [
            document["paths"]["/events"]["get"]["security"].clone(),
            document["paths"]["/health"]["get"]["security"].clone(),
        ]
    }

    #[test]
    fn whose_key_is_wanted_has_to_be_said_where_there_are_tenants() {
        let text = String::new;
        let claims = Claims { tenant: text(), permissions: text(), read: text(), write: text(), trigger: text() };
        for (access, required) in
            [(Access::Jwt(claims), json!(true)), (Access::Iam, Value::Null), (Access::Open, Value::Null)]
        {
            let document = served(&access).unwrap();
            assert_eq!(document["components"]["parameters"]["TenantId"]["required"], required);
        }
    }

    #[test]
    fn it_names_the_authentication_of_the_deployment_and_no_other() {
        let text = |text: &str| text.to_owned();
        let claims = Claims {
            tenant: text("t"),
            permissions: text("p"),
            read: text("look"),
            write: text("change"),
            trigger: text("send"),
        };
        assert_eq!(security(&Access::Jwt(claims)), [json!([{ "jwt": ["look"] }]), json!([])]);
        assert_eq!(security(&Access::Iam), [json!([{ "iam": [] }]), json!([])]);
        assert_eq!(security(&Access::Open), [json!([]), json!([])]);
        assert_eq!(served(&Access::Iam).unwrap()["components"]["securitySchemes"].as_object().unwrap().len(), 1);
    }
}
