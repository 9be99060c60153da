//! The description of the API, as OpenAPI: made from the handlers' own annotations, and finished with what all calls
//! have in common. By the API Design Rules of the Dutch government, of which a linter finds nothing to remark.

mod every_call;
mod version_3_0;

use serde_json::{Value, json};

use super::{PREFIX, guard};

/// Who publishes the API, and where. A municipality puts in its own; what stands here by default is nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Whom an integrator asks, such as the webcare team of a municipality.
    pub name: String,
    /// Where they read more.
    pub url: String,
    /// Where they write to.
    pub email: String,
    /// The host under which the API is reached from outside, over HTTPS.
    pub host: String,
}

impl Default for Publisher {
    fn default() -> Self {
        Self {
            name: "The municipality that runs this installation".to_owned(),
            url: "https://gemeente.example/gehoor".to_owned(),
            email: "gehoor@gemeente.example".to_owned(),
            host: "gehoor.gemeente.example".to_owned(),
        }
    }
}

/// The description as JSON, for `gehoor openapi`: the same bytes at every run.
#[must_use]
pub fn openapi() -> String {
    written(&Publisher::default())
}

/// The description of an API that `publisher` publishes.
pub(super) fn written(publisher: &Publisher) -> String {
    let mut document = serde_json::to_value(super::calls().into_openapi()).unwrap_or_default();
    document["info"] = info(publisher);
    document["servers"] = servers(publisher);
    document["tags"] = tags();
    every_call::complete(&mut document);
    version_3_0::rewrite(&mut document);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn info(publisher: &Publisher) -> Value {
    json!({
        "title": "Gehoor",
        "version": guard::VERSION,
        "description": "The API of Gehoor, a webcare platform for municipalities: read conversations with residents, \
                        answer them, decide on them. Terms are English with the Dutch word beside them; docs/glossary.md \
                        is the glossary.",
        "contact": { "name": publisher.name, "url": publisher.url, "email": publisher.email },
        "license": { "name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12" }
    })
}

fn servers(publisher: &Publisher) -> Value {
    json!([{
        "url": format!("https://{{host}}{PREFIX}"),
        "description": "This installation",
        "variables": {
            "host": { "default": publisher.host, "description": "The host under which the municipality runs Gehoor" }
        }
    }])
}

fn tags() -> Value {
    json!([
        { "name": "channel-accounts", "description": "The municipality's numbers, pages and handles, and how they are doing (kanaalaccounts)" },
        { "name": "attachments", "description": "Files of messages, and those that are about to be sent (bijlagen)" },
        { "name": "conversations", "description": "Conversations with residents, and what people do with them (gesprekken)" },
        { "name": "description", "description": "This document" },
        { "name": "export", "description": "Everything that the municipality owns (uitvoer)" },
        { "name": "outbox", "description": "What is on its way out (uitbak)" },
        { "name": "raw-events", "description": "What platforms delivered, as it was received (ruwe gebeurtenissen)" }
    ])
}
