//! Messages as they occur, and as somebody might write them to do harm.

use domain::messages::Direction;

use super::ShownMessage;
use super::delivery::{Choices, Delivery, Fate};
use super::{Past, Quoted};
use crate::words::{Moment, Words};

fn plain(w: Words) -> ShownMessage {
    ShownMessage {
        w,
        day: None,
        new: Some(super::NewLine { words: w.log_new_since("9.00"), is_first: true }),
        anchor: "b-0193b5b0-7c00-7000-8000-000000000001".to_owned(),
        side: Direction::In,
        writer: "Yusuf A.".to_owned(),
        time: Moment {
            machine: "2026-11-22T13:32:00Z".to_owned(),
            words: "14.32".to_owned(),
        },
        kind: None,
        platform_word: None,
        public: false,
        quotes: None,
        answering: None,
        text: Some("De lantaarn in de Kerkstraat is kapot.\nKan iemand komen?".to_owned()),
        pieces: Vec::new(),
        is_found: false,
        held: Vec::new(),
        attachments: Vec::new(),
        edited: None,
        deleted: None,
        remarks: Vec::new(),
        delivery: None,
        ours: None,
        taking_back: None,
        reacting: Some(super::Reacting {
            action: "/gesprekken/x/berichten/y/reactie".to_owned(),
            key: "k".to_owned(),
            ours: true,
        }),
    }
}

fn fate(words: &'static str) -> Fate {
    Fate {
        tone: "plain",
        words,
        why: None,
        technical: None,
        choices: None,
        price: None,
    }
}

/// Somebody who wants to do harm.
pub(crate) fn hostile(w: Words) -> ShownMessage {
    let evil =
        "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) \u{202e}\u{0000}'\"";
    ShownMessage {
        writer: evil.to_owned(),
        text: Some(evil.to_owned()),
        kind: Some(w.kind_unknown()),
        platform_word: Some(evil.to_owned()),
        remarks: vec![w.message_reaction(evil)],
        ..plain(w)
    }
}

pub(crate) fn all(w: Words) -> Vec<ShownMessage> {
    let choices = |confirm: Option<String>| Choices {
        action: "/gesprekken/1/onderdelen/2/uitkomst".to_owned(),
        anchor: "d-2".to_owned(),
        ask: w.resolve_unknown_text(),
        warning: Some(w.resolve_warning()),
        confirm,
    };
    let unknown = |confirm| Fate {
        tone: "unknown",
        why: Some(w.failure_lost()),
        technical: Some("HTTP 502".to_owned()),
        choices: Some(choices(confirm)),
        ..fate(w.delivery_unknown())
    };
    let ours = |fate: Fate, parts| ShownMessage {
        side: Direction::Out,
        writer: "Noor".to_owned(),
        delivery: Some(Delivery { fate, parts }),
        ..plain(w)
    };
    let past = |fact: String, summary| Some(Past { fact, summary, texts: vec!["Eerst".to_owned()] });
    vec![
        ShownMessage { day: Some(w.day_today().to_owned()), ..plain(w) },
        ShownMessage { side: Direction::Note, ..plain(w) },
        ShownMessage {
            edited: past(w.message_edited("14.40"), w.message_edited_was()),
            quotes: Some(Quoted {
                words: Some(("Yusuf".to_owned(), "De lantaarn <b>is</b> kapot".to_owned())),
                address: "#b-0193b5b0-7c00-7000-8000-000000000001".to_owned(),
            }),
            answering: Some("/gesprekken/1?antwoord_op=2#antwoord".to_owned()),
            ..plain(w)
        },
        ShownMessage {
            deleted: past(w.message_deleted("14.40"), w.message_deleted_was()),
            text: None,
            public: true,
            ..plain(w)
        },
        ShownMessage { text: None, ..plain(w) },
        ShownMessage {
            kind: Some(w.kind_image()),
            held: crate::components::held::examples::all(w),
            attachments: crate::components::attachment::examples::all(w),
            ..plain(w)
        },
        ours(fate(w.delivery_read()), Vec::new()),
        ours(unknown(None), Vec::new()),
        ours(
            fate(w.delivery_unknown()),
            vec![
                (w.part_number("2", "1"), fate(w.delivery_sent())),
                (w.part_repeats("2", "2"), unknown(Some(w.resolve_evidence("14.50")))),
            ],
        ),
        hostile(w),
    ]
}
