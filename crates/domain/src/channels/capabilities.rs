//! What a channel can do and how it limits us; from here on nobody asks which platform it is.

use crate::messages::named;

/// How a channel counts the length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextUnit {
    /// Unicode scalar values.
    Characters,
    /// UTF-16 code units.
    Utf16Units,
    /// Bytes in UTF-8.
    Bytes,
}

impl TextUnit {
    /// The length of `text` in this unit.
    #[must_use]
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Utf16Units => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }

    /// The unit's name in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Characters | Self::Utf16Units => "characters",
            Self::Bytes => "bytes",
        }
    }
}

/// What the platform does with a request that it gets twice (RELIABILITY 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Nothing: a request whose outcome is unknown is never repeated by the machine.
    None,
    /// A repetition with the same key is always the same message.
    Forever,
}

/// What tells us, later, what became of a send whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing does: a person decides.
    None,
    /// A delivery report that carries our part's id comes within so many seconds, or never.
    ReportWithin(u32),
    /// Reading our own messages back shows it within so many seconds.
    ReadBackWithin(u32),
}

impl Evidence {
    /// Seconds after which no evidence is to be expected any more.
    #[must_use]
    pub const fn window_seconds(self) -> u32 {
        match self {
            Self::None => 0,
            Self::ReportWithin(seconds) | Self::ReadBackWithin(seconds) => seconds,
        }
    }
}

/// A kind of thing that can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendKind {
    /// A text.
    Text,
    /// Files, each under a name and with a type.
    Files,
    /// A place on the map.
    Place,
    /// Cards of people.
    Contacts,
    /// Buttons or a list to choose from.
    Options,
    /// A text that the platform has approved beforehand.
    Template,
    /// An emoji on a message of the resident.
    Reaction,
    /// That we have seen a message, and are writing.
    Seen,
}

named!(SendKind {
    Text = "text",
    Files = "files",
    Place = "place",
    Contacts = "contacts",
    Options = "options",
    Template = "template",
    Reaction = "reaction",
    Seen = "seen",
});

/// What a channel can do and how it limits us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// What can be sent.
    pub sends: &'static [SendKind],
    /// The longest text of one message.
    pub text_max: usize,
    /// The unit of `text_max`.
    pub text_unit: TextUnit,
    /// Answers in private are possible.
    pub private: bool,
    /// Answers in public are possible.
    pub public: bool,
    /// Quoting the message that is answered is possible.
    pub reply_to: bool,
    /// Seconds after the resident's last message within which we may answer freely; `None` is no limit.
    pub reply_window_seconds: Option<i64>,
    /// What the platform does with a repeated request.
    pub idempotency: Idempotency,
    /// What resolves an unknown outcome.
    pub evidence: Evidence,
    /// Whether messages are billed.
    pub billed: bool,
}

impl Capabilities {
    /// Whether the channel takes such a thing.
    #[must_use]
    pub fn can_send(&self, kind: SendKind) -> bool {
        self.sends.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::TextUnit;

    #[test]
    fn each_platform_counts_in_its_own_way() {
        let text = "één 👍";
        assert_eq!(TextUnit::Characters.length(text), 5);
        assert_eq!(TextUnit::Utf16Units.length(text), 6);
        assert_eq!(TextUnit::Bytes.length(text), 10);
    }
}
