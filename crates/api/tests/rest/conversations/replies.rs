//! `POST /api/v1/conversations/{id}/replies`

use domain::access::TokenScope;
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address, taken, without_ids};

both_databases! {
    async fn a_reply_is_queued_and_shown_as_the_message_that_it_is(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let client = Client::of(&world, "Noor").await;
        world.at("09:10");
        let quoted = client.all(&address(&talk, "/messages"), 100).await[0]["id"].clone();
        let body = json!({"text": "Morgen is de lamp gemaakt. 💡", "replyTo": quoted, "public": false});
        let answer = client.post(&address(&talk, "/replies"), &body).await;
        assert_eq!(answer.status, 202);
        insta::assert_json_snapshot!("reply", without_ids(answer.json()));
        assert_eq!(world.send_all(taken).await, 1);
        let message = client.all(&address(&talk, "/messages"), 100).await[1].clone();
        assert_eq!((&message["id"], &message["deliveryStatus"]), (&answer.json()["id"], &json!("accepted")));
    }

    async fn a_reply_that_cannot_be_sent_is_refused_before_anything_leaves(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let too_long = "a".repeat(5_000);
        for (body, field) in [
            (json!({"text": ""}), "text"),
            (json!({"text": " \n\t"}), "text"),
            (json!({"text": "a\u{0}b"}), "text"),
            (json!({"text": too_long}), "text"),
            (json!({"text": null}), "text"),
            (json!({"text": 7}), "text"),
            (json!({}), "text"),
            (json!({"text": "Hallo", "public": true}), "public"),
            (json!({"text": "Hallo", "public": "nee"}), "public"),
            (json!({"text": "Hallo", "replyTo": "1"}), "replyTo"),
            (json!({"text": "Hallo", "attachments": ["1"]}), "attachments"),
            (json!({"text": "Hallo", "place": {"latitude": 1}}), "place"),
            (json!({"text": "Hallo", "options": {"choices": [], "x": 1}}), "options"),
            (json!({"text": "Hallo", "contacts": "Noor"}), "contacts"),
            (json!({"text": "Hallo", "preview": "ja"}), "preview"),
        ] {
            let answer = client.post(&address(&talk, "/replies"), &body).await;
            assert_eq!(answer.invalid(), [field], "{body}");
            assert!(!answer.text.contains("aaaa"), "the text is not given back");
        }
        assert_eq!(world.send_all(taken).await, 0);
    }

    async fn everything_that_is_wrong_is_told_at_once(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let body = json!({"public": 1, "replyTo": true, "sender": "Noor"});
        let answer = client.post(&address(&talk, "/replies"), &body).await;
        let mut names = answer.invalid();
        names.sort();
        assert_eq!(names, ["public", "replyTo", "sender", "text"]);
        insta::assert_json_snapshot!("invalid", without_ids(answer.json()));
    }

    async fn after_a_day_the_platform_takes_no_free_reply_and_the_client_is_told(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        world.hours_later(25);
        let answer = client.post(&address(&talk, "/replies"), &json!({"text": "Te laat"})).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "reply-window-closed"));
    }

    async fn a_closed_conversation_is_reopened_before_it_is_answered(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.closes(&talk).await;
        let client = Client::of(&world, "Noor").await;
        let answer = client.post(&address(&talk, "/replies"), &json!({"text": "Nog iets"})).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "not-in-this-state"));
    }

    async fn a_token_that_may_only_write_is_shown_its_own_words(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::limited_to(&world, "Noor", &[TokenScope::Write]).await;
        let answer = client.post(&address(&talk, "/replies"), &json!({"text": "Dag Yusuf"})).await;
        assert_eq!((answer.status, &answer.json()["text"]), (202, &json!("Dag Yusuf")));
        assert_eq!(client.get(&address(&talk, "/messages")).await.status, 403);
    }

    async fn a_quoted_message_stands_in_the_same_conversation_or_is_not_there(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let other = world.resident("Sanne").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let of_other: Value = client.all(&address(&other, "/messages"), 100).await[0]["id"].clone();
        let body = json!({"text": "Dag", "replyTo": of_other});
        assert_eq!(client.post(&address(&talk, "/replies"), &body).await.status, 404);
        assert_eq!(client.post(&address(&other, "/replies"), &body).await.status, 202);
    }
}
