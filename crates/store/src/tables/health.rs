//! How channel accounts are doing: events, the last sign of life, the last check, and who has seen which alarm.

use domain::channels::{HealthEvent, HealthTopic, Pulse, Severity};
use domain::ids::{ChannelAccountId, UserId};
use domain::time::{from_micros, micros};
use jiff::Timestamp;

use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

/// Events of one topic and subject that are read: enough to see since when the latest word holds.
const IN_A_ROW: u32 = 20;
/// Events of one account that are read, the newest.
const MOST: u32 = 2_000;

const EVENT: Columns = columns!([
    channel_account_id: Text, topic: Text, subject: Text, at: Int, severity: Text, word: Text, until_at: Int,
    detail: Text,
]);

/// Another event of the same account, topic and subject.
macro_rules! beside {
    ($other:literal) => {
        concat!(
            $other,
            ".municipality_id = e.municipality_id AND ",
            $other,
            ".channel_account_id = e.channel_account_id AND ",
            $other,
            ".topic = e.topic AND ",
            $other,
            ".subject = e.subject"
        )
    };
}

statements! {
    ADD = "INSERT INTO account_event (municipality_id, channel_account_id, topic, subject, at, severity, word, weight, \
           until_at, detail, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"
        => [];
    LATEST_WORD = "SELECT word, at FROM account_event WHERE municipality_id = $1 AND channel_account_id = $2 \
                   AND topic = $3 AND subject = $4 ORDER BY at DESC, weight DESC, word DESC LIMIT 1"
        => [word: Text, at: Int];
    /// The newest events of an account; of each topic and subject at most `$3`.
    OF_ACCOUNT = "SELECT channel_account_id, topic, subject, at, severity, word, until_at, detail FROM (\
                  SELECT e.channel_account_id, e.topic, e.subject, e.at, e.severity, e.word, e.until_at, e.detail, \
                  e.weight, row_number() OVER (PARTITION BY e.topic, e.subject \
                  ORDER BY e.at DESC, e.weight DESC, e.word DESC) AS place FROM account_event e \
                  WHERE e.municipality_id = $1 AND e.channel_account_id = $2) AS told WHERE place <= $3 \
                  ORDER BY at DESC, weight DESC, topic, subject, word LIMIT $4" => EVENT;
    /// Alarms that count now, with since when they do, and what of each the user has seen.
    ALARMS = (concat!("SELECT e.channel_account_id, e.topic, e.subject, e.at, e.severity, e.word, e.until_at, e.detail, \
              a.channel, a.team_id, \
              (SELECT min(r.at) FROM account_event r WHERE ", beside!("r"), " AND r.word = e.word AND NOT EXISTS (\
              SELECT 1 FROM account_event o WHERE ", beside!("o"), " AND o.word <> e.word \
              AND (o.at, o.weight, o.word) > (r.at, r.weight, r.word))) AS since_at, \
              s.word AS seen_word, s.since_at AS seen_since_at \
              FROM account_event e JOIN channel_account a ON a.municipality_id = e.municipality_id \
              AND a.id = e.channel_account_id \
              LEFT JOIN alarm_seen s ON s.user_id = $3 AND ", beside!("s"), " \
              WHERE e.municipality_id = $1 AND e.weight = 3 AND (e.until_at IS NULL OR e.until_at > $2) \
              AND NOT EXISTS (SELECT 1 FROM account_event n WHERE ", beside!("n"), " \
              AND (n.at, n.weight, n.word) > (e.at, e.weight, e.word)) \
              ORDER BY e.at DESC, e.channel_account_id, e.topic, e.subject LIMIT 100"))
        => [channel_account_id: Text, topic: Text, subject: Text, at: Int, severity: Text, word: Text, until_at: Int,
            detail: Text, channel: Text, team_id: Text, since_at: Int, seen_word: Text, seen_since_at: Int];
    SEE = "INSERT INTO alarm_seen (municipality_id, channel_account_id, topic, subject, user_id, word, since_at, seen_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
           ON CONFLICT (municipality_id, channel_account_id, topic, subject, user_id) DO UPDATE SET \
           word = excluded.word, since_at = excluded.since_at, seen_at = excluded.seen_at" => [];
    SEEN = "SELECT s.topic, s.subject, s.word, s.since_at, s.user_id, u.name, s.seen_at FROM alarm_seen s \
            JOIN gehoor_user u ON u.municipality_id = s.municipality_id AND u.id = s.user_id \
            WHERE s.municipality_id = $1 AND s.channel_account_id = $2 \
            ORDER BY s.seen_at DESC, s.user_id, s.topic, s.subject LIMIT 100"
        => [topic: Text, subject: Text, word: Text, since_at: Int, user_id: Text, name: Text, seen_at: Int];
    PULSE = "SELECT heard_at, silences, sent_at, broken, released_at FROM account_pulse \
             WHERE municipality_id = $1 AND channel_account_id = $2"
        => [heard_at: Int, silences: Text, sent_at: Int, broken: Bool, released_at: Int];
    PUT_PULSE = "INSERT INTO account_pulse (municipality_id, channel_account_id, heard_at, silences, sent_at, broken, \
                 released_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (municipality_id, channel_account_id) DO UPDATE SET \
                 heard_at = excluded.heard_at, silences = excluded.silences, sent_at = excluded.sent_at, \
                 broken = excluded.broken, released_at = excluded.released_at" => [];
    PUT_CHECK = "INSERT INTO account_check (municipality_id, channel_account_id, name, severity, word, detail, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (municipality_id, channel_account_id, name) DO UPDATE SET \
                 severity = excluded.severity, word = excluded.word, detail = excluded.detail, at = excluded.at" => [];
    CHECKS = "SELECT name, severity, word, detail, at FROM account_check WHERE municipality_id = $1 \
              AND channel_account_id = $2 ORDER BY name LIMIT 100"
        => [name: Text, severity: Text, word: Text, detail: Text, at: Int];
    PURGE = (concat!("DELETE FROM account_event AS e WHERE e.municipality_id = $1 AND e.recorded_at < $2 \
             AND EXISTS (SELECT 1 FROM account_event n WHERE ", beside!("n"), " \
             AND (n.at, n.weight, n.word) > (e.at, e.weight, e.word))")) => [];
    FORGET_EVENTS = "DELETE FROM account_event WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    FORGET_PULSE = "DELETE FROM account_pulse WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    FORGET_CHECKS = "DELETE FROM account_check WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    FORGET_SEEN = "DELETE FROM alarm_seen WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    FORGET_HOLD = "DELETE FROM account_hold WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    FORGET_PACE = "DELETE FROM account_pace WHERE municipality_id = $1 AND channel_account_id = $2" => [];
}

