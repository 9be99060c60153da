//! What the live pages of a node ask, for all who look at once and not for each: how far the journals are, with which team
//! conversations are, which sessions still live.

use domain::access::Role;
use domain::ids::{ConversationId, MunicipalityId, SessionId, TeamId};
use jiff::Timestamp;

use crate::StoreError;
use crate::door::{Reads, statements, vals};

statements! {
    HEADS = "SELECT municipality_id, position FROM journal_head ORDER BY municipality_id LIMIT 1000"
        => [municipality_id: Text, position: Int];
    /// With which team these conversations are now; the ids as a JSON list.
    TEAMS = {
        sqlite: "SELECT c.id, c.team_id FROM conversation c WHERE c.municipality_id = $1 \
                 AND c.id IN (SELECT value FROM json_each($2)) ORDER BY c.id",
        postgres: "SELECT c.id, c.team_id FROM conversation c WHERE c.municipality_id = $1 \
                   AND c.id IN (SELECT value FROM jsonb_array_elements_text(CAST($2 AS jsonb))) ORDER BY c.id",
    } => [id: Text, team_id: Text];
    /// Those of these sessions that nobody ended, a row per team; the sessions as a JSON list of municipality and id.
    SESSIONS = {
        sqlite: "SELECT s.municipality_id, s.id, u.role, s.last_seen_at, s.expires_at, t.team_id FROM json_each($1) e \
                 JOIN session s ON s.municipality_id = json_extract(e.value, '$[0]') \
                 AND s.id = json_extract(e.value, '$[1]') \
                 JOIN gehoor_user u ON u.municipality_id = s.municipality_id AND u.id = s.user_id \
                 LEFT JOIN user_team t ON t.municipality_id = s.municipality_id AND t.user_id = s.user_id \
                 WHERE s.ended_at IS NULL AND u.disabled_at IS NULL ORDER BY s.municipality_id, s.id, t.team_id",
        postgres: "SELECT s.municipality_id, s.id, u.role, s.last_seen_at, s.expires_at, t.team_id \
                   FROM jsonb_array_elements(CAST($1 AS jsonb)) AS e (pair) \
                   JOIN session s ON s.municipality_id = e.pair->>0 AND s.id = e.pair->>1 \
                   JOIN gehoor_user u ON u.municipality_id = s.municipality_id AND u.id = s.user_id \
                   LEFT JOIN user_team t ON t.municipality_id = s.municipality_id AND t.user_id = s.user_id \
                   WHERE s.ended_at IS NULL AND u.disabled_at IS NULL ORDER BY s.municipality_id, s.id, t.team_id",
    } => [municipality_id: Text, id: Text, role: Text, last_seen_at: Int, expires_at: Int, team_id: Text];
}

/// The last position of each municipality's journal.
///
/// # Errors
/// When the store does not answer.
pub async fn heads(from: &mut impl Reads) -> Result<Vec<(MunicipalityId, i64)>, StoreError> {
    let rows = from.all(&HEADS, vals![]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.int(1)?))).collect()
}

/// With which team each of these conversations is now. One that is no more is left out.
///
/// # Errors
/// When the store does not answer.
pub async fn teams(
    from: &mut impl Reads,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, TeamId)>, StoreError> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let municipality = from.scope().municipality().clone();
    let ids = serde_json::to_string(conversations).map_err(|_| StoreError::wrong("writing ids"))?;
    let rows = from.all(&TEAMS, vals![&municipality, ids]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.parse(1)?))).collect()
}

/// A session that nobody ended, with what its user may see at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Of which municipality.
    pub municipality: MunicipalityId,
    /// Which.
    pub id: SessionId,
    /// The user's role.
    pub role: Role,
    /// When it was used last.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The user's teams.
    pub teams: Vec<TeamId>,
}

/// Those of these sessions that nobody ended, in all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn sessions(
    from: &mut impl Reads,
    asked: &[(MunicipalityId, SessionId)],
) -> Result<Vec<OpenSession>, StoreError> {
    let pairs: Vec<_> = asked.iter().map(|(one, id)| [one.to_string(), id.to_string()]).collect();
    let pairs = serde_json::to_string(&pairs).map_err(|_| StoreError::wrong("writing ids"))?;
    let mut open: Vec<OpenSession> = Vec::new();
    for row in from.all(&SESSIONS, vals![pairs]).await? {
        let (municipality, id): (MunicipalityId, SessionId) = (row.parse(0)?, row.parse(1)?);
        let team: Option<TeamId> = row.maybe_parse(5)?;
        match open.last_mut() {
            Some(last) if last.id == id && last.municipality == municipality => last.teams.extend(team),
            _ => open.push(OpenSession {
                municipality,
                id,
                role: row.parse(2)?,
                last_seen_at: row.at(3)?,
                expires_at: row.at(4)?,
                teams: team.into_iter().collect(),
            }),
        }
    }
    Ok(open)
}
