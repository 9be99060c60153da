//! `GET /api/v1/openapi.json`, and what it says.

use std::collections::BTreeSet;

use domain::access::Needs;
use serde_json::Value;
use simulation::both_databases;
use simulation::world::World;

use crate::client::Client;

fn document() -> Value {
    serde_json::from_str(&api::openapi()).expect("the description is JSON")
}

/// Method and path of every call that is described.
fn described() -> BTreeSet<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    let calls = paths.iter().flat_map(|(path, operations)| {
        let methods = operations.as_object().expect("operations").keys();
        methods.map(move |method| (method.to_uppercase(), format!("/api/v1{path}")))
    });
    calls.collect()
}

#[test]
fn the_description_the_register_of_routes_and_the_router_name_the_same_calls() {
    let registered: BTreeSet<(String, String)> = api::rest::ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(described(), registered);
    assert_eq!(registered.len(), api::rest::ROUTES.len(), "a call is registered twice");
}

#[test]
fn the_register_is_in_order_and_holds_the_webhooks_as_well() {
    let paths: Vec<_> = api::rest::ROUTES.iter().map(|route| route.path).collect();
    assert!(paths.is_sorted(), "{paths:?}");
    let all = api::routes();
    assert_eq!(all.iter().filter(|route| route.needs == Needs::Signature).count(), 2);
    assert_eq!(all.len(), paths.len() + 2);
}

#[test]
fn the_description_is_the_same_at_every_run() {
    assert_eq!(api::openapi(), api::openapi());
}

#[test]
fn every_call_has_its_words_and_says_how_it_can_fail() {
    let document = document();
    assert_eq!(document["openapi"], "3.0.3");
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let about = format!("{method} {path}");
            for field in ["summary", "description", "operationId"] {
                assert!(
                    operation[field].as_str().is_some_and(|text| !text.is_empty()),
                    "{about} has a {field}"
                );
            }
            assert!(names.insert(operation["operationId"].to_string()), "{about} shares its operationId");
            if path == "/openapi.json" {
                continue;
            }
            let responses = operation["responses"].as_object().expect("responses");
            let mut expected = vec!["400", "401", "403", "503"];
            expected.extend(path.contains('{').then_some("404"));
            expected.extend((method == "post").then_some(["413", "415"]).into_iter().flatten());
            for status in expected {
                assert!(responses.contains_key(status), "{about} can be answered with {status}");
            }
            assert!(
                operation["summary"].as_str().is_some_and(|text| text.contains('(')),
                "{about} has its Dutch word"
            );
        }
    }
}

#[test]
fn words_of_a_field_are_those_of_the_domain() {
    let document = document();
    let words = |name: &str| document["components"]["schemas"][name]["enum"].as_array().map(Vec::len);
    assert_eq!(words("ConversationState"), Some(domain::conversations::ConversationState::ALL.len()));
    assert_eq!(words("DeliveryStatus"), Some(domain::messages::DeliveryStatus::ALL.len()));
    assert_eq!(words("Outcome"), Some(domain::conversations::Outcome::ALL.len()));
    assert!(!api::openapi().contains("\"null\""), "3.0 has no type null");
}

/// What a schema may say in OpenAPI 3.0.3: its schema object, a reference, and nothing of 3.1.
const WORDS_OF_3_0: [&str; 36] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// The words of a schema, and of all that stand in it, that 3.0.3 does not know.
fn unknown_words(schema: &Value) -> Vec<String> {
    let Value::Object(fields) = schema else { return Vec::new() };
    let own = fields.keys().filter(|word| !WORDS_OF_3_0.contains(&word.as_str())).cloned();
    let named = fields
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(serde_json::Map::values);
    let listed = ["allOf", "anyOf", "oneOf"]
        .iter()
        .filter_map(|word| fields.get(*word)?.as_array())
        .flatten();
    let single = ["additionalProperties", "items", "not"].iter().filter_map(|word| fields.get(*word));
    own.chain(named.chain(listed).chain(single).flat_map(unknown_words)).collect()
}

/// The schemas of a document, wherever they stand.
fn schemas(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, inner)| match name.as_str() {
                "schema" => vec![inner],
                "schemas" => inner.as_object().expect("schemas by name").values().collect(),
                _ => schemas(inner),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(schemas).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn schemas_say_only_what_their_version_knows() {
    let newer =
        serde_json::json!({ "items": { "properties": { "a": { "propertyNames": {} } } }, "const": 1 });
    assert_eq!(unknown_words(&newer), ["const", "propertyNames"], "the check finds what is too new");
    let document = document();
    let all = schemas(&document);
    assert!(all.len() > 50, "{} schemas are looked at", all.len());
    let unknown: Vec<_> = all.into_iter().flat_map(unknown_words).collect();
    assert!(unknown.is_empty(), "not in OpenAPI 3.0.3: {unknown:?}");
}

both_databases! {
    async fn everybody_may_read_the_description_from_anywhere(world: World) {
        let answer = Client::without_token(&world).get("/api/v1/openapi.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("api-version"), Some("1.0.0"));
        assert_eq!(answer.text, api::openapi());
    }

    /// Each answer has exactly the fields that the description promises.
    async fn answers_have_the_fields_that_are_described(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.seconds_later(1).agent("Noor").await.replies(&talk, "Dag").await;
        world.send_all(crate::client::lost).await;
        let client = Client::of(&world, "Fatima").await;
        let messages = format!("/api/v1/conversations/{}/messages", talk.conversation);
        let message = client.all(&messages, 100).await.pop().expect("the reply");
        let conversation = client.get("/api/v1/conversations").await.json()["items"][0].clone();
        let schemas = &document()["components"]["schemas"];
        for (name, value) in [
            ("Conversation", &conversation),
            ("LastMessage", &conversation["lastMessage"]),
            ("Message", &message),
            ("Part", &message["parts"][0]),
            ("OutboxPart", &client.get("/api/v1/outbox").await.json()["items"][0]),
            ("Problem", &client.get("/api/v1/outbox?x=1").await.json()),
        ] {
            let fields = |value: &Value| -> BTreeSet<String> { value.as_object().expect("an object").keys().cloned().collect() };
            assert_eq!(fields(value), fields(&schemas[name]["properties"]), "{name}");
        }
    }
}
