//! `/beheer/verzendingen`

use domain::channels::{Answer, RefusalReason};
use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn uncertain_sends_are_listed_with_the_way_to_their_conversation(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.get("/beheer/verzendingen").await.is(200).says("Er zijn geen onzekere of mislukte verzendingen.");
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag Yusuf").await;
        world.send_all(|_| Answer::Unknown { reason: "HTTP 502 without a message id".to_owned() }).await;
        let page = noor.get("/beheer/verzendingen").await;
        page.says("wa-main").says("Het kanaal gaf geen duidelijk antwoord.").says("HTTP 502");
        assert!(page.html.contains(&format!("href=\"{}?bij=", conversation(&talk))));
        page.says("We weten niet of dit is aangekomen");
        // A colleague of another team does not see it.
        site.logged_in("Joris").await.get("/beheer/verzendingen").await.says("Er zijn geen onzekere of mislukte verzendingen.");
    }

    async fn failed_sends_are_listed_until_somebody_decides(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag Yusuf").await;
        world.send_all(|_| Answer::Refused { reason: RefusalReason::Unreachable, detail: None }).await;
        let page = noor.get("/beheer/verzendingen").await;
        page.says("Niet verstuurd").says("De inwoner is via dit kanaal niet te bereiken.");
        let form = noor.get(&conversation(&talk)).await.form("/uitkomst");
        noor.post(&form.action, &form.with(&[])).await.is(303);
        noor.get("/beheer/verzendingen").await.says("Er zijn geen onzekere of mislukte verzendingen.");
    }
}
