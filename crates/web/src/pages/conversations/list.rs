//! The list of conversations: one of the standard lists, or one of somebody's own, narrowed by filters and in an order. It
//! stands by itself, and beside each conversation.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Teams;
use domain::ids::ConversationId;
use domain::lists::{ListQuery, Order, StandardList};
use serde::Deserialize;
use usecases::conversations::{
    Listed, ReadMark, count_list, list_by, list_choices, list_holds, list_these, read_marks,
};

use super::listing::{Place, View};
use super::saved::{Keeping, SavedChip};
use crate::components::conversation_row::ConversationRow;
use crate::components::list_filters::ListFilters;
use crate::components::notice::Notice;
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
    title: String,
    count: Option<String>,
    /// The name by which that is brought up to date.
    counter: &'static str,
    views: Vec<Choice>,
    /// Those that somebody saved.
    saved: Vec<SavedChip>,
    sorted: &'static str,
    filters: Option<ListFilters>,
    /// To save this list under a name.
    keeping: Option<Keeping>,
    /// That the address named a place of another list.
    lost: Option<Notice>,
    rows: Vec<ConversationRow>,
    /// What is said when there are no rows, and whether that is good news.
    empty: (&'static str, bool),
    next: Option<String>,
    /// Looking was stopped before the page was full: the next one looks on.
    stopped: bool,
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
    let shell = Shell::around(w, list.title.clone(), &visit.user, &here).desk();
    Ok(page(StatusCode::OK, &ListPage { shell, w, list }))
}

impl ShownList {
    /// No list, where only a part of the page is asked for.
    pub(super) fn none(visit: &Visit) -> Self {
        Self {
            w: visit.words,
            is_page: false,
            title: String::new(),
            count: None,
            counter: "",
            views: Vec::new(),
            saved: Vec::new(),
            sorted: "",
            filters: None,
            keeping: None,
            lost: None,
            rows: Vec::new(),
            empty: ("", false),
            next: None,
            stopped: false,
            first: None,
            again: String::new(),
            changed: String::new(),
        }
    }

    /// The list that the visitor looks at; `open` is the conversation beside it.
    pub(super) async fn of(visit: &Visit, open: Option<ConversationId>) -> Result<Self, Trouble> {
        let (w, listing, moments) = (visit.words, &visit.listing, visit.moments());
        let found = list_by(&visit.ctx, &listing.query, listing.from, PAGE_SIZE).await?;
        let place = match open {
            None => "/gesprekken".to_owned(),
            Some(open) => format!("/gesprekken/{open}"),
        };
        let address = |from: Option<Place>| listing.beginning(from).address("/gesprekken");
        let marks = marks(visit, &found.items).await?;
        let row = |listed: &Listed| {
            let mark = marks.get(&listed.conversation.id).copied();
            ConversationRow::of(w, &moments, listed, listing).read_until(listed, mark).beside(open)
        };
        let choice = |view: View| Choice {
            address: view.address(),
            words: view.words(w),
            chosen: listing.is_standard() && view == listing.view(),
        };
        let choices = list_choices(&visit.ctx).await?;
        let filters = ListFilters::of(w, &choices, listing, visit.ctx.actor.user(), &place);
        let saved = SavedChip::all(visit).await?;
        let name = saved.iter().find(|one| one.chosen).map(|one| one.name.clone());
        let title = name.unwrap_or_else(|| listing.view().words(w).to_owned());
        Ok(Self {
            w,
            is_page: open.is_none(),
            title,
            count: count(visit).await?,
            counter: if listing.is_standard() { listing.view().value() } else { HERE },
            views: View::all().map(choice).collect(),
            sorted: sorted(w, listing.query.shown_order()),
            keeping: Keeping::of(visit, &choices, &saved),
            saved,
            lost: listing.is_lost.then(|| Notice::refused(w.list_lost_title(), w.list_lost())),
            rows: found.items.iter().map(row).collect(),
            empty: empty(visit, &filters, found.looked_at_all),
            filters: Some(filters),
            next: found.next.map(|next| address(Some(next))),
            stopped: !found.looked_at_all,
            first: listing.from.map(|_| address(None)),
            again: listing.beginning(None).address(&place),
            changed: listing.address("/gesprekken/rijen"),
        })
    }

    /// The conversation that comes first in the visitor's list, but for `id`; only in the lists that are worked through.
    pub(super) async fn next_after(
        visit: &Visit,
        id: ConversationId,
    ) -> Result<Option<ConversationId>, Trouble> {
        let asked = &visit.listing.query;
        let query = match asked.list {
            StandardList::Open | StandardList::Mine | StandardList::Nobodys => asked.clone(),
            StandardList::All => ListQuery { list: StandardList::Open, ..asked.clone() }.plain(),
            StandardList::ForResident | StandardList::Closed => return Ok(None),
        };
        let items = list_by(&visit.ctx, &query, visit.listing.from, PAGE_SIZE).await?.items;
        let waits = |one: &&Listed| one.conversation.id != id && one.conversation.waiting_since_at.is_some();
        Ok(items.iter().find(waits).map(|one| one.conversation.id))
    }
}

