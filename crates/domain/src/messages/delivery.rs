//! What became of an outbound message: a maximum, not a sequence (RELIABILITY 2.5, P8).

use serde::{Deserialize, Serialize};

use super::kind::named;

/// How far an outbound message came. The order is the order of the variants; the highest known one wins, in whatever
/// order the platform tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Waits in the outbox.
    Queued,
    /// Its request is on its way; from here on a crash cannot tell whether it was sent.
    InFlight,
    /// Perhaps sent: never repeated by the machine. Resolved by evidence or by a person.
    Unknown,
    /// The platform took it and gave it an id.
    Accepted,
    /// The platform sent it on.
    Sent,
    /// Taken back before it was sent.
    Cancelled,
    /// It will not arrive, unless a delivery is known before or after.
    Failed,
    /// It is on the resident's device.
    Delivered,
    /// The resident opened it.
    Read,
    /// The resident played it (voice, video).
    Played,
}

impl DeliveryStatus {
    /// The status after hearing `other` as well: the higher of the two.
    ///
    /// `failed` stands above `sent` and below `delivered`: it ends a message unless a delivery is known.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether nothing is to be expected from our side any more: the outbox is done with it.
    #[must_use]
    pub fn left_the_outbox(self) -> bool {
        !matches!(self, Self::Queued | Self::InFlight)
    }

    /// The status of a message from its parts': the least of them, except that a failed or unknown part shows.
    ///
    /// An empty list is `Queued`: nothing has left.
    #[must_use]
    pub fn of_parts(parts: &[Self]) -> Self {
        for alarming in [Self::Unknown, Self::Failed] {
            if parts.contains(&alarming) {
                return alarming;
            }
        }
        parts.iter().copied().min().unwrap_or(Self::Queued)
    }
}

/// What stands as the failure of a part that a person took back before it left.
pub const TAKEN_BACK: &str = "taken_back";
/// What stands as the failure of a part that a person left as it is.
pub const LEFT_BY_PERSON: &str = "left_by_person";

/// Whether a message of ours that came this far counts as an answer to the resident. One that failed does not, and one of
/// which nobody knows whether it arrived only when a person has said that it is well.
#[must_use]
pub fn is_an_answer(status: DeliveryStatus, failure: Option<&str>) -> bool {
    match status {
        DeliveryStatus::Failed | DeliveryStatus::Cancelled => false,
        DeliveryStatus::Unknown => failure == Some(LEFT_BY_PERSON),
        _ => true,
    }
}

named!(DeliveryStatus {
    Queued = "queued",
    InFlight = "in_flight",
    Unknown = "unknown",
    Accepted = "accepted",
    Sent = "sent",
    Cancelled = "cancelled",
    Failed = "failed",
    Delivered = "delivered",
    Read = "read",
    Played = "played",
});

#[cfg(test)]
mod tests {
    use super::DeliveryStatus::{self, Accepted, Delivered, Failed, Queued, Read, Sent, Unknown};

    #[test]
    fn the_platforms_order_of_telling_does_not_matter() {
        let told = [Sent, Delivered, Read, Accepted];
        let mut rotated = told;
        for _ in 0..told.len() {
            rotated.rotate_left(1);
            assert_eq!(rotated.into_iter().fold(Queued, DeliveryStatus::join), Read);
        }
    }

    #[test]
    fn failed_ends_a_message_unless_delivered_is_known() {
        assert_eq!(Sent.join(Failed), Failed);
        assert_eq!(Failed.join(Sent), Failed);
        assert_eq!(Failed.join(Delivered), Delivered);
        assert_eq!(Delivered.join(Failed), Delivered);
    }

    #[test]
    fn an_unknown_send_is_resolved_by_any_evidence() {
        assert_eq!(Unknown.join(Accepted), Accepted);
        assert_eq!(Unknown.join(Failed), Failed);
    }

    #[test]
    fn a_message_is_as_far_as_its_slowest_part_and_trouble_shows() {
        assert_eq!(DeliveryStatus::of_parts(&[Read, Sent]), Sent);
        assert_eq!(DeliveryStatus::of_parts(&[Read, Unknown]), Unknown);
        assert_eq!(DeliveryStatus::of_parts(&[Delivered, Failed, Queued]), Failed);
        assert_eq!(DeliveryStatus::of_parts(&[]), Queued);
    }
}
