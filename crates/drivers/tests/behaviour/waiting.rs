//! Waiting when the platform asks for it, and stopping when it shuts us out (C3, C9).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, header};
use domain::access::Scope;
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use simulation::both_databases;
use simulation::platforms::FaultOrder;
use simulation::world::World;
use store::tables::account;
use tokio::sync::Notify;

use crate::street::{Street, egress};

/// How long an account has to wait, in seconds, by the database's clock.
async fn hold(street: &Street, account: &str) -> Option<i64> {
    let scope = Scope::whole("zwanendam".parse().expect("a short name"));
    let holds = account::holds(&mut street.world.installation.store.read(&scope))
        .await
        .expect("the store answers");
    let held = holds.into_iter().find(|hold| hold.channel_account.as_str() == account)?;
    Some(domain::time::seconds_between(held.since_at, held.until_at))
}

/// The platform answers 429 with this `Retry-After`; returns for how long the account waits.
async fn waits(street: &Street, case: usize, retry_after: Option<&str>) -> i64 {
    // Others in each case: the platform also limits how much one resident gets in a few seconds.
    let (yusuf, hanna) = (format!("316001234{case}1"), format!("316001234{case}2"));
    let first = street.resident_writes(&yusuf, "wa-main", "Eerste").await;
    let other = street.resident_writes(&hanna, "wa-main", "Tweede").await;
    let elsewhere = street.resident_writes(&yusuf, "wa-tweede", "Elders").await;
    let before = street.accepted("wa-main").len();
    let noor = street.world.agent("Noor").await;
    noor.replies(&first, "Een").await;
    noor.replies(&first, "Twee").await;
    let order = FaultOrder {
        retry_after: retry_after.map(str::to_owned),
        ..FaultOrder::once("rate_limited")
    };
    street.order_with(order);
    assert_eq!(street.sender.send_once().await.expect("the store answers"), 1);
    let seconds = hold(street, "wa-main").await.expect("the account waits");
    // Neither what follows in the conversation nor another conversation goes out; another account does.
    noor.replies(&other, "Drie").await;
    street.world.agent("Joris").await.replies(&elsewhere, "Vier").await;
    let sent_elsewhere = street.accepted("wa-tweede").len();
    if seconds > 5 {
        street.tempt().await;
        assert_eq!(
            street.accepted("wa-main").len(),
            before,
            "{retry_after:?}: nothing leaves before the time"
        );
        assert_eq!(street.accepted("wa-tweede").len(), sent_elsewhere + 1, "others are not affected");
        usecases::outbox::release_account(
            &street.world.ctx("Ingrid").await,
            &"wa-main".parse().expect("a name"),
        )
        .await
        .expect("released");
    }
    street
        .until(&format!("after Retry-After {retry_after:?} all of it arrives"), async || {
            street.sender.send_once().await.expect("the store answers");
            street.accepted("wa-main").len() == before + 3
        })
        .await;
    let texts: Vec<String> =
        street.accepted("wa-main").into_iter().skip(before).map(|one| one.text).collect();
    let place = |text: &str| texts.iter().position(|one| one == text);
    assert!(place("Een") < place("Twee"), "{texts:?}");
    for talk in [first, other, elsewhere] {
        street.world.agent("Fatima").await.closes(&talk).await;
    }
    seconds
}

