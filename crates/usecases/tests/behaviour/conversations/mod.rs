//! What colleagues do with conversations.

mod closing;
mod course;
mod drafts;
mod lists;
mod replies;
mod work;
