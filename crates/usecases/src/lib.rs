//! The verbs: one file each. The only place that opens a write transaction.
//!
//! Pages, API, workers and simulation all call these functions. Each loads, checks the permission, decides by a pure
//! method of the domain, saves, queues what must leave, and records what happened, in one write. Reading is a use case
//! too, with the same check.

pub mod access;
pub mod accounts;
pub mod attachments;
pub mod canned_texts;
pub mod configuration;
pub mod conversations;
mod ctx;
pub mod drafts;
mod failure;
pub mod housekeeping;
pub mod ingest;
pub mod lists;
pub mod live;
pub mod look;
pub mod mail;
pub mod outbox;
pub mod overview;
pub mod people;
pub mod search;
pub mod templates;

pub use ctx::{Ctx, Installation, Randomness};
pub use failure::{Failure, RequestKey};
pub use store::StoreError;
