//! X2: wherever an id can stand, that of another municipality is the id of nothing.

use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address, lost};
use crate::raw_events::broken;

both_databases! {
    async fn an_id_of_another_municipality_reads_nothing_and_changes_nothing(world: World) {
        let ours = world.resident("Yusuf").writes("GEHEIM-ZWANENDAM").await;
        let theirs = world.resident("Sanne").to("wa-lindeveld").writes("Hallo Lindeveld").await;
        world.agent("Noor").await.replies(&ours, "Dag").await;
        world.send_all(lost).await;
        world.deliver("wa-main", &broken(&world, "wamid.A1")).await;
        world.read_all().await;
        let lead = Client::of(&world, "Fatima").await;
        let client = Client::of(&world, "Ruben").await;
        let first = async |path: &str| lead.get(path).await.json()["items"][0]["id"].clone();
        let message = first(&address(&ours, "/messages")).await;
        let part = first("/api/v1/outbox").await;
        let raw_event = first("/api/v1/raw-events").await;
        let user = world.agent("Noor").await.id().to_string();
        let before = (world.canonical_export("zwanendam").await, world.canonical_export("lindeveld").await);

        for route in api::rest::ROUTES.iter().filter(|route| route.path.contains("{id}")) {
            for id in [&json!(ours.conversation.to_string()), &message, &part, &raw_event, &json!(user)] {
                let path = route.path.replace("{id}", id.as_str().expect("an id"));
                let body = match route.path.rsplit('/').next().unwrap_or_default() {
                    "assignment" => json!({"assignee": "me"}),
                    "closure" => json!({"outcome": "spam"}),
                    "resolution" => json!({"outcome": "leave"}),
                    "notes" | "replies" => json!({"text": "Dag"}),
                    _ => json!({}),
                };
                let answer =
                    if route.method == "GET" { client.get(&path).await } else { client.post(&path, &body).await };
                assert_eq!((answer.status, answer.problem().as_str()), (404, "not-found"), "{path}");
                assert!(!answer.text.contains("GEHEIM"));
            }
        }
        for (below, body) in [
            ("/assignment", json!({"assignee": user})),
            ("/replies", json!({"text": "Dag", "replyTo": message})),
        ] {
            assert_eq!(client.post(&address(&theirs, below), &body).await.status, 404, "{below} {body}");
        }
        let after = (world.canonical_export("zwanendam").await, world.canonical_export("lindeveld").await);
        assert_eq!(before, after);
        // And it could have been otherwise: at home the same calls do something.
        assert_eq!(lead.post(&address(&ours, "/assignment"), &json!({"assignee": user})).await.status, 204);
        assert_ne!(before.0, world.canonical_export("zwanendam").await);
    }

    async fn filters_cursors_and_exports_of_another_municipality_show_nothing_of_it(world: World) {
        for name in ["Yusuf", "Sanne", "Omar"] {
            world.resident(name).writes("GEHEIM-ZWANENDAM").await;
        }
        world.resident("Eva").to("wa-lindeveld").writes("Hallo Lindeveld").await;
        let noor = Client::of(&world, "Noor").await;
        let cursor = noor.get("/api/v1/conversations?pageSize=1").await.json()["nextCursor"].clone();
        let anouk = Client::of(&world, "Anouk").await;
        for path in [
            "/api/v1/conversations".to_owned(),
            "/api/v1/conversations?channelAccount=wa-main".to_owned(),
            "/api/v1/conversations?team=burgerzaken".to_owned(),
            format!("/api/v1/conversations?cursor={}", cursor.as_str().expect("there is more")),
            "/api/v1/outbox".to_owned(),
            "/api/v1/raw-events?state=read".to_owned(),
            "/api/v1/export".to_owned(),
            "/api/v1/export?form=canonical".to_owned(),
        ] {
            let answer = anouk.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(!answer.text.contains("GEHEIM") && !answer.text.contains("wa-main"), "{path}: {}", answer.text);
        }
        assert!(noor.get("/api/v1/conversations").await.text.contains("GEHEIM"));
    }

    async fn a_request_key_of_another_municipality_is_free(world: World) {
        let ours = world.resident("Yusuf").writes("Hallo").await;
        let theirs = world.resident("Yusuf").to("wa-lindeveld").writes("Hallo").await;
        let mut ids: Vec<Value> = Vec::new();
        for (name, talk) in [("Noor", &ours), ("Femke", &theirs)] {
            let client = Client::of(&world, name).await;
            let answer = client.post_with_key(&address(talk, "/notes"), "k-1", &json!({"text": "Dag"})).await;
            assert_eq!(answer.status, 201);
            ids.push(answer.json()["id"].clone());
        }
        assert_ne!(ids[0], ids[1]);
    }
}
