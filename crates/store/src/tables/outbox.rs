//! The outbox: parts on their way out, claimed by lease and fence, by the database's clock (RELIABILITY 2.6).

use domain::channels::Step;
use domain::ids::{ChannelAccountId, ConversationId, MessageId, MunicipalityId, PartId};
use domain::messages::DeliveryStatus;
use domain::outbox::{PartState, Purpose};
use jiff::Timestamp;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

macro_rules! selected {
    () => {
        "p.municipality_id, p.id, p.message_id, p.conversation_id, p.channel_account_id, p.ordinal, p.state, p.steps, \
         p.step, p.memory, p.attempts, p.fence, p.provider_id, p.delivery, p.failure, p.in_flight_at, p.ended_at, \
         p.resends, p.purpose, p.expires_at"
    };
}

/// What [`selected!`] gives.
const COLUMNS: Columns = columns!([
    municipality_id: Text, id: Text, message_id: Text, conversation_id: Text, channel_account_id: Text, ordinal: Int,
    state: Text, steps: Text, step: Int, memory: Text, attempts: Int, fence: Int, provider_id: Text,
    delivery: Text, failure: Text, in_flight_at: Int, ended_at: Int, resends: Text, purpose: Text,
    expires_at: Int,
]);

/// What may be claimed: due, its account not on hold, and nothing of its conversation before it that is still to go.
/// Within its own message, an unknown or failed part holds it back as well. Of an account, three at once are under way
/// at the most: a dead token is then offered three times and not five hundred (C9), and a slow platform leaves the
/// others their turns. What is no piece of a message waits for none, except that reactions to one message keep their
/// order. Only the first hundred are looked at, so that a long queue costs no more than a short one.
macro_rules! claimable {
    ($now:expr) => {
        concat!(
            "SELECT q.municipality_id, q.id FROM (SELECT d.municipality_id, d.id, d.due_at, d.message_id, d.ordinal, \
             row_number() OVER (PARTITION BY d.municipality_id, d.channel_account_id \
             ORDER BY d.due_at, d.message_id, d.ordinal) + (SELECT count(*) FROM outbox_part u \
             WHERE u.municipality_id = d.municipality_id AND u.channel_account_id = d.channel_account_id \
             AND u.state IN ('claimed', 'in_flight')) AS turn FROM (\
             SELECT p.municipality_id, p.id, p.channel_account_id, p.due_at, p.message_id, p.ordinal \
             FROM outbox_part p WHERE p.state = 'queued' AND p.due_at <= ",
            $now,
            " AND (p.municipality_id, p.channel_account_id) NOT IN (SELECT b.municipality_id, b.channel_account_id \
             FROM outbox_part b WHERE b.state IN ('claimed', 'in_flight') \
             GROUP BY b.municipality_id, b.channel_account_id HAVING count(*) >= 3) \
             AND NOT EXISTS (SELECT 1 FROM account_hold h WHERE h.municipality_id = p.municipality_id \
             AND h.channel_account_id = p.channel_account_id AND h.until_at > ",
            $now,
            ") AND NOT EXISTS (SELECT 1 FROM outbox_part e WHERE e.municipality_id = p.municipality_id \
             AND e.conversation_id = p.conversation_id AND e.purpose = p.purpose AND p.purpose <> 'seen' \
             AND (p.purpose = 'message' OR (e.message_id = p.message_id AND e.state NOT IN ('unknown', 'failed'))) \
             AND (e.message_id, e.ordinal) < (p.message_id, p.ordinal) \
             AND (e.state IN ('claimed', 'in_flight') OR (e.state = 'queued' AND (e.message_id = p.message_id \
             OR NOT EXISTS (SELECT 1 FROM outbox_part f WHERE f.municipality_id = e.municipality_id \
             AND f.conversation_id = e.conversation_id AND f.message_id = e.message_id AND f.ordinal < e.ordinal \
             AND f.state IN ('unknown', 'failed')))) \
             OR (e.state IN ('unknown', 'failed') AND e.message_id = p.message_id))) \
             ORDER BY p.due_at, p.message_id, p.ordinal LIMIT 100) d) q \
             WHERE q.turn <= 3 ORDER BY q.due_at, q.message_id, q.ordinal LIMIT $1"
        )
    };
}

