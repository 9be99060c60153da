//! What colleagues do with conversations.

mod closing;
mod course;
mod replies;
mod work;
