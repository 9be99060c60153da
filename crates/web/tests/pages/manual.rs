//! `/handleiding` and its chapters.

use simulation::both_databases;
use simulation::world::World;

use super::site::Site;

both_databases! {
    async fn everybody_reads_the_manual_and_goes_from_chapter_to_chapter(world: World) {
        let site = Site::of(&world);
        let karim = site.logged_in("Karim").await;
        let contents = karim.get("/handleiding").await;
        contents.is(200).says("Uw eerste dag").says("Wat de standen betekenen");
        let mut seen = 0;
        let mut next = Some("/handleiding/eerste-dag".to_owned());
        while let Some(address) = next {
            let chapter = karim.get(&address).await;
            chapter.is(200);
            assert!(contents.html.contains(&format!("href=\"{address}\"")), "{address} is in the contents");
            assert!(chapter.html.contains("<article class=\"manual\" lang=\"nl\">"));
            seen += 1;
            next = chapter.html.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        }
        assert_eq!(seen, contents.html.matches("<li class=\"panel\">").count());
        karim.get("/handleiding/geheim").await.is(404);
        let mut english = site.logged_in("Karim").await;
        english.language = "en";
        english.get("/handleiding/toetsen").await.is(200).says("The manual is in Dutch.");
    }

    async fn whoever_is_not_logged_in_logs_in_first(world: World) {
        assert!(Site::of(&world).browser().get("/handleiding").await.is(303).location().starts_with("/inloggen"));
    }
}