both_databases! {
    /// C3: no request on that account before the time, others unaffected, an hour at most, order kept.
    async fn an_account_waits_as_long_as_the_platform_says(world: World) {
        let street = Street::open(world).await;
        let in_30_seconds = {
            let at = street.platforms.clock().now() + jiff::SignedDuration::from_secs(31);
            at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
        };
        for (case, (retry_after, expected)) in [
            (Some("1000000000"), 3590..=3601),
            (Some(in_30_seconds.as_str()), 15..=31),
            (Some("30"), 29..=31),
            (None, 0..=5),
            (Some("abc"), 0..=5),
        ]
        .into_iter()
        .enumerate()
        {
            let seconds = waits(&street, case, retry_after).await;
            assert!(expected.contains(&seconds), "Retry-After {retry_after:?}: the account waits {seconds} s");
        }
    }

    /// C9: a token that is not valid any more is offered three times at the most, not once for each reply.
    async fn a_dead_token_is_offered_three_times_and_not_for_every_reply(world: World) {
        let asked = Arc::new(AtomicUsize::new(0));
        let street = Street::open(world).await;
        let mut talks = Vec::new();
        for number in 0..40 {
            talks.push(street.resident_writes(&format!("316002000{number:02}"), "wa-main", "Hallo").await);
        }
        let counted = Arc::clone(&asked);
        let refuse = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let body = r#"{"error":{"message":"Error validating access token","type":"OAuthException","code":190}}"#;
            async move { (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/json")], body) }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(refuse);
        tokio::spawn(async move { axum::serve(listener, router).await });
        street.world.declare(&format!("http://{address}")).await;
        let noor = street.world.agent("Noor").await;
        for talk in &talks {
            noor.replies(talk, "Wij gaan kijken.").await;
        }
        let sender = drivers::Sender::new(Arc::clone(&street.world.installation), egress());
        for _ in 0..10 {
            sender.send_once().await.expect("the store answers");
        }
        let asked = asked.load(Ordering::SeqCst);
        assert!((1..=3).contains(&asked), "{asked} requests with a dead token");
        for talk in &talks {
            assert_eq!(street.states(talk).await, [PartState::Queued], "it waits for a new token");
        }
        let why = hold(&street, "wa-main").await;
        assert!(why.is_some_and(|seconds| (299..=301).contains(&seconds)), "{why:?}");
        // A new token sets it going at once.
        replace_token(&street, "a-new-token").await;
        let sender = drivers::Sender::new(Arc::clone(&street.world.installation), egress());
        street.until("all of them arrive", async || {
            sender.send_once().await.expect("the store answers");
            street.accepted("wa-main").len() == talks.len()
        }).await;
        street.until_delivery(&talks[0], DeliveryStatus::Read).await;
    }

    /// C9: the token is replaced while a reply with the old one is on its way. The platform's "no" is about the old one,
    /// and must not hold the account up for minutes.
    async fn a_token_that_is_replaced_while_a_reply_is_on_its_way_is_taken_at_once(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes("31600200099", "wa-main", "Hallo").await;
        let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (came, wait) = (Arc::clone(&arrived), Arc::clone(&go_on));
        let refuse = move || {
            let (came, wait) = (Arc::clone(&came), Arc::clone(&wait));
            async move {
                came.notify_one();
                wait.notified().await;
                let body = r#"{"error":{"message":"Error validating access token","type":"OAuthException","code":190}}"#;
                (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/json")], body)
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let slow = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(refuse)).await });
        street.world.declare(&format!("http://{slow}")).await;
        street.world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        let sender = drivers::Sender::new(Arc::clone(&street.world.installation), egress());
        let sending = sender.clone();
        let sending = tokio::spawn(async move { sending.send_once().await });
        arrived.notified().await;
        replace_token(&street, "a-new-token").await;
        go_on.notify_one();
        sending.await.expect("it ends").expect("the store answers");
        assert_eq!(hold(&street, "wa-main").await, None, "the account does not wait");
        assert_eq!(street.states(&talk).await, [PartState::Queued]);
        street.until("it arrives with the new token", async || {
            sender.send_once().await.expect("the store answers");
            street.accepted("wa-main").len() == 1
        }).await;
    }
}

/// Zwanendam gets a new token for `wa-main`, on both sides.
async fn replace_token(street: &Street, token: &str) {
    let mut declarations =
        simulation::town::municipalities(&format!("http://{}", street.platforms.address()));
    let mut declaration = declarations.remove(1);
    declaration.users.clear();
    for account in &mut declaration.channel_accounts {
        for (_, value) in account.secrets.iter_mut().filter(|(name, _)| name == "access_token") {
            *value = domain::channels::SecretValue::new(token.to_owned());
        }
    }
    usecases::configuration::apply_declaration(&street.world.installation, declaration, false)
        .await
        .expect("applied");
    let number = street.world.number("wa-main").settings.phone_number_id;
    street
        .platforms
        .whatsapp()
        .replace_token(&number, Some(token.to_owned()))
        .expect("replaced");
}
