//! What is asked of a list, and what that means for the conversations in it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::ConversationState;
use crate::ids::{ChannelAccountId, TeamId, UserId};
use crate::time::plus_seconds;

/// A list that everybody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardList {
    /// Everything that is open.
    #[default]
    Open,
    /// What is open and the reader's own.
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

/// An order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Who waits longest comes first; behind them those for whom nobody waits.
    Waiting,
    /// Where something was said last comes first.
    Activity,
    /// What began first comes first.
    Begun,
}

/// Who has a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The reader, whoever that is: a list of a team means everybody's own.
    Me,
    /// Nobody.
    Nobody,
    /// A colleague.
    User(UserId),
}

/// What of a list is left out; an empty field leaves out nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Filters {
    /// Of this team.
    pub team: Option<TeamId>,
    /// On this channel account.
    pub channel_account: Option<ChannelAccountId>,
    /// In this state.
    pub state: Option<ConversationState>,
    /// Who has it.
    pub owner: Option<Owner>,
    /// The resident waits longer than so many minutes.
    pub waits_minutes: Option<u32>,
    /// Something came in that the reader has not seen.
    pub unread: bool,
    /// A message of ours failed, or nobody knows whether it arrived, and a person has to decide.
    pub trouble: bool,
}

/// A list as somebody asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ListQuery {
    /// Which.
    pub list: StandardList,
    /// In which order; `None` is the list's own.
    pub order: Option<Order>,
    /// What is left out.
    pub filters: Filters,
}

/// Among which conversations a list looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those that are open.
    Open,
    /// Those that are closed.
    Closed,
    /// All.
    All,
}

/// What a list asks of a conversation, once it is known who reads and what time it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Among which.
    pub among: Among,
    /// In which order.
    pub order: Order,
    /// In this state.
    pub state: Option<ConversationState>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// On this account.
    pub channel_account: Option<ChannelAccountId>,
    /// `Some(None)` is nobody's.
    pub owner: Option<Option<UserId>>,
    /// The resident waits since this moment or longer.
    pub waits_since: Option<Timestamp>,
    /// Unread for this user.
    pub unread_of: Option<UserId>,
    /// With a send that a person has to decide on.
    pub trouble: bool,
}

impl StandardList {
    /// In the order of the menu.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Mine, Self::Nobodys, Self::ForResident, Self::Closed, Self::All];

    /// Among which conversations it looks.
    #[must_use]
    pub const fn among(self) -> Among {
        match self {
            Self::Open | Self::Mine | Self::Nobodys | Self::ForResident => Among::Open,
            Self::Closed => Among::Closed,
            Self::All => Among::All,
        }
    }

    /// The orders that say something here, its own first: of what is closed nobody waits.
    #[must_use]
    pub const fn orders(self) -> &'static [Order] {
        match self {
            Self::Open | Self::Mine | Self::Nobodys => &[Order::Waiting, Order::Activity, Order::Begun],
            Self::ForResident | Self::Closed | Self::All => &[Order::Activity, Order::Begun],
        }
    }

    /// Whether it says itself who has the conversations, so that no filter can.
    #[must_use]
    pub const fn has_owner(self) -> bool {
        matches!(self, Self::Mine | Self::Nobodys)
    }

    /// Whether it says itself in which state they are.
    #[must_use]
    pub const fn has_state(self) -> bool {
        matches!(self, Self::ForResident | Self::Closed)
    }
}

impl ListQuery {
    /// The order in which it is shown.
    #[must_use]
    pub fn shown_order(&self) -> Order {
        let orders = self.list.orders();
        self.order.filter(|order| orders.contains(order)).unwrap_or(orders[0])
    }

    /// The same without what says nothing here: a filter that the list decides itself, an order that is its own or none of
    /// its orders. Two that mean the same are equal.
    #[must_use]
    pub fn plain(mut self) -> Self {
        let order = self.shown_order();
        self.order = (order != self.list.orders()[0]).then_some(order);
        if self.list.has_owner() {
            self.filters.owner = None;
        }
        let among = self.list.among();
        let fits = |state: ConversationState| among != Among::Open || state != ConversationState::Closed;
        if self.list.has_state() {
            self.filters.state = None;
        }
        self.filters.state = self.filters.state.filter(|state| fits(*state));
        self
    }

