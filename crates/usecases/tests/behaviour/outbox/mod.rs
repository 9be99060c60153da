//! What leaves, and what is told about it at the same moment (2.5, 2.6).

mod failures;
mod races;

use domain::channels::{After, Answer, ProviderId};
use domain::messages::DeliveryStatus;
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{Talk, World};
use usecases::ingest::read_event;
use usecases::outbox::{EnterFlight, Part, claim_parts, enter_flight, record_after};

async fn in_flight(world: &World, talk: &Talk) -> Part {
    world.agent("Noor").await.replies(talk, "Wij gaan kijken.").await;
    let part = claim_parts(&world.installation, 1).await.expect("the store answers").remove(0);
    assert_eq!(
        enter_flight(&world.installation, &part).await.expect("the store answers"),
        EnterFlight::Go
    );
    part
}

async fn delivery(world: &World, talk: &Talk, part: &Part) -> Option<DeliveryStatus> {
    let messages = world.agent("Noor").await.reads(talk).await;
    messages.into_iter().find(|view| view.message.id == part.message)?.message.delivery
}

async fn reads_one(world: &World) {
    let event = world.installation.store.inbox().claim(1, 60).await.expect("the store answers").remove(0);
    let outcome = read_event(&world.installation, &event).await.expect("the store answers");
    assert_eq!(outcome.done, 1);
    let done = vec![(event, usecases::ingest::RawState::Read)];
    world.installation.store.inbox().finish(done).await.expect("the store answers");
}

async fn told_while_answered(world: &World, answer: impl Fn(&str) -> Answer, tracked: bool) {
    let number = world.number("wa-main").settings;
    let rounds = if world.engine().engine_name() == "sqlite" { 10 } else { 40 };
    for round in 0..rounds {
        // Somebody else each time: one resident would have to wait, by the pace of the channel.
        let talk = world.resident(&format!("Yusuf {round}")).writes("De lantaarn is kapot").await;
        let part = in_flight(world, &talk).await;
        let wamid = format!("wamid.OUT{round}");
        let tracker = part.id.to_string();
        let tracker = tracked.then_some(tracker.as_str());
        let report = Webhook::about(&number).status(&wamid, ("read", &talk.phone), world.now(), tracker);
        world.deliver("wa-main", &report).await;
        let after = After::Ended(answer(&wamid));
        let noted = record_after(&world.installation, &part, after, 0.5);
        let (noted, ()) = futures_util::future::join(noted, reads_one(world)).await;
        assert!(noted.expect("the store answers"), "round {round}");
        assert_eq!(delivery(world, &talk, &part).await, Some(DeliveryStatus::Read), "round {round}");
    }
}

both_databases! {
    /// 2.5: the answer to the send and the report on it cross: neither misses the other.
    async fn a_report_that_is_read_while_the_answer_is_noted_is_not_lost(world: World) {
        told_while_answered(&world, |wamid| Answer::Delivered { provider_id: ProviderId::new(wamid).ok() }, true).await;
    }

    /// 2.5: the same where the platform hands nothing back but its own id.
    async fn a_report_without_our_own_id_that_is_read_while_the_answer_is_noted_is_not_lost(world: World) {
        told_while_answered(&world, |wamid| Answer::Delivered { provider_id: ProviderId::new(wamid).ok() }, false).await;
    }

    /// C1: we give up waiting in the moment in which the platform tells.
    async fn a_report_that_is_read_while_the_send_becomes_unknown_resolves_it(world: World) {
        told_while_answered(&world, |_| Answer::Unknown { reason: "no answer in time".to_owned() }, true).await;
    }

    /// A4: a message and its correction are read by two readers at once.
    async fn a_correction_that_is_read_while_its_message_is_read_is_not_lost(world: World) {
        let number = world.number("wa-main").settings;
        let who = ("31600000011", "Hanna");
        for round in 0..20 {
            let (wamid, edit) = (format!("wamid.M{round}"), format!("wamid.C{round}"));
            let first = Webhook::about(&number).text(who, &wamid, world.now(), "Martk 1");
            let second = Webhook::about(&number).edit(who, &edit, world.now(), (&wamid, "Markt 1"));
            world.deliver("wa-main", &first).await;
            world.deliver("wa-main", &second).await;
            let events = world.installation.store.inbox().claim(2, 60).await.expect("the store answers");
            let read = events.iter().map(|event| read_event(&world.installation, event));
            let read = futures_util::future::join_all(read).await;
            assert!(read.iter().all(|one| one.as_ref().is_ok_and(|one| one.done == 1)), "{read:?}");
            let conversation = world.conversation_of("wa-main", &wamid).await.expect("it is there");
            let (account, phone) = ("wa-main".to_owned(), who.0.to_owned());
            let talk = Talk { conversation, account, phone, wamid: wamid.clone() };
            let messages = world.agent("Noor").await.reads(&talk).await;
            let view = messages.iter().find(|view| view.message.provider_id.as_ref().is_some_and(|id| id.as_str() == wamid));
            let edited = view.and_then(|view| view.message.edited_text.as_deref());
            assert_eq!(edited, Some("Markt 1"), "round {round}");
        }
    }
}
