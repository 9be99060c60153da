//! `POST /api/v1/conversations/{id}/notes`

use serde_json::json;
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address, taken, without_ids};

both_databases! {
    async fn a_note_stands_among_the_messages_and_is_never_sent(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Milan").await;
        world.at("09:10");
        let answer = client.post(&address(&talk, "/notes"), &json!({"text": "Belde vorige week ook."})).await;
        assert_eq!(answer.status, 201);
        insta::assert_json_snapshot!("note", without_ids(answer.json()));
        assert_eq!(world.send_all(taken).await, 0);
        assert_eq!(client.all(&address(&talk, "/messages"), 100).await[1], answer.json());
    }

    async fn a_note_is_neither_empty_nor_endless(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for (text, status) in [("", 400), ("  ", 400), (&*"é".repeat(20_001), 400), (&*"é".repeat(20_000), 201)] {
            let answer = client.post(&address(&talk, "/notes"), &json!({"text": text})).await;
            assert_eq!(answer.status, status, "{} characters", text.chars().count());
        }
    }
}
