//! Keeping what becomes known of an account while messages come and go. Called inside the write that found it.

use domain::channels::{
    AccountNotice, DETAIL_CHARACTERS, HealthEvent, HealthTopic, SUBJECT_CHARACTERS, Severity, WORD_CHARACTERS,
};
use domain::ids::ChannelAccountId;
use domain::limits::cut;
use domain::time::{clamp_to_receipt, plus_seconds, seconds_between};
use jiff::Timestamp;
use store::tables::{account, health, turn};
use store::{StoreError, Tx};

use crate::Ctx;

/// Seconds between two records of a sign of life: a busy account must not write one with every message.
const SIGN_SECONDS: i64 = 60;

/// An event of ours.
pub(crate) fn event(topic: HealthTopic, word: &str, severity: Severity, at: Timestamp) -> HealthEvent {
    HealthEvent {
        topic,
        subject: String::new(),
        word: cut(word, WORD_CHARACTERS).to_owned(),
        severity,
        at,
        until: None,
        detail: String::new(),
    }
}

/// Keeps what a platform told about the account.
pub(crate) async fn told(
    tx: &mut Tx,
    account: &ChannelAccountId,
    notice: &AccountNotice,
    received_at: Timestamp,
) -> Result<(), StoreError> {
    let Some(told) = &notice.health else { return Ok(()) };
    // A moment in the future would outweigh all that is told until then. One in the past is only late.
    let at = told.at.min(clamp_to_receipt(told.at, received_at));
    let told = HealthEvent {
        subject: cut(&told.subject, SUBJECT_CHARACTERS).to_owned(),
        word: cut(&told.word, WORD_CHARACTERS).to_owned(),
        detail: cut(&told.detail, DETAIL_CHARACTERS).to_owned(),
        at,
        ..told.clone()
    };
    health::note(tx, account, &told, received_at).await
}

/// Something came in for an account.
pub(crate) async fn heard(
    tx: &mut Tx,
    account: &ChannelAccountId,
    received_at: Timestamp,
) -> Result<(), StoreError> {
    let is_new = |signs: &health::Signs| {
        signs
            .pulse
            .heard_at
            .is_none_or(|heard| seconds_between(heard, received_at) >= SIGN_SECONDS)
    };
    if !is_new(&health::signs(tx, account).await?) {
        return Ok(());
    }
    turn::of_account(tx, account).await?;
    let mut signs = health::signs(tx, account).await?;
    signs.pulse = signs.pulse.heard(received_at);
    health::put_signs(tx, account, &signs).await?;
    let again = event(HealthTopic::Intake, "heard", Severity::Good, received_at);
    health::note_change(tx, account, &again, received_at).await.map(|_| ())
}

/// The platform took something of an account.
pub(crate) async fn sent(tx: &mut Tx, ctx: &Ctx, account: &ChannelAccountId) -> Result<(), StoreError> {
    let now = ctx.now();
    let signs = health::signs(tx, account).await?;
    let is_new = signs.sent_at.is_none_or(|sent| seconds_between(sent, now) >= SIGN_SECONDS);
    if signs.broken {
        // What left before the platform refused others shows nothing.
        if !is_held(tx, ctx, account).await? {
            works(tx, account, now).await?;
        }
    } else if is_new {
        turn::of_account(tx, account).await?;
        let signs = health::signs(tx, account).await?;
        health::put_signs(tx, account, &health::Signs { sent_at: Some(now), ..signs }).await?;
    }
    Ok(())
}

async fn is_held(tx: &mut Tx, ctx: &Ctx, account: &ChannelAccountId) -> Result<bool, StoreError> {
    // Holds go by the database's clock, so they are judged by the real one and not by the town's.
    let now = ctx.installation.wall_clock.now();
    let holds = account::holds(tx).await?;
    Ok(holds.iter().any(|hold| hold.channel_account == *account && hold.until_at > now))
}

/// Nothing leaves any more until a person has done something. `word`: the connector's, for what is wrong.
pub(crate) async fn broken(
    tx: &mut Tx,
    account: &ChannelAccountId,
    word: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let alarm = event(HealthTopic::Sending, word, Severity::Alarm, now);
    health::note_change(tx, account, &alarm, now).await?;
    let signs = health::signs(tx, account).await?;
    if !signs.broken {
        health::put_signs(tx, account, &health::Signs { broken: true, ..signs }).await?;
    }
    Ok(())
}

/// Messages leave again.
pub(crate) async fn works(tx: &mut Tx, account: &ChannelAccountId, now: Timestamp) -> Result<(), StoreError> {
    let well = event(HealthTopic::Sending, "works", Severity::Good, now);
    health::note_change(tx, account, &well, now).await?;
    let signs = health::signs(tx, account).await?;
    health::put_signs(tx, account, &health::Signs { broken: false, sent_at: Some(now), ..signs }).await
}

/// The moment since which lost files still count.
pub(crate) fn files_since(now: Timestamp) -> Timestamp {
    plus_seconds(now, -7 * 86_400)
}
