//! SQL and migrations, for SQLite (default) and PostgreSQL. Nobody else knows SQL.
//!
//! One SQL text serves both engines ([`door`]). Changes go through [`Store::write`]: a closure that the store may run
//! again, whose effects, journal entries, audit rows and outbox rows are committed together or not at all. Reads go
//! through [`Store::read`] and need a [`Scope`]. What comes in from platforms goes through the [`inbox`], which has a
//! file and a batch writer of its own.
//!
//! To add a table: a migration, a module in `tables/` with its statements, and its line in [`catalogue`].

pub mod bare;
pub mod catalogue;
pub mod door;
mod error;
pub mod inbox;
mod room;
pub mod scratch;
pub mod sealed;
mod store;
pub mod tables;

pub use domain::access::Scope;
pub use door::Reads;
pub use door::tx::Tx;
pub use error::StoreError;
pub use store::{Engine, IsStoreError, Reader, Store, StoreOptions};
