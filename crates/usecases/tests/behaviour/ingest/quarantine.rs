//! One item that cannot be read holds up nothing (A9).

use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;
use store::inbox::NewRawEvent;
use usecases::ingest::{RawState, list_raw_events, replay_raw_event};

use crate::stubborn::{MARK, mend};

both_databases! {
    /// A9: among two hundred, some of them in one delivery with it.
    async fn one_message_that_always_fails_waits_for_a_person_and_the_others_do_not(world: World) {
        let marked = format!("{MARK}{}", world.engine().engine_name());
        let number = world.number("wa-main").settings;
        for delivery in 0..20 {
            let mut webhook = Webhook::about(&number);
            for item in 0..10 {
                let text = if (delivery, item) == (7, 4) { marked.clone() } else { format!("{delivery}.{item}") };
                let (phone, wamid) = (format!("3160003{delivery:02}{item:02}"), format!("wamid.{delivery}-{item}"));
                webhook = webhook.text((&phone, "Resident"), &wamid, world.now(), &text);
            }
            world.deliver("wa-main", &webhook).await;
        }
        world.read_all().await;
        let mut missing = Vec::new();
        for delivery in 0..20 {
            for item in 0..10 {
                if world.conversation_of("wa-main", &format!("wamid.{delivery}-{item}")).await.is_none() {
                    missing.push((delivery, item));
                }
            }
        }
        assert_eq!(missing, [(7, 4)]);
        let fatima = world.ctx("Fatima").await;
        let waiting = list_raw_events(&fatima, RawState::Quarantined, None, 10).await.expect("a team lead may");
        let [only] = waiting.as_slice() else { unreachable!("one delivery waits, not {}", waiting.len()) };
        let [item] = only.items.as_slice() else { unreachable!("one item waits, not {}", only.items.len()) };
        assert_eq!((item.item, item.attempts, item.quarantined), (4, 3, true));
        assert_eq!(item.reason, "a bug of ours");
        assert!(only.event.bytes > 1000, "the raw event is kept");
        // Read again before it is mended: it waits again, and nothing is there twice.
        replay_raw_event(&fatima, only.event.id).await.expect("it is there");
        world.read_all().await;
        assert_eq!(world.inbox("zwanendam").await["quarantined"], 1);
        mend(&marked);
        replay_raw_event(&fatima, only.event.id).await.expect("it is there");
        world.read_all().await;
        assert!(world.conversation_of("wa-main", "wamid.7-4").await.is_some());
        assert_eq!(world.inbox("zwanendam").await["quarantined"], 0);
        assert_eq!(world.canonical_export("zwanendam").await.lines().count(), 200);
    }

    /// A month that is read again is queued in parts, so that no platform waits behind it, and says how far it is.
    async fn much_is_queued_again_in_parts(world: World) {
        let inbox = world.installation.store.inbox();
        let empty = || NewRawEvent {
            municipality: "zwanendam".parse().expect("a short name"),
            id: domain::ids::RawEventId(world.installation.ids.next()),
            channel_account: "wa-main".parse().expect("a short name"),
            received_at: world.now(),
            headers: "{}".to_owned(),
            body: br#"{"object":"whatsapp_business_account","entry":[]}"#.to_vec(),
        };
        inbox.put((0..1100).map(|_| empty()).collect()).await.expect("on disk");
        let claimed = inbox.claim(2000, 60).await.expect("the store answers");
        let read = claimed.into_iter().map(|one| (one, RawState::Read)).collect();
        inbox.finish(read).await.expect("the store answers");
        let mut told = Vec::new();
        let fatima = world.ctx("Fatima").await;
        let all = usecases::ingest::replay_all(&fatima, world.now(), |number| told.push(number)).await;
        assert_eq!((all.expect("a team lead may"), told), (1100, vec![500, 1000, 1100]));
        assert_eq!(world.inbox("zwanendam").await["received"], 1100);
    }

    /// DESIGN 1.1: everything derived can be made again from what is kept, and nothing changes by it.
    async fn reading_everything_again_changes_nothing(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        world.resident("Hanna").writes("Wanneer komt de markt?").await;
        let before = world.canonical_export("zwanendam").await;
        let again = usecases::ingest::replay_all(&world.ctx("Fatima").await, jiff::Timestamp::MIN, |_| ()).await;
        assert_eq!(again.expect("a team lead may"), 2);
        world.read_all().await;
        assert_eq!(world.canonical_export("zwanendam").await, before);
    }
}
