//! Who acts: a user in the browser, a token on behalf of a user, or a part of Gehoor itself.

use crate::access::{Permission, Role, Scope};
use crate::ids::{MunicipalityId, TeamId, TokenId, UserId};

/// What a token is limited to, beyond the rights of the user it acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenScope {
    /// Reading.
    Read,
    /// Changing.
    Write,
}

impl TokenScope {
    /// The name in `token create --scope`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl std::str::FromStr for TokenScope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            other => Err(format!("there is no scope \"{other}\"; the scopes are read, write")),
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person in the browser.
    User {
        /// In which municipality.
        municipality: MunicipalityId,
        /// Who.
        id: UserId,
        /// With which role.
        role: Role,
        /// Member of these teams.
        teams: Vec<TeamId>,
    },
    /// A program with a token. Its rights are those of its user *now*, cut down to the token's scopes (T12).
    Token {
        /// In which municipality.
        municipality: MunicipalityId,
        /// Which token.
        token: TokenId,
        /// The user for whom it acts.
        user: UserId,
        /// That user's role.
        role: Role,
        /// That user's teams.
        teams: Vec<TeamId>,
        /// What the token is limited to.
        scopes: Vec<TokenScope>,
    },
    /// Whoever runs Gehoor, at its command line: there is no user to name, and it is a person's act all the same.
    Operator {
        /// For which municipality they act.
        municipality: MunicipalityId,
    },
    /// A part of Gehoor: the reader of raw events, the sender.
    System {
        /// For which municipality it works.
        municipality: MunicipalityId,
        /// Which part, as it stands in the audit log.
        part: &'static str,
    },
}

/// The actor may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this needs the permission {}", permission.as_str())]
pub struct NotAllowed {
    /// What is missing.
    pub permission: Permission,
}

impl Actor {
    /// The municipality that the actor works for.
    #[must_use]
    pub const fn municipality(&self) -> &MunicipalityId {
        match self {
            Self::User { municipality, .. }
            | Self::Token { municipality, .. }
            | Self::Operator { municipality }
            | Self::System { municipality, .. } => municipality,
        }
    }

    /// The user behind the act, if there is one.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Token { user, .. } => Some(*user),
            Self::Operator { .. } | Self::System { .. } => None,
        }
    }

    /// Whether a person acts, so that it stands in the audit log.
    #[must_use]
    pub const fn is_person(&self) -> bool {
        !matches!(self, Self::System { .. })
    }

    /// What the actor can see.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Self::User { municipality, teams, .. } | Self::Token { municipality, teams, .. } => {
                Scope::of_teams(municipality.clone(), teams.clone())
            }
            Self::Operator { municipality } | Self::System { municipality, .. } => {
                Scope::whole(municipality.clone())
            }
        }
    }

    /// Whether the actor may do this at all; which conversations it concerns is the scope's business.
    ///
    /// # Errors
    /// [`NotAllowed`] names the permission that is missing.
    pub fn may(&self, permission: Permission) -> Result<(), NotAllowed> {
        let allowed = match self {
            Self::User { role, .. } => role.may(permission),
            Self::Token { role, scopes, .. } => {
                let needed = if permission.changes_something() {
                    TokenScope::Write
                } else {
                    TokenScope::Read
                };
                role.may(permission) && scopes.contains(&needed)
            }
            Self::Operator { .. } | Self::System { .. } => true,
        };
        if allowed { Ok(()) } else { Err(NotAllowed { permission }) }
    }

    /// The teams that the actor is a member of.
    #[must_use]
    pub fn teams(&self) -> &[TeamId] {
        match self {
            Self::User { teams, .. } | Self::Token { teams, .. } => teams,
            Self::Operator { .. } | Self::System { .. } => &[],
        }
    }

    /// Whether the actor's role manages channel accounts; a token that only reads may still see what its user manages.
    #[must_use]
    pub fn may_manage_accounts(&self) -> bool {
        match self {
            Self::User { role, .. } | Self::Token { role, .. } => role.may(Permission::ManageSettings),
            Self::Operator { .. } | Self::System { .. } => true,
        }
    }

    /// How the actor is named in the audit log and on what they own: `user:…`, `token:…`, `operator` or `system:…`.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::User { id, .. } => format!("user:{id}"),
            Self::Token { token, user, .. } => format!("token:{token}:{user}"),
            Self::Operator { .. } => "operator".to_owned(),
            Self::System { part, .. } => format!("system:{part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(role: Role, scopes: &[TokenScope]) -> Actor {
        Actor::Token {
            municipality: "zwanendam".parse().expect("a valid id"),
            token: TokenId(uuid::Uuid::nil()),
            user: UserId(uuid::Uuid::nil()),
            role,
            teams: vec![],
            scopes: scopes.to_vec(),
        }
    }

    #[test]
    fn a_read_token_of_an_agent_reads_and_cannot_reply() {
        let actor = token(Role::Agent, &[TokenScope::Read]);
        assert!(actor.may(Permission::ReadConversations).is_ok());
        assert_eq!(actor.may(Permission::Reply), Err(NotAllowed { permission: Permission::Reply }));
    }

    #[test]
    fn a_token_never_exceeds_its_users_role() {
        let actor = token(Role::Analyst, &[TokenScope::Read, TokenScope::Write]);
        for permission in Permission::ALL {
            assert!(actor.may(permission).is_err());
        }
    }
}
