//! `/profiel` and what stands below it.

use simulation::both_databases;
use simulation::world::World;

use super::site::Site;

both_databases! {
    async fn everybody_sees_their_own_name_role_and_teams(world: World) {
        let site = Site::of(&world);
        let fatima = site.logged_in("Fatima").await;
        let shown = fatima.get("/profiel").await;
        shown.is(200).says("Fatima El Amrani").says("fatima@zwanendam.example").says("Teamleider");
        shown.says("webcare").says("burgerzaken").says("Gemeente Zwanendam");
        let karim = site.logged_in("Karim").await;
        karim.get("/profiel").await.is(200).says("U zit in geen team.");
        // Whoever may not read conversations begins here.
        assert_eq!(karim.get("/").await.location(), "/profiel");
        assert_eq!(fatima.get("/").await.location(), "/gesprekken");
    }

    /// X6.
    async fn logging_out_everywhere_ends_the_sessions_on_other_devices_and_nobody_elses(world: World) {
        let site = Site::of(&world);
        let (at_work, at_home) = (site.logged_in("Noor").await, site.logged_in("Noor").await);
        let daan = site.logged_in("Daan").await;
        let shown = at_work.post("/profiel/sessies/beeindiging", &[]).await;
        assert_eq!(shown.location(), "/inloggen?gedaan=overal");
        at_home.get("/gesprekken").await.is(303);
        at_work.get("/gesprekken").await.is(303);
        daan.get("/gesprekken").await.is(200);
        site.browser().get(shown.location()).await.says("U bent overal uitgelogd");
    }
}
