//! Everything a resident can do on a phone, as a test or the crowd orders it.

use serde::Deserialize;
use serde_json::Value;

use super::super::super::samples::Place;

/// One thing a resident does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Act {
    /// What.
    pub does: Deed,
    /// The message it quotes, by its id: one of ours, or one of the resident's own.
    #[serde(default)]
    pub quotes: Option<String>,
    /// It came from another talk.
    #[serde(default)]
    pub forwarded: Forwarded,
    /// The resident came by an advertisement.
    #[serde(default)]
    pub referral: Option<Referral>,
    /// It was said in this group.
    #[serde(default)]
    pub group_id: Option<String>,
}

impl From<Deed> for Act {
    fn from(does: Deed) -> Self {
        Self {
            does,
            quotes: None,
            forwarded: Forwarded::No,
            referral: None,
            group_id: None,
        }
    }
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Forwarded {
    /// It was written for us.
    #[default]
    No,
    /// It was forwarded.
    Once,
    /// It was forwarded more than five times.
    Often,
}

/// The advertisement or post by which somebody came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Referral {
    /// Its address.
    pub source_url: String,
    /// Its id.
    pub source_id: String,
    /// Its title.
    #[serde(default)]
    pub headline: String,
    /// Its text.
    #[serde(default)]
    pub body: String,
}

/// What a resident does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Deed {
    /// Writes a text.
    Text {
        /// Up to 4,096 characters.
        body: String,
    },
    /// Sends a file.
    File(SentFile),
    /// Sends a file that is over 100 MB: the platform tells what it was, and that it could not be had.
    TooLarge {
        /// Of which kind.
        kind: FileKind,
    },
    /// Sends a place; with a name when it was chosen from a list. A live location arrives like this too, once.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// The name of a chosen place.
        #[serde(default)]
        name: Option<String>,
        /// Its address.
        #[serde(default)]
        address: Option<String>,
        /// Its web address.
        #[serde(default)]
        url: Option<String>,
    },
    /// Sends a card of somebody.
    Contact {
        /// The name on it.
        name: String,
        /// The number on it.
        phone: String,
    },
    /// Reacts to a message; without an emoji the reaction is taken back.
    Reaction {
        /// To which message.
        message: String,
        /// With what. An empty text takes it back as well: both have been seen.
        #[serde(default)]
        emoji: Option<String>,
    },
    /// Presses a button or chooses a row of a message of ours.
    Press {
        /// Of which message.
        message: String,
        /// Its id or its title.
        choice: String,
    },
    /// Fills in a flow of ours and sends it.
    Flow {
        /// Of which message.
        message: String,
        /// An object of answers.
        answers: Value,
    },
    /// Orders from a catalogue.
    Order {
        /// Which catalogue.
        catalog_id: String,
        /// A word to go with it.
        #[serde(default)]
        text: String,
        /// What, and how many.
        items: Vec<(String, u32)>,
    },
    /// Changes a text or a caption of the last fifteen minutes.
    Edit {
        /// Which own message.
        message: String,
        /// What it says now.
        text: String,
    },
    /// Deletes a message of the last two days for everybody.
    Revoke {
        /// Which own message.
        message: String,
    },
    /// Goes on with another number, and so with another user id.
    ChangeNumber {
        /// The new number, digits only.
        to: String,
        /// The platform tells the new user id instead of the new number.
        #[serde(default)]
        as_user_id: bool,
    },
    /// Installs WhatsApp anew: the keys change.
    ChangeIdentity,
    /// Sends what the API does not know, a poll for example.
    Unsupported {
        /// Which kind, where the platform says it.
        #[serde(default)]
        kind: Option<String>,
    },
    /// Opens the chat for the first time.
    RequestWelcome,
    /// Allows or refuses calls.
    CallPermission {
        /// The message that asked.
        message: String,
        /// Which.
        accepts: bool,
    },
    /// Sends a kind of message that nobody has heard of yet.
    Other {
        /// Its type.
        kind: String,
        /// The object under it.
        object: Value,
    },
    /// Wants no marketing any more, or wants it again.
    Marketing {
        /// Which.
        wanted: bool,
    },
    /// Blocks the number, or lets it in again. Nobody is told; messages do not arrive.
    Block {
        /// Which.
        blocked: bool,
    },
}

/// Which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileKind {
    /// A photo.
    Image,
    /// A film.
    Video,
    /// Sound.
    Audio,
    /// Sound, recorded while holding the button.
    Voice,
    /// Anything.
    Document,
    /// A picture without edges.
    Sticker,
}

/// A file as a resident sends it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentFile {
    /// Which kind.
    pub kind: FileKind,
    /// One of the files that residents have, by name; each kind has one of its own.
    #[serde(default)]
    pub sample: Option<String>,
    /// Other bytes instead, in base64.
    #[serde(default)]
    pub base64: Option<String>,
    /// What the phone says those bytes are.
    #[serde(default)]
    pub mime_type: Option<String>,
    /// Under an image, video or document.
    #[serde(default)]
    pub caption: Option<String>,
    /// The name of a document.
    #[serde(default)]
    pub filename: Option<String>,
    /// Where a photo was taken; written into it.
    #[serde(default)]
    pub place: Option<Place>,
}

impl SentFile {
    /// The file that this kind has of its own, without caption or place.
    #[must_use]
    pub fn of(kind: FileKind) -> Self {
        Self {
            kind,
            sample: None,
            base64: None,
            mime_type: None,
            caption: None,
            filename: None,
            place: None,
        }
    }
}

impl FileKind {
    /// The type of the message.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio | Self::Voice => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }

    /// The file it has of its own.
    pub(super) fn own_sample(self) -> &'static str {
        match self {
            Self::Image => "lamp",
            Self::Video => "video-water",
            Self::Audio | Self::Voice => "voice-lamp",
            Self::Document => "letter",
            Self::Sticker => "sticker",
        }
    }
}
