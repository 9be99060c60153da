//! Lists that somebody saved under a name.

use crate::ids::TeamId;
use crate::limits::cut;

/// Lists that one user, and that one team, can have.
pub const LISTS_OF_ONE: usize = 20;
/// Characters of a list's name: it stands in a narrow column.
pub const LIST_NAME_CHARACTERS: usize = 40;

/// Whose a saved list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The one who saved it: nobody else sees it.
    Mine,
    /// A team's: all of its members see it.
    Team(TeamId),
}

/// The name of a list as it is kept, on one line; `None` when it is empty or too long, or holds what cannot be shown.
#[must_use]
pub fn list_name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = !name.chars().any(char::is_control);
    (is_plain && !name.is_empty() && cut(&name, LIST_NAME_CHARACTERS).len() == name.len()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_on_one_line_and_short_enough() {
        for (typed, expected) in [
            ("  Lang \n wachtend ", Some("Lang wachtend")),
            ("", None),
            (" \t", None),
            ("a\u{7}b", None),
        ] {
            assert_eq!(list_name(typed).as_deref(), expected, "{typed:?}");
        }
        let long = "é".repeat(LIST_NAME_CHARACTERS);
        assert_eq!(list_name(&long).as_deref(), Some(long.as_str()));
        assert_eq!(list_name(&format!("{long}é")), None);
    }
}
