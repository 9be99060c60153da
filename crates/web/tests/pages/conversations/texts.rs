//! Canned texts in the composer, without script.

use simulation::both_databases;
use simulation::world::World;
use usecases::canned_texts::offer_canned_texts;

use crate::site::{Site, conversation};

both_databases! {
    async fn a_text_is_chosen_by_forms_alone_and_nothing_that_was_written_is_lost(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("De container is vol").await;
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        let at = format!("{}/standaardteksten?soort=antwoord", conversation(&talk));
        let written = [("tekst", "Beste buurman,"), ("plek_naam", "Kerkplein"), ("standaardtekst", "")];
        let list = noor.post(&at, &form.with(&written)).await;
        list.is(200).says("Beste buurman,").says("Container is vol /volle-container").says_not("Afspraak maken bij Burgerzaken");
        assert!(list.html.contains("value=\"Kerkplein\""), "what was to go along stays");
        let narrowed = noor.post(&at, &form.with(&[("tekst", "Beste"), ("standaardtekst", ""), ("standaard_zoek", "LANTAARN nummer")])).await;
        narrowed.is(200).says("/lantaarn").says_not("/volle-container");
        noor.post(&at, &form.with(&[("tekst", ""), ("standaardtekst", ""), ("standaard_zoek", "zeepaard")])).await
            .is(200).says("Geen standaardtekst gevonden met “zeepaard”.");
        let ctx = world.agent("Noor").await.ctx;
        let offered = offer_canned_texts(&ctx, talk.conversation).await.expect("she sees it");
        let id = offered.iter().find(|one| one.shortcut == "bedankt").expect("there is one").id.to_string();
        let chosen = noor.post(&at, &form.with(&[("tekst", "Beste buurman,\r\n"), ("standaardtekst", &id)])).await;
        chosen.is(200).says("De tekst staat in het antwoordvak").says("Beste buurman, Graag gedaan, Yusuf. Fijne dag nog! Groet, Noor Bakker");
        // Nothing was sent, and it is kept (P18).
        noor.get(&conversation(&talk)).await.says("Graag gedaan, Yusuf.").says("Concept opgeslagen");
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 1);
        let gone = "0190ffff-ffff-7000-8000-000000000001";
        noor.post(&at, &form.with(&[("tekst", "Bewaar mij"), ("standaardtekst", gone)])).await.is(409).says("Bewaar mij").says("is er niet meer");
    }

    async fn a_note_takes_a_text_too_and_each_conversation_has_those_of_its_team(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").to("wa-tweede").writes("Paspoort").await;
        let joris = site.logged_in("Joris").await;
        let form = joris.get(&conversation(&talk)).await.form("/notities");
        let at = format!("{}/standaardteksten?soort=notitie", conversation(&talk));
        let list = joris.post(&at, &form.with(&[("tekst", "Kijk even"), ("standaardtekst", "")])).await;
        list.is(200).says("Kijk even").says("/afspraak").says_not("/grofvuil");
        joris.post(&at.replace("notitie", "gedicht"), &form.with(&[("tekst", "")])).await.is(400);
        joris.post(&at, &form.with(&[("tekst", ""), ("versiering", "x")])).await.is(400);
    }

    async fn what_nobody_can_fill_in_stays_open_and_does_not_leave(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let refused = noor.answers(&talk, "Dag {naam inwoner}, tot morgen").await;
        refused.is(400).says("Vul eerst {naam inwoner} in.").says("Dag {naam inwoner}, tot morgen");
        noor.answers(&talk, "Dag {Yusuf}, tot morgen").await.is(303);
    }

    async fn our_script_gets_the_texts_with_their_gaps_filled(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let at = format!("{}/standaardteksten?soort=antwoord", conversation(&talk));
        let shown = noor.ask("GET", &at, &[("x-gehoor-script", "1")]).await;
        shown.is(200).says("Graag gedaan, Yusuf. Fijne dag nog! Groet, Noor Bakker");
        assert!(shown.html.contains("data-shortcut=\"bedankt\"") && !shown.html.contains("<form"));
    }
}
