//! The files of a message that came in: written down with the message, fetched afterwards.

use domain::attachments::{AttachmentState, AttachmentTrouble, FILES_PER_MESSAGE, RemoteFile, Withheld};
use domain::ids::AttachmentId;
use domain::messages::{Extra, MessageKind};
use domain::time::plus_seconds;
use store::tables::attachment::{self, Attachment};
use store::tables::message::Message;
use store::{StoreError, Tx};

use super::read_event::Source;

/// Writes down which files belong to a message; they are fetched when this is on disk. One that the platform withholds is
/// lost from the start, and so is that of a message that must have one and comes with a trouble instead: the agent sees
/// that something was sent, and nobody asks for it.
pub(super) async fn expect(
    tx: &mut Tx,
    source: &Source<'_>,
    message: &Message,
    files: &[RemoteFile],
) -> Result<(), StoreError> {
    for (ordinal, file) in (0_u32..).zip(files.iter().take(FILES_PER_MESSAGE)) {
        let kept = file.kept_seconds.map(|seconds| plus_seconds(message.sent_at, i64::from(seconds)));
        let (state, reference) = match file.withheld {
            Some(_) => (AttachmentState::Lost, None),
            None => (AttachmentState::Waiting, Some(file.reference.clone())),
        };
        let told = Attachment {
            state,
            trouble: file.withheld.map(Withheld::trouble),
            reference,
            stated_type: file.stated_type.clone(),
            file_name: file.file_name.clone(),
            stated_sha256: file.sha256.clone(),
            expires_at: kept.filter(|_| file.withheld.is_none()),
            ..unknown(source, message, ordinal)
        };
        attachment::insert(tx, &told).await?;
    }
    if files.is_empty()
        && has_a_file(message.kind)
        && message.extras.iter().any(|one| matches!(one, Extra::Trouble(_)))
    {
        let lost = Attachment {
            state: AttachmentState::Lost,
            trouble: Some(AttachmentTrouble::NotPassedOn),
            ..unknown(source, message, 0)
        };
        attachment::insert(tx, &lost).await?;
    }
    Ok(())
}

/// Whether a message of this kind is a file.
const fn has_a_file(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::Image
            | MessageKind::Video
            | MessageKind::Audio
            | MessageKind::Voice
            | MessageKind::Document
            | MessageKind::Sticker
    )
}

/// A file of which nothing is known yet.
fn unknown(source: &Source<'_>, message: &Message, ordinal: u32) -> Attachment {
    Attachment {
        id: AttachmentId(source.installation.ids.next()),
        message: message.id,
        conversation: message.conversation,
        channel_account: message.channel_account.clone(),
        ordinal,
        state: AttachmentState::Waiting,
        trouble: None,
        reference: None,
        memory: serde_json::Value::Null,
        stated_type: None,
        file_name: None,
        stated_sha256: None,
        media_type: None,
        bytes: None,
        size: None,
        taken_at: None,
        blob: None,
        thumbnail: None,
        created_at: source.received_at,
        expires_at: None,
        fence: 0,
        attempts: 0,
    }
}
