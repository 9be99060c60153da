//! What happened to messages afterwards: reactions, edits, deletions, second contents under an id that was taken.

use domain::channels::ProviderId;
use domain::ids::{AuthorId, ChannelAccountId, EventId, RawEventId};
use jiff::Timestamp;

use super::message::provider;
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

const COLUMNS: Columns = columns!([
    id: Text, provider_id: Text, target_provider_id: Text, kind: Text, detail: Text, at: Int, author_id: Text,
]);

statements! {
    ADD = "INSERT INTO message_event (municipality_id, id, channel_account_id, provider_id, target_provider_id, \
           kind, detail, at, author_id, raw_event_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
           ON CONFLICT DO NOTHING" => [];
    /// Edits and deletions, the newest of them: a message with thousands of reactions still shows its last text.
    CHANGES_OF = "SELECT id, provider_id, target_provider_id, kind, detail, at, author_id FROM message_event \
                  WHERE municipality_id = $1 AND channel_account_id = $2 AND target_provider_id = $3 \
                  AND kind IN ('edit', 'deletion') ORDER BY at DESC, provider_id DESC, kind LIMIT 100" => COLUMNS;
    /// Messages of an author that this author changed, where the change does not show yet.
    CHANGED_BY = "SELECT DISTINCT m.provider_id FROM message_event e JOIN message m \
                  ON m.municipality_id = e.municipality_id AND m.channel_account_id = e.channel_account_id \
                  AND m.provider_id = e.target_provider_id WHERE e.municipality_id = $1 AND e.author_id = $2 \
                  AND e.channel_account_id = $3 AND m.author_id = $2 \
                  AND ((e.kind = 'edit' AND (m.edited_at IS NULL OR m.edited_at < e.at)) \
                  OR (e.kind = 'deletion' AND (m.deleted_at IS NULL OR m.deleted_at > e.at))) \
                  ORDER BY m.provider_id LIMIT 1000" => [provider_id: Text];
    OF_MESSAGE = "SELECT id, provider_id, target_provider_id, kind, detail, at, author_id FROM message_event \
                 WHERE municipality_id = $1 AND channel_account_id = $2 AND target_provider_id = $3 \
                 ORDER BY at, provider_id, kind LIMIT 200" => COLUMNS;
}

/// Something that happened to a message and is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageEvent {
    /// Its id.
    pub id: EventId,
    /// The platform's id of it.
    pub provider_id: ProviderId,
    /// The message that it happened to.
    pub target: ProviderId,
    /// `reaction`, `edit`, `deletion`, `second_content`.
    pub kind: String,
    /// The emoji, the new text.
    pub detail: Option<String>,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// Who did it.
    pub author: Option<AuthorId>,
}

/// Adds an event; `false` when it is known already.
///
/// # Errors
/// When the store does not answer.
pub async fn add(
    tx: &mut Tx,
    account: &ChannelAccountId,
    event: &MessageEvent,
    raw: RawEventId,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let e = event;
    let values = vals![
        &municipality,
        e.id,
        account,
        &e.provider_id,
        &e.target,
        &e.kind,
        e.detail.clone(),
        e.at,
        e.author,
        raw
    ];
    Ok(tx.exec(&ADD, values).await? > 0)
}

fn event(row: &Row) -> Result<MessageEvent, StoreError> {
    let missing = |column| row.odd(column, "is empty");
    Ok(MessageEvent {
        id: row.parse(0)?,
        provider_id: provider(row, 1)?.ok_or_else(|| missing(1))?,
        target: provider(row, 2)?.ok_or_else(|| missing(2))?,
        kind: row.text(3)?,
        detail: row.maybe_text(4)?,
        at: row.at(5)?,
        author: row.maybe_parse(6)?,
    })
}

/// The newest edits and deletions of a message, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn changes_of(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    target: &ProviderId,
) -> Result<Vec<MessageEvent>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&CHANGES_OF, vals![&municipality, account, target])
        .await?
        .iter()
        .map(event)
        .collect()
}

/// Messages of an author that this author changed, where the change does not show yet: it came when they seemed to be
/// two. At most 1,000.
///
/// # Errors
/// When the store does not answer.
pub async fn changed_by(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    author: AuthorId,
) -> Result<Vec<ProviderId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&CHANGED_BY, vals![&municipality, author, account]).await?;
    rows.iter().filter_map(|row| provider(row, 0).transpose()).collect()
}

/// What happened to a message, in the order of the platform's time.
///
/// # Errors
/// When the store does not answer.
pub async fn of_message(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    target: &ProviderId,
) -> Result<Vec<MessageEvent>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&OF_MESSAGE, vals![&municipality, account, target]).await?;
    rows.iter().map(event).collect()
}
