//! Tenants and their tokens: who may call what, and who sees whose webhooks. On a stack with `AuthMode=JWT`, whose engine stands in for
//! API Gateway's own check of tokens.

mod tokens;
