//! Attachments: what comes back is what was put in, or nothing (B6).

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use store::Engine;
use store::tables::blob::Blobs;
use uuid::Uuid;

use crate::support::{Database, both_databases, next_id, now, scope, scope_of};

fn file_of(database: &Database, id: Uuid) -> Option<std::path::PathBuf> {
    let Engine::Sqlite { directory } = &database.engine else { return None };
    let name = id.simple().to_string();
    Some(directory.join("blobs").join("zwanendam").join(&name[28..30]).join(name))
}

/// Damages what is kept of an attachment: `bend` one bit, cut the end off, or drop all of it.
async fn damage(database: &Database, id: Uuid, how: &str) {
    match &database.engine {
        Engine::Sqlite { .. } => {
            let file = file_of(database, id).expect("a file");
            let mut bytes = std::fs::read(&file).expect("it is there");
            match how {
                "bent" => *bytes.last_mut().expect("not empty") ^= 1,
                "cut" => bytes.truncate(bytes.len() - 100),
                "shortened by a chunk" => bytes.truncate(4 + 256 * 1024 + 24 + 16),
                _ => bytes.clear(),
            }
            std::fs::write(&file, bytes).expect("written");
        }
        Engine::Postgres { url, schema } => {
            let mut connection = PgConnection::connect(url).await.expect("the server answers");
            connection
                .execute(AssertSqlSafe(format!("SET search_path TO {schema}")))
                .await
                .expect("set");
            let change = match how {
                "bent" => {
                    "UPDATE blob_chunk SET sealed = set_byte(sealed, 30, (get_byte(sealed, 30) + 1) % 256)"
                }
                "cut" => "UPDATE blob_chunk SET sealed = substr(sealed, 1, length(sealed) - 100)",
                "shortened by a chunk" => "DELETE FROM blob_chunk WHERE ordinal > 0",
                _ => "DELETE FROM blob_chunk",
            };
            let change = format!(
                "{change} {} blob_id = '{id}'",
                if change.contains("WHERE") { "AND" } else { "WHERE" }
            );
            connection.execute(AssertSqlSafe(change)).await.expect("changed");
        }
    }
}

both_databases! {
    async fn an_attachment_of_any_size_comes_back_as_it_was(database: &Database) {
        let store = database.open().await;
        let blobs = Blobs::of(&store, &scope());
        for size in [0_usize, 1, 1000, 256 * 1024, 256 * 1024 + 1, 700_000] {
            let (id, bytes) = (next_id(), (0..size).map(|place| u8::try_from(place % 251).unwrap_or(0)).collect::<Vec<_>>());
            blobs.put(id, &bytes, now()).await.expect("kept");
            assert_eq!(blobs.get(id).await.expect("whole"), Some(bytes), "{size} bytes");
            assert_eq!(Blobs::of(&store, &scope_of("lindeveld")).get(id).await.expect("answers"), None);
            blobs.delete(id).await.expect("gone");
            blobs.delete(id).await.expect("gone already");
            assert_eq!(blobs.get(id).await.expect("answers"), None);
            assert!(!file_of(database, id).is_some_and(|file| file.exists()));
        }
    }

    /// B6: never silent.
    async fn a_damaged_attachment_is_never_handed_out(database: &Database) {
        let store = database.open().await;
        let blobs = Blobs::of(&store, &scope());
        for how in ["bent", "cut", "shortened by a chunk", "emptied"] {
            let (id, bytes) = (next_id(), vec![7_u8; 600_000]);
            blobs.put(id, &bytes, now()).await.expect("kept");
            damage(database, id, how).await;
            let got = blobs.get(id).await;
            assert!(got.is_err_and(|error| error.to_string().contains("damaged")), "{how}");
        }
    }
}
