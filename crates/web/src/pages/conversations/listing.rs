//! Which list of conversations somebody looks at, narrowed by which filters and in which order: it stays beside the
//! conversation that they open, so it stands in every address of it.

use std::fmt::Write as _;
use std::str::FromStr;

use domain::conversations::ConversationState;
use domain::ids::ConversationId;
use domain::lists::{Filters, ListQuery, Order, Owner, StandardList};
use domain::time::{from_micros, micros};
use jiff::Timestamp;
use usecases::conversations::OpenCounts;

use crate::words::Words;

/// A list, as the menu has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct View(pub(crate) StandardList);

impl View {
    /// In the order of the menu.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        StandardList::ALL.into_iter().map(Self)
    }

    /// Its name in an address.
    pub(crate) const fn value(self) -> &'static str {
        match self.0 {
            StandardList::Open => "open",
            StandardList::Mine => "mijn",
            StandardList::Nobodys => "niemand",
            StandardList::ForResident => "inwoner",
            StandardList::Closed => "gesloten",
            StandardList::All => "alle",
        }
    }

    /// Where it begins.
    pub(crate) const fn address(self) -> &'static str {
        match self.0 {
            StandardList::Open => "/gesprekken",
            StandardList::Mine => "/gesprekken?lijst=mijn",
            StandardList::Nobodys => "/gesprekken?lijst=niemand",
            StandardList::ForResident => "/gesprekken?lijst=inwoner",
            StandardList::Closed => "/gesprekken?lijst=gesloten",
            StandardList::All => "/gesprekken?lijst=alle",
        }
    }

    /// What it is called.
    pub(crate) const fn words(self, w: Words) -> &'static str {
        match self.0 {
            StandardList::Open => w.list_open(),
            StandardList::Mine => w.list_mine(),
            StandardList::Nobodys => w.list_nobodys(),
            StandardList::ForResident => w.list_for_resident(),
            StandardList::Closed => w.list_closed(),
            StandardList::All => w.list_all(),
        }
    }

    /// What is said when nothing is in it.
    pub(crate) const fn empty(self, w: Words) -> &'static str {
        match self.0 {
            StandardList::Open => w.list_empty_open(),
            StandardList::Mine => w.list_empty_mine(),
            StandardList::Nobodys => w.list_empty_nobody(),
            StandardList::ForResident => w.list_empty_for_resident(),
            StandardList::Closed => w.list_empty_closed(),
            StandardList::All => w.list_empty_all(),
        }
    }

    /// Whether nothing in it is good news.
    pub(crate) const fn is_good_when_empty(self) -> bool {
        matches!(self.0, StandardList::Open | StandardList::Nobodys)
    }

    /// How many are in it; of what is closed nobody keeps count.
    pub(crate) const fn count(self, counts: &OpenCounts) -> Option<u64> {
        match self.0 {
            StandardList::Open => Some(counts.open),
            StandardList::Mine => Some(counts.mine),
            StandardList::Nobodys => Some(counts.nobodys),
            StandardList::ForResident => Some(counts.for_resident),
            StandardList::Closed | StandardList::All => None,
        }
    }
}

/// Where a page of a list begins: the moment that it is sorted by, and the conversation.
pub(crate) type Place = (Option<Timestamp>, ConversationId);

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    /// The list; always as plain as it can be.
    pub(crate) query: ListQuery,
    /// `None` is the start.
    pub(crate) from: Option<Place>,
    /// The address named a place that is none of this list: another one's, or nonsense.
    pub(crate) is_lost: bool,
}

impl Listing {
    /// The start of a list.
    pub(crate) fn start(query: ListQuery) -> Self {
        Self { query: query.plain(), from: None, is_lost: false }
    }