/// An alarm that counts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Which account.
    pub channel_account: ChannelAccountId,
    /// Its channel.
    pub channel: String,
    /// The team of its conversations.
    pub team: domain::ids::TeamId,
    /// What is the matter.
    pub event: HealthEvent,
    /// Since when without a break.
    pub since: Timestamp,
    /// Whether the user has seen it as it is now.
    pub seen: bool,
}

/// Who has seen which alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is about.
    pub topic: HealthTopic,
    /// Which of several.
    pub subject: String,
    /// What was so then.
    pub word: String,
    /// Since when it was so.
    pub since: Timestamp,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// When.
    pub seen_at: Timestamp,
}

/// The last signs of life of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signs {
    /// What it heard, and how regularly.
    pub pulse: Pulse,
    /// When it sent something last, to the minute.
    pub sent_at: Option<Timestamp>,
    /// Whether sending is known to be broken.
    pub broken: bool,
    /// When somebody last said that it may send again, or mended what it waited for.
    pub released_at: Option<Timestamp>,
}

/// What a check showed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// What was checked.
    pub name: String,
    /// How bad it was.
    pub severity: Severity,
    /// What was found.
    pub word: String,
    /// Facts, in one line.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

fn event(row: &Row) -> Result<HealthEvent, StoreError> {
    Ok(HealthEvent {
        topic: row.parse(1)?,
        subject: row.text(2)?,
        at: row.at(3)?,
        severity: row.parse(4)?,
        word: row.text(5)?,
        until: row.maybe_at(6)?,
        detail: row.text(7)?,
    })
}

/// Keeps an event; the same one twice is one.
///
/// # Errors
/// When the store does not answer.
pub async fn note(
    tx: &mut Tx,
    account: &ChannelAccountId,
    event: &HealthEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let e = event;
    let weight = i64::from(e.severity as u8);
    let topic = e.topic.as_str();
    let severity = e.severity.as_str();
    let values = vals![
        &municipality,
        account,
        topic,
        &e.subject,
        e.at,
        severity,
        &e.word,
        weight,
        e.until,
        &e.detail,
        now
    ];
    tx.exec(&ADD, values).await.map(|_| ())
}

/// Keeps an event of ours unless it is so already; `true` when it is new. For topics that only we write.
///
/// # Errors
/// When the store does not answer.
pub async fn note_change(
    tx: &mut Tx,
    account: &ChannelAccountId,
    event: &HealthEvent,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    super::turn::of_account(tx, account).await?;
    let values = vals![&municipality, account, event.topic.as_str(), &event.subject];
    let latest = tx.opt(&LATEST_WORD, values).await?;
    let is_so = match &latest {
        Some(row) => row.text(0)? == event.word,
        // That all is well needs no saying until something was not.
        None => event.severity == Severity::Good,
    };
    if is_so {
        return Ok(false);
    }
    // What we find comes after what we found, also within one tick of the clock.
    let mut changed = event.clone();
    if let Some(row) = &latest {
        changed.at = changed.at.max(from_micros(micros(row.at(1)?).saturating_add(1)));
    }
    note(tx, account, &changed, now).await?;
    Ok(true)
}

