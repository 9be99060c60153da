//! Prikbord: a made-up notice board, to show how a connector joins.
//!
//! It differs from WhatsApp wherever a platform can differ: it has to be asked, it is public, many authors write under
//! one post, and a reply takes two steps, of which only the second is seen by anybody.
//!
//! A connector joins in this way, and this one needed nothing else:
//! 1. its folder with the translation (this file; the platform's own side is `board`, which would stand in `simulation`);
//! 2. its line where the connectors are listed: `registry.rs` for a real one, `connectors()` in `main.rs` here.
//!
//! The drivers, the use cases, the store and the domain are untouched.

pub mod board;
pub mod trouble;

use std::collections::BTreeMap;

use domain::channels::{
    AccountAccess, Addressed, After, Answer, Authentic, AuthorClaim, Capabilities, ChannelName, Connector,
    Evidence, Forged, Handshake, Hold, HttpRequest, HttpResponse, Idempotency, Identifier, Inbound,
    InboundMessage, Item, Malformed, Outbound, Outgoing, PartDraft, PartInFlight, Place, Poll, Polled,
    ProviderId, RawEvent, RawRequest, RefusalReason, RetryAfter, Secrets, SettingField, Step, StepKind,
    Strength, TextUnit, Unreadable, Unsendable,
};
use domain::messages::MessageKind;
use serde_json::{Value, json};

/// The connector.
pub struct Prikbord;

const FIELDS: &[SettingField] = &[
    SettingField {
        name: "board",
        help: "The name of the board.",
        required: true,
        secret: false,
        made_up: false,
    },
    SettingField {
        name: "key",
        help: "The key of the board.",
        required: true,
        secret: true,
        made_up: false,
    },
];

fn board(settings: &BTreeMap<String, String>) -> String {
    settings.get("board").cloned().unwrap_or_default()
}

fn request(account: &AccountAccess, method: &'static str, path: &str, body: &Value) -> Outgoing {
    Outgoing::Http(HttpRequest {
        method,
        url: format!("{}/boards/{}{path}", account.base_url, board(&account.settings)),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        bearer: account.secrets.newest("key").cloned(),
        body: body.to_string().into_bytes(),
        form: None,
    })
}

fn text<'v>(value: &'v Value, field: &str) -> Result<&'v str, String> {
    value[field].as_str().ok_or_else(|| format!("it has no {field}"))
}

fn comment(value: &Value, raw: &RawEvent) -> Result<Inbound, String> {
    let id = |field: &str| ProviderId::new(text(value, field)?).map_err(|wrong| wrong.to_string());
    let seconds = value["at"].as_i64().unwrap_or_else(|| raw.received_at.as_second());
    trouble::of_reading(text(value, "text")?);
    let author = Identifier {
        kind: "handle".into(),
        value: text(value, "author")?.to_owned(),
        strength: Strength::Passing,
    };
    Ok(Inbound::Message(Box::new(InboundMessage {
        provider_id: id("id")?,
        from: AuthorClaim {
            identifiers: vec![author],
            display_name: value["name"].as_str().map(str::to_owned),
        },
        place: Place::Public { thread: id("post")?, parent: id("under").ok() },
        sent_at: jiff::Timestamp::from_second(seconds).map_err(|_| "its time is none".to_owned())?,
        kind: MessageKind::Text,
        platform_kind: "comment".to_owned(),
        text: Some(text(value, "text")?.to_owned()),
        files: Vec::new(),
        extras: Vec::new(),
        reply_to: id("under").ok(),
    })))
}

impl Connector for Prikbord {
    fn channel(&self) -> ChannelName {
        ChannelName::new("prikbord").expect("a short name")
    }

