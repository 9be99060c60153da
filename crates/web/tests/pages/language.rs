//! `/taal`.

use simulation::both_databases;
use simulation::world::World;

use super::site::Site;

both_databases! {
    async fn the_browsers_language_counts_until_somebody_chooses(world: World) {
        let site = Site::of(&world);
        let mut browser = site.browser();
        let shown = browser.get("/inloggen").await;
        shown.says("Wachtwoord");
        assert!(shown.html.contains("<html lang=\"nl\">"));
        browser.language = "en-GB,en;q=0.8";
        assert!(browser.get("/inloggen").await.says("Password").html.contains("<html lang=\"en\">"));
        let chosen = browser.post("/taal", &[("taal", "nl"), ("naar", "/inloggen")]).await;
        chosen.is(303);
        assert_eq!(chosen.location(), "/inloggen");
        browser.keep(&chosen);
        browser.get("/inloggen").await.says("Wachtwoord");
    }

    async fn a_language_that_there_is_not_is_refused_and_one_stays_on_this_site(world: World) {
        let site = Site::of(&world);
        let browser = site.browser();
        browser.post("/taal", &[("taal", "tlh")]).await.is(400);
        browser.post("/taal", &[("taal", "en"), ("thema", "donker")]).await.is(400);
        let shown = browser.post("/taal", &[("taal", "en"), ("naar", "//evil.example")]).await;
        assert_eq!(shown.location(), "/");
    }
}
