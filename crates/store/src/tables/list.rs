//! Lists that people work with: narrowed by filters, in an order, page by page.
//!
//! A page is looked for in windows: so many conversations in the order of an index, of which those that fit are kept. Where
//! nearly all fit, the first small window has a page; where nearly none do, nobody reads further than was decided, however
//! many conversations are kept, and the reader is told so.

use std::collections::HashSet;

use domain::ids::ConversationId;
use domain::lists::{Among, Order, Wanted};
use domain::time::micros;
use jiff::Timestamp;

use super::conversation::{LISTED_COLUMNS, Listed, in_scope, listed, listed_from, scope_values, selected};
use super::json_of;
use crate::StoreError;
use crate::door::{Reads, Val, statements, vals};

/// What of the conversations of a window fits: `$11` to `$17`.
macro_rules! fits {
    () => {
        "($11 = '' OR c.state = $11) AND ($12 = '' OR c.team_id = $12) AND ($13 = '' OR c.channel_account_id = $13) \
         AND ($14 = '' OR c.assignee_id = $14 OR ($14 = 'nobody' AND c.assignee_id IS NULL)) \
         AND ($15 = 9223372036854775807 OR c.waiting_since_at <= $15) \
         AND ($16 = '' OR c.arrivals > COALESCE((SELECT r.arrivals FROM read_mark r \
         WHERE r.municipality_id = c.municipality_id AND r.user_id = $16 AND r.conversation_id = c.id), 0)) \
         AND ($17 = false OR EXISTS (SELECT 1 FROM outbox_part p WHERE p.municipality_id = c.municipality_id \
         AND p.conversation_id = c.id AND p.state <> 'cancelled' AND p.delivery IN ('unknown', 'failed') \
         AND p.purpose <> 'seen' AND (p.delivery = 'unknown' OR NOT EXISTS (\
         SELECT 1 FROM message m JOIN message o ON o.municipality_id = m.municipality_id \
         AND o.conversation_id = m.conversation_id AND o.direction = 'out' \
         AND (o.sent_at, o.tie) > (m.sent_at, m.tie) \
         AND o.delivery IN ('accepted', 'sent', 'delivered', 'read', 'played') \
         WHERE m.municipality_id = p.municipality_id AND m.id = p.message_id))))"
    };
}

/// So many conversations in the order of an index, from a place on.
macro_rules! window {
    (($among:literal, $key:expr, $way:literal, $beyond:literal), $at:literal, $id:literal, $size:literal) => {
        concat!(
            "(SELECT w.municipality_id, w.id, w.team_id, w.assignee_id, w.channel_account_id, w.state, \
             w.waiting_since_at, w.arrivals, ",
            $key,
            " AS place FROM conversation w WHERE w.municipality_id = $1 AND ",
            $among,
            " AND ",
            $key,
            " ",
            $beyond,
            "= ",
            $at,
            " AND (",
            $key,
            ", w.id) ",
            $beyond,
            " (",
            $at,
            ", ",
            $id,
            ") ORDER BY ",
            $key,
            " ",
            $way,
            ", w.id ",
            $way,
            " LIMIT ",
            $size,
            ") c"
        )
    };
}

/// Of a window, those that fit, with what a list shows of them.
macro_rules! page {
    ($from:tt, $way:literal) => {
        concat!(
            listed_from!(concat!(
                "(SELECT c.municipality_id AS town, c.id AS found, c.place FROM ",
                window!($from, "$18", "$19", "$20"),
                " WHERE ",
                in_scope!(),
                " AND ",
                fits!(),
                " ORDER BY c.place ",
                $way,
                ", c.id ",
                $way,
                " LIMIT $21) p JOIN conversation c ON c.municipality_id = p.town AND c.id = p.found"
            )),
            " ORDER BY p.place ",
            $way,
            ", p.found ",
            $way
        )
    };
}

/// The last of a window, and which it is.
macro_rules! end {
    ($from:tt, $way:literal) => {
        concat!(
            "SELECT n.place, n.id, n.number FROM (SELECT c.place, c.id, row_number() OVER (ORDER BY c.place ",
            $way,
            ", c.id ",
            $way,
            ") AS number FROM ",
            window!($from, "$2", "$3", "$4"),
            ") n ORDER BY n.number DESC LIMIT 1"
        )
    };
}

