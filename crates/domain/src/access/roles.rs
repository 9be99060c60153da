//! The table of roles: the one place that says who may do what.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A user's role. Dutch names stand in the glossary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and answers in the own teams (medewerker).
    Agent,
    /// The same for easy topics; hands back in one act (bijspringer).
    Helper,
    /// Also assigns, routes, sets hours and sees team figures (teamleider).
    TeamLead,
    /// Newsroom, publications, protocols (redacteur).
    Editor,
    /// Aggregates only, no person's data (analist).
    Analyst,
    /// Consultations, improvements, department figures (accountmanager).
    AccountManager,
    /// Reads logs, runs access and erasure; no answering (privacy officer).
    PrivacyOfficer,
    /// Accounts, users, settings, keys; conversations only as a member of a team (beheerder).
    Administrator,
}

/// Something an actor may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See conversations of the own teams.
    ReadConversations,
    /// Answer a resident.
    Reply,
    /// Write a note that only the municipality sees.
    Note,
    /// Take a conversation or give it back.
    Claim,
    /// Give a conversation to somebody else.
    Assign,
    /// Close and reopen.
    Close,
    /// Decide what became of a send whose outcome is unknown.
    ResolveUnknown,
    /// See what came in and could not be read.
    ReadRawEvents,
    /// Have what came in read again.
    ReplayRawEvents,
    /// See how channel accounts are doing: those of the own teams, or all for whoever manages them.
    ReadChannelHealth,
    /// See users, teams and channel accounts.
    ReadSettings,
    /// Change users, teams and channel accounts.
    ManageSettings,
    /// Change canned texts: those for everybody and of the own teams, or all for whoever manages settings.
    ManageTexts,
    /// Export everything the municipality owns.
    Export,
    /// See who changed what.
    ReadAudit,
}

impl Role {
    /// All roles, in the order of the manual.
    pub const ALL: [Self; 8] = [
        Self::Agent,
        Self::Helper,
        Self::TeamLead,
        Self::Editor,
        Self::Analyst,
        Self::AccountManager,
        Self::PrivacyOfficer,
        Self::Administrator,
    ];

    /// What this role may do. The published rights table (X1).
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{
            Assign, Claim, Close, Export, ManageSettings, ManageTexts, Note, ReadAudit, ReadChannelHealth,
            ReadConversations, ReadRawEvents, ReadSettings, ReplayRawEvents, Reply, ResolveUnknown,
        };
        match self {
            Self::Agent => {
                &[ReadConversations, Reply, Note, Claim, Assign, Close, ResolveUnknown, ReadChannelHealth]
            }
            Self::Helper => &[ReadConversations, Reply, Note, Claim, ReadChannelHealth],
            Self::TeamLead => &[
                ReadConversations,
                Reply,
                Note,
                Claim,
                Assign,
                Close,
                ResolveUnknown,
                ReadRawEvents,
                ReplayRawEvents,
                ReadChannelHealth,
                ReadSettings,
                ManageTexts,
            ],
            Self::Editor | Self::Analyst | Self::AccountManager => &[],
            Self::PrivacyOfficer => &[ReadSettings, Export, ReadAudit],
            Self::Administrator => &[
                ReadConversations,
                Reply,
                Note,
                Claim,
                Assign,
                Close,
                ResolveUnknown,
                ReadRawEvents,
                ReplayRawEvents,
                ReadChannelHealth,
                ReadSettings,
                ManageSettings,
                ManageTexts,
                Export,
                ReadAudit,
            ],
        }
    }

    /// Whether this role may do `permission`.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// The name in configuration, API and database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Helper => "helper",
            Self::TeamLead => "team_lead",
            Self::Editor => "editor",
            Self::Analyst => "analyst",
            Self::AccountManager => "account_manager",
            Self::PrivacyOfficer => "privacy_officer",
            Self::Administrator => "administrator",
        }
    }
}

impl Permission {
    /// All permissions, in the order of the manual.
    pub const ALL: [Self; 15] = [
        Self::ReadConversations,
        Self::Reply,
        Self::Note,
        Self::Claim,
        Self::Assign,
        Self::Close,
        Self::ResolveUnknown,
        Self::ReadRawEvents,
        Self::ReplayRawEvents,
        Self::ReadChannelHealth,
        Self::ReadSettings,
        Self::ManageSettings,
        Self::ManageTexts,
        Self::Export,
        Self::ReadAudit,
    ];

    /// The name in `routes --json` and problem details.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadConversations => "read_conversations",
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Claim => "claim",
            Self::Assign => "assign",
            Self::Close => "close",
            Self::ResolveUnknown => "resolve_unknown",
            Self::ReadRawEvents => "read_raw_events",
            Self::ReplayRawEvents => "replay_raw_events",
            Self::ReadChannelHealth => "read_channel_health",
            Self::ReadSettings => "read_settings",
            Self::ManageSettings => "manage_settings",
            Self::ManageTexts => "manage_texts",
            Self::Export => "export",
            Self::ReadAudit => "read_audit",
        }
    }

    /// Whether it changes anything: a token without the `write` scope lacks these.
    #[must_use]
    pub const fn changes_something(self) -> bool {
        !matches!(
            self,
            Self::ReadConversations
                | Self::ReadRawEvents
                | Self::ReadChannelHealth
                | Self::ReadSettings
                | Self::Export
                | Self::ReadAudit
        )
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("there is no role \"{text}\"; the roles are {known}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_analyst_sees_no_persons_data_and_a_privacy_officer_answers_nobody() {
        assert!(!Role::Analyst.may(Permission::ReadConversations));
        assert!(!Role::PrivacyOfficer.may(Permission::Reply));
        assert!(Role::Agent.may(Permission::Reply));
        assert!(!Role::Agent.may(Permission::ManageSettings));
    }

    #[test]
    fn every_role_is_read_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("chef".parse::<Role>().is_err());
    }
}
