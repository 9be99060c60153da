//! Places in a journal, as pages and browsers carry them.

use std::fmt;

use domain::ids::MunicipalityId;

/// A place in the journal of a municipality: `zwanendam:1234`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose journal.
    pub municipality: MunicipalityId,
    /// The last position that was seen.
    pub position: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.municipality, self.position)
    }
}

/// From where somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// From now on.
    Now,
    /// After this position.
    Position(i64),
    /// After a place that is none here: another municipality's, or nothing that we ever gave.
    Nowhere,
}

impl After {
    /// Reads what a browser says: where its page began, and the last id that it was told, which counts when there is one. A
    /// page of another municipality in the same browser goes by its own journal, and is nowhere in this one.
    #[must_use]
    pub fn of(page: Option<&str>, last_id: Option<&str>, municipality: &MunicipalityId) -> Self {
        let page = page.map_or(Self::Now, |text| Self::read(text, municipality));
        match last_id {
            Some(last) if page != Self::Nowhere => Self::read(last, municipality),
            _ => page,
        }
    }

    fn read(text: &str, municipality: &MunicipalityId) -> Self {
        let number = match text.split_once(':') {
            Some((of, number)) if of == municipality.as_str() => number,
            Some(_) => return Self::Nowhere,
            None => text,
        };
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let position = if plain { number.parse().ok() } else { None };
        position.map_or(Self::Nowhere, Self::Position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_we_did_not_give_is_nowhere() {
        let here: MunicipalityId = "zwanendam".parse().expect("a short name");
        let check = |page: Option<&str>, last: Option<&str>, expected: After| {
            assert_eq!(After::of(page, last, &here), expected, "{page:?} {last:?}");
        };
        check(None, None, After::Now);
        check(Some("zwanendam:7"), None, After::Position(7));
        check(Some("7"), None, After::Position(7));
        check(Some("zwanendam:7"), Some("12"), After::Position(12));
        check(None, Some("0"), After::Position(0));
        // The browser reconnects with ids of this stream to an address of another municipality's page.
        check(Some("lindeveld:7"), Some("12"), After::Nowhere);
        for garbage in [
            "",
            "x",
            "-1",
            "+5",
            "1e3",
            " 7",
            "7 ",
            "lindeveld:7",
            ":7",
            "zwanendam:",
            "99999999999999999999",
            "٣",
        ] {
            check(Some(garbage), None, After::Nowhere);
            check(None, Some(garbage), After::Nowhere);
        }
        assert_eq!(Place { municipality: here, position: 7 }.to_string(), "zwanendam:7");
    }
}
