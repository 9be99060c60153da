//! What browsers are told with every answer.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Browser, Site, conversation};

async fn check(browser: &Browser<'_>, path: &str) {
    let shown = browser.get(path).await;
    let header = |name: &str| shown.headers.get(name).map_or("", |value| value.to_str().expect("text"));
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    // A drawing that is opened by itself may do less than a page.
    let is_drawing = path.starts_with("/huisstijl/");
    assert!(!is_drawing || policy.contains("sandbox"), "{path}: {policy}");
    for directive in [
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ] {
        assert!(is_drawing || policy.contains(directive), "{path}: {policy}");
    }
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    assert!(header("permissions-policy").contains("camera=()"), "{path}");
    let kept = if path.starts_with("/assets/") || is_drawing {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    assert_eq!(header("cache-control"), kept, "{path}");
    assert_eq!(header("strict-transport-security"), "", "{path}: not over plain HTTP");
}

both_databases! {
    async fn every_answer_says_run_nothing_keep_nothing_and_tell_nobody(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let page = noor.get("/gesprekken").await;
        let style = page.html.split("stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        let icon = page.html.split("icon\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        let (style, icon) = (style.expect("a stylesheet"), icon.expect("an icon"));
        let own = conversation(&talk);
        for path in [style, icon, "/", "/gesprekken", &own, "/profiel", "/nergens", "/beheer/ontvangst", "/uitloggen"] {
            check(&noor, path).await;
        }
        check(&site.browser(), "/inloggen").await;
        check(&site.browser(), "/gesprekken").await;
        noor.get("/assets/gehoor-0000000000000000.css").await.is(404);
        let css = noor.get(style).await;
        assert_eq!(css.headers["content-type"], "text/css; charset=utf-8");
        assert!(css.html.contains("@layer reset") && !css.html.contains("@import"));
        for picture in css.html.split("url(").skip(1) {
            let named = picture.split(')').next().unwrap_or_default().trim_matches('"');
            noor.get(&format!("/assets/{named}")).await.is(200);
        }
    }

    /// H2: nothing that a client says about hosts and addresses comes back or is believed.
    async fn a_forged_host_is_not_reflected(world: World) {
        let site = Site::of(&world);
        let lines = [("sec-fetch-site", "same-origin"), crate::site::FORM, ("x-forwarded-host", "evil.example")];
        let shown = site.browser().post_as("/taal", "taal=nl".to_owned(), &lines).await;
        assert_eq!(shown.location(), "/");
        assert!(!format!("{:?}{}", shown.headers, shown.html).contains("evil.example"));
    }
}
