//! Filters as they occur.

use domain::ids::UserId;
use domain::lists::{Filters, ListQuery, Owner, StandardList};
use usecases::conversations::ListChoices;

use super::ListFilters;
use crate::pages::conversations::Listing;
use crate::words::Words;

pub(crate) fn all(w: Words) -> Vec<ListFilters> {
    let user = |number: u8| -> UserId {
        format!("0193b5b0-7c00-7000-8000-00000000000{number}").parse().expect("an id")
    };
    let choices = ListChoices {
        teams: vec![
            ("webcare".parse().expect("a name"), "Webcare".to_owned()),
            ("burgerzaken".parse().expect("a name"), "<img src=x onerror=alert(1)>".to_owned()),
        ],
        accounts: vec![
            ("wa-main".parse().expect("a name"), "whatsapp".to_owned()),
            ("wa-tweede".parse().expect("a name"), "whatsapp".to_owned()),
        ],
        colleagues: vec![(user(1), "Noor".to_owned()), (user(2), "\u{202e}Daan<script>".to_owned())],
    };
    let shown = |list, filters| {
        let listing = Listing::start(ListQuery { list, order: None, filters });
        ListFilters::of(w, &choices, &listing, Some(user(1)), "/gesprekken")
    };
    let everything = Filters {
        team: Some("burgerzaken".parse().expect("a name")),
        channel_account: Some("wa-weg".parse().expect("a name")),
        state: Some(domain::conversations::ConversationState::Open),
        owner: Some(Owner::User(user(2))),
        waits_minutes: Some(2_880),
        unread: true,
        trouble: true,
    };
    vec![
        shown(StandardList::Open, Filters::default()),
        shown(StandardList::Open, everything.clone()),
        shown(StandardList::Open, Filters { owner: Some(Owner::User(user(9))), ..everything }),
        shown(StandardList::Mine, Filters { waits_minutes: Some(45), ..Filters::default() }),
        shown(StandardList::Closed, Filters { owner: Some(Owner::Me), ..Filters::default() }),
    ]
}
