//! What the store promises, on both databases. It knows no use case and no connector, so these tests bring their own
//! small database along.

mod blobs;
mod catalogue;
mod closing;
mod disturbed;
mod inbox;
mod journal;
mod lists;
mod outbox;
mod schema;
mod secrets;
mod support;
mod writes;
