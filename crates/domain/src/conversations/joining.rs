//! Two conversations become one when their authors prove to be one.

use jiff::Timestamp;

use super::conversation::Conversation;
use super::state::{ConversationState, Transition};
use crate::limits::REOPEN_WITHIN_SECONDS;
use crate::time::seconds_between;

/// When a colleague last wrote in each of two conversations, to the resident or a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LastWorked {
    /// In the one that stays.
    pub kept_at: Option<Timestamp>,
    /// In the one that is taken in.
    pub gone_at: Option<Timestamp>,
}

impl Conversation {
    /// Whether a message of the resident at `first_in_at` would have opened this closed conversation again.
    #[must_use]
    pub fn reopens_for(&self, first_in_at: Timestamp) -> bool {
        let waited = self.closed_at.map(|closed_at| seconds_between(closed_at, first_in_at));
        self.state == ConversationState::Closed
            && waited.is_some_and(|seconds| seconds <= REOPEN_WITHIN_SECONDS)
    }

    /// Takes in `gone`, an open conversation with the same author. A closed one is opened again by it.
    ///
    /// Owner, team and state are those of the one in which a colleague last wrote. What the other knows and this one
    /// does not, stays: an owner, a department that was asked. The resident waits since the earlier moment. What came in
    /// there comes in behind what came in here.
    pub fn join(&mut self, gone: &Self, worked: LastWorked) {
        if self.state == ConversationState::Closed {
            self.state = ConversationState::Reopened;
            self.outcome = None;
            self.closed_at = None;
        }
        let gone_leads = match (worked.gone_at, worked.kept_at) {
            (None, None) => self.assignee.is_none() && gone.assignee.is_some(),
            (gone_at, kept_at) => gone_at > kept_at,
        };
        let (lead, other) = if gone_leads { (gone, &*self) } else { (&*self, gone) };
        let (team, assignee) = (lead.team.clone(), owner(lead, other));
        self.state = joined_state(lead.state, other.state);
        (self.team, self.assignee) = (team, assignee);
        self.last_inbound_at = self.last_inbound_at.max(gone.last_inbound_at);
        self.last_activity_at = self.last_activity_at.max(gone.last_activity_at);
        self.arrivals += gone.arrivals;
        let since = [self.waiting_since_at, gone.waiting_since_at];
        self.waits_since(since.into_iter().flatten().min());
    }

    /// The resident waits since this moment, as the messages of both show; `None` when an answer given elsewhere came
    /// after all of them.
    pub fn waits_since(&mut self, since: Option<Timestamp>) {
        let answered = self.waiting_since_at.is_some() && since.is_none();
        let transition = match (since, self.state) {
            (Some(_), ConversationState::WaitingForResident) => Some(Transition::ResidentWrote),
            (None, ConversationState::New | ConversationState::Open | ConversationState::Reopened)
                if answered =>
            {
                Some(Transition::Replied)
            }
            _ => None,
        };
        if let Some(state) = transition.and_then(|transition| self.state.after(transition).ok()) {
            self.state = state;
        }
        self.waiting_since_at = since;
    }
}

/// The owner of the one that leads; another team's colleague cannot own it.
fn owner(lead: &Conversation, other: &Conversation) -> Option<crate::ids::UserId> {
    lead.assignee.or(other.assignee.filter(|_| other.team == lead.team))
}

fn joined_state(lead: ConversationState, other: ConversationState) -> ConversationState {
    use ConversationState::{New, Reopened, WaitingForDepartment};
    match (lead, other) {
        (WaitingForDepartment, _) | (_, WaitingForDepartment) => WaitingForDepartment,
        (New, other) => other,
        (Reopened, New) => Reopened,
        (Reopened, other) => other,
        (lead, _) => lead,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::conversations::{Counterpart, Outcome};
    use crate::ids::{AuthorId, ConversationId, UserId};

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).expect("a moment")
    }

    /// A conversation that waits since this hour.
    fn conversation(number: u128, waits_since: i64) -> Conversation {
        Conversation {
            municipality: "zwanendam".parse().expect("a short name"),
            id: ConversationId(Uuid::from_u128(number)),
            channel_account: "wa-main".parse().expect("a short name"),
            counterpart: Counterpart::Author(AuthorId(Uuid::from_u128(number))),
            state: ConversationState::New,
            outcome: None,
            team: "webcare".parse().expect("a short name"),
            assignee: None,
            waiting_since_at: Some(at(waits_since)),
            last_inbound_at: Some(at(waits_since)),
            last_activity_at: at(waits_since),
            arrivals: 1,
            closed_at: None,
            previous: None,
            version: 1,
        }
    }

    fn user(number: u128) -> Option<UserId> {
        Some(UserId(Uuid::from_u128(number)))
    }

    #[test]
    fn the_resident_waits_since_the_earlier_of_both_moments() {
        let (mut kept, gone) = (conversation(1, 5), conversation(2, 3));
        kept.join(&gone, LastWorked::default());
        assert_eq!((kept.waiting_since_at, kept.last_inbound_at), (Some(at(3)), Some(at(5))));
        assert_eq!(kept.state, ConversationState::New);
    }

    #[test]
    fn who_wrote_last_keeps_it_and_the_unanswered_message_opens_it() {
        let (mut kept, mut gone) = (conversation(1, 5), conversation(2, 3));
        (kept.assignee, gone.assignee) = (user(1), user(2));
        kept.state = ConversationState::Open;
        gone.reply(at(6)).expect("open");
        kept.join(&gone, LastWorked { kept_at: Some(at(4)), gone_at: Some(at(6)) });
        assert_eq!((kept.assignee, kept.state), (user(2), ConversationState::Open));
        assert_eq!(kept.waiting_since_at, Some(at(5)));
    }

    #[test]
    fn an_owner_is_not_lost_to_a_conversation_without_one_unless_their_team_loses_it() {
        let (kept, mut gone) = (conversation(1, 5), conversation(2, 3));
        gone.assignee = user(2);
        let worked_here = LastWorked { kept_at: Some(at(6)), gone_at: None };
        for (worked, team, expected) in [
            (LastWorked::default(), "webcare", user(2)),
            (worked_here, "webcare", user(2)),
            (worked_here, "elsewhere", None),
        ] {
            let mut kept = kept.clone();
            gone.team = team.parse().expect("a short name");
            kept.join(&gone, worked);
            assert_eq!(kept.assignee, expected, "{worked:?} {team}");
        }
    }

    #[test]
    fn a_closed_conversation_is_opened_again_as_if_the_message_had_come_to_it() {
        let mut kept = conversation(1, 1);
        kept.close(Outcome::Answered, at(2)).expect("open");
        assert!(kept.reopens_for(at(2 + 72)));
        assert!(!kept.reopens_for(at(2 + 73)));
        assert!(!conversation(3, 1).reopens_for(at(1)), "it is open already");
        kept.join(&conversation(2, 5), LastWorked::default());
        assert_eq!((kept.state, kept.outcome, kept.closed_at), (ConversationState::Reopened, None, None));
        assert_eq!(kept.waiting_since_at, Some(at(5)));
    }

    #[test]
    fn an_answer_elsewhere_after_both_leaves_nobody_waiting() {
        let (mut kept, gone) = (conversation(1, 5), conversation(2, 3));
        kept.join(&gone, LastWorked::default());
        kept.waits_since(None);
        assert_eq!((kept.state, kept.waiting_since_at), (ConversationState::WaitingForResident, None));
    }
}
