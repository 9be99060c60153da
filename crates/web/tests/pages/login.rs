//! `/inloggen` and `/uitloggen`.

use simulation::both_databases;
use simulation::world::World;

use super::site::Site;

both_databases! {
    /// X6.
    async fn whoever_logs_in_sees_the_municipality_and_comes_where_they_wanted_to_be(world: World) {
        let site = Site::of(&world);
        let (email, password) = site.password_of("Noor").await;
        let mut browser = site.browser();

        let asked = browser.get("/gesprekken?lijst=alle&vanaf=x").await;
        asked.is(303);
        assert_eq!(asked.location(), "/inloggen?naar=/gesprekken%3Flijst%3Dalle%26vanaf%3Dx");
        let form = browser.get(asked.location()).await.form("/inloggen");
        let fields = form.with(&[("email", " NOOR@zwanendam.example "), ("wachtwoord", password)]);
        assert_eq!(email, "noor@zwanendam.example");
        let shown = browser.post("/inloggen", &fields).await;
        shown.is(303);
        // The page escapes the address; what comes back is the address itself.
        assert!(shown.location().starts_with("/gesprekken?lijst=alle"), "{}", shown.location());
        let cookie = shown.headers["set-cookie"].to_str().expect("text").to_owned();
        assert!(cookie.starts_with("gehoor=") && cookie.contains("HttpOnly"), "{cookie}");
        assert!(cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
        browser.keep(&shown);
        browser.get("/gesprekken").await.is(200).says("Gemeente Zwanendam").says("Noor Bakker");
        assert_eq!(browser.get("/inloggen").await.location(), "/gesprekken");
    }

    /// D8: whether an address is known is not told.
    async fn a_wrong_password_and_an_unknown_address_get_the_same_answer_and_the_address_stays(world: World) {
        let site = Site::of(&world);
        let (email, _) = site.password_of("Noor").await;
        let mut browser = site.browser();
        let wrong = browser.log_in(&email, "niet mijn wachtwoord").await;
        let unknown = browser.log_in("niemand@zwanendam.example", "niet mijn wachtwoord").await;
        for shown in [&wrong, &unknown] {
            shown.is(401).says("Het e-mailadres of het wachtwoord klopt niet.");
            assert!(!shown.html.contains("niet mijn wachtwoord"));
            assert!(shown.html.contains("role=\"alert\""));
        }
        assert!(wrong.html.contains("value=\"noor@zwanendam.example\""));
        assert_eq!(wrong.html.replace("noor@", "niemand@"), unknown.html);
        assert!(browser.cookies.is_empty());
    }

    /// D8.
    async fn guessing_has_to_wait_and_somebody_elsewhere_does_not(world: World) {
        let site = Site::of(&world);
        let (email, password) = site.password_of("Noor").await;
        let mut guesser = site.browser();
        for _ in 0..5 {
            guesser.log_in(&email, "geraden wachtwoord").await.is(401);
        }
        let shown = guesser.log_in(&email, password).await;
        shown.is(429).says("Er is te vaak een verkeerd wachtwoord ingevuld. Wacht 2 seconden en probeer het opnieuw.");
        assert_eq!(shown.headers["retry-after"], "2");
        let mut elsewhere = site.browser();
        elsewhere.address = "198.51.100.7";
        elsewhere.log_in(&email, password).await.is(303);
        world.seconds_later(3);
        guesser.log_in(&email, password).await.is(303);
    }

    /// D8: hashing is costly, so only so many passwords wait for it. Under fifty from each address, so that no brake acts.
    async fn when_too_many_log_in_at_once_one_is_told_to_come_back_and_the_form_keeps_the_address(world: World) {
        let site = Site::of(&world);
        let addresses =
            ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7", "192.0.2.8"];
        let tries = (0..320).map(|number| {
            let mut browser = site.browser();
            browser.address = addresses[number % addresses.len()];
            async move { browser.log_in(&format!("naam-{number}@zwanendam.example"), "geraden wachtwoord").await }
        });
        let shown = futures_util::future::join_all(tries).await;
        let busy: Vec<_> = shown.iter().filter(|shown| shown.status == 503).collect();
        assert!(!busy.is_empty(), "all of 320 were looked at");
        assert_eq!(shown.iter().filter(|shown| shown.status == 401).count() + busy.len(), shown.len());
        for shown in busy {
            shown.is(503).says("Er loggen nu veel mensen tegelijk in.").says("Uw wachtwoord is niet gecontroleerd.");
            assert_eq!(shown.headers["retry-after"], "3");
            assert!(shown.html.contains("value=\"naam-"), "the form keeps the address");
        }
    }

    async fn only_a_path_of_this_site_is_gone_to_after_logging_in(world: World) {
        let site = Site::of(&world);
        let (email, password) = site.password_of("Noor").await;
        for evil in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
            let fields = [("email", email.as_str()), ("wachtwoord", password), ("naar", evil)];
            let shown = site.browser().post("/inloggen", &fields).await;
            shown.is(303);
            assert_eq!(shown.location(), "/");
        }
    }

    /// X6: the session ends at the server, not only in the browser.
    async fn whoever_logs_out_is_logged_out_at_the_server_too(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        let stolen = noor.clone();
        let shown = noor.post("/uitloggen", &[]).await;
        assert_eq!(shown.location(), "/inloggen?gedaan=uitgelogd");
        noor.keep(&shown);
        assert!(noor.cookies.is_empty());
        noor.get(shown.location()).await.is(200).says("U bent uitgelogd.");
        assert!(stolen.get("/gesprekken").await.location().starts_with("/inloggen"));
    }

    /// X6: no fixation.
    async fn logging_in_again_gives_a_new_session_and_ends_the_one_before(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        let before = noor.clone();
        let (email, password) = site.password_of("Noor").await;
        noor.log_in(&email, password).await.is(303);
        assert_ne!(noor.cookies, before.cookies);
        noor.get("/gesprekken").await.is(200);
        before.get("/gesprekken").await.is(303);
    }

    /// X6.
    async fn over_https_the_cookie_is_bound_to_this_host(world: World) {
        let site = Site::secure(&world);
        let (email, password) = site.password_of("Noor").await;
        let shown = site.browser().log_in(&email, password).await;
        let cookie = shown.headers["set-cookie"].to_str().expect("text");
        assert!(cookie.starts_with("__Host-gehoor=") && cookie.contains("Secure"), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert!(shown.headers["strict-transport-security"].to_str().expect("text").contains("max-age=63072000"));
    }
}
