//! A form must come from our own page (RELIABILITY X5).

use simulation::both_databases;
use simulation::world::World;

use crate::site::{FORM, HOST, Site, conversation, encoded};

both_databases! {
    /// X5.
    async fn nothing_changes_by_a_form_of_another_site_by_json_or_by_looking(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let before = world.canonical_export("zwanendam").await;
        let evil: &[&[(&str, &str)]] = &[
            &[FORM],
            &[FORM, ("sec-fetch-site", "cross-site")],
            &[FORM, ("sec-fetch-site", "same-site")],
            &[FORM, ("sec-fetch-site", "cross-site"), ("origin", "https://webcare.example")],
            &[FORM, ("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            &[FORM, ("origin", "https://evil.example")],
            &[FORM, ("origin", "null")],
            &[FORM, ("referer", "https://evil.example/?https://webcare.example/")],
            &[FORM, ("origin", "https://evil.example"), ("x-forwarded-host", "evil.example")],
        ];
        let not_a_form: &[(&str, &str)] = &[("sec-fetch-site", "same-origin"), ("content-type", "text/plain")];
        let json: &[(&str, &str)] = &[("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        let changes: Vec<_> = web::routes().into_iter().filter(|route| route.method == "POST").collect();
        assert!(changes.len() > 8);
        for route in &changes {
            let path = route.path.replace("{id}", &talk.conversation.to_string()).replace("{part}", "1");
            let body = encoded(&[("sleutel", "1"), ("gezien", ""), ("tekst", "Van elders")]);
            for lines in evil {
                noor.post_as(&path, body.clone(), lines).await.is(403);
            }
            noor.post_as(&path, body.clone(), not_a_form).await.is(415);
            noor.post_as(&path, "{\"tekst\":\"Van elders\"}".to_owned(), json).await.is(415);
            // Some forms are sent to the address of the page on which they stand.
            let is_looked_at = |other: &domain::access::Route| other.method == "GET" && other.path == route.path;
            if !web::routes().iter().any(is_looked_at) {
                noor.get(&path).await.is(405);
            }
            for method in ["PUT", "PATCH", "DELETE"] {
                noor.any(method, &path).await.is(405);
            }
        }
        assert_eq!(world.canonical_export("zwanendam").await, before);
        // Nobody was logged out by any of it.
        noor.get("/gesprekken").await.is(200);
    }

    async fn browsers_without_fetch_metadata_get_through_from_our_own_page(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let own = format!("https://{HOST}");
        for (count, line) in [("origin", own.as_str()), ("referer", &format!("{own}/gesprekken"))].iter().enumerate() {
            let form = noor.get(&conversation(&talk)).await.form("/notities");
            let body = encoded(&form.with(&[("tekst", &format!("Notitie {count}"))]));
            noor.post_as(&form.action, body, &[FORM, *line]).await.is(303);
        }
    }
}
