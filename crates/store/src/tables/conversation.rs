//! Conversations.

use domain::access::{Scope, Teams};
use domain::conversations::{Conversation, ConversationState, Counterpart};
use domain::ids::{ChannelAccountId, ConversationId, TeamId, UserId};
use domain::messages::{Direction, MessageKind};
use jiff::Timestamp;

use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, Val, statements, vals};
use crate::{StoreError, Tx};

/// The teams of a scope: `$2` says whether it is all of them, `$3` to `$10` name them.
macro_rules! in_scope {
    () => {
        "c.municipality_id = $1 AND ($2 OR c.team_id IN ($3, $4, $5, $6, $7, $8, $9, $10))"
    };
}
pub(super) use in_scope;

macro_rules! selected {
    () => {
        "c.id, c.channel_account_id, c.counterpart, c.state, c.outcome, c.team_id, c.assignee_id, c.waiting_since_at, \
         c.last_inbound_at, c.last_activity_at, c.closed_at, c.previous_id, c.version, c.arrivals"
    };
}

/// What a list shows of each conversation, with where they come from: `c` in the table, or a page of their ids.
macro_rules! listed_from {
    ($from:expr) => {
        concat!(
            "SELECT ",
            selected!(),
            ", a.channel, au.display_name, u.name AS assignee_name, t.name AS team_name, c.topic, c.kind, c.urgency, \
             c.due_at, c.created_at, m.direction, m.kind AS message_kind, \
             CASE WHEN m.deleted_at IS NOT NULL THEN NULL WHEN m.edited_at IS NOT NULL THEN m.edited_body \
             ELSE m.body END AS body, m.sent_at, m.delivery, m.deleted_at \
             FROM ",
            $from,
            " JOIN channel_account a ON a.municipality_id = c.municipality_id AND a.id = c.channel_account_id \
             JOIN team t ON t.municipality_id = c.municipality_id AND t.id = c.team_id \
             LEFT JOIN author au ON au.municipality_id = c.municipality_id AND au.id = substr(c.counterpart, 8) \
             LEFT JOIN gehoor_user u ON u.municipality_id = c.municipality_id AND u.id = c.assignee_id \
             LEFT JOIN message m ON m.municipality_id = c.municipality_id AND m.id = (SELECT id FROM message l \
             WHERE l.municipality_id = c.municipality_id AND l.conversation_id = c.id AND l.direction <> 'note' \
             AND COALESCE(l.delivery, '') <> 'cancelled' \
             ORDER BY l.sent_at DESC, l.tie DESC LIMIT 1)"
        )
    };
}

pub(super) use {listed_from, selected};

macro_rules! listed {
    () => {
        concat!(listed_from!("conversation c"), " WHERE ", in_scope!())
    };
}

/// A page of a list: its ids are found in the order of an index first, and only of those the rest is looked up. However
/// much is in the list, a page costs what stands on it.
macro_rules! page_of {
    ($where:expr, $order:expr, $limit:expr) => {
        concat!(
            listed_from!(concat!(
                "(SELECT c.municipality_id AS town, c.id AS found FROM conversation c WHERE ",
                in_scope!(),
                $where,
                " ORDER BY ",
                $order,
                " LIMIT ",
                $limit,
                ") p JOIN conversation c ON c.municipality_id = p.town AND c.id = p.found"
            )),
            " ORDER BY ",
            $order
        )
    };
}

/// What [`selected!`] gives.
const COLUMNS: Columns = columns!([id: Text, channel_account_id: Text, counterpart: Text, state: Text, outcome: Text, team_id: Text,
    assignee_id: Text, waiting_since_at: Int, last_inbound_at: Int, last_activity_at: Int, closed_at: Int,
    previous_id: Text, version: Int, arrivals: Int]);
/// What [`listed!`] gives.
pub(super) const LISTED_COLUMNS: Columns = columns!([id: Text, channel_account_id: Text, counterpart: Text, state: Text, outcome: Text, team_id: Text,
    assignee_id: Text, waiting_since_at: Int, last_inbound_at: Int, last_activity_at: Int, closed_at: Int,
    previous_id: Text, version: Int, arrivals: Int, channel: Text, display_name: Text, assignee_name: Text, team_name: Text,
    topic: Text, kind: Text, urgency: Int, due_at: Int, created_at: Int, direction: Text, message_kind: Text,
    body: Text, sent_at: Int, delivery: Text, deleted_at: Int]);

