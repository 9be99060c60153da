//! The pace of a channel: kept before the platform has to ask for it, over all senders, and without a failure to show.
//!
//! The platform is as strict as Meta's documents say, so one part that is tried twice means that we were too fast.

use std::sync::Arc;
use std::time::Duration;

use domain::access::Scope;
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use drivers::Sender;
use simulation::both_databases;
use simulation::world::{Talk, World, reply};
use store::Tx;
use store::door::{Kind, Reads, Statement, Val};
use usecases::conversations::{Along, Reply, reply_to_conversation};
use usecases::outbox::{EnterFlight, Part, claim_parts, enter_flight, list_outbox};

use crate::street::{Street, egress};

const YUSUF: &str = "31600123456";
const HANNA: &str = "31600123457";

/// Everything that counts by the database's clock lies so many microseconds further back.
static TIME_PASSES: Statement = Statement {
    name: "TIME_PASSES",
    sqlite: "UPDATE outbox_part SET left_at = left_at - $1, due_at = due_at - $1",
    postgres: "UPDATE outbox_part SET left_at = left_at - $1, due_at = due_at - $1",
    columns: &[],
};
static TIME_PASSES_FOR_ACCOUNTS: Statement = Statement {
    name: "TIME_PASSES_FOR_ACCOUNTS",
    sqlite: "UPDATE account_pace SET full_until_at = full_until_at - $1",
    postgres: "UPDATE account_pace SET full_until_at = full_until_at - $1",
    columns: &[],
};
static LEFT: Statement = Statement {
    name: "LEFT",
    sqlite: "SELECT left_at FROM outbox_part WHERE left_at IS NOT NULL ORDER BY left_at, id",
    postgres: "SELECT left_at FROM outbox_part WHERE left_at IS NOT NULL ORDER BY left_at, id",
    columns: &[("left_at", Kind::Int)],
};

fn scope() -> Scope {
    Scope::whole("zwanendam".parse().expect("a short name"))
}

/// So many seconds pass for the platform and for the outbox.
async fn seconds_pass(street: &Street, seconds: u32) {
    street.platforms.clock().jump(Duration::from_secs(u64::from(seconds)));
    let micros = i64::from(seconds) * 1_000_000;
    let act = async move |tx: &mut Tx| {
        tx.all(&TIME_PASSES, vec![Val::from(micros)]).await?;
        tx.all(&TIME_PASSES_FOR_ACCOUNTS, vec![Val::from(micros)]).await
    };
    street.world.installation.store.write(&scope(), act).await.expect("done");
}

/// When parts left, by the database's clock, in microseconds.
async fn left(street: &Street) -> Vec<i64> {
    let rows = street.world.installation.store.read(&scope()).all(&LEFT, Vec::new()).await;
    rows.expect("answers").iter().map(|row| row.int(0).expect("a number")).collect()
}

async fn sends_all(sender: &Sender) {
    while sender.send_once().await.expect("the store answers") > 0 {}
}

async fn answers_in_five_parts(street: &Street, talk: &Talk, key: &str) {
    let along = Along { in_pieces: true, ..Along::default() };
    let long = "Wij komen langs. ".repeat(1_100);
    let pieces = Reply { along, ..reply(talk.conversation, &long, key) };
    reply_to_conversation(&street.world.ctx("Noor").await, pieces).await.expect("taken");
}

/// Each was offered to the platform once, and none has a difficulty to show.
fn assert_went_at_the_first_try(parts: &[Part]) {
    for part in parts {
        let (attempts, failure) = (part.attempts, part.failure.as_deref());
        assert_eq!((part.state, attempts, failure), (PartState::Accepted, 1, None), "part {}", part.ordinal);
    }
}

