//! A callback that remembers what came and answers as told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

pub const SECRET: &str = "a-secret-of-the-app";
pub const VERIFY: &str = "a-token-for-the-handshake";

/// A webhook that came in.
#[derive(Debug, Clone)]
pub struct Came {
    pub raw: String,
    pub signature: String,
    pub at: Instant,
}

impl Came {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.raw).expect("a webhook is JSON")
    }

    /// The statuses in it, as (status, message id).
    pub fn statuses(&self) -> Vec<(String, String)> {
        self.values("statuses")
            .iter()
            .map(|one| (text(&one["status"]), text(&one["id"])))
            .collect()
    }

    /// The bodies of the texts in it.
    pub fn texts(&self) -> Vec<String> {
        let messages = self.values("messages");
        let texts = messages.iter().filter(|one| one["type"] == "text");
        texts.map(|one| text(&one["text"]["body"])).collect()
    }

    /// All messages or statuses in it, over all entries and changes.
    pub fn values(&self, what: &str) -> Vec<Value> {
        let changes = self.changes().into_iter();
        changes
            .flat_map(|change| change["value"][what].as_array().cloned().unwrap_or_default())
            .collect()
    }

    /// All changes in it, over all entries.
    pub fn changes(&self) -> Vec<Value> {
        let json = self.json();
        let entries = json["entry"].as_array().expect("entries").clone();
        let changes = entries.iter().flat_map(|entry| entry["changes"].as_array().expect("changes").clone());
        changes.collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[derive(Debug, Clone, Default)]
pub struct Receiver {
    came: Arc<Mutex<Vec<Came>>>,
    /// Refuse this many webhooks before accepting.
    refuse: Arc<Mutex<u32>>,
    pub url: String,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hooks/wa-main", listener.local_addr().expect("an address"));
        let receiver = Self { url, ..Self::default() };
        let router = Router::new()
            .route("/hooks/wa-main", get(handshake).post(webhook))
            .route("/foto.jpg", get(photo))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn refuse_next(&self, count: u32) {
        *self.refuse.lock().expect("unpoisoned") = count;
    }

    pub fn came(&self) -> Vec<Came> {
        self.came.lock().expect("unpoisoned").clone()
    }

    pub fn statuses(&self) -> Vec<String> {
        self.came().iter().flat_map(Came::statuses).map(|(status, _)| status).collect()
    }

    pub fn texts(&self) -> Vec<String> {
        self.came().iter().flat_map(Came::texts).collect()
    }

    /// Waits until so many webhooks came; panics when they do not.
    pub async fn wait_for(&self, count: usize) -> Vec<Came> {
        self.wait_until(&format!("{count} webhooks"), |came| came.len() >= count).await
    }

    pub async fn wait_until(&self, what: &str, enough: impl Fn(&[Came]) -> bool) -> Vec<Came> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let came = self.came();
            if enough(&came) {
                return came;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; came: {came:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn webhook(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let raw = String::from_utf8(body.to_vec()).expect("a webhook is UTF-8");
    let came = Came { raw, signature: signature.to_owned(), at: Instant::now() };
    receiver.came.lock().expect("unpoisoned").push(came);
    let mut refuse = receiver.refuse.lock().expect("unpoisoned");
    if *refuse > 0 {
        *refuse -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::OK
}

async fn handshake(Query(query): Query<HashMap<String, String>>) -> Result<String, StatusCode> {
    let said = |name: &str| query.get(name).map(String::as_str);
    if said("hub.mode") == Some("subscribe") && said("hub.verify_token") == Some(VERIFY) {
        return Ok(said("hub.challenge").unwrap_or_default().to_owned());
    }
    Err(StatusCode::FORBIDDEN)
}

async fn photo() -> ([(http::HeaderName, &'static str); 1], &'static [u8]) {
    ([(http::header::CONTENT_TYPE, "image/jpeg")], b"\xff\xd8 a picture \xff\xd9")
}
