//! What happened to messages afterwards: reactions, edits, deletions, second contents under an id that was taken.

use domain::channels::ProviderId;
use domain::ids::{AuthorId, ChannelAccountId, EventId, RawEventId};
use domain::messages::Direction;
use jiff::Timestamp;

use super::message::{Message, provider};
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

const COLUMNS: Columns = columns!([
    id: Text, provider_id: Text, target_provider_id: Text, kind: Text, detail: Text, at: Int, author_id: Text,
    by_us: Bool,
]);

statements! {
    ADD = "INSERT INTO message_event (municipality_id, id, channel_account_id, provider_id, target_provider_id, \
           kind, detail, at, author_id, raw_event_id, by_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
           ON CONFLICT DO NOTHING" => [];
    /// Edits and deletions, the newest of them: a message with thousands of reactions still shows its last text.
    CHANGES_OF = "SELECT id, provider_id, target_provider_id, kind, detail, at, author_id, by_us FROM message_event \
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
    KNOWN = "SELECT id FROM message_event WHERE municipality_id = $1 AND channel_account_id = $2 AND provider_id = $3 \
             AND kind = $4" => [id: Text];
    /// What happened to a message under any of its ids: its own, and those of the parts that carry it. Of the reactions of
    /// one person to one of them the newest `$5`, so that however often somebody toggles, what holds now is read.
    OF_MESSAGE = "SELECT id, provider_id, target_provider_id, kind, detail, at, author_id, by_us FROM (\
                 SELECT e.id, e.provider_id, e.target_provider_id, e.kind, e.detail, e.at, e.author_id, e.by_us, \
                 row_number() OVER (PARTITION BY e.target_provider_id, e.kind, e.author_id, e.by_us \
                 ORDER BY e.at DESC, e.provider_id DESC) AS place FROM message_event e \
                 WHERE e.municipality_id = $1 AND e.channel_account_id = $2 \
                 AND e.target_provider_id IN (SELECT $3 UNION SELECT p.provider_id FROM outbox_part p \
                 WHERE p.municipality_id = $1 AND p.message_id = $4 AND p.purpose = 'message' \
                 AND p.provider_id IS NOT NULL)) AS told \
                 WHERE place <= CASE WHEN kind IN ('reaction', 'our_reaction') THEN $5 ELSE 100 END \
                 ORDER BY at DESC, provider_id DESC, kind DESC LIMIT 1000" => COLUMNS;
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
    /// Whether we did it, from here or elsewhere. Without an author and not by us, nobody knows who.
    pub by_us: bool,
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
        raw,
        e.by_us
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
        by_us: row.bool(7)?,
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

/// Whether an event is kept already.
///
/// # Errors
/// When the store does not answer.
pub async fn is_known(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    provider_id: &ProviderId,
    kind: &str,
) -> Result<bool, StoreError> {
    let municipality = from.scope().municipality().clone();
    Ok(from.opt(&KNOWN, vals![&municipality, account, provider_id, kind]).await?.is_some())
}

/// How many reactions of one person to one message are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reactions {
    /// Only the one that holds now.
    Newest,
    /// All that were kept, up to a hundred.
    Every,
}

/// What happened to a message, in the order of the platform's time; at most 1,000, the newest of them.
///
/// # Errors
/// When the store does not answer.
pub async fn of_message(
    from: &mut impl Reads,
    message: &Message,
    reactions: Reactions,
) -> Result<Vec<MessageEvent>, StoreError> {
    if message.direction == Direction::Note {
        return Ok(Vec::new());
    }
    let municipality = from.scope().municipality().clone();
    let own_id = message.provider_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let each: i64 = match reactions {
        Reactions::Newest => 1,
        Reactions::Every => 100,
    };
    let values = vals![&municipality, &message.channel_account, own_id, message.id, each];
    let rows = from.all(&OF_MESSAGE, values).await?;
    rows.iter().rev().map(event).collect()
}
