//! The manual (handleiding): the chapters of `docs/manual`, made into HTML when the crate is built.
//!
//! To add a chapter: a file there. To change a picture: change what it shows; `tests/browser/manual.test.mjs` says that the
//! picture is old, and makes it anew.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::{Language, Words};

/// A chapter.
struct Chapter {
    /// Its name in the address.
    address: &'static str,
    title: &'static str,
    /// What it is about, in a sentence or two.
    lead: &'static str,
    /// Its headings: anchor and words.
    headings: &'static [(&'static str, &'static str)],
    html: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/manual.rs"));

#[derive(Template)]
#[template(path = "pages/manual/contents.html")]
struct ContentsPage {
    shell: Shell,
    w: Words,
    chapters: &'static [Chapter],
    is_translated: bool,
}

#[derive(Template)]
#[template(path = "pages/manual/chapter.html")]
struct ChapterPage {
    shell: Shell,
    w: Words,
    chapters: &'static [Chapter],
    chapter: &'static Chapter,
    previous: Option<&'static Chapter>,
    next: Option<&'static Chapter>,
    is_translated: bool,
}

/// `GET /handleiding`
pub(crate) async fn show(visit: Visit) -> Response {
    let w = visit.words;
    let shell = Shell::around(w, w.manual_title(), &visit.user, "/handleiding");
    let is_translated = w.language == Language::Nl;
    page(StatusCode::OK, &ContentsPage { shell, w, chapters: CHAPTERS, is_translated })
}

/// `GET /handleiding/{chapter}`
pub(crate) async fn show_chapter(visit: Visit, Path(address): Path<String>) -> Result<Response, Trouble> {
    let w = visit.words;
    let at = CHAPTERS.iter().position(|chapter| chapter.address == address).ok_or(Trouble::NotFound)?;
    let chapter = CHAPTERS.get(at).ok_or(Trouble::NotFound)?;
    let here = format!("/handleiding/{}", chapter.address);
    let shell = Shell::around(w, chapter.title, &visit.user, &here);
    let is_translated = w.language == Language::Nl;
    let previous = at.checked_sub(1).and_then(|before| CHAPTERS.get(before));
    let next = CHAPTERS.get(at + 1);
    let chapters = CHAPTERS;
    Ok(page(
        StatusCode::OK,
        &ChapterPage { shell, w, chapters, chapter, previous, next, is_translated },
    ))
}

#[cfg(test)]
mod tests {
    use domain::conversations::ConversationState;
    use domain::messages::DeliveryStatus;

    use super::CHAPTERS;
    use crate::layout::Shell;
    use crate::words::{Language, Words};

    fn chapter(address: &str) -> &'static str {
        CHAPTERS.iter().find(|one| one.address == address).map_or("", |one| one.html)
    }

    #[test]
    fn every_key_on_the_sheet_stands_in_the_manual() {
        let keys = chapter("toetsen");
        let shell =
            Shell::outward(&crate::layout::Outward::plain(Words::of(Language::Nl)), "", "/gesprekken")
                .conversation();
        for key in shell.key_groups().iter().flat_map(|group| &group.keys) {
            let shown = format!("<kbd>{}</kbd>", key.shown);
            assert!(
                keys.contains(&shown),
                "docs/manual, toetsen: {} ({}) is not there",
                key.shown,
                key.words
            );
        }
    }

    #[test]
    fn every_page_that_the_manual_links_to_is_there() {
        let routes = crate::routes();
        let mut seen = 0;
        for chapter in CHAPTERS {
            let links =
                chapter.html.split("href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
            for link in links.filter(|link| !link.starts_with("handleiding/")) {
                seen += 1;
                let known = routes
                    .iter()
                    .any(|route| route.method == "GET" && route.path.strip_prefix('/') == Some(link));
                assert!(known, "docs/manual, {}: there is no page /{link}", chapter.address);
            }
        }
        assert!(seen > 3, "the chapters for administrators link to their pages");
    }

    #[test]
    fn every_word_for_how_an_answer_fares_stands_in_the_manual() {
        let (w, states) = (Words::of(Language::Nl), chapter("standen"));
        for status in DeliveryStatus::ALL {
            let word = w.delivery(*status);
            let word = word.split(':').next().unwrap_or(word);
            assert!(
                states.contains(&format!("<td>{word}</td>")),
                "docs/manual, standen: “{word}” is not there"
            );
        }
        for state in ConversationState::ALL {
            let word = w.state(*state);
            assert!(
                states.contains(&format!("<td>{word}</td>")),
                "docs/manual, standen: “{word}” is not there"
            );
        }
    }
}
