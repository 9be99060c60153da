//! `/gesprekken`: the list.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn who_waits_longest_is_on_top_and_each_row_says_what_matters(world: World) {
        world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        world.at("10:30").resident("Anna").writes("Wanneer komt de container?").await;
        world.at("11:10");
        let site = Site::of(&world);
        let shown = site.logged_in("Noor").await.get("/gesprekken").await;
        shown.is(200).says("De lantaarn is kapot").says("WhatsApp").says("nieuw").says("Team Webcare").says("Nog niemand");
        shown.says("wacht 2 u 10").says("wacht 40 min");
        assert!(shown.html.contains("title=\"vandaag 9.00\""));
        let text = shown.text();
        assert!(text.find("Yusuf") < text.find("Anna"), "{text}");
        assert!(shown.html.contains("<time class=\"row__waiting\" datetime=\"2026-03-02T08:00:00Z\""));
    }

    async fn the_list_shows_mine_nobodys_closed_and_all(world: World) {
        let yusuf = world.resident("Yusuf").writes("Van Noor").await;
        let anna = world.resident("Anna").writes("Van niemand").await;
        let joke = world.resident("Joke").writes("Al klaar").await;
        let site = Site::of(&world);
        world.agent("Noor").await.takes(&yusuf).await;
        world.agent("Daan").await.closes(&joke).await;
        let noor = site.logged_in("Noor").await;
        let check = async |address: &str, there: &[&str], not: &[&str]| {
            let shown = noor.get(address).await;
            shown.is(200);
            for words in there {
                shown.says(words);
            }
            for words in not {
                shown.says_not(words);
            }
        };
        let (y, a, j) = ("Van Noor", "Van niemand", "Al klaar");
        // "Van niemand" is also a choice of the filter, so the rows are told apart by their authors.
        check("/gesprekken?lijst=mijn", &[y], &["Anna", j]).await;
        check("/gesprekken?lijst=niemand", &[a, "Anna"], &[y, j]).await;
        check("/gesprekken?lijst=gesloten", &[j, "gesloten"], &[y, "Anna"]).await;
        check("/gesprekken?lijst=alle", &[y, "Anna", j], &[]).await;
        check("/gesprekken?lijst=onzin&vanaf=onzin", &[y, "Anna"], &[j]).await;
        // How much is in each list stands in the menu, for whoever looks.
        let menu = noor.get("/profiel").await;
        menu.says("Alles open 2").says("Voor mij 1").says("Op te pakken 1").says("Wacht op inwoner 0");
        site.logged_in("Daan").await.get("/profiel").await.says("Alles open 2").says("Voor mij 0");
        // The list that was chosen stays beside the conversation, in its links and in its forms.
        let opened = noor.get(&format!("{}?lijst=niemand", conversation(&anna))).await;
        opened.is(200).says("Van niemand").says_not("Van Noor");
        assert!(opened.html.contains("/notities?lijst=niemand\""), "{}", opened.html);
        let kept = noor.post(&format!("{}/notities?lijst=niemand", conversation(&anna)), &opened.form("/notities?lijst=niemand").with(&[("tekst", "Gebeld")])).await;
        assert!(kept.location().ends_with("?gedaan=notitie&lijst=niemand"), "{}", kept.location());
    }

    async fn earlier_conversations_with_the_same_resident_stand_beside_this_one(world: World) {
        let first = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.closes(&first).await;
        world.seconds_later(80 * 3600);
        let second = world.resident("Yusuf").writes("Nu is het de container").await;
        let other = world.resident("Anna").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let shown = noor.get(&conversation(&second)).await;
        shown.says("Eerdere gesprekken").says("Gesprek, gesloten");
        assert!(shown.html.contains(&format!("href=\"{}\"", conversation(&first))), "{}", shown.html);
        noor.get(&conversation(&other)).await.says_not("Eerdere gesprekken");
    }

    async fn an_empty_list_says_that_everybody_has_been_helped(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.get("/gesprekken").await.says("Iedereen is geholpen.");
        noor.get("/gesprekken?lijst=mijn").await.says("U hebt geen open gesprekken.");
        noor.get("/gesprekken?lijst=gesloten").await.says("Er zijn nog geen gesloten gesprekken.");
    }

    async fn a_long_list_goes_on_on_the_next_page_without_doubles_or_gaps(world: World) {
        for number in 0..53 {
            world.seconds_later(1).resident(&format!("Inwoner {number:02}")).writes("Hallo").await;
        }
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        for list in ["open", "alle"] {
            let first = noor.get(&format!("/gesprekken?lijst={list}")).await;
            let link = first.html.split("rel=\"next\"").next().and_then(|before| before.rsplit("href=\"").next());
            let link = link.expect("a link").trim_end_matches("\" ").replace("&#38;", "&").replace("&amp;", "&");
            let second = noor.get(&link).await;
            let rows = |html: &str| html.matches("<li class=\"row ").count() + html.matches("<li class=\"row\"").count();
            assert_eq!((rows(&first.html), rows(&second.html)), (50, 3), "{link}");
            assert!(!second.html.contains("rel=\"next\""));
            for number in 0..53 {
                let name = format!("Inwoner {number:02}");
                let times = first.html.matches(&name).count() + second.html.matches(&name).count();
                assert_eq!(times, 1, "{name} for {list}");
            }
        }
    }
}
