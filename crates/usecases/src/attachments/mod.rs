//! Files of messages: on their way to us, and given out to those who may see them.
//!
//! A message is there at once; `fetching` has what the driver does with its files afterwards, `retry` what a person does
//! when that failed, `open` how a file is looked at. Bytes never move within a transaction.

mod fetching;
mod open;
mod retry;

pub use fetching::{
    Finding, LEASE_SECONDS, claim_attachments, discard, give_back, keep, lose_expired, record_broken,
    record_trouble, release_all, renew, take_in,
};
pub use open::{Given, Look, Opened, open_attachment, open_for_sending};
pub use retry::{Retried, RetryRefused, retry_attachment};
pub use store::tables::attachment::Attachment;
pub use store::tables::blob::{Blob, TakeFailed, Taken};
pub use store::tables::fetching::{Kept, Owned};
