//! X4, X5 and A8: what is not understood in full is refused in full.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::{Talk, World};

use crate::client::{Client, address, as_json, lost};
use crate::raw_events::broken;

/// Every write with a body with which it succeeds.
async fn writes(world: &World, talk: &Talk) -> Vec<(String, Value)> {
    world.agent("Noor").await.replies(talk, "Dag").await;
    world.send_all(lost).await;
    world.deliver("wa-main", &broken(world, "wamid.A1")).await;
    world.read_all().await;
    let lead = Client::of(world, "Fatima").await;
    let first =
        async |path: &str| lead.get(path).await.json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let writes = vec![
        (format!("/api/v1/attachments/{}/retrieval", world.file_failed(talk).await), json!({})),
        (address(talk, "/assignment"), json!({"assignee": "me"})),
        (address(talk, "/closure"), json!({"outcome": "answered"})),
        (address(talk, "/notes"), json!({"text": "Dag"})),
        (address(talk, "/reopening"), json!({})),
        (address(talk, "/replies"), json!({"text": "Dag"})),
        (
            format!("/api/v1/outbox/{}/resolution", first("/api/v1/outbox").await),
            json!({"outcome": "leave"}),
        ),
        (format!("/api/v1/raw-events/{}/replay", first("/api/v1/raw-events").await), json!({})),
    ];
    let registered = api::rest::ROUTES.iter().filter(|route| route.method == "POST").count();
    // An upload takes a file and no JSON; it has tests of its own.
    assert_eq!(writes.len() + 1, registered, "every write is tried here");
    writes
}

/// Everything that could have been changed.
async fn state(world: &World) -> (String, String) {
    (world.canonical_export("zwanendam").await, format!("{:?}", world.inbox("zwanendam").await))
}

/// The names of all fields that any object of the API has.
fn known_fields() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&api::openapi()).expect("JSON");
    let schemas = document["components"]["schemas"].as_object().expect("schemas").values();
    schemas
        .filter_map(|schema| schema["properties"].as_object())
        .flat_map(|fields| fields.keys().cloned())
        .chain(
            [
                "role",
                "teams",
                "municipality",
                "municipalityId",
                "__proto__",
                "attachments",
                "user",
                "Text",
            ]
            .map(str::to_owned),
        )
        .collect()
}

