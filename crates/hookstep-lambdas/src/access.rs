//! Who calls, whose webhooks the call is about, and whether it may be made.
//!
//! API Gateway has checked the signature or the token before a function is invoked. What is left is which tenant it
//! speaks for, and what it allows.

use aws_lambda_events::apigw::{ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription};
use hookstep_core::history::{Actor, ActorKind};
use hookstep_core::ids::TenantId;

use crate::env::{self, EnvError};
use crate::http::Problem;
use crate::routes::Permission;

/// A caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose webhooks it may touch.
    pub tenant: TenantId,
    /// Who it is.
    pub actor: Actor,
}

/// The rules of a deployment, by its `AuthMode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Signed calls; IAM policies say which. One tenant.
    Iam,
    /// Calls with a token, whose claims say the tenant and what may be done.
    Jwt(Claims),
    /// Anybody may call. One tenant.
    Open,
}

/// What is read from a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The claim that holds the tenant.
    pub tenant: String,
    /// The claim that holds what is allowed: words between spaces, or a list.
    pub permissions: String,
    /// The word for [`Permission::Read`].
    pub read: String,
    /// The word for [`Permission::Write`].
    pub write: String,
    /// The word for [`Permission::Trigger`].
    pub trigger: String,
}

impl Access {
    /// The rules that the environment gives.
    ///
    /// # Errors
    /// [`EnvError`] where `AUTH_MODE` is none of `IAM`, `JWT` and `NONE`, or the claims of `JWT` are not all named.
    pub fn from_env() -> Result<Self, EnvError> {
        match env::text("AUTH_MODE")?.as_str() {
            "IAM" => Ok(Self::Iam),
            "NONE" => Ok(Self::Open),
            "JWT" => Ok(Self::Jwt(Claims {
                tenant: env::text("JWT_TENANT_CLAIM")?,
                permissions: env::text("JWT_PERMISSION_CLAIM")?,
                read: env::text("JWT_READ_PERMISSION")?,
                write: env::text("JWT_WRITE_PERMISSION")?,
                trigger: env::text("JWT_TRIGGER_PERMISSION")?,
            })),
            _ => Err(EnvError::Invalid { name: "AUTH_MODE", why: "it takes IAM, JWT or NONE".to_owned() }),
        }
    }

    /// Who makes a call that takes this permission.
    ///
    /// # Errors
    /// 403 where the token lacks the permission or names no tenant.
    pub fn admit(
        &self,
        authorizer: Option<&ApiGatewayRequestAuthorizer>,
        permission: Option<Permission>,
    ) -> Result<Caller, Problem> {
        let single = |kind, id| Caller { tenant: TenantId::single(), actor: Actor { kind, id } };
        let Some(permission) = permission else { return Ok(single(ActorKind::Anonymous, None)) };
        match self {
            Self::Open => Ok(single(ActorKind::Anonymous, None)),
            Self::Iam => {
                let caller = authorizer.and_then(|authorizer| authorizer.iam.as_ref());
                let caller = caller.ok_or_else(|| Problem::forbidden("the call is not signed"))?;
                Ok(single(ActorKind::Iam, caller.user_arn.clone()))
            }
            Self::Jwt(claims) => {
                let token = authorizer.and_then(|authorizer| authorizer.jwt.as_ref());
                claims.admit(token.ok_or_else(|| Problem::forbidden("the call carries no token"))?, permission)
            }
        }
    }
}

