//! What is decided about a part while somebody else decides about it, too (2.6, C5, C6).

use domain::channels::{After, Answer, Hold, ProviderId, RetryAfter};
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{Talk, World};
use usecases::outbox::{
    EnterFlight, Part, claim_parts, enter_flight, give_back, record_after, sweep_lost_leases,
};

use super::{delivery, in_flight};

/// Longer than any lease, in seconds: with it, every lease has ended.
const PAST_EVERY_LEASE: u32 = 24 * 3600;

async fn state(world: &World, talk: &Talk, part: &Part) -> PartState {
    let parts = world.agent("Noor").await.parts(talk).await;
    parts.into_iter().find(|one| one.id == part.id).expect("the part").state
}

async fn again_later(world: &World, part: &Part) {
    let answer = Answer::Retry {
        after: RetryAfter::Seconds(1),
        hold: Hold::Part,
        reason: "error 131000 of the platform".to_owned(),
    };
    assert!(
        record_after(&world.installation, part, After::Ended(answer), 0.5)
            .await
            .expect("the store answers")
    );
}

both_databases! {
    /// 2.6: what was decided while it was only claimed does not count once it may be on its way.
    async fn a_part_that_left_meanwhile_is_not_given_back(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        let part = claim_parts(&world.installation, 1).await.expect("the store answers").remove(0);
        // Given back while it is only claimed, it is queued: the way back exists.
        give_back(&world.installation, &part).await.expect("the store answers");
        assert_eq!(state(&world, &talk, &part).await, PartState::Queued);
        let part = claim_parts(&world.installation, 1).await.expect("the store answers").remove(0);
        assert_eq!(enter_flight(&world.installation, &part).await.expect("the store answers"), EnterFlight::Go);
        give_back(&world.installation, &part).await.expect("the store answers");
        assert_eq!(state(&world, &talk, &part).await, PartState::InFlight);
    }

    /// 2.6, C6: the sweeper looks at a lease in the moment in which its holder sends after all. Whoever comes first, a
    /// part that may leave is never queued.
    async fn the_sweeper_and_the_sender_never_both_win(world: World) {
        let rounds = if world.engine().engine_name() == "sqlite" { 10 } else { 40 };
        for round in 0..rounds {
            // Somebody else each time: one resident would have to wait, by the pace of the channel.
            let talk = world.resident(&format!("Yusuf {round}")).writes("De lantaarn is kapot").await;
            world.agent("Noor").await.replies(&talk, &format!("Antwoord {round}")).await;
            let part = claim_parts(&world.installation, 1).await.expect("the store answers").remove(0);
            let sweep = sweep_lost_leases(&world.installation, PAST_EVERY_LEASE);
            let (entered, swept) =
                futures_util::future::join(enter_flight(&world.installation, &part), sweep).await;
            swept.expect("the store answers");
            let now = state(&world, &talk, &part).await;
            match entered.expect("the store answers") {
                EnterFlight::Go => assert!(
                    matches!(now, PartState::InFlight | PartState::Unknown), "round {round}: it may have left, and is {now}"),
                other => assert_eq!((other, now), (EnterFlight::LeaseLost, PartState::Queued), "round {round}"),
            }
            // Out of the way of the next round: what waits here would go before it.
            world.send_all(|_| Answer::Delivered { provider_id: ProviderId::new(&format!("wamid.R{round}")).ok() }).await;
            if state(&world, &talk, &part).await == PartState::InFlight {
                sweep_lost_leases(&world.installation, PAST_EVERY_LEASE).await.expect("the store answers");
            }
        }
    }

    /// 2.5, 2.6: the platform said "not now" and sent it all the same. Its report comes before our second try: there is
    /// no second try.
    async fn a_report_that_comes_between_two_tries_is_heeded_before_the_second(world: World) {
        let number = world.number("wa-main").settings;
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let part = in_flight(&world, &talk).await;
        again_later(&world, &part).await;
        let report = Webhook::about(&number).status(
            "wamid.OUT", ("delivered", &talk.phone), world.now(), Some(&part.id.to_string()));
        world.deliver("wa-main", &report).await;
        world.read_all().await;
        let again = due_again(&world).await;
        assert_eq!(again.id, part.id);
        assert_eq!(enter_flight(&world.installation, &again).await.expect("the store answers"), EnterFlight::Known);
        assert_eq!(state(&world, &talk, &part).await, PartState::Accepted);
        assert_eq!(delivery(&world, &talk, &part).await, Some(DeliveryStatus::Delivered));
        // What the resident quotes of it is found by the platform's id.
        let known = world.conversation_of("wa-main", "wamid.OUT").await;
        assert_eq!(known, Some(talk.conversation));
    }

    /// 2.6: a report of failure does not keep the machine from the try that the platform asked for.
    async fn a_report_of_failure_between_two_tries_does_not_end_them(world: World) {
        let number = world.number("wa-main").settings;
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let part = in_flight(&world, &talk).await;
        again_later(&world, &part).await;
        let report = Webhook::about(&number).status(
            "wamid.OUT", ("failed", &talk.phone), world.now(), Some(&part.id.to_string()));
        world.deliver("wa-main", &report).await;
        world.read_all().await;
        let again = due_again(&world).await;
        assert_eq!(enter_flight(&world.installation, &again).await.expect("the store answers"), EnterFlight::Go);
    }
}

/// The part whose second try is due: the pause of a second is by the database's clock, which no test sets.
async fn due_again(world: &World) -> Part {
    for _ in 0..200 {
        if let Some(part) = claim_parts(&world.installation, 1).await.expect("the store answers").pop() {
            return part;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    unreachable!("a second passed, and the part is not due")
}