statements! {
    FIND = (concat!("SELECT ", selected!(), " FROM conversation c WHERE ", in_scope!(), " AND c.id = $11")) => COLUMNS;
    /// The newest conversation with a counterpart, open or closed.
    LATEST_WITH = (concat!("SELECT ", selected!(), " FROM conversation c WHERE c.municipality_id = $1 \
                   AND c.channel_account_id = $2 AND c.counterpart = $3 \
                   ORDER BY CASE WHEN c.state = 'closed' THEN 1 ELSE 0 END, c.created_at DESC, c.id DESC LIMIT 1")) => COLUMNS;
    INSERT = "INSERT INTO conversation (municipality_id, id, channel_account_id, counterpart, state, outcome, team_id, \
              assignee_id, urgency, waiting_since_at, last_inbound_at, last_activity_at, closed_at, previous_id, \
              version, created_at, arrivals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12, $13, 1, \
              $14, $15) \
              ON CONFLICT DO NOTHING" => [];
    UPDATE = "UPDATE conversation SET state = $3, outcome = $4, team_id = $5, assignee_id = $6, waiting_since_at = $7, \
              last_inbound_at = $8, last_activity_at = $9, closed_at = $10, arrivals = $12, \
              version = version + 1 WHERE municipality_id = $1 AND id = $2 AND version = $11" => [];
    /// Nobody changes it until the commit.
    HOLD = "UPDATE conversation SET version = version WHERE municipality_id = $1 AND id = $2" => [];
    LISTED = (concat!(listed!(), " AND c.id = $11")) => LISTED_COLUMNS;
    /// Those of a JSON list of ids.
    LISTED_OF = {
        sqlite: concat!(listed!(), " AND c.id IN (SELECT value FROM json_each($11)) ORDER BY c.id LIMIT 1000"),
        postgres: concat!(listed!(), " AND c.id IN (SELECT jsonb_array_elements_text(CAST($11 AS jsonb))) \
                          ORDER BY c.id LIMIT 1000"),
    } => LISTED_COLUMNS;
    /// Newest activity first, before a place in that order.
    NEWEST = (page_of!(" AND ($11 = '' OR c.team_id = $11) AND ($12 = '' OR c.channel_account_id = $12) \
              AND ($13 = '' OR c.topic = $13) AND (c.last_activity_at, c.id) < ($14, $15)",
              "c.last_activity_at DESC, c.id DESC", "$16")) => LISTED_COLUMNS;
    /// The same of one state.
    NEWEST_OF_STATE = (page_of!(" AND ($11 = '' OR c.team_id = $11) AND ($12 = '' OR c.channel_account_id = $12) \
              AND ($13 = '' OR c.topic = $13) AND (c.last_activity_at, c.id) < ($14, $15) AND c.state = $17",
              "c.last_activity_at DESC, c.id DESC", "$16")) => LISTED_COLUMNS;
    /// The other conversations with a counterpart, newest first.
    OTHERS_WITH = (concat!(listed!(), " AND c.channel_account_id = $11 AND c.counterpart = $12 AND c.id <> $13 \
              ORDER BY c.created_at DESC, c.id DESC LIMIT $14")) => LISTED_COLUMNS;
    /// How many are open, and of those: of a user, of nobody, waiting for the resident.
    OPEN_COUNTS = (concat!("SELECT count(*) AS open, \
              COALESCE(sum(CASE WHEN c.assignee_id = $11 THEN 1 ELSE 0 END), 0) AS mine, \
              COALESCE(sum(CASE WHEN c.assignee_id IS NULL THEN 1 ELSE 0 END), 0) AS nobodys, \
              COALESCE(sum(CASE WHEN c.state = 'waiting_for_resident' THEN 1 ELSE 0 END), 0) AS for_resident \
              FROM conversation c WHERE ", in_scope!(), " AND c.state <> 'closed'"))
        => [open: Int, mine: Int, nobodys: Int, for_resident: Int];
    /// Everything, in the order of the export.
    AFTER_ID = (concat!(listed!(), " AND c.id > $11 ORDER BY c.id LIMIT $12")) => LISTED_COLUMNS;
}

/// A conversation as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The conversation.
    pub conversation: Conversation,
    /// The channel's name.
    pub channel: String,
    /// The name that the author chose.
    pub author_name: Option<String>,
    /// The owner's name.
    pub assignee_name: Option<String>,
    /// The team's name.
    pub team_name: String,
    /// The topic's id.
    pub topic: Option<String>,
    /// Question, remark, report, ….
    pub kind: Option<String>,
    /// Higher is more urgent; 0 is usual.
    pub urgency: i64,
    /// When the norm asks for an answer.
    pub due_at: Option<Timestamp>,
    /// When we first knew of it.
    pub created_at: Timestamp,
    /// The newest message of either side.
    pub last_message: Option<LastMessage>,
}

/// The newest message of a conversation, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMessage {
    /// Whose.
    pub direction: Direction,
    /// What kind.
    pub kind: MessageKind,
    /// What it says now; nothing once its author deleted it.
    pub text: Option<String>,
    /// When.
    pub sent_at: Timestamp,
    /// How far it came, if it is ours.
    pub delivery: Option<domain::messages::DeliveryStatus>,
    /// When its author deleted it.
    pub deleted_at: Option<Timestamp>,
}

