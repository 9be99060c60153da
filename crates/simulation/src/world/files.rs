//! Files of residents as they stand when nobody fetched them from a platform: kept, or failed.

use domain::attachments::{AttachmentTrouble, FETCH_ATTEMPTS};
use domain::channels::RetryAfter;
use domain::ids::AttachmentId;
use domain::media::Format;
use serde_json::json;
use usecases::attachments::{self, Finding, Owned};

use super::{Talk, World, webhook};

impl World {
    /// The resident of a talk sends a picture, and it is here, with a small one.
    pub async fn file_kept(&self, talk: &Talk, content: &[u8]) -> AttachmentId {
        let held = self.file_under_way(talk).await;
        let node = &self.installation;
        let take = async |mut bytes: &[u8]| {
            attachments::take_in(node, &held.municipality, &mut bytes, u64::MAX)
                .await
                .expect("taken in")
        };
        let (content, thumbnail) = (take(content).await, take(b"small").await);
        let finding = Finding {
            format: Format::Jpeg,
            content,
            thumbnail: Some(thumbnail),
            size: Some((4, 3)),
            taken_at: None,
            trouble: None,
        };
        assert!(attachments::keep(node, &held, &finding).await.expect("the store answers"));
        held.attachment.id
    }

    /// The resident of a talk sends a picture, and it came damaged at every try.
    pub async fn file_failed(&self, talk: &Talk) -> AttachmentId {
        let mut held = self.file_under_way(talk).await;
        held.attachment.attempts = FETCH_ATTEMPTS;
        self.gives_up(&held, AttachmentTrouble::Damaged).await;
        held.attachment.id
    }

    /// A new file of this talk that is claimed. What others wait for meanwhile is lost.
    async fn file_under_way(&self, talk: &Talk) -> Owned {
        let (wamid, number) = (self.new_wamid(), self.number(&talk.account).settings);
        let message = json!({"id": wamid, "timestamp": self.now().as_second().to_string(), "type": "image",
            "image": {"id": "1", "mime_type": "image/jpeg"}});
        let webhook = webhook::Webhook::about(&number).message((&talk.phone, "Yusuf"), message);
        self.deliver(&talk.account, &webhook).await;
        self.read_all().await;
        let scope = self.everything(&talk.account);
        let id = domain::channels::ProviderId::new(&wamid).expect("an id of the platform");
        let account = talk.account.parse().expect("a short name");
        let mut reader = self.installation.store.read(&scope);
        let message = store::tables::message::by_provider(&mut reader, &account, &id).await;
        let message = message.expect("the store answers").expect("it was read").id;
        loop {
            let claimed =
                attachments::claim_attachments(&self.installation, 8).await.expect("the store answers");
            assert!(!claimed.is_empty(), "the file of message {message} waits");
            for held in claimed {
                if held.attachment.message == message {
                    return held;
                }
                self.gives_up(&held, AttachmentTrouble::NotPassedOn).await;
            }
        }
    }

    async fn gives_up(&self, held: &Owned, trouble: AttachmentTrouble) {
        let recorded =
            attachments::record_trouble(&self.installation, held, trouble, RetryAfter::Backoff).await;
        assert!(recorded.expect("the store answers").is_some(), "its lease is live");
    }
}
