//! Messages.

use domain::channels::ProviderId;
use domain::ids::{AuthorId, ChannelAccountId, ConversationId, MessageId, RawEventId, UserId};
use domain::messages::{DeliveryStatus, Direction, Extra, MessageKind};
use jiff::Timestamp;

use super::extras;
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

macro_rules! selected {
    () => {
        "m.id, m.conversation_id, m.direction, m.kind, m.platform_kind, m.body, m.provider_id, m.author_id, m.user_id, \
         m.sent_at, m.received_at, m.delivery, m.failure, m.reply_to, m.in_public, m.edited_body, m.edited_at, \
         m.deleted_at, m.raw_event_id, m.raw_item, m.content_hash, m.tie, m.channel_account_id, \
         COALESCE(u.name, au.display_name) AS writer_name, m.extras, m.arrival FROM message m \
         LEFT JOIN gehoor_user u ON u.municipality_id = m.municipality_id AND u.id = m.user_id \
         LEFT JOIN author au ON au.municipality_id = m.municipality_id AND au.id = m.author_id"
    };
}

/// What [`selected!`] gives.
const COLUMNS: Columns = columns!([
    id: Text, conversation_id: Text, direction: Text, kind: Text, platform_kind: Text, body: Text,
    provider_id: Text, author_id: Text, user_id: Text, sent_at: Int, received_at: Int, delivery: Text,
    failure: Text, reply_to: Text, in_public: Bool, edited_body: Text, edited_at: Int, deleted_at: Int,
    raw_event_id: Text, raw_item: Int, content_hash: Text, tie: Text, channel_account_id: Text,
    writer_name: Text, extras: Text, arrival: Int,
]);

