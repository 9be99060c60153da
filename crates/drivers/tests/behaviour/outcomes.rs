//! What an answer means, and what none means: sent, certainly not sent, or nobody knows (C1, C4).

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::messages::DeliveryStatus;
use domain::outbox::{PartState, Resolution};
use simulation::both_databases;
use simulation::platforms::FaultOrder;
use simulation::world::{Talk, World};
use tokio_util::sync::CancellationToken;
use usecases::Failure;
use usecases::outbox::{Resolve, ResolveRefused, list_outbox, resolve_unknown};

use crate::street::Street;

const YUSUF: &str = "31600123456";
/// The longest that an agent does not see that nobody knows.
const HALF_A_MINUTE: Duration = Duration::from_secs(30);

async fn replied(street: &Street) -> Talk {
    let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
    street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
    talk
}

/// The answer to the next reply is spoiled by `fault`; nobody knows, until the status tells.
async fn is_unknown_until_told(world: World, fault: FaultOrder) {
    let street = Street::open(world).await;
    let talk = replied(&street).await;
    street.order_with(fault);
    let sender =
        drivers::Sender::new(std::sync::Arc::clone(&street.world.installation), crate::street::impatient());
    sender.send_once().await.expect("the store answers");
    assert_eq!(street.states(&talk).await, [PartState::Unknown]);
    assert_eq!(street.delivery(&talk).await, Some(DeliveryStatus::Unknown));
    let seen = list_outbox(&street.world.ctx("Noor").await, PartState::Unknown, None, 10)
        .await
        .expect("may");
    assert_eq!(seen.len(), 1, "the agent sees it");
    street.tempt().await;
    street.until_delivery(&talk, DeliveryStatus::Read).await;
    assert_eq!(street.states(&talk).await, [PartState::Accepted]);
    street.tempt().await;
    assert_eq!(street.accepted("wa-main").len(), 1, "the platform's count of it");
}

impl Street {
    /// Of how many of these an agent sees that nobody knows: in the conversation, and in the list of what is unknown.
    async fn seen_as_unknown(&self, talks: &[Talk]) -> usize {
        let ctx = self.world.ctx("Noor").await;
        let listed = list_outbox(&ctx, PartState::Unknown, None, 100).await.expect("may");
        let listed: BTreeSet<_> = listed.iter().map(|part| part.conversation).collect();
        let mut seen = 0;
        for talk in talks {
            let shown = self.delivery(talk).await == Some(DeliveryStatus::Unknown);
            seen += usize::from(shown && listed.contains(&talk.conversation));
        }
        seen
    }
}

async fn decide(
    street: &Street,
    talk: &Talk,
    resolution: Resolution,
    despite_warning: bool,
) -> Result<(), Failure<ResolveRefused>> {
    let part = street
        .parts(talk)
        .await
        .into_iter()
        .find(|part| matches!(part.state, PartState::Unknown | PartState::Failed));
    let part = part.expect("a part that waits for a decision").id;
    resolve_unknown(
        &street.world.ctx("Noor").await,
        Resolve { part, conversation: None, resolution, despite_warning },
    )
    .await
}

