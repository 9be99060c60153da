//! Two nodes on one PostgreSQL: what happens on one is told on the other, and nobody misses anything on the way between.

use simulation::both_databases;
use simulation::world::World;
use usecases::Ctx;

use super::{follow, note};
use crate::site::{Site, conversation};

both_databases! {
    async fn what_happens_on_one_node_is_told_on_the_other(world: World) {
        let Some(other) = world.another_node().await else { return };
        let (here, there) = (Site::of(&world), Site::on(&world, other.clone()));
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = here.logged_in("Noor").await;
        let mut stream = follow(&noor.at(&there), "", None).await;
        let begins = stream.next().await.expect("it begins");
        let daan = world.ctx("Daan").await;
        note(&daan, talk.conversation, "here").await;
        let first = stream.happens().await;
        assert_eq!(first.data["kind"], "note_written");
        // On to the first node, with what the second told; and something happened in between on either.
        drop(stream);
        let on_other = Ctx { installation: other, ..daan.clone() };
        note(&on_other, talk.conversation, "there").await;
        note(&daan, talk.conversation, "here again").await;
        let last = first.id.expect("a place").to_string();
        let mut stream = follow(&noor, "", Some(&last)).await;
        let ids = [stream.happens().await.id, stream.happens().await.id];
        assert_eq!(ids, [first.id.map(|id| id + 1), first.id.map(|id| id + 2)], "after {begins:?}");
    }

    async fn who_is_in_a_conversation_on_one_node_is_seen_on_the_other(world: World) {
        let Some(other) = world.another_node().await else { return };
        let (here, there) = (Site::of(&world), Site::on(&world, other));
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let (noor, daan) = (here.logged_in("Noor").await, here.logged_in("Daan").await);
        let mut stream = follow(&noor.at(&there), "", None).await;
        let path = format!("{}/aanwezigheid", conversation(&talk));
        daan.post(&path, &[("doet", "typt")]).await.is(204);
        let told = stream.next_news().await.expect("it is told");
        assert_eq!((told.event.as_str(), told.id), ("aanwezig", None));
        assert_eq!(told.data["people"][0]["doing"], "typt");
        // Who logs out here hears nothing more there.
        noor.post("/uitloggen", &[]).await.is(303);
        let rest = stream.until_the_end().await;
        assert_eq!(rest.last().map(String::as_str), Some("uitgelogd"), "{rest:?}");
    }
}
