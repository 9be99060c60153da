//! Forms as they occur.

use super::{Composer, Purpose, Quoting};
use crate::words::Words;

fn empty(w: Words, purpose: Purpose) -> Composer {
    Composer {
        w,
        purpose,
        action: "/gesprekken/0193b5b0-7c00-7000-8000-000000000001/antwoorden".to_owned(),
        limit: w.reply_limit(w.channel("whatsapp"), &w.number(4096), w.unit_characters()),
        length: super::Length::of(w, domain::channels::TextUnit::Characters, 4096),
        key: "0193b5b0-7c00-7000-8000-000000000002".to_owned(),
        seen: (purpose == Purpose::Reply).then(String::new),
        quoting: None,
        text: String::new(),
        kept: None,
        keeping: "/gesprekken/0193b5b0-7c00-7000-8000-000000000001/concept".to_owned(),
        closing: (purpose == Purpose::Reply).then_some(3),
        error: None,
        more: (purpose == Purpose::Reply).then(super::More::example),
        beside_note: true,
        beside_reply: true,
    }
}

pub(crate) fn all(w: Words) -> Vec<Composer> {
    let refused = Composer {
        text: "\nBeste Yusuf,\n</textarea><script>alert(1)</script>".to_owned(),
        error: Some(w.refused_reply_closed().to_owned()),
        ..empty(w, Purpose::Reply)
    };
    let quoting = Composer {
        quoting: Some(Quoting {
            id: "0193b5b0-7c00-7000-8000-000000000003".to_owned(),
            words: ("Yusuf".to_owned(), "<script>alert(1)</script>".to_owned()),
            without: "/gesprekken/0193b5b0-7c00-7000-8000-000000000001#antwoord".to_owned(),
        }),
        ..empty(w, Purpose::Reply)
    };
    vec![empty(w, Purpose::Reply), refused, quoting, empty(w, Purpose::Note)]
}
