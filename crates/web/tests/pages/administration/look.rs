//! `/beheer/huisstijl`, and what is shown of it to everybody.

use axum::http::header;
use simulation::both_databases;
use simulation::world::World;

use crate::site::{Browser, Shown, Site};

const BOUNDARY: &str = "wie-niet-waagt";
const HERE: &str = "/beheer/huisstijl";
const ROUND: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"><circle r=\"1\" fill=\"#0af\"/></svg>";

/// Sends the form as a browser does, with these fields and, under "logo", a file.
async fn saves(browser: &Browser<'_>, fields: &[(&str, &str)], logo: Option<&str>) -> Shown {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    let disposition = "content-disposition: form-data; name=\"logo\"; filename=\"logo.svg\"";
    body.push_str(&format!(
        "--{BOUNDARY}\r\n{disposition}\r\ncontent-type: image/svg+xml\r\n\r\n{}\r\n--{BOUNDARY}--\r\n",
        logo.unwrap_or_default()
    ));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    browser
        .post_as(HERE, body, &[("sec-fetch-site", "same-origin"), ("content-type", &kind)])
        .await
}

async fn version(browser: &Browser<'_>) -> String {
    browser.get(HERE).await.form(HERE).hidden("versie").expect("a version").to_owned()
}

/// The addresses of the municipality's own files that a page names.
fn own_files(shown: &Shown) -> Vec<String> {
    let all = shown.html.split('"').filter(|piece| piece.starts_with("/huisstijl/"));
    let mut all: Vec<String> = all.map(str::to_owned).collect();
    all.sort_unstable();
    all.dedup();
    all
}

async fn log_in_page(site: &Site<'_>, host: &str) -> Shown {
    let request = axum::http::Request::builder().uri("/inloggen").header(header::HOST, host);
    site.send(request.body(axum::body::Body::empty()).expect("a request")).await
}

