//! The index of what is said: per message its terms, without their places. It narrows down; whether a message fits is
//! decided above, on its text.
//!
//! SQLite: FTS5, keyed by a number that rises with the moment of sending, so that the newest are found without looking
//! at all of them. PostgreSQL: `tsvector` of the same terms with GIN. A term is led by its municipality in both, so that
//! one question never reads another municipality's part of the index.

use domain::ids::{AuthorId, ConversationId, MessageId, TeamId, UserId};
use domain::messages::{Direction, MessageKind};
use domain::search::{Term, Wanted};
use jiff::Timestamp;

use super::conversation::{in_scope, scope_values};
use super::json_of;
use crate::door::dialect::led;
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, Val, statements, vals};
use crate::{StoreError, Tx};

/// Places in the order of the index for messages of one second.
const PER_SECOND: i64 = 65_536;
/// Teams, or colleagues, that one filter can mean.
pub const MEANT: usize = 4;

const CANDIDATE: Columns = columns!([number: Int, message_id: Text, conversation_id: Text]);

/// What a filter leaves of the found messages: `$15` to `$25`.
macro_rules! filtered {
    () => {
        concat!(
            in_scope!(),
            " AND ($15 = '' OR c.state = $15 OR ($15 = 'active' AND c.state <> 'closed')) \
             AND ($16 = '' OR EXISTS (SELECT 1 FROM channel_account a WHERE a.municipality_id = c.municipality_id \
             AND a.id = c.channel_account_id AND a.channel = $16)) \
             AND ($17 = '' OR c.team_id IN ($17, $18, $19, $20)) \
             AND ($21 = '' OR ($21 = 'nobody' AND c.assignee_id IS NULL) \
             OR ($21 = 'of' AND c.assignee_id IN ($22, $23, $24, $25)))"
        )
    };
}

macro_rules! seen_of {
    ($found:literal) => {
        concat!(
            "SELECT f.number, s.message_id, c.id AS conversation_id FROM (",
            $found,
            ") f LEFT JOIN message_search s ON s.municipality_id = $1 AND s.number = f.number \
             LEFT JOIN conversation c ON c.id = s.conversation_id AND ",
            filtered!(),
            " ORDER BY f.number DESC, s.message_id"
        )
    };
}

macro_rules! texts {
    () => {
        "SELECT m.id, m.conversation_id, m.direction, m.kind, m.sent_at, m.deleted_at, \
         CASE WHEN m.deleted_at IS NOT NULL THEN NULL WHEN m.edited_at IS NOT NULL THEN m.edited_body \
         ELSE m.body END AS body, COALESCE(u.name, au.display_name) AS writer_name, \
         (SELECT string_agg(i.value, ' ') FROM author_identifier i WHERE i.municipality_id = m.municipality_id \
         AND i.author_id = m.author_id AND i.left_at IS NULL) AS handles FROM message m \
         LEFT JOIN gehoor_user u ON u.municipality_id = m.municipality_id AND u.id = m.user_id \
         LEFT JOIN author au ON au.municipality_id = m.municipality_id AND au.id = m.author_id \
         WHERE m.municipality_id = $1"
    };
}

