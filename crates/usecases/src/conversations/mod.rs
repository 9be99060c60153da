//! What people do with conversations.

mod along;
mod assign;
mod close;
mod draft;
mod export;
mod find;
mod lines;
mod list;
mod note;
mod react;
mod read;
mod reply;
mod seen;
mod take_back;
mod unread;

pub use along::{Along, ChosenTemplate};
pub use assign::{Assign, assign_conversation, list_colleagues};
pub use close::{Close, close_conversation, reopen_conversation};
pub use draft::{KeepDraft, Purpose, Written, keep_draft, list_written, take_over_draft};
pub use export::{ExportedConversation, export_conversations};
pub use find::{FoundInConversation, Plain, find_in_conversation};
pub use lines::{LogLine, read_lines};
pub use list::{
    ConversationFilter, ConversationPage, ListChoices, ListPage, Listed, OpenCounts, count_list, count_open,
    list_by, list_choices, list_conversations, list_holds, list_these,
};
pub use note::{NoteRefused, WriteNote, write_note};
pub use react::{React, react_to_message};
pub(crate) use read::log_view;
pub use read::{
    ConversationView, MessageView, MessagesPage, OurReaction, Page, Place, place_of_message,
    read_conversation, read_message, read_messages, read_these,
};
pub(crate) use reply::queue_reply;
pub use reply::{Reply, ReplyPreview, preview_reply, reply_to_conversation};
pub use seen::mark_seen;
pub use store::tables::attachment::Attachment;
pub use store::tables::conversation::LastMessage;
pub use store::tables::message::Message;
pub use store::tables::message_event::MessageEvent;
pub use take_back::{HasLeft, take_back_reply};
pub use unread::{ReadMark, first_unread, mark_read, read_marks};
