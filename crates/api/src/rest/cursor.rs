//! Cursors: a place in a list, opaque to the client. One of another list, of another version or made up is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The version of what stands inside.
const VERSION: &str = "1";
/// Longest cursor that is looked at; the longest of ours holds a platform's id.
const LONGEST: usize = 2_000;

/// The cursor of a place in `list`. No piece of `place` holds a line break.
pub(super) fn write<const N: usize>(list: &str, place: [String; N]) -> String {
    let mut text = format!("{VERSION}\n{list}");
    for piece in place {
        text.push('\n');
        text.push_str(&piece);
    }
    URL_SAFE_NO_PAD.encode(text)
}

/// The place that a cursor of `list` stands for; `None` for anything that we did not write.
pub(super) fn read<const N: usize>(list: &str, cursor: &str) -> Option<[String; N]> {
    if cursor.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut pieces = text.split('\n');
    if pieces.next() != Some(VERSION) || pieces.next() != Some(list) {
        return None;
    }
    let place: Vec<String> = pieces.map(str::to_owned).collect();
    let clean = place.iter().all(|piece| !piece.contains(char::is_control));
    if clean { place.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn a_cursor_leads_back_to_its_place_in_its_own_list_only() {
        let cursor = write("messages", ["12".to_owned(), "wamid.Z001".to_owned()]);
        assert_eq!(read("messages", &cursor), Some(["12".to_owned(), "wamid.Z001".to_owned()]));
        assert_eq!(read::<2>("conversations", &cursor), None);
        assert_eq!(read::<1>("messages", &cursor), None);
    }

    #[test]
    fn what_we_did_not_write_is_no_cursor() {
        let with_nul = write("messages", ["12".to_owned(), "a\0b".to_owned()]);
        for made_up in ["", "garbage", "////", "MQ", "é", &with_nul, &"A".repeat(10_000)] {
            assert_eq!(read::<2>("messages", made_up), None, "{made_up}");
        }
    }
}
