//! Who did what to a webhook, and when.

use jiff::Timestamp;

use crate::webhook::{Status, Webhook};

/// How a caller was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// By a signature; the id is the ARN of the user or role.
    Iam,
    /// By a token; the id is its subject.
    Jwt,
    /// Not at all.
    Anonymous,
    /// Hookstep itself; there is no id.
    Hookstep,
}

impl ActorKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Iam, Self::Jwt, Self::Anonymous, Self::Hookstep];

    /// The name in history entries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Jwt => "jwt",
            Self::Anonymous => "anonymous",
            Self::Hookstep => "hookstep",
        }
    }
}

/// A caller, or Hookstep itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// How the caller was identified.
    pub kind: ActorKind,
    /// Who it is, as far as that is known.
    pub id: Option<String>,
}

impl Actor {
    /// Hookstep itself.
    #[must_use]
    pub fn hookstep() -> Self {
        Self { kind: ActorKind::Hookstep, id: None }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The webhook was created.
    Created,
    /// Fields were changed.
    Changed,
    /// It was enabled, and maybe changed as well.
    Enabled,
    /// It was disabled, and maybe changed as well.
    Disabled,
    /// It was deleted.
    Deleted,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Created, Self::Changed, Self::Enabled, Self::Disabled, Self::Deleted];

    /// The name in history entries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }

    /// What the change from `before` to `after` is.
    #[must_use]
    pub fn of_change(before: &Webhook, after: &Webhook) -> Self {
        match (before.status == Status::Active, after.status == Status::Active) {
            (false, true) => Self::Enabled,
            (true, false) => Self::Disabled,
            _ => Self::Changed,
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The version of the webhook that this made; a deletion counts as one more.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// The fields that were set or changed, as JSON pointers; never their values.
    pub changed_fields: Vec<String>,
}