    /// What it asks of a conversation for `me` at `now`. Whoever is no user has none of their own.
    #[must_use]
    pub fn wanted(&self, me: Option<UserId>, now: Timestamp) -> Wanted {
        let query = self.clone().plain();
        let mine = Some(Some(me.unwrap_or(UserId(uuid::Uuid::nil()))));
        let owner = match (query.list, query.filters.owner) {
            (StandardList::Mine, _) | (_, Some(Owner::Me)) => mine,
            (StandardList::Nobodys, _) | (_, Some(Owner::Nobody)) => Some(None),
            (_, Some(Owner::User(user))) => Some(Some(user)),
            (_, None) => None,
        };
        let waits = query.filters.waits_minutes.map(|minutes| plus_seconds(now, -60 * i64::from(minutes)));
        Wanted {
            among: query.list.among(),
            order: query.shown_order(),
            state: match query.list {
                StandardList::ForResident => Some(ConversationState::WaitingForResident),
                _ => query.filters.state,
            },
            team: query.filters.team,
            channel_account: query.filters.channel_account,
            owner,
            waits_since: waits,
            unread_of: me.filter(|_| query.filters.unread),
            trouble: query.filters.trouble,
        }
    }
}

impl Filters {
    /// Whether nothing is left out.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn what_says_nothing_in_a_list_is_left_out_so_that_the_same_lists_are_equal() {
        let asked = |list, order, filters| ListQuery { list, order, filters }.plain();
        let of = |owner, state| Filters { owner, state, ..Filters::default() };
        let (me, closed) = (Some(Owner::Me), Some(ConversationState::Closed));
        for (asked, expected) in [
            (
                asked(StandardList::Mine, Some(Order::Waiting), of(Some(Owner::Nobody), None)),
                StandardList::Mine,
            ),
            (asked(StandardList::Open, None, of(None, closed)), StandardList::Open),
            (asked(StandardList::Closed, Some(Order::Waiting), of(None, closed)), StandardList::Closed),
            (
                asked(StandardList::ForResident, Some(Order::Activity), of(None, closed)),
                StandardList::ForResident,
            ),
        ] {
            assert_eq!(asked, ListQuery { list: expected, ..ListQuery::default() });
        }
        let kept = asked(StandardList::All, Some(Order::Begun), of(me, closed));
        assert_eq!((kept.order, kept.filters.owner, kept.filters.state), (Some(Order::Begun), me, closed));
    }

    #[test]
    fn a_list_means_something_else_for_each_reader_and_moment() {
        let now = Timestamp::from_second(100_000).expect("a moment");
        let filters = Filters {
            waits_minutes: Some(60),
            unread: true,
            owner: Some(Owner::Me),
            ..Filters::default()
        };
        let query = ListQuery { filters, ..ListQuery::default() };
        let wanted = query.wanted(Some(user(1)), now);
        assert_eq!((wanted.owner, wanted.unread_of), (Some(Some(user(1))), Some(user(1))));
        assert_eq!(wanted.waits_since, Some(Timestamp::from_second(96_400).expect("a moment")));
        // A token of the API has nothing of its own, and reads nothing.
        let wanted = query.wanted(None, now);
        assert_eq!((wanted.owner, wanted.unread_of), (Some(Some(user(0))), None));
        let nobodys = ListQuery { list: StandardList::Nobodys, ..ListQuery::default() };
        assert_eq!(nobodys.wanted(Some(user(1)), now).owner, Some(None));
    }

    #[test]
    fn what_was_saved_is_read_back() {
        let filters = Filters {
            team: Some("webcare".parse().expect("a name")),
            channel_account: Some("wa-main".parse().expect("a name")),
            state: Some(ConversationState::Open),
            owner: Some(Owner::User(user(7))),
            waits_minutes: Some(240),
            unread: true,
            trouble: true,
        };
        let query = ListQuery { list: StandardList::Open, order: Some(Order::Begun), filters };
        let written = serde_json::to_string(&query).expect("it can be written");
        assert_eq!(serde_json::from_str::<ListQuery>(&written).expect("it can be read"), query);
        assert_eq!(serde_json::from_str::<ListQuery>("{}").expect("it can be read"), ListQuery::default());
    }
}
