//! Authors: somebody's account on a channel, with all the names that the platform has for it. Who is one author is
//! decided in [`domain::authors`]; here it is looked up and kept.

use domain::authors::{self, Known, Name, Named, Resolution};
use domain::channels::{Identifier, Strength};
use domain::ids::{AuthorId, ChannelAccountId};
use domain::limits::NAMES_PER_CLAIM;
use jiff::Timestamp;

use super::turn;
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, Val, statements, vals};
use crate::{StoreError, Tx};

const NAME: Columns = columns!([author_id: Text, kind: Text, value: Text, lasting: Bool, since_at: Int, seen_at: Int, left_at: Int]);

statements! {
    /// All names of everybody who has one of the names `$3` to `$18`, which come in pairs of kind and value.
    NAMES_OF_HOLDERS = "SELECT n.author_id, n.kind, n.value, n.lasting, n.since_at, n.seen_at, n.left_at \
                        FROM author_identifier n WHERE n.municipality_id = $1 AND n.author_id IN (\
                        SELECT h.author_id FROM author_identifier h WHERE h.municipality_id = $1 \
                        AND h.channel_account_id = $2 AND (h.kind, h.value) IN (VALUES ($3, $4), ($5, $6), ($7, $8), \
                        ($9, $10), ($11, $12), ($13, $14), ($15, $16), ($17, $18))) \
                        ORDER BY n.author_id, n.kind, n.value LIMIT 1000" => NAME;
    INSERT = "INSERT INTO author (municipality_id, id, channel_account_id, display_name, named_at, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6)" => [];
    KEEP_NAME = "INSERT INTO author_identifier (municipality_id, channel_account_id, kind, value, author_id, lasting, \
                 since_at, seen_at, left_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                 ON CONFLICT (municipality_id, channel_account_id, kind, value) DO UPDATE SET \
                 author_id = excluded.author_id, lasting = excluded.lasting, since_at = excluded.since_at, \
                 seen_at = excluded.seen_at, left_at = excluded.left_at" => [];
    /// Also locks the author until the commit: what follows for this author happens one after the other (A3).
    RENAME = "UPDATE author SET display_name = CASE WHEN $4 >= COALESCE(named_at, 0) AND $3 <> '' THEN $3 \
              ELSE display_name END, named_at = CASE WHEN $4 >= COALESCE(named_at, 0) AND $3 <> '' THEN $4 \
              ELSE named_at END WHERE municipality_id = $1 AND id = $2" => [];
    /// Those that were not given up, the one that was seen last first; of those seen at once, the one that passes: a
    /// number can be sent to by everybody.
    PRESENT = "SELECT author_id, kind, value, lasting, since_at, seen_at, left_at FROM author_identifier \
               WHERE municipality_id = $1 AND author_id = $2 AND left_at IS NULL \
               ORDER BY seen_at DESC, lasting, kind, value LIMIT 50" => NAME;
    /// Those that were not given up first, and of these the one that was seen last.
    IDENTIFIERS = "SELECT author_id, kind, value, lasting, since_at, seen_at, left_at FROM author_identifier \
                   WHERE municipality_id = $1 AND author_id = $2 \
                   ORDER BY CASE WHEN left_at IS NULL THEN 0 ELSE 1 END, seen_at DESC, kind, value LIMIT 50" => NAME;
    FIND = "SELECT id, display_name, created_at FROM author WHERE municipality_id = $1 AND id = $2"
        => [id: Text, display_name: Text, created_at: Int];
}

/// An author with their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Their id.
    pub id: AuthorId,
    /// The name that they chose; `None` when the platform gave none.
    pub display_name: Option<String>,
    /// When we first met them.
    pub created_at: Timestamp,
}

/// Who a claim is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The author; of several who proved to be one, the oldest.
    pub author: AuthorId,
    /// The others of these. Their conversations have to be moved, and then [`super::joining::end_author`] ends them.
    pub joined: Vec<AuthorId>,
    /// They had another name before: what they wrote is to be found by the new one.
    pub renamed: bool,
}

/// Finds the author of a claim, or makes one, and holds them until the commit. `new` is used for a new one.
///
/// Two nodes that meet the same author at once end with one: each name has a turn, taken first.
///
/// # Errors
/// When the store does not answer; a race when the author was joined with another meanwhile.
pub async fn resolve(
    tx: &mut Tx,
    account: &ChannelAccountId,
    claims: &[Named],
    (display_name, at): (Option<&str>, Timestamp),
    (now, new_id): (Timestamp, AuthorId),
) -> Result<Resolved, StoreError> {
    let claims = &claims[..claims.len().min(NAMES_PER_CLAIM)];
    let names: Vec<&Identifier> = claims.iter().map(|claim| &claim.identifier).collect();
    turn::of_names(tx, account, &names).await?;
    let mut known = holders(tx, account, claims).await?;
    let mut found = authors::resolve(claims, &known);
    let mut one = found.one.clone();
    one.sort_unstable();
    if one.is_empty() {
        let municipality = tx.scope().municipality().clone();
        let values = vals![&municipality, new_id, account, None::<String>, None::<Timestamp>, now];
        tx.exec(&INSERT, values).await?;
        one.push(new_id);
    }
    let mut renamed = false;
    for author in &one {
        renamed |= call(tx, *author, display_name, at).await?;
    }
    if !found.one.is_empty() {
        // Their other names have turns of their own, so they are looked at again now that they are held.
        known = holders(tx, account, claims).await?;
        let again = authors::resolve(claims, &known);
        if again.one != found.one {
            return Err(StoreError::changed_meanwhile("who an author is"));
        }
        found = again;
    }
    let author = one.remove(0);
    for name in &found.names {
        if !known.iter().any(|known| known.author == author && known.name == *name) {
            keep(tx, account, author, name).await?;
        }
    }
    Ok(Resolved { author, joined: one, renamed })
}

