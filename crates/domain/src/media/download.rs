//! How a file leaves: the headers that keep it from doing anything in a browser, and the piece that was asked for.

use super::{Format, Handling};

/// The headers of every file that leaves, whatever it is: it can run nothing, load nothing, and be embedded by nobody else.
pub const HEADERS: [(&str, &str); 4] = [
    ("content-security-policy", "sandbox; default-src 'none'"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "private, no-cache"),
];

/// Whether a browser may show or play it under our address. A PDF is saved: a browser's viewer does not work in the
/// sandbox that everything leaves in.
#[must_use]
pub const fn is_shown(format: Format) -> bool {
    matches!(format.handling(), Handling::Picture | Handling::Play)
}

/// How a page plays a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Player {
    /// It is heard.
    Sound,
    /// It is seen and heard.
    Film,
}

/// How a page plays a file of this format; `None` for what the usual browsers do not play, which can still be saved.
#[must_use]
pub const fn player(format: Format) -> Option<Player> {
    match format {
        Format::Ogg | Format::Mp3 | Format::M4a | Format::Aac | Format::Wav | Format::Flac => {
            Some(Player::Sound)
        }
        Format::Mp4 | Format::WebM => Some(Player::Film),
        _ => None,
    }
}

/// The value of `Content-Disposition`. Source: RFC 6266 with RFC 8187.
#[must_use]
pub fn disposition(name: &str, shown: bool) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let ascii: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            // attr-char of RFC 8187, without those that need no exception.
            if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// Which bytes leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// All of them: 200.
    Whole,
    /// From the first to the last named, both included: 206.
    Part(u64, u64),
    /// None that are there: 416.
    Beyond,
}

/// The piece that a `Range` header asks for, of a file of `length` bytes. More ranges than one, and what is no range, get
/// the whole file, as RFC 9110, 14.2 allows.
#[must_use]
pub fn piece(range: Option<&str>, length: u64) -> Piece {
    let Some((first, last)) = range
        .and_then(|range| range.trim().strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Piece::Whole;
    };
    let number =
        |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match (first, last, number(first), number(last)) {
        ("", _, _, Some(0)) => Piece::Beyond,
        ("", _, _, Some(_)) if length == 0 => Piece::Beyond,
        ("", _, _, Some(end)) => Piece::Part(length.saturating_sub(end), length - 1),
        (_, "", Some(first), _) if first < length => Piece::Part(first, length - 1),
        (_, _, Some(first), Some(last)) if first <= last && first < length => {
            Piece::Part(first, last.min(length - 1))
        }
        (_, "", Some(_), _) => Piece::Beyond,
        (_, _, Some(first), Some(last)) if first <= last => Piece::Beyond,
        _ => Piece::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_in_both_ways_and_ends_no_header() {
        for (name, shown, expected) in [
            ("besluit.pdf", false, "attachment; filename=\"besluit.pdf\"; filename*=UTF-8''besluit.pdf"),
            (
                "lantaarn – één.jpg",
                true,
                "inline; filename=\"lantaarn _ __n.jpg\"; filename*=UTF-8''lantaarn%20%E2%80%93%20%C3%A9%C3%A9n.jpg",
            ),
            (
                "a\"b\r\nc.txt",
                false,
                "attachment; filename=\"a_b__c.txt\"; filename*=UTF-8''a%22b%0D%0Ac.txt",
            ),
        ] {
            assert_eq!(disposition(name, shown), expected);
        }
    }

    #[test]
    fn a_range_gives_the_piece_that_is_there() {
        for (range, length, expected) in [
            (None, 100, Piece::Whole),
            (Some("bytes=0-"), 100, Piece::Part(0, 99)),
            (Some("bytes=0-0"), 100, Piece::Part(0, 0)),
            (Some("bytes=10-19"), 100, Piece::Part(10, 19)),
            (Some("bytes=90-500"), 100, Piece::Part(90, 99)),
            (Some("bytes=-10"), 100, Piece::Part(90, 99)),
            (Some("bytes=-500"), 100, Piece::Part(0, 99)),
            (Some("bytes=100-"), 100, Piece::Beyond),
            (Some("bytes=100-200"), 100, Piece::Beyond),
            (Some("bytes=-0"), 100, Piece::Beyond),
            (Some("bytes=0-"), 0, Piece::Beyond),
            (Some("bytes=-5"), 0, Piece::Beyond),
            (Some("bytes=20-10"), 100, Piece::Whole),
            (Some("bytes=0-9,20-29"), 100, Piece::Whole),
            (Some("bytes=+1-5"), 100, Piece::Whole),
            (Some("lines=1-5"), 100, Piece::Whole),
            (Some("bytes=-"), 100, Piece::Whole),
        ] {
            assert_eq!(piece(range, length), expected, "{range:?} of {length}");
        }
    }

    #[test]
    fn what_a_page_plays_may_be_shown() {
        for format in Format::ALL {
            assert!(player(*format).is_none() || is_shown(*format), "{format:?}");
        }
        assert_eq!((player(Format::Ogg), player(Format::Mp4)), (Some(Player::Sound), Some(Player::Film)));
        assert_eq!((player(Format::Amr), player(Format::Jpeg)), (None, None));
    }

    #[test]
    fn only_pictures_sound_and_films_are_shown() {
        let shown: Vec<&str> = Format::ALL
            .iter()
            .filter(|format| is_shown(**format))
            .map(|format| format.media_type())
            .collect();
        assert!(
            shown
                .iter()
                .all(|kind| ["image/", "audio/", "video/"].iter().any(|start| kind.starts_with(start)))
        );
        assert!(!is_shown(Format::Pdf) && !is_shown(Format::Text) && !is_shown(Format::Heif));
        assert_eq!(shown.len(), 15);
    }
}