/// Which conversations a list of the API shows; an empty field is no limit.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<ConversationState>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// On this account.
    pub channel_account: Option<ChannelAccountId>,
    /// On this topic.
    pub topic: Option<String>,
}

/// The municipality and teams of a scope as `$1` to `$10`.
pub(super) fn scope_values(scope: &Scope) -> Vec<Val> {
    let mut values = vec![Val::from(scope.municipality())];
    let (all, teams): (bool, &[TeamId]) = match scope.teams() {
        Teams::All => (true, &[]),
        Teams::Some(teams) => (false, teams),
    };
    values.push(Val::from(all));
    for index in 0..domain::limits::TEAMS_PER_USER {
        values.push(Val::Text(Some(teams.get(index).map(ToString::to_string).unwrap_or_default())));
    }
    values
}

fn conversation(scope: &Scope, row: &Row) -> Result<Conversation, StoreError> {
    let counterpart = Counterpart::from_key(&row.text(2)?)
        .ok_or_else(|| row.odd(2, "holds a value that is none of its kind"))?;
    Ok(Conversation {
        municipality: scope.municipality().clone(),
        id: row.parse(0)?,
        channel_account: row.parse(1)?,
        counterpart,
        state: row.parse(3)?,
        outcome: row.maybe_parse(4)?,
        team: row.parse(5)?,
        assignee: row.maybe_parse(6)?,
        waiting_since_at: row.maybe_at(7)?,
        last_inbound_at: row.maybe_at(8)?,
        last_activity_at: row.at(9)?,
        closed_at: row.maybe_at(10)?,
        previous: row.maybe_parse(11)?,
        version: row.int(12)?,
        arrivals: row.int(13)?,
    })
}

pub(super) fn listed(scope: &Scope, row: &Row) -> Result<Listed, StoreError> {
    let last_message = match row.maybe_parse::<Direction>(23)? {
        None => None,
        Some(direction) => Some(LastMessage {
            direction,
            kind: row.parse(24)?,
            text: row.maybe_text(25)?,
            sent_at: row.at(26)?,
            delivery: row.maybe_parse(27)?,
            deleted_at: row.maybe_at(28)?,
        }),
    };
    Ok(Listed {
        conversation: conversation(scope, row)?,
        channel: row.text(14)?,
        author_name: row.maybe_text(15)?,
        assignee_name: row.maybe_text(16)?,
        team_name: row.text(17)?,
        topic: row.maybe_text(18)?,
        kind: row.maybe_text(19)?,
        urgency: row.int(20)?,
        due_at: row.maybe_at(21)?,
        created_at: row.at(22)?,
        last_message,
    })
}

/// One conversation, if the scope sees it.
///
/// # Errors
/// When the store does not answer.
pub async fn find(from: &mut impl Reads, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
    let scope = from.scope().clone();
    let mut values = scope_values(&scope);
    values.push(Val::from(id));
    from.opt(&FIND, values).await?.map(|row| conversation(&scope, &row)).transpose()
}

/// One conversation with what a list shows of it, if the scope sees it.
///
/// # Errors
/// When the store does not answer.
pub async fn find_listed(from: &mut impl Reads, id: ConversationId) -> Result<Option<Listed>, StoreError> {
    let scope = from.scope().clone();
    let mut values = scope_values(&scope);
    values.push(Val::from(id));
    from.opt(&LISTED, values).await?.map(|row| listed(&scope, &row)).transpose()
}

/// Those of these conversations that the scope sees, with what a list shows of them, in the order of their ids.
///
/// # Errors
/// When the store does not answer.
pub async fn find_all_listed(
    from: &mut impl Reads,
    ids: &[ConversationId],
) -> Result<Vec<Listed>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let scope = from.scope().clone();
    let mut values = scope_values(&scope);
    values.push(Val::from(super::json_of(ids.iter())));
    from.all(&LISTED_OF, values).await?.iter().map(|row| listed(&scope, row)).collect()
}

/// The open conversation with a counterpart, or else the newest closed one. Sees all teams: what a resident writes is
/// put where it belongs, whoever may read it.
///
/// # Errors
/// When the store does not answer.
pub async fn latest_with(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    counterpart: &Counterpart,
) -> Result<Option<Conversation>, StoreError> {
    let scope = from.scope().clone();
    let values = vals![scope.municipality(), account, counterpart.key()];
    from.opt(&LATEST_WITH, values).await?.map(|row| conversation(&scope, &row)).transpose()
}

