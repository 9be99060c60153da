//! `/beheer/kanalen`

use std::sync::Arc;

use domain::channels::{Answer, Headers, Hold, HttpRequest, HttpResponse, RetryAfter};
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;
use usecases::accounts::{Asking, Outside};

use crate::site::Site;

fn token_refused() -> Answer {
    Answer::Retry {
        after: RetryAfter::Seconds(300),
        hold: Hold::Broken { word: "token" },
        reason: "WhatsApp error 190: the access token has expired".to_owned(),
    }
}

/// A platform that takes every token and knows of no subscription until it is asked for one.
#[derive(Default)]
struct Platform(std::sync::atomic::AtomicBool);

impl Outside for Platform {
    fn ask<'a>(&'a self, request: &'a HttpRequest) -> Asking<'a> {
        use std::sync::atomic::Ordering;
        if request.method == "POST" {
            self.0.store(true, Ordering::SeqCst);
        }
        let url = &request.url;
        let body = if url.contains("/debug_token?") {
            let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
            json!({"data": {"is_valid": true, "expires_at": 0, "scopes": scopes}})
        } else if url.ends_with("/subscribed_apps") {
            let apps = if self.0.load(Ordering::SeqCst) {
                vec![json!({"id": "1"})]
            } else {
                Vec::new()
            };
            json!({"data": apps})
        } else {
            json!({"verified_name": "Gemeente Zwanendam"})
        };
        let body = body.to_string().into_bytes();
        Box::pin(std::future::ready(Ok(HttpResponse { status: 200, headers: Headers::default(), body })))
    }
}

