//! Parts as others want to see them.

use domain::ids::{ChannelAccountId, MessageId, PartId};
use domain::outbox::{PartState, Purpose};

use super::part::{COLUMNS, Part, part, selected};
use crate::StoreError;
use crate::door::{Reads, statements, vals};

statements! {
    BY_ID = (concat!("SELECT ", selected!(), " FROM outbox_part p WHERE p.municipality_id = $1 AND p.id = $2"))
        => COLUMNS;
    BY_PROVIDER = (concat!("SELECT ", selected!(), " FROM outbox_part p WHERE p.municipality_id = $1 \
                  AND p.channel_account_id = $2 AND p.provider_id = $3 ORDER BY p.id LIMIT 1"))
        => COLUMNS;
    OF_MESSAGE = (concat!("SELECT ", selected!(), " FROM outbox_part p WHERE p.municipality_id = $1 \
                 AND p.message_id = $2 AND p.purpose = 'message' ORDER BY p.ordinal, p.id LIMIT 1000"))
        => COLUMNS;
    /// Parts in one state whose conversation the scope sees, oldest first.
    OF_STATE = (concat!("SELECT ", selected!(), " FROM outbox_part p JOIN conversation c \
               ON c.municipality_id = p.municipality_id AND c.id = p.conversation_id WHERE ",
               super::super::conversation::in_scope!(), " AND p.state = $11 AND p.purpose <> 'seen' AND p.id > $12 ORDER BY p.id LIMIT $13"))
        => COLUMNS;
    /// Parts that wait for a person's decision and whose conversation the scope sees, oldest first. What failed is not
    /// listed any more when a later message of ours went out.
    UNDECIDED = (concat!("SELECT ", selected!(), " FROM outbox_part p JOIN conversation c \
               ON c.municipality_id = p.municipality_id AND c.id = p.conversation_id WHERE ",
               super::super::conversation::in_scope!(), " AND p.state <> 'cancelled' AND p.delivery IN ('unknown', 'failed') \
               AND p.purpose <> 'seen' AND p.id > $11 AND (p.delivery = 'unknown' OR NOT EXISTS (\
               SELECT 1 FROM message m JOIN message o ON o.municipality_id = m.municipality_id \
               AND o.conversation_id = m.conversation_id AND o.direction = 'out' \
               AND (o.sent_at, o.tie) > (m.sent_at, m.tie) \
               AND o.delivery IN ('accepted', 'sent', 'delivered', 'read', 'played') \
               WHERE m.municipality_id = p.municipality_id AND m.id = p.message_id)) ORDER BY p.id LIMIT $12"))
        => COLUMNS;
    /// The reactions of ours to a message, the newest last.
    LAST_OF_PURPOSE = (concat!("SELECT ", selected!(), " FROM outbox_part p WHERE p.municipality_id = $1 \
                      AND p.message_id = $2 AND p.purpose = $3 ORDER BY p.ordinal DESC, p.id DESC LIMIT 1")) => COLUMNS;
    BACKLOG = "SELECT state, count(*) AS number FROM outbox_part \
               WHERE state IN ('queued', 'claimed', 'in_flight', 'unknown') GROUP BY state ORDER BY state"
        => [state: Text, number: Int];
}

/// A part by its id. The caller checks that its conversation is in scope.
///
/// # Errors
/// When the store does not answer.
pub async fn by_id(from: &mut impl Reads, id: PartId) -> Result<Option<Part>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_ID, vals![&municipality, id]).await?.as_ref().map(part).transpose()
}

/// A part by the platform's id.
///
/// # Errors
/// When the store does not answer.
pub async fn by_provider(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    provider_id: &str,
) -> Result<Option<Part>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_PROVIDER, vals![&municipality, account, provider_id])
        .await?
        .as_ref()
        .map(part)
        .transpose()
}

/// The parts of a message in their order; one that was sent again stands behind the one that it repeats.
///
/// # Errors
/// When the store does not answer.
pub async fn of_message(from: &mut impl Reads, message: MessageId) -> Result<Vec<Part>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&OF_MESSAGE, vals![&municipality, message]).await?.iter().map(part).collect()
}

/// The newest part that concerns a message and is for this.
///
/// # Errors
/// When the store does not answer.
pub async fn last_of_purpose(
    from: &mut impl Reads,
    message: MessageId,
    purpose: Purpose,
) -> Result<Option<Part>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let found = from.opt(&LAST_OF_PURPOSE, vals![&municipality, message, purpose]).await?;
    found.as_ref().map(part).transpose()
}

/// Parts in one state that the scope sees, oldest first, after the part `after`.
///
/// # Errors
/// When the store does not answer.
pub async fn of_state(
    from: &mut impl Reads,
    state: PartState,
    after: Option<PartId>,
    limit: u32,
) -> Result<Vec<Part>, StoreError> {
    let mut values = super::super::conversation::scope_values(&from.scope().clone());
    values.extend(vals![state, after.map(|id| id.to_string()).unwrap_or_default(), limit]);
    from.all(&OF_STATE, values).await?.iter().map(part).collect()
}

/// Parts that wait for a person's decision and that the scope sees, oldest first, after the part `after`: those of which
/// nobody knows whether they arrived, and those that failed and that no later message of ours followed.
///
/// # Errors
/// When the store does not answer.
pub async fn undecided(
    from: &mut impl Reads,
    after: Option<PartId>,
    limit: u32,
) -> Result<Vec<Part>, StoreError> {
    let mut values = super::super::conversation::scope_values(&from.scope().clone());
    values.extend(vals![after.map(|id| id.to_string()).unwrap_or_default(), limit]);
    from.all(&UNDECIDED, values).await?.iter().map(part).collect()
}

/// How many parts are not done, by state; over all municipalities, for figures.
///
/// # Errors
/// When the store does not answer.
pub async fn backlog(from: &mut impl Reads) -> Result<Vec<(PartState, i64)>, StoreError> {
    from.all(&BACKLOG, vals![])
        .await?
        .iter()
        .map(|row| Ok((row.parse(0)?, row.int(1)?)))
        .collect()
}
