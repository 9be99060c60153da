//! What happened, as a sentence. It names colleagues and teams, and never a resident; of a conversation only the end of its
//! number, enough to see that two lines are about the same one.

use std::collections::BTreeMap;

use domain::happenings::Happened;
use domain::ids::{ConversationId, TeamId, UserId};

use crate::words::Words;

/// Who and what a sentence can name.
pub(super) struct Names<'n> {
    pub(super) w: Words,
    pub(super) people: &'n [(UserId, String)],
    pub(super) teams: &'n BTreeMap<TeamId, String>,
}

impl Names<'_> {
    /// A colleague's name, also of one who left.
    pub(super) fn person(&self, id: UserId) -> String {
        let found = self.people.iter().find(|(known, _)| *known == id);
        found.map_or_else(|| self.w.audit_gone().to_owned(), |(_, name)| name.clone())
    }

    fn team(&self, id: &TeamId) -> String {
        self.teams.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// What happened.
pub(super) fn sentence(names: &Names<'_>, happened: &Happened) -> String {
    of_a_conversation(names, happened)
        .or_else(|| of_a_person(names, happened))
        .unwrap_or_else(|| of_the_rest(names.w, happened))
}

fn short(id: ConversationId) -> String {
    let text = id.to_string();
    text.get(text.len() - 8..).unwrap_or_default().to_owned()
}

fn of_a_conversation(names: &Names<'_>, happened: &Happened) -> Option<String> {
    let w = names.w;
    let about = short(happened.conversation()?);
    Some(match happened {
        Happened::ConversationStarted { .. } => w.audit_conversation_started(&about),
        Happened::ConversationReopened { .. } => w.audit_conversation_reopened(&about),
        Happened::MessageReceived { .. } => w.audit_message_received(&about),
        Happened::EchoReceived { .. } => w.audit_echo_received(&about),
        Happened::MessageChanged { .. } => w.audit_message_changed(&about),
        Happened::ReplyQueued { .. } => w.audit_reply_queued(&about),
        Happened::ReplyTakenBack { .. } => w.audit_reply_taken_back(&about),
        Happened::NoteWritten { .. } => w.audit_note_written(&about),
        Happened::DeliveryChanged { status, .. } => w.audit_delivery_changed(&about, w.delivery(*status)),
        Happened::AttachmentChanged { .. } => w.audit_attachment_changed(&about),
        Happened::UnknownResolved { resent: true, .. } => w.audit_unknown_resent(&about),
        Happened::UnknownResolved { .. } => w.audit_unknown_left(&about),
        Happened::Assigned { assignee: Some(user), .. } => w.audit_assigned(&about, &names.person(*user)),
        Happened::Assigned { .. } => w.audit_unassigned(&about),
        Happened::ConversationsJoined { .. } => w.audit_conversations_joined(&about),
        Happened::IdentityChanged { .. } => w.audit_identity_changed(&about),
        Happened::ConversationClosed { outcome, .. } => {
            w.audit_conversation_closed(&about, w.outcome(*outcome))
        }
        _ => return None,
    })
}

fn of_a_person(names: &Names<'_>, happened: &Happened) -> Option<String> {
    let w = names.w;
    let name = |user: &UserId| names.person(*user);
    Some(match happened {
        Happened::LoggedIn { user } => w.audit_logged_in(&name(user)),
        Happened::LoggedOut { user, everywhere: true } => w.audit_logged_out_everywhere(&name(user)),
        Happened::LoggedOut { user, .. } => w.audit_logged_out(&name(user)),
        Happened::OtherSessionsEnded { user } => w.audit_others_ended(&name(user)),
        Happened::TokenCreated { user, .. } => w.audit_token_created(&name(user)),
        Happened::UserChanged { user, role } => w.audit_user_changed(&name(user), w.role(*role)),
        Happened::UserDisabled { user } => w.audit_user_disabled(&name(user)),
        Happened::UserEnabled { user } => w.audit_user_enabled(&name(user)),
        Happened::LinkMade { user } => w.audit_link_made(&name(user)),
        Happened::PasswordChosen { user } => w.audit_password_chosen(&name(user)),
        Happened::SecondFactorSet { user } => w.audit_second_set(&name(user)),
        Happened::SecondFactorRemoved { user } => w.audit_second_removed(&name(user)),
        Happened::RecoveryCodesMade { user } => w.audit_codes_made(&name(user)),
        Happened::RecoveryCodeUsed { user } => w.audit_code_used(&name(user)),
        Happened::TeamChanged { team } => w.audit_team_changed(&names.team(team)),
        Happened::TeamListChanged { team } => w.audit_team_list(&names.team(team)),
        _ => return None,
    })
}

fn of_the_rest(w: Words, happened: &Happened) -> String {
    match happened {
        Happened::AuthorsJoined { .. } => w.audit_authors_joined().to_owned(),
        Happened::ItemQuarantined { .. } => w.audit_item_quarantined().to_owned(),
        Happened::ReplayAsked { .. } => w.audit_replay_asked().to_owned(),
        Happened::TokenRevoked { .. } => w.audit_token_revoked().to_owned(),
        Happened::ConfigurationChanged { what, id } if what == "channel_account_removed" => {
            w.audit_account_removed(id)
        }
        Happened::ConfigurationChanged { what, id } if what == "canned_text" => w.audit_text_saved(id),
        Happened::ConfigurationChanged { what, id } if what == "canned_text_removed" => {
            w.audit_text_removed(id)
        }
        Happened::ConfigurationChanged { what, id } if what.starts_with("channel_account") => {
            w.audit_account_saved(id)
        }
        Happened::ConfigurationChanged { what, .. } if what == "look" => w.audit_look().to_owned(),
        Happened::AccountChecked { channel_account } => w.audit_account_checked(&channel_account.to_string()),
        Happened::AlarmSeen { channel_account, .. } => w.audit_alarm_seen(&channel_account.to_string()),
        Happened::Exported => w.audit_exported().to_owned(),
        _ => w.audit_configuration().to_owned(),
    }
}
