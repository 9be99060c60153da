//! What became of a message of ours, in words, and what a person can decide where nobody knows.

use std::collections::BTreeSet;

use domain::ids::{ConversationId, PartId};
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use usecases::conversations::MessageView;
use usecases::outbox::Part;

use super::Deciding;
use crate::pages::conversations::Listing;
use crate::words::{Words, code_of};

/// A warning that has to be confirmed before a part is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Confirmation {
    /// Which part.
    pub(crate) part: PartId,
    /// What is asked.
    pub(crate) question: String,
}

/// What the visitor may decide, and where that is sent.
pub(super) struct Rights<'a> {
    pub(super) deciding: &'a Deciding,
    pub(super) conversation: ConversationId,
    pub(super) channel: &'a str,
    /// The list beside it, which stays in the address.
    pub(super) listing: Listing,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) fate: Fate,
    /// The parts, where there is more to say than of the whole.
    pub(super) parts: Vec<(String, Fate)>,
}

/// What became of a message or of one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) tone: &'static str,
    pub(super) words: &'static str,
    pub(super) why: Option<&'static str>,
    /// The platform's or the sender's own words.
    pub(super) technical: Option<String>,
    pub(super) choices: Option<Choices>,
    /// What it cost, as the platform told it.
    pub(super) price: Option<String>,
}

/// What a person can decide about a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) action: String,
    pub(super) anchor: String,
    pub(super) ask: &'static str,
    /// Said before it is sent again, when it may arrive twice.
    pub(super) warning: Option<&'static str>,
    /// The question that has to be confirmed first.
    pub(super) confirm: Option<String>,
}

impl Fate {
    /// The picture of how far it came; the words say it, too.
    pub(super) fn icon(&self) -> &'static str {
        match self.tone {
            "good" => "check-check",
            "failed" => "circle-x",
            "unknown" => "circle-question-mark",
            "gone" => "undo-2",
            _ => "clock-3",
        }
    }
}

impl Delivery {
    pub(super) fn of(w: Words, seen: &MessageView, rights: &Rights<'_>) -> Option<Self> {
        let status = seen.message.delivery?;
        let failure = seen.message.failure.as_deref();
        if let [only] = seen.parts.as_slice() {
            return Some(Self { fate: priced(w, seen, only, rights), parts: Vec::new() });
        }
        let count = seen.parts.iter().map(|part| part.ordinal).collect::<BTreeSet<_>>().len();
        let parts = seen
            .parts
            .iter()
            .map(|part| (name(w, part, count), priced(w, seen, part, rights)))
            .collect();
        Some(Self { fate: fate(w, None, status, failure), parts })
    }
}

fn name(w: Words, part: &Part, count: usize) -> String {
    let (number, count) = ((part.ordinal + 1).to_string(), count.to_string());
    if part.resends.is_some() {
        w.part_repeats(&count, &number)
    } else {
        w.part_number(&count, &number)
    }
}

/// What became of a part, with its price.
fn priced(w: Words, seen: &MessageView, part: &Part, rights: &Rights<'_>) -> Fate {
    let price = seen.prices.get(&part.id).map(|price| w.price(rights.channel, price));
    Fate { price, ..fate_of_part(w, part, rights) }
}

pub(super) fn fate_of_part(w: Words, part: &Part, rights: &Rights<'_>) -> Fate {
    let mut fate = fate(w, Some(part.state), part.delivery, part.failure.as_deref());
    if part.state.awaits_decision(part.delivery) && rights.deciding.allowed {
        fate.choices = Some(choices(w, part, rights));
    }
    fate
}

fn choices(w: Words, part: &Part, rights: &Rights<'_>) -> Choices {
    let unknown = part.delivery == DeliveryStatus::Unknown;
    let confirmation = rights.deciding.confirmation.as_ref().filter(|asked| asked.part == part.id);
    Choices {
        action: rights
            .listing
            .address(&format!("/gesprekken/{}/onderdelen/{}/uitkomst", rights.conversation, part.id)),
        anchor: format!("d-{}", part.id),
        ask: if unknown { w.resolve_unknown_text() } else { w.resolve_failed_text() },
        warning: unknown.then(|| w.resolve_warning()),
        confirm: confirmation.map(|asked| asked.question.clone()),
    }
}

fn fate(w: Words, state: Option<PartState>, status: DeliveryStatus, failure: Option<&str>) -> Fate {
    let decided = state.is_none() || state == Some(PartState::Cancelled);
    let words = match failure {
        Some(domain::messages::TAKEN_BACK) => w.part_was_taken_back(),
        Some("resent_by_person") if decided => w.part_was_resent(),
        Some("left_by_person") if decided && status == DeliveryStatus::Failed => w.part_was_left_failed(),
        Some("left_by_person") if decided => w.part_was_left_unknown(),
        _ => outcome(w, state, status),
    };
    let (why, technical) = why(w, status, failure);
    Fate {
        tone: tone(status),
        words,
        why,
        technical,
        choices: None,
        price: None,
    }
}

/// How far something came. What the channel had taken before it failed was sent all the same.
pub(crate) fn outcome(w: Words, state: Option<PartState>, status: DeliveryStatus) -> &'static str {
    match (state, status) {
        (Some(PartState::Accepted), DeliveryStatus::Failed) => w.part_failed_later(),
        _ => w.delivery(status),
    }
}

