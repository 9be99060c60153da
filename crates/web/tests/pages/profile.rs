//! `/profiel` and what stands below it.

use simulation::both_databases;
use simulation::world::World;

use super::site::Site;

both_databases! {
    async fn everybody_sees_their_own_name_role_and_teams(world: World) {
        let site = Site::of(&world);
        let fatima = site.logged_in("Fatima").await;
        let shown = fatima.get("/profiel").await;
        shown.is(200).says("Fatima El Amrani").says("fatima@zwanendam.example").says("Teamleider");
        shown.says("Webcare").says("Burgerzaken").says_not("burgerzaken").says("Gemeente Zwanendam");
        let karim = site.logged_in("Karim").await;
        karim.get("/profiel").await.is(200).says("U zit in geen team.");
        // Whoever may not read conversations begins here.
        assert_eq!(karim.get("/").await.location(), "/profiel");
        assert_eq!(fatima.get("/").await.location(), "/gesprekken");
    }

    /// It stands in the page as it is made: without script, and without a moment in other colours.
    async fn whoever_wants_light_dark_or_more_contrast_gets_it_on_every_page(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        assert!(noor.get("/profiel").await.html.contains("<html lang=\"nl\">"));
        for (fields, root) in [
            (&[("kleuren", "donker")][..], "<html lang=\"nl\" data-scheme=\"dark\">"),
            (&[("kleuren", "licht"), ("contrast", "meer")], "<html lang=\"nl\" data-scheme=\"light\" data-contrast=\"more\">"),
            (&[("kleuren", "systeem"), ("contrast", "meer")], "<html lang=\"nl\" data-contrast=\"more\">"),
            (&[("kleuren", "systeem")], "<html lang=\"nl\">"),
        ] {
            let chosen = noor.post("/profiel/weergave", fields).await;
            noor.keep(&chosen);
            for path in ["/profiel", "/gesprekken", "/nergens", "/handleiding"] {
                assert!(noor.get(path).await.html.contains(root), "{root} on {path}");
            }
            let mut same = site.browser();
            same.cookies.clone_from(&noor.cookies);
            same.cookies.retain(|cookie| !cookie.starts_with("gehoor="));
            assert!(same.get("/inloggen").await.html.contains(root), "{root} before logging in");
        }
        for odd in [&[("kleuren", "paars")][..], &[("kleuren", "licht"), ("contrast", "veel")], &[("contrast", "meer")]] {
            noor.post("/profiel/weergave", odd).await.is(400);
        }
    }

    /// X6.
    async fn logging_out_everywhere_ends_the_sessions_on_other_devices_and_nobody_elses(world: World) {
        let site = Site::of(&world);
        let (at_work, at_home) = (site.logged_in("Noor").await, site.logged_in("Noor").await);
        let daan = site.logged_in("Daan").await;
        let shown = at_work.post("/profiel/sessies/beeindiging", &[]).await;
        assert_eq!(shown.location(), "/inloggen?gedaan=overal");
        at_home.get("/gesprekken").await.is(303);
        at_work.get("/gesprekken").await.is(303);
        daan.get("/gesprekken").await.is(200);
        site.browser().get(shown.location()).await.says("U bent overal uitgelogd");
    }
}

/// The addresses of the forms that end a session of one's own.
fn ends(shown: &super::site::Shown) -> Vec<String> {
    let all = shown.forms().into_iter().map(|form| form.action);
    all.filter(|action| action.starts_with("/profiel/sessies/0")).collect()
}

both_databases! {
    async fn one_sees_where_one_is_logged_in_and_ends_what_one_does_not_know(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let mut phone = site.browser();
        let body = crate::site::encoded(&[("email", "noor@zwanendam.example"), ("wachtwoord", "de-zwaan-zwemt-om-zes")]);
        let agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/143.0.0.0 Mobile Safari/537.36 <b>x</b>";
        let lines = [crate::site::FORM, ("sec-fetch-site", "same-origin"), ("user-agent", agent)];
        let shown = phone.post_as("/inloggen", body, &lines).await;
        phone.keep(&shown);
        let third = site.logged_in("Noor").await;
        let page = noor.get("/profiel").await;
        page.says("Dit apparaat").says("Chrome op Android").says("Onbekende browser").says_not("143");
        assert_eq!(ends(&page).len(), 2, "this one is ended by logging out");
        let seen_by_phone = ends(&phone.get("/profiel").await);
        let phones = ends(&page).into_iter().find(|one| !seen_by_phone.contains(one)).expect("the phone's");
        // Nobody ends what is not theirs.
        site.logged_in("Daan").await.post(&phones, &[]).await.is(404);
        phone.get("/gesprekken").await.is(200);
        let ended = noor.post(&phones, &[]).await;
        noor.get(ended.is(303).location()).await.says("Dat apparaat is uitgelogd.");
        phone.get("/gesprekken").await.is(303);
        noor.post(&phones, &[]).await.is(404);
        let others = noor.post("/profiel/sessies/andere", &[]).await;
        noor.get(others.is(303).location()).await.is(200).says("Alle andere apparaten zijn uitgelogd.");
        third.get("/gesprekken").await.is(303);
    }
}

both_databases! {
    /// X6.
    async fn one_chooses_another_password_and_goes_on_here_only(world: World) {
        let site = Site::of(&world);
        let mut noor = site.logged_in("Noor").await;
        let elsewhere = site.logged_in("Noor").await;
        noor.get("/profiel").await.says("Ander wachtwoord");
        let form = noor.get("/profiel/wachtwoord").await;
        form.is(200).says("Uw huidige wachtwoord").says("Minstens 10 tekens");
        let fields = |current, new| [("email", "noor@zwanendam.example"), ("huidig", current), ("nieuw", new)];
        let wrong = noor.post("/profiel/wachtwoord", &fields("iets-anders-dan-dat", "de zwaan vliegt weg")).await;
        wrong.is(400).says("Dit is niet uw huidige wachtwoord.").says_not("de zwaan vliegt weg");
        let short = noor.post("/profiel/wachtwoord", &fields("de-zwaan-zwemt-om-zes", "kort")).await;
        short.is(400).says("Dit wachtwoord is te kort");
        let before = noor.cookies.clone();
        let changed = noor.post("/profiel/wachtwoord", &fields("de-zwaan-zwemt-om-zes", "de zwaan vliegt weg")).await;
        assert_eq!(changed.is(303).location(), "/profiel?gedaan=wachtwoord");
        noor.keep(&changed);
        assert_ne!(noor.cookies, before, "the session is another one");
        noor.get(changed.location()).await.is(200).says("Uw wachtwoord is veranderd.");
        elsewhere.get("/profiel").await.is(303);
    }
}
