//! `/gesprekken` and what stands below it.

mod along;
mod assignment;
mod closure;
mod drafts;
mod files;
mod filters;
mod find;
mod lines;
mod list;
mod notes;
mod replies;
mod resolution;
mod show;
mod texts;
mod unread;