both_databases! {
    async fn the_log_in_page_is_that_of_the_municipality_whose_host_it_is(world: World) {
        let site = Site::of(&world);
        site.password_of("Ingrid").await;
        site.password_of("Femke").await;
        let zwanendam = log_in_page(&site, "zwanendam.localhost:8080").await;
        zwanendam.is(200).says("Gemeente Zwanendam").says_not("Lindeveld");
        let lindeveld = log_in_page(&site, "LINDEVELD.localhost.").await;
        lindeveld.is(200).says("Gemeente Lindeveld").says_not("Zwanendam");
        assert_ne!(own_files(&zwanendam), own_files(&lindeveld));
        // Two municipalities, and a host of neither: nobody's name is told.
        for host in ["webcare.example", "zwanendam.localhost.evil.example", "geen host", "[::1]:80", ""] {
            let other = log_in_page(&site, host).await;
            other.is(200).says_not("Zwanendam").says_not("Lindeveld");
            assert!(own_files(&other).is_empty(), "{host}");
        }
        // Errors and forgotten passwords look the same.
        let request = axum::http::Request::builder().uri("/nergens").header(header::HOST, "lindeveld.localhost");
        let shown = site.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!(own_files(&shown), own_files(&lindeveld));
    }

    async fn the_files_of_a_look_are_kept_for_ever_and_run_nothing(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let files = own_files(&noor.get("/gesprekken").await);
        assert_eq!(files.len(), 2, "a stylesheet and a picture: {files:?}");
        for file in &files {
            let shown = site.browser().get(file).await;
            shown.is(200);
            let line = |name: &str| shown.headers.get(name).map_or("", |value| value.to_str().expect("text")).to_owned();
            assert_eq!(line("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(line("x-content-type-options"), "nosniff");
            if file.ends_with(".css") {
                assert!(shown.html.contains("--municipality-brand: #14606e;"), "{}", shown.html);
                assert_eq!(line("content-type"), "text/css; charset=utf-8");
            } else {
                assert_eq!(line("content-type"), "image/svg+xml");
                assert_eq!(line("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
            }
        }
        for none in ["x", "14606e_-.txt", "14606e.css", "..%2Fgehoor.css", &format!("{}.svg", "0".repeat(32))] {
            site.browser().get(&format!("/huisstijl/{none}")).await.is(404);
        }
    }

    async fn an_administrator_gives_the_municipality_a_name_a_colour_a_logo_and_hosts(world: World) {
        let site = Site::of(&world);
        let ingrid = site.logged_in("Ingrid").await;
        let first = version(&ingrid).await;
        let hosts = "Webcare.Zwanendam.example\r\nchat.zwanendam.example:443\r\n";
        let fields = [("versie", first.as_str()), ("naam", " Gemeente  Zwanendam aan Zee "), ("hosts", hosts), ("kleur", "#FFEE00")];
        let saved = saves(&ingrid, &fields, Some(ROUND)).await;
        assert_eq!(saved.location(), "/beheer/huisstijl?gedaan=bewaard", "{}", saved.text());
        let shown = ingrid.get(saved.location()).await;
        shown.says("De huisstijl is bewaard").says("webcare.zwanendam.example chat.zwanendam.example");
        assert!(shown.html.contains("value=\"#ffee00\""));
        assert!(shown.html.contains("<title>Huisstijl · Gemeente Zwanendam aan Zee</title>"));
        let outside = log_in_page(&site, "chat.zwanendam.example").await;
        outside.says("Gemeente Zwanendam aan Zee");
        let logo = own_files(&outside).into_iter().find(|file| file.ends_with(".svg")).expect("a logo");
        assert_eq!(site.browser().get(&logo).await.html, ROUND);
        // What was there before is not theirs any more.
        log_in_page(&site, "zwanendam.localhost").await.says_not("Zwanendam aan Zee");
        // Somebody who saw what was there before is told.
        saves(&ingrid, &fields, None).await.is(409).says("Iemand anders was eerder");
        // Without a file the logo stays, and it goes when that is asked.
        let now = version(&ingrid).await;
        let fields = [("versie", now.as_str()), ("naam", "Gemeente Zwanendam"), ("hosts", ""), ("kleur", "")];
        saves(&ingrid, &fields, None).await.is(303);
        assert_eq!(own_files(&ingrid.get(HERE).await).len(), 2);
        let now = version(&ingrid).await;
        let fields = [("versie", now.as_str()), ("naam", "Gemeente Zwanendam"), ("hosts", ""), ("kleur", ""), ("zonder-logo", "ja")];
        saves(&ingrid, &fields, None).await.is(303);
        assert!(own_files(&ingrid.get(HERE).await).is_empty());
        ingrid.get("/beheer/controlelog").await.says("Huisstijl van de gemeente veranderd");
    }

    async fn what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(world: World) {
        let site = Site::of(&world);
        site.password_of("Femke").await;
        let ingrid = site.logged_in("Ingrid").await;
        let now = version(&ingrid).await;
        let before = ingrid.get(HERE).await.html;
        let with = |name: &'static str, hosts: &'static str, brand: &'static str| {
            vec![("versie", now.clone()), ("naam", name.to_owned()), ("hosts", hosts.to_owned()), ("kleur", brand.to_owned())]
        };
        let large = "x".repeat(40_000);
        let cases = [
            (with("", "", ""), None, "Vul een naam in"),
            (with("Zwanendam", "http://zwanendam.example/", ""), None, "is geen webadres"),
            (with("Zwanendam", "lindeveld.localhost", ""), None, "hoort al bij een andere gemeente"),
            (with("Zwanendam", "", "blauw"), None, "hekje met zes cijfers"),
            (with("Zwanendam", "", "#14606e;}body{display:none"), None, "hekje met zes cijfers"),
            (with("Zwanendam", "", ""), Some("<svg viewBox=\"0 0 1 1\"><script>alert(1)</script></svg>"), "“script”"),
            (with("Zwanendam", "", ""), Some("<svg viewBox=\"0 0 1 1\" onload=\"alert(1)\"/>"), "“onload”"),
            (with("Zwanendam", "", ""), Some("GIF89a"), "geen SVG of PNG"),
            (with("Zwanendam", "", ""), Some(large.as_str()), "groter dan 32 kB"),
        ];
        for (fields, logo, why) in &cases {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let shown = saves(&ingrid, &fields, *logo).await;
            shown.is(400).says(why).says("Dit is nog niet bewaard");
            assert!(shown.html.contains("aria-invalid=\"true\""), "{why}");
            let typed = fields[2].1;
            assert!(shown.html.contains(typed), "what was typed stays: {typed}");
        }
        assert_eq!(ingrid.get(HERE).await.html, before);
        // Forms that we did not make.
        let twice = [("versie", now.as_str()), ("naam", "a"), ("naam", "b")];
        saves(&ingrid, &twice, None).await.is(400);
        saves(&ingrid, &[("versie", now.as_str()), ("rol", "x")], None).await.is(400);
        saves(&ingrid, &[("naam", "a")], None).await.is(400);
        saves(&ingrid, &[("versie", "x"), ("naam", "a")], None).await.is(400);
    }
}
