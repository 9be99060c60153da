//! What is shown when something cannot be.

use simulation::both_databases;
use simulation::world::World;

use crate::site::Site;

both_databases! {
    async fn every_refusal_is_a_page_that_says_what_to_do(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let missing = noor.get("/beheer/ontvangst").await;
        missing.is(403).says("Dit mag u niet");
        missing.says("zien welke berichten niet gelezen konden worden");
        // Whose installation it is stays on the page, and so does the way out.
        missing.says("Gemeente Zwanendam").says("Naar het begin");
        noor.get("/nergens").await.is(404).says("Deze pagina is er niet");
        let shown = noor.get("/uitloggen").await;
        shown.is(405).says("Er is niets veranderd.");
        assert_eq!(shown.headers["allow"], "POST");
        let mut english = noor.clone();
        english.language = "en";
        english.get("/nergens").await.is(404).says("This page does not exist");
    }

    async fn an_address_that_cannot_be_read_is_an_error_of_the_asker(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        for path in ["/gesprekken/%00", "/gesprekken/%ff", "/gesprekken/..%2f..%2fetc", "/gesprekken?vanaf=%ff&lijst=%00"] {
            let status = noor.get(path).await.status.as_u16();
            assert!(status == 200 || (400..500).contains(&status), "{path}: {status}");
        }
    }
}
