//! `/beheer/teams` and what stands below it.

use simulation::both_databases;
use simulation::world::World;

use crate::site::Site;

both_databases! {
    async fn a_team_is_added_renamed_and_gets_members(world: World) {
        let site = Site::of(&world);
        let (ingrid, her_browser) = (site.logged_in("Ingrid").await, site.logged_in("Noor").await);
        let noor = world.agent("Noor").await.id().to_string();
        let added = ingrid.post("/beheer/teams", &[("naam", "  Openbare   ruimte ")]).await;
        assert_eq!(added.is(303).location(), "/beheer/teams/openbare-ruimte?gedaan=nieuw");
        let page = ingrid.get(added.location()).await;
        page.says("Het team is toegevoegd.").says("Team Openbare ruimte");
        let form = page.form("/openbare-ruimte");
        let saved = ingrid.post(&form.action, &form.with(&[("naam", "Buiten"), ("lid", &noor)])).await;
        ingrid.get(saved.is(303).location()).await.says("Team Buiten");
        ingrid.get("/beheer/teams").await.says("Buiten 1");
        her_browser.get("/profiel").await.says("Buiten").says_not("openbare-ruimte");
        // Based on what was there before; and two teams of one name nobody could tell apart.
        ingrid.post(&form.action, &form.with(&[("naam", "Anders")])).await.is(409).says("Buiten");
        ingrid.post("/beheer/teams", &[("naam", "buiten")]).await.is(400).says("Er is al een team met deze naam.");
        ingrid.post("/beheer/teams", &[("naam", "")]).await.is(400).says("Vul een naam in");
    }

    async fn a_change_of_a_users_teams_is_a_change_of_the_team(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let person = format!("/beheer/gebruikers/{}", world.agent("Noor").await.id());
        let team = ingrid.get("/beheer/teams/burgerzaken").await.form("/burgerzaken");
        let form = ingrid.get(&person).await.form(&person);
        let teams = [("naam", "Noor"), ("rol", "agent"), ("team", "webcare"), ("team", "burgerzaken")];
        ingrid.post(&person, &form.with(&teams)).await.is(303);
        ingrid.post(&team.action, &team.with(&[("naam", "Burgerzaken")])).await.is(409);
    }
}
