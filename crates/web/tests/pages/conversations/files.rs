//! Files that are brought one by one while somebody writes.

use simulation::both_databases;
use simulation::world::{Talk, World};

use crate::site::{Browser, Shown, Site, conversation};

const BOUNDARY: &str = "grens-van-het-bestand";
const PDF: &str = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

async fn brings(browser: &Browser<'_>, talk: &Talk, name: &str, content: &str) -> Shown {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"bestand\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let lines = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", kind.as_str()),
        ("x-gehoor-script", "1"),
    ];
    browser.post_as(&format!("{}/bijlagen", conversation(talk)), body, &lines).await
}

fn kept(shown: &Shown) -> Option<String> {
    let rest = shown.html.split("data-kept-file=\"").nth(1)?;
    rest.split('"').next().map(str::to_owned)
}

both_databases! {
    async fn a_file_is_brought_by_itself_and_goes_with_the_answer(world: World) {
        let talk = world.resident("Yusuf").writes("Mag dit?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let id = kept(brings(&noor, &talk, "besluit.pdf", PDF).await.is(200)).expect("it is kept");
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        noor.post(&form.action, &form.with(&[("tekst", "Zie hier."), ("bijlage", &id)])).await.is(303);
        noor.get(&conversation(&talk)).await.says("besluit.pdf");
    }

    async fn what_cannot_go_says_why_before_anything_is_sent_and_is_not_kept(world: World) {
        let talk = world.resident("Yusuf").writes("Mag dit?").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let page = brings(&noor, &talk, "pagina.html", "<html><script>alert(1)</script></html>").await;
        assert_eq!(kept(page.is(200).says("“pagina.html” kan niet mee.")), None);
        // What is a file for us and none for the channel.
        let heavy = format!("{PDF}{}", "x".repeat(100));
        assert!(kept(brings(&noor, &talk, "goed.pdf", &heavy).await.is(200)).is_some());
        let sound = format!("RIFF{}WAVEfmt {}", "\u{10}\0\0\0", "\0".repeat(40));
        let refused = brings(&noor, &talk, "geluid.wav", &sound).await;
        assert_eq!(kept(refused.is(200).says("neemt WhatsApp niet aan")), None);
    }

    async fn a_file_is_taken_away_by_whoever_brought_it_and_by_nobody_else(world: World) {
        let talk = world.resident("Yusuf").writes("Mag dit?").await;
        let site = Site::of(&world);
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        let id = kept(&brings(&noor, &talk, "besluit.pdf", PDF).await).expect("it is kept");
        let away = format!("{}/bijlagen/{id}/verwijdering", conversation(&talk));
        let send = async || {
            let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
            noor.post(&form.action, &form.with(&[("tekst", "Zie hier."), ("bijlage", &id)])).await
        };
        daan.post(&away, &[]).await.is(303);
        noor.post(&away, &[]).await.is(303);
        send().await.is(400).says("Een bestand is er niet meer.");
        // X1, X2: nobody brings a file into what they do not see.
        let femke = site.logged_in("Femke").await;
        brings(&femke, &talk, "besluit.pdf", PDF).await.is(404);
        site.logged_in("Joris").await.post(&away, &[]).await.is(404);
        brings(&site.logged_in("Karim").await, &talk, "besluit.pdf", PDF).await.is(403);
    }
}
