//! Rewrites the document from OpenAPI 3.1, which the annotations give, to 3.0.3: that is what the published API Design
//! Rules (2.1.0) and the tools around them read. The two differ for us in how they say "or null", in what may stand beside
//! a reference, and in what may be said of the names in a map, and in nothing else.

use serde_json::{Value, json};

/// Rewrites a document.
pub(super) fn rewrite(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    rewrite_below(document);
}

fn rewrite_below(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rewrite_below),
        Value::Object(_) => {
            type_or_null(value);
            reference_or_null(value);
            reference_and_more(value);
            names_of_a_map(value);
            if let Value::Object(fields) = value {
                fields.values_mut().for_each(rewrite_below);
            }
        }
        _ => (),
    }
}

/// `"type": ["string", "null"]` becomes `"type": "string", "nullable": true`.
fn type_or_null(schema: &mut Value) {
    let Some(types) = schema["type"].as_array() else { return };
    let kept: Vec<Value> = types.iter().filter(|name| *name != "null").cloned().collect();
    let nullable = kept.len() < types.len();
    if let [one] = kept.as_slice() {
        schema["type"] = one.clone();
        if nullable {
            schema["nullable"] = json!(true);
        }
    }
}

/// `"oneOf": [{"type": "null"}, {"$ref": …, "description": …}]` becomes
/// `"allOf": [{"$ref": …}], "description": …, "nullable": true`.
fn reference_or_null(schema: &mut Value) {
    let Some(choices) = schema["oneOf"].as_array() else { return };
    let mut kept: Vec<Value> = choices.iter().filter(|choice| choice["type"] != "null").cloned().collect();
    if kept.len() == choices.len() {
        return;
    }
    schema["nullable"] = json!(true);
    let Value::Object(fields) = schema else { return };
    for choice in &mut kept {
        if let Some(description) = choice.as_object_mut().and_then(|choice| choice.remove("description")) {
            fields.insert("description".to_owned(), description);
        }
    }
    fields.remove("oneOf");
    fields.insert("allOf".to_owned(), Value::Array(kept));
}

/// `"$ref": …, "description": …` becomes `"allOf": [{"$ref": …}], "description": …`: beside a reference, 3.0 reads
/// nothing.
fn reference_and_more(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    if fields.len() > 1
        && let Some(reference) = fields.remove("$ref")
    {
        fields.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

/// `"additionalProperties": …, "propertyNames": {"type": "string"}` loses its `propertyNames`: 3.0 knows maps whose names
/// are strings and no others, and has no word for it.
fn names_of_a_map(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    if fields.get("propertyNames") == Some(&json!({ "type": "string" })) {
        fields.remove("propertyNames");
    }
}
