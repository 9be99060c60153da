//! `POST /api/v1/conversations/{id}/reopening`

use axum::body::Body;
use http::Request;
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address};

both_databases! {
    async fn a_closed_conversation_is_opened_again_with_or_without_a_body(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = world.agent("Noor").await;
        let client = Client::of(&world, "Noor").await;
        let path = address(&talk, "/reopening");
        noor.closes(&talk).await;
        assert_eq!(client.send(Request::post(&path), Body::empty()).await.status, 204);
        let open = client.get(&address(&talk, "")).await.json();
        assert_eq!((&open["state"], &open["outcome"]), (&json!("reopened"), &json!(null)));
        noor.closes(&talk).await;
        assert_eq!(client.post(&path, &json!({})).await.status, 204);
    }

    async fn what_is_open_cannot_be_opened(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let answer = client.post(&address(&talk, "/reopening"), &json!({})).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "not-in-this-state"));
    }

    async fn an_older_conversation_stays_closed_while_a_newer_one_is_open(world: World) {
        let older = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.closes(&older).await;
        world.hours_later(100).resident("Yusuf").writes("Hallo weer").await;
        let client = Client::of(&world, "Noor").await;
        let answer = client.post(&address(&older, "/reopening"), &json!({})).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "changed-meanwhile"));
    }
}
