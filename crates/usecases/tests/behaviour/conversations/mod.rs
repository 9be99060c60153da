//! What colleagues do with conversations.

mod closing;
mod course;
mod lists;
mod replies;
mod work;
