//! The order in which messages are shown is the residents' (2.4). That the order in which a platform tells does not matter
//! stands in `figures::any_order`.

use jiff::SignedDuration;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

both_databases! {
    /// 2.4: a late message goes to its place, and those of one second stand in the order of the platform's ids.
    async fn messages_stand_in_the_residents_order(world: World) {
        let number = world.number("wa-main").settings;
        let begin = world.now();
        for (wamid, seconds, text) in [
            ("wamid.C", 20, "derde"),
            ("wamid.E", 20, "vijfde"),
            ("wamid.A", 0, "eerste"),
            ("wamid.D", 20, "vierde"),
            ("wamid.B", 10, "tweede"),
        ] {
            let at = begin + SignedDuration::from_secs(seconds);
            let webhook = Webhook::about(&number).text(("31600000007", "Yusuf"), wamid, at, text);
            world.deliver("wa-main", &webhook).await;
            world.read_all().await;
        }
        let talk = world.conversation_of("wa-main", "wamid.A").await.expect("it is there");
        let ctx = world.ctx("Noor").await;
        let page = usecases::conversations::Page::After(None);
        let page = usecases::conversations::read_messages(&ctx, talk, page, 100).await.expect("it is there");
        let texts: Vec<_> = page.items.iter().filter_map(|view| view.message.text.as_deref()).collect();
        assert_eq!(texts, ["eerste", "tweede", "derde", "vierde", "vijfde"]);
    }

    /// 2.4: a sender's clock is believed within seven days back and five minutes ahead.
    async fn a_message_from_the_far_future_does_not_stand_below_everything_for_ever(world: World) {
        let future = "2099-01-01T00:00:00Z".parse().expect("a moment");
        let talk = world.resident("Yusuf").sent_at(future).writes("Uit de toekomst").await;
        world.seconds_later(600);
        world.resident("Yusuf").writes("Van nu").await;
        let messages = world.agent("Noor").await.reads(&talk).await;
        let texts: Vec<_> = messages.iter().filter_map(|view| view.message.text.as_deref()).collect();
        assert_eq!(texts, ["Uit de toekomst", "Van nu"]);
    }
}
