//! The list of conversations: what is open, longest waiting first; or what is closed, or all, newest first.

use askama::Template;
use axum::extract::{Query, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Teams;
use domain::conversations::ConversationState;
use domain::ids::ConversationId;
use domain::time::{from_micros, micros};
use jiff::Timestamp;
use serde::Deserialize;
use usecases::conversations::{ConversationFilter, Listed, Whose, list_conversations, list_waiting};

use crate::components::conversation_row::ConversationRow;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::Words;

const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "pages/conversations/list.html")]
struct ListPage {
    shell: Shell,
    w: Words,
    statuses: Vec<Choice>,
    shows: Vec<Choice>,
    /// The choice by owner concerns open conversations.
    by_owner: bool,
    sorted: &'static str,
    rows: Vec<ConversationRow>,
    empty: &'static str,
    next: Option<String>,
    first: Option<String>,
}

/// A choice of a filter.
struct Choice {
    value: &'static str,
    words: &'static str,
    chosen: bool,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    toon: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    na: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Open,
    Closed,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    Mine,
    Nobodys,
}

impl Status {
    const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::All];

    const fn value(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "gesloten",
            Self::All => "alle",
        }
    }

    const fn words(self, w: Words) -> &'static str {
        match self {
            Self::Open => w.list_status_open(),
            Self::Closed => w.list_status_closed(),
            Self::All => w.list_status_all(),
        }
    }
}

impl Show {
    const ALL: [Self; 3] = [Self::All, Self::Mine, Self::Nobodys];

    const fn value(self) -> &'static str {
        match self {
            Self::All => "alle",
            Self::Mine => "mijn",
            Self::Nobodys => "niemand",
        }
    }

    const fn words(self, w: Words) -> &'static str {
        match self {
            Self::All => w.list_show_all(),
            Self::Mine => w.list_show_mine(),
            Self::Nobodys => w.list_show_nobody(),
        }
    }
}

/// `GET /gesprekken`. What the address asks in other words than ours is the first page of what is open.
pub(crate) async fn show(
    visit: Visit,
    RawQuery(query): RawQuery,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let status = Status::ALL.into_iter().find(|one| one.value() == asked.status).unwrap_or(Status::Open);
    let show = Show::ALL.into_iter().find(|one| one.value() == asked.toon).unwrap_or(Show::All);
    let place = place(&asked.na);
    let (items, next) = match status {
        Status::Open => waiting(&visit, show, place).await?,
        Status::Closed => newest(&visit, Some(ConversationState::Closed), place).await?,
        Status::All => newest(&visit, None, place).await?,
    };
    let address = |na: Option<&str>| {
        let na = na.map(|na| format!("&na={na}")).unwrap_or_default();
        format!("/gesprekken?status={}&toon={}{na}", status.value(), show.value())
    };
    let here = query.map_or_else(|| "/gesprekken".to_owned(), |query| format!("/gesprekken?{query}"));
    let moments = visit.moments();
    let choice = |value, words, chosen| Choice { value, words, chosen };
    Ok(page(
        StatusCode::OK,
        &ListPage {
            shell: Shell::around(w, w.list_title(), Some(&visit.user), &here),
            w,
            statuses: Status::ALL.map(|one| choice(one.value(), one.words(w), one == status)).into(),
            shows: Show::ALL.map(|one| choice(one.value(), one.words(w), one == show)).into(),
            by_owner: status == Status::Open,
            sorted: if status == Status::Open {
                w.list_sorted_waiting()
            } else {
                w.list_sorted_newest()
            },
            rows: items.iter().map(|listed| ConversationRow::of(w, &moments, listed)).collect(),
            empty: match visit.ctx.scope().teams() {
                // Whoever is in no team sees no conversation: that says nothing about who is helped.
                Teams::Some(teams) if teams.is_empty() => w.profile_no_teams(),
                _ => empty(w, status, show),
            },
            next: next.map(|next| address(Some(&next))),
            first: place.map(|_| address(None)),
        },
    ))
}

type Found = (Vec<Listed>, Option<String>);

async fn waiting(visit: &Visit, show: Show, place: Option<Place>) -> Result<Found, Trouble> {
    let whose = match (show, visit.ctx.actor.user()) {
        (Show::Mine, Some(user)) => Whose::Of(user),
        (Show::Nobodys, _) => Whose::Nobodys,
        _ => Whose::All,
    };
    let found = list_waiting(&visit.ctx, whose, place, PAGE_SIZE).await?;
    let next = found.next.map(|(since, id)| place_text(since, id));
    Ok((found.items, next))
}

async fn newest(
    visit: &Visit,
    state: Option<ConversationState>,
    place: Option<Place>,
) -> Result<Found, Trouble> {
    let filter = ConversationFilter { state, ..ConversationFilter::default() };
    let before = place.and_then(|(at, id)| at.map(|at| (at, id)));
    let found = list_conversations(&visit.ctx, &filter, before, PAGE_SIZE).await?;
    let next = found.next.map(|(at, id)| place_text(Some(at), id));
    Ok((found.items, next))
}

const fn empty(w: Words, status: Status, show: Show) -> &'static str {
    match (status, show) {
        (Status::Closed, _) => w.list_empty_closed(),
        (Status::All, _) => w.list_empty_all(),
        (Status::Open, Show::All) => w.list_empty_open(),
        (Status::Open, Show::Mine) => w.list_empty_mine(),
        (Status::Open, Show::Nobodys) => w.list_empty_nobody(),
    }
}

/// Where the next page begins.
type Place = (Option<Timestamp>, ConversationId);

fn place_text(at: Option<Timestamp>, id: ConversationId) -> String {
    let at = at.map(|at| micros(at).to_string()).unwrap_or_default();
    format!("{at}~{id}")
}

fn place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('~')?;
    let at = if at.is_empty() { None } else { Some(from_micros(at.parse().ok()?)) };
    Some((at, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_back_and_nonsense_is_the_start() {
        let id: ConversationId = "0193b5b0-7c00-7000-8000-000000000001".parse().expect("an id");
        for at in [None, Some(from_micros(1_700_000_000_000_001)), Some(from_micros(-5))] {
            assert_eq!(place(&place_text(at, id)), Some((at, id)));
        }
        for nonsense in ["", "~", "1", "x~0193b5b0-7c00-7000-8000-000000000001", "1~2"] {
            assert_eq!(place(nonsense), None);
        }
    }
}