statements! {
    PUT = "INSERT INTO message_search (municipality_id, message_id, conversation_id, number, analysis) \
           VALUES ($1, $2, $3, COALESCE((SELECT max(n.number) + 1 FROM message_search n \
           WHERE n.number >= $4 AND n.number < $5), $4), $6) \
           ON CONFLICT (municipality_id, message_id) DO UPDATE SET analysis = excluded.analysis, \
           conversation_id = excluded.conversation_id RETURNING number" => [number: Int];
    PUT_TERMS = {
        sqlite: "INSERT OR REPLACE INTO message_term (rowid, terms) VALUES ($3, $4)",
        postgres: "INSERT INTO message_term (municipality_id, message_id, number, terms) \
                   VALUES ($1, $2, $3, array_to_tsvector(string_to_array($4, ' '))) \
                   ON CONFLICT (municipality_id, message_id) DO UPDATE SET terms = excluded.terms",
    } => [];
    FORGET = "DELETE FROM message_search WHERE municipality_id = $1 AND message_id = $2" => [];
    /// The newest messages with these terms, and which of them are in scope and fit the filters: the others without ids.
    FITTING = {
        sqlite: seen_of!("SELECT rowid AS number FROM message_term WHERE message_term MATCH $11 \
                          AND rowid < $12 AND rowid >= $13 ORDER BY rowid DESC LIMIT $14"),
        postgres: seen_of!("SELECT t.number FROM message_term t WHERE t.municipality_id = $1 \
                            AND t.terms @@ CAST(CAST($11 AS text) AS tsquery) AND t.number < $12 AND t.number >= $13 \
                            ORDER BY t.number DESC LIMIT $14"),
    } => CANDIDATE;
    /// The same without terms. `$11` is empty.
    NEWEST = (seen_of!("SELECT n.number FROM message_search n WHERE n.municipality_id = $1 AND $11 = '' \
                        AND n.number < $12 AND n.number >= $13 ORDER BY n.number DESC LIMIT $14")) => CANDIDATE;
    /// What messages of a JSON list of ids say now.
    TEXTS = {
        sqlite: concat!(texts!(), " AND m.id IN (SELECT value FROM json_each($2)) ORDER BY m.id LIMIT 1000"),
        postgres: concat!(texts!(), " AND m.id IN (SELECT jsonb_array_elements_text(CAST($2 AS jsonb))) \
                          ORDER BY m.id LIMIT 1000"),
    } => TEXT;
    /// Of each conversation of a JSON list of ids, its first messages from a place in the order of the index on.
    LATER = {
        sqlite: "SELECT s.message_id FROM json_each($2) j JOIN message_search s ON s.municipality_id = $1 \
                 AND s.message_id IN (SELECT n.message_id FROM message_search n WHERE n.municipality_id = $1 \
                 AND n.conversation_id = j.value AND n.number >= $3 ORDER BY n.number, n.message_id LIMIT $4) \
                 ORDER BY s.message_id LIMIT 100000",
        postgres: "SELECT l.message_id FROM jsonb_array_elements_text(CAST($2 AS jsonb)) j (value) \
                   CROSS JOIN LATERAL (SELECT n.message_id FROM message_search n WHERE n.municipality_id = $1 \
                   AND n.conversation_id = j.value AND n.number >= $3 ORDER BY n.number, n.message_id LIMIT $4) l \
                   ORDER BY l.message_id LIMIT 100000",
    } => [message_id: Text];
    /// Messages before one, the newest first, with the analysis that they were indexed with.
    BEFORE = "SELECT m.id, s.analysis FROM message m LEFT JOIN message_search s \
              ON s.municipality_id = m.municipality_id AND s.message_id = m.id \
              WHERE m.municipality_id = $1 AND m.id < $2 ORDER BY m.id DESC LIMIT $3" => [id: Text, analysis: Int];
    /// What an author wrote on their account, before one, the newest first.
    OF_AUTHOR = "SELECT m.id FROM conversation c JOIN message m ON m.municipality_id = c.municipality_id \
                 AND m.conversation_id = c.id WHERE c.municipality_id = $1 AND c.channel_account_id = (\
                 SELECT a.channel_account_id FROM author a WHERE a.municipality_id = $1 AND a.id = $2) \
                 AND c.counterpart = $3 AND m.author_id = $2 AND m.id < $4 ORDER BY m.id DESC LIMIT $5" => [id: Text];
    PROGRESS = "SELECT analysis, before_id, finished_at FROM search_progress WHERE municipality_id = $1"
        => [analysis: Int, before_id: Text, finished_at: Int];
    SET_PROGRESS = "INSERT INTO search_progress (municipality_id, analysis, before_id, finished_at) \
                    VALUES ($1, $2, $3, $4) ON CONFLICT (municipality_id) DO UPDATE SET \
                    analysis = excluded.analysis, before_id = excluded.before_id, finished_at = excluded.finished_at" => [];
    SCAN = (concat!("SELECT m.id FROM message m JOIN conversation c ON c.municipality_id = m.municipality_id \
            AND c.id = m.conversation_id WHERE ", in_scope!(), " AND lower(m.body) LIKE $11 \
            ORDER BY m.sent_at DESC, m.id DESC LIMIT 20")) => [id: Text];
    TEAMS = "SELECT id, name FROM team WHERE municipality_id = $1 ORDER BY id LIMIT 1000" => [id: Text, name: Text];
    COLLEAGUES = "SELECT id, name FROM gehoor_user WHERE municipality_id = $1 ORDER BY id LIMIT 5000"
        => [id: Text, name: Text];
}

const TEXT: Columns = columns!([id: Text, conversation_id: Text, direction: Text, kind: Text, sent_at: Int,
    deleted_at: Int, body: Text, writer_name: Text, handles: Text]);

