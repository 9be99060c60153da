//! The pages as documents: nothing inline, a language, labels, unique ids.

use domain::channels::Answer;
use simulation::both_databases;
use simulation::world::World;
use usecases::canned_texts::list_canned_texts;

use crate::administration::raw_events::unreadable;
use crate::site::{Shown, Site, conversation};

/// A list with every filter, at a place of another one.
const NARROW: &str = "/gesprekken?team=webcare&kanaal=wa-main&stand=open&behandelaar=ik&wacht=60&ongelezen=ja&verzending=mis&volgorde=oudste&vanaf=1~2~3";

fn check(shown: &Shown, language: &str, address: &str) {
    let html = &shown.html;
    for script in html.split("<script").skip(1) {
        let tag = script.split("</script>").next().unwrap_or_default();
        assert!(tag.contains(" src=\"/assets/") && tag.ends_with('>'), "<script{tag} on {address}");
    }
    for forbidden in [" style=\"", "<style", " onclick=", " onload=", "javascript:", "http://", "https://"] {
        assert!(!html.contains(forbidden), "{forbidden} on {address}");
    }
    assert!(html.starts_with("<!doctype html>"), "{address}");
    assert!(html.contains(&format!("<html lang=\"{language}\">")), "{address}");
    assert_eq!(html.matches("<h1").count(), 1, "one title on {address}");
    assert_eq!(html.matches("<main").count(), 1, "{address}");
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id stands twice on {address}: {ids:?}");
    for name in [" for=\"", "aria-labelledby=\"", "aria-describedby=\"", "href=\"#"] {
        for reference in html.split(name).skip(1).filter_map(|rest| rest.split('"').next()) {
            for id in reference.split_whitespace() {
                assert!(ids.contains(&id), "{name}{id} names nothing on {address}");
            }
        }
    }
    for field in ["<textarea", "<select", "<input "] {
        for tag in html.split(field).skip(1).filter_map(|rest| rest.split('>').next()) {
            let hidden = tag.contains("type=\"hidden\"");
            let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            assert!(
                hidden || html.contains(&format!("for=\"{id}\"")),
                "{field} {tag} has no label on {address}"
            );
        }
    }
}

both_databases! {
    async fn every_page_is_a_sound_document_in_both_languages(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag").await;
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        let closed = world.resident("Anna").writes("Bedankt").await;
        world.agent("Noor").await.closes(&closed).await;
        unreadable(&world, "wa-main").await;
        for language in ["nl", "en"] {
            let mut fatima = site.logged_in("Fatima").await;
            fatima.language = language;
            let mut nobody = site.browser();
            nobody.language = language;
            let (one, other) = (conversation(&talk), conversation(&closed));
            let pages = ["/gesprekken", "/gesprekken?lijst=alle", NARROW, "/gesprekken/lijsten", &one, &other, "/profiel", "/beheer/ontvangst", "/zoeken?q=hallo"];
            for path in pages.into_iter().chain(["/beheer/verzendingen", "/handleiding", "/handleiding/standen", "/nergens"]) {
                check(&fatima.get(path).await, language, path);
            }
            let mut ingrid = site.logged_in("Ingrid").await;
            ingrid.language = language;
            let channels = ["", "/nieuw", "/wa-main", "/wa-main/controle", "/wa-main/instellingen"];
            for path in channels.map(|below| format!("/beheer/kanalen{below}")) {
                let mut shown = ingrid.get(&path).await;
                // The address of the platform's API is a setting, not something that a browser fetches.
                shown.html = shown.html.replace("value=\"http://127.0.0.1:9\"", "value=\"\"");
                check(&shown, language, &path);
            }
            let person = format!("/beheer/gebruikers/{}", world.agent("Noor").await.id());
            let own = ["/profiel/tweede-stap", "/beheer/gebruikers", "/beheer/gebruikers/nieuw", "/beheer/huisstijl", &person];
            for path in own.into_iter().chain(["/beheer/teams", "/beheer/teams/webcare", "/beheer/controlelog"]) {
                check(&ingrid.get(path).await, language, path);
            }
            ingrid.post("/profiel/tweede-stap", &[]).await.is(303);
            check(&ingrid.get("/profiel/tweede-stap").await, language, "/profiel/tweede-stap, begun");
            let mut link = ingrid.post(&format!("{person}/uitnodiging"), &[]).await;
            link.html = link.html.replace("value=\"http://webcare.example/wachtwoord/", "value=\"");
            check(&link, language, "POST …/uitnodiging");
            let missing = [("email", "x"), ("naam", ""), ("rol", "agent")];
            check(&ingrid.post("/beheer/gebruikers", &missing).await, language, "POST /beheer/gebruikers");
            check(&nobody.get("/wachtwoord-vergeten").await, language, "/wachtwoord-vergeten");
            check(&nobody.get("/wachtwoord/x").await, language, "/wachtwoord/x");
            check(&nobody.get("/inloggen").await, language, "/inloggen");
            check(&nobody.log_in("niemand@nergens.example", "x").await, language, "POST /inloggen");
            let texts = list_canned_texts(&world.agent("Fatima").await.ctx).await.expect("she may");
            let text = format!("/beheer/standaardteksten/{}", texts[0].text.id);
            for path in ["/beheer/standaardteksten", "/beheer/standaardteksten/nieuw", &text] {
                check(&fatima.get(path).await, language, path);
            }
            let empty = [("naam", ""), ("afkorting", ""), ("tekst", "")];
            check(&fatima.post("/beheer/standaardteksten", &empty).await, language, "POST …/standaardteksten");
            for purpose in ["antwoord", "notitie"] {
                let path = format!("{one}/standaardteksten?soort={purpose}");
                check(&fatima.get(&path).await, language, &path);
            }
            check(&fatima.answers(&talk, "").await, language, "POST …/antwoorden");
            let form = fatima.get(&one).await.form("/uitkomst");
            let shown = fatima.post(&form.action, &form.with(&[("uitkomst", "misschien")])).await;
            check(&shown, language, "POST …/uitkomst");
        }
    }

    /// A page of every kind under the budget of 2,000 elements (D7).
    async fn a_full_page_stays_small(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("Hallo").await;
        for count in 0..60 {
            world.seconds_later(60).agent("Noor").await.replies(&talk, &format!("Bericht {count}")).await;
        }
        let page = site.logged_in("Noor").await.get(&conversation(&talk)).await;
        let elements = page.html.matches('<').count() - page.html.matches("</").count();
        assert!(elements < 2_000, "{elements} elements");
    }
}