statements! {
    INSERT = "INSERT INTO outbox_part (municipality_id, id, message_id, conversation_id, channel_account_id, ordinal, \
              state, steps, step, memory, attempts, due_at, fence, delivery, resends, purpose, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, 0, 'null', 0, 0, 0, 'queued', $8, $9, $10)" => [];
    CLAIM = {
        sqlite: concat!("UPDATE outbox_part AS p SET state = 'claimed', fence = fence + 1, attempts = attempts + 1, \
                         lease_until = ", now_sqlite!(), " + $2 WHERE (municipality_id, id) IN (",
                        claimable!(now_sqlite!()), ") RETURNING municipality_id, id, message_id, conversation_id, \
                         channel_account_id, ordinal, state, steps, step, memory, attempts, fence, provider_id, \
                         delivery, failure, in_flight_at, ended_at, resends, purpose, \
                         expires_at"),
        postgres: concat!("UPDATE outbox_part AS p SET state = 'claimed', fence = fence + 1, attempts = attempts + 1, \
                           lease_until = ", now_postgres!(), " + $2 WHERE (municipality_id, id) IN (\
                           SELECT o.municipality_id, o.id FROM outbox_part o WHERE o.state = 'queued' \
                           AND (o.municipality_id, o.id) IN (",
                          claimable!(now_postgres!()), ") FOR UPDATE OF o SKIP LOCKED) RETURNING municipality_id, id, \
                           message_id, conversation_id, channel_account_id, ordinal, state, steps, step, memory, \
                           attempts, fence, provider_id, delivery, failure, in_flight_at, ended_at, resends, purpose, \
                         expires_at"),
    } => COLUMNS;
    /// Whose lease has ended, or ends within `$1` microseconds.
    EXPIRED = {
        sqlite: concat!("SELECT ", selected!(), " FROM outbox_part p WHERE p.state IN ('claimed', 'in_flight') \
                         AND p.lease_until < ", now_sqlite!(), " + $1 ORDER BY p.lease_until, p.id LIMIT 500"),
        postgres: concat!("SELECT ", selected!(), " FROM outbox_part p WHERE p.state IN ('claimed', 'in_flight') \
                           AND p.lease_until < ", now_postgres!(), " + $1 ORDER BY p.lease_until, p.id LIMIT 500"),
    } => COLUMNS;
    /// The step that must be on disk before the first byte leaves. Only the holder of a live lease gets it, and only
    /// while its account need not wait.
    ENTER_FLIGHT = {
        sqlite: concat!("UPDATE outbox_part SET state = 'in_flight', in_flight_at = ", now_sqlite!(), ", \
                         lease_until = ", now_sqlite!(), " + $4, delivery = 'in_flight' WHERE municipality_id = $1 \
                         AND id = $2 AND fence = $3 AND state = 'claimed' AND lease_until > ", now_sqlite!(), " \
                           AND NOT EXISTS (SELECT 1 FROM account_hold h \
                           WHERE h.municipality_id = outbox_part.municipality_id \
                           AND h.channel_account_id = outbox_part.channel_account_id \
                           AND h.until_at > ", now_sqlite!(), ")"),
        postgres: concat!("UPDATE outbox_part SET state = 'in_flight', in_flight_at = ", now_postgres!(), ", \
                           lease_until = ", now_postgres!(), " + $4, delivery = 'in_flight' WHERE municipality_id = $1 \
                           AND id = $2 AND fence = $3 AND state = 'claimed' AND lease_until > ", now_postgres!(), " \
                           AND NOT EXISTS (SELECT 1 FROM account_hold h \
                           WHERE h.municipality_id = outbox_part.municipality_id \
                           AND h.channel_account_id = outbox_part.channel_account_id \
                           AND h.until_at > ", now_postgres!(), ")"),
    } => [];
    NEXT_STEP = "UPDATE outbox_part SET state = 'queued', step = step + 1, memory = $4, attempts = 0, due_at = 0, \
                 lease_until = NULL, delivery = 'queued' \
                 WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'in_flight'" => [];
    RESTART = "UPDATE outbox_part SET state = 'queued', step = 0, memory = $4, attempts = 0, due_at = 0, \
               lease_until = NULL, delivery = 'queued', failure = $5 \
               WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'in_flight'" => [];
    AGAIN = {
        sqlite: concat!("UPDATE outbox_part SET state = 'queued', due_at = ", now_sqlite!(), " + $4, \
                         lease_until = NULL, delivery = 'queued', failure = $5 WHERE municipality_id = $1 AND id = $2 \
                         AND fence = $3 AND state = $6"),
        postgres: concat!("UPDATE outbox_part SET state = 'queued', due_at = ", now_postgres!(), " + $4, \
                           lease_until = NULL, delivery = 'queued', failure = $5 WHERE municipality_id = $1 AND id = $2 \
                           AND fence = $3 AND state = $6"),
    } => [];
    END = {
        sqlite: concat!("UPDATE outbox_part SET state = $4, delivery = $5, provider_id = COALESCE($6, provider_id), \
                         failure = $7, lease_until = NULL, ended_at = ", now_sqlite!(), " WHERE municipality_id = $1 \
                         AND id = $2 AND fence = $3 AND state IN ('claimed', 'in_flight', 'unknown', 'failed')"),
        postgres: concat!("UPDATE outbox_part SET state = $4, delivery = $5, provider_id = COALESCE($6, provider_id), \
                           failure = $7, lease_until = NULL, ended_at = ", now_postgres!(), " WHERE municipality_id = $1 \
                           AND id = $2 AND fence = $3 AND state IN ('claimed', 'in_flight', 'unknown', 'failed')"),
    } => [];
    /// A person's decision. Who decided on what is known otherwise by now changes nothing.
    DECIDE = {
        sqlite: concat!("UPDATE outbox_part SET state = 'cancelled', failure = $4, lease_until = NULL, ended_at = ",
                        now_sqlite!(), " WHERE municipality_id = $1 AND id = $2 AND fence = $3 \
                         AND state <> 'cancelled' AND delivery IN ('unknown', 'failed')"),
        postgres: concat!("UPDATE outbox_part SET state = 'cancelled', failure = $4, lease_until = NULL, ended_at = ",
                          now_postgres!(), " WHERE municipality_id = $1 AND id = $2 AND fence = $3 \
                           AND state <> 'cancelled' AND delivery IN ('unknown', 'failed')"),
    } => [];
    SET_DELIVERY = "UPDATE outbox_part SET delivery = $3, failure = $4 WHERE municipality_id = $1 AND id = $2" => [];
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
               super::conversation::in_scope!(), " AND p.state = $11 AND p.purpose <> 'seen' AND p.id > $12 ORDER BY p.id LIMIT $13"))
        => COLUMNS;
    /// Parts that wait for a person's decision and whose conversation the scope sees, oldest first. What failed is not
    /// listed any more when a later message of ours went out.
    UNDECIDED = (concat!("SELECT ", selected!(), " FROM outbox_part p JOIN conversation c \
               ON c.municipality_id = p.municipality_id AND c.id = p.conversation_id WHERE ",
               super::conversation::in_scope!(), " AND p.state <> 'cancelled' AND p.delivery IN ('unknown', 'failed') \
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

/// A part of a message on its way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Its id, which platforms hand back where they can.
    pub id: PartId,
    /// The message that it belongs to.
    pub message: MessageId,
    /// The conversation that the message stands in.
    pub conversation: ConversationId,
    /// The account that it goes through.
    pub channel_account: ChannelAccountId,
    /// Its place within the message, from 0.
    pub ordinal: u32,
    /// Where it stands.
    pub state: PartState,
    /// All its steps.
    pub steps: Vec<Step>,
    /// The step that is next, from 0.
    pub step: usize,
    /// What earlier steps left to remember.
    pub memory: serde_json::Value,
    /// How often the present step was tried.
    pub attempts: u32,
    /// The number under which it was claimed.
    pub fence: i64,
    /// The platform's id.
    pub provider_id: Option<String>,
    /// How far it came.
    pub delivery: DeliveryStatus,
    /// Why it failed, waits or is unknown.
    pub failure: Option<String>,
    /// When its request left, by the database's clock.
    pub in_flight_at: Option<Timestamp>,
    /// When the outbox was done with it.
    pub ended_at: Option<Timestamp>,
    /// The part that a person had sent again by this one.
    pub resends: Option<PartId>,
    /// What it is for.
    pub purpose: Purpose,
    /// When it is of no use any more.
    pub expires_at: Option<Timestamp>,
}

impl Part {
    /// The step that is next; `None` only if the database was changed from outside.
    #[must_use]
    pub fn next_step(&self) -> Option<&Step> {
        self.steps.get(self.step)
    }
}

fn part(row: &Row) -> Result<Part, StoreError> {
    let small = |column| Ok::<_, StoreError>(u32::try_from(row.int(column)?).unwrap_or(u32::MAX));
    Ok(Part {
        municipality: row.parse(0)?,
        id: row.parse(1)?,
        message: row.parse(2)?,
        conversation: row.parse(3)?,
        channel_account: row.parse(4)?,
        ordinal: small(5)?,
        state: row.parse(6)?,
        steps: row.json(7)?,
        step: usize::try_from(row.int(8)?).unwrap_or(usize::MAX),
        memory: row.json(9)?,
        attempts: small(10)?,
        fence: row.int(11)?,
        provider_id: row.maybe_text(12)?,
        delivery: row.parse(13)?,
        failure: row.maybe_text(14)?,
        in_flight_at: row.maybe_at(15)?,
        ended_at: row.maybe_at(16)?,
        resends: row.maybe_parse(17)?,
        purpose: row.parse(18)?,
        expires_at: row.maybe_at(19)?,
    })
}

/// A part that is to go.
#[derive(Debug, Clone)]
pub struct NewPart {
    /// Its id.
    pub id: PartId,
    /// The message.
    pub message: MessageId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The account.
    pub channel_account: ChannelAccountId,
    /// Its place within the message.
    pub ordinal: u32,
    /// Its steps.
    pub steps: Vec<Step>,
    /// The part that it repeats, by a person's decision.
    pub resends: Option<PartId>,
    /// What it is for.
    pub purpose: Purpose,
    /// When it is of no use any more.
    pub expires_at: Option<Timestamp>,
}

/// Queues a part.
///
/// # Errors
/// When the store does not answer.
pub async fn queue(tx: &mut Tx, new: &NewPart) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let steps = serde_json::to_string(&new.steps).map_err(|_| StoreError::wrong("writing a part's steps"))?;
    let values = vals![
        &municipality,
        new.id,
        new.message,
        new.conversation,
        &new.channel_account,
        new.ordinal,
        steps,
        new.resends,
        new.purpose,
        new.expires_at
    ];
    tx.exec(&INSERT, values).await.map(|_| ())
}

