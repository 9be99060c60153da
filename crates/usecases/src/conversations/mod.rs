//! What people do with conversations.

mod assign;
mod close;
mod export;
mod list;
mod note;
mod read;
mod reply;

pub use assign::{Assign, assign_conversation, list_colleagues};
pub use close::{Close, close_conversation, reopen_conversation};
pub use export::{ExportedConversation, export_conversations};
pub use list::{
    ConversationFilter, ConversationPage, Listed, WaitingPage, Whose, list_conversations, list_waiting,
};
pub use note::{NoteRefused, WriteNote, write_note};
pub(crate) use read::log_view;
pub use read::{
    ConversationView, MessageView, MessagesPage, Page, Place, place_of_message, read_conversation,
    read_messages,
};
pub use reply::{Reply, reply_to_conversation};
pub use store::tables::attachment::Attachment;
pub use store::tables::conversation::LastMessage;
pub use store::tables::message::Message;
pub use store::tables::message_event::MessageEvent;