both_databases! {
    /// C1.
    async fn a_send_that_is_accepted_without_an_answer_is_unknown_until_the_status_tells(world: World) {
        is_unknown_until_told(world, FaultOrder::once("accept_then_close")).await;
    }

    /// C1.
    async fn a_send_that_is_answered_after_our_patience_is_unknown_until_the_status_tells(world: World) {
        is_unknown_until_told(world, FaultOrder { hold_ms: Some(5000), ..FaultOrder::once("accept_then_timeout") }).await;
    }

    /// C1.
    async fn a_send_with_half_an_answer_is_unknown_until_the_status_tells(world: World) {
        is_unknown_until_told(world, FaultOrder::once("accept_half_open")).await;
    }

    /// C1: with the patience of every day, for whatever spoils the answer, and by real time: leases are by the database's.
    async fn within_half_a_minute_of_a_send_an_agent_sees_that_nobody_knows(world: World) {
        let street = Street::open(world).await;
        let mut talks = Vec::new();
        for resident in 1..=3 {
            let phone = format!("3160012345{resident}");
            talks.push(street.resident_writes(&phone, "wa-main", "De lantaarn is kapot").await);
        }
        for fault in ["accept_then_close", "accept_then_timeout", "accept_half_open"] {
            // Held for longer than anybody waits.
            let hold_ms = (fault == "accept_then_timeout").then_some(60_000);
            street.order_with(FaultOrder { hold_ms, ..FaultOrder::once(fault) });
        }
        let stop = CancellationToken::new();
        let working = [
            tokio::spawn(street.sender.clone().run(stop.clone())),
            tokio::spawn(street.sender.clone().sweep(stop.clone())),
        ];
        let begun = Instant::now();
        for talk in &talks {
            street.world.agent("Noor").await.replies(talk, "Wij gaan kijken.").await;
        }
        // What the platform reports is not read meanwhile, or it would be known.
        while street.seen_as_unknown(&talks).await < talks.len() {
            assert!(begun.elapsed() < HALF_A_MINUTE, "only {} seen", street.seen_as_unknown(&talks).await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let accepted = street.accepted("wa-main");
        let answered: BTreeSet<_> = accepted.iter().map(|one| one.answered.as_str()).collect();
        assert_eq!(answered, BTreeSet::from(["accept_half_open", "accept_then_close", "accept_then_timeout"]));
        for talk in &talks {
            street.until_delivery(talk, DeliveryStatus::Read).await;
            assert_eq!(street.states(talk).await, [PartState::Accepted]);
        }
        stop.cancel();
        for work in working {
            work.await.expect("it ends");
        }
        street.tempt().await;
        assert_eq!(street.accepted("wa-main").len(), talks.len(), "the platform's count of each is one");
    }

    /// C1: where no evidence comes, a person decides, and is warned while it may still come.
    async fn where_no_status_comes_a_person_has_it_sent_again(world: World) {
        let street = Street::open(world).await;
        let talk = replied(&street).await;
        street.order("no_status");
        street.order("accept_then_close");
        street.sender.send_once().await.expect("the store answers");
        assert!(street.accepted("wa-main").iter().all(|one| one.silent && one.answered == "accept_then_close"));
        street.tempt().await;
        assert_eq!(street.states(&talk).await, [PartState::Unknown]);
        let early = decide(&street, &talk, Resolution::Resend, false).await;
        assert!(matches!(early, Err(Failure::Refused(ResolveRefused::EvidenceMayCome { .. }))), "{early:?}");
        decide(&street, &talk, Resolution::Resend, true).await.expect("a person decides");
        street.sender.send_once().await.expect("the store answers");
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        assert_eq!(street.accepted("wa-main").len(), 2);
    }

    /// C4: a gateway's page says nothing about the platform behind it.
    async fn behind_a_gateways_error_page_nobody_knows_and_a_person_decides(world: World) {
        let street = Street::open(world).await;
        let talk = replied(&street).await;
        street.order("html502");
        street.sender.send_once().await.expect("the store answers");
        street.tempt().await;
        assert_eq!(street.states(&talk).await, [PartState::Unknown]);
        assert!(street.accepted("wa-main").is_empty());
        // After ten minutes no evidence is to be expected, and no warning is needed.
        street.world.seconds_later(660);
        decide(&street, &talk, Resolution::Resend, false).await.expect("a person decides");
        street.sender.send_once().await.expect("the store answers");
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        assert_eq!(street.accepted("wa-main").len(), 1);
        assert_eq!(street.states(&talk).await, [PartState::Cancelled, PartState::Accepted]);
    }

    /// C1: leaving it sends nothing, and what follows in the conversation goes on.
    async fn what_a_person_leaves_is_not_sent_and_holds_up_nothing(world: World) {
        let street = Street::open(world).await;
        let talk = replied(&street).await;
        street.order("html502");
        street.sender.send_once().await.expect("the store answers");
        decide(&street, &talk, Resolution::Leave, false).await.expect("a person decides");
        street.tempt().await;
        assert!(street.accepted("wa-main").is_empty());
        let again = resolve_unknown(&street.world.ctx("Noor").await,
            Resolve { part: street.parts(&talk).await[0].id, conversation: None, resolution: Resolution::Resend, despite_warning: true }).await;
        assert!(matches!(again, Err(Failure::Refused(ResolveRefused::Known))), "decided once: {again:?}");
        street.world.agent("Noor").await.replies(&talk, "Nog een bericht.").await;
        street.sender.send_once().await.expect("the store answers");
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        assert_eq!(street.accepted("wa-main").len(), 1);
    }

    /// C4: the platform's own error object is a definite no, so it is tried again, and arrives once.
    async fn an_error_in_the_platforms_own_words_is_tried_again(world: World) {
        let street = Street::open(world).await;
        let talk = replied(&street).await;
        street.order("error500");
        street.sender.send_once().await.expect("the store answers");
        assert_eq!(street.states(&talk).await, [PartState::Queued]);
        assert!(street.parts(&talk).await[0].failure.as_deref().is_some_and(|why| why.contains("131000")));
        street.until("it arrives", async || {
            street.sender.send_once().await.expect("the store answers");
            street.delivery(&talk).await == Some(DeliveryStatus::Read)
        }).await;
        assert_eq!(street.accepted("wa-main").len(), 1);
    }

    /// C4: nobody listens, the name does not exist, no TLS: certainly not sent, so it waits and is sent later.
    async fn where_no_connection_stands_nothing_was_sent(world: World) {
        let street = Street::open(world).await;
        let plain = street.platforms.address();
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("one");
        let mut talks = Vec::new();
        for (place, nowhere) in [
            format!("http://{closed}"),
            "http://dit-bestaat-niet.invalid".to_owned(),
            format!("https://{plain}"),
            // C4, S1: a forbidden address is no connection either.
            "http://169.254.169.254".to_owned(),
        ]
        .into_iter()
        .enumerate()
        {
            let talk = street.resident_writes(&format!("3160012345{place}"), "wa-main", "De lantaarn is kapot").await;
            street.world.declare(&nowhere).await;
            street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
            let node = std::sync::Arc::clone(&street.world.installation);
            drivers::Sender::new(node, crate::street::egress()).send_once().await.expect("the store answers");
            assert_eq!(street.states(&talk).await, [PartState::Queued], "{nowhere}");
            assert!(street.parts(&talk).await[0].failure.is_some(), "{nowhere}: it was tried");
            talks.push(talk);
        }
        street.world.declare(&format!("http://{plain}")).await;
        let node = std::sync::Arc::clone(&street.world.installation);
        let sender = drivers::Sender::new(node, crate::street::egress());
        street
            .until("all of it arrives", async || {
                sender.send_once().await.expect("the store answers");
                street.accepted("wa-main").len() >= talks.len()
            })
            .await;
        assert_eq!(street.accepted("wa-main").len(), talks.len());
    }
}
