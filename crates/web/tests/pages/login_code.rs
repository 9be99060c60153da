//! `/inloggen/code` and `/profiel/tweede-stap`: the second step.

use domain::municipality::SecondFactor;
use simulation::both_databases;
use simulation::world::World;
use usecases::access::code_at;
use usecases::configuration::apply_declaration;

use super::site::{Browser, Shown, Site};

/// The key that a page shows.
fn key_on(shown: &Shown) -> String {
    let text = shown.html.split("<code translate=\"no\">").nth(1).expect("a key");
    text.split('<').next().expect("an end").replace(' ', "")
}

/// The recovery codes that a page shows.
fn codes_on(shown: &Shown) -> Vec<String> {
    let codes = shown.html.split("<li><code>").skip(1);
    codes.map(|rest| rest.split('<').next().expect("an end").to_owned()).collect()
}

/// Sets the second step up; returns its key and the recovery codes.
pub async fn set_up(world: &World, browser: &mut Browser<'_>) -> (String, Vec<String>) {
    browser.post("/profiel/tweede-stap", &[]).await.is(303);
    let key = key_on(browser.get("/profiel/tweede-stap").await.is(200));
    let code = code_at(&key, world.now());
    let password = ("wachtwoord", "de-zwaan-zwemt-om-zes");
    let shown = browser.post("/profiel/tweede-stap/bevestiging", &[password, ("code", &code)]).await;
    browser.keep(shown.is(200).says("Uw herstelcodes"));
    (key, codes_on(&shown))
}