statements! {
    OPEN_WAITING = (page!(("w.state <> 'closed'", "COALESCE(w.waiting_since_at, 9223372036854775807)", "ASC", ">"), "ASC"))
        => LISTED_COLUMNS;
    OPEN_WAITING_END = (end!(("w.state <> 'closed'", "COALESCE(w.waiting_since_at, 9223372036854775807)", "ASC", ">"), "ASC"))
        => [place: Int, id: Text, number: Int];
    OPEN_ACTIVITY = (page!(("w.state <> 'closed'", "w.last_activity_at", "DESC", "<"), "DESC")) => LISTED_COLUMNS;
    OPEN_ACTIVITY_END = (end!(("w.state <> 'closed'", "w.last_activity_at", "DESC", "<"), "DESC"))
        => [place: Int, id: Text, number: Int];
    OPEN_BEGUN = (page!(("w.state <> 'closed'", "w.created_at", "ASC", ">"), "ASC")) => LISTED_COLUMNS;
    OPEN_BEGUN_END = (end!(("w.state <> 'closed'", "w.created_at", "ASC", ">"), "ASC"))
        => [place: Int, id: Text, number: Int];
    CLOSED_ACTIVITY = (page!(("w.state = 'closed'", "w.last_activity_at", "DESC", "<"), "DESC")) => LISTED_COLUMNS;
    CLOSED_ACTIVITY_END = (end!(("w.state = 'closed'", "w.last_activity_at", "DESC", "<"), "DESC"))
        => [place: Int, id: Text, number: Int];
    CLOSED_BEGUN = (page!(("w.state = 'closed'", "w.created_at", "ASC", ">"), "ASC")) => LISTED_COLUMNS;
    CLOSED_BEGUN_END = (end!(("w.state = 'closed'", "w.created_at", "ASC", ">"), "ASC"))
        => [place: Int, id: Text, number: Int];
    ALL_ACTIVITY = (page!(("true", "w.last_activity_at", "DESC", "<"), "DESC")) => LISTED_COLUMNS;
    ALL_ACTIVITY_END = (end!(("true", "w.last_activity_at", "DESC", "<"), "DESC"))
        => [place: Int, id: Text, number: Int];
    ALL_BEGUN = (page!(("true", "w.created_at", "ASC", ">"), "ASC")) => LISTED_COLUMNS;
    ALL_BEGUN_END = (end!(("true", "w.created_at", "ASC", ">"), "ASC"))
        => [place: Int, id: Text, number: Int];
    /// How many of the open ones that wait longest were looked at, and how many of those fit.
    COUNT = (concat!("SELECT count(*) AS looked, COALESCE(sum(CASE WHEN ", in_scope!(), " AND ", fits!(),
             " THEN 1 ELSE 0 END), 0) AS number FROM ",
             window!(("w.state <> 'closed'", "COALESCE(w.waiting_since_at, 9223372036854775807)", "ASC", ">"),
             "$18", "$19", "$20"))) => [looked: Int, number: Int];
    /// Which of a JSON list of ids fit.
    FITTING = {
        sqlite: concat!("SELECT c.id FROM conversation c WHERE ", in_scope!(), " AND ", fits!(),
                        " AND ($18 = '' OR ($18 = 'open' AND c.state <> 'closed') OR c.state = $18) \
                        AND c.id IN (SELECT value FROM json_each($19)) ORDER BY c.id LIMIT 1000"),
        postgres: concat!("SELECT c.id FROM conversation c WHERE ", in_scope!(), " AND ", fits!(),
                          " AND ($18 = '' OR ($18 = 'open' AND c.state <> 'closed') OR c.state = $18) \
                          AND c.id IN (SELECT jsonb_array_elements_text(CAST($19 AS jsonb))) ORDER BY c.id LIMIT 1000"),
    } => [id: Text];
}

/// A place in a list: the moment that it is ordered by (`None` is behind all moments), and the conversation.
pub type Place = (Option<Timestamp>, ConversationId);

/// What was found in a window.
#[derive(Debug)]
pub struct Window {
    /// Those that fit, in their order.
    pub items: Vec<Listed>,
    /// Where the window ended; `None` when there is nothing behind it, or when the page was full before its end.
    pub end: Option<Place>,
}

/// The two statements of an order.
const fn of(wanted: &Wanted) -> (&'static crate::door::Statement, &'static crate::door::Statement) {
    match (wanted.among, wanted.order) {
        (Among::Open, Order::Waiting) => (&OPEN_WAITING, &OPEN_WAITING_END),
        (Among::Open, Order::Activity) => (&OPEN_ACTIVITY, &OPEN_ACTIVITY_END),
        (Among::Open, Order::Begun) => (&OPEN_BEGUN, &OPEN_BEGUN_END),
        (Among::Closed, Order::Begun) => (&CLOSED_BEGUN, &CLOSED_BEGUN_END),
        (Among::Closed, _) => (&CLOSED_ACTIVITY, &CLOSED_ACTIVITY_END),
        (Among::All, Order::Begun) => (&ALL_BEGUN, &ALL_BEGUN_END),
        (Among::All, _) => (&ALL_ACTIVITY, &ALL_ACTIVITY_END),
    }
}

