//! The page on which somebody searches: one field, how it was understood, and what was found.

use std::convert::Infallible;
use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Query, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use domain::search::QUERY_CHARACTERS;
use serde::Deserialize;
use usecases::Failure;
use usecases::search::{
    Doubt, Excerpt, Filter, Found, FoundMessage, Order, Place, Search, SearchPage, SearchRefused,
    search_conversations,
};

use crate::components::conversation_row::author_of;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::{Moment, Moments, Words};

#[derive(Template)]
#[template(path = "pages/search/show.html")]
struct ShowPage {
    shell: Shell,
    w: Words,
    typed: String,
    max: usize,
    orders: [Choice; 2],
    /// What is wrong with the query.
    refused: Option<String>,
    /// What else there is to say of it.
    notes: Vec<String>,
    rows: Vec<Row>,
    /// Why there are none.
    empty: Option<&'static str>,
    next: Option<String>,
    first: Option<String>,
}

/// An order to choose.
struct Choice {
    value: &'static str,
    words: &'static str,
    chosen: bool,
}

/// A conversation that was found.
struct Row {
    address: String,
    author: String,
    channel: &'static str,
    state: &'static str,
    team: String,
    assignee: Option<String>,
    hits: Vec<HitLine>,
    more: Option<String>,
}

/// A message that was found.
struct HitLine {
    address: String,
    moment: Moment,
    side: Option<&'static str>,
    writer: String,
    kind: Option<&'static str>,
    pieces: Vec<Piece>,
}

/// A piece of an excerpt.
struct Piece {
    marked: bool,
    text: String,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    volgorde: String,
    #[serde(default)]
    na: String,
}

/// `GET /zoeken`. Whatever stands in the address is a search; a place that is none is the beginning.
pub(crate) async fn show(
    visit: Visit,
    RawQuery(query): RawQuery,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let order = if asked.volgorde == "beste" { Order::Best } else { Order::Newest };
    let before = asked.na.parse().ok();
    let search = Search { typed: asked.q.clone(), order, before };
    let (found, refused) = match search_conversations(&visit.ctx, &search).await {
        Ok(found) => (Some(found), None),
        Err(Failure::Refused(SearchRefused::TooLong { characters })) => (None, Some(too_long(w, characters))),
        Err(Failure::NotAllowed(missing)) => return Err(Failure::<Infallible>::NotAllowed(missing).into()),
        Err(Failure::Store(error)) => return Err(error.into()),
        Err(Failure::NotFound | Failure::Conflict | Failure::KeyReused) => return Err(Trouble::NotFound),
    };
    // What is far too long is not given back as a whole: it would be as long as the page.
    let typed = domain::limits::cut(&asked.q, QUERY_CHARACTERS * 2).to_owned();
    let here = match &query {
        Some(query) if refused.is_none() => format!("/zoeken?{query}"),
        _ => "/zoeken".to_owned(),
    };
    let choice = |value, words, chosen| Choice { value, words, chosen };
    let moments = visit.moments();
    let asked_something = found.as_ref().is_some_and(|found| !found.query.is_empty());
    let page_of = |na: Option<Place>| address(&asked.q, order, na);
    let template = ShowPage {
        shell: Shell::around(w, w.search_title(), &visit.user, &here),
        w,
        typed,
        max: QUERY_CHARACTERS,
        orders: [
            choice("nieuwste", w.search_order_newest(), order == Order::Newest),
            choice("beste", w.search_order_best(), order == Order::Best),
        ],
        refused,
        notes: found.as_ref().map(|found| notes(w, found)).unwrap_or_default(),
        rows: found.iter().flat_map(|found| &found.items).map(|found| row(w, &moments, found)).collect(),
        empty: found
            .as_ref()
            .filter(|found| asked_something && found.items.is_empty())
            .map(|found| if found.next.is_some() { w.search_empty_so_far() } else { w.search_empty() }),
        next: found.as_ref().and_then(|found| found.next).map(|next| page_of(Some(next))),
        first: before.map(|_| page_of(None)),
    };
    let status = if template.refused.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    Ok(page(status, &template))
}

fn too_long(w: Words, characters: usize) -> String {
    w.search_too_long(&characters.to_string(), &QUERY_CHARACTERS.to_string())
}

