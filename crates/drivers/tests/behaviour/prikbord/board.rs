//! The notice board itself: what a platform's folder in `simulation` would be.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Comments on one page.
const PAGE: usize = 3;

#[derive(Default)]
pub struct Pinned {
    pub comments: Vec<Value>,
    pub drafts: Vec<Value>,
    /// What was published: each with the draft that it came from.
    pub published: Vec<Value>,
    /// How many of the next requests for a draft are answered with 503.
    pub busy: usize,
    /// How many of the next publications happen without an answer.
    pub silent: usize,
}

#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Pinned>>);

impl Board {
    /// A board that listens; returns its address.
    pub async fn opens() -> (Self, String) {
        let board = Self::default();
        let router = Router::new()
            .route("/boards/{board}/comments", get(comments))
            .route("/boards/{board}/drafts", post(draft))
            .route("/boards/{board}/drafts/{draft}/publication", post(publish))
            .with_state(board.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (board, format!("http://{address}"))
    }

    pub fn look(&self) -> MutexGuard<'_, Pinned> {
        self.0.lock().expect("nobody panicked with it")
    }

    /// Somebody writes under a post.
    pub fn pin(&self, id: &str, (author, post): (&str, &str), text: &str) {
        let comment = json!({"id": id, "author": author, "name": author, "post": post, "text": text});
        self.look().comments.push(comment);
    }
}

async fn comments(State(board): State<Board>, Query(query): Query<Vec<(String, String)>>) -> Json<Value> {
    let after = query
        .iter()
        .find(|(name, _)| name == "after")
        .and_then(|(_, value)| value.parse::<usize>().ok());
    let (after, pinned) = (after.unwrap_or(0), board.look());
    let page: Vec<Value> = pinned.comments.iter().skip(after).take(PAGE).cloned().collect();
    let next = after + page.len();
    Json(json!({"next": next.to_string(), "more": next < pinned.comments.len(), "comments": page}))
}

async fn draft(State(board): State<Board>, Json(draft): Json<Value>) -> (StatusCode, Json<Value>) {
    let mut pinned = board.look();
    if pinned.busy > 0 {
        pinned.busy -= 1;
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"error": "busy"})));
    }
    pinned.drafts.push(draft);
    (StatusCode::CREATED, Json(json!({"id": format!("draft-{}", pinned.drafts.len())})))
}

async fn publish(
    State(board): State<Board>,
    Path((_, draft)): Path<(String, String)>,
) -> (StatusCode, Json<Value>) {
    let silent = {
        let mut pinned = board.look();
        let place = draft.strip_prefix("draft-").and_then(|place| place.parse::<usize>().ok()).unwrap_or(0);
        let Some(mut published) = pinned.drafts.get(place.wrapping_sub(1)).cloned() else {
            return (StatusCode::NOT_FOUND, Json(json!({"error": "no such draft"})));
        };
        published["draft"] = json!(draft);
        pinned.published.push(published);
        let silent = pinned.silent > 0;
        pinned.silent = pinned.silent.saturating_sub(1);
        silent
    };
    if silent {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    }
    let id = format!("reply-{}", board.look().published.len());
    (StatusCode::CREATED, Json(json!({"id": id})))
}
