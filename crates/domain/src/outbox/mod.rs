//! The outbox: one row per part, and the state machine that makes "at most once, and never silently lost" true.
//!
//! `queued → claimed (lease, fence) → in_flight → accepted | failed | unknown` (RELIABILITY 2.6). A dead lease in
//! `claimed` goes back to `queued`; a dead lease in `in_flight` goes to `unknown`, never to `queued`.
//! From `in_flight` back to `queued` leads only the platform's own word that it was not sent, a failure before the
//! connection stood, or a next step.

use crate::channels::StepKind;
use crate::messages::{DeliveryStatus, named};

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartState {
    /// Waits for its turn.
    Queued,
    /// A worker took it; nothing has left.
    Claimed,
    /// On disk before the first byte leaves; from here on a crash makes it unknown.
    InFlight,
    /// The platform took it.
    Accepted,
    /// Certainly not sent, and not tried again.
    Failed,
    /// Perhaps sent.
    Unknown,
    /// Taken back by a person.
    Cancelled,
}

named!(PartState {
    Queued = "queued",
    Claimed = "claimed",
    InFlight = "in_flight",
    Accepted = "accepted",
    Failed = "failed",
    Unknown = "unknown",
    Cancelled = "cancelled",
});

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// It carries a message of ours, or a piece of one.
    Message,
    /// It is our reaction to a message of the resident. It has a state of its own, and the message's is not touched.
    Reaction,
    /// It tells the resident that a message was seen. Whatever goes wrong, it is dropped without a word.
    Seen,
}

named!(Purpose { Message = "message", Reaction = "reaction", Seen = "seen" });

impl PartState {
    /// Where a part goes when the worker that had it is gone, at a step of this kind.
    ///
    /// The one rule that must never be wrong: what may have been sent is never queued again by the machine. A safe
    /// step may be repeated, since nobody outside sees it.
    #[must_use]
    pub fn after_lost_lease(self, step: StepKind) -> Self {
        match (self, step) {
            (Self::Claimed, _) | (Self::InFlight, StepKind::Safe) => Self::Queued,
            (Self::InFlight, StepKind::Effect) => Self::Unknown,
            (other, _) => other,
        }
    }

    /// Whether a person can decide about a part that stands here and came this far: nobody knows whether it arrived, or it
    /// did not arrive and nobody said what is to become of it. The platform may have taken it first, and failed later.
    #[must_use]
    pub fn awaits_decision(self, delivery: DeliveryStatus) -> bool {
        self != Self::Cancelled && matches!(delivery, DeliveryStatus::Unknown | DeliveryStatus::Failed)
    }

    /// The least that is known of the delivery from the part's state alone.
    #[must_use]
    pub const fn delivery(self) -> DeliveryStatus {
        match self {
            Self::Queued | Self::Claimed => DeliveryStatus::Queued,
            Self::InFlight => DeliveryStatus::InFlight,
            Self::Accepted => DeliveryStatus::Accepted,
            Self::Failed => DeliveryStatus::Failed,
            Self::Unknown => DeliveryStatus::Unknown,
            Self::Cancelled => DeliveryStatus::Cancelled,
        }
    }
}

/// What a person decides about a part whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It arrived, or it does not matter: leave it.
    Leave,
    /// Send it again, knowing that it may arrive twice.
    Resend,
}

named!(Resolution { Leave = "leave", Resend = "resend" });

/// Seconds to wait before attempt `attempt + 1`: exponential, with full jitter, between 1 and 300.
///
/// `attempt`: how often it was tried, at least 1. `random`: between 0 and 1, both included.
#[must_use]
pub fn backoff_seconds(attempt: u32, random: f64) -> u64 {
    let ceiling = 2_u64.saturating_pow(attempt.min(9)).min(300);
    let share = random.clamp(0.0, 1.0);
    #[expect(clippy::cast_precision_loss, reason = "the ceiling is at most 300")]
    let seconds = (ceiling as f64 * share).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 300")]
    let seconds = seconds as u64;
    seconds.max(1)
}

/// The longest that a platform can make us wait, in seconds (C3).
pub const RETRY_AFTER_MAX_SECONDS: u64 = 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_sent_is_never_queued_again_by_the_machine() {
        assert_eq!(PartState::InFlight.after_lost_lease(StepKind::Effect), PartState::Unknown);
        assert_eq!(PartState::InFlight.after_lost_lease(StepKind::Safe), PartState::Queued);
        assert_eq!(PartState::Claimed.after_lost_lease(StepKind::Effect), PartState::Queued);
        for &done in &[PartState::Accepted, PartState::Failed, PartState::Unknown, PartState::Cancelled] {
            assert_eq!(done.after_lost_lease(StepKind::Effect), done);
        }
    }

    #[test]
    fn a_person_decides_about_what_is_unknown_or_failed_and_about_nothing_that_arrived() {
        use DeliveryStatus::{Accepted, Delivered, Failed, Queued, Unknown};
        for (state, delivery, expected) in [
            (PartState::Unknown, Unknown, true),
            (PartState::Failed, Failed, true),
            (PartState::Accepted, Failed, true),
            (PartState::Accepted, Delivered, false),
            (PartState::Failed, Delivered, false),
            (PartState::Accepted, Accepted, false),
            (PartState::Queued, Queued, false),
            (PartState::Cancelled, Failed, false),
            (PartState::Cancelled, Unknown, false),
        ] {
            assert_eq!(state.awaits_decision(delivery), expected, "{state} {delivery}");
        }
    }

    #[test]
    fn waiting_grows_with_the_attempts_and_stays_between_a_second_and_five_minutes() {
        assert_eq!(backoff_seconds(1, 0.0), 1);
        assert_eq!(backoff_seconds(1, 1.0), 2);
        assert_eq!(backoff_seconds(4, 1.0), 16);
        assert_eq!(backoff_seconds(40, 1.0), 300);
        assert_eq!(backoff_seconds(40, f64::NAN), 1);
    }
}