impl Claims {
    fn admit(
        &self,
        token: &ApiGatewayRequestAuthorizerJwtDescription,
        permission: Permission,
    ) -> Result<Caller, Problem> {
        let word = match permission {
            Permission::Read => &self.read,
            Permission::Write => &self.write,
            Permission::Trigger => &self.trigger,
        };
        let granted = token.claims.get(&self.permissions).map_or("", String::as_str);
        if !holds(granted, word) {
            let detail = format!("this call takes a token whose claim `{}` holds `{word}`", self.permissions);
            return Err(Problem::forbidden(detail));
        }
        let tenant = token.claims.get(&self.tenant).and_then(|claim| claim.parse().ok()).ok_or_else(|| {
            let detail = format!(
                "the token's claim `{}` has to name the tenant: 1 to 64 characters of A-Z a-z 0-9 _ -",
                self.tenant
            );
            Problem::forbidden(detail)
        })?;
        let id = token.claims.get("sub").or_else(|| token.claims.get("client_id")).cloned();
        Ok(Caller { tenant, actor: Actor { kind: ActorKind::Jwt, id } })
    }
}

/// Whether a claim holds a word: one of a text of words, or of a list, which API Gateway passes as `[a b]` or as JSON. Between
/// words there are spaces and nothing else, as a word itself may hold any of `,[]` (RFC 6749, section 3.3).
fn holds(claim: &str, word: &str) -> bool {
    if let Ok(list) = serde_json::from_str::<Vec<String>>(claim) {
        return list.iter().any(|element| element == word);
    }
    let list = claim.strip_prefix('[').and_then(|claim| claim.strip_suffix(']'));
    list.unwrap_or(claim).split(' ').any(|element| element == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let text = |text: &str| text.to_owned();
        Access::Jwt(Claims {
            tenant: text("tenant_id"),
            permissions: text("scope"),
            read: text("hookstep/read"),
            write: text("hookstep/write"),
            trigger: text("hookstep/trigger"),
        })
    }

    fn token(claims: &[(&str, &str)]) -> ApiGatewayRequestAuthorizer {
        let mut token = ApiGatewayRequestAuthorizerJwtDescription::default();
        token.claims = claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.jwt = Some(token);
        authorizer
    }

    #[test]
    fn a_token_says_the_tenant_and_who() {
        let token = token(&[("tenant_id", "acme"), ("scope", "openid hookstep/read"), ("sub", "u1")]);
        let caller = access().admit(Some(&token), Some(Permission::Read)).unwrap();
        assert_eq!(caller.tenant.as_str(), "acme");
        assert_eq!(caller.actor, Actor { kind: ActorKind::Jwt, id: Some("u1".to_owned()) });
    }

    #[test]
    fn a_permission_is_a_whole_word_in_any_form_of_list() {
        for scope in
            ["hookstep/write", "a hookstep/write", "[hookstep/read hookstep/write]", "[\"hookstep/write\",\"x\"]"]
        {
            let token = token(&[("tenant_id", "acme"), ("scope", scope)]);
            assert!(access().admit(Some(&token), Some(Permission::Write)).is_ok(), "{scope}");
            assert!(access().admit(Some(&token), Some(Permission::Trigger)).is_err(), "{scope}");
        }
        for scope in
            ["hookstep/writer xhookstep/write", "doc:x,hookstep/write", "x[hookstep/write]", "\"hookstep/write\""]
        {
            let near = token(&[("tenant_id", "acme"), ("scope", scope)]);
            assert!(access().admit(Some(&near), Some(Permission::Write)).is_err(), "{scope}");
        }
    }

    #[test]
    fn without_a_tenant_a_permission_or_a_token_nothing_may_be_done() {
        let all = "hookstep/read hookstep/write hookstep/trigger";
        for claims in [&[("scope", all)][..], &[("tenant_id", "a#b"), ("scope", all)], &[("tenant_id", "a")]] {
            for permission in [Permission::Read, Permission::Write, Permission::Trigger] {
                let problem = access().admit(Some(&token(claims)), Some(permission)).unwrap_err();
                assert_eq!(problem.code(), "forbidden");
            }
        }
        assert!(access().admit(None, Some(Permission::Read)).is_err());
        assert!(Access::Iam.admit(None, Some(Permission::Read)).is_err());
        assert!(access().admit(None, None).is_ok() && Access::Iam.admit(None, None).is_ok());
    }
}
