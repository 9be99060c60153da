//! `/api/v1/conversations` and what lies below it.

mod along;
mod assignment;
mod closure;
mod list;
mod messages;
mod notes;
mod one;
mod reopening;
mod replies;