/// What a message says now, with who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The message.
    pub id: MessageId,
    /// Where it stands.
    pub conversation: ConversationId,
    /// Which way it went.
    pub direction: Direction,
    /// What kind it is.
    pub kind: MessageKind,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Its author took it back: it says nothing.
    pub deleted: bool,
    /// The text.
    pub text: String,
    /// The name of who wrote it.
    pub writer: String,
    /// The other names by which a platform knows them.
    pub handles: String,
}

/// A message that came into question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Its place in the order of the index.
    pub number: i64,
    /// The message and its conversation; `None` when it is out of scope, or does not fit the filters.
    pub found: Option<(MessageId, ConversationId)>,
}

/// What is asked of conversations beside terms; an empty field is no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// A state, or "active" for all but closed.
    pub state: Option<String>,
    /// A channel.
    pub channel: Option<String>,
    /// Of one of these teams; an empty list is no limit.
    pub teams: Vec<TeamId>,
    /// Who has it.
    pub owner: OwnedBy,
    /// Sent at this moment at the earliest.
    pub since: Option<Timestamp>,
    /// Sent before this moment.
    pub until: Option<Timestamp>,
}

/// Who has a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OwnedBy {
    /// No matter.
    #[default]
    Anybody,
    /// Nobody.
    Nobody,
    /// One of these.
    OneOf(Vec<UserId>),
}

/// How far a municipality's index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The analysis that it is being indexed with.
    pub analysis: i64,
    /// The last message that was looked at.
    pub before: Option<MessageId>,
    /// When all was indexed.
    pub finished_at: Option<Timestamp>,
}

/// The first place in the order of the index for what is sent at a moment.
fn place_of(at: Timestamp) -> i64 {
    at.as_second().saturating_mul(PER_SECOND)
}

/// Writes what a message is found by, or writes it anew.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx, said: &Said, terms: &[Term], analysis: i64) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let from = place_of(said.sent_at);
    let values = vals![&municipality, said.id, said.conversation, from, from + PER_SECOND, analysis];
    let row = tx
        .opt(&PUT, values)
        .await?
        .ok_or_else(|| StoreError::changed_meanwhile("a message's index"))?;
    let terms: Vec<String> = terms.iter().map(|term| led(&municipality, term)).collect();
    tx.exec(&PUT_TERMS, vals![&municipality, said.id, row.int(0)?, terms.join(" ")])
        .await
        .map(|_| ())
}

/// A message is found by nothing any more.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx, message: MessageId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&FORGET, vals![&municipality, message]).await.map(|_| ())
}

/// The newest messages with these terms, at most `limit` of them, before a place in the order of the index. Those out of
/// scope count, and come without anything of them.
///
/// # Errors
/// When the store does not answer.
pub async fn fitting(
    from: &mut impl Reads,
    wanted: &Wanted,
    limits: &Limits,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Candidate>, StoreError> {
    let scope = from.scope().clone();
    let (asked, statement) = if wanted.is_empty() {
        (String::new(), &NEWEST)
    } else {
        (from.dialect().terms(scope.municipality(), wanted), &FITTING)
    };
    let mut values = scope_values(&scope);
    values.extend(range_values(asked, limits, before, limit));
    values.extend(limit_values(limits));
    let read = |row: &Row| {
        let (message, conversation) = (row.maybe_parse(1)?, row.maybe_parse(2)?);
        Ok(Candidate { number: row.int(0)?, found: message.zip(conversation) })
    };
    from.all(statement, values).await?.iter().map(read).collect()
}

fn range_values(asked: String, limits: &Limits, before: Option<i64>, limit: u32) -> Vec<Val> {
    let until = limits.until.map_or(i64::MAX, place_of);
    let since = limits.since.map_or(i64::MIN, place_of);
    vals![asked, before.unwrap_or(i64::MAX).min(until), since, limit]
}

fn limit_values(limits: &Limits) -> Vec<Val> {
    let named = |ids: Vec<String>| {
        (0..MEANT).map(move |place| Val::from(ids.get(place).cloned().unwrap_or_default()))
    };
    let (owner, users) = match &limits.owner {
        OwnedBy::Anybody => ("", Vec::new()),
        OwnedBy::Nobody => ("nobody", Vec::new()),
        OwnedBy::OneOf(users) => ("of", users.iter().map(ToString::to_string).collect()),
    };
    let mut values =
        vals![limits.state.clone().unwrap_or_default(), limits.channel.clone().unwrap_or_default()];
    values.extend(named(limits.teams.iter().map(ToString::to_string).collect()));
    values.push(Val::from(owner));
    values.extend(named(users));
    values
}

/// What messages say now, in the order of their ids. The caller has checked that they are in scope.
///
/// # Errors
/// When the store does not answer.
pub async fn texts(from: &mut impl Reads, ids: &[MessageId]) -> Result<Vec<Said>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let municipality = from.scope().municipality().clone();
    let read = |row: &Row| {
        Ok(Said {
            id: row.parse(0)?,
            conversation: row.parse(1)?,
            direction: row.parse(2)?,
            kind: row.parse(3)?,
            sent_at: row.at(4)?,
            deleted: row.maybe_int(5)?.is_some(),
            text: row.maybe_text(6)?.unwrap_or_default(),
            writer: row.maybe_text(7)?.unwrap_or_default(),
            handles: row.maybe_text(8)?.unwrap_or_default(),
        })
    };
    from.all(&TEXTS, vals![&municipality, json_of(ids.iter())])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Messages before one, the newest first, and whether each is indexed with this analysis.
///
/// # Errors
/// When the store does not answer.
pub async fn before(
    from: &mut impl Reads,
    message: Option<MessageId>,
    analysis: i64,
    limit: u32,
) -> Result<Vec<(MessageId, bool)>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let values = vals![&municipality, after_all(message), limit];
    let read = |row: &Row| Ok((row.parse(0)?, row.maybe_int(1)? == Some(analysis)));
    from.all(&BEFORE, values).await?.iter().map(read).collect()
}

