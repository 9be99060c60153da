//! What the platform answers to our own requests.

use serde::Deserialize;

use crate::lenient::{Word, or_default};

/// The answer to a send that was taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::channels::whatsapp) struct Sent {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::channels::whatsapp) messages: Vec<SentMessage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::channels::whatsapp) struct SentMessage {
    pub(in crate::channels::whatsapp) id: Word,
}

/// The answer to an upload that was taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::channels::whatsapp) struct Uploaded {
    pub(in crate::channels::whatsapp) id: Word,
}

/// The answer to a send that was not taken. Both fields must be there, or it is not the platform speaking.
#[derive(Debug, Deserialize)]
pub(in crate::channels::whatsapp) struct NotSent {
    pub(in crate::channels::whatsapp) error: GraphError,
}

#[derive(Debug, Deserialize)]
pub(in crate::channels::whatsapp) struct GraphError {
    pub(in crate::channels::whatsapp) code: i64,
}