/// Claims up to `limit` parts for `lease_seconds`, over all municipalities. For the sender only.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(tx: &mut Tx, limit: u32, lease_seconds: u32) -> Result<Vec<Part>, StoreError> {
    let lease = i64::from(lease_seconds) * 1_000_000;
    let mut parts = tx
        .all(&CLAIM, vals![limit, lease])
        .await?
        .iter()
        .map(part)
        .collect::<Result<Vec<_>, _>>()?;
    parts.sort_by_key(|part| (part.message, part.ordinal));
    Ok(parts)
}

/// Parts whose holder is gone: its lease has ended, or ends within `within_seconds`. For the sender only.
///
/// # Errors
/// When the store does not answer.
pub async fn expired(tx: &mut Tx, within_seconds: u32) -> Result<Vec<Part>, StoreError> {
    let within = i64::from(within_seconds) * 1_000_000;
    tx.all(&EXPIRED, vals![within]).await?.iter().map(part).collect()
}

/// Marks a part as in flight; `false` when the lease is gone or the account has to wait: then nothing may be sent.
///
/// # Errors
/// When the store does not answer: then nothing may be sent either.
pub async fn enter_flight(tx: &mut Tx, part: &Part, lease_seconds: u32) -> Result<bool, StoreError> {
    let lease = i64::from(lease_seconds) * 1_000_000;
    Ok(tx.exec(&ENTER_FLIGHT, vals![&part.municipality, part.id, part.fence, lease]).await? > 0)
}

