//! What the journal and the audit log hold: that something happened, to what, by whom. Ids and facts, never the text
//! or name of a person, so that erasing somebody need not rewrite it.

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::attachments::AttachmentState;
use crate::conversations::Outcome;
use crate::ids::{
    AttachmentId, AuthorId, ChannelAccountId, ConversationId, MessageId, PartId, RawEventId, TeamId, TokenId,
    UserId,
};
use crate::messages::DeliveryStatus;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the ids in each variant say what they are by their types")]
pub enum Happened {
    /// A resident began a conversation.
    ConversationStarted { conversation: ConversationId, team: TeamId },
    /// A message within the reopening time, or a person, opened a closed conversation again.
    ConversationReopened { conversation: ConversationId },
    /// A resident's message came in.
    MessageReceived { conversation: ConversationId, message: MessageId },
    /// A message of ours was seen that was not written in Gehoor.
    EchoReceived { conversation: ConversationId, message: MessageId },
    /// The author reacted to, edited or deleted a message.
    MessageChanged { conversation: ConversationId, message: MessageId },
    /// An agent answered; the outbox sends it.
    ReplyQueued { conversation: ConversationId, message: MessageId },
    /// An agent took an answer back before it left.
    ReplyTakenBack { conversation: ConversationId, message: MessageId },
    /// A note that only the municipality sees.
    NoteWritten { conversation: ConversationId, message: MessageId },
    /// The delivery status of a message rose.
    DeliveryChanged {
        conversation: ConversationId,
        message: MessageId,
        status: DeliveryStatus,
    },
    /// A file of a message came, failed, was refused or lost; or a person has it fetched again.
    AttachmentChanged {
        conversation: ConversationId,
        message: MessageId,
        attachment: AttachmentId,
        state: AttachmentState,
    },
    /// A person decided what became of a part whose outcome was unknown.
    UnknownResolved {
        conversation: ConversationId,
        message: MessageId,
        part: PartId,
        resent: bool,
    },
    /// A conversation got an owner, or lost the one it had.
    Assigned { conversation: ConversationId, assignee: Option<UserId> },
    /// Two authors proved to be one; `joined` is no more.
    AuthorsJoined { author: AuthorId, joined: AuthorId },
    /// Two conversations proved to be with one author; everything of `joined` stands in the other now.
    ConversationsJoined { conversation: ConversationId, joined: ConversationId },
    /// The author of a conversation goes by other names on the platform.
    IdentityChanged { conversation: ConversationId },
    /// A conversation was closed.
    ConversationClosed { conversation: ConversationId, outcome: Outcome },
    /// An item of a raw event could not be read and waits for a person.
    ItemQuarantined { raw_event: RawEventId, item: u32 },
    /// A raw event is to be read again.
    ReplayAsked { raw_event: RawEventId },
    /// Somebody logged in.
    LoggedIn { user: UserId },
    /// A session ended, or all of a user's.
    LoggedOut { user: UserId, everywhere: bool },
    /// A token for the API was made.
    TokenCreated { token: TokenId, user: UserId },
    /// A token for the API was ended before its time.
    TokenRevoked { token: TokenId },
    /// A user was added, or got another name, role, team or password.
    UserChanged { user: UserId, role: Role },
    /// A user cannot log in any more.
    UserDisabled { user: UserId },
    /// A user who was disabled can log in again.
    UserEnabled { user: UserId },
    /// A user got a link with which to choose a password: an invitation, or for one who lost it.
    LinkMade { user: UserId },
    /// A user chose a password.
    PasswordChosen { user: UserId },
    /// All sessions of a user but the one in which it was asked were ended.
    OtherSessionsEnded { user: UserId },
    /// A user has a second step at logging in from now on.
    SecondFactorSet { user: UserId },
    /// A user has no second step any more.
    SecondFactorRemoved { user: UserId },
    /// A user got new recovery codes; the earlier ones are void.
    RecoveryCodesMade { user: UserId },
    /// A user logged in with a recovery code.
    RecoveryCodeUsed { user: UserId },
    /// A team was added, or got another name or other members.
    TeamChanged { team: TeamId },
    /// A saved list of a team was made, changed or removed.
    TeamListChanged { team: TeamId },
    /// A configuration file was applied, an account changed: the named kind of thing changed.
    ConfigurationChanged { what: String, id: String },
    /// Somebody had a channel account checked with its platform.
    AccountChecked { channel_account: ChannelAccountId },
    /// Somebody has seen an alarm of a channel account.
    AlarmSeen { channel_account: ChannelAccountId, topic: String },
    /// Everything the municipality owns was exported.
    Exported,
}

