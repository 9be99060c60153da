//! Secrets at rest (K1, K3, K4).

use domain::access::{Role, Scope};
use domain::channels::SecretValue;
use domain::ids::{ChannelAccountId, MailId, UserId};
use domain::municipality::{Municipality, SecondFactor};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use store::sealed::KeyRing;
use store::tables::blob::Blobs;
use store::tables::mail::{self, MailState};
use store::tables::user::{self, User};
use store::tables::{account, secret};
use store::{Engine, Store, Tx, scratch};

use crate::support::{Database, both_databases, keys, next_id, now, scope, scope_of};

const MARKED: &str = "GEMARKEERD-GEHEIM-7f3a";
const OTHER: &str = "k-other CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";

fn main_account() -> ChannelAccountId {
    "wa-main".parse().expect("a short name")
}

async fn put(store: &Store, municipality: &str, value: &str) {
    put_as(store, municipality, value, next_id()).await;
}

async fn put_as(store: &Store, municipality: &str, value: &str, id: uuid::Uuid) {
    let (keys, value) = (store.keys().clone(), SecretValue::new(value.to_owned()));
    let act = async move |tx: &mut Tx| {
        secret::put(tx, &keys, &main_account(), "access_token", &value, id, now()).await
    };
    store.write(&scope_of(municipality), act).await.expect("sealed");
}

async fn live(store: &Store) -> Vec<String> {
    let secrets = secret::live(&mut store.read(&scope()), store.keys(), &main_account())
        .await
        .expect("opens");
    secrets.all("access_token").iter().map(|secret| secret.reveal().to_owned()).collect()
}

/// As if every replaced secret had been replaced so many hours earlier.
async fn replaced_earlier(database: &Database, hours: i64) {
    let earlier =
        format!("UPDATE secret SET superseded_at = superseded_at - {hours} * CAST(3600000000 AS BIGINT)");
    run(database, &earlier).await;
}

/// Changes the database from outside.
async fn run(database: &Database, sql: &str) {
    match &database.engine {
        Engine::Sqlite { directory } => {
            let address = format!("sqlite://{}", directory.join("gehoor.db").display());
            let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
            connection.execute(AssertSqlSafe(sql.to_owned())).await.expect("done");
        }
        Engine::Postgres { url, schema } => {
            let mut connection = PgConnection::connect(url).await.expect("the server answers");
            connection
                .execute(AssertSqlSafe(format!("SET search_path TO {schema}")))
                .await
                .expect("set");
            connection.execute(AssertSqlSafe(sql.to_owned())).await.expect("done");
        }
    }
}

/// Every byte that the engine keeps for us.
async fn everything(database: &Database) -> Vec<u8> {
    match &database.engine {
        Engine::Sqlite { directory } => {
            let (mut bytes, mut folders) = (Vec::new(), vec![directory.clone()]);
            while let Some(folder) = folders.pop() {
                for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                    if entry.path().is_dir() {
                        folders.push(entry.path());
                    } else {
                        bytes.extend(std::fs::read(entry.path()).expect("a file"));
                    }
                }
            }
            bytes
        }
        Engine::Postgres { url, schema } => {
            let mut connection = PgConnection::connect(url).await.expect("the server answers");
            let names = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = $1";
            let names = sqlx::query(names).bind(schema).fetch_all(&mut connection).await.expect("tables");
            let mut text = String::new();
            for name in names {
                let name: String = name.get(0);
                // Bytes are shown as they are where they are text.
                let rows =
                    format!("SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM {schema}.{name} t");
                for row in connection.fetch_all(AssertSqlSafe(rows)).await.expect("rows") {
                    text.push_str(row.get::<&str, _>(0));
                }
            }
            // A bytea in a row is written in hexadecimal digits.
            text.push_str(&text.to_lowercase());
            text.into_bytes()
        }
    }
}

fn holds(everything: &[u8], text: &str) -> bool {
    let hex = hex::encode(text);
    let found = |part: &[u8]| everything.windows(part.len()).any(|window| window == part);
    found(text.as_bytes()) || found(hex.as_bytes())
}

