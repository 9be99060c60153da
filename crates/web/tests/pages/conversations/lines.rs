//! What happened in a conversation, between its messages.

use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

use crate::site::{Site, conversation};

/// Where each of these stands in the log.
fn places(text: &str, words: &[&str]) -> Vec<Option<usize>> {
    words.iter().map(|words| text.find(words)).collect()
}

both_databases! {
    async fn what_colleagues_did_stands_between_the_messages_where_it_happened(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let (noor, daan, fatima) = (world.agent("Noor").await, world.agent("Daan").await, world.agent("Fatima").await);
        world.at("09:10");
        daan.tries_to_assign(&talk, Some(daan.id())).await.expect("may");
        world.at("09:20").resident("Yusuf").writes("In de Kerkstraat").await;
        world.at("09:25");
        fatima.tries_to_assign(&talk, Some(noor.id())).await.expect("may");
        world.at("09:30");
        noor.tries_to_assign(&talk, None).await.expect("may");
        world.at("09:40");
        noor.closes(&talk).await;
        world.at("10:00").resident("Yusuf").writes("Nog steeds kapot").await;
        let site = Site::of(&world);
        let browser = site.logged_in("Noor").await;
        let said = [
            "De lantaarn is kapot",
            "Daan Visser pakte het gesprek op 9.10",
            "In de Kerkstraat",
            "gaf het gesprek aan Noor Bakker 9.25",
            "Noor Bakker gaf het gesprek terug aan het team 9.30",
            "Noor Bakker sloot het gesprek:",
            "Nog steeds kapot",
            "Het gesprek ging weer open 10.00",
        ];
        for address in [conversation(&talk), format!("{}/deel", conversation(&talk))] {
            let page = browser.get(&address).await;
            let text = page.text();
            let log = text.split_once("Vandaag").map(|(_, log)| log).unwrap_or_default();
            let found = places(log, &said);
            assert!(found.is_sorted() && found.iter().all(Option::is_some), "{found:?} in {log}");
        }
        // A conversation of another team says nothing of it.
        site.logged_in("Joris").await.get(&conversation(&talk)).await.is(404);
    }

    async fn a_line_stands_on_one_page_of_the_log_however_one_turns_the_pages(world: World) {
        let yusuf = world.at("09:00").resident("Yusuf");
        let talk = yusuf.writes("bericht 000.").await;
        let daan = world.agent("Daan").await;
        let number = world.number("wa-main").settings;
        for count in 1..130 {
            let (wamid, text) = (format!("wamid.LINE{count:03}"), format!("bericht {count:03}."));
            let webhook = Webhook::about(&number).text((&yusuf.phone(), "Yusuf"), &wamid, world.now(), &text);
            world.deliver("wa-main", &webhook).await;
            world.read_all().await;
            // Some in the same moment as the message beside it, some after it.
            if count % 3 == 0 {
                world.seconds_later(10);
            }
            if count % 10 == 0 {
                let whose = (count % 20 == 0).then(|| daan.id());
                daan.tries_to_assign(&talk, whose).await.expect("may");
            }
        }
        let browser = Site::of(&world);
        let browser = browser.logged_in("Noor").await;
        let lines = |html: &str| -> Vec<i64> {
            let parts = html.split("id=\"g-").skip(1);
            parts.filter_map(|part| part.split('"').next()?.parse().ok()).collect()
        };
        let link = |html: &str, way: &str| -> Option<String> {
            let (before, _) = html.split_once(&format!("\" rel=\"{way}\""))?;
            before.rsplit("href=\"").next().map(|link| link.replace("&#38;", "&"))
        };
        let (mut seen, mut address, mut pages) = (Vec::new(), conversation(&talk), 0);
        let oldest = loop {
            let page = browser.get(&address).await;
            seen.extend(lines(&page.html));
            pages += 1;
            match link(&page.html, "prev") {
                Some(earlier) => address = earlier,
                None => break page,
            }
        };
        assert!(pages == 3 && seen.len() == 11, "{pages} pages with {seen:?}");
        let (mut forward, mut page) = (lines(&oldest.html), oldest);
        while let Some(later) = link(&page.html, "next") {
            page = browser.get(&later).await;
            forward.extend(lines(&page.html));
        }
        assert!(forward.is_sorted(), "{forward:?}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, forward);
    }

    async fn however_often_a_conversation_changes_hands_the_page_stays_small_and_says_so(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let daan = world.agent("Daan").await;
        for turn in 0..56 {
            world.seconds_later(1);
            daan.tries_to_assign(&talk, (turn % 2 == 0).then(|| daan.id())).await.expect("may");
        }
        let site = Site::of(&world);
        let page = site.logged_in("Noor").await.get(&conversation(&talk)).await;
        page.says("De lantaarn is kapot").says("U ziet hier de laatste 50 regels");
        assert_eq!(page.html.matches("class=\"event\"").count(), 50);
    }
}