fn notes(w: Words, found: &SearchPage) -> Vec<String> {
    let mut notes = Vec::new();
    if found.incomplete {
        notes.push(w.search_incomplete().to_owned());
    }
    for doubt in &found.query.doubts {
        notes.push(match doubt {
            Doubt::UnknownFilter(name) => w.search_unknown_filter(name),
            Doubt::UnknownValue(value) => w.search_unknown_value(value),
            Doubt::TooManyWords => w.search_too_many_words(&domain::search::QUERY_WORDS.to_string()),
        });
    }
    if found.whole_words {
        notes.push(w.search_whole_words().to_owned());
    }
    if found.partly {
        notes.push(w.search_partly().to_owned());
    }
    notes.extend(found.to_drop.iter().map(|filter| w.search_to_drop(filter_words(w, *filter))));
    notes
}

const fn filter_words(w: Words, filter: Filter) -> &'static str {
    match filter {
        Filter::Writer => w.search_filter_writer(),
        Filter::Channel => w.search_filter_channel(),
        Filter::Team => w.search_filter_team(),
        Filter::Owner => w.search_filter_owner(),
        Filter::Status => w.search_filter_status(),
        Filter::Since => w.search_filter_since(),
        Filter::Until => w.search_filter_until(),
    }
}

fn row(w: Words, moments: &Moments, found: &Found) -> Row {
    let conversation = &found.listed.conversation;
    let address = format!("/gesprekken/{}", conversation.id);
    Row {
        hits: found.messages.iter().map(|message| hit(w, moments, &address, message)).collect(),
        address,
        author: author_of(w, &found.listed),
        channel: w.channel(&found.listed.channel),
        state: w.state(conversation.state),
        team: found.listed.team_name.clone(),
        assignee: found.listed.assignee_name.clone(),
        more: (found.more > 0).then(|| w.search_more_hits(i64::try_from(found.more).unwrap_or(i64::MAX))),
    }
}

fn hit(w: Words, moments: &Moments, conversation: &str, message: &FoundMessage) -> HitLine {
    use domain::messages::{Direction, MessageKind};
    HitLine {
        address: format!("{conversation}?bij={}#b-{}", message.id, message.id),
        moment: moments.moment(message.sent_at),
        side: match message.direction {
            Direction::In => None,
            Direction::Out => Some(w.search_ours()),
            Direction::Note => Some(w.search_note()),
        },
        writer: message.writer.clone(),
        kind: (message.kind != MessageKind::Text).then(|| w.kind(message.kind)),
        pieces: pieces(&message.excerpt),
    }
}

/// The excerpt in pieces, marked or not, so that the template cuts nothing.
fn pieces(excerpt: &Excerpt) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = |text: &str| {
        if !text.is_empty() {
            pieces.push(Piece { marked: false, text: text.to_owned() });
        }
    };
    if excerpt.cut_before {
        plain("…");
    }
    let mut from = 0;
    let mut cut = Vec::new();
    for mark in &excerpt.marks {
        cut.push((false, excerpt.text.get(from..mark.start).unwrap_or_default()));
        cut.push((true, excerpt.text.get(mark.clone()).unwrap_or_default()));
        from = mark.end;
    }
    cut.push((false, excerpt.text.get(from..).unwrap_or_default()));
    if excerpt.cut_after {
        cut.push((false, "…"));
    }
    let filled = cut.into_iter().filter(|(_, text)| !text.is_empty());
    pieces.extend(filled.map(|(marked, text)| Piece { marked, text: text.to_owned() }));
    pieces
}

fn address(typed: &str, order: Order, na: Option<Place>) -> String {
    let order = if order == Order::Best { "beste" } else { "nieuwste" };
    let na = na.map(|na| format!("&na={na}")).unwrap_or_default();
    format!("/zoeken?q={}&volgorde={order}{na}", encoded(typed))
}

/// A value of an address.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_at_its_marks_and_an_address_holds_anything() {
        let excerpt = Excerpt {
            text: "De lamp is uit".to_owned(),
            marks: std::iter::once(3..7).collect(),
            cut_before: true,
            cut_after: false,
        };
        let shown: Vec<_> = pieces(&excerpt).into_iter().map(|piece| (piece.marked, piece.text)).collect();
        let expected = [(false, "…"), (false, "De "), (true, "lamp"), (false, " is uit")];
        assert_eq!(shown, expected.map(|(marked, text)| (marked, text.to_owned())));
        assert_eq!(
            address("van:\"É\" &", Order::Best, "5w".parse().ok()),
            "/zoeken?q=van%3A%22%C3%89%22%20%26&volgorde=beste&na=5w"
        );
    }
}
