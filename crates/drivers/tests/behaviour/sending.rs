//! A reply on its way, when all goes well, and when it is held up.

use domain::channels::{After, Answer};
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use simulation::both_databases;
use simulation::world::World;
use usecases::outbox::{EnterFlight, claim_parts, enter_flight, record_after, sweep_lost_leases};

use crate::street::Street;

const YUSUF: &str = "31600123456";

both_databases! {
    /// 2.5, 2.6.
    async fn a_reply_reaches_the_resident_and_what_became_of_it_comes_back(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        assert_eq!(street.delivery(&talk).await, Some(DeliveryStatus::Queued));
        assert_eq!(street.sender.send_once().await.expect("the store answers"), 1);
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        let accepted = street.accepted("wa-main");
        assert_eq!(accepted.len(), 1);
        assert_eq!((accepted[0].to.as_str(), accepted[0].text.as_str()), (YUSUF, "Wij gaan kijken."));
        let part = street.parts(&talk).await.remove(0);
        assert_eq!(accepted[0].biz_opaque_callback_data, Some(part.id.to_string()));
        assert_eq!(part.provider_id.as_deref(), Some(accepted[0].wamid.as_str()));
    }

    /// 2.6: a status that overtakes the answer is not lost.
    async fn a_status_that_comes_before_the_answer_counts(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.order("status_before_answer");
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        street.sender.send_once().await.expect("the store answers");
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        assert_eq!(street.accepted("wa-main").len(), 1);
    }

    /// 2.5: accepted is not sent; a failure that is told later is shown with its reason.
    async fn a_reply_that_fails_later_is_shown_as_failed(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.order("fail_later");
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        street.sender.send_once().await.expect("the store answers");
        street.until_delivery(&talk, DeliveryStatus::Failed).await;
        let reply = street.world.agent("Noor").await.reads(&talk).await.into_iter().find(|view| !view.parts.is_empty());
        assert!(reply.expect("the reply").message.failure.expect("a reason").contains("131026"));
        street.tempt().await;
        assert_eq!(street.accepted("wa-main").len(), 1);
    }

    /// C3: within a conversation one after the other, as they were written.
    async fn replies_arrive_in_the_order_in_which_they_were_written(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        let noor = street.world.agent("Noor").await;
        let texts: Vec<String> = (0..6).map(|number| format!("Antwoord {number}")).collect();
        for text in &texts {
            noor.replies(&talk, text).await;
        }
        while street.sender.send_once().await.expect("the store answers") > 0 {}
        let accepted: Vec<String> = street.accepted("wa-main").into_iter().map(|one| one.text).collect();
        assert_eq!(accepted, texts);
    }

    /// C9: the window closes while it waits: not sent, and the agent is told.
    async fn a_reply_whose_window_closes_while_it_waits_is_not_sent(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        street.world.hours_later(25);
        street.sender.send_once().await.expect("the store answers");
        assert_eq!(street.delivery(&talk).await, Some(DeliveryStatus::Failed));
        let part = street.parts(&talk).await.remove(0);
        assert_eq!((part.state, part.failure.as_deref()), (PartState::Failed, Some("window_closed")));
        street.tempt().await;
        assert!(street.accepted("wa-main").is_empty());
    }

    /// C6: a sender that wakes after its lease is gone sends nothing, and its answer counts for nothing.
    async fn a_sender_that_was_overtaken_sends_nothing(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        let node = &street.world.installation;
        let asleep = claim_parts(node, 1).await.expect("the store answers").remove(0);
        sweep_lost_leases(node, 24 * 3600).await.expect("the store answers");
        assert_eq!(street.states(&talk).await, [PartState::Queued], "nothing had left");
        let awake = claim_parts(node, 1).await.expect("the store answers").remove(0);
        assert_eq!(enter_flight(node, &asleep).await.expect("the store answers"), EnterFlight::LeaseLost);
        assert_eq!(enter_flight(node, &awake).await.expect("the store answers"), EnterFlight::Go);
        let refused = After::Ended(Answer::Refused { reason: domain::channels::RefusalReason::Other, detail: None });
        assert!(!record_after(node, &asleep, refused, 0.5).await.expect("the store answers"));
        assert_eq!(street.states(&talk).await, [PartState::InFlight]);
    }

    /// C2: killed between the platform's answer and our note of it. The status resolves it; nothing is sent again.
    async fn a_reply_whose_answer_was_never_noted_is_sent_once(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        let sender = street.sender.clone();
        let sending = tokio::spawn(async move { sender.send_once().await });
        street.until("the platform has it", async || !street.accepted("wa-main").is_empty()).await;
        sending.abort();
        // Whether the answer was noted in that moment is chance; in both cases it is sent once.
        street.tempt().await;
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        street.tempt().await;
        assert_eq!(street.accepted("wa-main").len(), 1);
        assert_eq!(street.states(&talk).await, [PartState::Accepted]);
    }

    /// C2, surely: the request leaves, and the one who sent it is gone before the answer.
    async fn a_part_whose_sender_died_in_flight_becomes_unknown_and_is_never_queued_again(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes(YUSUF, "wa-main", "De lantaarn is kapot").await;
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        let node = &street.world.installation;
        let part = claim_parts(node, 1).await.expect("the store answers").remove(0);
        assert_eq!(enter_flight(node, &part).await.expect("the store answers"), EnterFlight::Go);
        let door = usecases::ingest::resolve_door(node, &part.channel_account).await.expect("answers").expect("there");
        let connector = node.connector(&door.account.account.channel).expect("a connector");
        let step = part.next_step().expect("a step").clone();
        let in_flight = domain::channels::PartInFlight { id: part.id, step, memory: part.memory.clone() };
        let access = domain::channels::AccountAccess {
            base_url: door.account.account.base_url.clone().expect("an address"),
            settings: door.account.account.settings.clone(),
            secrets: door.secrets.clone(),
        };
        let domain::channels::Outgoing::Http(request) = connector.request(&in_flight, &access) else {
            unreachable!("WhatsApp is spoken over HTTP")
        };
        crate::street::egress().send(&request).await.expect("the platform answers");
        // And nobody notes what it answered.
        sweep_lost_leases(node, 24 * 3600).await.expect("the store answers");
        assert_eq!(street.states(&talk).await, [PartState::Unknown]);
        assert_eq!(street.delivery(&talk).await, Some(DeliveryStatus::Unknown));
        street.until_delivery(&talk, DeliveryStatus::Read).await;
        assert_eq!(street.states(&talk).await, [PartState::Accepted]);
        street.tempt().await;
        assert_eq!(street.accepted("wa-main").len(), 1);
    }
}
