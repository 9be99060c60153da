//! Stopping when the platform shuts us out (C9). Waiting when it asks for it stands in `patience`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, header};
use domain::access::Scope;
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use simulation::both_databases;
use simulation::world::World;
use store::tables::account;
use tokio::sync::Notify;

use crate::street::{Street, egress};

/// How long an account has to wait, in seconds, by the database's clock.
pub async fn hold(street: &Street, account: &str) -> Option<i64> {
    let scope = Scope::whole("zwanendam".parse().expect("a short name"));
    let holds = account::holds(&mut street.world.installation.store.read(&scope))
        .await
        .expect("the store answers");
    let held = holds.into_iter().find(|hold| hold.channel_account.as_str() == account)?;
    Some(domain::time::seconds_between(held.since_at, held.until_at))
}

both_databases! {
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
