//! Every kind of message that platforms have. None is dropped: what we do not know stays visible as
//! [`MessageKind::Unknown`] with its raw event.

use serde::{Deserialize, Serialize};

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From a resident to us.
    In,
    /// From us to a resident.
    Out,
    /// Between colleagues; invisible outside.
    Note,
}

/// What kind of thing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are the platforms' words; the glossary explains them in Dutch"
)]
pub enum MessageKind {
    Text,
    Image,
    Video,
    Audio,
    Voice,
    Document,
    Sticker,
    Location,
    Contacts,
    Interactive,
    Button,
    Order,
    Template,
    /// The platform says that it could not pass it on.
    Unsupported,
    /// A kind that this version of Gehoor does not know; its raw event is kept.
    Unknown,
}

macro_rules! named {
    ($type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the API and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    other => Err(format!(concat!("\"{}\" is no ", stringify!($type)), other)),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use named;

named!(Direction { In = "in", Out = "out", Note = "note" });

named!(MessageKind {
    Text = "text",
    Image = "image",
    Video = "video",
    Audio = "audio",
    Voice = "voice",
    Document = "document",
    Sticker = "sticker",
    Location = "location",
    Contacts = "contacts",
    Interactive = "interactive",
    Button = "button",
    Order = "order",
    Template = "template",
    Unsupported = "unsupported",
    Unknown = "unknown",
});
