//! A part of a message on its way out, as a row.

use domain::channels::{Step, StepKind};
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
pub(super) use selected;

/// What [`selected!`] gives.
pub(super) const COLUMNS: Columns = columns!([
    municipality_id: Text, id: Text, message_id: Text, conversation_id: Text, channel_account_id: Text, ordinal: Int,
    state: Text, steps: Text, step: Int, memory: Text, attempts: Int, fence: Int, provider_id: Text,
    delivery: Text, failure: Text, in_flight_at: Int, ended_at: Int, resends: Text, purpose: Text,
    expires_at: Int,
]);

macro_rules! inserted {
    ($now:expr) => {
        concat!(
            "INSERT INTO outbox_part (municipality_id, id, message_id, conversation_id, channel_account_id, ordinal, \
             state, steps, step, memory, attempts, due_at, fence, delivery, resends, purpose, expires_at, uploads) \
             VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, 0, 'null', 0, ",
            $now,
            " + $12, 0, 'queued', $8, $9, $10, $11)"
        )
    };
}

statements! {
    /// Due from this moment on, or from the end of its hold: what had to wait until then goes before what comes after.
    INSERT = {
        sqlite: inserted!(now_sqlite!()),
        postgres: inserted!(now_postgres!()),
    } => [];
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

    /// Whether the resident sees its next step: that is what a channel's pace counts.
    #[must_use]
    pub fn is_seen_next(&self) -> bool {
        self.purpose != Purpose::Seen && self.next_step().is_none_or(|step| step.kind == StepKind::Effect)
    }
}

pub(super) fn part(row: &Row) -> Result<Part, StoreError> {
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
    /// Seconds for which it stays here, so that somebody can take it back.
    pub hold_seconds: u32,
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
        new.expires_at,
        new.steps.first().is_some_and(|step| step.carries_file),
        i64::from(new.hold_seconds) * 1_000_000
    ];
    tx.exec(&INSERT, values).await.map(|_| ())
}