/// The name by which the number of conversations in a list of one's own is brought up to date.
const HERE: &str = "hier";

/// How many are in the list that the visitor looks at.
async fn count(visit: &Visit) -> Result<Option<String>, Trouble> {
    let (w, listing) = (visit.words, &visit.listing);
    if listing.is_standard() {
        let counts = visit.user.counts;
        return Ok(counts.and_then(|counts| listing.view().count(&counts)).map(|count| w.number(count)));
    }
    Ok(count_list(&visit.ctx, &listing.query).await?.map(|counted| w.counted(counted)))
}

const fn sorted(w: Words, order: Order) -> &'static str {
    match order {
        Order::Waiting => w.list_sorted_waiting(),
        Order::Activity => w.list_sorted_newest(),
        Order::Begun => w.list_sorted_begun(),
    }
}

/// What is said when there are no rows, and whether that is good news.
fn empty(visit: &Visit, filters: &ListFilters, looked_at_all: bool) -> (&'static str, bool) {
    let (w, view) = (visit.words, visit.listing.view());
    match visit.ctx.scope().teams() {
        // Whoever is in no team sees no conversation: that says nothing about who is helped.
        Teams::Some(teams) if teams.is_empty() => (w.profile_no_teams(), false),
        _ if !looked_at_all => (w.list_nothing_yet(), false),
        _ if filters.are_on() => (w.list_empty_filtered(), false),
        _ => (view.empty(w), view.is_good_when_empty()),
    }
}

/// What the address of rows asks for.
#[derive(Deserialize)]
pub(crate) struct AskedRows {
    /// Ids of conversations, with commas between.
    #[serde(default)]
    welke: String,
    /// "ja": how many are in the saved lists as well.
    #[serde(default)]
    lijsten: String,
}

/// Rows as they are now, and how much is in each list.
#[derive(Template)]
#[template(path = "pages/conversations/changed_rows.html")]
struct ChangedRows {
    /// With whether it stands in the list that is looked at, and whether it concerns the visitor: theirs, or nobody's.
    rows: Vec<(ConversationRow, String, bool, bool)>,
    counters: Vec<(String, String)>,
}

/// `GET /gesprekken/rijen`: rows that changed, as the list itself has them. What the visitor cannot see, or is no more,
/// is left out.
pub(crate) async fn rows(visit: Visit, Query(asked): Query<AskedRows>) -> Result<Response, Trouble> {
    let (w, listing, moments) = (visit.words, &visit.listing, visit.moments());
    let ids: Vec<ConversationId> =
        asked.welke.split(',').take(PAGE_SIZE as usize).filter_map(|id| id.parse().ok()).collect();
    let found = list_these(&visit.ctx, &ids).await?;
    let me = visit.ctx.actor.user();
    let (here, marks) = (list_holds(&visit.ctx, &listing.query, &ids).await?, marks(&visit, &found).await?);
    let row = |listed: &Listed| {
        let id = listed.conversation.id;
        let mark = marks.get(&id).copied();
        let row = ConversationRow::of(w, &moments, listed, listing).read_until(listed, mark);
        let owner = listed.conversation.assignee;
        let concerns = owner.is_none() || owner == me;
        (row, id.to_string(), here.contains(&id), concerns)
    };
    let counts = visit.user.counts;
    let standard = View::all()
        .filter_map(|view| Some((view.value().to_owned(), w.number(view.count(counts.as_ref()?)?))));
    let mut counters: Vec<(String, String)> = standard.collect();
    if !listing.is_standard() {
        counters.extend(count(&visit).await?.map(|count| (HERE.to_owned(), count)));
    }
    if asked.lijsten == "ja" {
        let saved = SavedChip::all(&visit).await?;
        counters.extend(saved.into_iter().filter_map(|one| Some((one.counter, one.count?))));
    }
    let shown = ChangedRows { rows: found.iter().map(row).collect(), counters };
    Ok(page(StatusCode::OK, &shown))
}

/// Until where the visitor has read each of these.
async fn marks(visit: &Visit, items: &[Listed]) -> Result<HashMap<ConversationId, ReadMark>, Trouble> {
    let ids: Vec<ConversationId> = items.iter().map(|one| one.conversation.id).collect();
    Ok(read_marks(&visit.ctx, &ids).await?)
}
