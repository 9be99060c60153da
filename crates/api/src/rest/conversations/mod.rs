//! Conversations and what people do with them.

mod along;
mod closure;
mod list;
mod messages;
mod owner;
mod writing;

pub(super) use closure::*;
pub(super) use list::*;
pub(super) use messages::*;
pub(super) use owner::*;
pub(super) use writing::*;
