//! What colleagues do with conversations.

mod closing;
mod course;
mod drafts;
mod filters;
mod lists;
mod replies;
mod saved;
mod work;
