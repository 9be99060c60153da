//! What goes along with an answer, in the form and out of it.

use domain::messages::{Direction, Extra, MessageKind};
use domain::outbox::Purpose;
use simulation::both_databases;
use simulation::world::{NO_PLATFORM, Talk, World};
use usecases::configuration::apply_declaration;
use usecases::conversations::MessageView;
use usecases::outbox::claim_parts;

use crate::site::{Browser, Form, Shown, Site, conversation};

const BOUNDARY: &str = "grens-van-het-formulier";
const PDF: &str = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

/// Sends the form with files, as a browser does.
async fn send(noor: &Browser<'_>, form: &Form, fields: &[(&str, &str)], files: &[(&str, &str)]) -> Shown {
    let mut body = String::new();
    for (name, value) in form.with(fields) {
        body +=
            &format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (name, content) in files {
        body += &format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"bestand\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{content}\r\n"
        );
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    noor.post_as(&form.action, body, &[("sec-fetch-site", "same-origin"), ("content-type", &kind)])
        .await
}

/// What we said; both have the same moment, so that their order says nothing.
async fn ours(world: &World, talk: &Talk) -> MessageView {
    let messages = world.agent("Noor").await.reads(talk).await;
    messages
        .into_iter()
        .find(|view| view.message.direction == Direction::Out)
        .expect("something of ours")
}

both_databases! {
    async fn a_file_goes_along_and_a_second_click_sends_nothing_more(world: World) {
        let talk = world.resident("Yusuf").writes("Mag dit?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        for _ in 0..2 {
            send(&noor, &form, &[("tekst", "Zie het besluit.")], &[("besluit.pdf", PDF)]).await.is(303);
        }
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 2);
        let sent = ours(&world, &talk).await;
        assert_eq!(sent.message.kind, MessageKind::Document);
        assert_eq!(sent.attachments[0].file_name.as_deref(), Some("besluit.pdf"));
        assert_eq!(sent.attachments[0].media_type.as_deref(), Some("application/pdf"));
        noor.get(&conversation(&talk)).await.says("besluit.pdf");
    }

    async fn a_file_that_is_not_taken_is_named_and_the_rest_of_the_form_stays(world: World) {
        let talk = world.resident("Yusuf").writes("Mag dit?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        let fields = [("tekst", "Zie hier."), ("keuzes", "Ja\nNee")];
        let files = [("besluit.pdf", PDF), ("pagina.html", "<html><script>alert(1)</script></html>")];
        let shown = send(&noor, &form, &fields, &files).await;
        shown.is(400).says("kan niet mee. Stuur een foto").says("Zie hier.").says("Nee").says("besluit.pdf");
        // The good one was put down and goes along with the next try.
        let id = shown.html.split("name=\"bijlage\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let again = shown.form("/antwoorden");
        let fields = [("tekst", "Zie hier."), ("bijlage", id.expect("a file"))];
        noor.post(&again.action, &again.with(&fields)).await.is(303);
        assert_eq!(ours(&world, &talk).await.attachments.len(), 1);
    }

    async fn choices_and_a_place_go_along_and_what_is_wrong_stands_beside_its_field(world: World) {
        let talk = world.resident("Yusuf").writes("Waar?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        let wrong = noor.post(&form.action, &form.with(&[("tekst", "Kies"), ("keuzes", "a\nb\nc\nd")])).await;
        wrong.is(400).says("Hoogstens 3 knoppen.");
        assert!(wrong.html.contains("id=\"keuzes-fout\""));
        let form = wrong.form("/antwoorden");
        let nowhere = noor.post(&form.action, &form.with(&[("tekst", "Hier"), ("plek_noord", "Kerkstraat")])).await;
        nowhere.is(400).says("Vul noorderbreedte en oosterlengte in graden in.");
        let form = nowhere.form("/antwoorden");
        let fields = [
            ("tekst", "Past dit?"),
            ("keuzes", "Ja | Dan komen wij\nNee"),
            ("keuze_opener", "Kies"),
            ("plek_noord", "52,1601"),
            ("plek_oost", "4.497"),
        ];
        noor.post(&form.action, &form.with(&fields)).await.is(303);
        let sent = ours(&world, &talk).await;
        let places = sent.message.extras.iter().filter(|extra| matches!(extra, Extra::Place(_))).count();
        let options = sent.message.extras.iter().filter(|extra| matches!(extra, Extra::Options(_))).count();
        assert_eq!((places, options, sent.parts.len()), (1, 1, 2));
    }

    async fn a_long_text_is_shown_in_pieces_before_it_is_sent_so(world: World) {
        let talk = world.resident("Yusuf").writes("Leg uit").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        let long = "Dit is een zin van het antwoord. ".repeat(200);
        let shown = noor.post(&form.action, &form.with(&[("tekst", &long)])).await;
        shown.is(400).says("Zo krijgt de inwoner uw tekst").says("(1/2) Dit is een zin").says("(2/2)");
        shown.says("Verstuur in 2 berichten");
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 1);
        let form = shown.form("/antwoorden");
        noor.post(&form.action, &form.with(&[("tekst", &long), ("in_delen", "ja")])).await.is(303);
        assert_eq!(world.agent("Noor").await.parts(&talk).await.len(), 2);
    }

    async fn a_reaction_is_given_and_shown_with_its_state(world: World) {
        let talk = world.resident("Yusuf").writes("Dank u wel!").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/reactie");
        for _ in 0..2 {
            noor.post(&form.action, &form.with(&[("emoji", "👍")])).await.is(303);
        }
        let page = noor.get(&conversation(&talk)).await;
        page.says("Onze reactie: 👍").says("Wacht op verzenden").says("Neem onze reactie terug");
        let parts = claim_parts(&world.installation, 9).await.expect("the store answers");
        assert_eq!(parts.iter().filter(|part| part.purpose == Purpose::Reaction).count(), 1);
        noor.post(&form.action, &form.with(&[("emoji", "ok")])).await.is(400).says("Met dit teken");
    }

    /// Once per new message, when a person looks: not ahead of them, and not again.
    async fn a_person_who_looks_is_seen_to_look_once(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let seen = async || {
            let parts = claim_parts(&world.installation, 9).await.expect("the store answers");
            parts.iter().filter(|part| part.purpose == Purpose::Seen).count()
        };
        world.agent("Daan").await.sees(&talk).await;
        assert_eq!(seen().await, 0, "a use case is no look");
        noor.get(&conversation(&talk)).await.is(200);
        noor.get(&conversation(&talk)).await.is(200);
        assert_eq!(seen().await, 1);
        world.resident("Yusuf").writes("Bent u daar?").await;
        noor.get(&conversation(&talk)).await.is(200);
        assert_eq!(seen().await, 1);
        let messages = world.agent("Noor").await.reads(&talk).await;
        assert!(messages.iter().all(|view| view.parts.is_empty() && view.message.delivery.is_none()));
    }

    /// LOOK: the price stands under the text while one types, never as a surprise afterwards.
    async fn what_an_answer_costs_is_said_before_it_is_sent(world: World) {
        let talk = world.resident("Yusuf").writes("Is het klaar?").await;
        world.keeps_template("wa-main", "melding_stand", "Beste {{1}}, klaar.").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await;
        page.says("WhatsApp kan hiervoor kosten rekenen (antwoord). Het tarief is niet ingevuld.");
        let mut declaration = simulation::town::municipalities(NO_PLATFORM).pop().expect("Zwanendam");
        declaration.users.clear();
        for account in &mut declaration.channel_accounts {
            account.settings.insert("rates".to_owned(), "service 0.02; utility 0,0456".to_owned());
        }
        apply_declaration(&world.installation, declaration, false).await.expect("applied");
        let page = noor.get(&conversation(&talk)).await;
        page.says("WhatsApp rekent hiervoor hoogstens € 0,02 per bericht (antwoord).");
        world.hours_later(25);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&format!("{}?sjabloon=nl/melding_stand", conversation(&talk))).await;
        page.says("WhatsApp rekent hiervoor hoogstens € 0,0456 per bericht (dienstbericht).");
    }

    /// A window that closes and a template that opens the talk again.
    async fn a_closed_window_offers_templates_and_says_what_is_wrong_with_them(world: World) {
        let talk = world.resident("Yusuf").writes("Is het klaar?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        assert!(!noor.get(&conversation(&talk)).await.has_form("/sjabloon"), "not unless somebody chooses to");
        world.keeps_template("wa-main", "melding_stand", "Beste {{1}}, uw melding is {{2}}.").await;
        let beside = noor.get(&format!("{}?sjabloon=nl/melding_stand", conversation(&talk))).await;
        beside.says("U kunt ook gewoon antwoorden.");
        assert!(beside.has_form("/sjabloon") && beside.has_form("/antwoorden"), "both, while the window is open");
        world.hours_later(25);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await;
        page.says("melding_stand (nl) · dienstbericht, goedgekeurd Beste {{1}}, uw melding is {{2}}.");
        let at = |query: &str| format!("{}?{query}", conversation(&talk));
        noor.get(&at("sjabloon=kies&sjabloon_zoek=MELDING")).await.says("melding_stand");
        noor.get(&at("sjabloon=kies&sjabloon_zoek=zeepaard")).await.says("Geen sjabloon gevonden.").says_not("melding_stand");
        let page = noor.get(&format!("{}?sjabloon=nl/melding_stand", conversation(&talk))).await;
        page.says("Beste {{1}}, uw melding is {{2}}.");
        let form = page.form("/sjabloon");
        let half = noor.post(&form.action, &form.with(&[("w.body.1", "Yusuf"), ("w.body.2", "")])).await;
        half.is(400).says("Vul dit in.").says("Beste Yusuf, uw melding is {{2}}.");
        // It changes while the agent fills it in.
        world.keeps_template("wa-main", "melding_stand", "Beste {{1}}, uw melding is {{2}}. Meer: {{3}}").await;
        let form = half.form("/sjabloon");
        let filled = [("w.body.1", "Yusuf"), ("w.body.2", "klaar")];
        let changed = noor.post(&form.action, &form.with(&filled)).await;
        changed.is(400).says("Het sjabloon is veranderd sinds u het opende.").says("Meer: {{3}}");
        assert!(changed.html.contains("value=\"klaar\""));
        let form = changed.form("/sjabloon");
        let filled = [("w.body.1", "Yusuf"), ("w.body.2", "klaar"), ("w.body.3", "zwanendam.nl")];
        noor.post(&form.action, &form.with(&filled)).await.is(303);
        let sent = ours(&world, &talk).await;
        assert_eq!(sent.message.kind, MessageKind::Template);
        assert_eq!(sent.message.text.as_deref(), Some("Beste Yusuf, uw melding is klaar. Meer: zwanendam.nl"));
    }
}
