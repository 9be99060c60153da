//! Files as they occur, and as somebody might name them to do harm.

use super::{Picture, ShownAttachment, Standing};
use domain::media::download::Player;

use crate::components::held::Point;
use crate::words::Words;

fn plain(w: Words) -> ShownAttachment {
    ShownAttachment {
        w,
        name: "besluit.pdf".to_owned(),
        what: format!("{}, 813 kB", w.kind_document()),
        open: Some("/bijlagen/0193b5b0-7c00-7000-8000-000000000002".to_owned()),
        picture: None,
        player: None,
        standing: None,
        again: None,
        taken_at: None,
    }
}

pub(crate) fn all(w: Words) -> Vec<ShownAttachment> {
    let not_here = |tone, words: String| ShownAttachment {
        open: None,
        standing: Some(Standing { tone, words }),
        ..plain(w)
    };
    let evil = "<img src=x onerror=\"alert(1)\">\u{202e}gpj.exe";
    vec![
        plain(w),
        ShownAttachment {
            picture: Some(Picture {
                address: "/bijlagen/0193b5b0-7c00-7000-8000-000000000002/klein".to_owned(),
                alt: w.file_picture_of("lantaarn.jpg"),
                width: 320,
                height: 240,
            }),
            taken_at: domain::messages::Coordinates::from_degrees(52.011_6, 4.357_1).map(Point::of),
            ..plain(w)
        },
        ShownAttachment {
            name: "spraak.ogg".to_owned(),
            player: Some(Player::Sound),
            ..plain(w)
        },
        ShownAttachment {
            name: evil.to_owned(),
            player: Some(Player::Film),
            ..plain(w)
        },
        not_here("waiting", w.file_waiting().to_owned()),
        ShownAttachment {
            again: Some("/bijlagen/0193b5b0-7c00-7000-8000-000000000002/herhaling".to_owned()),
            ..not_here("failed", w.file_failed(w.trouble_not_given()))
        },
        not_here("failed", w.file_refused(w.trouble_infected())),
        not_here("failed", w.file_lost(w.trouble_expired())),
        not_here("failed", w.file_never_given(w.trouble_too_large_for_channel())),
        ShownAttachment {
            standing: Some(Standing {
                tone: "waiting",
                words: w.file_only_saved(w.trouble_not_shown()),
            }),
            ..plain(w)
        },
        ShownAttachment { name: evil.to_owned(), what: evil.to_owned(), ..plain(w) },
    ]
}
