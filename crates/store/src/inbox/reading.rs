//! Reading deliveries: taken by lease and fence, by the database's clock, and given back with a verdict.

use domain::ids::MunicipalityId;

use super::{Inbox, RawState, Writer};
use crate::StoreError;
use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::row::{Reads, Row};
use crate::door::statement::Statement;
use crate::door::tx::Tx;
use crate::door::{Val, statements, vals};

/// A delivery that a reader took.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Whose.
    pub municipality: MunicipalityId,
    /// The delivery.
    pub event: domain::channels::RawEvent,
    /// The number under which it was taken: a reader that was overtaken cannot finish it.
    pub fence: i64,
    /// How often it was taken.
    pub attempts: i64,
}

/// What a reader says of a delivery that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is done with it.
    Ended(RawState),
    /// It is to be taken again, by any reader.
    Again {
        /// In so many seconds.
        seconds: u32,
    },
    /// The store did not answer, so that nothing was tried: to be taken again, and the try does not count.
    Untried {
        /// In so many seconds.
        seconds: u32,
    },
}

statements! {
    CLAIM = {
        sqlite: concat!(
            "UPDATE raw_event SET lease_until = ", now_sqlite!(), " + $1, fence = fence + 1, attempts = attempts + 1 \
             WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM raw_event \
             WHERE state = 'received' AND due_at <= ", now_sqlite!(), " \
             AND (lease_until IS NULL OR lease_until < ", now_sqlite!(), ") ORDER BY due_at, id LIMIT $2) \
             RETURNING municipality_id, id, channel_account_id, received_at, body, fence, attempts"),
        postgres: concat!(
            "UPDATE raw_event SET lease_until = ", now_postgres!(), " + $1, fence = fence + 1, attempts = attempts + 1 \
             WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM raw_event \
             WHERE state = 'received' AND due_at <= ", now_postgres!(), " \
             AND (lease_until IS NULL OR lease_until < ", now_postgres!(), ") ORDER BY due_at, id LIMIT $2 \
             FOR UPDATE SKIP LOCKED) \
             RETURNING municipality_id, id, channel_account_id, received_at, body, fence, attempts"),
    } => [municipality_id: Text, id: Text, channel_account_id: Text, received_at: Int, body: Blob, fence: Int,
          attempts: Int];
    /// The lease of whoever still has it goes on.
    RENEW = {
        sqlite: concat!("UPDATE raw_event SET lease_until = ", now_sqlite!(), " + $4 \
                         WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND lease_until IS NOT NULL"),
        postgres: concat!("UPDATE raw_event SET lease_until = ", now_postgres!(), " + $4 \
                           WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND lease_until IS NOT NULL"),
    } => [];
    FINISH = "UPDATE raw_event SET state = $4, lease_until = NULL WHERE municipality_id = $1 AND id = $2 \
              AND fence = $3" => [];
    TRY_LATER = {
        sqlite: concat!("UPDATE raw_event SET lease_until = NULL, due_at = ", now_sqlite!(), " + $4 \
                         WHERE municipality_id = $1 AND id = $2 AND fence = $3"),
        postgres: concat!("UPDATE raw_event SET lease_until = NULL, due_at = ", now_postgres!(), " + $4 \
                           WHERE municipality_id = $1 AND id = $2 AND fence = $3"),
    } => [];
    GIVE_BACK = {
        sqlite: concat!("UPDATE raw_event SET lease_until = NULL, attempts = attempts - 1, due_at = ", now_sqlite!(),
                        " + $4 WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND lease_until IS NOT NULL"),
        postgres: concat!("UPDATE raw_event SET lease_until = NULL, attempts = attempts - 1, due_at = ", now_postgres!(),
                          " + $4 WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND lease_until IS NOT NULL"),
    } => [];
    /// On a file that no other process reads, a lease of an earlier process is nobody's.
    RELEASE_ALL = "UPDATE raw_event SET lease_until = NULL WHERE state = 'received' AND lease_until IS NOT NULL" => [];
}