/// The newest events of an account, newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn of_account(
    from: &mut impl Reads,
    account: &ChannelAccountId,
) -> Result<Vec<HealthEvent>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&OF_ACCOUNT, vals![&municipality, account, IN_A_ROW, MOST]).await?;
    rows.iter().map(event).collect()
}

/// The alarms of the municipality that count at `now`, newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn alarms(
    from: &mut impl Reads,
    now: Timestamp,
    user: Option<UserId>,
) -> Result<Vec<Alarm>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let user = user.map(|user| user.to_string()).unwrap_or_default();
    let rows = from.all(&ALARMS, vals![&municipality, now, user]).await?;
    let read = |row: &Row| {
        let event = event(row)?;
        let since = row.at(10)?;
        let seen = row.maybe_text(11)?.as_deref() == Some(&event.word) && row.maybe_at(12)? == Some(since);
        Ok(Alarm {
            channel_account: row.parse(0)?,
            channel: row.text(8)?,
            team: row.parse(9)?,
            event,
            since,
            seen,
        })
    };
    rows.iter().map(read).collect()
}

/// Remembers that a user has seen an alarm as it is now.
///
/// # Errors
/// When the store does not answer.
pub async fn see(tx: &mut Tx, alarm: &Alarm, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let e = &alarm.event;
    let topic = e.topic.as_str();
    let account = &alarm.channel_account;
    let values = vals![&municipality, account, topic, &e.subject, user, &e.word, alarm.since, now];
    tx.exec(&SEE, values).await.map(|_| ())
}

/// Who has seen alarms of an account, newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn seen(from: &mut impl Reads, account: &ChannelAccountId) -> Result<Vec<Seen>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let read = |row: &Row| {
        Ok(Seen {
            topic: row.parse(0)?,
            subject: row.text(1)?,
            word: row.text(2)?,
            since: row.at(3)?,
            user: row.parse(4)?,
            name: row.text(5)?,
            seen_at: row.at(6)?,
        })
    };
    from.all(&SEEN, vals![&municipality, account]).await?.iter().map(read).collect()
}

/// The last signs of life of an account; those of an account that never gave one are empty.
///
/// # Errors
/// When the store does not answer.
pub async fn signs(from: &mut impl Reads, account: &ChannelAccountId) -> Result<Signs, StoreError> {
    let municipality = from.scope().municipality().clone();
    let Some(row) = from.opt(&PULSE, vals![&municipality, account]).await? else {
        return Ok(Signs::default());
    };
    let pulse = Pulse { heard_at: row.maybe_at(0)?, silences: row.json(1)? };
    Ok(Signs {
        pulse,
        sent_at: row.maybe_at(2)?,
        broken: row.bool(3)?,
        released_at: row.maybe_at(4)?,
    })
}

/// Keeps the signs of life of an account.
///
/// # Errors
/// When the store does not answer.
pub async fn put_signs(tx: &mut Tx, account: &ChannelAccountId, signs: &Signs) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let silences =
        serde_json::to_string(&signs.pulse.silences).map_err(|_| StoreError::wrong("writing silences"))?;
    let values = vals![
        &municipality,
        account,
        signs.pulse.heard_at,
        silences,
        signs.sent_at,
        signs.broken,
        signs.released_at
    ];
    tx.exec(&PUT_PULSE, values).await.map(|_| ())
}

/// Keeps what a check showed.
///
/// # Errors
/// When the store does not answer.
pub async fn put_check(
    tx: &mut Tx,
    account: &ChannelAccountId,
    check: &CheckResult,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let severity = check.severity.as_str();
    let values = vals![&municipality, account, &check.name, severity, &check.word, &check.detail, check.at];
    tx.exec(&PUT_CHECK, values).await.map(|_| ())
}

/// What the checks of an account showed last, by name.
///
/// # Errors
/// When the store does not answer.
pub async fn checks(
    from: &mut impl Reads,
    account: &ChannelAccountId,
) -> Result<Vec<CheckResult>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let read = |row: &Row| {
        Ok(CheckResult {
            name: row.text(0)?,
            severity: row.parse(1)?,
            word: row.text(2)?,
            detail: row.text(3)?,
            at: row.at(4)?,
        })
    };
    from.all(&CHECKS, vals![&municipality, account]).await?.iter().map(read).collect()
}

/// Drops events that were kept before `before` and do not count any more.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&PURGE, vals![&municipality, before]).await.map(|_| ())
}

/// Drops everything about an account that goes.
pub(super) async fn forget(tx: &mut Tx, account: &ChannelAccountId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    for statement in [&FORGET_EVENTS, &FORGET_PULSE, &FORGET_CHECKS, &FORGET_SEEN, &FORGET_HOLD, &FORGET_PACE]
    {
        tx.exec(statement, vals![&municipality, account]).await?;
    }
    Ok(())
}
