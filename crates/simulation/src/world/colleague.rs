//! Colleagues of the municipality, as a test speaks of them.

use domain::conversations::{IllegalTransition, Outcome, ReplyRefused};
use domain::ids::{ConversationId, MessageId, UserId};
use usecases::conversations::{
    Along, Assign, Close, ConversationView, MessageView, Page, Reply, WriteNote, assign_conversation,
    close_conversation, read_conversation, read_messages, reopen_conversation, reply_to_conversation,
    write_note,
};
use usecases::outbox::Part;
use usecases::{Ctx, Failure, RequestKey};

use super::World;
use super::resident::Talk;

/// Somebody who works for a municipality. What is done in the words of daily work succeeds; `tries_to_…` tells how it
/// ended.
pub struct Colleague<'w> {
    world: &'w World,
    /// The context in which they act.
    pub ctx: Ctx,
}

impl<'w> Colleague<'w> {
    pub(super) fn new(world: &'w World, ctx: Ctx) -> Self {
        Self { world, ctx }
    }

    /// Their id.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.ctx.actor.user().expect("a colleague is a user")
    }

    /// Answers a resident.
    pub async fn replies(&self, talk: &Talk, text: &str) -> MessageId {
        self.tries_to_reply(talk, text).await.expect("the reply is taken")
    }

    /// Answers a resident, or not.
    ///
    /// # Errors
    /// As [`reply_to_conversation`].
    pub async fn tries_to_reply(&self, talk: &Talk, text: &str) -> Result<MessageId, Failure<ReplyRefused>> {
        let key = format!("form-{}", self.world.count());
        reply_to_conversation(&self.ctx, reply(talk.conversation, text, &key)).await
    }

    /// Writes a note.
    pub async fn notes(&self, talk: &Talk, text: &str) -> MessageId {
        let key = RequestKey::new(&format!("note-{}", self.world.count()), "note", text.as_bytes());
        let note = WriteNote { conversation: talk.conversation, text: text.to_owned(), key };
        write_note(&self.ctx, note).await.expect("the note is taken")
    }

    /// Closes a conversation as answered.
    pub async fn closes(&self, talk: &Talk) {
        self.tries_to_close(talk).await.expect("it can be closed");
    }

    /// Closes a conversation as answered, or not.
    ///
    /// # Errors
    /// As [`close_conversation`].
    pub async fn tries_to_close(&self, talk: &Talk) -> Result<(), Failure<IllegalTransition>> {
        let close = Close {
            conversation: talk.conversation,
            outcome: Outcome::Answered,
            version: None,
        };
        close_conversation(&self.ctx, close).await
    }

    /// Opens a closed conversation again, or not.
    ///
    /// # Errors
    /// As [`reopen_conversation`].
    pub async fn tries_to_reopen(&self, talk: &Talk) -> Result<(), Failure<IllegalTransition>> {
        reopen_conversation(&self.ctx, talk.conversation, None).await
    }

    /// Takes a conversation.
    pub async fn takes(&self, talk: &Talk) {
        self.tries_to_assign(talk, Some(self.id())).await.expect("it can be taken");
    }

    /// Gives a conversation to somebody, or to nobody, or not.
    ///
    /// # Errors
    /// As [`assign_conversation`].
    pub async fn tries_to_assign(
        &self,
        talk: &Talk,
        to: Option<UserId>,
    ) -> Result<(), Failure<IllegalTransition>> {
        assign_conversation(
            &self.ctx,
            Assign { conversation: talk.conversation, assignee: to, version: None },
        )
        .await
    }

    /// Looks at a conversation.
    pub async fn sees(&self, talk: &Talk) -> ConversationView {
        self.tries_to_see(talk.conversation).await.expect("it is there")
    }

    /// Looks at a conversation, or not.
    ///
    /// # Errors
    /// As [`read_conversation`].
    pub async fn tries_to_see(&self, conversation: ConversationId) -> Result<ConversationView, Failure> {
        read_conversation(&self.ctx, conversation).await
    }

    /// The parts of everything that was answered in a conversation.
    pub async fn parts(&self, talk: &Talk) -> Vec<Part> {
        self.reads(talk).await.into_iter().flat_map(|view| view.parts).collect()
    }

    /// Reads all messages of a conversation of at most a hundred.
    pub async fn reads(&self, talk: &Talk) -> Vec<MessageView> {
        let page = read_messages(&self.ctx, talk.conversation, Page::After(None), 100).await;
        page.expect("it is there").items
    }
}

/// A reply as a form sends it, without a word on what the agent saw before.
#[must_use]
pub fn reply(conversation: ConversationId, text: &str, key: &str) -> Reply {
    Reply {
        hold_seconds: 0,
        conversation,
        text: text.to_owned(),
        along: Along::default(),
        reply_to: None,
        written_after: None,
        key: RequestKey::new(key, "reply", text.as_bytes()),
    }
}