    /// Reads the query of an address; what it says in other words than ours is left out.
    pub(crate) fn of_query(query: &str) -> Self {
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
                .unwrap_or_default()
        };
        let list = View::all().find(|view| view.value() == value("lijst")).unwrap_or_default();
        let minutes = number(value("wacht")).filter(|minutes| (1..=MOST_MINUTES).contains(minutes));
        let filters = Filters {
            team: value("team").parse().ok(),
            channel_account: value("kanaal").parse().ok(),
            state: state(value("stand")),
            owner: owner(value("behandelaar")),
            waits_minutes: minutes,
            unread: value("ongelezen") == "ja",
            trouble: value("verzending") == "mis",
        };
        let order = order(value("volgorde"));
        let listing = Self::start(ListQuery { list: list.0, order, filters });
        let from = value("vanaf");
        let place = place(from).filter(|(_, mark)| *mark == listing.mark()).map(|(place, _)| place);
        Self {
            is_lost: !from.is_empty() && place.is_none(),
            from: place,
            ..listing
        }
    }

    /// The standard list that it is, or is a part of.
    pub(crate) const fn view(&self) -> View {
        View(self.query.list)
    }

    /// Whether it is one of the standard lists as the menu has them.
    pub(crate) fn is_standard(&self) -> bool {
        self.query.order.is_none() && self.query.filters.are_none()
    }

    /// What of it stands in an address without its page.
    fn plain_query(&self) -> String {
        let Filters {
            team,
            channel_account,
            state,
            owner,
            waits_minutes,
            unread,
            trouble,
        } = &self.query.filters;
        let mut query = String::new();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let mark = if query.is_empty() { "" } else { "&" };
                let _ = write!(query, "{mark}{name}={value}");
            }
        };
        add("lijst", (self.view() != View::default()).then(|| self.view().value().to_owned()));
        add("team", team.as_ref().map(ToString::to_string));
        add("kanaal", channel_account.as_ref().map(ToString::to_string));
        add("stand", state.map(|state| state_value(state).to_owned()));
        add("behandelaar", owner.map(owner_value));
        add("wacht", waits_minutes.map(|minutes| minutes.to_string()));
        add("ongelezen", unread.then(|| "ja".to_owned()));
        add("verzending", trouble.then(|| "mis".to_owned()));
        add("volgorde", self.query.order.map(|order| order_value(order).to_owned()));
        query
    }

    /// By which a place of this list is told from one of another: FNV-1a of what is asked. It keeps nothing secret.
    fn mark(&self) -> String {
        let mixed = |mixed: u32, byte: u8| (mixed ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        format!("{:08x}", self.plain_query().bytes().fold(0x811c_9dc5, mixed))
    }

    /// What stands in the query of an address; nothing for the start of what is open.
    pub(crate) fn query(&self) -> String {
        let from = self.from.map(|(at, id)| {
            let at = at.map(|at| micros(at).to_string()).unwrap_or_default();
            format!("vanaf={at}~{id}~{}", self.mark())
        });
        let plain = Some(self.plain_query()).filter(|plain| !plain.is_empty());
        plain.into_iter().chain(from).collect::<Vec<_>>().join("&")
    }

    /// The same as fields, for a form that asks for an address.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let query = self.query();
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        query.split('&').filter_map(pair).collect()
    }

    /// An address of ours with the list in it; `path` may have a query already, and no place on the page.
    pub(crate) fn address(&self, path: &str) -> String {
        let query = self.query();
        let mark = if path.contains('?') { '&' } else { '?' };
        if query.is_empty() { path.to_owned() } else { format!("{path}{mark}{query}") }
    }

    /// The page that begins there.
    pub(crate) fn beginning(&self, from: Option<Place>) -> Self {
        Self { from, is_lost: false, ..self.clone() }
    }

    /// The start of the same list with other filters.
    pub(crate) fn with(&self, filters: Filters) -> Self {
        Self::start(ListQuery { filters, ..self.query.clone() })
    }
}

/// A year: nobody waits longer, and what is more is no number of somebody's.
const MOST_MINUTES: u32 = 366 * 24 * 60;

/// A number as we write it.
fn number<T: FromStr + ToString>(text: &str) -> Option<T> {
    text.parse::<T>().ok().filter(|number| number.to_string() == text)
}

fn owner(text: &str) -> Option<Owner> {
    match text {
        "ik" => Some(Owner::Me),
        "niemand" => Some(Owner::Nobody),
        id => id.parse().ok().map(Owner::User),
    }
}

/// Who has it, in an address.
pub(crate) fn owner_value(owner: Owner) -> String {
    match owner {
        Owner::Me => "ik".to_owned(),
        Owner::Nobody => "niemand".to_owned(),
        Owner::User(user) => user.to_string(),
    }
}

fn state(text: &str) -> Option<ConversationState> {
    ConversationState::ALL.iter().copied().find(|state| state_value(*state) == text)
}

