//! One module per concept, with its statements. Each statement is one function, named after its question.

pub mod account;
pub mod account_link;
pub mod attachment;
pub mod author;
pub mod blob;
pub mod canned_text;
pub mod choice;
pub mod conversation;
pub mod delivery;
pub mod draft;
mod extras;
pub mod fetching;
pub mod figures;
pub mod half_log_in;
pub mod health;
pub mod installation;
pub mod job;
pub mod joining;
pub mod journal;
pub mod key;
pub mod list;
pub mod live;
pub mod log_line;
pub mod look;
pub mod mail;
pub mod message;
pub mod message_event;
pub mod migration;
pub mod outbox;
pub mod people;
pub mod presence;
pub mod read_mark;
pub mod request;
pub mod said;
pub mod saved_list;
pub mod search;
pub mod second_factor;
pub mod secret;
pub mod seen;
pub mod session;
pub mod template;
pub mod turn;
pub mod unread;
pub mod user;
pub mod view_log;
pub mod written;

/// Ids as a JSON list, for statements that ask for several at once. An id needs no escaping.
fn json_of(ids: impl Iterator<Item = impl std::fmt::Display>) -> String {
    let quoted: Vec<String> = ids.map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", quoted.join(","))
}
