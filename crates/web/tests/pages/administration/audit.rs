//! `/beheer/controlelog`

use simulation::both_databases;
use simulation::world::World;

use crate::site::Site;

both_databases! {
    async fn it_says_in_words_who_changed_what_and_no_message(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("GEHEIM van Yusuf").await;
        world.agent("Noor").await.replies(&talk, "GEHEIM antwoord").await;
        world.agent("Noor").await.takes(&talk).await;
        let ingrid = site.logged_in("Ingrid").await;
        ingrid.post("/beheer/teams", &[("naam", "Buiten")]).await.is(303);
        let karim = site.logged_in("Karim").await;
        let page = karim.get("/beheer/controlelog").await;
        page.is(200).says("Ingrid van Dam Team Buiten toegevoegd of gewijzigd");
        page.says("Noor Bakker Antwoord geschreven in gesprek").says("gegeven aan Noor Bakker");
        page.says("Wie Gehoor beheert").says_not("GEHEIM").says_not("Yusuf");
        let (newest, older) = (page.text(), page.text());
        let at = |text: &str, words: &str| text.find(words).expect("it is there");
        assert!(at(&newest, "Team Buiten") < at(&older, "Antwoord geschreven"), "newest first");

        let noor = world.agent("Noor").await.id();
        let hers = karim.get(&format!("/beheer/controlelog?wie={noor}&wat=")).await;
        hers.says("Antwoord geschreven").says_not("Team Buiten");
        let people = karim.get("/beheer/controlelog?wie=&wat=people").await;
        people.says("Team Buiten toegevoegd").says_not("Antwoord geschreven");
        let both = karim.get(&format!("/beheer/controlelog?wie={noor}&wat=people")).await;
        both.says("Er is niets gevonden.");
    }

    async fn it_goes_page_by_page_and_misses_nothing(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        for _ in 0..60 {
            world.agent("Noor").await.notes(&talk, "Notitie").await;
            world.agent("Daan").await.notes(&talk, "Notitie").await;
        }
        let karim = site.logged_in("Karim").await;
        let mut path = "/beheer/controlelog?wie=&wat=conversations".to_owned();
        let mut lines = 0;
        for _ in 0..3 {
            let page = karim.get(&path).await;
            lines += page.html.matches("<tr><th scope=\"row\">").count();
            let Some(next) = page.html.split("<a href=\"").find(|rest| rest.contains("rel=\"next\"")) else { break };
            path = next.split('"').next().expect("an address").replace("&#38;", "&").replace("&amp;", "&");
        }
        assert_eq!(lines, 120);
    }

    /// X2.
    async fn nothing_of_another_municipality_stands_in_it(world: World) {
        let site = Site::of(&world);
        site.logged_in("Noor").await;
        let anouk = site.logged_in("Anouk").await;
        anouk.get("/beheer/controlelog").await.is(200).says("Anouk Willems logde in").says_not("Noor");
    }
}
