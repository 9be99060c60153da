//! The state machine of a conversation:
//! `new → open ⇄ waiting_for_resident / waiting_for_department / snoozed → closed(outcome) → reopened`.

use serde::{Deserialize, Serialize};

use crate::messages::named;

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// Nobody looked after it yet.
    New,
    /// Somebody works on it, or it asks for work.
    Open,
    /// We answered; the resident is next.
    WaitingForResident,
    /// A department was asked.
    WaitingForDepartment,
    /// Put off until a moment.
    Snoozed,
    /// Done, with an outcome.
    Closed,
    /// Was closed; the resident came back, or a colleague did.
    Reopened,
}

/// What came of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The question was answered.
    Answered,
    /// The resident was pointed elsewhere, with the way there.
    Referred,
    /// No answer is needed (thanks, a remark).
    NoAnswerNeeded,
    /// Advertising, or nothing that concerns the municipality.
    Spam,
}

/// What can happen to a conversation's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// The resident wrote.
    ResidentWrote,
    /// We answered.
    Replied,
    /// Somebody took it.
    Claimed,
    /// A department was asked.
    AskedDepartment,
    /// The department answered.
    DepartmentAnswered,
    /// Put off.
    Snooze,
    /// The moment came, or a person woke it.
    Wake,
    /// Closed with an outcome.
    Close(Outcome),
    /// Opened again by a person.
    Reopen,
}

/// This cannot happen to a conversation in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a conversation that is {from} cannot undergo {transition:?}")]
pub struct IllegalTransition {
    /// The state it is in.
    pub from: ConversationState,
    /// What was tried.
    pub transition: Transition,
}

impl ConversationState {
    /// The state after `transition`.
    ///
    /// # Errors
    /// [`IllegalTransition`] when it makes no sense in this state, such as answering a closed conversation.
    pub fn after(self, transition: Transition) -> Result<Self, IllegalTransition> {
        use ConversationState::{
            Closed, New, Open, Reopened, Snoozed, WaitingForDepartment, WaitingForResident,
        };
        let next = match (self, transition) {
            (Closed, Transition::ResidentWrote | Transition::Reopen) => Reopened,
            (New, Transition::ResidentWrote) => New,
            (Reopened, Transition::ResidentWrote) => Reopened,
            // The department is still at work on it; the new message shows as unread, the state stays true.
            (WaitingForDepartment, Transition::ResidentWrote) => WaitingForDepartment,
            (Open | WaitingForResident | Snoozed, Transition::ResidentWrote) => Open,
            (New | Open | Reopened | WaitingForResident | Snoozed, Transition::Replied) => WaitingForResident,
            // A holding reply does not end the wait for the department.
            (WaitingForDepartment, Transition::Replied) => WaitingForDepartment,
            (New, Transition::Claimed) => Open,
            (Open | Reopened | WaitingForResident | WaitingForDepartment | Snoozed, Transition::Claimed) => {
                self
            }
            (
                New | Open | Reopened | WaitingForResident | Snoozed | WaitingForDepartment,
                Transition::AskedDepartment,
            ) => WaitingForDepartment,
            (WaitingForDepartment, Transition::DepartmentAnswered) => Open,
            (New | Open | Reopened | WaitingForResident, Transition::Snooze) => Snoozed,
            (Snoozed, Transition::Wake) => Open,
            (
                New | Open | Reopened | WaitingForResident | WaitingForDepartment | Snoozed,
                Transition::Close(_),
            ) => Closed,
            _ => return Err(IllegalTransition { from: self, transition }),
        };
        Ok(next)
    }

    /// Whether it is still somebody's work.
    #[must_use]
    pub fn is_active(self) -> bool {
        self != Self::Closed
    }
}

named!(ConversationState {
    New = "new",
    Open = "open",
    WaitingForResident = "waiting_for_resident",
    WaitingForDepartment = "waiting_for_department",
    Snoozed = "snoozed",
    Closed = "closed",
    Reopened = "reopened",
});

named!(Outcome { Answered = "answered", Referred = "referred", NoAnswerNeeded = "no_answer_needed", Spam = "spam" });