statements! {
    INSERT = "INSERT INTO message (municipality_id, id, conversation_id, channel_account_id, direction, kind, \
              platform_kind, body, provider_id, author_id, user_id, sent_at, received_at, delivery, reply_to, \
              in_public, raw_event_id, raw_item, content_hash, tie, extras, arrival) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
              CASE WHEN $5 = 'in' THEN (SELECT c.arrivals FROM conversation c WHERE c.municipality_id = $1 AND c.id = $3) \
              END) \
              ON CONFLICT DO NOTHING" => [];
    BY_ID = (concat!("SELECT ", selected!(), " WHERE m.municipality_id = $1 AND m.id = $2")) => COLUMNS;
    BY_PROVIDER = (concat!("SELECT ", selected!(), " WHERE m.municipality_id = $1 AND m.channel_account_id = $2 \
                  AND m.provider_id = $3")) => COLUMNS;
    /// Resident order, from the end backwards.
    BEFORE = (concat!("SELECT ", selected!(), " WHERE m.municipality_id = $1 AND m.conversation_id = $2 \
             AND (m.sent_at, m.tie) < ($3, $4) ORDER BY m.sent_at DESC, m.tie DESC LIMIT $5")) => COLUMNS;
    /// Resident order.
    AFTER = (concat!("SELECT ", selected!(), " WHERE m.municipality_id = $1 AND m.conversation_id = $2 \
            AND (m.sent_at, m.tie) > ($3, $4) ORDER BY m.sent_at, m.tie LIMIT $5")) => COLUMNS;
    /// The last that we said, so that two colleagues do not answer at once without knowing.
    LAST_OUT = "SELECT id FROM message WHERE municipality_id = $1 AND conversation_id = $2 AND direction = 'out' \
                ORDER BY sent_at DESC, tie DESC LIMIT 1" => [id: Text];
    /// The last that the resident said and that the platform can be told of.
    LAST_IN = "SELECT id, provider_id FROM message WHERE municipality_id = $1 AND conversation_id = $2 \
               AND direction = 'in' AND provider_id IS NOT NULL ORDER BY sent_at DESC, tie DESC LIMIT 1"
        => [id: Text, provider_id: Text];
    /// Whether we answered at or after a moment, in another program.
    ANSWERED_ELSEWHERE = "SELECT id FROM message WHERE municipality_id = $1 AND conversation_id = $2 \
                          AND direction = 'out' AND raw_event_id IS NOT NULL AND sent_at >= $3 \
                          ORDER BY sent_at, tie LIMIT 1" => [id: Text];
    /// The resident's oldest message after a moment that we answered neither from here nor elsewhere; as
    /// `domain::messages::is_an_answer` says.
    UNANSWERED_AFTER = "SELECT sent_at FROM message WHERE municipality_id = $1 AND conversation_id = $2 \
                        AND direction = 'in' AND sent_at > $3 AND sent_at > COALESCE((SELECT max(e.sent_at) \
                        FROM message e WHERE e.municipality_id = $1 AND e.conversation_id = $2 \
                        AND e.direction = 'out' AND e.raw_event_id IS NOT NULL), -1) \
                        AND received_at > COALESCE((SELECT max(o.sent_at) \
                        FROM message o WHERE o.municipality_id = $1 AND o.conversation_id = $2 \
                        AND o.direction = 'out' AND o.raw_event_id IS NULL \
                        AND (COALESCE(o.delivery, '') NOT IN ('failed', 'unknown', 'cancelled') \
                        OR (o.delivery = 'unknown' AND o.failure = 'left_by_person'))), -1) \
                        ORDER BY sent_at, tie LIMIT 1" => [sent_at: Int];
    /// Of what came in after a number, the first in resident order; of very much, the first that came.
    FIRST_ARRIVED_AFTER = "SELECT a.id FROM (SELECT m.id, m.sent_at, m.tie FROM message m WHERE m.municipality_id = $1 \
                           AND m.conversation_id = $2 AND m.arrival > $3 ORDER BY m.arrival LIMIT 200) a \
                           ORDER BY a.sent_at, a.tie LIMIT 1" => [id: Text];
    /// When the resident first wrote.
    FIRST_IN = "SELECT sent_at FROM message WHERE municipality_id = $1 AND conversation_id = $2 AND direction = 'in' \
                ORDER BY sent_at, tie LIMIT 1" => [sent_at: Int];
    /// When a colleague last wrote, to the resident or a note.
    LAST_WORKED = "SELECT sent_at FROM message WHERE municipality_id = $1 AND conversation_id = $2 \
                   AND user_id IS NOT NULL ORDER BY sent_at DESC, tie DESC LIMIT 1" => [sent_at: Int];
    SET_PROVIDER = "UPDATE message SET provider_id = $3 WHERE municipality_id = $1 AND id = $2 \
                    AND provider_id IS NULL AND NOT EXISTS (SELECT 1 FROM message o WHERE o.municipality_id = $1 \
                    AND o.channel_account_id = message.channel_account_id AND o.provider_id = $3)" => [];
    SET_DELIVERY = "UPDATE message SET delivery = $3, failure = $4 WHERE municipality_id = $1 AND id = $2" => [];
    SET_EDITED = "UPDATE message SET edited_body = $3, edited_at = $4 WHERE municipality_id = $1 AND id = $2 \
                  AND (edited_at IS NULL OR edited_at <= $4)" => [];
    SET_DELETED = "UPDATE message SET deleted_at = $3 WHERE municipality_id = $1 AND id = $2 \
                   AND (deleted_at IS NULL OR deleted_at > $3)"
        => [];
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation that it stands in.
    pub conversation: ConversationId,
    /// The account that it came or goes through.
    pub channel_account: ChannelAccountId,
    /// Which way it went.
    pub direction: Direction,
    /// What kind it is.
    pub kind: MessageKind,
    /// The platform's word for the kind.
    pub platform_kind: Option<String>,
    /// Text or caption, as it was sent.
    pub text: Option<String>,
    /// What it holds besides text and files.
    pub extras: Vec<Extra>,
    /// The platform's id.
    pub provider_id: Option<ProviderId>,
    /// Who wrote it, outside.
    pub author: Option<AuthorId>,
    /// Who wrote it, here.
    pub user: Option<UserId>,
    /// The platform's time, clamped to receipt; ours for what we write.
    pub sent_at: Timestamp,
    /// When we had it.
    pub received_at: Timestamp,
    /// Its number among what came in from the other side of its conversation, in the order of arrival; given when it is
    /// stored. `None` for what we wrote.
    pub arrival: Option<i64>,
    /// How far it came, if it is ours.
    pub delivery: Option<DeliveryStatus>,
    /// Why it failed or is unknown.
    pub failure: Option<String>,
    /// The message that it quotes.
    pub reply_to: Option<ProviderId>,
    /// Whether everybody can see it.
    pub public: bool,
    /// The text that its author changed it to.
    pub edited_text: Option<String>,
    /// When its author changed it.
    pub edited_at: Option<Timestamp>,
    /// When its author deleted it.
    pub deleted_at: Option<Timestamp>,
    /// The raw event that it was read from, and which item of it.
    pub source: Option<(RawEventId, u32)>,
    /// A hash of what it says, to tell a redelivery from a second message under the same id.
    pub content_hash: Option<String>,
    /// Orders messages of one moment.
    pub tie: String,
    /// The name of who wrote it, as it is now.
    pub writer_name: Option<String>,
}