both_databases! {
    /// K1: nothing that is promised to be sealed lies about in the open, in whatever file or table.
    async fn no_secret_is_readable_in_what_lies_on_disk(database: &Database) {
        let store = database.open().await;
        put(&store, "zwanendam", MARKED).await;
        put(&store, "zwanendam", &format!("{MARKED}-2")).await;
        let attachment = format!("attachment {MARKED}").repeat(1000);
        Blobs::of(&store, &scope()).put(next_id(), attachment.as_bytes(), now()).await.expect("kept");
        // The search finds what is there: a name that is not sealed.
        let act = async |tx: &mut Tx| {
            let municipality = domain::municipality::Municipality {
                id: "zwanendam".parse().expect("a short name"),
                name: "ONGEHEIM-91c".to_owned(),
                time_zone: "Europe/Amsterdam".to_owned(),
                hosts: Vec::new(),
                second_factor: domain::municipality::SecondFactor::Optional,
            };
            account::put_municipality(tx, &municipality, now()).await
        };
        store.write(&scope(), act).await.expect("written");
        let bytes = everything(database).await;
        assert!(holds(&bytes, "ONGEHEIM-91c"));
        assert!(!holds(&bytes, MARKED));
        let secrets = secret::live(&mut store.read(&scope()), store.keys(), &main_account()).await.expect("opens");
        assert_eq!(secrets.newest("access_token").map(SecretValue::reveal), Some("GEMARKEERD-GEHEIM-7f3a-2"));
        assert_eq!(secrets.all("access_token").len(), 2);
    }

    /// K3: a ciphertext that was copied to another municipality does not open there.
    async fn a_sealed_secret_opens_in_its_own_place_only(database: &Database) {
        let store = database.open().await;
        put(&store, "zwanendam", MARKED).await;
        let copy = "INSERT INTO secret (municipality_id, channel_account_id, name, id, key_id, sealed, created_at) \
                    SELECT 'lindeveld', channel_account_id, name, id, key_id, sealed, created_at FROM secret";
        run(database, copy).await;
        let stolen = secret::live(&mut store.read(&scope_of("lindeveld")), store.keys(), &main_account()).await;
        let text = stolen.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(text.contains("does not open"), "{text}");
    }

    /// 2.2: several secrets are valid while one replaces another; each for a day after it was replaced, and no longer.
    async fn a_replaced_secret_is_valid_for_a_day(database: &Database) {
        let store = database.open().await;
        for value in ["EERSTE", "TWEEDE", "DERDE"] {
            put(&store, "zwanendam", value).await;
        }
        assert_eq!(live(&store).await, ["DERDE", "TWEEDE", "EERSTE"], "the newest first, whatever the clock of the node");
        replaced_earlier(database, 23).await;
        assert_eq!(live(&store).await.len(), 3, "not a day yet");
        assert_eq!(store.write(&scope(), async |tx: &mut Tx| secret::purge(tx).await).await.expect("answers"), 0);
        replaced_earlier(database, 2).await;
        assert_eq!(live(&store).await, ["DERDE"]);
        assert_eq!(store.write(&scope(), async |tx: &mut Tx| secret::purge(tx).await).await.expect("answers"), 2);
        // Put again, what is the newest changes nothing; what is gone begins anew.
        put(&store, "zwanendam", "DERDE").await;
        put(&store, "zwanendam", "EERSTE").await;
        assert_eq!(live(&store).await, ["EERSTE", "DERDE"]);
    }

    /// The node whose clock is behind gives the newer secret the lower id.
    async fn the_newest_secret_is_the_one_that_was_put_last(database: &Database) {
        let store = database.open().await;
        let (lower, higher) = (next_id(), next_id());
        put_as(&store, "zwanendam", "EERSTE", higher).await;
        put_as(&store, "zwanendam", "TWEEDE", lower).await;
        assert_eq!(live(&store).await, ["TWEEDE", "EERSTE"]);
        // It is known as the newest: to put it again replaces nothing.
        put(&store, "zwanendam", "TWEEDE").await;
        assert_eq!(live(&store).await, ["TWEEDE", "EERSTE"]);
    }

    /// Before it was written down when a secret was replaced, all of a name stood there as if none had been.
    async fn a_secret_that_was_replaced_long_ago_is_valid_no_more(database: &Database) {
        scratch::tables_as_of(&database.engine, "20261122_000000_spine").await.expect("tables");
        let place = |name: &str| format!("zwanendam/secret/wa-main/{name}");
        for (name, number, value) in [
            ("access_token", 1, "EERSTE"), ("access_token", 2, "TWEEDE"), ("access_token", 3, "DERDE"),
            ("app_secret", 4, "ENIGE"),
        ] {
            let sealed = keys().seal(&place(name), value.as_bytes()).expect("sealed");
            let bytes = match &database.engine {
                Engine::Sqlite { .. } => format!("x'{}'", hex::encode(&sealed.bytes)),
                Engine::Postgres { .. } => format!("'\\x{}'::bytea", hex::encode(&sealed.bytes)),
            };
            run(database, &format!(
                "INSERT INTO secret (municipality_id, channel_account_id, name, id, key_id, sealed, created_at) \
                 VALUES ('zwanendam', 'wa-main', '{name}', '{number}', '{}', {bytes}, {number}000000)",
                sealed.key_id
            )).await;
        }
        let store = database.open().await;
        let secrets = secret::live(&mut store.read(&scope()), store.keys(), &main_account()).await.expect("opens");
        assert_eq!(secrets.newest("app_secret").map(SecretValue::reveal), Some("ENIGE"), "the only one stays");
        assert_eq!(live(&store).await, ["DERDE"]);
        // The others were replaced when the next one was made, in the first seconds of 1970.
        assert_eq!(store.write(&scope(), async |tx: &mut Tx| secret::purge(tx).await).await.expect("answers"), 2);
    }

    /// K4: a wrong key is no key, and a new one is never made over old data.
    async fn a_store_does_not_open_with_another_key(database: &Database) {
        assert!(!Store::was_sealed(&database.engine).await.expect("answers"), "nothing is there yet");
        let store = database.open().await;
        put(&store, "zwanendam", MARKED).await;
        drop(store);
        assert!(Store::was_sealed(&database.engine).await.expect("answers"));
        let other = KeyRing::parse(OTHER).expect("a key file");
        let refused = database.try_open(&other).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("key"), "{refused}");
        // The same name over other bytes: the proof does not open.
        let forged = KeyRing::parse(&OTHER.replace("k-other", "k-test")).expect("a key file");
        let refused = database.try_open(&forged).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("k-test"), "{refused}");
        // Nothing was changed by the refusals.
        let store = database.try_open(&keys()).await.expect("its own key opens it");
        let secrets = secret::live(&mut store.read(&scope()), store.keys(), &main_account()).await.expect("opens");
        assert_eq!(secrets.newest("access_token").map(SecretValue::reveal), Some(MARKED));
    }

    /// K2, K4: a new key beside the old one; the old one may not be missing while something is sealed with it.
    async fn a_key_that_is_still_needed_must_be_in_the_ring(database: &Database) {
        let old_text = "k-test BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        let store = database.open().await;
        put(&store, "zwanendam", MARKED).await;
        drop(store);
        let both = KeyRing::parse(&format!("{OTHER}\n{old_text}")).expect("a key file");
        let store = database.try_open(&both).await.expect("both keys are there");
        put(&store, "zwanendam", "NIEUW").await;
        drop(store);
        let new_only = KeyRing::parse(OTHER).expect("a key file");
        let refused = database.try_open(&new_only).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("k-test") && refused.contains("missing"), "{refused}");
        let old_only = database.try_open(&keys()).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(old_only.contains("k-other") && old_only.contains("missing"), "{old_only}");
    }
}

