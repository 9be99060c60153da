//! Any course that a conversation can take: at most one is open, the wait is counted right, and no change goes unseen.

use domain::conversations::ConversationState;
use jiff::Timestamp;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use simulation::both_databases;
use simulation::world::{Talk, TestEngine, World};
use usecases::conversations::{ConversationFilter, list_conversations};

#[derive(Debug, Clone)]
enum Act {
    ResidentWrites,
    AgentReplies,
    AgentTakes,
    AgentGivesBack,
    AgentNotes,
    AgentCloses,
    AgentReopens,
    HoursPass(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::ResidentWrites),
        3 => Just(Act::AgentReplies),
        1 => Just(Act::AgentTakes),
        1 => Just(Act::AgentGivesBack),
        1 => Just(Act::AgentNotes),
        2 => Just(Act::AgentCloses),
        1 => Just(Act::AgentReopens),
        2 => (any::<u8>()).prop_map(|hours| Act::HoursPass(i64::from(hours % 90))),
    ];
    proptest::collection::vec(act, 1..25)
}

/// What must be so, worked out apart from the code.
#[derive(Debug, Default)]
struct Expected {
    open: bool,
    waiting_since: Option<Timestamp>,
    last_inbound: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    conversations: usize,
}

impl Expected {
    fn resident_writes(&mut self, now: Timestamp) {
        let too_late = self
            .closed_at
            .is_some_and(|at| (now - at).total(jiff::Unit::Second).is_ok_and(|s| s > 259_200.0));
        if !self.open && (self.conversations == 0 || too_late) {
            self.conversations += 1;
            self.waiting_since = None;
        }
        self.open = true;
        self.closed_at = None;
        self.waiting_since = self.waiting_since.or(Some(now));
        self.last_inbound = Some(now);
    }

    fn may_reply(&self, now: Timestamp) -> bool {
        let within =
            |at: Timestamp| (now - at).total(jiff::Unit::Second).is_ok_and(|seconds| seconds < 86_400.0);
        self.open && self.last_inbound.is_some_and(within)
    }
}

async fn plays(world: &World, name: &str, acts: &[Act]) {
    let noor = world.agent("Noor").await;
    let mut expected = Expected::default();
    let mut talk: Option<Talk> = None;
    let mut version = 0;
    for (place, act) in acts.iter().enumerate() {
        world.seconds_later(1);
        let now = world.now();
        let what = format!("act {place} of {acts:?}");
        match (act, &talk) {
            (Act::HoursPass(hours), _) => {
                world.hours_later(*hours);
            }
            (Act::ResidentWrites, _) => {
                let next = world.resident(name).writes(&format!("Bericht {place}")).await;
                if talk.as_ref().is_some_and(|talk| talk.conversation != next.conversation) {
                    version = 0;
                }
                talk = Some(next);
                expected.resident_writes(now);
            }
            (_, None) => (),
            (Act::AgentReplies, Some(talk)) => {
                let replied = noor.tries_to_reply(talk, "Antwoord").await.is_ok();
                assert_eq!(replied, expected.may_reply(now), "{what}");
                if replied {
                    expected.waiting_since = None;
                }
            }
            (Act::AgentTakes, Some(talk)) => {
                assert_eq!(
                    noor.tries_to_assign(talk, Some(noor.id())).await.is_ok(),
                    expected.open || owns(&noor, talk).await,
                    "{what}"
                );
            }
            (Act::AgentGivesBack, Some(talk)) => {
                let _ = noor.tries_to_assign(talk, None).await;
            }
            (Act::AgentNotes, Some(talk)) => {
                noor.notes(talk, "Notitie").await;
            }
            (Act::AgentCloses, Some(talk)) => {
                assert_eq!(noor.tries_to_close(talk).await.is_ok(), expected.open, "{what}");
                if expected.open {
                    (expected.open, expected.waiting_since, expected.closed_at) = (false, None, Some(now));
                }
            }
            (Act::AgentReopens, Some(talk)) => {
                assert_eq!(noor.tries_to_reopen(talk).await.is_ok(), !expected.open, "{what}");
                (expected.open, expected.closed_at) = (true, None);
            }
        }
        let Some(talk) = &talk else { continue };
        let seen = noor.sees(talk).await.listed.conversation;
        assert_eq!(seen.state != ConversationState::Closed, expected.open, "{what}");
        assert_eq!(seen.waiting_since_at, expected.waiting_since, "{what}");
        assert_eq!(seen.closed_at, expected.closed_at, "{what}");
        assert!(seen.version >= version, "{what}");
        let changes = matches!(act, Act::ResidentWrites);
        assert!(!changes || seen.version > version, "a message is a change: {what}");
        version = seen.version;
    }
    let all = list_conversations(&noor.ctx, &ConversationFilter::default(), None, 100)
        .await
        .expect("may")
        .items;
    let theirs = all.iter().filter(|one| one.author_name.as_deref() == Some(name));
    let (open, closed): (Vec<_>, Vec<_>) = theirs.partition(|one| one.conversation.state.is_active());
    assert_eq!(
        (open.len(), open.len() + closed.len()),
        (usize::from(expected.open), expected.conversations),
        "{acts:?}"
    );
}

/// Taking what one has already changes nothing, also when it is closed.
async fn owns(noor: &simulation::world::Colleague<'_>, talk: &Talk) -> bool {
    noor.sees(talk).await.listed.conversation.assignee == Some(noor.id())
}

both_databases! {
    /// A3, P4: one conversation at a time with anybody, whatever happens to it.
    async fn whatever_course_a_conversation_takes_its_books_are_right(world: World) {
        let mut runner = TestRunner::deterministic();
        let cases = if matches!(world.engine(), TestEngine::Sqlite { .. }) { 40 } else { 8 };
        for case in 0..cases {
            let acts = acts().new_tree(&mut runner).expect("a course").current();
            plays(&world, &format!("Resident {case}"), &acts).await;
        }
    }
}
