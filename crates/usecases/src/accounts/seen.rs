//! Somebody has seen an alarm.

use domain::access::Permission;
use domain::channels::HealthTopic;
use domain::happenings::Happened;
use domain::ids::ChannelAccountId;
use store::Tx;
use store::tables::health;

use super::health::{may_see, whole};
use crate::{Ctx, Failure};

/// An alarm that somebody has seen.
#[derive(Debug, Clone)]
pub struct SeeAlarm {
    /// Of which account.
    pub channel_account: ChannelAccountId,
    /// What it is about.
    pub topic: HealthTopic,
    /// The word that stood on the screen: what came since then was not seen.
    pub word: String,
}

/// Hides an alarm from its reader until it changes; it stays on the account's page with who has seen it.
///
/// # Errors
/// `NotAllowed`, `NotFound` when there is no such alarm any more, `Store`.
pub async fn see_alarm(ctx: &Ctx, see: SeeAlarm) -> Result<(), Failure> {
    ctx.actor.may(Permission::ReadChannelHealth)?;
    let user = ctx.actor.user().ok_or(Failure::NotFound)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            let now = ctx.now();
            let alarms = health::alarms(tx, now, Some(user)).await?;
            let is_meant = |alarm: &&health::Alarm| {
                alarm.channel_account == see.channel_account
                    && alarm.event.topic == see.topic
                    && alarm.event.word == see.word
                    && may_see(&ctx.actor, &alarm.team)
            };
            let meant: Vec<_> = alarms.iter().filter(is_meant).collect();
            if meant.is_empty() {
                return Err(Failure::NotFound);
            }
            for alarm in meant {
                health::see(tx, alarm, user, now).await?;
            }
            let happened = Happened::AlarmSeen {
                channel_account: see.channel_account.clone(),
                topic: see.topic.as_str().to_owned(),
            };
            tx.record(&ctx.actor, now, happened);
            Ok(())
        })
        .await
}
