//! Attachments: what comes back is what was put in, or nothing (B6).

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use store::Engine;
use store::tables::blob::{Blobs, TakeFailed, sweep};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
use uuid::Uuid;

use crate::support::{Database, both_databases, next_id, now, scope, scope_of};

/// Bytes of a full chunk as it stands in a file: plain ones, nonce, tag.
const SEALED: usize = 256 * 1024 + 24 + 16;

fn counted(size: usize) -> Vec<u8> {
    (0..size).map(|place| u8::try_from(place % 251).unwrap_or(0)).collect()
}

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
                "shortened by a chunk" => bytes.truncate(SEALED),
                "reordered" => {
                    let (first, rest) = bytes.split_at_mut(SEALED);
                    first.swap_with_slice(&mut rest[..SEALED]);
                }
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
                "reordered" => "UPDATE blob_chunk SET ordinal = -ordinal - 1 WHERE ordinal < 2",
                _ => "DELETE FROM blob_chunk",
            };
            let change = format!(
                "{change} {} blob_id = '{id}'",
                if change.contains("WHERE") { "AND" } else { "WHERE" }
            );
            connection.execute(AssertSqlSafe(change)).await.expect("changed");
            // Two steps: on the way, no two chunks have one number.
            let back =
                format!("UPDATE blob_chunk SET ordinal = ordinal + 2 WHERE ordinal < 0 AND blob_id = '{id}'");
            connection.execute(AssertSqlSafe(back)).await.expect("changed");
        }
    }
}

both_databases! {
    async fn an_attachment_of_any_size_comes_back_as_it_was(database: &Database) {
        let store = database.open().await;
        let blobs = Blobs::of(&store, &scope());
        for size in [0_usize, 1, 1000, 256 * 1024, 256 * 1024 + 1, 700_000] {
            let (id, bytes) = (next_id(), counted(size));
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
        for how in ["bent", "cut", "shortened by a chunk", "reordered", "emptied"] {
            let (id, bytes) = (next_id(), counted(600_000));
            blobs.put(id, &bytes, now()).await.expect("kept");
            damage(database, id, how).await;
            let got = blobs.get(id).await;
            assert!(got.is_err_and(|error| error.to_string().contains("damaged")), "{how}");
        }
    }

    /// T8, K3: what was sealed for one file opens in no other, though both are ours and of one length.
    async fn the_content_of_one_attachment_does_not_open_as_another(database: &Database) {
        let store = database.open().await;
        let blobs = Blobs::of(&store, &scope());
        let (mine, yours) = (next_id(), next_id());
        blobs.put(mine, &[1_u8; 1000], now()).await.expect("kept");
        blobs.put(yours, &[2_u8; 1000], now()).await.expect("kept");
        match &database.engine {
            Engine::Sqlite { .. } => {
                let (from, to) = (file_of(database, mine), file_of(database, yours));
                std::fs::copy(from.expect("a file"), to.expect("a file")).expect("copied");
            }
            Engine::Postgres { url, schema } => {
                let mut connection = PgConnection::connect(url).await.expect("the server answers");
                let change = format!(
                    "UPDATE {schema}.blob_chunk SET sealed = (SELECT sealed FROM {schema}.blob_chunk \
                     WHERE blob_id = '{mine}') WHERE blob_id = '{yours}'"
                );
                connection.execute(AssertSqlSafe(change)).await.expect("changed");
            }
        }
        assert!(blobs.get(yours).await.is_err_and(|error| error.to_string().contains("damaged")));
        assert_eq!(blobs.get(mine).await.expect("whole"), Some(vec![1_u8; 1000]));
    }

    async fn any_piece_can_be_read_alone(database: &Database) {
        let store = database.open().await;
        let blobs = Blobs::of(&store, &scope());
        let (id, bytes) = (next_id(), counted(600_000));
        blobs.put(id, &bytes, now()).await.expect("kept");
        for (from, length) in [(0, 600_000), (0, 1), (262_143, 2), (262_144, 262_144), (599_999, 5), (300_000, u64::MAX), (600_000, 1)] {
            let blob = blobs.open(id).await.expect("answers").expect("it is there");
            let pieces: Vec<_> = blob.stream(from, length).try_collect().await.expect("whole");
            let begin = usize::try_from(from).expect("small");
            let end = begin.saturating_add(usize::try_from(length).expect("small")).min(bytes.len());
            assert_eq!(pieces.concat(), bytes[begin..end], "{length} from {from}");
        }
    }

    /// What was taken in and never recorded is nobody's, and is gone after a day; what was recorded stays.
    async fn what_a_crash_left_behind_is_swept(database: &Database) {
        let store = database.open().await;
        let (blobs, bytes) = (Blobs::of(&store, &scope()), counted(300_000));
        let (left, kept) = (next_id(), next_id());
        blobs.take(left, &mut bytes.as_slice(), u64::MAX).await.expect("taken in");
        blobs.put(kept, &bytes, now()).await.expect("kept");
        assert!(blobs.open(left).await.expect("answers").is_none(), "nobody knows of it");
        assert_eq!(sweep(&store, &scope(), 86_400, 10).await.expect("swept"), 0, "not before a day has passed");
        assert!(chunks_of(database, left).await > 0);
        assert_eq!(sweep(&store, &scope(), 0, 10).await.expect("swept"), 1);
        assert_eq!(chunks_of(database, left).await, 0);
        assert_eq!(blobs.get(kept).await.expect("whole"), Some(bytes));
    }

    async fn what_is_too_long_or_breaks_off_leaves_nothing(database: &Database) {
        let store = database.open().await;
        let (blobs, bytes) = (Blobs::of(&store, &scope()), counted(2_500_000));
        let id = next_id();
        let failed = blobs.take(id, &mut bytes.as_slice(), 2_499_999).await;
        assert!(matches!(failed, Err(TakeFailed::TooLong)), "{failed:?}");
        let broken = next_id();
        let failed = blobs.take(broken, &mut bytes.as_slice().chain(Broken), u64::MAX).await;
        assert!(matches!(failed, Err(TakeFailed::Source(_))), "{failed:?}");
        for id in [id, broken] {
            assert_eq!(chunks_of(database, id).await, 0);
        }
        assert_eq!(sweep(&store, &scope(), 0, 10).await.expect("swept"), 0, "nothing is left to sweep");
    }
}

/// A stream that breaks off.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Poll::Ready(Err(std::io::Error::other("broken off")))
    }
}

/// How much of a file's content there is: chunks on PostgreSQL, files on SQLite.
async fn chunks_of(database: &Database, id: Uuid) -> i64 {
    match &database.engine {
        Engine::Sqlite { .. } => {
            let file = file_of(database, id).expect("a file");
            [file.with_extension("part"), file].iter().map(|file| i64::from(file.exists())).sum()
        }
        Engine::Postgres { url, schema } => {
            let mut connection = PgConnection::connect(url).await.expect("the server answers");
            let count = format!("SELECT count(*) FROM {schema}.blob_chunk WHERE blob_id = '{id}'");
            sqlx::query_scalar(AssertSqlSafe(count))
                .fetch_one(&mut connection)
                .await
                .expect("counted")
        }
    }
}