/// The step is done; the next one may begin.
///
/// # Errors
/// When the store does not answer.
pub async fn next_step(tx: &mut Tx, part: &Part, memory: &serde_json::Value) -> Result<bool, StoreError> {
    let values = vals![&part.municipality, part.id, part.fence, memory.to_string()];
    Ok(tx.exec(&NEXT_STEP, values).await? > 0)
}

/// What an earlier step left is not there any more, and nothing was sent: the part begins again with its first step.
///
/// # Errors
/// When the store does not answer.
pub async fn restart(
    tx: &mut Tx,
    part: &Part,
    memory: &serde_json::Value,
    reason: &str,
) -> Result<bool, StoreError> {
    let values = vals![&part.municipality, part.id, part.fence, memory.to_string(), reason];
    Ok(tx.exec(&RESTART, values).await? > 0)
}

/// Certainly not sent: again in `seconds`. `from` is the state that this was decided on; in any other, nothing happens:
/// what was only claimed then may be on its way by now.
///
/// # Errors
/// When the store does not answer.
pub async fn again(
    tx: &mut Tx,
    part: &Part,
    from: PartState,
    seconds: u64,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let wait = i64::try_from(seconds).unwrap_or(i64::MAX / 2_000_000).saturating_mul(1_000_000);
    Ok(tx
        .exec(&AGAIN, vals![&part.municipality, part.id, part.fence, wait, reason, from])
        .await?
        > 0)
}

