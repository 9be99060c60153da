//! The list of conversations: what is open, longest waiting first; or what waits for residents, is closed, or all of it,
//! newest first. It stands by itself, and beside each conversation.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Teams;
use domain::conversations::ConversationState;
use domain::ids::ConversationId;
use serde::Deserialize;
use usecases::conversations::{
    ConversationFilter, Listed, ReadMark, Whose, list_conversations, list_these, list_waiting, read_marks,
};

use super::listing::{Place, View};
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
    list: ShownList,
}

/// A list, ready to be shown.
#[derive(Template)]
#[template(path = "pages/conversations/rows.html")]
pub(crate) struct ShownList {
    w: Words,
    /// Whether it is the page's own matter, or stands beside a conversation.
    is_page: bool,
    title: &'static str,
    count: Option<String>,
    /// The name by which that is brought up to date.
    counter: &'static str,
    views: Vec<Choice>,
    sorted: &'static str,
    rows: Vec<ConversationRow>,
    /// What is said when there are no rows, and whether that is good news.
    empty: (&'static str, bool),
    next: Option<String>,
    first: Option<String>,
    /// The same list, made anew.
    again: String,
    /// Where rows that changed are asked for.
    changed: String,
}

/// A list to go to.
struct Choice {
    address: &'static str,
    words: &'static str,
    chosen: bool,
}

/// `GET /gesprekken`. What the address asks in other words than ours is the first page of what is open.
pub(crate) async fn show(visit: Visit) -> Result<Response, Trouble> {
    let w = visit.words;
    let list = ShownList::of(&visit, None).await?;
    let here = visit.listing.address("/gesprekken");
    let shell = Shell::around(w, list.title, &visit.user, &here).desk();
    Ok(page(StatusCode::OK, &ListPage { shell, w, list }))
}

impl ShownList {
    /// No list, where only a part of the page is asked for.
    pub(super) fn none(visit: &Visit) -> Self {
        Self {
            w: visit.words,
            is_page: false,
            title: "",
            count: None,
            counter: "",
            views: Vec::new(),
            sorted: "",
            rows: Vec::new(),
            empty: ("", false),
            next: None,
            first: None,
            again: String::new(),
            changed: String::new(),
        }
    }

