//! What is shown is what is found.

use domain::messages::Direction;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;
use store::tables::search::{self, Progress};
use store::{StoreError, Tx};

use super::{finds, texts};

/// Indexes all that waits.
async fn indexes(world: &World) {
    while usecases::search::work(&world.installation).await.expect("the store answers") {}
}

both_databases! {
    /// What was edited or deleted away is not found, and nothing of it is shown.
    async fn a_message_is_found_by_what_it_says_now(world: World) {
        let talk = world.resident("Yusuf").writes("Mijn BSN is 999990019").await;
        let (who, number) = ((talk.phone.as_str(), "Yusuf"), world.number("wa-main").settings);
        assert_eq!(texts(&world, "Noor", "999990019").await, ["Mijn BSN is [999990019]"]);
        let edit = Webhook::about(&number).edit(who, "wamid.E", world.now(), (&talk.wamid, "De lantaarn is kapot"));
        world.deliver("wa-main", &edit).await;
        world.read_all().await;
        assert_eq!(texts(&world, "Noor", "999990019").await, Vec::<String>::new());
        assert_eq!(texts(&world, "Noor", "lantaarn").await, ["De [lantaarn] is kapot"]);
        let revoke = Webhook::about(&number).revoke(who, "wamid.R", world.now(), &talk.wamid);
        world.deliver("wa-main", &revoke).await;
        world.read_all().await;
        assert_eq!(texts(&world, "Noor", "lantaarn").await, Vec::<String>::new());
        assert!(finds(&world, "Noor", "van:yusuf").await.items.is_empty());
    }

    async fn replies_and_notes_are_found_as_what_they_are(world: World) {
        let talk = world.resident("Yusuf").writes("Goedemorgen").await;
        world.agent("Noor").await.replies(&talk, "Uw paspoort ligt klaar").await;
        world.agent("Noor").await.notes(&talk, "Paspoort was eerder kwijt").await;
        let page = finds(&world, "Daan", "paspoort").await;
        let found: Vec<_> = page.items[0].messages.iter().map(|one| (one.direction, one.writer.as_str())).collect();
        assert_eq!(found, [(Direction::Note, "Noor Bakker"), (Direction::Out, "Noor Bakker")]);
    }

    async fn who_goes_by_another_name_is_found_by_that_one(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let number = world.number("wa-main").settings;
        let again = Webhook::about(&number).text((&talk.phone, "Joep"), "wamid.NAME", world.now(), "Hallo?");
        world.deliver("wa-main", &again).await;
        world.read_all().await;
        indexes(&world).await;
        assert_eq!(texts(&world, "Noor", "lantaarn van:joep").await, ["De [lantaarn] is kapot"]);
        assert_eq!(texts(&world, "Noor", "lantaarn van:yusuf").await, Vec::<String>::new());
    }

    /// What was there before the index is found once it was indexed, and until then a search says that it is not complete.
    async fn what_was_there_before_is_indexed_afterwards(world: World) {
        for number in 0..130 {
            world.seconds_later(1).resident(&format!("Inwoner {number}")).writes("De lantaarn is kapot").await;
        }
        let scope = world.ctx("Fatima").await.scope();
        let all = search::before(&mut world.installation.store.read(&scope), None, analysis_version(), 1000).await.expect("it answers");
        let messages: Vec<_> = all.iter().map(|(message, _)| *message).collect();
        assert_eq!(messages.len(), 130);
        world.installation.store.write(&scope, async move |tx: &mut Tx| {
            for message in &messages {
                search::forget(tx, *message).await?;
            }
            search::set_progress(tx, &Progress { analysis: 0, before: None, finished_at: None }).await?;
            Ok::<_, StoreError>(())
        }).await.expect("written");
        let page = finds(&world, "Noor", "lantaarn").await;
        assert_eq!((page.items.len(), page.incomplete), (0, true));
        indexes(&world).await;
        let page = finds(&world, "Noor", "lantaarn").await;
        assert_eq!((page.items.len(), page.incomplete), (20, false));
        assert!(finds(&world, "Noor", "\"lantaarn is kapot\" van:\"Inwoner 0\"").await.items.len() == 1);
    }
}

const fn analysis_version() -> i64 {
    usecases::search::VERSION
}
