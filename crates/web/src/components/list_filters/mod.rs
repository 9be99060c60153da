//! What a list is narrowed by, and in which order it stands: what is on can be read and taken away without opening anything.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;
use domain::conversations::ConversationState;
use domain::ids::UserId;
use domain::lists::{Filters, ListQuery, Order, Owner};
use usecases::conversations::ListChoices;

use crate::pages::conversations::{Listing, order_value, owner_value, state_value};
use crate::words::Words;

/// How long somebody waits, in minutes, as one can choose it.
const WAITS: [u32; 6] = [30, 60, 240, 480, 1_440, 4_320];

/// The filters of a list, ready to be shown.
#[derive(Debug, Clone, Template)]
#[template(path = "components/list_filters/list_filters.html")]
pub(crate) struct ListFilters {
    w: Words,
    /// Where the form goes.
    action: String,
    list: &'static str,
    fields: Vec<Select>,
    unread: bool,
    trouble: bool,
    on: Vec<Chip>,
    /// The list without any of them.
    without: String,
}

/// A choice of one from several.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Select {
    name: &'static str,
    label: &'static str,
    /// Value, words, and whether it is chosen.
    choices: Vec<(String, String, bool)>,
}

/// A filter that is on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chip {
    words: String,
    /// The list without it.
    without: String,
}

impl ListFilters {
    /// The filters of a list that is shown at `place`; `me` is who looks.
    pub(crate) fn of(
        w: Words,
        choices: &ListChoices,
        listing: &Listing,
        me: Option<UserId>,
        place: &str,
    ) -> Self {
        let (query, filters) = (&listing.query, &listing.query.filters);
        let fields = [
            owners(w, choices, query, me),
            states(w, query),
            teams(w, choices, filters),
            accounts(w, choices, filters),
            Some(waits(w, filters)),
            Some(orders(w, query)),
        ];
        let chip =
            |words: String, without: Filters| Chip { words, without: listing.with(without).address(place) };
        Self {
            w,
            action: place.to_owned(),
            list: listing.view().value(),
            fields: fields.into_iter().flatten().collect(),
            unread: filters.unread,
            trouble: filters.trouble,
            on: on(w, choices, filters, me)
                .into_iter()
                .map(|(words, without)| chip(words, without))
                .collect(),
            without: Listing::start(ListQuery { filters: Filters::default(), ..query.clone() })
                .address(place),
        }
    }

    /// Whether something is left out.
    pub(crate) fn are_on(&self) -> bool {
        !self.on.is_empty()
    }
}

/// A choice with its first line, which leaves nothing out.
fn select(
    name: &'static str,
    label: &'static str,
    nothing: &str,
    choices: impl Iterator<Item = (String, String, bool)>,
) -> Select {
    let choices: Vec<_> = choices.collect();
    let none = !choices.iter().any(|(.., chosen)| *chosen);
    let first = (String::new(), nothing.to_owned(), none);
    Select {
        name,
        label,
        choices: std::iter::once(first).chain(choices).collect(),
    }
}

fn owners(w: Words, choices: &ListChoices, query: &ListQuery, me: Option<UserId>) -> Option<Select> {
    let chosen = query.filters.owner;
    let fixed = [(Owner::Me, w.filter_owner_me()), (Owner::Nobody, w.filter_owner_nobody())];
    let fixed = fixed.into_iter().map(|(owner, words)| (owner, words.to_owned()));
    let others = choices.colleagues.iter().filter(|(id, _)| Some(*id) != me);
    let others = others.map(|(id, name)| (Owner::User(*id), name.clone()));
    let all = fixed
        .chain(others)
        .map(|(owner, words)| (owner_value(owner), words, chosen == Some(owner)));
    (!query.list.has_owner()).then(|| select("behandelaar", w.filter_owner(), w.filter_owner_any(), all))
}

fn states(w: Words, query: &ListQuery) -> Option<Select> {
    let chosen = query.filters.state;
    let all = ConversationState::ALL.iter().copied().filter(|state| {
        // What a list never shows is no choice in it.
        let one = Filters { state: Some(*state), ..Filters::default() };
        ListQuery { filters: one, ..query.clone() }.plain().filters.state.is_some()
    });
    let all =
        all.map(|state| (state_value(state).to_owned(), w.state(state).to_owned(), chosen == Some(state)));
    (!query.list.has_state()).then(|| select("stand", w.filter_state(), w.filter_state_any(), all))
}

