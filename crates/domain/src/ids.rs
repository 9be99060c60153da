//! Ids are types, so that a message's id never stands where a conversation's belongs.
//!
//! Most are UUID version 7: they sort by time and cannot be guessed well enough to walk through, and every look-up
//! carries the municipality besides (RELIABILITY T7). Municipalities, teams and channel accounts carry short names
//! that people write in a configuration file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where new ids come from. An argument, so that a test or a seeded town repeats itself exactly.
pub trait Ids: Send + Sync {
    /// An id that was never given before and sorts after the earlier ones.
    fn next(&self) -> uuid::Uuid;
}

/// A text that is no id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {reason}")]
pub struct InvalidId {
    /// Which id was meant.
    pub kind: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            /// Reads the one spelling that we write: 36 characters, lower case, with hyphens.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let id = uuid::Uuid::try_parse(text)
                    .map_err(|_| InvalidId { kind: stringify!($name), reason: "it is no UUID" })?;
                if id.hyphenated().to_string() == text {
                    Ok(Self(id))
                } else {
                    Err(InvalidId { kind: stringify!($name), reason: "it is not in lower case with hyphens" })
                }
            }
        }
    )*};
}

uuid_id! {
    /// A conversation (gesprek).
    ConversationId;
    /// A message (bericht) in a conversation, of either side, or a note.
    MessageId;
    /// One call to a platform that carries (a piece of) an outbound message.
    PartId;
    /// An author (afzender): somebody's account on a channel.
    AuthorId;
    /// A user of Gehoor.
    UserId;
    /// A token for the API.
    TokenId;
    /// A delivery of a platform as it was received.
    RawEventId;
    /// A log-in.
    SessionId;
    /// A job in the background.
    JobId;
    /// A canned text (standaardtekst).
    CannedTextId;
    /// A mail of Gehoor itself to a user.
    MailId;
    /// Something that happened to a message or conversation and is no message: a reaction, an edit.
    EventId;
    /// A list of conversations that somebody saved.
    SavedListId;
    /// A file (bijlage) that came with a message or goes with one.
    AttachmentId;
}

macro_rules! slug_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check_slug(stringify!($name), text).map(|()| Self(text.to_owned()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

slug_id! {
    /// A municipality (gemeente): the tenant. It leads every key.
    MunicipalityId;
    /// A team of users in a municipality.
    TeamId;
    /// One connected number, page or handle of a municipality (kanaalaccount); unique in an installation.
    ChannelAccountId;
}

/// What stands in the place of a municipality's id while something concerns the whole installation.
const INSTALLATION: &str = "installation";

impl MunicipalityId {
    /// Stands where a municipality's id belongs while something concerns the whole installation.
    pub(crate) fn of_installation() -> Self {
        Self(INSTALLATION.to_owned())
    }

    /// Whether this is the name that stands for the whole installation: no municipality can have it.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.0 == INSTALLATION
    }
}

/// Short names are limited to what survives in a URL, a file name and a phone call.
fn check_slug(kind: &'static str, text: &str) -> Result<(), InvalidId> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 64 {
        return Err(InvalidId { kind, reason: "it must have 1 to 64 characters" });
    }
    if !text.chars().all(allowed) || text.starts_with('-') {
        return Err(InvalidId {
            kind,
            reason: "only a–z, 0–9 and - are allowed, and it begins with a letter or digit",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_holds_only_what_a_url_and_a_phone_call_survive() {
        for good in ["zwanendam", "wa-main", "team2"] {
            assert!(good.parse::<TeamId>().is_ok(), "{good} should be allowed");
        }
        for bad in ["", "-a", "Webcare", "a b", "a|b", "a_b", "é", &"x".repeat(65)] {
            assert!(bad.parse::<TeamId>().is_err(), "{bad:?} should be refused");
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        let text = "0193b5b0-7c00-7000-8000-000000000001";
        assert_eq!(text.parse::<ConversationId>().map(|id| id.to_string()), Ok(text.to_owned()));
        for other in [
            &text.to_uppercase(),
            &text.replace('-', ""),
            "{0193b5b0-7c00-7000-8000-000000000001}",
            "1",
        ] {
            assert!(other.parse::<ConversationId>().is_err(), "{other:?} should be refused");
        }
    }
}
