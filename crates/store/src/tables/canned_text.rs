//! Canned texts: what a municipality says often. They belong to a municipality, and some to a team or channel of it.

use domain::canned_texts::{CannedText, Shortcut};
use domain::channels::ChannelName;
use domain::ids::{CannedTextId, TeamId};
use jiff::Timestamp;

use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    ALL_OF = "SELECT id, shortcut, name, body, team_id, channel, version FROM canned_text \
              WHERE municipality_id = $1 ORDER BY name, id LIMIT 1000"
        => [id: Text, shortcut: Text, name: Text, body: Text, team_id: Text, channel: Text, version: Int];
    /// What somebody can say in a conversation of this team on this channel.
    FITTING = "SELECT id, shortcut, name, body, team_id, channel, version FROM canned_text WHERE municipality_id = $1 \
               AND (team_id IS NULL OR team_id = $2) AND (channel IS NULL OR channel = $3) ORDER BY name, id LIMIT 1000"
        => [id: Text, shortcut: Text, name: Text, body: Text, team_id: Text, channel: Text, version: Int];
    BY_ID = "SELECT id, shortcut, name, body, team_id, channel, version FROM canned_text \
             WHERE municipality_id = $1 AND id = $2"
        => [id: Text, shortcut: Text, name: Text, body: Text, team_id: Text, channel: Text, version: Int];
    BY_SHORTCUT = "SELECT id, shortcut, name, body, team_id, channel, version FROM canned_text \
                   WHERE municipality_id = $1 AND shortcut = $2"
        => [id: Text, shortcut: Text, name: Text, body: Text, team_id: Text, channel: Text, version: Int];
    HOW_MANY = "SELECT count(*) AS number FROM canned_text WHERE municipality_id = $1" => [number: Int];
    /// Nothing when the shortcut was taken meanwhile.
    ADD = "INSERT INTO canned_text (municipality_id, id, shortcut, name, body, team_id, channel, version, updated_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) ON CONFLICT DO NOTHING" => [];
    SAVE = "UPDATE canned_text SET shortcut = $4, name = $5, body = $6, team_id = $7, channel = $8, \
            version = version + 1, updated_at = $9 WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
    REMOVE = "DELETE FROM canned_text WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
}

/// A canned text with what two changes at once are told apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptText {
    /// The text.
    pub text: CannedText,
    /// Counts changes.
    pub version: i64,
}

fn read(row: &Row) -> Result<KeptText, StoreError> {
    let channel = row.maybe_text(5)?;
    Ok(KeptText {
        text: CannedText {
            id: row.parse(0)?,
            shortcut: row.parse(1)?,
            name: row.text(2)?,
            text: row.text(3)?,
            team: row.maybe_parse(4)?,
            channel: channel.as_deref().and_then(ChannelName::new),
        },
        version: row.int(6)?,
    })
}

/// All of the municipality, by name.
///
/// # Errors
/// When the store does not answer.
pub async fn all(from: &mut impl Reads) -> Result<Vec<KeptText>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&ALL_OF, vals![&municipality]).await?.iter().map(read).collect()
}

/// Those for a conversation of `team` on `channel`, by name.
///
/// # Errors
/// When the store does not answer.
pub async fn fitting(
    from: &mut impl Reads,
    team: &TeamId,
    channel: &str,
) -> Result<Vec<KeptText>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&FITTING, vals![&municipality, team, channel]).await?.iter().map(read).collect()
}

/// One.
///
/// # Errors
/// When the store does not answer.
pub async fn find(from: &mut impl Reads, id: CannedTextId) -> Result<Option<KeptText>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_ID, vals![&municipality, id]).await?.as_ref().map(read).transpose()
}

/// The one with this shortcut.
///
/// # Errors
/// When the store does not answer.
pub async fn by_shortcut(from: &mut impl Reads, shortcut: &Shortcut) -> Result<Option<KeptText>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_SHORTCUT, vals![&municipality, shortcut.as_str()])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// How many there are.
///
/// # Errors
/// When the store does not answer.
pub async fn how_many(from: &mut impl Reads) -> Result<i64, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&HOW_MANY, vals![&municipality]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Adds one; `false` when its shortcut is taken.
///
/// # Errors
/// When the store does not answer.
pub async fn add(tx: &mut Tx, text: &CannedText, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let t = text;
    let values = vals![
        &municipality,
        t.id,
        t.shortcut.as_str(),
        &t.name,
        &t.text,
        t.team.clone(),
        t.channel.clone(),
        now
    ];
    Ok(tx.exec(&ADD, values).await? > 0)
}

/// Changes one; `false` when somebody changed it since `version`.
///
/// # Errors
/// When the store does not answer, also when the shortcut was taken at the same moment: that is tried again.
pub async fn save(tx: &mut Tx, text: &CannedText, version: i64, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let t = text;
    let values = vals![
        &municipality,
        t.id,
        version,
        t.shortcut.as_str(),
        &t.name,
        &t.text,
        t.team.clone(),
        t.channel.clone(),
        now
    ];
    Ok(tx.exec(&SAVE, values).await? > 0)
}

/// Removes one; `false` when somebody changed it since `version`.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx, id: CannedTextId, version: i64) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&REMOVE, vals![&municipality, id, version]).await? > 0)
}
