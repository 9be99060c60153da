//! Requests and answers as values: what a driver received, and what it is to send.

use super::secrets::SecretValue;
use crate::ids::AttachmentId;

/// Header lines with names in lower case. Values that are no text were left out by the driver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Takes the lines; names are put in lower case.
    pub fn new(lines: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(lines.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
    }

    /// The first value of `name`, which is given in lower case.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(line, _)| line == name).map(|(_, value)| value.as_str())
    }

    /// All values of `name`, which is given in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(line, _)| line == name).map(|(_, value)| value.as_str())
    }

    /// All lines.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A request of a platform to us, before anything is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// The query string, undecoded, without the question mark.
    pub query: String,
    /// Header lines.
    pub headers: Headers,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What a driver is to send for a part or a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// Over HTTP.
    Http(HttpRequest),
    /// A mail, as RFC 5322 bytes with its envelope.
    Mail {
        /// Envelope sender.
        from: String,
        /// Envelope recipients.
        to: Vec<String>,
        /// Headers and body.
        bytes: Vec<u8>,
    },
}

/// One HTTP request to a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// Absolute address.
    pub url: String,
    /// Header lines, without the credentials.
    pub headers: Vec<(String, String)>,
    /// Sent as `Authorization: Bearer …`; kept apart so that it is never printed.
    pub bearer: Option<SecretValue>,
    /// The body.
    pub body: Vec<u8>,
    /// A form with a file in it, sent instead of `body`.
    pub form: Option<FileForm>,
}

/// A `multipart/form-data` form with one of our files in it. The driver reads the file from the store while it sends, so
/// that a large one is never in memory as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileForm {
    /// Fields before the file, by name.
    pub fields: Vec<(String, String)>,
    /// The name of the field that holds the file.
    pub file_field: String,
    /// Which file.
    pub attachment: AttachmentId,
    /// The name under which it is sent.
    pub file_name: String,
    /// Its type.
    pub media_type: String,
}

/// A platform's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// Status code.
    pub status: u16,
    /// Header lines.
    pub headers: Headers,
    /// The body, at most 1 MiB of it.
    pub body: Vec<u8>,
}