/// What something that happened is about: by this the audit log is filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Logging in and out, passwords, the second step.
    LogIn,
    /// Users, teams, tokens.
    People,
    /// Channel accounts and other settings.
    Settings,
    /// Conversations, messages, files.
    Conversations,
    /// What came in and could not be read.
    Intake,
    /// Data that left.
    Export,
}

impl About {
    /// All, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::LogIn, Self::People, Self::Settings, Self::Conversations, Self::Intake, Self::Export];

    /// The name in the database and in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::People => "people",
            Self::Settings => "settings",
            Self::Conversations => "conversations",
            Self::Intake => "intake",
            Self::Export => "export",
        }
    }
}

impl std::str::FromStr for About {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|about| about.as_str() == text);
        found.ok_or_else(|| format!("nothing is about \"{text}\""))
    }
}

impl Happened {
    /// What it is about.
    #[must_use]
    pub const fn about(&self) -> About {
        match self {
            Self::ConversationStarted { .. }
            | Self::ConversationReopened { .. }
            | Self::MessageReceived { .. }
            | Self::EchoReceived { .. }
            | Self::MessageChanged { .. }
            | Self::ReplyQueued { .. }
            | Self::ReplyTakenBack { .. }
            | Self::NoteWritten { .. }
            | Self::DeliveryChanged { .. }
            | Self::AttachmentChanged { .. }
            | Self::UnknownResolved { .. }
            | Self::Assigned { .. }
            | Self::AuthorsJoined { .. }
            | Self::ConversationsJoined { .. }
            | Self::IdentityChanged { .. }
            | Self::ConversationClosed { .. } => About::Conversations,
            Self::ItemQuarantined { .. } | Self::ReplayAsked { .. } => About::Intake,
            Self::LoggedIn { .. }
            | Self::LoggedOut { .. }
            | Self::PasswordChosen { .. }
            | Self::OtherSessionsEnded { .. }
            | Self::SecondFactorSet { .. }
            | Self::SecondFactorRemoved { .. }
            | Self::RecoveryCodesMade { .. }
            | Self::RecoveryCodeUsed { .. } => About::LogIn,
            Self::TokenCreated { .. }
            | Self::TokenRevoked { .. }
            | Self::UserChanged { .. }
            | Self::UserDisabled { .. }
            | Self::UserEnabled { .. }
            | Self::LinkMade { .. }
            | Self::TeamChanged { .. }
            | Self::TeamListChanged { .. } => About::People,
            Self::ConfigurationChanged { .. } | Self::AccountChecked { .. } | Self::AlarmSeen { .. } => {
                About::Settings
            }
            Self::Exported => About::Export,
        }
    }

    /// The conversation it happened to, if it did.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::ConversationStarted { conversation, .. }
            | Self::ConversationReopened { conversation }
            | Self::MessageReceived { conversation, .. }
            | Self::EchoReceived { conversation, .. }
            | Self::MessageChanged { conversation, .. }
            | Self::ReplyQueued { conversation, .. }
            | Self::ReplyTakenBack { conversation, .. }
            | Self::NoteWritten { conversation, .. }
            | Self::DeliveryChanged { conversation, .. }
            | Self::AttachmentChanged { conversation, .. }
            | Self::UnknownResolved { conversation, .. }
            | Self::Assigned { conversation, .. }
            | Self::ConversationsJoined { conversation, .. }
            | Self::IdentityChanged { conversation }
            | Self::ConversationClosed { conversation, .. } => Some(*conversation),
            _ => None,
        }
    }

    /// Whether it stands as a line in its conversation, between the messages. What happened to one message stands with that.
    #[must_use]
    pub const fn is_log_line(&self) -> bool {
        matches!(
            self,
            Self::ConversationReopened { .. }
                | Self::Assigned { .. }
                | Self::ConversationsJoined { .. }
                | Self::IdentityChanged { .. }
                | Self::ConversationClosed { .. }
        )
    }
}