/// Whoever has one team has nothing to choose.
fn teams(w: Words, choices: &ListChoices, filters: &Filters) -> Option<Select> {
    let chosen = filters.team.as_ref();
    let all = choices.teams.iter().map(|(id, name)| (id.to_string(), name.clone(), chosen == Some(id)));
    (choices.teams.len() > 1 || chosen.is_some())
        .then(|| select("team", w.filter_team(), w.filter_team_any(), all))
}

fn accounts(w: Words, choices: &ListChoices, filters: &Filters) -> Option<Select> {
    let chosen = filters.channel_account.as_ref();
    let all = choices.accounts.iter();
    let all = all.map(|(id, channel)| {
        (id.to_string(), w.filter_account_of(w.channel(channel), id.as_str()), chosen == Some(id))
    });
    (choices.accounts.len() > 1 || chosen.is_some())
        .then(|| select("kanaal", w.filter_account(), w.filter_account_any(), all))
}

fn waits(w: Words, filters: &Filters) -> Select {
    let chosen = filters.waits_minutes;
    let own = chosen.filter(|minutes| !WAITS.contains(minutes));
    let all = WAITS
        .into_iter()
        .chain(own)
        .map(|minutes| (minutes.to_string(), longer_than(w, minutes), chosen == Some(minutes)));
    select("wacht", w.filter_waits(), w.filter_waits_any(), all)
}

/// "langer dan 4 uur".
fn longer_than(w: Words, minutes: u32) -> String {
    match minutes {
        1_440 => w.filter_waits_day().to_owned(),
        _ if minutes.is_multiple_of(1_440) => w.filter_waits_days(&w.number(u64::from(minutes / 1_440))),
        _ if minutes.is_multiple_of(60) => w.filter_waits_hours(&w.number(u64::from(minutes / 60))),
        _ => w.filter_waits_minutes(&w.number(u64::from(minutes))),
    }
}

fn orders(w: Words, query: &ListQuery) -> Select {
    let shown = query.shown_order();
    let words = |order| match order {
        Order::Waiting => w.order_waiting(),
        Order::Activity => w.order_newest(),
        Order::Begun => w.order_begun(),
    };
    let orders = query.list.orders().iter();
    let choices = orders
        .map(|order| (order_value(*order).to_owned(), words(*order).to_owned(), *order == shown))
        .collect();
    Select { name: "volgorde", label: w.order_label(), choices }
}

/// What is on, each with the filters that are left without it.
fn on(w: Words, choices: &ListChoices, filters: &Filters, me: Option<UserId>) -> Vec<(String, Filters)> {
    let mut on = Vec::new();
    let all = || filters.clone();
    if let Some(owner) = filters.owner {
        on.push((owner_chip(w, choices, owner, me), Filters { owner: None, ..all() }));
    }
    if let Some(state) = filters.state {
        on.push((w.filter_chip_state(w.state(state)), Filters { state: None, ..all() }));
    }
    if let Some(team) = &filters.team {
        let name = choices.teams.iter().find(|(id, _)| id == team).map(|(_, name)| name.as_str());
        on.push((w.row_team(name.unwrap_or(team.as_str())), Filters { team: None, ..all() }));
    }
    if let Some(account) = &filters.channel_account {
        let channel = choices
            .accounts
            .iter()
            .find(|(id, _)| id == account)
            .map(|(_, channel)| w.channel(channel));
        let words = channel.map(|channel| w.filter_account_of(channel, account.as_str()));
        on.push((words.unwrap_or_else(|| account.to_string()), Filters { channel_account: None, ..all() }));
    }
    if let Some(minutes) = filters.waits_minutes {
        on.push((w.filter_chip_waits(&longer_than(w, minutes)), Filters { waits_minutes: None, ..all() }));
    }
    if filters.unread {
        on.push((w.filter_unread().to_owned(), Filters { unread: false, ..all() }));
    }
    if filters.trouble {
        on.push((w.filter_trouble().to_owned(), Filters { trouble: false, ..all() }));
    }
    on
}

fn owner_chip(w: Words, choices: &ListChoices, owner: Owner, me: Option<UserId>) -> String {
    match owner {
        Owner::Nobody => w.filter_owner_nobody().to_owned(),
        Owner::Me => w.filter_owner_me().to_owned(),
        Owner::User(user) if Some(user) == me => w.filter_owner_me().to_owned(),
        Owner::User(user) => {
            let known = choices.colleagues.iter().find(|(id, _)| *id == user);
            w.row_assignee(known.map_or_else(|| w.filter_owner_gone(), |(_, name)| name.as_str()))
        }
    }
}
