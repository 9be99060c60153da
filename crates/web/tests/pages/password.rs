//! `/wachtwoord-vergeten` and `/wachtwoord/{token}`.

use simulation::both_databases;
use simulation::world::World;
use usecases::access::answer_resets;
use usecases::mail::{MailEnd, record_mail, take_due_mail};

use super::site::Site;

/// The paths of the links that are in the mail by now, with whom they go to.
pub async fn mailed(world: &World) -> Vec<(String, String)> {
    let here = &world.installation;
    answer_resets(here).await.expect("the store answers");
    let due = take_due_mail(here, "https://webcare.example", 100).await.expect("the store answers");
    let mut links = Vec::new();
    for mail in due {
        let path = mail.facts.link.strip_prefix("https://webcare.example").expect("our address").to_owned();
        links.push((mail.to, path));
        record_mail(here, mail.queued, MailEnd::Sent).await.expect("the store answers");
    }
    links
}

both_databases! {
    /// 6.4.1, X6: single use, and every session ends.
    async fn who_lost_a_password_chooses_another_with_the_link_in_the_mail(world: World) {
        world.installation.mail_is_sent();
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let mut browser = site.browser();
        browser.get("/inloggen").await.says("Wachtwoord vergeten?");
        let form = browser.get("/wachtwoord-vergeten").await.form("/wachtwoord-vergeten");
        let asked = browser.post(&form.action, &form.with(&[("email", " NOOR@zwanendam.example")])).await;
        asked.is(200).says("Kijk in uw e-mail");
        let links = mailed(&world).await;
        let [(to, link)] = links.as_slice() else { unreachable!("one mail: {links:?}") };
        assert_eq!(to, "noor@zwanendam.example");
        // Looking uses nothing up.
        for _ in 0..2 {
            browser.get(link).await.is(200).says("Kies een nieuw wachtwoord").says("noor@zwanendam.example");
        }
        let form = browser.get(link).await.form(link);
        let common = browser.post(link, &form.with(&[("wachtwoord", "Welkom2026")])).await;
        common.is(400).says("Dit wachtwoord is makkelijk te raden.");
        browser.post(link, &form.with(&[("wachtwoord", "kort")])).await.is(400).says("te kort");
        noor.get("/gesprekken").await.is(200);
        let chosen = browser.post(link, &form.with(&[("wachtwoord", "de zwaan vliegt om zeven")])).await;
        assert_eq!(chosen.is(303).location(), "/inloggen?gedaan=wachtwoord");
        browser.get(chosen.location()).await.says("Uw wachtwoord is bewaard.");
        noor.get("/gesprekken").await.is(303);
        // It is used up, for who looks and for who posts.
        browser.get(link).await.is(410).says("Deze link werkt niet meer");
        browser.post(link, &form.with(&[("wachtwoord", "een heel ander wachtwoord")])).await.is(410);
        browser.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await.is(401);
        browser.log_in("noor@zwanendam.example", "de zwaan vliegt om zeven").await.is(303);
    }

    /// D8: who is known is not told, in words or in what happens.
    async fn an_unknown_address_gets_the_same_answer_and_nobody_a_mail(world: World) {
        world.installation.mail_is_sent();
        let site = Site::of(&world);
        let browser = site.browser();
        let known = browser.post("/wachtwoord-vergeten", &[("email", "noor@zwanendam.example")]).await;
        let unknown = browser.post("/wachtwoord-vergeten", &[("email", "niemand@zwanendam.example")]).await;
        assert_eq!((known.status, &known.html), (unknown.status, &unknown.html));
        assert_eq!(mailed(&world).await.len(), 1);
    }

    async fn asking_again_and_again_has_to_wait_and_sends_one_mail(world: World) {
        world.installation.mail_is_sent();
        let site = Site::of(&world);
        let ask = async |address: &'static str| {
            let mut browser = site.browser();
            browser.address = address;
            browser.post("/wachtwoord-vergeten", &[("email", "noor@zwanendam.example")]).await
        };
        for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
            ask(address).await.is(200);
        }
        ask("192.0.2.4").await.is(429).says("Er is te vaak om een link gevraagd.");
        assert_eq!(mailed(&world).await.len(), 1);
        let browser = site.browser();
        for number in 0..9 {
            browser.post("/wachtwoord-vergeten", &[("email", &format!("n{number}@zwanendam.example"))]).await.is(200);
        }
        browser.post("/wachtwoord-vergeten", &[("email", "n9@zwanendam.example")]).await.is(429);
    }

    async fn without_a_mail_server_the_page_says_whom_to_ask(world: World) {
        let site = Site::of(&world);
        let page = site.browser().get("/wachtwoord-vergeten").await;
        page.is(200).says("Vraag uw beheerder om een link");
        assert!(!page.has_form("/wachtwoord-vergeten"));
    }

    async fn a_guessed_link_opens_nothing(world: World) {
        let site = Site::of(&world);
        let browser = site.browser();
        for token in ["x".to_owned(), "0".repeat(64), "f".repeat(64), "%00".repeat(64)] {
            browser.get(&format!("/wachtwoord/{token}")).await.is(410);
        }
    }
}