pub(super) fn provider(row: &Row, column: usize) -> Result<Option<ProviderId>, StoreError> {
    let id = row.maybe_text(column)?;
    id.map(|id| ProviderId::new(&id).map_err(|_| row.odd(column, "holds a value that is none of its kind")))
        .transpose()
}

fn message(row: &Row) -> Result<Message, StoreError> {
    let source = match (row.maybe_parse(18)?, row.maybe_int(19)?) {
        (Some(raw), Some(item)) => Some((raw, u32::try_from(item).unwrap_or_default())),
        _ => None,
    };
    Ok(Message {
        id: row.parse(0)?,
        conversation: row.parse(1)?,
        channel_account: row.parse(22)?,
        direction: row.parse(2)?,
        kind: row.parse(3)?,
        platform_kind: row.maybe_text(4)?,
        text: row.maybe_text(5)?,
        extras: extras::read(row.maybe_text(24)?.as_deref()),
        provider_id: provider(row, 6)?,
        author: row.maybe_parse(7)?,
        user: row.maybe_parse(8)?,
        sent_at: row.at(9)?,
        received_at: row.at(10)?,
        arrival: row.maybe_int(25)?,
        delivery: row.maybe_parse(11)?,
        failure: row.maybe_text(12)?,
        reply_to: provider(row, 13)?,
        public: row.bool(14)?,
        edited_text: row.maybe_text(15)?,
        edited_at: row.maybe_at(16)?,
        deleted_at: row.maybe_at(17)?,
        source,
        content_hash: row.maybe_text(20)?,
        tie: row.text(21)?,
        writer_name: row.maybe_text(23)?,
    })
}

/// Adds a message; `false` when the platform's id is known already on this account. What came in gets the number that its
/// conversation has come to: the conversation is saved first.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let m = message;
    let values = vals![
        &municipality,
        m.id,
        m.conversation,
        &m.channel_account,
        m.direction,
        m.kind,
        m.platform_kind.clone(),
        m.text.clone(),
        m.provider_id.clone(),
        m.author,
        m.user,
        m.sent_at,
        m.received_at,
        m.delivery.map(|delivery| delivery.to_string()),
        m.reply_to.clone(),
        m.public,
        m.source.map(|(raw, _)| raw),
        m.source.map(|(_, item)| i64::from(item)),
        m.content_hash.clone(),
        &m.tie,
        extras::write(&m.extras)?
    ];
    Ok(tx.exec(&INSERT, values).await? > 0)
}

/// A message by our id. The caller has checked that its conversation is in scope.
///
/// # Errors
/// When the store does not answer.
pub async fn by_id(from: &mut impl Reads, id: MessageId) -> Result<Option<Message>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_ID, vals![&municipality, id]).await?.as_ref().map(message).transpose()
}

/// A message by the platform's id.
///
/// # Errors
/// When the store does not answer.
pub async fn by_provider(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    id: &ProviderId,
) -> Result<Option<Message>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_PROVIDER, vals![&municipality, account, id])
        .await?
        .as_ref()
        .map(message)
        .transpose()
}

/// A place in resident order: moment and tie.
pub type Place = (Timestamp, String);

/// The newest messages before `before`, in resident order, at most `limit`. The caller has checked the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn before(
    from: &mut impl Reads,
    conversation: ConversationId,
    before: Option<Place>,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let (at, tie) = before.map_or((i64::MAX, String::new()), |(at, tie)| (domain::time::micros(at), tie));
    let rows = from.all(&BEFORE, vals![&municipality, conversation, at, tie, limit]).await?;
    let mut messages = rows.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    messages.reverse();
    Ok(messages)
}

