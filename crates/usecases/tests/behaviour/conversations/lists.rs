//! What a list shows of the last message.

use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

both_databases! {
    /// A list shows what the author says now, and nothing of what they took back.
    async fn what_was_edited_or_deleted_away_is_not_shown_in_a_list(world: World) {
        let talk = world.resident("Yusuf").writes("Mijn BSN is 123456782").await;
        let (who, number) = ((talk.phone.as_str(), "Yusuf"), world.number("wa-main").settings);
        let last = async || world.agent("Noor").await.sees(&talk).await.listed.last_message.expect("he wrote");
        assert_eq!(last().await.text.as_deref(), Some("Mijn BSN is 123456782"));
        let edit = Webhook::about(&number).edit(who, "wamid.E", world.now(), (&talk.wamid, "De lantaarn is kapot"));
        world.deliver("wa-main", &edit).await;
        world.read_all().await;
        assert_eq!(last().await.text.as_deref(), Some("De lantaarn is kapot"));
        assert_eq!(last().await.deleted_at, None);
        let revoke = Webhook::about(&number).revoke(who, "wamid.R", world.now(), &talk.wamid);
        world.deliver("wa-main", &revoke).await;
        world.read_all().await;
        assert_eq!((last().await.text, last().await.deleted_at.is_some()), (None, true));
    }
}
