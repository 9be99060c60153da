//! What every call has in common: the version in a header, the token, and the ways in which it can fail.

use serde_json::{Map, Value, json};

use crate::rest::errors::ProblemDetails;
use crate::rest::guard;
use utoipa::{PartialSchema, ToSchema};

/// Completes every operation, and the components that they refer to.
pub(super) fn complete(document: &mut Value) {
    let security = json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token as `gehoor token create` prints it. It acts for a user, with that user's rights of the \
                            moment, cut down to the token's scopes `read` and `write`."
        }
    });
    document["components"]["securitySchemes"] = security;
    document["components"]["headers"] = json!({ "ApiVersion": version_header() });
    document["components"]["parameters"] = json!({ "IdempotencyKey": key_header() });
    document["components"]["responses"] = failures();
    add_problem_schema(document);
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, operations) in paths {
        let Some(operations) = operations.as_object_mut() else { continue };
        for (method, operation) in operations {
            complete_operation(path, method, operation);
        }
    }
    require_every_field(document);
}

fn version_header() -> Value {
    json!({ "description": "The full version of the API", "schema": { "type": "string", "example": guard::VERSION } })
}

fn key_header() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "Visible ASCII characters, kept for 24 hours: the same call again is not done again, and gets the first \
                        one's answer",
        "schema": { "type": "string", "minLength": 1, "maxLength": 200 }
    })
}

/// The failures that several calls share, by the name under which they are referred to.
fn failures() -> Value {
    let mut responses = Map::new();
    for (name, description) in [
        (
            "InvalidRequest",
            "The request is not valid; `invalidParams` names what is wrong (`invalid-request`)",
        ),
        ("NotAuthenticated", "No token, or none that is valid (`not-authenticated`)"),
        (
            "NotAllowed",
            "The token may not do this (`not-allowed`), or a page of another site sent it (`foreign-origin`)",
        ),
        ("NotFound", "There is none, or none that the token can see (`not-found`)"),
        ("KeyReused", "The Idempotency-Key was used for another request (`key-reused`)"),
        ("TooLarge", "The body is larger than 256 kB, or the file than 100 MB (`too-large`)"),
        (
            "NotJson",
            "The body is not sent as application/json, or the file as application/octet-stream (`not-json`)",
        ),
        (
            "Unavailable",
            "The store does not answer; `Retry-After` says when to try again (`unavailable`)",
        ),
    ] {
        let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        let mut response = json!({
            "description": description,
            "headers": { "API-Version": { "$ref": "#/components/headers/ApiVersion" } },
            "content": { "application/problem+json": problem }
        });
        if name == "Unavailable" {
            response["headers"]["Retry-After"] =
                json!({ "description": "Seconds", "schema": { "type": "integer" } });
        }
        responses.insert(name.to_owned(), response);
    }
    Value::Object(responses)
}

/// The schema of a problem, also for a document in which no call names one.
fn add_problem_schema(document: &mut Value) {
    let mut schemas = vec![(ProblemDetails::name().into_owned(), ProblemDetails::schema())];
    ProblemDetails::schemas(&mut schemas);
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = serde_json::to_value(schema).unwrap_or_default();
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    if path != "/openapi.json" {
        operation["security"] = json!([{ "token": [] }]);
        for (status, name) in ways_to_fail(path, method) {
            operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{name}") });
        }
    }
    // A file that is uploaded again is another one; unsent, it is gone after a day.
    if method == "post"
        && path != "/attachments"
        && let Value::Object(fields) = operation
        && let Some(parameters) = fields.entry("parameters").or_insert_with(|| json!([])).as_array_mut()
    {
        parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    // A body that may be left out is described as one that may be `null`, which it may not.
    if let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema")
        && let Some(reference) = schema["oneOf"]
            .as_array()
            .and_then(|all| all.iter().find(|one| one["$ref"].is_string()))
            .cloned()
    {
        *schema = reference;
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for response in responses.values_mut().filter(|response| response.get("$ref").is_none()) {
        response["headers"]["API-Version"] = json!({ "$ref": "#/components/headers/ApiVersion" });
    }
}

fn ways_to_fail(path: &str, method: &str) -> Vec<(&'static str, &'static str)> {
    let mut ways = vec![
        ("400", "InvalidRequest"),
        ("401", "NotAuthenticated"),
        ("403", "NotAllowed"),
        ("503", "Unavailable"),
    ];
    if path.contains('{') {
        ways.push(("404", "NotFound"));
    }
    if method == "post" {
        ways.extend([("413", "TooLarge"), ("415", "NotJson")]);
        ways.extend((path != "/attachments").then_some(("422", "KeyReused")));
    }
    ways
}

/// In what we answer every field is always there, `null` where nothing is known; only requests and problems have fields
/// that may be left out.
fn require_every_field(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas {
        if name.ends_with("Request") || name == "Problem" {
            // Unknown fields are refused, and the description says so.
            if name != "Problem" {
                schema["additionalProperties"] = json!(false);
            }
            continue;
        }
        require_fields_of(schema);
    }
}

fn require_fields_of(schema: &mut Value) {
    let names: Option<Vec<String>> =
        schema["properties"].as_object().map(|fields| fields.keys().cloned().collect());
    if let Some(names) = names {
        schema["required"] = json!(names);
    }
    for combined in ["allOf", "oneOf"] {
        for part in schema.get_mut(combined).and_then(Value::as_array_mut).into_iter().flatten() {
            require_fields_of(part);
        }
    }
}
