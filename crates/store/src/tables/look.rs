//! How a municipality looks, and the hosts that it is known by.

use domain::ids::MunicipalityId;
use domain::look::{Logo, LogoRef, Look};

use crate::door::{Reads, Row, statements, vals};
use crate::{Store, StoreError, Tx};

statements! {
    LOOK = "SELECT l.brand, l.version, g.hash, g.kind FROM municipality m \
            LEFT JOIN municipality_look l ON l.municipality_id = m.id \
            LEFT JOIN municipality_logo g ON g.municipality_id = m.id WHERE m.id = $1"
        => [brand: Text, version: Int, hash: Text, kind: Text];
    PUT_BRAND = "INSERT INTO municipality_look (municipality_id, brand, version) VALUES ($1, $2, 1) \
                 ON CONFLICT (municipality_id) DO UPDATE SET brand = excluded.brand, \
                 version = municipality_look.version + 1" => [];
    PUT_LOGO = "INSERT INTO municipality_logo (municipality_id, hash, kind, content) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (municipality_id) DO UPDATE SET hash = excluded.hash, kind = excluded.kind, \
                content = excluded.content" => [];
    REMOVE_LOGO = "DELETE FROM municipality_logo WHERE municipality_id = $1" => [];
    REMOVE_HOSTS = "DELETE FROM municipality_host WHERE municipality_id = $1" => [];
    ADD_HOST = "INSERT INTO municipality_host (host, municipality_id) VALUES ($1, $2) ON CONFLICT (host) DO NOTHING"
        => [];
    OF_HOST = "SELECT m.id, m.name, l.brand, g.hash, g.kind FROM municipality_host h \
               JOIN municipality m ON m.id = h.municipality_id \
               LEFT JOIN municipality_look l ON l.municipality_id = m.id \
               LEFT JOIN municipality_logo g ON g.municipality_id = m.id WHERE h.host = $1"
        => [id: Text, name: Text, brand: Text, hash: Text, kind: Text];
    FIRST_TWO = "SELECT m.id, m.name, l.brand, g.hash, g.kind FROM municipality m \
                 LEFT JOIN municipality_look l ON l.municipality_id = m.id \
                 LEFT JOIN municipality_logo g ON g.municipality_id = m.id ORDER BY m.id LIMIT 2"
        => [id: Text, name: Text, brand: Text, hash: Text, kind: Text];
    CONTENT = "SELECT content FROM municipality_logo WHERE hash = $1 AND kind = $2 ORDER BY municipality_id LIMIT 1"
        => [content: Blob];
}

/// What everybody may see of a municipality before they have logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Which.
    pub municipality: MunicipalityId,
    /// Its name.
    pub name: String,
    /// How it looks.
    pub look: Look,
}

fn look_of(row: &Row, (brand, hash, kind): (usize, usize, usize)) -> Result<Look, StoreError> {
    let logo = match (row.maybe_text(hash)?, row.maybe_text(kind)?) {
        (Some(digits), Some(ending)) => {
            let name = format!("{digits}.{ending}");
            Some(name.parse::<LogoRef>().map_err(|_| row.odd(hash, "is no name of a logo"))?)
        }
        _ => None,
    };
    Ok(Look { brand: row.maybe_parse(brand)?, logo })
}

fn front(row: &Row) -> Result<Front, StoreError> {
    Ok(Front {
        municipality: row.parse(0)?,
        name: row.text(1)?,
        look: look_of(row, (2, 3, 4))?,
    })
}

/// How the municipality of the scope looks, with the version for a change; what was never set is version 0.
///
/// # Errors
/// When the store does not answer.
pub async fn look(from: &mut impl Reads) -> Result<(Look, i64), StoreError> {
    let id = from.scope().municipality().clone();
    match from.opt(&LOOK, vals![&id]).await? {
        Some(row) => Ok((look_of(&row, (0, 2, 3))?, row.maybe_int(1)?.unwrap_or(0))),
        None => Ok((Look::default(), 0)),
    }
}

/// Sets the brand colour, and says that the look changed.
///
/// # Errors
/// When the store does not answer.
pub async fn put_brand(tx: &mut Tx, look: &Look) -> Result<(), StoreError> {
    let id = tx.scope().municipality().clone();
    let brand = look.brand.map(|brand| brand.to_string());
    tx.exec(&PUT_BRAND, vals![&id, brand]).await.map(|_| ())
}

/// Keeps a logo under its name.
///
/// # Errors
/// When the store does not answer.
pub async fn put_logo(tx: &mut Tx, name: &LogoRef, logo: &Logo) -> Result<(), StoreError> {
    let id = tx.scope().municipality().clone();
    let values = vals![&id, &name.hash, name.kind.as_str(), logo.content.as_slice()];
    tx.exec(&PUT_LOGO, values).await.map(|_| ())
}

/// Takes the logo away.
///
/// # Errors
/// When the store does not answer.
pub async fn remove_logo(tx: &mut Tx) -> Result<(), StoreError> {
    let id = tx.scope().municipality().clone();
    tx.exec(&REMOVE_LOGO, vals![&id]).await.map(|_| ())
}

/// Gives the municipality of the scope these hosts and no others. `Some`: one that another municipality has; nothing may be
/// kept of this write then.
///
/// # Errors
/// When the store does not answer.
pub async fn put_hosts(tx: &mut Tx, hosts: &[String]) -> Result<Option<String>, StoreError> {
    let id = tx.scope().municipality().clone();
    tx.exec(&REMOVE_HOSTS, vals![&id]).await?;
    for host in hosts {
        if tx.exec(&ADD_HOST, vals![host, &id]).await? == 0 {
            return Ok(Some(host.clone()));
        }
    }
    Ok(None)
}

/// The municipality of a host.
///
/// # Errors
/// When the store does not answer.
pub async fn of_host(store: &Store, host: &str) -> Result<Option<Front>, StoreError> {
    store.rows(&OF_HOST, vals![host]).await?.first().map(front).transpose()
}

/// The municipality of an installation that has one only.
///
/// # Errors
/// When the store does not answer.
pub async fn only_one(store: &Store) -> Result<Option<Front>, StoreError> {
    match store.rows(&FIRST_TWO, vals![]).await?.as_slice() {
        [only] => front(only).map(Some),
        _ => Ok(None),
    }
}

/// The bytes of a logo, whosever it is: it is what everybody sees.
///
/// # Errors
/// When the store does not answer.
pub async fn logo_content(store: &Store, name: &LogoRef) -> Result<Option<Vec<u8>>, StoreError> {
    let rows = store.rows(&CONTENT, vals![&name.hash, name.kind.as_str()]).await?;
    rows.first().map(|row| row.blob(0)).transpose()
}
