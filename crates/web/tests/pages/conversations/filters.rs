//! `/gesprekken` with filters, in another order, and under a name.

use domain::channels::Answer;
use simulation::both_databases;
use simulation::world::World;

use crate::site::{Shown, Site, conversation};

/// The addresses of links that say this.
fn links(shown: &Shown, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for link in shown.html.split("<a ").skip(1) {
        let Some((tag, rest)) = link.split_once('>') else { continue };
        let inner = rest.split("</a>").next().unwrap_or_default();
        if inner.contains(words) {
            let address =
                tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            found.push(address.replace("&amp;", "&").replace("&#38;", "&"));
        }
    }
    found
}

both_databases! {
    async fn what_a_list_is_narrowed_by_is_read_and_taken_away_one_by_one(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let yusuf = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        world.at("11:00").resident("Anna").writes("Wanneer komt de container?").await;
        world.agent("Noor").await.takes(&yusuf).await;
        world.at("11:30");
        // As the form says it, with what was left empty.
        let narrow = "/gesprekken?lijst=open&behandelaar=niemand&stand=&wacht=&volgorde=wacht&verzending=";
        noor.get(narrow).await.says("Anna").says_not("Yusuf").says("Nog niemand , haal dit filter weg").says("Wis alle filters");
        let both = noor.get("/gesprekken?behandelaar=ik&wacht=60").await;
        both.says("Yusuf").says_not("Anna").says("Ikzelf").says("Wacht langer dan 1 uur");
        assert_eq!(links(&both, "Ikzelf"), ["/gesprekken?wacht=60"]);
        assert_eq!(links(&both, "Wacht langer dan 1 uur"), ["/gesprekken?behandelaar=ik"]);
        assert_eq!(links(&both, "Wis alle filters"), ["/gesprekken"]);
        // The filters stay with the conversation that is opened, and with what is done there.
        let open = noor.get(&format!("{}?behandelaar=ik&wacht=60", conversation(&yusuf))).await;
        open.says("Ikzelf").says_not("Anna");
        assert!(open.html.contains("/notities?behandelaar=ik&"), "{}", open.html);
        // Nothing fits: it is said, and what can be done.
        noor.get("/gesprekken?behandelaar=ik&wacht=1440").await.says("Geen enkel gesprek past bij deze filters.");
        noor.get("/gesprekken?lijst=gesloten&stand=open&wacht=onzin").await.says("Er zijn nog geen gesloten gesprekken.");
        // Another order.
        world.at("11:40").resident("Yusuf").writes("Hallo?").await;
        let newest = noor.get("/gesprekken?volgorde=nieuwste").await;
        newest.says("Het nieuwste staat bovenaan.");
        assert!(newest.text().find("Yusuf") < newest.text().find("Anna"), "{}", newest.text());
        let oldest = noor.get("/gesprekken?lijst=alle&volgorde=oudste").await;
        oldest.says("Het oudste gesprek staat bovenaan.");
        assert!(oldest.text().find("Yusuf") < oldest.text().find("Anna"), "{}", oldest.text());
    }

    async fn a_place_of_another_list_says_so_and_shows_the_beginning(world: World) {
        for number in 0..52 {
            world.seconds_later(1).resident(&format!("Inwoner {number:02}")).writes("Hallo").await;
        }
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let first = noor.get("/gesprekken?volgorde=nieuwste").await;
        first.says_not("Dit is het begin van de lijst").says_not("Inwoner 01");
        let next = links(&first, "Volgende gesprekken").remove(0);
        noor.get(&next).await.says("Inwoner 01").says_not("Dit is het begin");
        let other = next.replace("volgorde=nieuwste", "volgorde=oudste");
        noor.get(&other).await.is(200).says("Dit is het begin van de lijst").says("Inwoner 01").says_not("Inwoner 51");
    }

    async fn rows_that_change_are_told_whether_they_are_in_the_list_that_one_looks_at(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let yusuf = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let rows = |query: &str| format!("/gesprekken/rijen?{query}welke={}", yusuf.conversation);
        let here = |shown: &Shown| shown.html.contains("data-here");
        assert!(here(&noor.get(&rows("")).await));
        assert!(!here(&noor.get(&rows("behandelaar=ik&")).await));
        let counted = noor.get(&rows("behandelaar=niemand&")).await;
        assert!(here(&counted) && counted.html.contains("data-counter=\"hier\">1<"), "{}", counted.html);
        world.agent("Noor").await.replies(&yusuf, "Dag").await;
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        assert!(here(&noor.get(&rows("verzending=mis&")).await));
        assert!(!here(&noor.get(&rows("lijst=gesloten&")).await));
    }

    async fn a_list_is_saved_found_renamed_moved_and_removed_without_script(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        assert!(!noor.get("/gesprekken").await.has_form("/gesprekken/lijsten"), "it is there already");
        let narrow = "/gesprekken?behandelaar=niemand&ongelezen=ja";
        let form = noor.get(narrow).await.form("/gesprekken/lijsten?behandelaar=niemand&#38;ongelezen=ja");
        let action = form.action.replace("&#38;", "&");
        noor.post(&action, &form.with(&[("naam", "  "), ("voor", "")])).await.is(400).says("Vul een naam in van hoogstens 40 tekens.");
        let saved = noor.post(&action, &form.with(&[("naam", "Nog te lezen"), ("voor", "webcare")])).await;
        assert_eq!(saved.location(), narrow);
        let shown = noor.get(narrow).await;
        shown.says("Nog te lezen 1");
        assert!(shown.html.contains("<h1 class=\"list-head__title\" id=\"lijst-kop\" tabindex=\"-1\"><bdi>Nog te lezen</bdi>"));
        assert!(!shown.has_form("ongelezen=ja"), "it is saved already");
        assert_eq!(links(&noor.get("/gesprekken").await, "Nog te lezen"), [narrow]);
        // Everybody of the team sees it, and how many are in it for them.
        site.logged_in("Daan").await.get("/gesprekken").await.says("Nog te lezen 1");
        site.logged_in("Joris").await.get("/gesprekken").await.says_not("Nog te lezen");
        noor.get("/gesprekken/rijen?lijsten=ja").await.says("1");
        let own = noor.post("/gesprekken/lijsten?lijst=mijn&volgorde=oudste", &[("naam", "Oudste van mij"), ("voor", "")]).await;
        own.is(303);
        let other = noor.post("/gesprekken/lijsten?wacht=60", &[("naam", "<b>Lang</b>"), ("voor", "")]).await;
        other.is(303);

        let page = noor.get("/gesprekken/lijsten").await;
        page.says("Mijn lijsten").says("Lijsten van team Webcare").says("<b>Lang</b>".replace('<', "&#60;").replace('>', "&#62;").as_str());
        let up = page.forms().into_iter().filter(|form| form.action.ends_with("/plaats")).nth(1).expect("of the second");
        noor.post(&up.action, &up.with(&[("richting", "omhoog")])).await.is(303);
        let page = noor.get("/gesprekken/lijsten?gedaan=plaats").await;
        page.says("De volgorde is bewaard.");
        assert!(page.text().find("Lang") < page.text().find("Oudste van mij"));
        let rename = page.form("/naam");
        noor.post(&rename.action, &rename.with(&[("naam", "Lang wachtend")])).await.is(303);
        noor.post(&rename.action, &rename.with(&[("naam", "Nog anders")])).await.is(409).says("Iemand veranderde deze lijst net");
        let gone = links(&noor.get("/gesprekken/lijsten").await, "Lang wachtend");
        let asked = noor.get(gone.iter().find(|link| link.contains("weg=")).expect("a link")).await;
        asked.says("Lijst Lang wachtend verwijderen?");
        let remove = asked.form("/verwijdering");
        noor.post(&remove.action, &remove.with(&[])).await.is(303);
        noor.get("/gesprekken/lijsten?gedaan=verwijderd").await.says("De lijst is verwijderd.").says_not("Lang wachtend");
    }
}
