//! `/gesprekken/{id}`: one conversation.

use domain::channels::Answer;
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

use crate::site::{Site, conversation};

both_databases! {
    async fn messages_stand_in_the_residents_order_with_their_day_writer_and_time(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        world.at("09:30").agent("Noor").await.replies(&talk, "In welke straat?").await;
        world.send_all(|_| Answer::Delivered { provider_id: None }).await;
        world.at("09:40").resident("Yusuf").writes("De Kerkstraat").await;
        world.at("10:00");
        let site = Site::of(&world);
        let page = site.logged_in("Noor").await.get(&conversation(&talk)).await;
        page.is(200).says("Vandaag").says("9.00").says("Noor Bakker").says("Aangenomen door het kanaal");
        page.says("wacht 20 min").says("Kanaal WhatsApp").says("Team Webcare");
        let text = page.text();
        let text = text.split_once("Vandaag").map(|(_, log)| log).expect("the day of the messages");
        let places = ["De lantaarn is kapot", "In welke straat?", "De Kerkstraat"].map(|words| text.find(words));
        assert!(places.is_sorted() && places[0].is_some(), "{text}");
        assert!(page.html.contains("role=\"log\" aria-live=\"off\" aria-label=\"Berichten met \u{2068}Yusuf\u{2069}\""));
        assert!(page.html.contains("dir=\"auto\">De lantaarn is kapot</p>"));
    }

    async fn a_kind_that_we_do_not_know_stays_visible_with_the_platforms_word(world: World) {
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("Hallo").await;
        let number = world.number("wa-main").settings;
        let at = world.now().as_second().to_string();
        let odd = json!({"id": "wamid.ODD", "timestamp": at, "type": "hologram", "hologram": {}});
        let photo = json!({"id": "wamid.PIC", "timestamp": at, "type": "image",
            "image": {"id": "1", "caption": "Kijk maar", "mime_type": "image/jpeg", "sha256": "x"}});
        for message in [odd, photo] {
            let webhook = Webhook::about(&number).message((&yusuf.phone(), "Yusuf"), message);
            world.deliver("wa-main", &webhook).await;
        }
        let reaction = Webhook::about(&number).reaction(
            (&yusuf.phone(), "Yusuf"),
            "wamid.LIKE",
            world.now(),
            ("wamid.PIC", "👍"),
        );
        world.deliver("wa-main", &reaction).await;
        world.read_all().await;
        let site = Site::of(&world);
        let page = site.logged_in("Noor").await.get(&conversation(&talk)).await;
        page.says("Bericht dat we nog niet kunnen tonen. Het kanaal noemt dit “hologram”.");
        page.says("Foto").says("Kijk maar").says("Reactie: 👍");
    }

    async fn a_video_that_the_channel_does_not_hand_over_is_shown_with_the_reason(world: World) {
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("Hallo").await;
        let title = "Media file size too big. Max file size we currently support: 100MB.";
        // With what it was and without, as an older delivery may be.
        for (wamid, video) in [("wamid.V1", json!({"id": "1", "mime_type": "video/mp4"})), ("wamid.V2", json!(null))] {
            let message = json!({"id": wamid, "timestamp": world.now().as_second().to_string(), "type": "video",
                "video": video, "errors": [{"code": 131_052, "title": title}]});
            let webhook = Webhook::about(&world.number("wa-main").settings);
            world.deliver("wa-main", &webhook.message((&yusuf.phone(), "Yusuf"), message)).await;
        }
        world.read_all().await;
        let site = Site::of(&world);
        let page = site.logged_in("Noor").await.get(&conversation(&talk)).await;
        let why = "De bijlage is niet bij ons aangekomen. Hij is groter dan dit kanaal doorgeeft. Vraag de inwoner om een kleiner bestand";
        assert_eq!(page.html.matches(why).count(), 2, "{}", page.html);
        assert_eq!(page.html.matches("<bdi>Video</bdi>").count(), 2, "{}", page.html);
        assert!(!page.html.contains("/herhaling"), "nothing can be tried again");
    }

    /// W1.
    async fn what_a_resident_writes_is_text_and_their_name_turns_nothing_around(world: World) {
        let evil = "</p><script>alert(1)</script> <img src=x onerror=alert(1)> https://evil.example\n\n\u{202e}abc";
        let name = "نور <b>x</b>";
        let talk = world.resident(name).writes(evil).await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        for address in [conversation(&talk), "/gesprekken".to_owned()] {
            let page = noor.get(&address).await;
            assert!(!page.html.contains("<script>") && !page.html.contains("<img"), "{}", page.html);
            assert!(!page.html.contains("href=\"https://evil"), "{}", page.html);
            assert!(page.html.contains("<bdi>نور &#60;b&#62;x"), "{}", page.html);
        }
    }

    /// D7: the page stays small however long the conversation is.
    async fn a_long_conversation_is_read_page_by_page_without_the_platforms_ids_in_addresses(world: World) {
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("bericht 000.").await;
        let number = world.number("wa-main").settings;
        // A hundred and twenty in three seconds: many of one moment.
        for count in 1..120 {
            let at = world.now() + jiff::SignedDuration::from_secs(count / 40);
            let (wamid, text) = (format!("wamid.PHONE{count:03}"), format!("bericht {count:03}."));
            let webhook = Webhook::about(&number).text((&yusuf.phone(), "Yusuf"), &wamid, at, &text);
            world.deliver("wa-main", &webhook).await;
        }
        world.read_all().await;
        world.seconds_later(10);
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let mut seen = Vec::new();
        let mut address = conversation(&talk);
        loop {
            let page = noor.get(&address).await;
            assert!(!page.html.contains("wamid"), "a platform's id is on the page");
            let log = page.html.split("role=\"log\"").nth(1).and_then(|rest| rest.split("</ol>").next());
            let log = log.expect("the messages");
            let numbers = log.match_indices("bericht ").filter_map(|(at, _)| log.get(at + 8..at + 11));
            let numbers: Vec<u32> = numbers.filter_map(|text| text.parse().ok()).collect();
            assert!(numbers.len() <= 50);
            seen.extend(numbers);
            let Some(before) = page.html.split("rel=\"prev\"").next().filter(|b| b.len() < page.html.len()) else { break };
            let link = before.rsplit("href=\"").next().expect("a link").trim_end_matches("\" ");
            link.clone_into(&mut address);
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..120).collect::<Vec<_>>());
        // And forward again from the oldest page.
        let oldest = noor.get(&address).await;
        let link = oldest.html.split("rel=\"next\"").next().and_then(|b| b.rsplit("href=\"").next()).expect("a link");
        noor.get(link.trim_end_matches("\" ")).await.is(200).says("bericht 0");
        noor.get(&format!("{}?voor=onzin&na=1~2", conversation(&talk))).await.is(200).says("bericht 119.");
    }
}
