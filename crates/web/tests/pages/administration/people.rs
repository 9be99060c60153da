//! `/beheer/gebruikers` and what stands below it.

use simulation::both_databases;
use simulation::world::World;

use crate::login_code::set_up;
use crate::password::mailed;
use crate::site::{Shown, Site};

/// The link that a page shows once.
fn link_on(shown: &Shown) -> String {
    let value = shown.html.split("value=\"http://webcare.example").nth(1).expect("a link");
    value.split('"').next().expect("an end").to_owned()
}

async fn address_of(world: &World, first_name: &str) -> String {
    format!("/beheer/gebruikers/{}", world.agent(first_name).await.id())
}

const NEW: [(&str, &str); 4] = [
    ("email", "Sem@zwanendam.example"),
    ("naam", "Sem de Boer"),
    ("rol", "agent"),
    ("team", "webcare"),
];

both_databases! {
    /// 6.4.1: the invitation works once.
    async fn without_mail_an_invitation_is_shown_once_and_passed_on(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        ingrid.get("/beheer/gebruikers/nieuw").await.says("U krijgt de link daarom één keer te zien");
        let shown = ingrid.post("/beheer/gebruikers", &NEW).await;
        shown.is(200).says("Geef deze link door").says("alleen aan Sem de Boer");
        let link = link_on(&shown);
        ingrid.get("/beheer/gebruikers").await.says("Sem de Boer").says("uitgenodigd");
        let mut sem = site.browser();
        sem.get(&link).await.is(200).says("Welkom bij Gehoor van Gemeente Zwanendam.");
        sem.post(&link, &[("wachtwoord", "de boer zaait in april")]).await.is(303);
        sem.get(&link).await.is(410);
        sem.log_in("sem@zwanendam.example", "de boer zaait in april").await.is(303);
        sem.get("/gesprekken").await.is(200);
        ingrid.get("/beheer/gebruikers").await.says("Sem de Boer sem@zwanendam.example Medewerker Webcare actief vandaag");
    }

    async fn a_new_invitation_voids_the_one_before_and_each_dies_of_age(world: World) {
        world.installation.mail_is_sent();
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let invited = ingrid.post("/beheer/gebruikers", &NEW).await;
        let page = ingrid.get(invited.is(303).location()).await;
        page.says("De uitnodiging is klaar.").says("wacht op verzending");
        let first = mailed(&world).await.pop().expect("a mail").1;
        let person = invited.location().split('?').next().expect("a path").to_owned();
        ingrid.get(&person).await.says("De e-mail met de link is verstuurd.");
        ingrid.post(&format!("{person}/uitnodiging"), &[]).await.is(303);
        let second = mailed(&world).await.pop().expect("a mail").1;
        let browser = site.browser();
        browser.get(&first).await.is(410);
        world.hours_later(24 * 7 - 1);
        browser.get(&second).await.is(200);
        world.hours_later(2);
        browser.get(&second).await.is(410);
        browser.post(&second, &[("wachtwoord", "de boer zaait in april")]).await.is(410);
    }

    /// X2: what another municipality has is not told.
    async fn an_address_that_is_taken_is_refused_at_the_field_and_nothing_is_told_of_others(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let with = |email: &'static str| [("email", email), ("naam", "Iemand"), ("rol", "agent")];
        let known = ingrid.post("/beheer/gebruikers", &with("noor@zwanendam.example")).await;
        known.is(400).says("Er is al een gebruiker met dit e-mailadres.").says("Bekijk deze gebruiker");
        let theirs = ingrid.post("/beheer/gebruikers", &with("femke@lindeveld.example")).await;
        theirs.is(400).says("Dit e-mailadres kan hier niet worden gebruikt.").says_not("Lindeveld");
        assert!(theirs.html.contains("aria-invalid=\"true\"") && theirs.html.contains("id=\"email-fout\""));
        assert!(!theirs.text().contains("gemeente van"), "{}", theirs.text());
        ingrid.post("/beheer/gebruikers", &with("geen adres")).await.is(400).says("Dit is geen e-mailadres.");
        let twice = [("email", "a@b.example"), ("email", "c@d.example"), ("naam", "X"), ("rol", "agent")];
        ingrid.post("/beheer/gebruikers", &twice).await.is(400);
        let more = [("email", "a@b.example"), ("naam", "X"), ("rol", "agent"), ("wachtwoord", "x")];
        ingrid.post("/beheer/gebruikers", &more).await.is(400);
    }

    async fn name_role_and_teams_are_changed_and_of_two_at_once_the_second_is_told(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let noor = site.logged_in("Noor").await;
        let person = address_of(&world, "Noor").await;
        let form = ingrid.get(&person).await.form(&person);
        let change = [("naam", "Noor de Bakker"), ("rol", "agent"), ("team", "burgerzaken"), ("team", "webcare")];
        let saved = ingrid.post(&person, &form.with(&change)).await;
        ingrid.get(saved.is(303).location()).await.says("De gebruiker is bewaard.").says("Noor de Bakker");
        noor.get("/profiel").await.is(200).says("Burgerzaken").says("Noor de Bakker");
        // Based on what was there before.
        let late = ingrid.post(&person, &form.with(&[("naam", "Anders"), ("rol", "helper")])).await;
        late.is(409).says("Een collega heeft dit intussen veranderd.").says("Noor de Bakker");
        let form = ingrid.get(&person).await.form(&person);
        ingrid.post(&person, &form.with(&[("naam", " "), ("rol", "agent")])).await.is(400).says("Vul een naam in");
        // Another role ends the sessions.
        ingrid.post(&person, &form.with(&[("naam", "Noor"), ("rol", "team_lead")])).await.is(303);
        noor.get("/gesprekken").await.is(303);
    }

    /// X6.
    async fn who_is_blocked_is_out_at_once_and_comes_back_when_it_is_lifted(world: World) {
        let site = Site::of(&world);
        let (ingrid, noor) = (site.logged_in("Ingrid").await, site.logged_in("Noor").await);
        let person = address_of(&world, "Noor").await;
        let form = ingrid.get(&person).await.form("/blokkering");
        ingrid.post(&form.action, &form.with(&[])).await.is(303);
        noor.get("/gesprekken").await.is(303);
        let mut again = site.browser();
        again.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await.is(401);
        ingrid.get("/beheer/gebruikers").await.says("geblokkeerd");
        ingrid.post(&form.action, &form.with(&[])).await.is(409);
        let form = ingrid.get(&person).await.form("/vrijgave");
        ingrid.post(&form.action, &form.with(&[])).await.is(303);
        again.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await.is(303);
    }

    async fn the_last_administrator_stays_one(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let own = address_of(&world, "Ingrid").await;
        let form = ingrid.get(&own).await.form(&own);
        let demoted = ingrid.post(&own, &form.with(&[("naam", "Ingrid"), ("rol", "agent")])).await;
        demoted.is(400).says("Dit is de laatste beheerder die kan inloggen.");
        let form = ingrid.get(&own).await.form("/blokkering");
        ingrid.post(&form.action, &form.with(&[])).await.is(400).says("Dit is de laatste beheerder");
        ingrid.get("/beheer/gebruikers").await.is(200);
        // With a second one who can log in, one may go.
        let karim = site.password_of("Karim").await;
        let person = address_of(&world, "Karim").await;
        let form = ingrid.get(&person).await.form(&person);
        ingrid.post(&person, &form.with(&[("naam", "Karim"), ("rol", "administrator")])).await.is(303);
        let mut other = site.browser();
        other.log_in(&karim.0, karim.1).await.is(303);
        let form = other.get(&own).await.form("/blokkering");
        other.post(&form.action, &form.with(&[])).await.is(303);
        ingrid.get("/beheer/gebruikers").await.is(303);
    }

    async fn sessions_are_ended_and_a_lost_second_step_is_taken_away(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let mut noor = site.logged_in("Noor").await;
        set_up(&world, &mut noor).await;
        let person = address_of(&world, "Noor").await;
        ingrid.get(&person).await.says("Tweede stap bij inloggen: ja");
        ingrid.post(&format!("{person}/sessies/beeindiging"), &[]).await.is(303);
        noor.get("/gesprekken").await.is(303);
        let mut back = site.browser();
        let half = back.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await;
        assert!(half.location().starts_with("/inloggen/code"));
        ingrid.post(&format!("{person}/tweede-stap/verwijdering"), &[]).await.is(303);
        // The log-in that was half way is over as well.
        let over = back.post("/inloggen/code", &[("code", "123456")]).await;
        assert_eq!(over.location(), "/inloggen?gedaan=verlopen");
        back.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await.is(303);
        back.get("/gesprekken").await.is(200);
    }

    /// X2.
    async fn an_administrator_sees_nobody_of_another_municipality(world: World) {
        let site = Site::of(&world);
        let anouk = site.logged_in("Anouk").await;
        anouk.get("/beheer/gebruikers").await.is(200).says("Femke Hoekstra").says_not("Noor");
        anouk.get(&address_of(&world, "Noor").await).await.is(404);
        anouk.get("/beheer/teams").await.says_not("Burgerzaken");
        anouk.get("/beheer/teams/burgerzaken").await.is(404);
    }
}
