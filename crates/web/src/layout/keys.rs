//! The keys: one table, from which the sheet of keys, the palette and the script are fed. To add one: a line here, its words
//! in `keys.ftl`, what it does in `keys.js`, and a line in the manual (a test names what is missing).

use super::{Form, Shell};
use crate::words::Words;

/// A key, or several that are pressed together or after each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// As it is shown, with a space between what is pressed.
    pub(crate) shown: &'static str,
    pub(crate) words: &'static str,
    pub(crate) does: Does,
}

/// What a key does, as far as our script does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// This letter does what `keys.js` has under this name.
    Act(&'static str, &'static str),
    /// After G, this letter goes to this address.
    Go(&'static str, &'static str),
    /// The browser does it, or the part of the page that it belongs to.
    Itself,
}

impl Does {
    pub(crate) fn press(self) -> Option<&'static str> {
        match self {
            Self::Act(press, _) | Self::Go(press, _) => Some(press),
            Self::Itself => None,
        }
    }

    pub(crate) fn act(self) -> Option<&'static str> {
        if let Self::Act(_, act) = self { Some(act) } else { None }
    }

    pub(crate) fn to(self) -> Option<&'static str> {
        if let Self::Go(_, to) = self { Some(to) } else { None }
    }
}

/// Keys that work in one place.
#[derive(Debug, Clone)]
pub(crate) struct KeyGroup {
    /// The place in a word for the script.
    pub(crate) place: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) keys: Vec<Key>,
}

const fn act(shown: &'static str, press: &'static str, words: &'static str, does: &'static str) -> Key {
    Key { shown, words, does: Does::Act(press, does) }
}

const fn go(shown: &'static str, press: &'static str, words: &'static str, to: &'static str) -> Key {
    Key { shown, words, does: Does::Go(press, to) }
}

const fn itself(shown: &'static str, words: &'static str) -> Key {
    Key { shown, words, does: Does::Itself }
}

fn of_a_conversation(w: Words) -> Vec<Key> {
    vec![
        act("A", "a", w.key_reply(), "reply"),
        act("T", "t", w.key_note(), "note"),
        act("P", "p", w.key_take(), "take"),
        act("O", "o", w.key_hand_over(), "hand-over"),
        act("F", "f", w.find_open(), "find"),
        act("U", "u", w.log_to_first_unread(), "first-unread"),
        act("E", "e", w.key_close(), "close"),
        act("Z", "z", w.key_undo(), "undo"),
        act("[", "[", w.key_previous(), "previous"),
        act("]", "]", w.key_next(), "next"),
    ]
}

fn of_the_composer(w: Words) -> Vec<Key> {
    vec![
        itself("Ctrl ↵", w.key_send()),
        itself("Ctrl ⇧ ↵", w.key_send_and_close()),
        itself("Esc", w.key_leave()),
    ]
}

fn of_the_list(w: Words) -> Vec<Key> {
    vec![
        act("J", "j", w.key_next_row(), "next-row"),
        act("K", "k", w.key_previous_row(), "previous-row"),
        itself("↵", w.key_open()),
        act("N", "n", w.key_new_rows(), "new-rows"),
    ]
}

impl Shell {
    /// The keys that do something here: those of what is open first.
    pub(crate) fn key_groups(&self) -> Vec<KeyGroup> {
        let w = self.w;
        let group = |place, heading, keys| KeyGroup { place, heading, keys };
        let mut groups = Vec::new();
        if self.form == Form::Conversation {
            groups.push(group("gesprek", w.keys_of_conversation(), of_a_conversation(w)));
            groups.push(group("antwoordvak", w.keys_of_composer(), of_the_composer(w)));
        }
        if self.form != Form::Document {
            groups.push(group("lijst", w.keys_of_list(), of_the_list(w)));
        }
        groups.push(group("overal", w.keys_everywhere(), self.everywhere()));
        groups
    }

    fn everywhere(&self) -> Vec<Key> {
        let w = self.w;
        let mut keys = vec![act("?", "?", w.key_sheet(), "sheet"), itself("Ctrl K", w.key_palette())];
        if self.can_search {
            keys.push(act("/", "/", w.menu_search(), "search"));
        }
        let places = [
            go("G G", "g", w.key_go_open(), "/gesprekken"),
            go("G M", "m", w.key_go_mine(), "/gesprekken?lijst=mijn"),
            go("G O", "o", w.key_go_nobodys(), "/gesprekken?lijst=niemand"),
        ];
        let is_there = |key: &Key| self.menu.iter().any(|line| Some(line.address) == key.does.to());
        keys.extend(places.into_iter().filter(is_there));
        keys.push(go("G P", "p", w.key_go_profile(), "/profiel"));
        if self.form != Form::Document {
            keys.extend([itself("F6", w.key_region()), itself("⇧ F6", w.key_region_back())]);
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::words::Language;

    /// What the script has under its names, as they stand there.
    const SCRIPT: &str = include_str!("keys.js");

    fn all() -> Vec<Key> {
        let w = Words::of(Language::Nl);
        let mut keys = [of_a_conversation(w), of_the_composer(w), of_the_list(w)].concat();
        keys.extend([act("?", "?", "", "sheet"), act("/", "/", "", "search")]);
        keys
    }

    #[test]
    fn what_a_key_does_stands_in_the_script_and_nothing_else_does() {
        let body = SCRIPT
            .split("const acts = {")
            .nth(1)
            .and_then(|rest| rest.split("\n};").next())
            .expect("a table");
        let named = body.lines().filter_map(|line| {
            let (name, _) = line.strip_prefix("  ")?.split_once(": [")?;
            Some(name.trim_matches('"'))
        });
        let there: BTreeSet<&str> = named.collect();
        let here: BTreeSet<&str> = all().iter().filter_map(|key| key.does.act()).collect();
        assert_eq!(here, there);
    }

    #[test]
    fn no_letter_does_two_things() {
        let pressed: Vec<&str> = all().iter().filter_map(|key| key.does.press()).collect();
        let once: BTreeSet<&str> = pressed.iter().copied().collect();
        assert_eq!(pressed.len(), once.len(), "{pressed:?}");
        assert!(!once.contains("g"), "G begins a way to somewhere");
    }
}