both_databases! {
    /// X4.
    async fn every_known_field_on_every_write_is_refused_unless_it_belongs_there(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Fatima").await;
        let writes = writes(&world, &talk).await;
        let before = state(&world).await;
        let allowed = [
            ("assignment", &["assignee", "version"] as &[&str]),
            ("closure", &["outcome", "version"]),
            ("notes", &["text"]),
            ("reopening", &["version"]),
            (
                "replies",
                &[
                    "text", "replyTo", "public", "attachments", "options", "place", "contacts", "template",
                    "inPieces", "preview",
                ],
            ),
            ("resolution", &["outcome", "despiteWarning"]),
            ("replay", &[]),
            ("retrieval", &[]),
        ];
        let fields = known_fields();
        assert!(fields.len() > 40);
        for (path, body) in &writes {
            let allowed = allowed.iter().find(|(call, _)| path.ends_with(call)).expect("known").1;
            for field in fields.iter().filter(|field| !allowed.contains(&field.as_str())) {
                let mut body = body.clone();
                body[field] = json!("x");
                let answer = client.post(path, &body).await;
                assert_eq!(answer.invalid(), std::slice::from_ref(field), "{path} {body}");
                let in_query = client.post(&format!("{path}?{field}=x"), &body).await;
                assert_eq!(in_query.status, 400, "{path}?{field}=x");
            }
        }
        assert_eq!(state(&world).await, before);
    }

    async fn a_parameter_that_a_list_does_not_know_is_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Ingrid").await;
        let noor = Client::of(&world, "Noor").await;
        for path in ["/api/v1/conversations", "/api/v1/outbox", "/api/v1/raw-events", "/api/v1/export"] {
            assert_eq!(client.get(path).await.status, 200, "{path}");
            for query in ["offset=1", "page_size=1", "municipality=lindeveld", "State=new", "state%00=new"] {
                assert_eq!(client.get(&format!("{path}?{query}")).await.invalid().len(), 1, "{path}?{query}");
            }
        }
        for path in [address(&talk, ""), address(&talk, "/messages")] {
            assert_eq!(noor.get(&path).await.status, 200, "{path}");
            assert_eq!(noor.get(&format!("{path}?expand=all")).await.invalid(), ["expand"]);
        }
        for query in ["state=new&state=new", "state=", "topic=", "topic=%00", "team=a|b", "channelAccount=%C3%A9"] {
            assert_eq!(client.get(&format!("/api/v1/conversations?{query}")).await.invalid().len(), 1, "{query}");
        }
        for query in ["%ff=1", "state=%ff"] {
            assert_eq!(client.get(&format!("/api/v1/conversations?{query}")).await.status, 400, "{query}");
        }
    }

    /// X5: no write without the token, as another media type, as GET, or from a page of another site.
    async fn a_write_comes_from_a_program_as_json_with_its_token(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Fatima").await;
        let anonymous = Client::without_token(&world);
        let writes = writes(&world, &talk).await;
        let before = state(&world).await;
        for (path, body) in &writes {
            let send = async |client: &Client, lines: &[(&str, &str)]| {
                let request = lines.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
                client.send(request, Body::from(body.to_string())).await.status
            };
            let json = ("content-type", "application/json");
            assert_eq!(send(&anonymous, &[json]).await, 401, "{path}");
            assert_eq!(send(&anonymous, &[json, ("cookie", "__Host-session=x")]).await, 401, "{path}");
            for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"] {
                assert_eq!(send(&client, &[("content-type", media_type)]).await, 415, "{path} {media_type}");
            }
            assert_eq!(send(&client, &[json, ("content-type", "text/plain")]).await, 415, "{path}");
            for lines in [
                [json, ("origin", "https://kwaad.example")],
                [json, ("origin", "null")],
                [json, ("sec-fetch-site", "cross-site")],
                [json, ("sec-fetch-site", "same-site")],
            ] {
                assert_eq!(send(&client, &lines).await, 403, "{path} {lines:?}");
            }
            let get = client.get(path).await;
            assert_eq!(get.status, 405, "{path}");
        }
        assert_eq!(state(&world).await, before);
        // And with the token, as JSON, each of them does something.
        for (path, body) in &writes {
            let answer = client.post(path, body).await;
            assert!((200..300).contains(&answer.status), "{path} {answer:?}");
        }
        assert_ne!(state(&world).await, before);
    }

    /// A8.
    async fn a_body_that_is_no_json_object_is_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let path = address(&talk, "/notes");
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep_inside = format!(r#"{{"text": {}1{}}}"#, r#"{"a":"#.repeat(200), "}".repeat(200));
        for body in ["", " ", "{", "null", "[]", "\"text\"", "1", "{\"text\": \"a\",}", "{'text': 'a'}", "{\"text\": NaN}",
            "{\"text\": 1e999}", "{\"text\": \"\\ud800\"}", "{\"text\": \"a\"} {}", "\u{feff}{\"text\": \"a\"}",
            "{\"text\": \"a\", \"text\": \"b\"}", "{\"text\": \"\u{1}\"}", "{\"text\": \"a\u{0}\"}", &deep, &deep_inside]
        {
            let answer = client.send(as_json(Request::post(&path)), Body::from(body.to_owned())).await;
            let shown = domain::limits::cut(body, 40);
            assert_eq!((answer.status, answer.problem().as_str()), (400, "invalid-request"), "{shown}");
        }
        let not_utf8 = client.send(as_json(Request::post(&path)), Body::from(&b"{\"text\": \"\xff\"}"[..])).await;
        assert_eq!(not_utf8.status, 400);
        assert_eq!(client.all(&address(&talk, "/messages"), 100).await.len(), 1);
    }

    /// A8: what is valid is taken as it is, however naughty.
    async fn a_naughty_text_is_only_a_text(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for text in ["' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "\u{202e}gnirts", "👩‍👩‍👧‍👦", "ﷺ".repeat(100).as_str(),
            "\u{ffff}", "\u{10ffff}", "null", "=1+1", "\r\n\t"]
        {
            let answer = client.post(&address(&talk, "/notes"), &json!({"text": format!("x{text}")})).await;
            assert_eq!((answer.status, &answer.json()["text"]), (201, &json!(format!("x{text}"))));
        }
    }

    /// D2.
    async fn a_body_of_more_than_256_kb_is_not_read(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let path = address(&talk, "/notes");
        let announced = as_json(Request::post(&path)).header(header::CONTENT_LENGTH, "1000000000");
        let answer = client.send(announced, Body::from("{}")).await;
        assert_eq!((answer.status, answer.problem().as_str()), (413, "too-large"));
        assert_eq!(answer.header("connection"), Some("close"));
        let body = json!({"text": "a".repeat(300_000)}).to_string();
        assert_eq!(client.send(as_json(Request::post(&path)), Body::from(body)).await.status, 413);
    }
}
