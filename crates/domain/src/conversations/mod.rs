//! Conversations: one author and one channel account (private), or a thread by many authors (public).

mod conversation;
mod joining;
mod state;

pub use conversation::{Conversation, Counterpart, Received, ReplyRefused, WindowOfReply};
pub use joining::LastWorked;
pub use state::{ConversationState, IllegalTransition, Outcome, Transition};