/// The outbox is done with a part; `false` when somebody else was first.
///
/// # Errors
/// When the store does not answer.
pub async fn end(
    tx: &mut Tx,
    part: &Part,
    (state, delivery): (PartState, DeliveryStatus),
    provider_id: Option<&str>,
    failure: Option<&str>,
) -> Result<bool, StoreError> {
    let values = vals![&part.municipality, part.id, part.fence, state, delivery, provider_id, failure];
    Ok(tx.exec(&END, values).await? > 0)
}

/// Ends a part by a person's decision, which stands as its `failure`; how far it came stays what is known. `false` when
/// there is nothing left to decide.
///
/// # Errors
/// When the store does not answer.
pub async fn decide(tx: &mut Tx, part: &Part, decision: &str) -> Result<bool, StoreError> {
    Ok(tx.exec(&DECIDE, vals![&part.municipality, part.id, part.fence, decision]).await? > 0)
}

/// Sets how far a part came.
///
/// # Errors
/// When the store does not answer.
pub async fn set_delivery(
    tx: &mut Tx,
    id: PartId,
    delivery: DeliveryStatus,
    failure: Option<&str>,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_DELIVERY, vals![&municipality, id, delivery, failure]).await.map(|_| ())
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
    let mut values = super::conversation::scope_values(&from.scope().clone());
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
    let mut values = super::conversation::scope_values(&from.scope().clone());
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
