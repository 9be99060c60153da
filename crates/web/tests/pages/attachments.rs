//! `/bijlagen/{id}` and `/bijlagen/{id}/klein`: files as a browser gets them (RELIABILITY W3).

use domain::ids::AttachmentId;
use domain::media::Format;
use simulation::both_databases;
use simulation::world::{Talk, World};

use crate::site::{Shown, Site, conversation};

const CONTENT: &[u8] = b"0123456789abcdefghij";

fn of(id: AttachmentId) -> String {
    format!("/bijlagen/{id}")
}

fn header<'s>(shown: &'s Shown, name: &str) -> &'s str {
    shown.headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

/// What keeps a file from doing anything in a browser.
#[track_caller]
fn is_harmless(shown: &Shown) {
    assert_eq!(header(shown, "content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(header(shown, "x-content-type-options"), "nosniff");
    assert_eq!(header(shown, "cross-origin-resource-policy"), "same-origin");
    assert_eq!(header(shown, "x-frame-options"), "DENY");
    assert_eq!(header(shown, "cache-control"), "private, no-cache");
}

async fn talk(world: &World) -> Talk {
    world.resident("Yusuf").writes("De lantaarn is kapot").await
}

both_databases! {
    /// Whatever it is called, it is saved under a name that ends no header and starts nothing.
    async fn a_document_is_saved_under_a_safe_name(world: World) {
        let site = Site::of(&world);
        let talk = talk(&world).await;
        let noor = site.logged_in("Noor").await;
        for (name, format, expected) in [
            ("besluit.pdf", Format::Pdf, "attachment; filename=\"besluit.pdf\"; filename*=UTF-8''besluit.pdf"),
            ("../../etc/één \"a\".pdf", Format::Pdf,
             "attachment; filename=\"__n _a_.pdf\"; filename*=UTF-8''%C3%A9%C3%A9n%20_a_.pdf"),
            // The ending is that of its content, so that nothing else opens it.
            ("foto.jpg\r\nSet-Cookie: x=1", Format::Text,
             "attachment; filename=\"foto.jpgSet-Cookie_ x_1.txt\"; filename*=UTF-8''foto.jpgSet-Cookie_%20x%3D1.txt"),
        ] {
            let id = world.file_kept_as(&talk, name, format, CONTENT).await;
            let shown = noor.get(&of(id)).await;
            shown.is(200);
            is_harmless(&shown);
            assert_eq!(header(&shown, "content-disposition"), expected);
            assert_eq!(header(&shown, "content-type"), format.media_type());
            assert_eq!(shown.html.as_bytes(), CONTENT);
        }
    }

    async fn a_picture_is_shown_and_so_is_its_small_one(world: World) {
        let site = Site::of(&world);
        let id = world.file_kept(&talk(&world).await, CONTENT).await;
        let noor = site.logged_in("Noor").await;
        for (path, content) in [(of(id), CONTENT), (format!("{}/klein", of(id)), b"small")] {
            let shown = noor.get(&path).await;
            shown.is(200);
            is_harmless(&shown);
            assert!(header(&shown, "content-disposition").starts_with("inline; filename=\"bijlage.jpg\""));
            assert_eq!(header(&shown, "content-type"), "image/jpeg");
            assert_eq!(shown.html.as_bytes(), content);
        }
    }

    /// What a player asks for when somebody moves along: one piece, from the end, beyond the end, of what it had before.
    async fn a_piece_of_a_file_is_given_as_asked(world: World) {
        let site = Site::of(&world);
        let id = world.file_kept_as(&talk(&world).await, "spraak.ogg", Format::Ogg, CONTENT).await;
        let noor = site.logged_in("Noor").await;
        let whole = noor.get(&of(id)).await;
        let tag = header(&whole, "etag").to_owned();
        assert_eq!((header(&whole, "accept-ranges"), header(&whole, "content-length")), ("bytes", "20"));
        for (range, status, span, content) in [
            ("bytes=0-3", 206, "bytes 0-3/20", "0123"),
            ("bytes=18-", 206, "bytes 18-19/20", "ij"),
            ("bytes=-4", 206, "bytes 16-19/20", "ghij"),
            ("bytes=15-99", 206, "bytes 15-19/20", "fghij"),
            ("bytes=20-", 416, "bytes */20", ""),
            // Several at once, and what is no range: the whole file, as RFC 9110 allows.
            ("bytes=0-1,4-5", 200, "", "0123456789abcdefghij"),
            ("lines=1-2", 200, "", "0123456789abcdefghij"),
        ] {
            let shown = noor.ask("GET", &of(id), &[("range", range)]).await;
            assert_eq!(shown.status.as_u16(), status, "{range}");
            assert_eq!((header(&shown, "content-range"), shown.html.as_str()), (span, content), "{range}");
            is_harmless(&shown);
            assert_eq!(header(&shown, "content-length"), content.len().to_string(), "{range}");
        }
        for (had, status) in [(tag.as_str(), 206), ("\"another\"", 200), ("W/\"weak\"", 200)] {
            let shown = noor.ask("GET", &of(id), &[("range", "bytes=0-3"), ("if-range", had)]).await;
            assert_eq!(shown.status.as_u16(), status, "{had}");
        }
        let head = noor.ask("HEAD", &of(id), &[]).await;
        assert_eq!((head.status.as_u16(), head.html.as_str(), header(&head, "content-length")), (200, "", "20"));
        is_harmless(&head);
    }

    /// Foreign is not there; and a look is on disk, also one that asked for a piece.
    async fn only_who_sees_the_conversation_gets_its_files(world: World) {
        let site = Site::of(&world);
        let talk = talk(&world).await;
        let id = world.file_kept(&talk, CONTENT).await;
        let klein = format!("{}/klein", of(id));
        // Joris answers for another team, Anouk in another municipality.
        for who in ["Joris", "Anouk"] {
            let browser = site.logged_in(who).await;
            for path in [of(id), klein.clone()] {
                browser.get(&path).await.is(404).says_not("0123");
                browser.ask("HEAD", &path, &[]).await.is(404);
            }
        }
        site.logged_in("Bram").await.get(&of(id)).await.is(403);
        site.browser().get(&of(id)).await.is(303);
        site.logged_in("Noor").await.ask("GET", &klein, &[("range", "bytes=0-1")]).await.is(206);
        let looked = world.who_looked(&talk).await;
        assert_eq!(looked, [world.ctx("Noor").await.actor.label()], "Noor looked, and nobody else");
    }

    /// A voice note and a film are played in the page; nothing of them is fetched before somebody presses.
    async fn sound_and_film_have_a_player_with_a_link_to_save_beside_it(world: World) {
        let site = Site::of(&world);
        let talk = talk(&world).await;
        let sound = world.file_kept_as(&talk, "spraak.ogg", Format::Ogg, CONTENT).await;
        let film = world.file_kept_as(&talk, "lantaarn.mp4", Format::Mp4, CONTENT).await;
        world.file_kept_as(&talk, "oud.amr", Format::Amr, CONTENT).await;
        let page = site.logged_in("Noor").await.get(&conversation(&talk)).await;
        let player = |kind: &str, id| format!("<{kind} class=\"file__player\" controls preload=\"none\" src=\"{}\"", of(id));
        assert!(page.html.contains(&player("audio", sound)), "{}", page.html);
        assert!(page.html.contains(&player("video", film)), "{}", page.html);
        assert!(page.html.contains(&format!("<a href=\"{}\" download", of(sound))), "{}", page.html);
        assert_eq!(page.html.matches("file__player").count(), 2, "what browsers do not play has no player");
    }
}
