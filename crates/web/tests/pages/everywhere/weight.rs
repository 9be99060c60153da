//! How much goes over the wire (DESIGN 7): the first visit, and each page after it.

use axum::body::to_bytes;
use axum::http::header::CONTENT_ENCODING;
use simulation::both_databases;
use simulation::world::World;

use crate::site::{Browser, Site, conversation};

/// Bytes of an answer as they leave, and whether they are compressed.
async fn bytes(browser: &Browser<'_>, path: &str) -> (usize, bool) {
    let answer = browser.answer(path, &[("accept-encoding", "gzip, deflate, br")]).await;
    let is_compressed = answer.headers().contains_key(CONTENT_ENCODING);
    let body = to_bytes(answer.into_body(), 10_000_000).await.expect("a body");
    (body.len(), is_compressed)
}

both_databases! {
    async fn the_first_visit_is_within_120_kb_and_a_page_after_it_within_15(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("De lantaarn voor ons huis doet het al een week niet.").await;
        for number in 0..30 {
            world.seconds_later(60).agent("Noor").await.replies(&talk, &format!("Wij kijken ernaar, dit is antwoord {number}.")).await;
        }
        for number in 0..50 {
            world.seconds_later(1).resident(&format!("Inwoner {number}")).writes("Wanneer wordt het grofvuil opgehaald?").await;
        }
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await.html;
        let mut loaded: Vec<&str> = page.split(&['"', '#'][..]).filter(|one| one.starts_with("/assets/") || one.starts_with("/huisstijl/")).collect();
        // The emoji are asked for when somebody looks for one.
        loaded.retain(|one| !one.ends_with(".txt"));
        loaded.sort_unstable();
        loaded.dedup();
        assert!(loaded.len() >= 7, "stylesheets, scripts, icons, letters and a logo: {loaded:?}");
        let mut total = 0;
        for path in loaded {
            let (size, is_compressed) = bytes(&noor, path).await;
            assert_eq!(is_compressed, !path.ends_with("woff2"), "{path}");
            total += size;
        }
        for path in [conversation(&talk), "/gesprekken".to_owned()] {
            let (size, is_compressed) = bytes(&noor, &path).await;
            assert!(is_compressed && size <= 15_000, "{path} has {size} bytes");
            assert!(total + size <= 120_000, "the first visit to {path} is {} bytes", total + size);
        }
    }

    /// A file of a resident and a stream go as they are: the one may be asked for in pieces, the other must not wait.
    async fn files_are_not_compressed(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let file = world.file_kept(&talk, &b"content ".repeat(1_000)).await;
        let noor = site.logged_in("Noor").await;
        assert_eq!(bytes(&noor, &format!("/bijlagen/{file}")).await, (8_000, false));
    }
}
