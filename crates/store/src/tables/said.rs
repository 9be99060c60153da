//! What the messages of one conversation say, and nothing else of them.

use domain::ids::{ConversationId, MessageId};
use jiff::Timestamp;

use super::message::Place;
use crate::StoreError;
use crate::door::{Reads, Row, statements, vals};

statements! {
    /// Resident order, from the end backwards.
    BEFORE = "SELECT m.id, m.sent_at, m.tie, CASE WHEN m.deleted_at IS NOT NULL THEN NULL \
              WHEN m.edited_at IS NOT NULL THEN m.edited_body ELSE m.body END AS body FROM message m \
              WHERE m.municipality_id = $1 AND m.conversation_id = $2 AND (m.sent_at, m.tie) < ($3, $4) \
              ORDER BY m.sent_at DESC, m.tie DESC LIMIT $5" => [id: Text, sent_at: Int, tie: Text, body: Text];
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The message.
    pub id: MessageId,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Orders messages of one moment.
    pub tie: String,
    /// What it says now; nothing once its author took it back.
    pub text: Option<String>,
}

/// The newest messages before a place, the newest first, at most `limit`. The caller has checked the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn before(
    from: &mut impl Reads,
    conversation: ConversationId,
    before: Option<Place>,
    limit: u32,
) -> Result<Vec<Text>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let (at, tie) = before.map_or((i64::MAX, String::new()), |(at, tie)| (domain::time::micros(at), tie));
    let read = |row: &Row| {
        Ok(Text {
            id: row.parse(0)?,
            sent_at: row.at(1)?,
            tie: row.text(2)?,
            text: row.maybe_text(3)?,
        })
    };
    let rows = from.all(&BEFORE, vals![&municipality, conversation, at, tie, limit]).await?;
    rows.iter().map(read).collect()
}