/// Messages after `after`, in resident order, at most `limit`. The caller has checked the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn after(
    from: &mut impl Reads,
    conversation: ConversationId,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let (at, tie) = after.map_or((i64::MIN, String::new()), |(at, tie)| (domain::time::micros(at), tie));
    from.all(&AFTER, vals![&municipality, conversation, at, tie, limit])
        .await?
        .iter()
        .map(message)
        .collect()
}

/// The resident's newest message with its platform's id.
///
/// # Errors
/// When the store does not answer.
pub async fn last_in(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Option<(MessageId, ProviderId)>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let Some(row) = from.opt(&LAST_IN, vals![&municipality, conversation]).await? else {
        return Ok(None);
    };
    provider(&row, 1)?.map(|id| row.parse(0).map(|message| (message, id))).transpose()
}

/// The last message of ours in a conversation.
///
/// # Errors
/// When the store does not answer.
pub async fn last_out(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Option<MessageId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&LAST_OUT, vals![&municipality, conversation])
        .await?
        .map(|row| row.parse(0))
        .transpose()
}

/// Whether we answered in a conversation at or after `at`, in another program.
///
/// # Errors
/// When the store does not answer.
pub async fn answered_elsewhere(
    from: &mut impl Reads,
    conversation: ConversationId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = from.scope().municipality().clone();
    Ok(from.opt(&ANSWERED_ELSEWHERE, vals![&municipality, conversation, at]).await?.is_some())
}

/// When the resident wrote the oldest message after `at` that has no answer: it came in after we last answered from
/// here, and was sent after we last answered elsewhere. What did not come through is no answer.
///
/// # Errors
/// When the store does not answer.
pub async fn unanswered_after(
    from: &mut impl Reads,
    conversation: ConversationId,
    at: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&UNANSWERED_AFTER, vals![&municipality, conversation, at])
        .await?
        .map(|row| row.at(0))
        .transpose()
}

/// When the resident wrote the oldest message that has no answer. What did not come through is none.
///
/// # Errors
/// When the store does not answer.
pub async fn unanswered(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Option<Timestamp>, StoreError> {
    unanswered_after(from, conversation, Timestamp::UNIX_EPOCH).await
}

/// Of what came in after the number `arrivals`, the first in resident order. The caller has checked the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn first_arrived_after(
    from: &mut impl Reads,
    conversation: ConversationId,
    arrivals: i64,
) -> Result<Option<MessageId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&FIRST_ARRIVED_AFTER, vals![&municipality, conversation, arrivals])
        .await?
        .map(|row| row.parse(0))
        .transpose()
}

/// When the resident first wrote in a conversation.
///
/// # Errors
/// When the store does not answer.
pub async fn first_in(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Option<Timestamp>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&FIRST_IN, vals![&municipality, conversation])
        .await?
        .map(|row| row.at(0))
        .transpose()
}

/// When a colleague last wrote in a conversation, to the resident or a note.
///
/// # Errors
/// When the store does not answer.
pub async fn last_worked(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Option<Timestamp>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&LAST_WORKED, vals![&municipality, conversation])
        .await?
        .map(|row| row.at(0))
        .transpose()
}

/// The platform's id of a message of ours, by which it can be quoted; the first one stays, and a platform that gives the
/// same id twice names the first message only.
///
/// # Errors
/// When the store does not answer.
pub async fn set_provider(tx: &mut Tx, id: MessageId, provider_id: &ProviderId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_PROVIDER, vals![&municipality, id, provider_id]).await.map(|_| ())
}

/// Sets how far a message of ours came.
///
/// # Errors
/// When the store does not answer.
pub async fn set_delivery(
    tx: &mut Tx,
    id: MessageId,
    delivery: DeliveryStatus,
    failure: Option<&str>,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_DELIVERY, vals![&municipality, id, delivery, failure]).await.map(|_| ())
}

/// Shows the text that the author changed it to, unless a later change is known; what it was stays.
///
/// # Errors
/// When the store does not answer.
pub async fn set_edited(
    tx: &mut Tx,
    id: MessageId,
    text: Option<&str>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_EDITED, vals![&municipality, id, text, at]).await.map(|_| ())
}

/// Shows that the author deleted it; what it was stays.
///
/// # Errors
/// When the store does not answer.
pub async fn set_deleted(tx: &mut Tx, id: MessageId, at: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_DELETED, vals![&municipality, id, at]).await.map(|_| ())
}