/// Where a conversation stands in an order.
#[must_use]
pub fn place_of(order: Order, one: &Listed) -> Place {
    let at = match order {
        Order::Waiting => one.conversation.waiting_since_at,
        Order::Activity => Some(one.conversation.last_activity_at),
        Order::Begun => Some(one.created_at),
    };
    (at, one.conversation.id)
}

/// A place as the statements compare it; before everything when there is none.
fn place_values(order: Order, place: Option<Place>) -> [Val; 2] {
    let (at, id) = match (place, order) {
        (Some((at, id)), _) => (at.map_or(i64::MAX, micros), id.to_string()),
        (None, Order::Activity) => (i64::MAX, String::new()),
        (None, Order::Waiting | Order::Begun) => (i64::MIN, String::new()),
    };
    [Val::from(at), Val::from(id)]
}

/// The scope and the filters as `$1` to `$17`.
fn values(from: &impl Reads, wanted: &Wanted) -> Vec<Val> {
    let mut values = scope_values(from.scope());
    let text = |value: Option<String>| value.unwrap_or_default();
    values.extend(vals![
        text(wanted.state.map(|state| state.to_string())),
        text(wanted.team.as_ref().map(ToString::to_string)),
        text(wanted.channel_account.as_ref().map(ToString::to_string)),
        match wanted.owner {
            None => String::new(),
            Some(None) => "nobody".to_owned(),
            Some(Some(user)) => user.to_string(),
        },
        wanted.waits_since.map_or(i64::MAX, micros),
        text(wanted.unread_of.map(|user| user.to_string())),
        wanted.trouble
    ]);
    values
}

/// Of the `size` conversations from `from` on, at most `limit` that fit, in the order that is wanted.
///
/// # Errors
/// When the store does not answer.
pub async fn window(
    reader: &mut impl Reads,
    wanted: &Wanted,
    from: Option<Place>,
    (size, limit): (u32, u32),
) -> Result<Window, StoreError> {
    let scope = reader.scope().clone();
    let (page, end) = of(wanted);
    let mut asked = values(reader, wanted);
    asked.extend(place_values(wanted.order, from));
    asked.extend(vals![size, limit]);
    let rows = reader.all(page, asked).await?;
    let items = rows.iter().map(|row| listed(&scope, row)).collect::<Result<Vec<_>, _>>()?;
    if items.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Ok(Window { items, end: None });
    }
    let mut asked = vals![scope.municipality()];
    asked.extend(place_values(wanted.order, from));
    asked.extend(vals![size]);
    let last = reader.opt(end, asked).await?;
    let end = match last {
        Some(row) if row.int(2)? >= i64::from(size) => {
            let at = row.int(0)?;
            Some(((at != i64::MAX).then(|| domain::time::from_micros(at)), row.parse(1)?))
        }
        _ => None,
    };
    Ok(Window { items, end })
}

/// How many fit among the `size` open conversations that wait longest, and whether there are more than those.
///
/// # Errors
/// When the store does not answer.
pub async fn count(reader: &mut impl Reads, wanted: &Wanted, size: u32) -> Result<(u64, bool), StoreError> {
    let mut asked = values(reader, wanted);
    asked.extend(place_values(Order::Waiting, None));
    asked.push(Val::from(size));
    let Some(row) = reader.opt(&COUNT, asked).await? else { return Ok((0, false)) };
    Ok((row.int(1)?.unsigned_abs(), row.int(0)? >= i64::from(size)))
}

/// Which of these conversations are in a list.
///
/// # Errors
/// When the store does not answer.
pub async fn fitting(
    reader: &mut impl Reads,
    wanted: &Wanted,
    ids: &[ConversationId],
) -> Result<HashSet<ConversationId>, StoreError> {
    let mut asked = values(reader, wanted);
    let among = match wanted.among {
        Among::Open => "open",
        Among::Closed => "closed",
        Among::All => "",
    };
    asked.extend(vals![among, json_of(ids.iter())]);
    reader.all(&FITTING, asked).await?.iter().map(|row| row.parse(0)).collect()
}