both_databases! {
    /// P14: what does not work is seen by whoever works with it, on every page, until it works.
    async fn a_dead_token_stands_above_every_page_of_those_whom_it_concerns(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        noor.get("/gesprekken").await.says_not("versturen werkt nu niet");
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag").await;
        world.send_all(|_| token_refused()).await;
        for path in ["/gesprekken", "/profiel", "/gesprekken/nergens"] {
            noor.get(path).await.says("WhatsApp (wa-main): versturen werkt nu niet.").says("Uw antwoorden wachten");
        }
        site.logged_in("Joris").await.get("/gesprekken").await.says_not("versturen werkt nu niet");
        site.logged_in("Bram").await.get("/profiel").await.says_not("versturen werkt nu niet");
        // Intake goes on.
        world.resident("Sanne").writes("Is er iemand?").await;
        noor.get("/gesprekken").await.says("Sanne");
        let page = noor.get("/beheer/kanalen/wa-main").await;
        page.is(200).says("Alarm").says("Meta accepteert het toegangstoken niet.").says("1 bericht").says("Wat u kunt doen");
        page.says_not("Instellingen").says_not("Laat het versturen weer toe");
        let form = page.form("/gezien");
        let shown = noor.post(&form.action, &form.with(&[])).await;
        noor.get(shown.location()).await.says("Gezien door Noor Bakker").says_not("versturen werkt nu niet");
        site.logged_in("Fatima").await.get("/gesprekken").await.says("versturen werkt nu niet");
        // Mended: what waited goes, and the banner with it.
        let ingrid = site.logged_in("Ingrid").await;
        let form = ingrid.get("/beheer/kanalen/wa-main").await.form("/vrijgave");
        let shown = ingrid.post(&form.action, &form.with(&[])).await;
        ingrid.get(shown.location()).await.says("Wat wacht, wordt weer verstuurd.");
        world.seconds_later(60);
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 1);
        site.logged_in("Fatima").await.get("/gesprekken").await.says_not("versturen werkt nu niet");
        noor.get("/beheer/kanalen/wa-main").await.says("Berichten gaan weg.").says("In orde");
    }

    async fn an_account_is_checked_step_by_step_and_mended_by_a_button(world: World) {
        let site = Site::asking(&world, Arc::new(Platform::default()));
        let ingrid = site.logged_in("Ingrid").await;
        let page = ingrid.get("/beheer/kanalen/wa-main/controle").await;
        page.is(200).says("Nog niet gecontroleerd").says("/hooks/wa-main");
        let shown = ingrid.post("/beheer/kanalen/wa-main/controle", &[]).await;
        let page = ingrid.get(shown.location()).await;
        page.says("Het kanaal is gecontroleerd.").says("Meta herkent het nummer en het token.");
        page.says("Meta geeft berichten niet aan Gehoor door.").says("Gemeente Zwanendam");
        let mend = page.form("/controle/subscription");
        let shown = ingrid.post(&mend.action, &mend.with(&[])).await;
        let page = ingrid.get(shown.location()).await;
        page.says("Meta geeft berichten aan Gehoor door.").says_not("Meta geeft berichten niet");
        assert!(!page.has_form("/controle/subscription"));
    }

    async fn a_platform_that_gives_no_answer_is_said_to_give_none(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let shown = ingrid.post("/beheer/kanalen/wa-main/controle", &[]).await;
        ingrid.get(shown.location()).await.says("Meta gaf geen duidelijk antwoord.").says("Let op");
        ingrid.post("/beheer/kanalen/wa-main/controle/subscription", &[]).await.is(409).says("Dat lukte niet");
    }

    async fn a_new_account_is_set_up_with_what_the_platform_gave(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let form = ingrid.get("/beheer/kanalen/nieuw").await.form("/beheer/kanalen");
        let wrong = ingrid
            .post(&form.action, &form.with(&[
                ("naam", "wa-nieuwe"),
                ("team", "webcare"),
                ("adres", ""),
                ("instelling.phone_number_id", "+31 6"),
                ("geheim.access_token", "EAAG-GEHEIM-1234"),
                ("geheim.app_secret", ""),
            ]))
            .await;
        wrong.is(400).says("Dit kan niet kloppen.").says("Vul dit in.").says("De instellingen zijn niet bewaard");
        assert!(!wrong.html.contains("GEHEIM-1234"), "a secret is never given back");
        assert!(wrong.html.contains("value=\"+31 6\""), "what is no secret is");
        let shown = ingrid
            .post(&form.action, &form.with(&[
                ("naam", "wa-nieuwe"),
                ("team", "webcare"),
                ("instelling.phone_number_id", "777000777000777"),
                ("geheim.access_token", "EAAG-GEHEIM-1234"),
                ("geheim.app_secret", "0123456789abcdef"),
                ("geheim.verify_token", ""),
            ]))
            .await;
        shown.is(200).says("Schrijf dit nu op").says("Verificatietoken");
        let page = ingrid.get("/beheer/kanalen/wa-nieuwe/instellingen").await;
        page.says("Er is een waarde bewaard.").says("ID van het telefoonnummer");
        assert!(!page.html.contains("GEHEIM"), "a secret is never shown");
        let form = page.form("/instellingen");
        let token = ("geheim.access_token", "EAAG-ANDERS-5678");
        let number = ("instelling.phone_number_id", "777000777000777");
        let shown = ingrid.post(&form.action, &form.with(&[("team", "webcare"), number, token])).await;
        ingrid.get(shown.location()).await.says("De instellingen zijn bewaard en gelden meteen.");
        ingrid.post(&form.action, &[("team", "webcare"), ("team", "webcare")]).await.is(400);
        ingrid.post(&form.action, &[("team", "webcare"), number, ("zomaar", "x")]).await.is(400);
        let gone = ingrid.post("/beheer/kanalen/wa-nieuwe/verwijdering", &[]).await;
        ingrid.get(gone.location()).await.says("Het kanaal is weggehaald.").says_not("wa-nieuwe");
    }

    async fn an_account_with_conversations_is_not_removed(world: World) {
        let site = Site::of(&world);
        world.resident("Yusuf").writes("Hallo").await;
        let ingrid = site.logged_in("Ingrid").await;
        ingrid.post("/beheer/kanalen/wa-main/verwijdering", &[]).await.is(409).says("Er zijn gesprekken op dit kanaal.");
    }

    async fn a_test_message_shows_how_far_it_came(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let phone = world.resident("Yusuf").phone();
        let test = async || {
            let form = ingrid.get("/beheer/kanalen/wa-main/controle").await.form("/testbericht");
            ingrid.post(&form.action, &form.with(&[("nummer", &phone)])).await
        };
        test().await.is(400).says("Er kwam nog geen bericht van dit nummer binnen.");
        world.resident("Yusuf").writes("GEHEIM").await;
        let sent = test().await;
        let page = sent.location().split('#').next().expect("a path").to_owned();
        ingrid.get(&page).await.says("Uw testbericht van vandaag").says("Wacht op verzenden").says_not("GEHEIM");
        world.send_all(|_| Answer::Delivered { provider_id: None }).await;
        ingrid.get(&page).await.says("Aangenomen door het kanaal");
    }
}

/// Every word that a connector uses has its text in both languages, and every setting its name and help.
#[test]
fn every_word_of_a_channel_is_explained_in_both_languages() {
    use web::{Language, Words};
    let registry = crate::connectors();
    for connector in registry.all() {
        let channel = connector.channel();
        let channel = channel.as_str();
        for w in [Words::of(Language::Nl), Words::of(Language::En)] {
            assert_ne!(w.channel(channel), w.channel("fax"), "{channel} has no name");
            for word in connector.health_words() {
                assert_ne!(w.health(channel, word), w.health("fax", "no-such-word"), "{channel}: {word}");
            }
            for check in connector.check_words() {
                assert_ne!(
                    w.check_name(channel, check),
                    w.check_name("fax", "no-such-check"),
                    "{channel}: {check}"
                );
                assert!(w.check_help(channel, check).is_some(), "{channel}: {check}");
            }
            for field in connector.settings() {
                assert_ne!(w.setting(channel, field.name), field.name, "{channel}: {}", field.name);
                assert!(w.setting_help(channel, field.name).is_some(), "{channel}: {}", field.name);
            }
        }
    }
}
