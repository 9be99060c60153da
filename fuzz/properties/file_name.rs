//! What must hold of the name of any file: as it is kept, as it is saved, and in the header under which it leaves.

use domain::attachments::{NAME_CHARACTERS, safe_name};
use domain::media::Format;
use domain::media::download::{disposition, is_shown};
use domain::media::names::{is_dangerous, saved_as};

/// Makes a name safe in every way in which that is done.
pub fn holds(given: &[u8]) {
    let given = String::from_utf8_lossy(given);
    if let Some(name) = safe_name(&given) {
        is_safe(&name);
        assert_eq!(safe_name(&name).as_deref(), Some(name.as_str()), "made safe twice, and not the same");
        assert!(!is_dangerous(&name) || is_dangerous(&given), "{given:?} hides that it is dangerous");
    }
    // As one format, which depends on the name: all of them would take all the time.
    let format = Format::ALL[given.bytes().map(usize::from).sum::<usize>() % Format::ALL.len()];
    let saved = saved_as(Some(&given), format);
    is_safe(&saved);
    assert!(!is_dangerous(&saved), "{saved:?} starts something");
    assert_eq!(saved_as(Some(&saved), format), saved, "saved twice, and not the same");
    is_one_header(&disposition(&saved, is_shown(format)));
}

fn is_safe(name: &str) {
    let length = name.chars().count();
    assert!((1..=NAME_CHARACTERS).contains(&length), "{length} characters: {name:?}");
    assert!(!name.chars().any(is_misleading), "{name:?}");
    let at_an_edge = |c: char| c == '.' || c.is_whitespace();
    assert!(!name.starts_with(at_an_edge) && !name.ends_with(at_an_edge), "{name:?}");
}

/// Signs that a system of files has another use for, that are not seen, or that turn the text around them: all characters
/// with the property Bidi_Control among them.
fn is_misleading(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// One line of plain characters, with one quoted name and one encoded.
fn is_one_header(value: &str) {
    assert!(value.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{value:?}");
    assert_eq!(value.matches('"').count(), 2, "{value:?}");
    let encoded = value.rsplit("filename*=UTF-8''").next().unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '%' | '.' | '-' | '_');
    assert!(!encoded.is_empty() && encoded.chars().all(allowed), "{value:?}");
}
