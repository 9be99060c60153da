//! Keeping to the pace of a channel, over all nodes: counted in the write that lets a part leave, by the database's clock.

use domain::channels::{Departure, Pace};
use domain::time::{from_micros, micros};
use jiff::{SignedDuration, Timestamp};
use store::tables::outbox::{self, Part};
use store::tables::{account, turn};
use store::{StoreError, Tx};

use super::EnterFlight;
use crate::Ctx;

/// An agent sees why a part waits when that takes longer than this.
const UNSAID: SignedDuration = SignedDuration::from_secs(3);

/// Puts a part off that would leave too early, and says what became of it; `None` when it may leave now.
pub(super) async fn keep(tx: &mut Tx, ctx: &Ctx, part: &Part) -> Result<Option<EnterFlight>, StoreError> {
    if !part.is_seen_next() {
        return Ok(None);
    }
    let pace = pace_of(tx, ctx, part).await?;
    if pace == Pace::default() {
        return Ok(None);
    }
    // Who is about to leave as well is counted first, on whatever node.
    turn::of_pace(tx, &part.channel_account).await?;
    let now = outbox::now(tx).await?;
    let to_resident = match pace.resident {
        Some(pace) => outbox::left_to_resident(tx, part, before(now, pace.looks_back_millis()), now).await?,
        None => Vec::new(),
    };
    let of_account = match pace.account {
        Some(pace) => {
            let since = before(now, i64::from(pace.within_millis));
            outbox::left_of_account(tx, part, since, now, pace.messages_max).await?
        }
        None => Vec::new(),
    };
    let Departure::Later { at, because } = pace.departure(&to_resident, &of_account, now) else {
        return Ok(None);
    };
    let reason = (at.duration_since(now) > UNSAID).then_some(because.as_str());
    let waits = outbox::put_off(tx, part, at, because, reason).await?;
    let after = at.duration_since(now).unsigned_abs();
    Ok(Some(if waits { EnterFlight::NotYet { after } } else { EnterFlight::LeaseLost }))
}

async fn pace_of(tx: &mut Tx, ctx: &Ctx, part: &Part) -> Result<Pace, StoreError> {
    let Some(found) = account::find(tx, &part.channel_account).await? else {
        return Ok(Pace::default());
    };
    let connector = ctx.installation.connector(&found.account.channel);
    Ok(connector.map_or_else(Pace::default, |connector| connector.pace(&found.account.settings)))
}

fn before(now: Timestamp, millis: i64) -> Timestamp {
    from_micros(micros(now).saturating_sub(millis.saturating_mul(1_000)))
}
