//! Which list of conversations somebody looks at: it stays beside the conversation that they open, so it stands in every
//! address of it.

use domain::conversations::{Conversation, ConversationState};
use domain::ids::{ConversationId, UserId};
use domain::time::{from_micros, micros};
use jiff::Timestamp;
use usecases::conversations::OpenCounts;

use crate::words::Words;

/// A list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// Everything that is open.
    #[default]
    Open,
    /// What is open and mine.
    Mine,
    /// What is open and nobody has.
    Nobodys,
    /// What waits for the resident.
    ForResident,
    /// What is closed.
    Closed,
    /// Open and closed.
    All,
}

impl View {
    /// In the order of the menu.
    pub(crate) const ALL: [Self; 6] =
        [Self::Open, Self::Mine, Self::Nobodys, Self::ForResident, Self::Closed, Self::All];

    /// Its name in an address.
    pub(crate) const fn value(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mijn",
            Self::Nobodys => "niemand",
            Self::ForResident => "inwoner",
            Self::Closed => "gesloten",
            Self::All => "alle",
        }
    }

    /// Where it begins.
    pub(crate) const fn address(self) -> &'static str {
        match self {
            Self::Open => "/gesprekken",
            Self::Mine => "/gesprekken?lijst=mijn",
            Self::Nobodys => "/gesprekken?lijst=niemand",
            Self::ForResident => "/gesprekken?lijst=inwoner",
            Self::Closed => "/gesprekken?lijst=gesloten",
            Self::All => "/gesprekken?lijst=alle",
        }
    }

    /// What it is called.
    pub(crate) const fn words(self, w: Words) -> &'static str {
        match self {
            Self::Open => w.list_open(),
            Self::Mine => w.list_mine(),
            Self::Nobodys => w.list_nobodys(),
            Self::ForResident => w.list_for_resident(),
            Self::Closed => w.list_closed(),
            Self::All => w.list_all(),
        }
    }

    /// What is said when nothing is in it.
    pub(crate) const fn empty(self, w: Words) -> &'static str {
        match self {
            Self::Open => w.list_empty_open(),
            Self::Mine => w.list_empty_mine(),
            Self::Nobodys => w.list_empty_nobody(),
            Self::ForResident => w.list_empty_for_resident(),
            Self::Closed => w.list_empty_closed(),
            Self::All => w.list_empty_all(),
        }
    }

    /// Whether whoever waits longest stands first; else the newest does.
    pub(crate) const fn is_by_waiting(self) -> bool {
        matches!(self, Self::Open | Self::Mine | Self::Nobodys)
    }

    /// Whether a conversation stands in it, for the visitor `me`.
    pub(crate) fn holds(self, conversation: &Conversation, me: Option<UserId>) -> bool {
        let open = conversation.state.is_active();
        match self {
            Self::Open => open,
            Self::Mine => open && me.is_some() && conversation.assignee == me,
            Self::Nobodys => open && conversation.assignee.is_none(),
            Self::ForResident => conversation.state == ConversationState::WaitingForResident,
            Self::Closed => !open,
            Self::All => true,
        }
    }

    /// How many are in it; of what is closed nobody keeps count.
    pub(crate) fn count(self, counts: &OpenCounts) -> Option<u64> {
        match self {
            Self::Open => Some(counts.open),
            Self::Mine => Some(counts.mine),
            Self::Nobodys => Some(counts.nobodys),
            Self::ForResident => Some(counts.for_resident),
            Self::Closed | Self::All => None,
        }
    }

    /// The list that the query of an address names.
    pub(crate) fn of_query(query: &str) -> Self {
        Listing::of_query(query).view
    }
}

/// Where a page of a list begins: the moment that it is sorted by, and the conversation.
pub(crate) type Place = (Option<Timestamp>, ConversationId);

/// A page of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) view: View,
    /// `None` is the start.
    pub(crate) from: Option<Place>,
}

impl Listing {
    /// Reads the query of an address; what it says in other words than ours is left out.
    pub(crate) fn of_query(query: &str) -> Self {
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
                .unwrap_or_default()
        };
        let view = View::ALL.into_iter().find(|view| view.value() == value("lijst")).unwrap_or_default();
        Self { view, from: place(value("vanaf")) }
    }

    /// What stands in the query of an address; nothing for the start of what is open.
    pub(crate) fn query(&self) -> String {
        let list = (self.view != View::default()).then(|| format!("lijst={}", self.view.value()));
        let from = self.from.map(|(at, id)| {
            let at = at.map(|at| micros(at).to_string()).unwrap_or_default();
            format!("vanaf={at}~{id}")
        });
        list.into_iter().chain(from).collect::<Vec<_>>().join("&")
    }

    /// An address of ours with the list in it; `path` may have a query already, and no place on the page.
    pub(crate) fn address(&self, path: &str) -> String {
        let query = self.query();
        let mark = if path.contains('?') { '&' } else { '?' };
        if query.is_empty() { path.to_owned() } else { format!("{path}{mark}{query}") }
    }

    /// The page that begins there.
    pub(crate) fn beginning(&self, from: Option<Place>) -> Self {
        Self { from, ..*self }
    }
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
    fn a_page_of_a_list_is_read_back_and_nonsense_is_the_start_of_what_is_open() {
        let id: ConversationId = "0193b5b0-7c00-7000-8000-000000000001".parse().expect("an id");
        for view in View::ALL {
            let places = [None, Some((None, id)), Some((Some(from_micros(1_700_000_000_000_001)), id))];
            for from in places.into_iter().chain([Some((Some(from_micros(-5)), id))]) {
                let listing = Listing { view, from };
                assert_eq!(Listing::of_query(&listing.query()), listing);
                assert_eq!(Listing::of_query(&format!("gedaan=notitie&{}", listing.query())), listing);
            }
            assert_eq!(view.address(), Listing { view, from: None }.address("/gesprekken"));
        }
        for nonsense in ["", "lijst=", "lijst=x", "vanaf=~", "vanaf=1", "vanaf=x~1", "vanaf=1~2", "=&&="] {
            assert_eq!(Listing::of_query(nonsense), Listing::default(), "{nonsense}");
        }
    }
}
