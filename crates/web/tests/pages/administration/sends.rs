//! `/beheer/verzendingen`

use domain::channels::Answer;
use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn uncertain_sends_are_listed_with_the_way_to_their_conversation(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.get("/beheer/verzendingen").await.is(200).says("Er zijn geen onzekere verzendingen.");
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag Yusuf").await;
        world.send_all(|_| Answer::Unknown { reason: "HTTP 502 without a message id".to_owned() }).await;
        let page = noor.get("/beheer/verzendingen").await;
        page.says("wa-main").says("Het kanaal gaf geen duidelijk antwoord.").says("HTTP 502");
        assert!(page.html.contains(&format!("href=\"{}#b-", conversation(&talk))));
        // A colleague of another team does not see it.
        site.logged_in("Joris").await.get("/beheer/verzendingen").await.says("Er zijn geen onzekere verzendingen.");
    }
}
