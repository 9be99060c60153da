//! `POST /api/v1/conversations/{id}/assignment`

use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address};

both_databases! {
    async fn an_agent_takes_a_conversation_passes_it_on_and_gives_it_back(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let (noor, daan) = (world.agent("Noor").await.id(), world.agent("Daan").await.id());
        let client = Client::of(&world, "Noor").await;
        for (assignee, expected) in [
            (json!("me"), json!(noor.to_string())),
            (json!(daan.to_string()), json!(daan.to_string())),
            (Value::Null, Value::Null),
        ] {
            let answer = client.post(&address(&talk, "/assignment"), &json!({"assignee": assignee})).await;
            assert_eq!((answer.status, answer.text.as_str()), (204, ""));
            assert_eq!(client.get(&address(&talk, "")).await.json()["assignee"], expected);
        }
    }

    async fn only_members_of_the_team_can_have_it(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for stranger in [world.agent("Joris").await.id(), world.agent("Femke").await.id()] {
            let body = json!({"assignee": stranger.to_string()});
            assert_eq!(client.post(&address(&talk, "/assignment"), &body).await.status, 404);
        }
        assert_eq!(client.get(&address(&talk, "")).await.json()["assignee"], Value::Null);
    }

    async fn a_helper_takes_but_does_not_give_to_others(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let daan = world.agent("Daan").await.id().to_string();
        let client = Client::of(&world, "Milan").await;
        let given = client.post(&address(&talk, "/assignment"), &json!({"assignee": daan})).await;
        assert_eq!((given.status, given.problem().as_str()), (403, "not-allowed"));
        assert_eq!(client.post(&address(&talk, "/assignment"), &json!({"assignee": "me"})).await.status, 204);
    }

    async fn who_decides_on_an_older_version_is_told(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let version = client.get(&address(&talk, "")).await.json()["version"].clone();
        world.resident("Yusuf").writes("Nog iets").await;
        let body = json!({"assignee": "me", "version": version});
        let answer = client.post(&address(&talk, "/assignment"), &body).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "changed-meanwhile"));
        let version = client.get(&address(&talk, "")).await.json()["version"].clone();
        let body = json!({"assignee": "me", "version": version});
        assert_eq!(client.post(&address(&talk, "/assignment"), &body).await.status, 204);
    }

    async fn the_assignee_must_be_named_or_null(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for body in [json!({}), json!({"assignee": "Noor"}), json!({"assignee": 1}), json!({"assignee": ["me"]})] {
            assert_eq!(client.post(&address(&talk, "/assignment"), &body).await.invalid(), ["assignee"], "{body}");
        }
    }
}
