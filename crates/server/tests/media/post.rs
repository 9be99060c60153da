//! A street on which files are sent, and what is seen of them.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::access::Scope;
use domain::attachments::{AttachmentState, AttachmentTrouble};
use drivers::Media;
use drivers::egress::PourLimits;
use drivers::media::{Judge, MediaOptions};
use simulation::platforms::{Act, Deed, FileKind, Inbound, SentFile};
use simulation::world::{Talk, World};
use store::tables::blob::Blobs;
use usecases::attachments::{self, Owned};
use usecases::conversations::Attachment;

use crate::street::{Street, egress};

/// The account that files are sent to.
pub const ACCOUNT: &str = "wa-main";

pub struct Post {
    pub street: Street,
    pub media: Media,
    pub options: MediaOptions,
    _spool: tempfile::TempDir,
}

impl Post {
    pub async fn open(world: World) -> Self {
        let spool = tempfile::tempdir().unwrap();
        let options = options(spool.path().to_owned());
        let street = Street::open(world).await;
        let media = Media::new(street.world.installation.clone(), egress(), options.clone());
        Self { street, media, options, _spool: spool }
    }

    /// The same post office, run otherwise.
    pub fn media_with(&self, change: impl FnOnce(&mut MediaOptions)) -> Media {
        let mut options = self.options.clone();
        change(&mut options);
        Media::new(self.street.world.installation.clone(), egress(), options)
    }

    /// A resident sends files, each a message; it is read when this returns.
    pub async fn sends(&self, files: Vec<SentFile>) -> Talk {
        let number = self.street.world.number(ACCOUNT).settings.phone_number_id;
        let acts = files.into_iter().map(|file| Act::from(Deed::File(file))).collect();
        let inbound = Inbound {
            from: "31612345678".into(),
            name: "Yusuf".into(),
            acts,
            ..Inbound::default()
        };
        let wamids = self.street.platforms.whatsapp().inbound(&number, &inbound).expect("sent");
        for wamid in &wamids {
            self.street
                .until("the message is in a conversation", async || {
                    self.street.world.conversation_of(ACCOUNT, wamid).await.is_some()
                })
                .await;
        }
        let wamid = wamids.last().unwrap().clone();
        let conversation = self.street.world.conversation_of(ACCOUNT, &wamid).await.unwrap();
        Talk {
            conversation,
            account: ACCOUNT.into(),
            phone: "31612345678".into(),
            wamid,
        }
    }

    /// The files of a conversation, oldest first.
    pub async fn files(&self, talk: &Talk) -> Vec<Attachment> {
        let messages = self.street.world.agent("Noor").await.reads(talk).await;
        messages.into_iter().flat_map(|view| view.attachments).collect()
    }

    /// The file of the message that was sent last.
    pub async fn file(&self, talk: &Talk) -> Attachment {
        let messages = self.street.world.agent("Noor").await.reads(talk).await;
        let sent = messages
            .into_iter()
            .find(|view| view.message.provider_id.as_ref().is_some_and(|id| id.as_str() == talk.wamid));
        sent.unwrap().attachments.remove(0)
    }

    /// Where that file stands.
    pub async fn stands(&self, talk: &Talk) -> (AttachmentState, Option<AttachmentTrouble>) {
        let file = self.file(talk).await;
        (file.state, file.trouble)
    }

    /// Fetches what is due, until it holds: a retry has its own time, by the database's clock.
    pub async fn until(&self, media: &Media, what: &str, holds: impl AsyncFn() -> bool) {
        self.street
            .until(what, async || {
                media.fetch_once().await.expect("the store answers");
                holds().await
            })
            .await;
    }

    /// Fetches until the file of the message that was sent last is kept, and returns it.
    pub async fn until_kept(&self, talk: &Talk) -> Attachment {
        self.until(&self.media, "the file is kept", async || {
            self.stands(talk).await.0 == AttachmentState::Kept
        })
        .await;
        self.file(talk).await
    }

    /// Claims what is due, as soon as something is.
    pub async fn until_claimed(&self) -> Vec<Owned> {
        let claimed = std::cell::RefCell::new(Vec::new());
        self.street
            .until("a file is due", async || {
                let due = attachments::claim_attachments(&self.street.world.installation, 8).await;
                claimed.borrow_mut().extend(due.expect("the store answers"));
                !claimed.borrow().is_empty()
            })
            .await;
        claimed.into_inner()
    }

    /// The words of the alarms of the municipality.
    pub async fn alarms(&self) -> Vec<String> {
        let scope = Scope::whole("zwanendam".parse().unwrap());
        let world = &self.street.world;
        let mut reader = world.installation.store.read(&scope);
        let alarms = store::tables::health::alarms(&mut reader, world.now(), None).await.unwrap();
        alarms.into_iter().map(|alarm| alarm.event.word).collect()
    }

    /// The bytes that are kept of a file, and of its small picture.
    pub async fn content(&self, file: &Attachment) -> (Vec<u8>, Option<Vec<u8>>) {
        let scope = Scope::whole("zwanendam".parse().unwrap());
        let store = &self.street.world.installation.store;
        let blobs = Blobs::of(store, &scope);
        let content = blobs.get(file.blob.unwrap()).await.unwrap().unwrap();
        match file.thumbnail {
            Some(id) => (content, blobs.get(id).await.unwrap()),
            None => (content, None),
        }
    }
}

fn options(spool: PathBuf) -> MediaOptions {
    let judge = Judge::new(env!("CARGO_BIN_EXE_gehoor").into(), vec!["media-worker".into()]);
    let limits = PourLimits {
        total: Duration::from_secs(20),
        bytes_per_window: 1,
        window: Duration::from_secs(2),
        bytes_max: domain::attachments::FILE_BYTES_MAX,
    };
    MediaOptions {
        reserve: 0,
        limits,
        ..MediaOptions::usual(spool, judge, None)
    }
}

/// A file of a kind with these bytes.
pub fn bytes(kind: FileKind, mime_type: &str, bytes: &[u8]) -> SentFile {
    SentFile {
        base64: Some(STANDARD.encode(bytes)),
        mime_type: Some(mime_type.into()),
        ..SentFile::of(kind)
    }
}

/// A document with a name.
pub fn document(name: &str, content: &[u8]) -> SentFile {
    SentFile {
        filename: Some(name.into()),
        ..bytes(FileKind::Document, "application/pdf", content)
    }
}