/// Adds a conversation; `false` when one with this counterpart is open already.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx, conversation: &Conversation, now: Timestamp) -> Result<bool, StoreError> {
    let c = conversation;
    let values = vals![
        &c.municipality,
        c.id,
        &c.channel_account,
        c.counterpart.key(),
        c.state,
        c.outcome,
        &c.team,
        c.assignee,
        c.waiting_since_at,
        c.last_inbound_at,
        c.last_activity_at,
        c.closed_at,
        c.previous,
        now,
        c.arrivals
    ];
    Ok(tx.exec(&INSERT, values).await? > 0)
}

/// Writes a changed conversation; `false` when somebody changed it since it was read.
///
/// # Errors
/// When the store does not answer.
pub async fn update(tx: &mut Tx, conversation: &Conversation) -> Result<bool, StoreError> {
    let c = conversation;
    let values = vals![
        &c.municipality,
        c.id,
        c.state,
        c.outcome,
        &c.team,
        c.assignee,
        c.waiting_since_at,
        c.last_inbound_at,
        c.last_activity_at,
        c.closed_at,
        c.version,
        c.arrivals
    ];
    Ok(tx.exec(&UPDATE, values).await? > 0)
}

/// Nobody else changes the conversation until the commit; `false` when it is no more. For what is added to a
/// conversation without changing it.
///
/// # Errors
/// When the store does not answer.
pub async fn hold(tx: &mut Tx, id: ConversationId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&HOLD, vals![&municipality, id]).await? > 0)
}

/// Writes a changed conversation; one that somebody changed since it was read makes the whole write run again.
///
/// # Errors
/// When the store does not answer, or somebody was first.
pub async fn save(tx: &mut Tx, changed: &Conversation) -> Result<(), StoreError> {
    if update(tx, changed).await? {
        Ok(())
    } else {
        Err(StoreError::changed_meanwhile(format!("conversation {}", changed.id)))
    }
}

/// Newest activity first, at most `limit`, after `before` in that order.
///
/// # Errors
/// When the store does not answer.
pub async fn newest(
    from: &mut impl Reads,
    filter: &Filter,
    before: Option<(Timestamp, ConversationId)>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let scope = from.scope().clone();
    let mut values = scope_values(&scope);
    let text = |value: Option<String>| value.unwrap_or_default();
    let (at, id) =
        before.map_or((i64::MAX, String::new()), |(at, id)| (domain::time::micros(at), id.to_string()));
    values.extend(vals![
        text(filter.team.as_ref().map(ToString::to_string)),
        text(filter.channel_account.as_ref().map(ToString::to_string)),
        text(filter.topic.clone()),
        at,
        id,
        limit
    ]);
    let statement = match filter.state {
        None => &NEWEST,
        Some(state) => {
            values.push(Val::from(state));
            &NEWEST_OF_STATE
        }
    };
    from.all(statement, values).await?.iter().map(|row| listed(&scope, row)).collect()
}

/// The other conversations in the scope with the same counterpart, newest first, at most `limit`.
///
/// # Errors
/// When the store does not answer.
pub async fn others_with(
    from: &mut impl Reads,
    conversation: &Conversation,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let scope = from.scope().clone();
    let mut values = scope_values(&scope);
    let c = conversation;
    values.extend(vals![&c.channel_account, c.counterpart.key(), c.id, limit]);
    from.all(&OTHERS_WITH, values).await?.iter().map(|row| listed(&scope, row)).collect()
}

/// How many conversations are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenCounts {
    /// All of them.
    pub open: u64,
    /// Those of the user who asks.
    pub mine: u64,
    /// Those that nobody has.
    pub nobodys: u64,
    /// Those that wait for the resident.
    pub for_resident: u64,
}

/// Counts what is open in the scope; `user` is whose own ones are counted.
///
/// # Errors
/// When the store does not answer.
pub async fn open_counts(from: &mut impl Reads, user: Option<UserId>) -> Result<OpenCounts, StoreError> {
    let mut values = scope_values(from.scope());
    values.push(Val::from(user.map(|user| user.to_string()).unwrap_or_default()));
    let Some(row) = from.opt(&OPEN_COUNTS, values).await? else {
        return Ok(OpenCounts::default());
    };
    let count = |column| Ok::<_, StoreError>(row.int(column)?.unsigned_abs());
    Ok(OpenCounts {
        open: count(0)?,
        mine: count(1)?,
        nobodys: count(2)?,
        for_resident: count(3)?,
    })
}

/// Conversations in the order of their ids, after `after`.
///
/// # Errors
/// When the store does not answer.
pub async fn after_id(
    from: &mut impl Reads,
    after: Option<ConversationId>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let scope = from.scope().clone();
    let mut values = scope_values(&scope);
    values.extend(vals![after.map(|id| id.to_string()).unwrap_or_default(), limit]);
    from.all(&AFTER_ID, values).await?.iter().map(|row| listed(&scope, row)).collect()
}
