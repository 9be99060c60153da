//! `GET /api/v1/raw-events` and `POST /api/v1/raw-events/{id}/replay`

use axum::body::Body;
use http::Request;
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

use crate::client::{Client, without_ids};

/// A delivery with a message that cannot be read beside one that can.
pub fn broken(world: &World, wamid: &str) -> Webhook {
    let number = world.number("wa-main").settings;
    Webhook::about(&number)
        .text(("31600000001", "Yusuf"), wamid, world.now(), "Deze is goed")
        .message(
            ("31600000002", "Sanne"),
            json!({"timestamp": "1772438400", "type": "text", "text": {"body": "Zonder id"}}),
        )
}

both_databases! {
    /// A9.
    async fn what_cannot_be_read_waits_for_a_person_and_is_read_again_when_asked(world: World) {
        world.deliver("wa-main", &broken(&world, "wamid.A1")).await;
        world.read_all().await;
        let client = Client::of(&world, "Fatima").await;
        let listed = client.get("/api/v1/raw-events?state=quarantined").await;
        assert_eq!(listed.status, 200);
        assert!(!listed.text.contains("Zonder id"), "nothing of what it says is shown");
        let mut shown = without_ids(listed.json());
        shown["items"][0]["bytes"] = json!("<number>");
        insta::assert_json_snapshot!("raw_events", shown);
        let id = listed.json()["items"][0]["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/raw-events/{id}/replay");
        assert_eq!(client.send(Request::post(&path), Body::empty()).await.status, 202);
        assert_eq!(client.all("/api/v1/raw-events?state=received", 100).await.len(), 1);
        assert_eq!(client.all("/api/v1/raw-events", 100).await.len(), 0);
        world.read_all().await;
        // It is as unreadable as before, and the message beside it has not become two.
        assert_eq!(client.all("/api/v1/raw-events", 100).await.len(), 1);
        assert_eq!(client.all("/api/v1/conversations", 100).await.len(), 1);
    }

    async fn deliveries_are_listed_in_every_state_page_by_page(world: World) {
        for name in ["Yusuf", "Sanne", "Omar", "Eva", "Ties"] {
            world.resident(name).writes("Hallo").await;
        }
        world.deliver("wa-main", &broken(&world, "wamid.A1")).await;
        let client = Client::of(&world, "Fatima").await;
        let count = async |state: &str| client.all(&format!("/api/v1/raw-events?state={state}"), 2).await.len();
        assert_eq!((count("read").await, count("received").await, count("quarantined").await), (5, 1, 0));
        world.read_all().await;
        assert_eq!((count("read").await, count("received").await, count("quarantined").await), (5, 0, 1));
        assert_eq!(client.get("/api/v1/raw-events?state=unknown").await.invalid(), ["state"]);
    }

    async fn a_delivery_that_is_not_there_cannot_be_read_again(world: World) {
        let client = Client::of(&world, "Fatima").await;
        for id in ["00000000-0000-7000-8000-000000000000", "1", "%00"] {
            assert_eq!(client.post(&format!("/api/v1/raw-events/{id}/replay"), &json!({})).await.status, 404, "{id}");
        }
    }
}
