//! Presence (aanwezigheid): colleagues see who else looks at a conversation and who writes in it, so that two people do
//! not answer the same resident (P17). It is passing: nobody keeps it, and nothing is decided by it.

use std::fmt;

/// What somebody does in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doing {
    /// Has it open.
    Looks,
    /// Is writing in it.
    Types,
}

impl Doing {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Looks, Self::Types];

    /// Seconds for which it is believed when nothing more is heard.
    #[must_use]
    pub const fn lasts_seconds(self) -> u32 {
        match self {
            Self::Looks => 30,
            // The page says every few seconds that it goes on, and at once that it stopped. What it says is written down
            // once in ten seconds at most (`REPEAT_SECONDS`), so this must be more.
            Self::Types => 15,
        }
    }

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Types => "types",
        }
    }
}

/// Seconds within which the same is not written down again.
pub const REPEAT_SECONDS: u32 = 10;

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Doing {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|doing| doing.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Doing, REPEAT_SECONDS};

    #[test]
    fn what_is_said_again_in_time_never_lapses_in_between() {
        for doing in Doing::ALL {
            assert!(doing.lasts_seconds() > REPEAT_SECONDS, "{doing}");
            assert_eq!(doing.as_str().parse(), Ok(doing));
        }
        assert!("sleeps".parse::<Doing>().is_err());
    }
}
