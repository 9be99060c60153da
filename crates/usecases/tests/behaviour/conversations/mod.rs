//! What colleagues do with conversations.

mod replies;
