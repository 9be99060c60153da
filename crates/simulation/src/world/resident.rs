//! Residents, as a test speaks of them.

use domain::ids::ConversationId;
use jiff::Timestamp;

use super::World;
use super::webhook::Webhook;

/// A resident with a telephone.
#[derive(Clone)]
pub struct Resident<'w> {
    world: &'w World,
    name: String,
    account: String,
    sent_at: Option<Timestamp>,
}

/// What came of writing: a conversation, and where in the world it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// The conversation.
    pub conversation: ConversationId,
    /// The account on which it runs.
    pub account: String,
    /// The resident's number.
    pub phone: String,
    /// The platform's id of what was written.
    pub wamid: String,
}

impl<'w> Resident<'w> {
    pub(super) fn new(world: &'w World, name: &str) -> Self {
        Self {
            world,
            name: name.to_owned(),
            account: "wa-main".to_owned(),
            sent_at: None,
        }
    }

    /// To another number than Zwanendam's first.
    #[must_use]
    pub fn to(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }

    /// Written at this moment, although it arrives now.
    #[must_use]
    pub fn sent_at(mut self, at: Timestamp) -> Self {
        self.sent_at = Some(at);
        self
    }

    /// The telephone.
    #[must_use]
    pub fn phone(&self) -> String {
        phone_of(&self.name)
    }

    /// Writes, and it is read.
    pub async fn writes(&self, text: &str) -> Talk {
        let wamid = self.world.new_wamid();
        self.world.deliver(&self.account, &self.webhook(&wamid, text)).await;
        self.world.read_all().await;
        let conversation = self.world.conversation_of(&self.account, &wamid).await;
        let conversation = conversation.expect("what a resident writes is in a conversation");
        Talk {
            conversation,
            account: self.account.clone(),
            phone: self.phone(),
            wamid,
        }
    }

    /// The delivery in which the platform tells that this resident wrote.
    #[must_use]
    pub fn webhook(&self, wamid: &str, text: &str) -> Webhook {
        let number = self.world.number(&self.account).settings;
        let at = self.sent_at.unwrap_or_else(|| self.world.now());
        Webhook::about(&number).text((&self.phone(), &self.name), wamid, at, text)
    }
}

/// The telephone of whoever has this name: always the same, in the range that belongs to nobody.
fn phone_of(name: &str) -> String {
    let mixed = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (crate::residents::PHONES_FROM + mixed % 1_000_000).to_string()
}
