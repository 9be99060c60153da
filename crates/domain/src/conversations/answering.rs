//! The rules of answering, as tables: the window, what needs a template, and what a failed answer does to the wait.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Along, Conversation, ConversationState, Counterpart, Outcome, ReplyRefused, Said, WindowOfReply,
};
use crate::channels::{Capabilities, Evidence, Idempotency, TextUnit};
use crate::ids::{AuthorId, ConversationId};

const DAY: i64 = 24 * 3600;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_000_000 + second).expect("a moment")
}

fn channel(reply_window_seconds: Option<i64>) -> Capabilities {
    Capabilities {
        sends: &[],
        text_max: 10,
        text_unit: TextUnit::Characters,
        private: true,
        public: false,
        reply_to: false,
        reply_window_seconds,
        idempotency: Idempotency::None,
        evidence: Evidence::None,
        billed: false,
    }
}

fn conversation(state: ConversationState, last_inbound: Option<i64>) -> Conversation {
    Conversation {
        municipality: "zwanendam".parse().expect("a short name"),
        id: ConversationId(Uuid::from_u128(1)),
        channel_account: "wa-main".parse().expect("a short name"),
        counterpart: Counterpart::Author(AuthorId(Uuid::from_u128(1))),
        state,
        outcome: (state == ConversationState::Closed).then_some(Outcome::Answered),
        team: "webcare".parse().expect("a short name"),
        assignee: None,
        waiting_since_at: None,
        last_inbound_at: last_inbound.map(at),
        last_activity_at: at(0),
        arrivals: 0,
        closed_at: None,
        previous: None,
        version: 1,
    }
}

#[test]
fn the_window_is_open_until_a_day_after_the_residents_last_message() {
    use WindowOfReply::{Closed, OpenUntil, Unlimited};
    for (window, last_inbound, now, expected) in [
        (None, Some(0), 900 * DAY, Unlimited),
        (None, None, 0, Unlimited),
        (Some(DAY), Some(0), 0, OpenUntil(at(DAY))),
        (Some(DAY), Some(0), DAY - 1, OpenUntil(at(DAY))),
        (Some(DAY), Some(0), DAY, Closed(Some(at(DAY)))),
        (Some(DAY), Some(0), DAY + 1, Closed(Some(at(DAY)))),
        (Some(DAY), None, 0, Closed(None)),
    ] {
        let found =
            conversation(ConversationState::Open, last_inbound).reply_window(&channel(window), at(now));
        assert_eq!(found, expected, "window {window:?}, last {last_inbound:?}, now {now}");
    }
}

#[test]
fn outside_the_window_only_a_template_goes() {
    use ConversationState::{Closed, Open};
    let since = Some(at(DAY));
    let says = |text, along| Said { text, along, in_pieces: false };
    for (state, said, now, expected) in [
        (Open, says("Dag", Along::Nothing), DAY - 1, Ok(())),
        (Open, says("Dag", Along::Nothing), DAY, Err(ReplyRefused::WindowClosed { since })),
        (Open, says("", Along::Something), DAY, Err(ReplyRefused::WindowClosed { since })),
        (Open, says("", Along::Template), DAY, Ok(())),
        (Open, says("", Along::Template), 0, Ok(())),
        (Closed, says("", Along::Template), 0, Err(ReplyRefused::Closed)),
        (Closed, says("Dag", Along::Nothing), 0, Err(ReplyRefused::Closed)),
        (Open, says(" \n", Along::Nothing), 0, Err(ReplyRefused::Empty)),
        (Open, says("a\0b", Along::Nothing), 0, Err(ReplyRefused::Unsendable)),
        (
            Open,
            says("elf tekens!", Along::Nothing),
            0,
            Err(ReplyRefused::TooLong { length: 11, max: 10, unit: "characters" }),
        ),
        (Open, Said { in_pieces: true, ..says("elf tekens!", Along::Nothing) }, 0, Ok(())),
    ] {
        let found = conversation(state, Some(0)).check_reply(&said, &channel(Some(DAY)), at(now));
        assert_eq!(found, expected, "{state}, {said:?}, {now}");
    }
}

#[test]
fn a_failed_answer_gives_the_wait_back_and_one_that_came_through_ends_it() {
    use ConversationState::{Closed, New, Open, Reopened, Snoozed, WaitingForDepartment, WaitingForResident};
    for (state, waited, unanswered, expected) in [
        (WaitingForResident, None, Some(3), (Open, Some(3))),
        (Snoozed, None, Some(3), (Open, Some(3))),
        (WaitingForDepartment, None, Some(3), (WaitingForDepartment, Some(3))),
        (Open, Some(5), Some(3), (Open, Some(3))),
        (Reopened, None, Some(3), (Reopened, Some(3))),
        // Nobody waits for an answer to what was answered before.
        (WaitingForResident, None, None, (WaitingForResident, None)),
        // It came through after all.
        (Open, Some(3), None, (WaitingForResident, None)),
        (Open, Some(3), Some(5), (Open, Some(5))),
        (New, Some(3), None, (WaitingForResident, None)),
        (WaitingForDepartment, Some(3), None, (WaitingForDepartment, None)),
        // A person has closed it.
        (Closed, None, Some(3), (Closed, None)),
    ] {
        let mut one = conversation(state, Some(0));
        one.waiting_since_at = waited.map(at);
        one.answer_changed(unanswered.map(at));
        assert_eq!((one.state, one.waiting_since_at), (expected.0, expected.1.map(at)), "{state} {waited:?}");
    }
}
