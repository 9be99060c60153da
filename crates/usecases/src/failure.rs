//! How a use case can end without doing what was asked. One shape for all, so that pages and API map it in one table;
//! `R` is the use case's own small enum of refusals.

use domain::access::NotAllowed;
use store::{IsStoreError, StoreError};

/// Why a use case did not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R = std::convert::Infallible> {
    /// The rules of the case say no.
    #[error("{0}")]
    Refused(R),
    /// The actor may not.
    #[error(transparent)]
    NotAllowed(NotAllowed),
    /// There is none, or none that the actor can see: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it since the actor looked. What they wrote is theirs to keep.
    #[error("somebody else was first")]
    Conflict,
    /// The request's key was used for something else.
    #[error("this request key was used for another request")]
    KeyReused,
    /// The store did not answer; the same act may succeed later.
    #[error(transparent)]
    Store(StoreError),
}

impl<R> From<StoreError> for Failure<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<R> From<NotAllowed> for Failure<R> {
    fn from(error: NotAllowed) -> Self {
        Self::NotAllowed(error)
    }
}

impl<R> IsStoreError for Failure<R> {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl<R> Failure<R> {
    /// The same failure for a use case that has other refusals.
    pub fn map<S>(self, refusal: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Refused(refused) => Failure::Refused(refusal(refused)),
            Self::NotAllowed(error) => Failure::NotAllowed(error),
            Self::NotFound => Failure::NotFound,
            Self::Conflict => Failure::Conflict,
            Self::KeyReused => Failure::KeyReused,
            Self::Store(error) => Failure::Store(error),
        }
    }
}

/// The key of a request that may come twice: a form's hidden field, or a client's `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The key, 1 to 200 characters.
    pub key: String,
    /// A hash of what was asked: the same key with another body is refused.
    pub body_hash: String,
}

impl RequestKey {
    /// A key for a request of this kind with this body.
    #[must_use]
    pub fn new(key: &str, what: &str, body: &[u8]) -> Self {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        hash.update(what.as_bytes());
        hash.update([0]);
        hash.update(body);
        let key = domain::limits::cut(key, 200).replace('\0', "");
        Self {
            key: format!("{what}:{key}"),
            body_hash: hex::encode(hash.finalize()),
        }
    }
}