/// The author whom a claim is about, if they are known; nothing changes.
///
/// # Errors
/// When the store does not answer.
pub async fn find(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    claims: &[Named],
) -> Result<Option<AuthorId>, StoreError> {
    let known = holders(from, account, claims).await?;
    let Resolution { one, .. } = authors::resolve(claims, &known);
    Ok(one.first().copied())
}

/// Holds an author until the commit.
///
/// # Errors
/// When the store does not answer; a race when the author was joined with another meanwhile.
pub async fn hold(tx: &mut Tx, author: AuthorId) -> Result<(), StoreError> {
    call(tx, author, None, Timestamp::MIN).await.map(|_| ())
}

/// Notes the name that an author goes by since a moment, and holds them until the commit; `true` when they had another.
async fn call(
    tx: &mut Tx,
    author: AuthorId,
    display_name: Option<&str>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let name = display_name.unwrap_or_default();
    let before = if name.is_empty() {
        None
    } else {
        by_id(tx, author).await?.and_then(|known| known.display_name)
    };
    if tx.exec(&RENAME, vals![&municipality, author, name, at]).await? == 0 {
        return Err(StoreError::changed_meanwhile(format!("author {author}")));
    }
    Ok(before.is_some_and(|before| before != name))
}

async fn keep(
    tx: &mut Tx,
    account: &ChannelAccountId,
    author: AuthorId,
    name: &Name,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let Identifier { kind, value, strength } = &name.identifier;
    let lasting = *strength == Strength::Lasting;
    let moments = (name.since_at, name.seen_at, name.left_at);
    let values =
        vals![&municipality, account, &**kind, value, author, lasting, moments.0, moments.1, moments.2];
    tx.exec(&KEEP_NAME, values).await.map(|_| ())
}

async fn holders(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    claims: &[Named],
) -> Result<Vec<Known>, StoreError> {
    let mut values = vals![from.scope().municipality(), account];
    for place in 0..NAMES_PER_CLAIM {
        let name = claims.get(place).map(|claim| &claim.identifier);
        values.push(Val::from(name.map(|name| name.kind.to_string()).unwrap_or_default()));
        values.push(Val::from(name.map(|name| name.value.clone()).unwrap_or_default()));
    }
    from.all(&NAMES_OF_HOLDERS, values).await?.iter().map(known).collect()
}

fn known(row: &Row) -> Result<Known, StoreError> {
    let strength = if row.bool(3)? { Strength::Lasting } else { Strength::Passing };
    let name = Name {
        identifier: Identifier { kind: row.text(1)?.into(), value: row.text(2)?, strength },
        since_at: row.at(4)?,
        seen_at: row.at(5)?,
        left_at: row.maybe_at(6)?,
    };
    Ok(Known { author: row.parse(0)?, name })
}

/// An author.
///
/// # Errors
/// When the store does not answer.
pub async fn by_id(from: &mut impl Reads, author: AuthorId) -> Result<Option<Author>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let row = from.opt(&FIND, vals![&municipality, author]).await?;
    let read = |row: Row| {
        Ok(Author {
            id: row.parse(0)?,
            display_name: row.maybe_text(1)?,
            created_at: row.at(2)?,
        })
    };
    row.map(read).transpose()
}

/// All names of an author: those that they have first, and of these the one that was seen last.
///
/// # Errors
/// When the store does not answer.
pub async fn identifiers(from: &mut impl Reads, author: AuthorId) -> Result<Vec<Identifier>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&IDENTIFIERS, vals![&municipality, author]).await?;
    rows.iter().map(|row| known(row).map(|known| known.name.identifier)).collect()
}

/// The names under which an author can be written to: none that they gave up, which may be somebody else's by now. The
/// one that was seen last comes first.
///
/// # Errors
/// When the store does not answer.
pub async fn present_identifiers(
    from: &mut impl Reads,
    author: AuthorId,
) -> Result<Vec<Identifier>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&PRESENT, vals![&municipality, author]).await?;
    rows.iter().map(|row| known(row).map(|known| known.name.identifier)).collect()
}
