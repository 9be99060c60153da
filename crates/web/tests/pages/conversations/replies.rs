//! `/gesprekken/{id}/antwoorden`

use domain::messages::Direction;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

use crate::site::{FORM, Site, conversation, encoded};

both_databases! {
    async fn an_answer_is_kept_and_the_page_says_so(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.get(&conversation(&talk)).await.says("De inwoner krijgt dit via WhatsApp. Hoogstens 4.096 tekens.");
        let shown = noor.answers(&talk, "Morgen is de lamp gemaakt.").await;
        shown.is(303);
        assert_eq!(shown.location(), format!("{}?gedaan=antwoord", conversation(&talk)));
        let page = noor.get(shown.location()).await;
        page.is(200).says("Uw antwoord gaat over tien seconden weg.").says("Morgen is de lamp gemaakt.");
        page.says("Noor Bakker").says("Wacht op verzenden").says("wacht op de inwoner");
        assert!(page.html.contains("role=\"status\""));
    }

    async fn an_answer_can_quote_what_it_answers_and_the_quote_says_what_it_was(world: World) {
        let lamp = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let tree = world.seconds_later(5).resident("Yusuf").writes("En er ligt een boom").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let messages = world.agent("Noor").await.reads(&lamp).await;
        let first = messages.iter().find(|seen| seen.message.text.as_deref() == Some("De lantaarn is kapot"));
        let first = &first.expect("he wrote it").message;
        let page = noor.get(&conversation(&lamp)).await;
        let link = format!("{}?antwoord_op={}", conversation(&lamp), first.id);
        assert!(page.html.contains(&link), "each message of his can be answered");
        let page = noor.get(&link).await;
        page.is(200).says("U antwoordt op Yusuf.").says("Toch niet");
        let form = page.form("/antwoorden");
        assert_eq!(form.hidden("antwoord_op"), Some(first.id.to_string().as_str()));
        // Refused, it is still quoted.
        let empty = noor.post(&form.action, &form.with(&[("tekst", "")])).await;
        empty.is(400).says("U antwoordt op Yusuf.");
        let form = empty.form("/antwoorden");
        noor.post(&form.action, &form.with(&[("tekst", "Morgen is hij gemaakt.")])).await.is(303);
        noor.get(&conversation(&lamp)).await.says("Antwoord op Yusuf De lantaarn is kapot");
        let messages = world.agent("Noor").await.reads(&lamp).await;
        let sent = messages.iter().find(|seen| seen.message.direction == Direction::Out).expect("sent");
        assert_eq!(sent.message.reply_to, first.provider_id);
        // And the other way round: what the resident quotes is shown, with the way to it.
        let number = world.number("wa-main").settings;
        let quoting = serde_json::json!({"id": "wamid.Q1", "timestamp": (world.now().as_second() + 9).to_string(),
            "type": "text", "text": {"body": "Die bedoel ik"}, "context": {"from": tree.phone, "id": tree.wamid}});
        world.seconds_later(9).deliver("wa-main", &Webhook::about(&number).message((&tree.phone, "Yusuf"), quoting)).await;
        world.read_all().await;
        let page = noor.get(&conversation(&lamp)).await;
        page.says("Antwoord op Yusuf En er ligt een boom");
        // An id of another conversation quotes nothing.
        let other = world.resident("Sanne").writes("GEHEIM").await;
        let page = noor.get(&format!("{}?antwoord_op={}", conversation(&other), first.id)).await;
        page.is(200).says_not("U antwoordt op").says_not("lantaarn");
    }

    /// C8: a double click, a reload, three requests at once.
    async fn three_clicks_at_once_send_one_message(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        let fields = form.with(&[("tekst", "Dank u, wij kijken ernaar.")]);
        let click = || noor.post(&form.action, &fields);
        let (one, two, three) = tokio::join!(click(), click(), click());
        let reload = click().await;
        for shown in [one, two, three, reload] {
            shown.is(303);
        }
        let messages = world.agent("Noor").await.reads(&talk).await;
        let sent = messages.iter().filter(|seen| seen.message.direction == Direction::Out).count();
        assert_eq!(sent, 1);
    }

    async fn a_form_that_was_sent_already_does_not_take_another_text_unseen(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        noor.post(&form.action, &form.with(&[("tekst", "Eerste tekst")])).await.is(303);
        let shown = noor.post(&form.action, &form.with(&[("tekst", "Tweede tekst")])).await;
        shown.is(409).says("U hebt dit formulier al eerder verstuurd").says("Tweede tekst").says("Eerste tekst");
        assert_ne!(shown.form("/antwoorden").hidden("sleutel"), form.hidden("sleutel"));
    }

    async fn two_colleagues_at_once_see_each_others_answer_and_nobody_loses_a_text(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let site = Site::of(&world);
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        let noors = noor.get(&conversation(&talk)).await.form("/antwoorden");
        daan.answers(&talk, "Wij sturen een monteur.").await.is(303);
        let shown = noor.post(&noors.action, &noors.with(&[("tekst", "Ik vraag het na.")])).await;
        shown.is(409).says("Een collega antwoordde intussen.").says("Wij sturen een monteur.").says("Daan Visser");
        assert!(shown.html.contains("role=\"alert\"") && shown.html.contains("aria-invalid=\"true\""));
        assert!(shown.html.contains(">\nIk vraag het na.</textarea>"), "{}", shown.html);
        assert!(shown.html.contains("href=\"#antwoord-tekst\""));
        // Having seen it, the answer can be sent after all.
        let again = shown.form("/antwoorden");
        assert_ne!(again.hidden("gezien"), noors.hidden("gezien"));
        noor.post(&again.action, &again.with(&[("tekst", "Ik vraag het na.")])).await.is(303);
    }

    async fn a_text_that_is_too_long_is_refused_with_the_limit_and_stays(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let long = format!("Begin {} einde", "a".repeat(4_090));
        let shown = noor.answers(&talk, &long).await;
        shown.is(400).says("Uw antwoord heeft 4.102 tekens. WhatsApp neemt er hoogstens 4.096 aan.");
        assert!(shown.html.contains(&format!(">\n{long}</textarea>")));
        world.agent("Noor").await.reads(&talk).await.iter().for_each(|seen| {
            assert_eq!(seen.message.direction, Direction::In);
        });
    }

    async fn an_empty_answer_and_one_with_a_forbidden_character_are_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.answers(&talk, " \r\n ").await.is(400).says("Schrijf eerst een antwoord.");
        noor.answers(&talk, "Hallo\u{0}daar").await.is(400).says("een teken in dat niet verstuurd kan worden");
    }

    async fn line_breaks_are_counted_once_and_stay(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.answers(&talk, &format!("{}\r\n{}", "a".repeat(2_047), "b".repeat(2_048))).await.is(303);
    }

    async fn after_the_platforms_window_nothing_can_be_answered_and_the_page_says_why(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await;
        page.says("WhatsApp laat antwoorden toe tot morgen 9.00 uur.");
        let form = page.form("/antwoorden");
        world.hours_later(25);
        // The session is of yesterday.
        let noor = site.logged_in("Noor").await;
        let closed = noor.get(&conversation(&talk)).await;
        closed.says("WhatsApp laat nu geen antwoord toe. Dat kan alleen binnen 24 uur");
        assert!(!closed.has_form("/antwoorden") && closed.has_form("/notities"));
        let shown = noor.post(&form.action, &form.with(&[("tekst", "Te laat geschreven")])).await;
        shown.is(400).says("WhatsApp laat nu geen antwoord meer toe.").says("Te laat geschreven");
    }

    async fn a_closed_conversation_is_reopened_before_it_is_answered_and_the_text_stays(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        world.agent("Daan").await.closes(&talk).await;
        let shown = noor.post(&form.action, &form.with(&[("tekst", "Net te laat")])).await;
        shown.is(400).says("Dit gesprek is intussen gesloten.").says("Net te laat");
        assert!(shown.has_form("/heropening"));
    }

    async fn whoever_was_logged_out_while_writing_gets_their_text_back(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        world.hours_later(5);
        let shown = noor.post(&form.action, &form.with(&[("tekst", "Een lang <b>antwoord</b>")])).await;
        shown.is(401).says("U bent uitgelogd");
        assert!(shown.html.contains(">\nEen lang &#60;b&#62;antwoord&#60;/b&#62;</textarea>"), "{}", shown.html);
        assert!(shown.html.contains(&format!("href=\"/inloggen?naar={}\"", conversation(&talk))), "{}", shown.html);
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 1);
    }

    /// X4.
    async fn a_field_that_we_do_not_know_or_that_comes_twice_refuses_the_form(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        let good = form.with(&[("tekst", "Hallo Yusuf")]);
        for extra in ["assignee_id", "municipality_id", "direction", "tekst", "sleutel"] {
            let fields: Vec<_> = good.iter().copied().chain([(extra, "1")]).collect();
            noor.post(&form.action, &fields).await.is(400);
        }
        for missing in ["tekst", "sleutel", "gezien"] {
            let fields: Vec<_> = good.iter().copied().filter(|(name, _)| *name != missing).collect();
            noor.post(&form.action, &fields).await.is(400);
        }
        noor.post(&form.action, &form.with(&[("tekst", "Hallo"), ("gezien", "onzin")])).await.is(400);
        noor.post(&form.action, &form.with(&[("tekst", "Hallo"), ("sleutel", "")])).await.is(400).says("Hallo");
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 1);
    }

    /// D2.
    async fn a_form_that_is_much_too_large_is_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let address = format!("{}/antwoorden", conversation(&talk));
        let body = encoded(&[("tekst", &"a".repeat(300_000)), ("sleutel", "1"), ("gezien", "")]);
        noor.post_as(&address, body, &[("sec-fetch-site", "same-origin"), FORM]).await.is(413).says("Dit is te groot");
    }
}
