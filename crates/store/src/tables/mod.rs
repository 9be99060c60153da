//! One module per concept, with its statements. Each statement is one function, named after its question.

pub mod account;
pub mod attachment;
pub mod author;
pub mod blob;
pub mod conversation;
pub mod delivery;
pub mod draft;
mod extras;
pub mod fetching;
pub mod installation;
pub mod job;
pub mod joining;
pub mod journal;
pub mod key;
pub mod message;
pub mod message_event;
pub mod migration;
pub mod outbox;
pub mod request;
pub mod secret;
pub mod seen;
pub mod session;
pub mod template;
pub mod turn;
pub mod unread;
pub mod user;
pub mod view_log;
