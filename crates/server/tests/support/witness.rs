//! A witness between the platform and a node: passes every delivery on, and notes each copy that was acknowledged. What
//! the platform believes to be delivered is what it saw; what was stored is asked of the database afterwards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;

/// How many copies there are of each delivery, by its content.
pub type Copies = BTreeMap<String, u32>;

/// Stands before one port of this machine.
pub struct Witness {
    pub port: u16,
    seen: Arc<Mutex<Copies>>,
}

#[derive(Clone)]
struct Passing {
    to: u16,
    http: reqwest::Client,
    seen: Arc<Mutex<Copies>>,
}

impl Witness {
    /// Deliveries to the witness go on to the node at `to`.
    pub async fn before(to: u16, http: &reqwest::Client) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Copies::new()));
        let passing = Passing { to, http: http.clone(), seen: Arc::clone(&seen) };
        let router = Router::new().fallback(pass_on).with_state(passing);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, seen }
    }

    /// The copies that were answered with 200.
    pub fn acknowledged(&self) -> Copies {
        self.seen.lock().unwrap().clone()
    }
}

async fn pass_on(State(passing): State<Passing>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let request = passing.http.post(format!("http://127.0.0.1:{}{}", passing.to, uri.path()));
    let signed = headers.get("x-hub-signature-256").cloned().unwrap();
    let answer = request.header("x-hub-signature-256", signed).body(body.clone()).send().await;
    let Ok(answer) = answer else { return StatusCode::BAD_GATEWAY };
    if answer.status() == StatusCode::OK {
        *passing.seen.lock().unwrap().entry(content(&body)).or_default() += 1;
    }
    answer.status()
}

/// What a delivery says, however it is written.
pub fn content(body: &[u8]) -> String {
    serde_json::from_slice::<Value>(body).unwrap().to_string()
}

/// The deliveries of which fewer copies are stored than were acknowledged. More may be stored: a node can die between
/// the commit and its answer.
pub fn lost(acknowledged: &Copies, stored: &Copies) -> Vec<String> {
    let missing = acknowledged.iter().filter_map(|(content, acknowledged)| {
        let stored = stored.get(content).copied().unwrap_or_default();
        (stored < *acknowledged).then(|| format!("{stored} of {acknowledged} copies of {content}"))
    });
    missing.collect()
}