/// Of each of these conversations, at most `limit` messages from a place in the order of the index on. The caller has
/// checked the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn later(
    from: &mut impl Reads,
    conversations: &[ConversationId],
    number: i64,
    limit: u32,
) -> Result<Vec<MessageId>, StoreError> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let municipality = from.scope().municipality().clone();
    let values = vals![&municipality, json_of(conversations.iter()), number, limit];
    from.all(&LATER, values).await?.iter().map(|row| row.parse(0)).collect()
}

/// What an author wrote before a message, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn of_author(
    from: &mut impl Reads,
    author: AuthorId,
    message: Option<MessageId>,
    limit: u32,
) -> Result<Vec<MessageId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let counterpart = domain::conversations::Counterpart::Author(author).key();
    let values = vals![&municipality, author, counterpart, after_all(message), limit];
    from.all(&OF_AUTHOR, values).await?.iter().map(|row| row.parse(0)).collect()
}

/// Ids are of hexadecimal digits: a tilde is behind all of them.
fn after_all(message: Option<MessageId>) -> String {
    message.map_or_else(|| "~".to_owned(), |id| id.to_string())
}

/// How far the municipality's index is; `None` when nobody looked yet, as in a new one.
///
/// # Errors
/// When the store does not answer.
pub async fn progress(from: &mut impl Reads) -> Result<Option<Progress>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let read = |row: Row| {
        Ok(Progress {
            analysis: row.int(0)?,
            before: row.maybe_parse(1)?,
            finished_at: row.maybe_at(2)?,
        })
    };
    from.opt(&PROGRESS, vals![&municipality]).await?.map(read).transpose()
}

/// Notes how far the municipality's index is.
///
/// # Errors
/// When the store does not answer.
pub async fn set_progress(tx: &mut Tx, progress: &Progress) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![&municipality, progress.analysis, progress.before, progress.finished_at];
    tx.exec(&SET_PROGRESS, values).await.map(|_| ())
}

/// The teams of the scope, by id and name.
///
/// # Errors
/// When the store does not answer.
pub async fn teams(from: &mut impl Reads) -> Result<Vec<(TeamId, String)>, StoreError> {
    let scope = from.scope().clone();
    let rows = from.all(&TEAMS, vals![scope.municipality()]).await?;
    let mut teams = rows
        .iter()
        .map(|row| Ok((row.parse(0)?, row.text(1)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    teams.retain(|(team, _)| scope.sees(team));
    Ok(teams)
}

/// The colleagues of the municipality, by id and name.
///
/// # Errors
/// When the store does not answer.
pub async fn colleagues(from: &mut impl Reads) -> Result<Vec<(UserId, String)>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&COLLEAGUES, vals![&municipality]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.text(1)?))).collect()
}

/// The baseline of `bench search`: the newest messages that hold a text, found by looking at all of them. Not used for
/// anything that matters.
///
/// # Errors
/// When the store does not answer.
pub async fn scan(
    store: &crate::Store,
    scope: &domain::access::Scope,
    text: &str,
) -> Result<usize, StoreError> {
    let mut reader = store.read(scope);
    let mut values = scope_values(scope);
    values.push(Val::from(format!("%{text}%")));
    Ok(reader.all(&SCAN, values).await?.len())
}
