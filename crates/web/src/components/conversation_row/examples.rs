//! Rows as they occur.

use super::{ConversationRow, Excerpt};
use crate::words::{Moment, Words};

pub(crate) fn all(w: Words) -> Vec<ConversationRow> {
    let moment = || Moment {
        machine: "2026-11-22T13:32:00Z".to_owned(),
        words: w.moment_today("14.32"),
    };
    let row = ConversationRow {
        w,
        id: "0193b5b0-7c00-7000-8000-000000000001".to_owned(),
        is_open: false,
        level: 2,
        is_unread: true,
        is_closed: false,
        mark: "WA",
        at: "14.32".to_owned(),
        trouble: None,
        address: "/gesprekken/0193b5b0-7c00-7000-8000-000000000001".to_owned(),
        author: "Yusuf A.".to_owned(),
        channel: w.channel("whatsapp"),
        state: w.state_new(),
        last: Some((
            moment(),
            Excerpt {
                ours: false,
                kind: None,
                deleted: false,
                text: "De lantaarn is kapot".to_owned(),
                delivery: None,
            },
        )),
        waiting: Some((moment(), w.waits_hours_minutes("2", "10"))),
        assignee: None,
        team: "Webcare".to_owned(),
    };
    let hostile = "<img src=x onerror=alert(1)>\u{202e}";
    vec![
        row.clone(),
        ConversationRow {
            author: hostile.to_owned(),
            last: Some((
                moment(),
                Excerpt {
                    ours: true,
                    kind: Some(w.kind_image()),
                    deleted: false,
                    text: hostile.to_owned(),
                    delivery: Some((w.delivery_failed(), true)),
                },
            )),
            waiting: None,
            assignee: Some(super::Assignee::of("Noor")),
            trouble: Some((w.delivery_failed(), true)),
            is_open: true,
            ..row.clone()
        },
        ConversationRow {
            last: Some((
                moment(),
                Excerpt {
                    ours: false,
                    kind: None,
                    deleted: true,
                    text: String::new(),
                    delivery: None,
                },
            )),
            ..row.clone()
        },
        ConversationRow { last: None, ..row },
    ]
}
