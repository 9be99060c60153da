//! Authors: somebody's account on a channel, with all the names that the platform has for it.

use domain::channels::{AuthorClaim, Identifier};
use domain::ids::{AuthorId, ChannelAccountId};
use jiff::Timestamp;

use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    BY_IDENTIFIER = "SELECT author_id FROM author_identifier WHERE municipality_id = $1 AND channel_account_id = $2 \
                     AND kind = $3 AND value = $4" => [author_id: Text];
    INSERT = "INSERT INTO author (municipality_id, id, channel_account_id, display_name, named_at, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6)" => [];
    DELETE = "DELETE FROM author WHERE municipality_id = $1 AND id = $2" => [];
    ADD_IDENTIFIER = "INSERT INTO author_identifier (municipality_id, channel_account_id, kind, value, author_id, \
                      since_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING" => [];
    /// Also locks the author until the commit: what follows for this author happens one after the other (A3).
    RENAME = "UPDATE author SET display_name = CASE WHEN $4 >= COALESCE(named_at, 0) AND $3 <> '' THEN $3 \
              ELSE display_name END, named_at = CASE WHEN $4 >= COALESCE(named_at, 0) AND $3 <> '' THEN $4 \
              ELSE named_at END WHERE municipality_id = $1 AND id = $2" => [];
    IDENTIFIERS = "SELECT kind, value, since_at FROM author_identifier WHERE municipality_id = $1 AND author_id = $2 \
                   ORDER BY since_at DESC, kind, value LIMIT 50" => [kind: Text, value: Text, since_at: Int];
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

/// Finds the author of a claim, or makes one, and holds them until the commit. `new_id` is used for a new one.
///
/// Two nodes that meet the same new author at once end with one: the unique key of the names decides.
///
/// # Errors
/// When the store does not answer.
pub async fn resolve(
    tx: &mut Tx,
    account: &ChannelAccountId,
    claim: &AuthorClaim,
    at: Timestamp,
    (now, new_id): (Timestamp, AuthorId),
) -> Result<AuthorId, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let mut found = find(tx, account, &claim.identifiers).await?;
    if found.is_none() {
        tx.exec(&INSERT, vals![&municipality, new_id, account, None::<String>, None::<Timestamp>, now])
            .await?;
        if let Some(strongest) = claim.identifiers.first() {
            let added = add(tx, account, strongest, new_id, at).await?;
            if added {
                found = Some(new_id);
            } else {
                tx.exec(&DELETE, vals![&municipality, new_id]).await?;
                found = find(tx, account, &claim.identifiers).await?;
            }
        } else {
            found = Some(new_id);
        }
    }
    let author = found.ok_or_else(|| StoreError::wrong("an author appeared and vanished"))?;
    for identifier in &claim.identifiers {
        add(tx, account, identifier, author, at).await?;
    }
    let name = claim.display_name.as_deref().unwrap_or_default();
    tx.exec(&RENAME, vals![&municipality, author, name, at]).await?;
    Ok(author)
}

/// The author who has one of these names, the first that is known.
///
/// # Errors
/// When the store does not answer.
pub async fn find(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    identifiers: &[Identifier],
) -> Result<Option<AuthorId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    for identifier in identifiers {
        let values = vals![&municipality, account, &*identifier.kind, &identifier.value];
        if let Some(row) = from.opt(&BY_IDENTIFIER, values).await? {
            return row.parse(0).map(Some);
        }
    }
    Ok(None)
}

/// Gives an author one more name; `false` when somebody has it already.
///
/// # Errors
/// When the store does not answer.
pub async fn add(
    tx: &mut Tx,
    account: &ChannelAccountId,
    identifier: &Identifier,
    author: AuthorId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![&municipality, account, &*identifier.kind, &identifier.value, author, at];
    Ok(tx.exec(&ADD_IDENTIFIER, values).await? > 0)
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

/// All names of an author, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn identifiers(from: &mut impl Reads, author: AuthorId) -> Result<Vec<Identifier>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&IDENTIFIERS, vals![&municipality, author]).await?;
    rows.iter()
        .map(|row| Ok(Identifier { kind: row.text(0)?.into(), value: row.text(1)? }))
        .collect()
}
