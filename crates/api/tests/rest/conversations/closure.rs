//! `POST /api/v1/conversations/{id}/closure`

use serde_json::json;
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address};

both_databases! {
    async fn closing_tells_what_came_of_it_and_happens_once(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let body = json!({"outcome": "no_answer_needed"});
        assert_eq!(client.post(&address(&talk, "/closure"), &body).await.status, 204);
        let closed = client.get(&address(&talk, "")).await.json();
        assert_eq!((&closed["state"], &closed["outcome"]), (&json!("closed"), &json!("no_answer_needed")));
        let again = client.post(&address(&talk, "/closure"), &body).await;
        assert_eq!((again.status, again.problem().as_str()), (409, "not-in-this-state"));
    }

    async fn a_message_that_came_since_the_client_looked_stops_the_closing(world: World) {
        let talk = world.resident("Yusuf").writes("Bedankt!").await;
        let client = Client::of(&world, "Noor").await;
        let version = client.get(&address(&talk, "")).await.json()["version"].clone();
        world.resident("Yusuf").writes("O wacht, nog een vraag").await;
        let body = json!({"outcome": "answered", "version": version});
        let answer = client.post(&address(&talk, "/closure"), &body).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "changed-meanwhile"));
        assert_eq!(client.get(&address(&talk, "")).await.json()["state"], "new");
    }

    async fn an_outcome_is_one_of_ours(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for body in [json!({}), json!({"outcome": null}), json!({"outcome": "klaar"}), json!({"outcome": {}})] {
            assert_eq!(client.post(&address(&talk, "/closure"), &body).await.invalid(), ["outcome"], "{body}");
        }
        let body = json!({"outcome": "spam", "version": "1"});
        assert_eq!(client.post(&address(&talk, "/closure"), &body).await.invalid(), ["version"]);
    }
}