fn town() -> Municipality {
    Municipality {
        id: "zwanendam".parse().expect("a short name"),
        name: "Gemeente Zwanendam".to_owned(),
        time_zone: "Europe/Amsterdam".to_owned(),
        hosts: Vec::new(),
        second_factor: SecondFactor::Optional,
    }
}

both_databases! {
    /// K3: a secret that was damaged, or sealed with a key that is gone, is one mail less and holds up no other.
    async fn a_mail_that_does_not_open_is_ended_and_the_others_go(database: &Database) {
        let store = database.open().await;
        let user = UserId(next_id());
        let noor = User {
            id: user,
            email: "noor@zwanendam.example".to_owned(),
            name: "Noor".to_owned(),
            role: Role::Agent,
            password_hash: None,
            disabled_at: None,
        };
        let join = async move |tx: &mut Tx| {
            account::put_municipality(tx, &town(), now()).await?;
            user::put(tx, &noor, now()).await
        };
        store.write(&scope(), join).await.expect("she works there");
        let queue = async |id: uuid::Uuid, ring: KeyRing| {
            let act = async move |tx: &mut Tx| {
                mail::queue(tx, &ring, (MailId(id), user), ("invitation", "token"), now()).await
            };
            store.write(&scope(), act).await.expect("queued");
        };
        let (damaged, whole) = (next_id(), next_id());
        queue(damaged, KeyRing::parse(OTHER).expect("a key file")).await;
        queue(whole, keys()).await;
        let claim = async || {
            let ring = store.keys().clone();
            let act = async move |tx: &mut Tx| mail::claim(tx, &ring, 10, 0).await;
            store.write(&Scope::installation(), act).await.expect("the store answers")
        };
        let taken: Vec<_> = claim().await.into_iter().map(|one| (one.id, one.token)).collect();
        assert_eq!(taken, [(MailId(whole), "token".to_owned())]);
        let state = mail::latest(&mut store.read(&scope()), user).await.expect("the store answers");
        assert_eq!(state.map(|(state, _)| state), Some(MailState::Queued), "the newest still waits");
    }
}