impl Inbox {
    /// Takes up to `limit` deliveries to read, oldest first, for `lease_seconds`; none while the disk has no room for what
    /// reading them writes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn claim(&self, limit: u32, lease_seconds: u32) -> Result<Vec<Claimed>, StoreError> {
        if !self.has_room() {
            return Ok(Vec::new());
        }
        let lease = i64::from(lease_seconds) * 1_000_000;
        let rows = self.change(async move |tx: &mut Tx| tx.all(&CLAIM, vals![lease, limit]).await).await?;
        let mut claimed = rows.iter().map(claimed).collect::<Result<Vec<_>, _>>()?;
        claimed.sort_by_key(|claimed| claimed.event.id);
        Ok(claimed)
    }

    /// Keeps these for `lease_seconds` from now on. Says of each, in their order, whether this reader still has it.
    ///
    /// # Errors
    /// When the store does not answer; the leases then end by themselves.
    pub async fn renew(&self, held: &[&Claimed], lease_seconds: u32) -> Result<Vec<bool>, StoreError> {
        let lease = i64::from(lease_seconds) * 1_000_000;
        let renewal = |claimed: &&Claimed| (&RENEW as &'static Statement, claimed.named(Val::from(lease)));
        let renewed = self.writer.together(held.iter().map(renewal).collect()).await?;
        Ok(renewed.into_iter().map(|rows| rows > 0).collect())
    }

    /// A reader has come to a verdict on these; of those that another has by now, nothing changes. One commit.
    ///
    /// # Errors
    /// When the store does not answer; they are then read again, which changes nothing.
    pub async fn settle(&self, verdicts: &[(&Claimed, Verdict)]) -> Result<(), StoreError> {
        let settled = |(claimed, verdict): &(&Claimed, Verdict)| match verdict {
            Verdict::Ended(state) => {
                (&FINISH as &'static Statement, claimed.named(Val::from(state.as_str())))
            }
            Verdict::Again { seconds } => (
                &TRY_LATER as &'static Statement,
                claimed.named(Val::from(i64::from(*seconds) * 1_000_000)),
            ),
            Verdict::Untried { seconds } => (
                &GIVE_BACK as &'static Statement,
                claimed.named(Val::from(i64::from(*seconds) * 1_000_000)),
            ),
        };
        self.writer.together(verdicts.iter().map(settled).collect()).await.map(|_| ())
    }

    /// A reader is done with these.
    ///
    /// # Errors
    /// As [`Inbox::settle`].
    pub async fn finish(&self, done: Vec<(Claimed, RawState)>) -> Result<(), StoreError> {
        let verdicts: Vec<_> =
            done.iter().map(|(claimed, state)| (claimed, Verdict::Ended(*state))).collect();
        self.settle(&verdicts).await
    }

    /// A reader could not finish this one: again in `seconds`.
    ///
    /// # Errors
    /// As [`Inbox::settle`].
    pub async fn try_later(&self, claimed: &Claimed, seconds: u32) -> Result<(), StoreError> {
        self.settle(&[(claimed, Verdict::Again { seconds })]).await
    }

    /// Frees what an earlier process had taken. Only on SQLite, where no other process reads.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn release_all(&self) -> Result<(), StoreError> {
        if matches!(self.writer, Writer::Postgres { .. }) {
            return Ok(());
        }
        self.change(async |tx: &mut Tx| tx.exec(&RELEASE_ALL, vals![]).await.map(|_| ())).await
    }
}

impl Claimed {
    /// What names it in a statement, and one value more.
    fn named(&self, value: Val) -> Vec<Val> {
        let mut values = vals![&self.municipality, self.event.id, self.fence];
        values.push(value);
        values
    }
}

fn claimed(row: &Row) -> Result<Claimed, StoreError> {
    let event = domain::channels::RawEvent {
        id: row.parse(1)?,
        channel_account: row.parse(2)?,
        received_at: row.at(3)?,
        body: row.blob(4)?,
    };
    Ok(Claimed {
        municipality: row.parse(0)?,
        event,
        fence: row.int(5)?,
        attempts: row.int(6)?,
    })
}