/// A state, in an address.
pub(crate) const fn state_value(state: ConversationState) -> &'static str {
    match state {
        ConversationState::New => "nieuw",
        ConversationState::Open => "open",
        ConversationState::WaitingForResident => "inwoner",
        ConversationState::WaitingForDepartment => "afdeling",
        ConversationState::Snoozed => "sluimert",
        ConversationState::Closed => "gesloten",
        ConversationState::Reopened => "heropend",
    }
}

fn order(text: &str) -> Option<Order> {
    [Order::Waiting, Order::Activity, Order::Begun]
        .into_iter()
        .find(|order| order_value(*order) == text)
}

/// An order, in an address.
pub(crate) const fn order_value(order: Order) -> &'static str {
    match order {
        Order::Waiting => "wacht",
        Order::Activity => "nieuwste",
        Order::Begun => "oudste",
    }
}

/// A place, and the mark of the list that it is of.
fn place(text: &str) -> Option<(Place, String)> {
    let (at, rest) = text.split_once('~')?;
    let (id, mark) = rest.split_once('~')?;
    let at = if at.is_empty() { None } else { Some(from_micros(number(at)?)) };
    Some(((at, id.parse().ok()?), mark.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ConversationId {
        "0193b5b0-7c00-7000-8000-000000000001".parse().expect("an id")
    }

    fn narrow() -> Filters {
        Filters {
            team: Some("webcare".parse().expect("a name")),
            channel_account: Some("wa-main".parse().expect("a name")),
            state: Some(ConversationState::WaitingForDepartment),
            owner: Some(Owner::User("0193b5b0-7c00-7000-8000-000000000002".parse().expect("an id"))),
            waits_minutes: Some(240),
            unread: true,
            trouble: true,
        }
    }

    #[test]
    fn a_page_of_a_list_is_read_back() {
        for view in View::all() {
            for filters in
                [Filters::default(), narrow(), Filters { owner: Some(Owner::Me), ..Filters::default() }]
            {
                for order in [None, Some(Order::Waiting), Some(Order::Activity), Some(Order::Begun)] {
                    let list = Listing::start(ListQuery { list: view.0, order, filters: filters.clone() });
                    let moments = [None, Some(from_micros(1_700_000_000_000_001)), Some(from_micros(-5))];
                    for from in moments.into_iter().map(|at| Some((at, id()))).chain([None]) {
                        let listing = list.beginning(from);
                        assert_eq!(Listing::of_query(&listing.query()), listing);
                        let among = format!("gedaan=notitie&{}", listing.query());
                        assert_eq!(Listing::of_query(&among), listing);
                    }
                }
            }
            assert_eq!(
                view.address(),
                Listing::start(ListQuery { list: view.0, ..ListQuery::default() }).address("/gesprekken")
            );
        }
    }

    #[test]
    fn nonsense_is_left_out() {
        for nonsense in [
            "",
            "lijst=",
            "lijst=x",
            "=&&=",
            "team=A%20B",
            "stand=kapot",
            "behandelaar=x",
            "wacht=0",
            "wacht=-5",
            "wacht=9999999999",
            "wacht=%2B5",
            "ongelezen=nee",
            "volgorde=x",
            "volgorde=wacht",
            "lijst=open&stand=gesloten",
            // What an empty form says.
            "lijst=open&team=&kanaal=&stand=&behandelaar=&wacht=&volgorde=",
        ] {
            assert_eq!(Listing::of_query(nonsense), Listing::default(), "{nonsense}");
        }
    }

    #[test]
    fn a_place_of_another_list_is_none_of_this_one() {
        let place = Listing::start(ListQuery { filters: narrow(), ..ListQuery::default() })
            .beginning(Some((None, id())));
        let query = place.query();
        let vanaf = query.split('&').find(|pair| pair.starts_with("vanaf=")).expect("a place");
        for other in [vanaf.to_owned(), format!("lijst=alle&{vanaf}"), query.replace("wacht=240", "wacht=60")]
        {
            let read = Listing::of_query(&other);
            assert!(read.is_lost && read.from.is_none(), "{other}");
        }
        for nonsense in ["vanaf=~", "vanaf=1", "vanaf=x~1", "vanaf=1~2", &format!("vanaf=~{}", id())] {
            assert_eq!(
                Listing::of_query(nonsense),
                Listing { is_lost: true, ..Listing::default() },
                "{nonsense}"
            );
        }
        assert!(!Listing::of_query("vanaf=").is_lost);
    }
}
