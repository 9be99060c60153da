//! What becomes of a part.

use domain::ids::PartId;
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;

use super::part::Part;
use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    NEXT_STEP = "UPDATE outbox_part SET state = 'queued', step = step + 1, memory = $4, uploads = $5, attempts = 0, due_at = 0, \
                 lease_until = NULL, delivery = 'queued' \
                 WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'in_flight'" => [];
    RESTART = "UPDATE outbox_part SET state = 'queued', step = 0, memory = $4, attempts = 0, due_at = 0, \
               lease_until = NULL, delivery = 'queued', failure = $5, uploads = $6 \
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
    /// Before anything of it left. What a worker took meanwhile is not taken back.
    TAKE_BACK = {
        sqlite: concat!("UPDATE outbox_part SET state = 'cancelled', delivery = 'cancelled', failure = $3, ended_at = ",
                        now_sqlite!(), " WHERE municipality_id = $1 AND id = $2 AND state = 'queued'"),
        postgres: concat!("UPDATE outbox_part SET state = 'cancelled', delivery = 'cancelled', failure = $3, ended_at = ",
                          now_postgres!(), " WHERE municipality_id = $1 AND id = $2 AND state = 'queued'"),
    } => [];
    SET_DELIVERY = "UPDATE outbox_part SET delivery = $3, failure = $4 WHERE municipality_id = $1 AND id = $2" => [];
}

/// The step is done; the next one may begin.
///
/// # Errors
/// When the store does not answer.
pub async fn next_step(tx: &mut Tx, part: &Part, memory: &serde_json::Value) -> Result<bool, StoreError> {
    let values = vals![
        &part.municipality,
        part.id,
        part.fence,
        memory.to_string(),
        carries_file(part, part.step + 1)
    ];
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
    let values =
        vals![&part.municipality, part.id, part.fence, memory.to_string(), reason, carries_file(part, 0)];
    Ok(tx.exec(&RESTART, values).await? > 0)
}

fn carries_file(part: &Part, step: usize) -> bool {
    part.steps.get(step).is_some_and(|step| step.carries_file)
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

/// Takes back a part that is still here; `false` when a worker has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn take_back(tx: &mut Tx, part: &Part) -> Result<bool, StoreError> {
    let reason = domain::messages::TAKEN_BACK;
    Ok(tx.exec(&TAKE_BACK, vals![&part.municipality, part.id, reason]).await? > 0)
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
