//! A word for everything that has a name in the code.

use domain::access::{Permission, Role};
use domain::channels::{HealthTopic, Severity, TextUnit};
use domain::conversations::{ConversationState, Outcome};
use domain::messages::{Charge, DeliveryStatus, MessageKind, Price};
use domain::outbox::PartState;
use usecases::ingest::RawState;

use super::{Language, Words};

impl Words {
    /// What a role is called.
    #[must_use]
    pub const fn role(self, role: Role) -> &'static str {
        match role {
            Role::Agent => self.role_agent(),
            Role::Helper => self.role_helper(),
            Role::TeamLead => self.role_team_lead(),
            Role::Editor => self.role_editor(),
            Role::Analyst => self.role_analyst(),
            Role::AccountManager => self.role_account_manager(),
            Role::PrivacyOfficer => self.role_privacy_officer(),
            Role::Administrator => self.role_administrator(),
        }
    }

    /// What a permission lets somebody do.
    #[must_use]
    pub const fn permission(self, permission: Permission) -> &'static str {
        match permission {
            Permission::ReadConversations => self.permission_read_conversations(),
            Permission::Reply => self.permission_reply(),
            Permission::Note => self.permission_note(),
            Permission::Claim => self.permission_claim(),
            Permission::Assign => self.permission_assign(),
            Permission::Close => self.permission_close(),
            Permission::ResolveUnknown => self.permission_resolve_unknown(),
            Permission::ReadRawEvents => self.permission_read_raw_events(),
            Permission::ReplayRawEvents => self.permission_replay_raw_events(),
            Permission::ReadChannelHealth => self.permission_read_channel_health(),
            Permission::ReadSettings => self.permission_read_settings(),
            Permission::ManageSettings => self.permission_manage_settings(),
            Permission::ManageTexts => self.permission_manage_texts(),
            Permission::Export => self.permission_export(),
            Permission::ReadAudit => self.permission_read_audit(),
        }
    }

    /// Where a conversation stands.
    #[must_use]
    pub const fn state(self, state: ConversationState) -> &'static str {
        match state {
            ConversationState::New => self.state_new(),
            ConversationState::Open => self.state_open(),
            ConversationState::WaitingForResident => self.state_waiting_for_resident(),
            ConversationState::WaitingForDepartment => self.state_waiting_for_department(),
            ConversationState::Snoozed => self.state_snoozed(),
            ConversationState::Closed => self.state_closed(),
            ConversationState::Reopened => self.state_reopened(),
        }
    }

    /// What came of a conversation.
    #[must_use]
    pub const fn outcome(self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Answered => self.outcome_answered(),
            Outcome::Referred => self.outcome_referred(),
            Outcome::NoAnswerNeeded => self.outcome_no_answer_needed(),
            Outcome::Spam => self.outcome_spam(),
        }
    }

    /// What a channel is called; one that has no words of its own is "another channel", never a code name.
    #[must_use]
    pub fn channel(self, channel: &str) -> &'static str {
        self.looked_up(channel, "channel").unwrap_or(self.channel_other())
    }

    /// A channel in two letters.
    #[must_use]
    pub fn channel_mark(self, channel: &str) -> &'static str {
        self.looked_up(channel, "channel-mark").unwrap_or("··")
    }

    /// What is the matter with a channel account, by the word for it: the connector's, or ours.
    #[must_use]
    pub fn health(self, channel: &str, word: &str) -> &'static str {
        self.of_either(channel, &format!("health-{word}")).unwrap_or(self.health_unknown())
    }

    /// What to do about it; `None` where there is nothing to do.
    #[must_use]
    pub fn health_do(self, channel: &str, word: &str) -> Option<&'static str> {
        self.of_either(channel, &format!("health-{word}-do"))
    }

    /// What is checked.
    #[must_use]
    pub fn check_name(self, channel: &str, check: &str) -> &'static str {
        self.of_either(channel, &format!("check-{check}")).unwrap_or(self.check_unknown())
    }

    /// How it is checked.
    #[must_use]
    pub fn check_help(self, channel: &str, check: &str) -> Option<&'static str> {
        self.of_either(channel, &format!("check-{check}-help"))
    }

    fn of_either(self, channel: &str, key: &str) -> Option<&'static str> {
        self.looked_up(channel, key).or_else(|| self.looked_up("", key))
    }

    /// What a setting of a channel is called; its own name where there are no words for it.
    #[must_use]
    pub fn setting(self, channel: &str, name: &'static str) -> &'static str {
        self.looked_up(channel, &format!("setting-{name}")).unwrap_or(name)
    }

    /// What a setting is and where to find it.
    #[must_use]
    pub fn setting_help(self, channel: &str, name: &str) -> Option<&'static str> {
        self.looked_up(channel, &format!("setting-{name}-help"))
    }

    /// How bad something is.
    #[must_use]
    pub const fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Good => self.severity_good(),
            Severity::Info => self.severity_info(),
            Severity::Warning => self.severity_warning(),
            Severity::Alarm => self.severity_alarm(),
        }
    }

    /// What something is about.
    #[must_use]
    pub const fn topic(self, topic: HealthTopic) -> &'static str {
        match topic {
            HealthTopic::Sending => self.topic_sending(),
            HealthTopic::Intake => self.topic_intake(),
            HealthTopic::Unread => self.topic_unread(),
            HealthTopic::UnknownSends => self.topic_unknown_sends(),
            HealthTopic::Files => self.topic_files(),
            HealthTopic::Quality => self.topic_quality(),
            HealthTopic::Name => self.topic_name(),
            HealthTopic::Limits => self.topic_limits(),
            HealthTopic::Template => self.topic_template(),
            HealthTopic::TemplateQuality => self.topic_template_quality(),
            HealthTopic::Review => self.topic_review(),
            HealthTopic::Ban => self.topic_ban(),
            HealthTopic::Restriction => self.topic_restriction(),
            HealthTopic::Violation => self.topic_violation(),
            HealthTopic::Security => self.topic_security(),
            HealthTopic::Link => self.topic_link(),
            HealthTopic::Fault => self.topic_fault(),
            HealthTopic::Alert => self.topic_alert(),
            HealthTopic::Other => self.topic_other(),
        }
    }

    /// In what a text is counted.
    #[must_use]
    pub const fn unit(self, unit: TextUnit) -> &'static str {
        match unit {
            TextUnit::Characters | TextUnit::Utf16Units => self.unit_characters(),
            TextUnit::Bytes => self.unit_bytes(),
        }
    }

    /// What kind of message it is.
    #[must_use]
    pub const fn kind(self, kind: MessageKind) -> &'static str {
        match kind {
            MessageKind::Text => self.kind_text(),
            MessageKind::Image => self.kind_image(),
            MessageKind::Video => self.kind_video(),
            MessageKind::Audio => self.kind_audio(),
            MessageKind::Voice => self.kind_voice(),
            MessageKind::Document => self.kind_document(),
            MessageKind::Sticker => self.kind_sticker(),
            MessageKind::Location => self.kind_location(),
            MessageKind::Contacts => self.kind_contacts(),
            MessageKind::Interactive => self.kind_interactive(),
            MessageKind::Button => self.kind_button(),
            MessageKind::Order => self.kind_order(),
            MessageKind::Template => self.kind_template(),
            MessageKind::Unsupported => self.kind_unsupported(),
            MessageKind::Unknown => self.kind_unknown(),
        }
    }

    /// How far a message of ours came.
    #[must_use]
    pub const fn delivery(self, status: DeliveryStatus) -> &'static str {
        match status {
            DeliveryStatus::Queued => self.delivery_queued(),
            DeliveryStatus::InFlight => self.delivery_in_flight(),
            DeliveryStatus::Unknown => self.delivery_unknown(),
            DeliveryStatus::Accepted => self.delivery_accepted(),
            DeliveryStatus::Sent => self.delivery_sent(),
            DeliveryStatus::Cancelled => self.delivery_cancelled(),
            DeliveryStatus::Failed => self.delivery_failed(),
            DeliveryStatus::Delivered => self.delivery_delivered(),
            DeliveryStatus::Read => self.delivery_read(),
            DeliveryStatus::Played => self.delivery_played(),
        }
    }

    /// Where a part stands in the outbox.
    #[must_use]
    pub const fn part(self, state: PartState) -> &'static str {
        match state {
            PartState::Queued => self.part_queued(),
            PartState::Claimed => self.part_claimed(),
            PartState::InFlight => self.part_in_flight(),
            PartState::Accepted => self.part_accepted(),
            PartState::Failed => self.part_failed(),
            PartState::Unknown => self.part_unknown(),
            PartState::Cancelled => self.part_cancelled(),
        }
    }

    /// Where a raw event stands.
    #[must_use]
    pub const fn raw_state(self, state: RawState) -> &'static str {
        match state {
            RawState::Received => self.raw_state_received(),
            RawState::Read => self.raw_state_read(),
            RawState::Quarantined => self.raw_state_quarantined(),
        }
    }

    /// What a language calls itself.
    #[must_use]
    pub const fn language_name(self, language: Language) -> &'static str {
        match language {
            Language::Nl => self.language_nl(),
            Language::En => self.language_en(),
        }
    }

    fn price_category(self, category: Option<&str>) -> &'static str {
        match category {
            Some("service") => self.price_service(),
            Some("utility") => self.price_utility(),
            Some("marketing" | "marketing_lite") => self.price_marketing(),
            Some("authentication" | "authentication_international") => self.price_authentication(),
            _ => self.price_unknown(),
        }
    }

    /// What a message will be charged as, and for how much where the municipality filled in its rates; empty where it
    /// costs nothing.
    #[must_use]
    pub fn charge(self, channel: &str, charge: Option<&Charge>) -> String {
        let Some(charge) = charge else { return String::new() };
        let category = self.price_category(Some(&charge.category));
        match charge.each_micros {
            Some(micros) => self.charge_each(&self.euros(micros), category, channel),
            None => self.charge_unknown(category, channel),
        }
    }

    /// What a message cost, as the platform told it; a category that we do not know is "another message".
    #[must_use]
    pub fn price(self, channel: &str, price: &Price) -> String {
        let category = self.price_category(price.category.as_deref());
        if price.billable {
            self.price_billed(category, channel)
        } else {
            self.price_free(category, channel)
        }
    }

    /// Why something failed or is uncertain, by the outbox's word for it; `None` for the words of a platform.
    #[must_use]
    pub fn failure(self, reason: &str) -> Option<&'static str> {
        Some(match reason {
            "window_closed" => self.failure_window_closed(),
            "unreachable" => self.failure_unreachable(),
            "policy" => self.failure_policy(),
            "limited" => self.failure_limited(),
            "credentials" => self.failure_credentials(),
            "malformed" => self.failure_malformed(),
            "other" => self.failure_other(),
            "lost" => self.failure_lost(),
            "resident_pace" => self.waits_resident_pace(),
            "account_pace" => self.waits_account_pace(),
            _ => return None,
        })
    }
}
