//! Conversations: one author and one channel account (private), or a thread by many authors (public).

#[cfg(test)]
mod answering;
mod conversation;
mod joining;
mod state;

pub use conversation::{Along, Conversation, Counterpart, Received, ReplyRefused, Said, WindowOfReply};
pub use joining::LastWorked;
pub use state::{ConversationState, IllegalTransition, Outcome, Transition};
