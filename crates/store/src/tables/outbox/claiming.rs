//! Who may have a part, and when it may leave.

use super::part::{COLUMNS, Part, part, selected};
use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

/// What may be claimed: due, its account not on hold, and nothing of its conversation before it that is still to go.
/// Within its own message, an unknown or failed part holds it back as well. Of an account, three at once are under way
/// at the most: a dead token is then offered three times and not five hundred (C9), and a slow platform leaves the
/// others their turns. Two of them may be uploads, so that what is short never waits behind three large files.
/// An account that has sent as much as it may for now is left alone, but for its uploads and what tells a resident that it
/// was read; no account is full for a minute, so what says so was written by a clock that was put back.
/// What is no piece of a message waits for none, except that reactions to one message keep their order. Only the first
/// hundred are looked at, so that a long queue costs no more than a short one.
///
/// Where a state is named twice, the first is word for word that of a partial index: without it SQLite, which knows
/// nothing of how many rows there are, reads through all that was ever sent.
macro_rules! claimable {
    ($now:expr) => {
        concat!(
            "SELECT q.municipality_id, q.id FROM (SELECT t.municipality_id, t.id, t.due_at, t.message_id, t.ordinal, \
             row_number() OVER (PARTITION BY t.municipality_id, t.channel_account_id \
             ORDER BY t.due_at, t.message_id, t.ordinal) + (SELECT count(*) FROM outbox_part u \
             WHERE u.municipality_id = t.municipality_id AND u.channel_account_id = t.channel_account_id \
             AND u.state IN ('claimed', 'in_flight')) AS turn FROM (\
             SELECT d.municipality_id, d.id, d.channel_account_id, d.due_at, d.message_id, d.ordinal, d.uploads, \
             row_number() OVER (PARTITION BY d.municipality_id, d.channel_account_id, d.uploads \
             ORDER BY d.due_at, d.message_id, d.ordinal) + (SELECT count(*) FROM outbox_part u \
             WHERE u.municipality_id = d.municipality_id AND u.channel_account_id = d.channel_account_id \
             AND u.uploads AND u.state IN ('claimed', 'in_flight')) AS upload_turn FROM (\
             SELECT p.municipality_id, p.id, p.channel_account_id, p.due_at, p.message_id, p.ordinal, p.uploads \
             FROM outbox_part p WHERE p.state = 'queued' AND p.due_at <= ",
            $now,
            " AND (p.municipality_id, p.channel_account_id) NOT IN (SELECT b.municipality_id, b.channel_account_id \
             FROM outbox_part b WHERE b.state IN ('claimed', 'in_flight') \
             GROUP BY b.municipality_id, b.channel_account_id HAVING count(*) >= 3) \
             AND (NOT p.uploads OR (p.municipality_id, p.channel_account_id) NOT IN (\
             SELECT b.municipality_id, b.channel_account_id \
             FROM outbox_part b WHERE b.uploads AND b.state IN ('claimed', 'in_flight') \
             GROUP BY b.municipality_id, b.channel_account_id HAVING count(*) >= 2)) \
             AND NOT EXISTS (SELECT 1 FROM account_hold h WHERE h.municipality_id = p.municipality_id \
             AND h.channel_account_id = p.channel_account_id AND h.until_at > ",
            $now,
            ") AND (p.uploads OR p.purpose = 'seen' OR NOT EXISTS (SELECT 1 FROM account_pace a \
             WHERE a.municipality_id = p.municipality_id AND a.channel_account_id = p.channel_account_id \
             AND a.full_until_at > ",
            $now,
            " AND a.full_until_at < ",
            $now,
            " + 60000000)) AND NOT EXISTS (SELECT 1 FROM outbox_part e WHERE e.municipality_id = p.municipality_id \
             AND e.conversation_id = p.conversation_id AND e.purpose = p.purpose AND p.purpose <> 'seen' \
             AND (p.purpose = 'message' OR (e.message_id = p.message_id AND e.state NOT IN ('unknown', 'failed'))) \
             AND (e.message_id, e.ordinal) < (p.message_id, p.ordinal) \
             AND e.state IN ('queued', 'claimed', 'in_flight', 'unknown', 'failed') \
             AND (e.state IN ('claimed', 'in_flight') OR (e.state = 'queued' AND (e.message_id = p.message_id \
             OR NOT EXISTS (SELECT 1 FROM outbox_part f WHERE f.municipality_id = e.municipality_id \
             AND f.conversation_id = e.conversation_id AND f.message_id = e.message_id AND f.ordinal < e.ordinal \
             AND f.state IN ('queued', 'claimed', 'in_flight', 'unknown', 'failed') AND f.state IN ('unknown', 'failed')))) \
             OR (e.state IN ('unknown', 'failed') AND e.message_id = p.message_id))) \
             ORDER BY p.due_at, p.message_id, p.ordinal LIMIT 100) d) t \
             WHERE NOT t.uploads OR t.upload_turn <= 2) q \
             WHERE q.turn <= 3 ORDER BY q.due_at, q.message_id, q.ordinal LIMIT $1"
        )
    };
}

statements! {
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
        sqlite: concat!("UPDATE outbox_part SET state = 'in_flight', in_flight_at = ", now_sqlite!(), ", failure = NULL, \
                         left_at = CASE WHEN $5 THEN ", now_sqlite!(), " ELSE left_at END, \
                         lease_until = ", now_sqlite!(), " + $4, delivery = 'in_flight' WHERE municipality_id = $1 \
                         AND id = $2 AND fence = $3 AND state = 'claimed' AND lease_until > ", now_sqlite!(), " \
                           AND NOT EXISTS (SELECT 1 FROM account_hold h \
                           WHERE h.municipality_id = outbox_part.municipality_id \
                           AND h.channel_account_id = outbox_part.channel_account_id \
                           AND h.until_at > ", now_sqlite!(), ")"),
        postgres: concat!("UPDATE outbox_part SET state = 'in_flight', in_flight_at = ", now_postgres!(), ", failure = NULL, \
                         left_at = CASE WHEN $5 THEN ", now_postgres!(), " ELSE left_at END, \
                           lease_until = ", now_postgres!(), " + $4, delivery = 'in_flight' WHERE municipality_id = $1 \
                           AND id = $2 AND fence = $3 AND state = 'claimed' AND lease_until > ", now_postgres!(), " \
                           AND NOT EXISTS (SELECT 1 FROM account_hold h \
                           WHERE h.municipality_id = outbox_part.municipality_id \
                           AND h.channel_account_id = outbox_part.channel_account_id \
                           AND h.until_at > ", now_postgres!(), ")"),
    } => [];
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
    Ok(tx
        .exec(&ENTER_FLIGHT, vals![&part.municipality, part.id, part.fence, lease, part.is_seen_next()])
        .await?
        > 0)
}
