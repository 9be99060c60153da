//! The seam between Gehoor and the platforms where residents talk.
//!
//! A [`Connector`] is a translator without IO: bytes in, values out. Drivers fetch, send, retry, limit rates, time out
//! and count, in the same way for all. To add one: a folder in `connectors/src/channels/`, a line in its
//! `registry.rs`, a changelog fragment, and the platform's own side in `simulation`. Nothing else.

mod capabilities;
mod checks;
mod connector;
mod health;
mod http;
mod inbound;
mod outbound;
mod pace;
mod pulse;
mod secrets;

pub use capabilities::{Capabilities, Evidence, Idempotency, SendKind, TextUnit};
pub use checks::{Check, Finding, SettingFault, SettingFaultKind};
pub use connector::{
    AccountAccess, Addressed, Authentic, Connector, Connectors, Fetch, Fetched, Forged, Handshake, Malformed,
    Poll, Polled, SettingField, TemplateList, Unreadable,
};
pub use health::{
    DETAIL_CHARACTERS, HealthEvent, HealthState, HealthTopic, SUBJECT_CHARACTERS, Severity, WORD_CHARACTERS,
    states,
};
pub use http::{FileForm, Headers, HttpRequest, HttpResponse, Outgoing, RawRequest};
pub use inbound::{
    AccountNotice, AuthorClaim, ChangedBy, DeliveryReport, Echo, Identifier, IdentityChange, Inbound,
    InboundMessage, Item, MessageChange, MessageChangeKind, Place, RawEvent, Strength,
};
pub use outbound::{
    After, Answer, Hold, Outbound, OutboundFile, PartDraft, PartInFlight, Recipient, RefusalReason,
    RetryAfter, Step, StepKind, Unsendable,
};
pub use pace::{AccountPace, Departure, LOOKS_BACK_MILLIS_MAX, Pace, PaceOf, ResidentPace};
pub use pulse::Pulse;
pub use secrets::{SecretValue, Secrets};

use std::fmt;

/// A connector's name: "whatsapp". Also the word in configuration and API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(String);

impl ChannelName {
    /// A name of 1 to 32 small letters, digits and hyphens; `None` for anything else.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (!name.is_empty() && name.len() <= 32 && name.chars().all(allowed)).then(|| Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A platform's own id of a message, post or author: opaque, stored as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(String);

/// A platform id that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a platform's id must have 1 to {} bytes and no control characters",
    crate::limits::PROVIDER_ID_BYTES
)]
pub struct InvalidProviderId;

impl ProviderId {
    /// Takes a platform's id.
    ///
    /// # Errors
    /// [`InvalidProviderId`] when it is empty, too long, or holds a control character.
    pub fn new(id: &str) -> Result<Self, InvalidProviderId> {
        let fits = !id.is_empty()
            && id.len() <= crate::limits::PROVIDER_ID_BYTES
            && !id.chars().any(char::is_control);
        if fits { Ok(Self(id.to_owned())) } else { Err(InvalidProviderId) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
