//! Files of messages: what is known of them, and where they stand. Their content is in [`super::blob`].

use domain::attachments::{AttachmentState, AttachmentTrouble};
use domain::ids::{AttachmentId, ChannelAccountId, ConversationId, MessageId};
use domain::messages::Coordinates;
use jiff::Timestamp;

use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

macro_rules! selected {
    () => {
        "a.municipality_id, a.id, a.message_id, a.conversation_id, a.channel_account_id, a.ordinal, a.state, \
         a.trouble, a.reference, a.memory, a.stated_type, a.file_name, a.stated_sha256, a.media_type, \
         a.bytes, a.width, a.height, a.latitude_e6, a.longitude_e6, a.blob_id, a.thumbnail_id, a.created_at, \
         a.expires_at, a.fence, a.attempts"
    };
}
pub(super) use selected;

/// What [`selected!`] gives.
pub(super) const COLUMNS: Columns = columns!([
    municipality_id: Text, id: Text, message_id: Text, conversation_id: Text, channel_account_id: Text, ordinal: Int,
    state: Text, trouble: Text, reference: Text, memory: Text, stated_type: Text, file_name: Text,
    stated_sha256: Text, media_type: Text, bytes: Int, width: Int, height: Int, latitude_e6: Int,
    longitude_e6: Int, blob_id: Text, thumbnail_id: Text, created_at: Int, expires_at: Int, fence: Int,
    attempts: Int,
]);

statements! {
    INSERT = "INSERT INTO attachment (municipality_id, id, message_id, conversation_id, channel_account_id, ordinal, \
              state, trouble, reference, memory, stated_type, file_name, stated_sha256, media_type, bytes, width, \
              height, latitude_e6, longitude_e6, blob_id, thumbnail_id, created_at, expires_at, due_at, fence, attempts) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
              $22, $23, 0, 0, 0) ON CONFLICT DO NOTHING" => [];
    FIND = (concat!("SELECT ", selected!(), " FROM attachment a WHERE a.municipality_id = $1 AND a.id = $2")) => COLUMNS;
    /// Those of a stretch of a conversation, both ends included.
    OF_STRETCH = (concat!("SELECT ", selected!(), " FROM message m JOIN attachment a \
                 ON a.municipality_id = m.municipality_id AND a.message_id = m.id WHERE m.municipality_id = $1 \
                 AND m.conversation_id = $2 AND (m.sent_at, m.tie) >= ($3, $4) AND (m.sent_at, m.tie) <= ($5, $6) \
                 ORDER BY a.message_id, a.ordinal LIMIT 5000")) => COLUMNS;
    OF_MESSAGE = (concat!("SELECT ", selected!(), " FROM attachment a WHERE a.municipality_id = $1 AND a.message_id = $2 \
                 ORDER BY a.ordinal LIMIT 100")) => COLUMNS;
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The message that it belongs to.
    pub message: MessageId,
    /// The conversation that the message stands in.
    pub conversation: ConversationId,
    /// The account that it came or goes through.
    pub channel_account: ChannelAccountId,
    /// Its place within the message, from 0.
    pub ordinal: u32,
    /// Where it stands.
    pub state: AttachmentState,
    /// Why it is not here.
    pub trouble: Option<AttachmentTrouble>,
    /// What the connector needs to fetch it; `None` for a file of ours.
    pub reference: Option<serde_json::Value>,
    /// What earlier steps of fetching it left to remember.
    pub memory: serde_json::Value,
    /// The type that the platform stated; not believed.
    pub stated_type: Option<String>,
    /// The name, made safe.
    pub file_name: Option<String>,
    /// The platform's hash of the content, as 64 hexadecimal digits.
    pub stated_sha256: Option<String>,
    /// The type that its content has.
    pub media_type: Option<String>,
    /// Its size in bytes.
    pub bytes: Option<u64>,
    /// Width and height in pixels, of an image.
    pub size: Option<(u32, u32)>,
    /// Where it was taken, as an image said of itself.
    pub taken_at: Option<Coordinates>,
    /// Its content, in the blobs.
    pub blob: Option<uuid::Uuid>,
    /// A small picture of it, in the blobs.
    pub thumbnail: Option<uuid::Uuid>,
    /// When we heard of it.
    pub created_at: Timestamp,
    /// Until when the platform keeps it.
    pub expires_at: Option<Timestamp>,
    /// The number under which it was claimed.
    pub fence: i64,
    /// How often it was asked for.
    pub attempts: u32,
}

