//! `/beheer/standaardteksten` and what stands below it.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Browser, Shown, Site};

const HERE: &str = "/beheer/standaardteksten";

async fn adds(browser: &Browser<'_>, name: &str, shortcut: &str, text: &str) -> Shown {
    browser.post(HERE, &[("naam", name), ("afkorting", shortcut), ("tekst", text)]).await
}

/// The address of the text with this name.
async fn address(browser: &Browser<'_>, name: &str) -> String {
    let page = browser.get(HERE).await.html;
    let before = page.split(&format!("<bdi>{name}</bdi>")).next().expect("the text is listed");
    let address = before.rsplit("href=\"").next().expect("a link");
    address.split('"').next().expect("an end").to_owned()
}

both_databases! {
    async fn a_text_is_added_changed_and_removed_and_the_log_says_who_did_it(world: World) {
        let site = Site::of(&world);
        let fatima = site.logged_in("Fatima").await;
        let added = adds(&fatima, "  Boom   omgewaaid ", "/Boom", "Dag {naam inwoner},\r\nwe komen kijken.").await;
        assert_eq!(added.is(303).location(), "/beheer/standaardteksten?gedaan=nieuw");
        fatima.get(added.location()).await.says("De standaardtekst is toegevoegd.").says("Boom omgewaaid /boom Alle teams");
        let one = address(&fatima, "Boom omgewaaid").await;
        let form = fatima.get(&one).await.says("we komen kijken.").form(&one);
        let fields = [("naam", "Boom"), ("afkorting", "boom"), ("tekst", "Wij komen."), ("team", "webcare"), ("kanaal", "whatsapp")];
        fatima.post(&one, &form.with(&fields)).await.is(303);
        fatima.get(HERE).await.says("Boom /boom Webcare WhatsApp Wij komen.");
        // Based on what was there before: what was written stands in the form, with what is now as its base.
        let late = [("naam", "Boom"), ("afkorting", "boom"), ("tekst", "Anders.")];
        let conflict = fatima.post(&one, &form.with(&late)).await;
        conflict.is(409).says("Een collega heeft deze tekst intussen veranderd").says("Anders.");
        let again = conflict.form(&one);
        fatima.post(&one, &again.with(&late)).await.is(303);
        let page = fatima.get(&one).await;
        let removal = page.form("/verwijdering");
        fatima.post(&removal.action, &form.with(&[])).await.is(409).says("Anders.");
        fatima.post(&removal.action, &removal.with(&[])).await.is(303);
        fatima.get(&one).await.is(404);
        fatima.get(HERE).await.says_not("/boom");
        let log = site.logged_in("Karim").await.get("/beheer/controlelog").await;
        log.says("Standaardtekst /boom toegevoegd of gewijzigd").says("Standaardtekst /boom verwijderd").says("Fatima El Amrani");
    }

    async fn what_cannot_be_is_refused_beside_its_field_and_what_was_written_stays(world: World) {
        let site = Site::of(&world);
        let fatima = site.logged_in("Fatima").await;
        for (name, shortcut, text, why) in [
            ("", "boom", "Hallo daar", "Vul een naam in"),
            ("Boom", "grof vuil", "Hallo daar", "Gebruik alleen kleine letters"),
            ("Boom", "grofvuil", "Hallo daar", "Deze afkorting hoort al bij de tekst “Grofvuil laten ophalen”"),
            ("Boom", "boom", " ", "Schrijf eerst een tekst."),
            ("Boom", "boom", "Dag {naam}, hallo daar", "{naam} kan Gehoor niet invullen"),
        ] {
            let shown = adds(&fatima, name, shortcut, text).await;
            shown.is(400).says(why);
            assert!(shown.html.contains(text.trim()), "{why}");
        }
        let long = "a".repeat(4_001);
        adds(&fatima, "Boom", "boom", &long).await.is(400).says("De tekst heeft 4.001 tekens. Er passen er hoogstens 4.000 in.");
        let channel = [("naam", "Boom"), ("afkorting", "boom"), ("tekst", "Hallo"), ("kanaal", "telex")];
        fatima.post(HERE, &channel).await.is(400).says("Dit team of kanaal kunt u niet kiezen.");
        // X4.
        let unknown = [("naam", "Boom"), ("afkorting", "boom"), ("tekst", "Hallo"), ("gemeente", "lindeveld")];
        fatima.post(HERE, &unknown).await.is(400);
        fatima.get(HERE).await.says_not("/boom");
    }

    /// X1: a team leader looks after what is for everybody and for the own teams.
    async fn a_team_leader_changes_no_text_of_another_team(world: World) {
        let site = Site::of(&world);
        let (ingrid, ruben) = (site.logged_in("Ingrid").await, site.logged_in("Ruben").await);
        ingrid.post("/beheer/teams", &[("naam", "Jeugd")]).await.is(303);
        let jeugd = [("naam", "Speelplek"), ("afkorting", "speelplek"), ("tekst", "GEHEIM"), ("team", "jeugd")];
        ingrid.post(HERE, &jeugd).await.is(303);
        let one = address(&ingrid, "Speelplek").await;
        let fatima = site.logged_in("Fatima").await;
        fatima.get(HERE).await.is(200).says("Grofvuil").says_not("Speelplek");
        fatima.get(&one).await.is(404).says_not("GEHEIM");
        fatima.post(&one, &[("naam", "x"), ("afkorting", "x"), ("tekst", "x"), ("versie", "1")]).await.is(404);
        fatima.post(&format!("{one}/verwijdering"), &[("versie", "1")]).await.is(404);
        // That a shortcut is taken has to be said; by what is theirs to know.
        adds(&fatima, "Mijn", "speelplek", "Dag").await.is(400).says("bij een ander team").says_not("Speelplek");
        let theirs = [("naam", "Mijn"), ("afkorting", "mijn"), ("tekst", "Dag"), ("team", "jeugd")];
        fatima.post(HERE, &theirs).await.is(400).says("Dit team of kanaal kunt u niet kiezen.");
        // X2.
        ruben.get(&one).await.is(404);
        ruben.get(HERE).await.is(200).says("Bedanken").says_not("Grofvuil").says_not("Speelplek");
        adds(&ruben, "Grofvuil", "grofvuil", "Van Lindeveld").await.is(303);
    }
}
