//! R3's core: a connection to PostgreSQL that is cut or freezes. What is told as on disk is there, what is not is
//! refused in time, and the next delivery finds a new connection by itself.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use store::inbox::RawState;
use store::{Engine, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::inbox::event;
use crate::support::{Database, on_postgresql, scope};

/// What becomes of every connection to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// Nothing passes, and nobody is told.
    Frozen,
    /// Those that are there end; new ones are refused.
    Cut,
}

/// A store whose way to its server can be disturbed; `None` where its address names no port to put something before.
async fn disturbed(database: &Database) -> Option<(Store, watch::Sender<Way>)> {
    let Engine::Postgres { url, schema } = &database.engine else { return None };
    let options: PgConnectOptions = url.parse().expect("an address");
    let server = format!("{}:{}", options.get_host(), options.get_port());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (switch, way) = watch::channel(Way::Open);
    if !url.contains(&server) {
        return None;
    }
    let through = Engine::Postgres { url: url.replace(&server, &address), schema: schema.clone() };
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            if *way.borrow() != Way::Cut {
                tokio::spawn(pass(near, server.clone(), way.clone()));
            }
        }
    });
    Some((Database::at(through).open().await, switch))
}

async fn pass(near: TcpStream, server: String, mut way: watch::Receiver<Way>) {
    let far = TcpStream::connect(server).await.expect("the server is there");
    let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
    let ways = (way.clone(), way.clone());
    tokio::select! {
        () = carry(near_read, far_write, ways.0) => (),
        () = carry(far_read, near_write, ways.1) => (),
        _ = way.wait_for(|way| *way == Way::Cut) => (),
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut way: watch::Receiver<Way>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let opened = way.wait_for(|way| *way == Way::Open).await.is_ok();
        if !opened || to.write_all(bytes.get(..count).unwrap_or_default()).await.is_err() {
            return;
        }
    }
}

/// Puts deliveries down one after the other until `until`; those of which it was told that they are on disk.
async fn put_until(store: &Store, name: &str, until: watch::Receiver<bool>) -> Vec<String> {
    let mut told = Vec::new();
    for number in 0.. {
        if *until.borrow() {
            break;
        }
        let body = format!("{name}.{number}");
        match store.inbox().put(vec![event(&body)]).await {
            Ok(()) => told.push(body),
            Err(error) => {
                assert!(error.is_temporary(), "the platform is to deliver again: {error}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    told
}

async fn cuts(database: &Database) {
    let Some((store, switch)) = disturbed(database).await else { return };
    let (end, until) = watch::channel(false);
    let disturbing = async {
        let mut cuts = 0;
        while cuts < 25 {
            tokio::time::sleep(Duration::from_millis(20 + 3 * cuts)).await;
            switch.send_replace(Way::Cut);
            tokio::time::sleep(Duration::from_millis(cuts % 3)).await;
            switch.send_replace(Way::Open);
            cuts += 1;
        }
        // The last word is one that comes through: nobody has to wake the inbox up.
        tokio::time::sleep(Duration::from_millis(300)).await;
        end.send_replace(true);
    };
    let (a, b, c, ()) = tokio::join!(
        put_until(&store, "a", until.clone()),
        put_until(&store, "b", until.clone()),
        put_until(&store, "c", until.clone()),
        disturbing
    );
    assert!(!a.is_empty() && !b.is_empty() && !c.is_empty(), "deliveries came through");
    store.inbox().put(vec![event("na afloop")]).await.expect("the way is open");
    store.close().await;

    let again = database.open().await;
    let mut kept = BTreeSet::new();
    loop {
        let claimed = again.inbox().claim(500, 60).await.expect("the store answers");
        if claimed.is_empty() {
            break;
        }
        kept.extend(claimed.into_iter().map(|one| String::from_utf8(one.event.body).expect("text")));
    }
    let lost: Vec<_> = a.iter().chain(&b).chain(&c).filter(|told| !kept.contains(*told)).collect();
    assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
}

#[test]
fn what_was_acknowledged_while_the_connection_was_cut_again_and_again_is_there() {
    on_postgresql(async |database| cuts(&database).await);
}

async fn freezes(database: &Database) {
    let Some((store, switch)) = disturbed(database).await else { return };
    store.inbox().put(vec![event("voor")]).await.expect("on disk");
    switch.send_replace(Way::Frozen);
    // Longer than a platform waits would be as good as never.
    let refused =
        tokio::time::timeout(Duration::from_secs(25), store.inbox().put(vec![event("tijdens")])).await;
    let error = refused.expect("told in time").expect_err("nothing of it can be known");
    assert!(error.is_temporary(), "the platform is to deliver again: {error}");
    switch.send_replace(Way::Open);
    store.inbox().put(vec![event("na")]).await.expect("a new connection is found");
    let received = store.inbox().list(&scope(), RawState::Received, None, 10).await.expect("it answers");
    assert!(received.len() >= 2, "what was acknowledged is there");
    store.close().await;
}

#[test]
fn a_frozen_connection_holds_up_a_delivery_for_seconds_and_the_next_one_not_at_all() {
    on_postgresql(async |database| freezes(&database).await);
}

async fn ends(database: &Database) {
    let Some((store, switch)) = disturbed(database).await else { return };
    store.inbox().put(vec![event("voor")]).await.expect("on disk");
    switch.send_replace(Way::Cut);
    assert!(store.inbox().put(vec![event("tijdens")]).await.is_err(), "there is no way to the server");
    tokio::time::timeout(Duration::from_secs(20), store.close())
        .await
        .expect("a store ends without its server");
}

#[test]
fn a_server_that_is_away_does_not_keep_the_store_from_ending() {
    on_postgresql(async |database| ends(&database).await);
}
