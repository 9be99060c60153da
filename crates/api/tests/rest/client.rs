//! A program that talks to the API, as a test speaks of it.

use api::rest::{ApiState, Publisher, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use domain::access::TokenScope;
use domain::channels::{Answer as PlatformAnswer, ProviderId};
use http::request::Builder;
use http::{HeaderMap, Request, header};
use serde_json::{Map, Value};
use simulation::world::{Talk, World};
use tower::ServiceExt;
use usecases::access::{CreateToken, create_token};

/// A program with a token, or without one.
pub struct Client {
    router: Router,
    pub token: Option<String>,
}

/// What it was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Client {
    /// A program that reads and writes for a colleague.
    pub async fn of(world: &World, first_name: &str) -> Self {
        Self::limited_to(world, first_name, &[TokenScope::Read, TokenScope::Write]).await
    }

    /// A program whose token has only these scopes.
    pub async fn limited_to(world: &World, first_name: &str, scopes: &[TokenScope]) -> Self {
        let token = token(world, first_name, scopes).await;
        Self { token: Some(token), ..Self::without_token(world) }
    }

    /// A program without a token.
    pub fn without_token(world: &World) -> Self {
        let state = ApiState::new(world.installation.clone(), &Publisher::default());
        Self { router: router(state), token: None }
    }

    /// The same program with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { router: self.router.clone(), token: Some(token.to_owned()) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(as_json(Request::post(path)), Body::from(body.to_string())).await
    }

    /// Sends a file.
    pub async fn upload(&self, path: &str, bytes: &[u8]) -> Answer {
        let request = Request::post(path).header("content-type", "application/octet-stream");
        self.send(request, Body::from(bytes.to_vec())).await
    }

    pub async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = as_json(Request::post(path)).header("Idempotency-Key", key);
        self.send(request, Body::from(body.to_string())).await
    }

    /// A request as it is, with the token beside it.
    pub async fn send(&self, mut request: Builder, body: Body) -> Answer {
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body).expect("a request can be made");
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("the answer has an end");
        let text = String::from_utf8(bytes.to_vec()).expect("the answer is text");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// All items of a list, page by page.
    pub async fn all(&self, path: &str, page_size: usize) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{separator}pageSize={page_size}{cursor}")).await.json();
            items.extend(page["items"].as_array().expect("a list").iter().cloned());
            let Some(next) = page["nextCursor"].as_str() else { return items };
            cursor = format!("&cursor={next}");
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        assert!(!self.text.is_empty(), "{} has a body", self.status);
        serde_json::from_str(&self.text).expect("the answer is JSON")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a header of ours is text"))
    }

    /// The last part of the problem's type.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        let slug = problem["type"].as_str().and_then(|path| path.strip_prefix("/problems/"));
        slug.expect("a type of ours").to_owned()
    }

    /// The names of what is not valid.
    pub fn invalid(&self) -> Vec<String> {
        assert_eq!((self.status, self.problem().as_str()), (400, "invalid-request"), "{self:?}");
        let problem = self.json();
        let params = problem["invalidParams"].as_array().expect("a list");
        params.iter().map(|param| param["name"].as_str().expect("a name").to_owned()).collect()
    }
}

pub fn as_json(request: Builder) -> Builder {
    request.header(header::CONTENT_TYPE, "application/json")
}

/// A new token for a colleague.
pub async fn token(world: &World, first_name: &str, scopes: &[TokenScope]) -> String {
    let users = simulation::town::log_ins();
    let user = users.iter().find(|user| user.first_name == first_name).expect("somebody in town");
    let create = CreateToken { email: user.email.clone(), scopes: scopes.to_vec() };
    create_token(&world.installation, create).await.expect("a token can be made").secret
}

/// The address of a conversation.
pub fn address(talk: &Talk, below: &str) -> String {
    format!("/api/v1/conversations/{}{below}", talk.conversation)
}

/// The platform takes everything, and names it after our part.
pub fn taken(part: &usecases::outbox::Part) -> PlatformAnswer {
    let id = ProviderId::new(&format!("wamid.OURS{}", part.ordinal)).expect("an id of the platform");
    PlatformAnswer::Delivered { provider_id: Some(id) }
}

/// Nobody can know what became of it.
pub fn lost(_: &usecases::outbox::Part) -> PlatformAnswer {
    PlatformAnswer::Unknown { reason: "timeout".to_owned() }
}

/// The JSON with each id of ours by its number in order of appearance, for a snapshot.
pub fn without_ids(mut value: Value) -> Value {
    let mut known = Vec::new();
    number_ids(&mut value, &mut known);
    value
}

fn number_ids(value: &mut Value, known: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for piece in text.clone().split('/').filter(|piece| is_uuid(piece)) {
                let place = known.iter().position(|id| id == piece).unwrap_or_else(|| {
                    known.push(piece.to_owned());
                    known.len() - 1
                });
                *text = text.replace(piece, &format!("<id {}>", place + 1));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| number_ids(item, known)),
        Value::Object(fields) => {
            let mut numbered = Map::new();
            for (name, mut field) in std::mem::take(fields) {
                number_ids(&mut field, known);
                numbered.insert(name, field);
            }
            *fields = numbered;
        }
        _ => (),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
