//! `POST /conversations/{id}/replies` with more than text, and what comes before it.

use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

async fn uploaded(client: &Client, name: &str) -> Value {
    let answer = client.upload(&format!("/api/v1/attachments?fileName={name}"), PDF).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

both_databases! {
    async fn a_file_is_uploaded_and_goes_along_once(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let file = uploaded(&client, "..%2Fbesluit.exe").await;
        assert_eq!((&file["mediaType"], file["bytes"].as_u64()), (&json!("application/pdf"), Some(PDF.len() as u64)));
        assert_eq!(file["fileName"], "besluit.exe.pdf");
        let body = json!({
            "text": "Past dit?",
            "attachments": [file["id"]],
            "options": {"choices": [{"title": "Ja"}, {"title": "Nee"}]},
            "place": {"latitude": 52.1, "longitude": 4.6},
        });
        // A preview sends nothing and takes nothing.
        let mut preview = body.clone();
        preview["preview"] = json!(true);
        let shown = client.post(&address(&talk, "/replies"), &preview).await;
        assert_eq!((shown.status, shown.json()), (200, json!({"texts": ["Past dit?"], "parts": 3})));
        let somebody_else = Client::of(&world, "Daan").await;
        let answer = somebody_else.post(&address(&talk, "/replies"), &body).await;
        assert_eq!(answer.invalid(), ["attachments"], "nobody else's file");
        let sent = client.post(&address(&talk, "/replies"), &body).await;
        assert_eq!((sent.status, &sent.json()["kind"]), (202, &json!("document")), "{sent:?}");
        assert_eq!(sent.json()["attachments"][0]["id"], file["id"]);
        assert_eq!(sent.json()["parts"].as_array().map(Vec::len), Some(3));
        let again = client.post(&address(&talk, "/replies"), &body).await;
        assert_eq!(again.invalid(), ["attachments"], "it was sent");
    }

    async fn what_is_no_file_that_is_kept_is_refused(world: World) {
        let client = Client::of(&world, "Noor").await;
        for bytes in [b"MZ\x90\0 program".as_slice(), b"<html><script>", b""] {
            assert_eq!(client.upload("/api/v1/attachments", bytes).await.invalid(), ["body"], "{bytes:?}");
        }
        assert_eq!(client.upload("/api/v1/attachments?name=x", PDF).await.invalid(), ["name"]);
        assert_eq!(client.post("/api/v1/attachments", &json!({})).await.status, 415);
    }

    async fn what_the_channel_does_not_take_names_its_field(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let four = json!([{"title": "a"}, {"title": "b"}, {"title": "c"}, {"title": "d"}]);
        for (body, field) in [
            (json!({"text": "Kies", "options": {"choices": four}}), "options"),
            (json!({"options": {"choices": [{"title": "a"}]}}), "options"),
            (json!({"place": {"latitude": 91.0, "longitude": 4.6}}), "place"),
            (json!({"contacts": [{"name": " "}]}), "contacts"),
            (json!({"template": {"name": "geen", "language": "nl"}}), "template"),
        ] {
            assert_eq!(client.post(&address(&talk, "/replies"), &body).await.invalid(), [field], "{body}");
        }
    }

    async fn a_template_is_listed_and_sent_when_the_window_is_closed(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.keeps_template("wa-main", "melding_stand", "Beste {{1}}, klaar.").await;
        world.hours_later(25);
        let client = Client::of(&world, "Noor").await;
        let list = client.get("/api/v1/channel-accounts/wa-main/templates").await.json();
        let listed = &list["items"][0];
        assert_eq!((&listed["usable"], &listed["placeholders"]), (&json!(true), &json!(["body.1"])));
        let with = |values: Value, fingerprint: Value| {
            json!({"template": {"name": "melding_stand", "language": "nl", "values": values, "fingerprint": fingerprint}})
        };
        let replies = address(&talk, "/replies");
        let half = client.post(&replies, &with(json!({"body.2": "x"}), Value::Null)).await;
        assert_eq!(half.invalid(), ["template.values.body.1", "template.values.body.2"]);
        let other = client.post(&replies, &with(json!({"body.1": "Yusuf"}), json!("0000"))).await;
        assert_eq!((other.status, other.problem().as_str()), (409, "changed-meanwhile"));
        // A text beside it is not dropped, and does not leave by itself past the closed window.
        let mut both = with(json!({"body.1": "Yusuf"}), listed["fingerprint"].clone());
        both["text"] = json!("En nog iets");
        both["inPieces"] = json!(true);
        assert_eq!(client.post(&replies, &both).await.invalid(), ["template"]);
        let sent = client.post(&replies, &with(json!({"body.1": "Yusuf"}), listed["fingerprint"].clone())).await;
        assert_eq!((sent.status, &sent.json()["text"]), (202, &json!("Beste Yusuf, klaar.")));
    }
}