pub(super) fn attachment(row: &Row) -> Result<Attachment, StoreError> {
    let small =
        |column| Ok::<_, StoreError>(row.maybe_int(column)?.and_then(|number| u32::try_from(number).ok()));
    let degrees =
        |column| Ok::<_, StoreError>(row.maybe_int(column)?.and_then(|number| i32::try_from(number).ok()));
    let taken_at = degrees(17)?.zip(degrees(18)?);
    Ok(Attachment {
        id: row.parse(1)?,
        message: row.parse(2)?,
        conversation: row.parse(3)?,
        channel_account: row.parse(4)?,
        ordinal: small(5)?.unwrap_or_default(),
        state: row.parse(6)?,
        trouble: row.maybe_parse(7)?,
        reference: row.maybe_text(8)?.map(|_| row.json(8)).transpose()?,
        memory: row.json(9)?,
        stated_type: row.maybe_text(10)?,
        file_name: row.maybe_text(11)?,
        stated_sha256: row.maybe_text(12)?,
        media_type: row.maybe_text(13)?,
        bytes: row.maybe_int(14)?.and_then(|bytes| u64::try_from(bytes).ok()),
        size: small(15)?.zip(small(16)?),
        taken_at: taken_at.map(|(latitude_e6, longitude_e6)| Coordinates { latitude_e6, longitude_e6 }),
        blob: row.maybe_parse(19)?,
        thumbnail: row.maybe_parse(20)?,
        created_at: row.at(21)?,
        expires_at: row.maybe_at(22)?,
        fence: row.int(23)?,
        attempts: small(24)?.unwrap_or_default(),
    })
}

/// Writes a file down; `false` when its place in the message is taken.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx, new: &Attachment) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let reference = new.reference.as_ref().map(ToString::to_string);
    let (width, height) = new.size.unzip();
    let (latitude, longitude) = new.taken_at.map(|at| (at.latitude_e6, at.longitude_e6)).unzip();
    let values = vals![
        &municipality,
        new.id,
        new.message,
        new.conversation,
        &new.channel_account,
        new.ordinal,
        new.state.as_str(),
        new.trouble.map(AttachmentTrouble::as_str),
        reference,
        new.memory.to_string(),
        new.stated_type.as_deref(),
        new.file_name.as_deref(),
        new.stated_sha256.as_deref(),
        new.media_type.as_deref(),
        new.bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        width.map(i64::from),
        height.map(i64::from),
        latitude.map(i64::from),
        longitude.map(i64::from),
        new.blob.map(|id| id.to_string()),
        new.thumbnail.map(|id| id.to_string()),
        new.created_at,
        new.expires_at
    ];
    Ok(tx.exec(&INSERT, values).await? > 0)
}

/// A file by its id. The caller checks that its conversation is in scope.
///
/// # Errors
/// When the store does not answer.
pub async fn find(from: &mut impl Reads, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&FIND, vals![&municipality, id]).await?.as_ref().map(attachment).transpose()
}

/// The files of a message, in their order.
///
/// # Errors
/// When the store does not answer.
pub async fn of_message(from: &mut impl Reads, message: MessageId) -> Result<Vec<Attachment>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&OF_MESSAGE, vals![&municipality, message])
        .await?
        .iter()
        .map(attachment)
        .collect()
}

/// The files of a conversation's messages from one place in resident order to another, both included.
///
/// # Errors
/// When the store does not answer.
pub async fn of_stretch(
    from: &mut impl Reads,
    conversation: ConversationId,
    first: (Timestamp, &str),
    last: (Timestamp, &str),
) -> Result<Vec<Attachment>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let values = vals![&municipality, conversation, first.0, first.1, last.0, last.1];
    from.all(&OF_STRETCH, values).await?.iter().map(attachment).collect()
}
