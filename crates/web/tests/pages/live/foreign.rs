//! Nothing of other teams or municipalities (X2, X3).

use simulation::both_databases;
use simulation::world::World;

use super::{follow, note};
use crate::site::Site;

both_databases! {
    async fn one_is_told_of_the_conversations_of_ones_own_teams_only(world: World) {
        let site = Site::of(&world);
        let watch = [("Noor", "wa-main"), ("Joris", "wa-tweede"), ("Femke", "wa-lindeveld")];
        let mut streams = Vec::new();
        for (name, _) in watch {
            let browser = site.logged_in(name).await;
            streams.push(follow(&browser, "", None).await);
        }
        let fatima = site.logged_in("Fatima").await;
        let mut of_both = follow(&fatima, "?na=0", None).await;
        let ingrid = site.logged_in("Ingrid").await;
        let mut of_none = follow(&ingrid, "?na=0", None).await;
        let mut talks = Vec::new();
        for (name, account) in watch {
            talks.push(world.resident(name).to(account).writes("Hallo").await);
        }
        for (writer, talk) in ["Noor", "Joris", "Femke"].iter().zip(&talks) {
            note(&world.ctx(writer).await, talk.conversation, writer).await;
        }
        for (stream, talk) in streams.iter_mut().zip(&talks) {
            for kind in ["conversation_started", "message_received", "note_written"] {
                let told = stream.happens().await;
                assert_eq!(told.data["kind"], kind);
                assert_eq!(told.data["conversation"], talk.conversation.to_string());
            }
        }
        // A team leader of both teams of Zwanendam hears both, in order, and nothing of Lindeveld.
        for talk in [0, 0, 1, 1, 0, 1] {
            assert_eq!(of_both.happens().await.data["conversation"], talks[talk].conversation.to_string());
        }
        // Who sees none hears of none, but comes along in the journal: the sign of life has the place of now.
        ingrid.post("/uitloggen", &[]).await.is(303);
        assert_eq!(of_none.until_the_end().await, ["uitgelogd"]);
    }

    /// The last id of one municipality in a browser of another is a number like any other: it opens nothing.
    async fn a_place_of_another_municipality_shows_nothing_of_it(world: World) {
        let site = Site::of(&world);
        let theirs = world.resident("Sanne").to("wa-lindeveld").writes("Hallo").await;
        let own = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let mut stream = follow(&noor, "", Some("0")).await;
        for _ in 0..2 {
            let told = stream.happens().await;
            assert_eq!(told.data["conversation"], own.conversation.to_string());
            assert!(!told.data.to_string().contains(&theirs.conversation.to_string()));
        }
    }
}