    fn settings(&self) -> &'static [SettingField] {
        FIELDS
    }

    fn default_base_url(&self) -> &'static str {
        "https://prikbord.example"
    }

    fn native_id(&self, settings: &BTreeMap<String, String>) -> Option<String> {
        settings.get("board").cloned()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            sends: &[domain::channels::SendKind::Text],
            text_max: 500,
            text_unit: TextUnit::Characters,
            private: false,
            public: true,
            reply_to: true,
            reply_window_seconds: None,
            idempotency: Idempotency::None,
            evidence: Evidence::None,
            billed: false,
        }
    }

    fn handshake(&self, _request: &RawRequest, _secrets: &Secrets) -> Handshake {
        Handshake::None
    }

    /// It never calls us, so whoever does is not it.
    fn verify(&self, _request: &RawRequest, _secrets: &Secrets) -> Result<Authentic, Forged> {
        Err(Forged)
    }

    fn split(&self, body: &[u8]) -> Result<Vec<Addressed>, Malformed> {
        Ok(vec![Addressed { native_id: None, business_id: None, body: body.to_vec() }])
    }

    fn parse(&self, raw: &RawEvent) -> Result<Vec<Item>, Unreadable> {
        let unreadable = |_| Unreadable { reason: "it is no list of comments".to_owned() };
        let comments: Vec<Value> = serde_json::from_slice(&raw.body).map_err(unreadable)?;
        Ok((0..)
            .zip(&comments)
            .map(|(index, value)| Item { index, what: comment(value, raw) })
            .collect())
    }

    fn compose(&self, reply: &Outbound) -> Result<Vec<PartDraft>, Unsendable> {
        let Place::Public { thread, parent } = &reply.to.place else {
            return Err(Unsendable::WrongPlace);
        };
        let under = parent.as_ref().map(ProviderId::as_str);
        let draft = json!({"post": thread.as_str(), "under": under, "text": reply.text});
        let step = |name: &str, kind, data| Step { name: name.to_owned(), kind, carries_file: false, data };
        let steps =
            vec![step("draft", StepKind::Safe, draft), step("publish", StepKind::Effect, Value::Null)];
        Ok(vec![PartDraft { steps }])
    }

    fn request(&self, part: &PartInFlight, account: &AccountAccess) -> Outgoing {
        match part.step.kind {
            StepKind::Safe => request(account, "POST", "/drafts", &part.step.data),
            StepKind::Effect => {
                let draft = part.memory["draft"].as_str().unwrap_or_default();
                request(account, "POST", &format!("/drafts/{draft}/publication"), &json!({}))
            }
        }
    }

    fn after(&self, part: &PartInFlight, response: &HttpResponse) -> After {
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        match (response.status, part.step.kind) {
            (201, StepKind::Safe) => After::NextStep { memory: json!({"draft": answer["id"]}) },
            (201, StepKind::Effect) => After::Ended(Answer::Delivered {
                provider_id: answer["id"].as_str().and_then(|id| ProviderId::new(id).ok()),
            }),
            (503, _) => After::Ended(Answer::Retry {
                after: RetryAfter::Seconds(1),
                hold: Hold::Part,
                reason: "the board is busy".to_owned(),
            }),
            (400..500, _) => After::Ended(Answer::Refused { reason: RefusalReason::Other, detail: None }),
            _ => {
                After::Ended(Answer::Unknown { reason: "the board answered with something else".to_owned() })
            }
        }
    }

    fn is_polled(&self) -> bool {
        true
    }

    fn poll(&self, account: &AccountAccess, cursor: Option<&str>) -> Option<Poll> {
        let path = format!("/comments?after={}", cursor.unwrap_or("0"));
        Some(Poll {
            request: request(account, "GET", &path, &Value::Null),
            every_seconds: 1,
        })
    }

    fn polled(&self, response: &HttpResponse, cursor: Option<&str>) -> Result<Polled, Answer> {
        let page: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let Some(comments) = page["comments"].as_array().filter(|_| response.status == 200) else {
            return Err(Answer::Refused { reason: RefusalReason::Other, detail: None });
        };
        let next = page["next"].as_str().or(cursor).map(str::to_owned);
        let event = (!comments.is_empty()).then(|| page["comments"].to_string().into_bytes());
        Ok(Polled {
            event,
            cursor: next,
            more: page["more"].as_bool() == Some(true),
        })
    }
}
