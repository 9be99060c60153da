//! What a node that serves is to the world: whom it believes, what it says of itself, and how it ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]

mod support;

use std::time::Duration;

use support::{Engine, Site, free_port};

/// Tries to log in through a proxy that says it has the request from `client`; the status.
async fn guess(site: &Site, port: u16, client: &str) -> u16 {
    let form = "email=noor%40zwanendam.example&wachtwoord=geraden";
    let request = site.http.post(format!("http://127.0.0.1:{port}/inloggen"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("sec-fetch-site", "same-origin").header("x-forwarded-for", client);
    request.body(form).send().await.unwrap().status().as_u16()
}

/// T3, H2, D8.
#[tokio::test]
async fn only_a_trusted_proxy_says_who_guesses() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(mut site) = Site::on(engine).await else { continue };
        // Nobody is believed: whatever the header says, these are guesses of one.
        let node = site.start(free_port());
        for number in 1..=5 {
            assert_eq!(guess(&site, node.port, &format!("198.51.100.{number}")).await, 401);
        }
        assert_eq!(guess(&site, node.port, "198.51.100.6").await, 429);
        node.end();

        site.settings.push(("GEHOOR_TRUSTED_PROXIES", "127.0.0.1, 10.1.0.0/16"));
        let node = site.start(free_port());
        for number in 1..=5 {
            let spoofed = format!("198.51.100.{number}, 203.0.113.7, 10.1.2.3");
            assert_eq!(guess(&site, node.port, &spoofed).await, 401);
        }
        assert_eq!(guess(&site, node.port, "198.51.100.6, 203.0.113.7").await, 429);
        assert_eq!(guess(&site, node.port, "203.0.113.8").await, 401, "somebody elsewhere");
        node.end();
    }
}

#[tokio::test]
async fn the_description_names_whom_integrators_ask() {
    let Some(mut site) = Site::on(Engine::Sqlite).await else { return };
    site.settings.extend([
        ("GEHOOR_PUBLISHER_NAME", "Webcareteam Zwanendam"),
        ("GEHOOR_PUBLISHER_URL", "https://www.zwanendam.example/webcare"),
        ("GEHOOR_PUBLISHER_EMAIL", "webcare@zwanendam.example"),
    ]);
    let node = site.start(free_port());
    let document = site.get(node.port, "", "/openapi.json").await.unwrap();
    let contact = serde_json::json!({
        "name": "Webcareteam Zwanendam",
        "url": "https://www.zwanendam.example/webcare",
        "email": "webcare@zwanendam.example",
    });
    assert_eq!(document["info"]["contact"], contact);
    node.end();
}

#[tokio::test]
async fn the_end_closes_the_store_within_two_seconds() {
    let Some(site) = Site::on(Engine::Sqlite).await else { return };
    let node = site.start(free_port());
    assert_eq!(guess(&site, node.port, "198.51.100.1").await, 401, "something is written");
    let left = |name: &str| site.data().join(name).metadata().map_or(0, |log| log.len());
    assert!(left("gehoor.db-wal") > 0, "it has a log while it serves");
    let lasted = node.end();
    assert!(lasted < Duration::from_secs(2), "{lasted:?}");
    assert_eq!(
        (left("gehoor.db-wal"), left("inbox.db-wal")),
        (0, 0),
        "the logs are folded into their files"
    );
}
