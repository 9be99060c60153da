//! Two municipalities in one installation see nothing of each other (RELIABILITY X2).

use domain::channels::Answer;
use simulation::both_databases;
use simulation::world::World;

use super::roles::uncertain;
use crate::administration::raw_events::unreadable;
use crate::site::{Site, conversation};

both_databases! {
    /// X2: every id of Lindeveld in Zwanendam's hands, and the other way round.
    async fn an_id_of_another_municipality_opens_nothing_and_changes_nothing(world: World) {
        let site = Site::of(&world);
        let theirs = world.resident("Sanne").to("wa-lindeveld").writes("GEHEIM van Lindeveld").await;
        world.agent("Femke").await.replies(&theirs, "Dag Sanne").await;
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        unreadable(&world, "wa-lindeveld").await;
        let own = world.resident("Yusuf").writes("Van Zwanendam").await;
        let femke_id = world.agent("Femke").await.id().to_string();
        let (last_out, part) = uncertain(&world, "Femke", &theirs).await;
        let raw = site.logged_in("Ruben").await.get("/beheer/ontvangst").await.form("/herhaling").action;
        let before = world.canonical_export("lindeveld").await;

        let fatima = site.logged_in("Fatima").await;
        let address = conversation(&theirs);
        let text = [("sleutel", "k"), ("gezien", last_out.as_str()), ("tekst", "Inbraak")];
        let note = [("sleutel", "k"), ("tekst", "Inbraak")];
        let own_part = format!("{}/onderdelen/{part}/uitkomst", conversation(&own));
        let takeover = [("soort", "antwoord"), ("van", femke_id.as_str())];
        let knocks: Vec<(String, &[(&str, &str)])> = vec![
            (format!("{address}/antwoorden"), &text),
            (format!("{address}/notities"), &note),
            (format!("{address}/toewijzing"), &[("wie", ""), ("versie", "1")]),
            (format!("{address}/sluiting"), &[("uitkomst", "spam"), ("versie", "1")]),
            (format!("{address}/heropening"), &[("versie", "1")]),
            (format!("{address}/onderdelen/{part}/uitkomst"), &[("uitkomst", "laat")]),
            (format!("{address}/concept"), &[("soort", "antwoord"), ("tekst", "Inbraak")]),
            (format!("{address}/concept/overname"), &takeover),
            (format!("{address}/berichten/{last_out}/terugname"), &[]),
            (own_part, &[("uitkomst", "laat")]),
            (raw, &[]),
        ];
        for (path, fields) in &knocks {
            fatima.post(path, fields).await.is(404).says_not("GEHEIM").says_not("Sanne");
        }
        for looked_at in [address.clone(), format!("{address}/deel")] {
            fatima.get(&looked_at).await.is(404).says_not("GEHEIM").says_not("Sanne");
        }
        let rows = format!("/gesprekken/rijen?welke={},{}", theirs.conversation, own.conversation);
        fatima.get(&rows).await.is(200).says("Yusuf").says_not("GEHEIM").says_not("Sanne");
        for page in ["/gesprekken", "/gesprekken?lijst=alle", "/beheer/ontvangst", "/beheer/verzendingen"] {
            fatima.get(page).await.is(200).says_not("GEHEIM").says_not("Sanne").says_not("wa-lindeveld");
        }
        // Ids of theirs in the body of a form about a conversation of one's own.
        let form = fatima.get(&conversation(&own)).await.form("/toewijzing");
        fatima.post(&form.action, &form.with(&[("wie", &femke_id)])).await.is(400);
        let form = fatima.get(&conversation(&own)).await.form("/antwoorden");
        let seen = form.with(&[("tekst", "Hallo"), ("gezien", &last_out)]);
        fatima.post(&form.action, &seen).await.is(409).says_not("Sanne");
        // And as a place in a list.
        let place = format!("/gesprekken?vanaf=1~{}", theirs.conversation);
        fatima.get(&place).await.is(200).says_not("Sanne");
        let place = format!("{}?voor=1772438400000000~{last_out}", conversation(&own));
        fatima.get(&place).await.is(200).says_not("Sanne");
        assert_eq!(world.canonical_export("lindeveld").await, before);
    }

    /// X1: another team's conversation is not told apart from one that does not exist.
    async fn another_teams_conversation_looks_like_one_that_does_not_exist(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("GEHEIM van Webcare").await;
        let joris = site.logged_in("Joris").await;
        let foreign = joris.get(&conversation(&talk)).await;
        let none = joris.get("/gesprekken/0190ffff-ffff-7000-8000-000000000001").await;
        let no_id = joris.get("/gesprekken/1").await;
        assert_eq!(foreign.html, none.html);
        assert_eq!(none.html, no_id.html);
        foreign.is(404).says("Deze pagina is er niet");
        joris.get("/gesprekken?lijst=alle").await.says_not("GEHEIM").says_not("Yusuf");
    }
}
