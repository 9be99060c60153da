//! The door behind a webhook's address, handed in by `server`.

use std::pin::Pin;

use domain::channels::RawRequest;
use domain::ids::ChannelAccountId;

/// An answer in the making.
pub type Answering<'a> = Pin<Box<dyn Future<Output = HookAnswer> + Send + 'a>>;

/// What is behind a webhook's address.
pub trait HookDoor: Send + Sync + 'static {
    /// A platform asks whether this address is ours. The request has no body.
    fn handshake<'a>(&'a self, account: &'a ChannelAccountId, request: RawRequest) -> Answering<'a>;

    /// A platform delivers. `Stored` may be said only when the delivery is on disk.
    fn deliver<'a>(&'a self, account: &'a ChannelAccountId, request: RawRequest) -> Answering<'a>;
}

/// What the door says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookAnswer {
    /// On disk, or nothing that has to be: 200.
    Stored,
    /// This address is ours; the platform gets its own word back: 200.
    Challenge(String),
    /// Not signed by the account's platform, or the wrong token: 403.
    Forbidden,
    /// There is no such account, or nothing is asked here: 404.
    NotFound,
    /// Signed, and still no delivery: 400.
    Malformed,
    /// Not on disk: 503, the platform sends it again.
    NotStored,
}

impl HookAnswer {
    /// The word in the count.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Challenge(_) => "challenge",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Malformed => "malformed",
            Self::NotStored => "not_stored",
        }
    }
}