    /// The list that the visitor looks at; `open` is the conversation beside it.
    pub(super) async fn of(visit: &Visit, open: Option<ConversationId>) -> Result<Self, Trouble> {
        let (w, listing, moments) = (visit.words, visit.listing, visit.moments());
        let (items, next) = match listing.view {
            View::Open => waiting(visit, Whose::All).await?,
            View::Mine => waiting(visit, visit.ctx.actor.user().map_or(Whose::Nobodys, Whose::Of)).await?,
            View::Nobodys => waiting(visit, Whose::Nobodys).await?,
            View::ForResident => newest(visit, Some(ConversationState::WaitingForResident)).await?,
            View::Closed => newest(visit, Some(ConversationState::Closed)).await?,
            View::All => newest(visit, None).await?,
        };
        let address = |from: Option<Place>| listing.beginning(from).address("/gesprekken");
        let marks = marks(visit, &items).await?;
        let row = |listed: &Listed| {
            let mark = marks.get(&listed.conversation.id).copied();
            ConversationRow::of(w, &moments, listed, &listing).read_until(listed, mark).beside(open)
        };
        let choice = |view: View| Choice {
            address: view.address(),
            words: view.words(w),
            chosen: view == listing.view,
        };
        Ok(Self {
            w,
            is_page: open.is_none(),
            title: listing.view.words(w),
            count: visit
                .user
                .counts
                .and_then(|counts| listing.view.count(&counts))
                .map(|count| w.number(count)),
            counter: listing.view.value(),
            views: View::ALL.map(choice).into(),
            sorted: if listing.view.is_by_waiting() {
                w.list_sorted_waiting()
            } else {
                w.list_sorted_newest()
            },
            rows: items.iter().map(row).collect(),
            empty: match visit.ctx.scope().teams() {
                // Whoever is in no team sees no conversation: that says nothing about who is helped.
                Teams::Some(teams) if teams.is_empty() => (w.profile_no_teams(), false),
                _ => (listing.view.empty(w), matches!(listing.view, View::Open | View::Nobodys)),
            },
            next: next.map(|next| address(Some(next))),
            first: listing.from.map(|_| address(None)),
            again: match open {
                None => address(None),
                Some(open) => listing.beginning(None).address(&format!("/gesprekken/{open}")),
            },
            changed: listing.address("/gesprekken/rijen"),
        })
    }
}

/// What the address of rows asks for.
#[derive(Deserialize)]
pub(crate) struct AskedRows {
    /// Ids of conversations, with commas between.
    #[serde(default)]
    welke: String,
}

/// Rows as they are now, and how much is in each list.
#[derive(Template)]
#[template(path = "pages/conversations/changed_rows.html")]
struct ChangedRows {
    /// With whether it stands in the list that is looked at, and whether it concerns the visitor: theirs, or nobody's.
    rows: Vec<(ConversationRow, String, bool, bool)>,
    counters: Vec<(&'static str, String)>,
}

/// `GET /gesprekken/rijen`: rows that changed, as the list itself has them. What the visitor cannot see, or is no more,
/// is left out.
pub(crate) async fn rows(visit: Visit, Query(asked): Query<AskedRows>) -> Result<Response, Trouble> {
    let (w, listing, moments) = (visit.words, visit.listing, visit.moments());
    let ids: Vec<ConversationId> =
        asked.welke.split(',').take(PAGE_SIZE as usize).filter_map(|id| id.parse().ok()).collect();
    let found = list_these(&visit.ctx, &ids).await?;
    let (me, marks) = (visit.ctx.actor.user(), marks(&visit, &found).await?);
    let row = |listed: &Listed| {
        let mark = marks.get(&listed.conversation.id).copied();
        let row = ConversationRow::of(w, &moments, listed, &listing).read_until(listed, mark);
        let owner = listed.conversation.assignee;
        let concerns = owner.is_none() || owner == me;
        (
            row,
            listed.conversation.id.to_string(),
            listing.view.holds(&listed.conversation, me),
            concerns,
        )
    };
    let counts = visit.user.counts;
    let counters = View::ALL
        .into_iter()
        .filter_map(|view| Some((view.value(), w.number(view.count(counts.as_ref()?)?))));
    let shown = ChangedRows {
        rows: found.iter().map(row).collect(),
        counters: counters.collect(),
    };
    Ok(page(StatusCode::OK, &shown))
}

impl ShownList {
    /// The conversation that comes first in the visitor's list, but for `id`; only in the lists that are worked through.
    pub(super) async fn next_after(
        visit: &Visit,
        id: ConversationId,
    ) -> Result<Option<ConversationId>, Trouble> {
        let items = match visit.listing.view {
            View::Open | View::All => waiting(visit, Whose::All).await?.0,
            View::Mine => waiting(visit, visit.ctx.actor.user().map_or(Whose::Nobodys, Whose::Of)).await?.0,
            View::Nobodys => waiting(visit, Whose::Nobodys).await?.0,
            View::ForResident | View::Closed => return Ok(None),
        };
        let waits = |one: &&Listed| one.conversation.id != id && one.conversation.waiting_since_at.is_some();
        Ok(items.iter().find(waits).map(|one| one.conversation.id))
    }
}

/// Until where the visitor has read each of these.
async fn marks(visit: &Visit, items: &[Listed]) -> Result<HashMap<ConversationId, ReadMark>, Trouble> {
    let ids: Vec<ConversationId> = items.iter().map(|one| one.conversation.id).collect();
    Ok(read_marks(&visit.ctx, &ids).await?)
}

type Found = (Vec<Listed>, Option<Place>);

async fn waiting(visit: &Visit, whose: Whose) -> Result<Found, Trouble> {
    let found = list_waiting(&visit.ctx, whose, visit.listing.from, PAGE_SIZE).await?;
    Ok((found.items, found.next))
}

async fn newest(visit: &Visit, state: Option<ConversationState>) -> Result<Found, Trouble> {
    let filter = ConversationFilter { state, ..ConversationFilter::default() };
    let before = visit.listing.from.and_then(|(at, id)| at.map(|at| (at, id)));
    let found = list_conversations(&visit.ctx, &filter, before, PAGE_SIZE).await?;
    Ok((found.items, found.next.map(|(at, id)| (Some(at), id))))
}
