//! `GET /api/v1/outbox` and `POST /api/v1/outbox/{id}/resolution`

use domain::channels::{Answer, ProviderId};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::{Talk, World};

use crate::client::{Client, lost, taken, without_ids};

/// A reply of which nobody knows whether it arrived: the conversation and the part.
async fn lost_reply(world: &World, client: &Client) -> (Talk, String) {
    let talk = world.resident("Yusuf").writes("Hallo").await;
    world.agent("Noor").await.replies(&talk, "Dag Yusuf").await;
    assert_eq!(world.send_all(lost).await, 1);
    let part = client.all("/api/v1/outbox", 100).await.pop().expect("it is uncertain");
    (talk, part["id"].as_str().expect("an id").to_owned())
}

/// The platform takes it, and gives each an id of its own.
fn named_after_the_part(part: &usecases::outbox::Part) -> Answer {
    Answer::Delivered {
        provider_id: ProviderId::new(&format!("wamid.{}", part.id)).ok(),
    }
}

both_databases! {
    async fn what_is_uncertain_is_listed_until_somebody_decides(world: World) {
        let client = Client::of(&world, "Noor").await;
        let (talk, part) = lost_reply(&world, &client).await;
        let mut listed = without_ids(client.get("/api/v1/outbox?state=unknown").await.json());
        for moment in ["inFlightAt", "endedAt"] {
            // The database's clock, which no test sets.
            assert!(listed["items"][0][moment].is_string());
            listed["items"][0][moment] = json!("<moment>");
        }
        insta::assert_json_snapshot!("outbox", listed);
        let path = format!("/api/v1/outbox/{part}/resolution");
        assert_eq!(client.post(&path, &json!({"outcome": "leave"})).await.status, 204);
        assert_eq!(client.all("/api/v1/outbox", 100).await.len(), 0);
        let message = format!("/api/v1/conversations/{}/messages", talk.conversation);
        let messages = client.all(&message, 100).await;
        let message = messages.iter().find(|message| message["direction"] == "out").expect("the reply");
        assert_eq!(message["parts"][0]["failure"], "left_by_person");
        let again = client.post(&path, &json!({"outcome": "leave"})).await;
        assert_eq!((again.status, again.problem().as_str()), (409, "outcome-known"));
    }

    async fn sending_again_while_evidence_may_come_needs_a_second_word(world: World) {
        let client = Client::of(&world, "Noor").await;
        let (_, part) = lost_reply(&world, &client).await;
        // The window for evidence counts from the database's clock: today, as far as this world is concerned.
        let path = format!("/api/v1/outbox/{part}/resolution");
        let warned = client.post(&path, &json!({"outcome": "resend"})).await;
        assert_eq!((warned.status, warned.problem().as_str()), (409, "evidence-may-come"));
        let body = json!({"outcome": "resend", "despiteWarning": true});
        assert_eq!(client.post(&path, &body).await.status, 204);
        assert_eq!(world.send_all(taken).await, 1);
        let resent = client.all("/api/v1/outbox?state=accepted", 100).await;
        assert_eq!((resent.len(), &resent[0]["resends"]), (1, &json!(part)));
    }

    async fn parts_are_listed_in_every_state_page_by_page(world: World) {
        let client = Client::of(&world, "Noor").await;
        let noor = world.agent("Noor").await;
        for name in ["Yusuf", "Sanne", "Omar", "Eva", "Ties"] {
            let talk = world.resident(name).writes("Hallo").await;
            noor.replies(&talk, "Dag").await;
        }
        let queued = client.all("/api/v1/outbox?state=queued", 2).await;
        assert_eq!(queued.len(), 5);
        let mut ids: Vec<&Value> = queued.iter().map(|part| &part["id"]).collect();
        ids.dedup();
        assert_eq!(ids.len(), 5);
        world.send_all(named_after_the_part).await;
        assert_eq!(client.all("/api/v1/outbox?state=queued", 2).await.len(), 0);
        assert_eq!(client.all("/api/v1/outbox?state=accepted", 2).await.len(), 5);
        assert_eq!(client.get("/api/v1/outbox?state=weg").await.invalid(), ["state"]);
    }

    async fn another_teams_sends_are_neither_listed_nor_decided(world: World) {
        let client = Client::of(&world, "Noor").await;
        let (_, part) = lost_reply(&world, &client).await;
        let joris = Client::of(&world, "Joris").await;
        assert_eq!(joris.all("/api/v1/outbox", 100).await.len(), 0);
        let path = format!("/api/v1/outbox/{part}/resolution");
        assert_eq!(joris.post(&path, &json!({"outcome": "leave"})).await.status, 404);
        assert_eq!(client.all("/api/v1/outbox", 100).await.len(), 1);
    }

    async fn a_decision_is_one_of_two(world: World) {
        let client = Client::of(&world, "Noor").await;
        let (_, part) = lost_reply(&world, &client).await;
        let path = format!("/api/v1/outbox/{part}/resolution");
        for (body, wrong) in [
            (json!({}), "outcome"),
            (json!({"outcome": "Leave"}), "outcome"),
            (json!({"outcome": "leave", "despiteWarning": "ja"}), "despiteWarning"),
            (json!({"outcome": "leave", "state": "accepted"}), "state"),
        ] {
            assert_eq!(client.post(&path, &body).await.invalid(), [wrong], "{body}");
        }
    }
}
