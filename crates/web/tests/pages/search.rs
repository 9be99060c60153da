//! `/zoeken`.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn what_is_found_is_marked_and_leads_to_its_conversation(world: World) {
        let yusuf = world.at("09:00").resident("Yusuf").writes("De straatverlichting in de Kerkstraat is kapot").await;
        world.agent("Noor").await.notes(&yusuf, "Verlichting is gemeld").await;
        world.resident("Anna").writes("Wanneer komt de container?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let shown = noor.get("/zoeken?q=verlichting").await;
        shown.is(200).says("Yusuf").says("Notitie:").says("Team Webcare").says("WhatsApp").says_not("container");
        assert!(shown.html.contains("De <mark>straatverlichting</mark> in de Kerkstraat"), "{}", shown.html);
        assert!(shown.html.contains(&format!("href=\"{}\"", conversation(&yusuf))));
        assert!(shown.html.contains("value=\"verlichting\""), "what was typed stays");
        noor.get("/zoeken?q=verlichting&volgorde=beste").await.is(200).says("straatverlichting");
    }

    async fn an_empty_page_asks_and_an_empty_result_says_what_to_change(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.get("/zoeken").await.is(200).says("Waar zoekt u naar?").says_not("Niets gevonden");
        noor.get("/zoeken?q=zwembad").await.is(200).says("Niets gevonden");
        noor.get("/zoeken?q=lantaarn+kanaal:mail").await.is(200).says("Zonder kanaal: is er wel iets te vinden.");
        noor.get("/zoeken?q=lantaarn+olifant").await.is(200).says("Geen bericht heeft al deze woorden.").says("Yusuf");
        noor.get("/zoeken?q=kleur:rood").await.is(200).says("“kleur:” is geen filter.");
    }

    /// D5: no error page, and what is too long is refused with words.
    async fn whatever_is_typed_gets_a_page(world: World) {
        world.resident("Yusuf").writes("<script>alert(1)</script> lantaarn").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        for typed in ["%22", "%27%3B+DROP", "a+AND", "NEAR(", "*", "%25", "%00", "%F0%9F%99%82", "%FF", "van:", "-", "q&na=x", "a&na=9223372036854775807", "a&na=-1"] {
            noor.get(&format!("/zoeken?q={typed}")).await.is(200);
        }
        let shown = noor.get("/zoeken?q=lantaarn").await;
        assert!(!shown.html.contains("<script>alert"), "{}", shown.html);
        let long = noor.get(&format!("/zoeken?q={}", "a".repeat(6000))).await;
        long.is(400).says("Dit is te lang: 6000 tekens.");
    }

    async fn a_long_list_goes_on_on_the_next_page(world: World) {
        for number in 0..23 {
            world.seconds_later(1).resident(&format!("Inwoner {number:02}")).writes("Lantaarn stuk").await;
        }
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let first = noor.get("/zoeken?q=lantaarn").await;
        let link = first.html.split("rel=\"next\"").next().and_then(|before| before.rsplit("href=\"").next());
        let link = link.expect("a link").trim_end_matches("\" ").replace("&#38;", "&").replace("&amp;", "&");
        let second = noor.get(&link).await;
        for number in 0..23 {
            let name = format!("Inwoner {number:02}</bdi></a></h2>");
            assert_eq!(first.html.matches(&name).count() + second.html.matches(&name).count(), 1, "{name}");
        }
        second.says("Terug naar het begin");
    }
}