both_databases! {
    /// A person's answer leaves as one, not a piece every six seconds; and what is added at once leaves with it.
    async fn an_answer_in_five_parts_and_a_word_after_it_leave_at_once(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        answers_in_five_parts(&street, &talk, "form-long").await;
        street.world.agent("Noor").await.replies(&talk, "En bedankt voor het melden.").await;
        let begun = std::time::Instant::now();
        sends_all(&street.sender).await;
        let at_once = street.accepted("wa-main").len();
        // A burst ends after five seconds, also on a machine that needs longer than that for six requests.
        assert!(at_once == 6 || begun.elapsed() > Duration::from_secs(5), "{at_once} left at once");
        seconds_pass(&street, 60).await;
        sends_all(&street.sender).await;
        let parts = street.parts(&talk).await;
        assert_eq!(parts.len(), 6);
        assert_went_at_the_first_try(&parts);
    }

    /// What comes after the burst waits until it is paid back: queued, with its reason, tried by nobody.
    async fn what_would_be_too_fast_waits_as_queued_and_counts_no_try(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        let noor = street.world.agent("Noor").await;
        for text in ["Een", "Twee", "Drie"] {
            noor.replies(&talk, text).await;
        }
        let begun = std::time::Instant::now();
        sends_all(&street.sender).await;
        // A burst ends after five seconds; a machine that needs them for three requests shows nothing here.
        if begun.elapsed() > Duration::from_secs(4) {
            return;
        }
        seconds_pass(&street, 8).await;
        noor.replies(&talk, "Vier").await;
        noor.replies(&talk, "Vijf").await;
        sends_all(&street.sender).await;
        assert_eq!(street.accepted("wa-main").len(), 3);
        let parts = street.parts(&talk).await;
        let seen = |part: &Part| (part.state, part.delivery, part.attempts, part.failure.clone());
        let reason = Some("resident_pace".to_owned());
        assert_eq!(seen(&parts[3]), (PartState::Queued, DeliveryStatus::Queued, 0, reason));
        assert_eq!(seen(&parts[4]), (PartState::Queued, DeliveryStatus::Queued, 0, None), "it waits behind the fourth");
        let told = noor.reads(&talk).await.into_iter().find(|view| view.message.id == parts[3].message);
        assert_eq!(told.and_then(|view| view.message.failure).as_deref(), Some("resident_pace"), "the agent sees why");
        let queued = list_outbox(&street.world.ctx("Noor").await, PartState::Queued, None, 10).await.expect("may");
        assert_eq!(queued.iter().map(|part| part.id).collect::<Vec<_>>(), [parts[3].id, parts[4].id]);
        // Another resident does not wait, nor does another account of ours.
        let hanna = street.resident_writes(HANNA, "wa-main", "De stoep ook").await;
        let elsewhere = street.resident_writes(YUSUF, "wa-tweede", "Mijn paspoort").await;
        noor.replies(&hanna, "Zes").await;
        street.world.agent("Joris").await.replies(&elsewhere, "Zeven").await;
        sends_all(&street.sender).await;
        assert_eq!(street.accepted("wa-main").last().map(|one| one.text.clone()).as_deref(), Some("Zes"));
        assert_eq!(street.accepted("wa-tweede").len(), 1);
        seconds_pass(&street, 12).await;
        sends_all(&street.sender).await;
        assert_went_at_the_first_try(&street.parts(&talk).await);
        let texts: Vec<String> = street.accepted("wa-main").into_iter().map(|one| one.text).collect();
        assert_eq!(texts, ["Een", "Twee", "Drie", "Zes", "Vier", "Vijf"]);
    }

    /// More than any burst to one resident: the platform refuses none of it, and it arrives in order.
    async fn sixty_messages_to_one_resident_are_spread_and_none_is_refused(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "Vertel me alles").await;
        let noor = street.world.agent("Noor").await;
        let texts: Vec<String> = (0..60).map(|number| format!("Deel {number}")).collect();
        for text in &texts {
            noor.replies(&talk, text).await;
        }
        sends_all(&street.sender).await;
        let at_once = street.accepted("wa-main").len();
        assert!((2..=45).contains(&at_once), "{at_once} at once");
        let mut steps = 0;
        while street.accepted("wa-main").len() < texts.len() {
            assert!(steps < 100, "it does not arrive");
            steps += 1;
            seconds_pass(&street, 6).await;
            sends_all(&street.sender).await;
        }
        assert!(steps > 1);
        assert_went_at_the_first_try(&street.parts(&talk).await);
        let accepted: Vec<String> = street.accepted("wa-main").into_iter().map(|one| one.text).collect();
        assert_eq!(accepted, texts);
    }

    /// The town's numbers may handle 20 messages a second, of which 15 are ours: of two senders together.
    async fn two_senders_together_send_no_more_than_the_account_may(world: World) {
        let street = Street::open(world).await;
        let noor = street.world.agent("Noor").await;
        let mut talks = Vec::new();
        for number in 0..40 {
            let talk = street.resident_writes(&format!("316002000{number:02}"), "wa-main", "Hallo").await;
            noor.replies(&talk, "Dag").await;
            talks.push(talk);
        }
        let node = street.world.another_node().await;
        let other = Sender::new(node.unwrap_or_else(|| Arc::clone(&street.world.installation)), egress());
        street
            .until("all of it has arrived", async || {
                let both = futures_util::future::join(street.sender.send_once(), other.send_once()).await;
                assert!(both.0.is_ok() && both.1.is_ok(), "the store answers");
                street.accepted("wa-main").len() == talks.len()
            })
            .await;
        let left = left(&street).await;
        assert_eq!(left.len(), talks.len());
        for stretch in left.windows(16) {
            let micros = stretch[15] - stretch[0];
            assert!(micros >= 1_000_000, "16 of them within {micros} µs");
        }
        for talk in &talks {
            assert_went_at_the_first_try(&street.parts(talk).await);
        }
    }

    /// The count stands in the database: whoever begins anew knows what was sent before.
    async fn a_sender_that_begins_anew_knows_what_left_before(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        let noor = street.world.agent("Noor").await;
        noor.replies(&talk, "Een").await;
        noor.replies(&talk, "Twee").await;
        sends_all(&street.sender).await;
        seconds_pass(&street, 7).await;
        noor.replies(&talk, "Drie").await;
        let anew = street.world.another_node().await.unwrap_or_else(|| Arc::clone(&street.world.installation));
        let part = claim_parts(&anew, 1).await.expect("the store answers").remove(0);
        assert!(matches!(enter_flight(&anew, &part).await.expect("the store answers"), EnterFlight::NotYet { .. }));
        assert_eq!(enter_flight(&anew, &part).await.expect("the store answers"), EnterFlight::LeaseLost, "it was put back");
        assert!(claim_parts(&anew, 1).await.expect("the store answers").is_empty(), "it is not due");
        seconds_pass(&street, 6).await;
        let part = claim_parts(&anew, 1).await.expect("the store answers").remove(0);
        assert_eq!(part.attempts, 1);
        assert_eq!(enter_flight(&anew, &part).await.expect("the store answers"), EnterFlight::Go);
    }
}
