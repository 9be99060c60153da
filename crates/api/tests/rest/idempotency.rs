//! The header `Idempotency-Key`.

use std::collections::BTreeSet;

use axum::body::Body;
use http::Request;
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address, as_json, taken};

both_databases! {
    /// C8.
    async fn twenty_parallel_calls_with_one_key_are_one_reply(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let (path, body) = (address(&talk, "/replies"), json!({"text": "Dag Yusuf"}));
        let calls = (0..20).map(|_| client.post_with_key(&path, "k-1", &body));
        let answers = futures_util::future::join_all(calls).await;
        let ids: BTreeSet<String> = answers.iter().map(|answer| answer.json()["id"].to_string()).collect();
        assert!(answers.iter().all(|answer| answer.status == 202), "{answers:?}");
        assert_eq!(ids.len(), 1);
        assert_eq!(world.send_all(taken).await, 1);
    }

    async fn the_same_call_again_gets_the_first_ones_answer_however_it_is_spelled(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for (path, status) in [(address(&talk, "/replies"), 202), (address(&talk, "/notes"), 201)] {
            let key = format!("k-{status}");
            let first = client.post_with_key(&path, &key, &json!({"text": "Dag"})).await;
            assert_eq!(first.status, status);
            for number in 0..3 {
                world.seconds_later(1).resident("Yusuf").writes(&format!("Nog iets {number}")).await;
            }
            let spelled = " {\n\t\"text\" : \"D\\u0061g\"} ";
            let request = as_json(Request::post(&path)).header("idempotency-key", &key);
            let second = client.send(request, Body::from(spelled)).await;
            assert_eq!((second.status, &second.json()["id"]), (status, &first.json()["id"]));
        }
        assert_eq!(world.send_all(taken).await, 1);
    }

    async fn an_old_reply_is_found_again_behind_hundreds_of_later_messages(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let (path, body) = (address(&talk, "/replies"), json!({"text": "Dag"}));
        let first = client.post_with_key(&path, "k-1", &body).await;
        let number = world.number("wa-main").settings;
        let mut webhook = simulation::world::webhook::Webhook::about(&number);
        for index in 0..230 {
            let at = world.seconds_later(1).now();
            webhook = webhook.text((&talk.phone, "Yusuf"), &format!("wamid.MANY{index}"), at, "Nog iets");
        }
        world.deliver("wa-main", &webhook).await;
        world.read_all().await;
        assert_eq!(client.post_with_key(&path, "k-1", &body).await.json()["id"], first.json()["id"]);
    }

    async fn a_key_that_was_used_for_something_else_is_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let other = world.resident("Sanne").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let body = json!({"text": "Dag"});
        assert_eq!(client.post_with_key(&address(&talk, "/replies"), "k-1", &body).await.status, 202);
        for (path, body) in [
            (address(&talk, "/replies"), json!({"text": "Dag!"})),
            (address(&talk, "/replies"), json!({"text": "Dag", "public": false})),
            (address(&talk, "/notes"), body.clone()),
            (address(&other, "/replies"), body.clone()),
        ] {
            let answer = client.post_with_key(&path, "k-1", &body).await;
            assert_eq!((answer.status, answer.problem().as_str()), (422, "key-reused"), "{path} {body}");
        }
        assert_eq!(world.send_all(taken).await, 1);
    }

    /// The answer to the first was lost on its way: who asks again is not told that somebody else was first.
    async fn a_decision_that_is_sent_again_is_answered_as_the_first(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Fatima").await;
        for (call, body, other) in [
            ("/assignment", json!({"assignee": "me"}), json!({"assignee": null})),
            ("/closure", json!({"outcome": "answered"}), json!({"outcome": "spam"})),
            ("/reopening", json!({}), json!({"version": 1})),
        ] {
            let path = address(&talk, call);
            for _ in 0..3 {
                let answer = client.post_with_key(&path, call, &body).await;
                assert_eq!(answer.status, 204, "{call}: {}", answer.text);
            }
            let answer = client.post_with_key(&path, call, &other).await;
            assert_eq!(answer.status, 422, "{call}");
            assert_eq!((answer.status, answer.problem().as_str()), (422, "key-reused"), "{call}");
        }
        assert_eq!(client.post_with_key(&address(&talk, "/closure"), "k-2", &json!({"outcome": "answered"})).await.status, 204);
        let again = client.post_with_key(&address(&talk, "/closure"), "k-3", &json!({"outcome": "answered"})).await;
        assert_eq!((again.status, again.problem().as_str()), (409, "not-in-this-state"), "another key is another decision");
    }

    async fn another_program_has_its_own_keys_and_no_key_is_a_fresh_one(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let (path, body) = (address(&talk, "/replies"), json!({"text": "Dag"}));
        let mut ids = BTreeSet::new();
        for client in [Client::of(&world, "Noor").await, Client::of(&world, "Daan").await] {
            ids.insert(client.post_with_key(&path, "k-1", &body).await.json()["id"].to_string());
            ids.insert(client.post(&path, &body).await.json()["id"].to_string());
        }
        assert_eq!(ids.len(), 4);
    }

    async fn a_key_is_one_line_of_visible_characters(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let path = address(&talk, "/notes");
        let longest = "k".repeat(200);
        for key in ["k", "!~\"{}", &longest] {
            assert_eq!(client.post_with_key(&path, key, &json!({"text": "Dag"})).await.status, 201, "{key}");
        }
        let too_long = "k".repeat(201);
        for key in ["", "a b", "é", "a\tb", &too_long] {
            let answer = client.post_with_key(&path, key, &json!({"text": "Dag"})).await;
            assert_eq!(answer.invalid(), ["Idempotency-Key"], "{key}");
        }
        let twice = as_json(Request::post(&path)).header("idempotency-key", "a").header("idempotency-key", "b");
        let answer = client.send(twice, Body::from(r#"{"text": "Dag"}"#)).await;
        assert_eq!(answer.invalid(), ["Idempotency-Key"]);
    }
}
