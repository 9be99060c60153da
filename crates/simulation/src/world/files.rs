//! Files of residents as they stand when nobody fetched them from a platform: kept, or failed.

use domain::attachments::{AttachmentTrouble, FETCH_ATTEMPTS};
use domain::channels::RetryAfter;
use domain::ids::AttachmentId;
use domain::media::{Format, Handling};
use serde_json::{Value, json};
use usecases::attachments::{self, Finding, Owned};

use super::{Talk, World, webhook};

impl World {
    /// The resident of a talk sends a picture, and it is here, with a small one.
    pub async fn file_kept(&self, talk: &Talk, content: &[u8]) -> AttachmentId {
        let image = json!({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}});
        let held = self.file_under_way(talk, image).await;
        self.keeps(&held, Format::Jpeg, content).await
    }

    /// The resident of a talk sends a file under a name, and it is here, as what it is; a picture with a small one.
    pub async fn file_kept_as(
        &self,
        talk: &Talk,
        name: &str,
        format: Format,
        content: &[u8],
    ) -> AttachmentId {
        let document = json!({"id": "1", "mime_type": format.media_type(), "filename": name});
        let held = self.file_under_way(talk, json!({"type": "document", "document": document})).await;
        self.keeps(&held, format, content).await
    }

    /// A colleague has uploaded a file of so many bytes and not sent it; as far as the list of such files knows.
    pub async fn waits_to_be_sent(&self, first_name: &str, bytes: u64) {
        let ctx = self.ctx(first_name).await;
        let id = AttachmentId(self.installation.ids.next());
        let waiting = store::tables::draft::Draft {
            municipality: ctx.actor.municipality().clone(),
            id,
            actor: ctx.actor.label(),
            file_name: Some("plan.pdf".to_owned()),
            media_type: Format::Pdf.media_type().to_owned(),
            bytes,
            blob: id.0,
            created_at: self.installation.wall_clock.now(),
        };
        let scope = ctx.scope();
        let put = async move |tx: &mut store::Tx| store::tables::draft::put(tx, &waiting).await;
        self.installation.store.write(&scope, put).await.expect("the store answers");
    }

    /// Who looked into a conversation or its files, by the view log, first to last.
    pub async fn who_looked(&self, talk: &Talk) -> Vec<String> {
        let subject = format!("conversation:{}", talk.conversation);
        let scope = self.everything(&talk.account);
        let mut reader = self.installation.store.read(&scope);
        let looks = store::tables::view_log::of_subject(&mut reader, &subject).await;
        looks.expect("the store answers").into_iter().map(|(who, _)| who).collect()
    }

    async fn keeps(&self, held: &Owned, format: Format, content: &[u8]) -> AttachmentId {
        let node = &self.installation;
        let take = async |mut bytes: &[u8]| {
            attachments::take_in(node, &held.municipality, &mut bytes, u64::MAX)
                .await
                .expect("taken in")
        };
        let is_picture = format.handling() == Handling::Picture;
        let content = take(content).await;
        let thumbnail = if is_picture { Some(take(b"small").await) } else { None };
        let finding = Finding {
            format,
            content,
            thumbnail,
            size: is_picture.then_some((4, 3)),
            taken_at: None,
            trouble: None,
        };
        assert!(attachments::keep(node, held, &finding).await.expect("the store answers"));
        held.attachment.id
    }

    /// The resident of a talk sends a picture, and it came damaged at every try.
    pub async fn file_failed(&self, talk: &Talk) -> AttachmentId {
        let image = json!({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}});
        let mut held = self.file_under_way(talk, image).await;
        held.attachment.attempts = FETCH_ATTEMPTS;
        self.gives_up(&held, AttachmentTrouble::Damaged).await;
        held.attachment.id
    }

    /// A new file of this talk that is claimed. What others wait for meanwhile is lost.
    async fn file_under_way(&self, talk: &Talk, mut message: Value) -> Owned {
        let (wamid, number) = (self.new_wamid(), self.number(&talk.account).settings);
        message["id"] = json!(wamid);
        message["timestamp"] = json!(self.now().as_second().to_string());
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
