//! Proof that the keys are those that the secrets were sealed with: a wrong key file stops the start, and a new key is
//! never made over old data (K4).

use domain::access::Scope;

use crate::door::{Reads, statements, vals};
use crate::sealed::Sealed;
use crate::{Store, StoreError, Tx};

statements! {
    KNOWN = "SELECT id, proof FROM sealing_key ORDER BY id" => [id: Text, proof: Blob];
    USED = "SELECT key_id FROM secret UNION SELECT key_id FROM blob UNION SELECT key_id FROM second_factor \
            UNION SELECT key_id FROM mail WHERE sealed IS NOT NULL ORDER BY key_id" => [key_id: Text];
    INSERT = "INSERT INTO sealing_key (id, proof, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING" => [];
}

const PROOF: &[u8] = b"this key sealed this store";

fn place(id: &str) -> String {
    format!("sealing_key/{id}")
}

/// Whether the tables of a schema were ever sealed; a schema that is not there was not.
pub(crate) async fn is_sealed(url: &str, schema: &str) -> Result<bool, StoreError> {
    let doing = |error| StoreError::from_sqlx("asking the database for its keys", error);
    let pool = crate::door::postgres::pool(url, schema)?;
    let table = "SELECT to_regclass('sealing_key') IS NOT NULL";
    let there: bool = sqlx::query_scalar(table).fetch_one(&pool).await.map_err(doing)?;
    let sealed = if there {
        let any = "SELECT EXISTS (SELECT 1 FROM sealing_key)";
        sqlx::query_scalar(any).fetch_one(&pool).await.map_err(doing)?
    } else {
        false
    };
    pool.close().await;
    Ok(sealed)
}

/// Checks the key file against the store; a store that has no keys yet takes these.
pub(crate) async fn check(store: &Store) -> Result<(), StoreError> {
    let nobody = Scope::installation();
    let mut reader = store.read(&nobody);
    let known = reader.all(&KNOWN, vals![]).await?;
    for row in &known {
        let id = row.text(0)?;
        if store.keys().ids().any(|key| key == id) {
            let sealed = Sealed { key_id: id.clone(), bytes: row.blob(1)? };
            let opened = store.keys().open(&place(&id), &sealed);
            if opened.as_deref() != Ok(PROOF) {
                let doing =
                    format!("key {id} of the key file is not the one that this store was sealed with");
                return Err(StoreError::wrong(doing));
            }
        }
    }
    let ours = store.keys().sealing_key().to_owned();
    let is_known = known.iter().any(|row| row.text(0).is_ok_and(|id| id == ours));
    let shares_one = known
        .iter()
        .any(|row| row.text(0).is_ok_and(|id| store.keys().ids().any(|key| key == id)));
    if !known.is_empty() && !shares_one {
        let doing =
            "none of the keys in the key file is one that this store was sealed with; find the old key file";
        return Err(StoreError::wrong(doing));
    }
    for row in reader.all(&USED, vals![]).await? {
        let id = row.text(0)?;
        if !store.keys().ids().any(|key| key == id) {
            let doing =
                format!("secrets or files are sealed with key {id}, which is missing from the key file");
            return Err(StoreError::wrong(doing));
        }
    }
    if is_known {
        return Ok(());
    }
    let sealed = store
        .keys()
        .seal(&place(&ours), PROOF)
        .map_err(|error| StoreError::wrong(error.to_string()))?;
    store
        .write(&nobody, async move |tx: &mut Tx| {
            tx.exec(&INSERT, vals![&sealed.key_id, sealed.bytes.as_slice(), 0_i64]).await.map(|_| ())
        })
        .await
}
