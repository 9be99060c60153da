//! Forms as they occur.

use usecases::canned_texts::OfferedText;

use super::{Canned, Composer, Purpose, Quoting};
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
        texts: "/gesprekken/0193b5b0-7c00-7000-8000-000000000001/standaardteksten?soort=antwoord".to_owned(),
        canned: None,
        closing: (purpose == Purpose::Reply).then_some(3),
        error: None,
        more: (purpose == Purpose::Reply).then(super::More::example),
        beside_note: true,
        beside_reply: true,
        templates: (purpose == Purpose::Reply)
            .then(|| "/gesprekken/0193b5b0-7c00-7000-8000-000000000001?sjabloon=kies#sjabloon".to_owned()),
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
    let canned = |list: Vec<OfferedText>, sought: &str| Composer {
        canned: Some(Canned {
            any: !list.is_empty() || !sought.is_empty(),
            list,
            sought: sought.to_owned(),
        }),
        ..empty(w, Purpose::Reply)
    };
    let hostile = OfferedText {
        id: "0193b5b0-7c00-7000-8000-000000000004".parse().expect("an id"),
        name: "<script>alert(1)</script>".to_owned(),
        shortcut: "afval".to_owned(),
        text: "Dag \u{202e}Yusuf,\n<img src=x onerror=alert(1)>".to_owned(),
    };
    vec![
        empty(w, Purpose::Reply),
        refused,
        quoting,
        canned(vec![hostile], ""),
        canned(Vec::new(), "zeepaardje"),
        canned(Vec::new(), ""),
        empty(w, Purpose::Note),
    ]
}