const fn tone(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Unknown => "unknown",
        DeliveryStatus::Failed => "failed",
        DeliveryStatus::Cancelled => "gone",
        DeliveryStatus::Delivered | DeliveryStatus::Read | DeliveryStatus::Played => "good",
        _ => "plain",
    }
}

/// Why it failed, waits or is unknown: our words, and those of a platform or of the sender where ours say less.
pub(crate) fn why(
    w: Words,
    status: DeliveryStatus,
    failure: Option<&str>,
) -> (Option<&'static str>, Option<String>) {
    let ours = match status {
        DeliveryStatus::Failed => w.failure_other(),
        DeliveryStatus::Unknown => w.failure_uncertain(),
        DeliveryStatus::Queued | DeliveryStatus::InFlight => w.failure_waiting(),
        // It went well in the end; what was difficult before is of no use to an agent.
        _ => return (None, None),
    };
    match failure {
        None if status == DeliveryStatus::Unknown => (Some(ours), None),
        None | Some("resent_by_person" | "left_by_person" | domain::messages::TAKEN_BACK) => (None, None),
        Some(reason) if let Some(words) = code_of(reason).and_then(|code| of_code(w, status, code)) => {
            (Some(words), Some(domain::limits::cut(reason, 500).to_owned()))
        }
        Some(reason) => match w.failure(reason) {
            Some(words) => (Some(words), None),
            None => (Some(ours), Some(domain::limits::cut(reason, 500).to_owned())),
        },
    }
}

/// What a platform's number means where it still waits, and where nothing is tried any more.
fn of_code(w: Words, status: DeliveryStatus, code: i64) -> Option<&'static str> {
    let ended = w.failed_code(code).filter(|_| status == DeliveryStatus::Failed);
    ended.or_else(|| w.failure_code(code))
}

#[cfg(test)]
mod tests {
    use domain::channels::RefusalReason;

    use super::*;
    use crate::words::Language;

    #[test]
    fn every_reason_of_a_refusal_has_its_words() {
        let w = Words::of(Language::Nl);
        for reason in [
            RefusalReason::WindowClosed,
            RefusalReason::Unreachable,
            RefusalReason::Policy,
            RefusalReason::Limited,
            RefusalReason::Credentials,
            RefusalReason::Malformed,
            RefusalReason::Other,
        ] {
            let (words, technical) = why(w, DeliveryStatus::Failed, Some(reason.as_str()));
            assert!(words.is_some() && technical.is_none(), "{reason:?}");
        }
        assert_eq!(why(w, DeliveryStatus::Unknown, Some("lost")), (Some(w.failure_lost()), None));
    }

    #[test]
    fn a_platforms_own_words_stand_behind_ours() {
        let w = Words::of(Language::Nl);
        let (words, technical) =
            why(w, DeliveryStatus::Queued, Some("WhatsApp error 999999: too many messages"));
        assert_eq!(words, Some(w.failure_waiting()));
        assert_eq!(technical.as_deref(), Some("WhatsApp error 999999: too many messages"));
        let (words, _) =
            why(w, DeliveryStatus::Failed, Some("unreachable: 131026 the resident cannot be reached"));
        assert_eq!(words, w.failure_code(131_026));
    }

    /// A queued message goes by itself, a failed one never: neither may be told as the other.
    #[test]
    fn only_what_waits_is_told_to_go_by_itself() {
        let promises = ["vanzelf", "opnieuw", "later", "niets te doen"];
        let w = Words::of(Language::Nl);
        for code in [0, 1, 2, 4, 190, 80_007, 130_429, 131_000, 131_016, 131_042, 131_056, 131_057, 133_004] {
            let told = format!("{code} of the platform");
            let (waits, _) = why(w, DeliveryStatus::Queued, Some(&told));
            let (failed, _) = why(w, DeliveryStatus::Failed, Some(&told));
            let (waits, failed) = (waits.unwrap_or_default(), failed.unwrap_or_default());
            assert!(promises.iter().any(|promise| waits.contains(promise)), "{code}: {waits}");
            assert!(failed.contains("sturen het niet vanzelf"), "{code}: {failed}");
        }
        let later =
            fate(w, Some(PartState::Accepted), DeliveryStatus::Failed, Some("131000 of the platform"));
        assert_eq!((later.words, later.why), (w.part_failed_later(), Some(w.failed_temporary())));
    }

    #[test]
    fn what_waits_for_the_channels_pace_goes_by_itself_and_looks_like_no_failure() {
        let w = Words::of(Language::Nl);
        for pace in domain::channels::PaceOf::ALL {
            let waits = fate(w, Some(PartState::Queued), DeliveryStatus::Queued, Some(pace.as_str()));
            assert!(waits.why.is_some_and(|why| why.contains("vanzelf")), "{pace}");
            assert_eq!((waits.tone, waits.technical), ("plain", None), "{pace}");
        }
    }

    #[test]
    fn what_a_colleague_left_or_repeated_is_told_as_such() {
        let w = Words::of(Language::Nl);
        let left = fate(w, Some(PartState::Cancelled), DeliveryStatus::Unknown, Some("left_by_person"));
        assert_eq!((left.words, left.why), (w.part_was_left_unknown(), None));
        let resent = fate(w, Some(PartState::Cancelled), DeliveryStatus::Failed, Some("resent_by_person"));
        assert_eq!((resent.words, resent.why), (w.part_was_resent(), None));
    }
}