both_databases! {
    /// X6: password, then code; before the code nothing opens, and the session is a new one.
    async fn with_a_second_step_the_password_opens_nothing_and_the_code_does(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        let before = noor.cookies.clone();
        let (key, codes) = set_up(&world, &mut noor).await;
        assert_eq!(codes.len(), 10);
        assert_ne!(noor.cookies, before, "a new session begins");
        let mut old = site.browser();
        old.cookies = before;
        old.get("/gesprekken").await.is(303);
        noor.get("/gesprekken").await.is(200);
        noor.get("/profiel").await.says("De tweede stap bij het inloggen staat aan.");

        world.seconds_later(60);
        let (email, password) = ("noor@zwanendam.example", "de-zwaan-zwemt-om-zes");
        let mut browser = site.browser();
        let shown = browser.log_in(email, password).await;
        assert_eq!(shown.is(303).location(), "/inloggen/code?naar=/");
        let line = shown.headers["set-cookie"].to_str().expect("text");
        assert!(line.starts_with("gehoor-stap=") && line.contains("SameSite=Strict") && line.contains("HttpOnly"), "{line}");
        browser.get("/gesprekken").await.is(303);
        // The half cookie in the place of a whole one opens nothing either.
        let mut bent = site.browser();
        bent.cookies = vec![browser.cookies[0].replace("gehoor-stap=", "gehoor=")];
        bent.get("/gesprekken").await.is(303);

        let page = browser.get("/inloggen/code?naar=/gesprekken").await;
        page.is(200).says("Open nu de app op uw telefoon");
        assert!(page.html.contains("autocomplete=\"one-time-code\""));
        let form = page.form("/inloggen/code");
        let wrong = browser.post(&form.action, &form.with(&[("code", "000000")])).await;
        wrong.is(401).says("Deze code klopt niet");
        let code = code_at(&key, world.now());
        let shown = browser.post(&form.action, &form.with(&[("code", &code)])).await;
        assert_eq!(shown.is(303).location(), "/gesprekken");
        browser.keep(&shown);
        assert!(browser.cookies.iter().all(|cookie| !cookie.starts_with("gehoor-stap=")), "{:?}", browser.cookies);
        browser.get("/gesprekken").await.is(200).says("Noor Bakker");
        // The same code does not open a second time, on whatever device.
        let mut thief = site.browser();
        thief.log_in(email, password).await.is(303);
        thief.post("/inloggen/code", &[("code", &code)]).await.is(401);
        // A recovery code does, once; its spelling is forgiven.
        let typed = codes[0].replace('-', " ").to_uppercase();
        thief.post("/inloggen/code", &[("code", &typed)]).await.is(303);
        thief.log_in(email, password).await.is(303);
        thief.post("/inloggen/code", &[("code", &typed)]).await.is(401);
    }

    /// X5, D8.
    async fn a_code_that_comes_too_late_or_from_nowhere_begins_again(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        let (key, _) = set_up(&world, &mut noor).await;
        let mut browser = site.browser();
        browser.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await.is(303);
        world.seconds_later(301);
        let code = code_at(&key, world.now());
        let late = browser.post("/inloggen/code", &[("code", &code)]).await;
        assert_eq!(late.location(), "/inloggen?gedaan=verlopen");
        browser.get(late.location()).await.says("Het inloggen duurde te lang");
        let nowhere = site.browser().post("/inloggen/code", &[("code", &code)]).await;
        assert_eq!(nowhere.location(), "/inloggen?gedaan=verlopen");
    }

    async fn the_picture_for_the_app_is_ours_and_only_there_while_it_is_set_up(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        noor.get("/profiel/tweede-stap/qr").await.is(404);
        noor.post("/profiel/tweede-stap", &[]).await.is(303);
        let picture = noor.get("/profiel/tweede-stap/qr").await;
        assert_eq!(picture.is(200).headers["content-type"], "image/svg+xml");
        assert_eq!(picture.headers["cache-control"], "no-store");
        assert!(picture.headers["content-security-policy"].to_str().expect("text").contains("default-src 'none'"));
        assert!(picture.html.starts_with("<svg ") && !picture.html.contains("script"));
        site.logged_in("Daan").await.get("/profiel/tweede-stap/qr").await.is(404);
        let confirm = "/profiel/tweede-stap/bevestiging";
        let password = ("wachtwoord", "de-zwaan-zwemt-om-zes");
        noor.post(confirm, &[password, ("code", "12 34 56")]).await.is(400).says("Deze code klopt niet");
        // Whoever finds a session open cannot lock its owner out.
        let key = key_on(&noor.get("/profiel/tweede-stap").await);
        let code = code_at(&key, world.now());
        for wrong in [[("wachtwoord", "geraden"), ("code", code.as_str())], [("wachtwoord", ""), ("code", code.as_str())]] {
            noor.post(confirm, &wrong).await.is(400).says("Het wachtwoord of de code klopt niet");
        }
        noor.post(confirm, &[("code", &code)]).await.is(400);
        set_up(&world, &mut noor).await;
        noor.get("/profiel/tweede-stap/qr").await.is(404);
    }

    async fn switching_off_and_new_codes_ask_for_password_and_code(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        let (key, old) = set_up(&world, &mut noor).await;
        world.seconds_later(60);
        let code = code_at(&key, world.now());
        let off = "/profiel/tweede-stap/verwijdering";
        noor.post(off, &[("wachtwoord", "geraden"), ("code", &code)]).await.is(400).says("Het wachtwoord of de code klopt niet");
        let password = ("wachtwoord", "de-zwaan-zwemt-om-zes");
        noor.post(off, &[password, ("code", "000000")]).await.is(400);
        let renewed = noor.post("/profiel/tweede-stap/herstelcodes", &[password, ("code", &code)]).await;
        let new = codes_on(renewed.is(200));
        assert_eq!(new.len(), 10);
        noor.post(off, &[password, ("code", &old[3])]).await.is(400);
        let done = noor.post(off, &[password, ("code", &new[3])]).await;
        noor.get(done.is(303).location()).await.says("De tweede stap staat uit.");
        site.logged_in("Noor").await.get("/gesprekken").await.is(200);
    }

    async fn where_everybody_needs_one_the_next_log_in_begins_with_it_and_opens_nothing_else(world: World) {
        let site = Site::of(&world);
        let before = site.logged_in("Noor").await;
        let mut declared = simulation::world::declarations(simulation::world::NO_PLATFORM).pop().expect("Zwanendam");
        declared.municipality.second_factor = SecondFactor::Required;
        declared.channel_accounts.clear();
        apply_declaration(&world.installation, declared, false).await.expect("applied");
        before.get("/gesprekken").await.is(200);

        let mut browser = site.browser();
        browser.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await.is(303);
        for path in ["/", "/gesprekken", "/profiel", "/nergens/beheer", "/beheer/kanalen"] {
            let shown = browser.get(path).await;
            assert!(shown.status == 404 || shown.location() == "/profiel/tweede-stap", "{path}: {}", shown.status);
        }
        let page = browser.get("/profiel/tweede-stap").await;
        page.is(200).says("Uw gemeente vraagt iedereen om een tweede stap.").says_not("Kanalen");
        assert!(page.has_form("/uitloggen"));
        let lost = browser.post("/gesprekken/x/antwoorden", &[("tekst", "Half geschreven")]).await;
        lost.is(401).says("Half geschreven");
        set_up(&world, &mut browser).await;
        browser.get("/gesprekken").await.is(200);
        let off = browser.get("/profiel/tweede-stap").await;
        off.says("U kunt hem daarom niet uitzetten.");
    }
}
