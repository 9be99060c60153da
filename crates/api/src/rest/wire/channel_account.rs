//! A channel account with how it is doing.

use domain::channels::HealthState;
use jiff::Timestamp;
use serde::Serialize;
use usecases::accounts::AccountHealth;
use utoipa::ToSchema;

use super::words;

/// One connected number, page or handle of the municipality (kanaalaccount).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct ChannelAccount {
    /// Its short name.
    pub id: String,
    /// Its channel.
    pub channel: String,
    /// The team of its conversations.
    pub team: String,
    /// How bad the worst of its states is.
    #[schema(value_type = words::Severity)]
    pub severity: &'static str,
    /// How it stands, the worst first.
    pub states: Vec<AccountState>,
    /// When the platform delivered something last.
    pub last_received_at: Option<Timestamp>,
    /// When it sent something last, to the minute.
    pub last_sent_at: Option<Timestamp>,
    /// Until when nothing is sent; `null` when nothing is held back.
    pub held_until: Option<Timestamp>,
    /// Parts of messages that wait to be sent; at most 1,000.
    pub waiting_sends: i64,
    /// Sends whose outcome is unknown.
    pub unknown_sends: i64,
    /// Items that could not be read.
    pub unread_items: i64,
    /// Files of the last seven days that could not be fetched in time.
    pub lost_files: i64,
    /// Files of the last seven days that are not asked for any more unless a person says so.
    pub failed_files: i64,
    /// Files that could not be fetched so far, and are asked for again.
    pub late_files: i64,
}

/// How it stands with one topic (toestand).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct AccountState {
    #[schema(value_type = words::HealthTopic)]
    pub topic: &'static str,
    /// Which of several, such as the name of a template; empty for the account as a whole.
    pub subject: String,
    /// What is so: a word of the channel's or ours.
    pub word: String,
    #[schema(value_type = words::Severity)]
    pub severity: &'static str,
    /// Since when it is so without a break.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// The platform's own facts; may be empty.
    pub detail: String,
}

/// A page of channel accounts, by id.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct ChannelAccountList {
    /// The accounts.
    pub items: Vec<ChannelAccount>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
}

impl ChannelAccount {
    pub(in crate::rest) fn of(health: &AccountHealth) -> Self {
        Self {
            id: health.account.id.to_string(),
            channel: health.account.channel.to_string(),
            team: health.account.team.to_string(),
            severity: health.severity.as_str(),
            states: health.states.iter().map(AccountState::of).collect(),
            last_received_at: health.signs.pulse.heard_at,
            last_sent_at: health.signs.sent_at,
            held_until: health.hold.as_ref().map(|hold| hold.until_at),
            waiting_sends: health.figures.waiting,
            unknown_sends: health.figures.unknown,
            unread_items: health.figures.unread,
            lost_files: health.figures.lost_files,
            failed_files: health.figures.failed_files,
            late_files: health.figures.late_files,
        }
    }
}

impl AccountState {
    fn of(state: &HealthState) -> Self {
        Self {
            topic: state.event.topic.as_str(),
            subject: state.event.subject.clone(),
            word: state.event.word.clone(),
            severity: state.severity.as_str(),
            since: state.since,
            until: state.event.until,
            detail: state.event.detail.clone(),
        }
    }
}
