//! `GET /live`.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use usecases::Failure;
use usecases::live::{self, After, Following};

use super::wire;
use crate::WebState;
use crate::errors::Trouble;
use crate::requests::Visit;

/// Within these milliseconds browsers come back after an end, each at a moment of its own: all of them within five
/// seconds, and never all at once (E4).
const RETRY: std::ops::Range<u32> = 300..3300;

/// Streams what happens after the place that the browser names: in `Last-Event-ID` when it comes back, else in `na`, where
/// its page began. A place that is none is no error: the page is told to look anew (E2).
pub(crate) async fn follow(
    State(state): State<WebState>,
    visit: Visit,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Trouble> {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let page = asked.iter().find(|(name, _)| name == "na").map(|(_, value)| value.as_str());
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or("none"));
    let after = After::of(page, last, &visit.user.municipality.id);
    let following = match live::follow(&visit.ctx, visit.user.session, after).await {
        Ok(following) => following,
        Err(Failure::Refused(_)) => return Err(Trouble::TooManyPages),
        Err(failure) => return Err(failure.into()),
    };
    let mut greeting = String::new();
    wire::write_retry(&mut greeting, retry(&state));
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream"),
        (CACHE_CONTROL.as_str(), "no-store"),
        // A proxy that gathers an answer before it passes it on would keep everything back.
        ("x-accel-buffering", "no"),
    ];
    Ok((headers, body(following, greeting)).into_response())
}

fn body(following: Following, greeting: String) -> Body {
    let pieces = stream::unfold((following, greeting), async |(mut following, mut piece)| {
        for event in following.next().await? {
            wire::write(&mut piece, &event);
        }
        Some((Ok::<_, Infallible>(piece), (following, String::new())))
    });
    Body::from_stream(pieces)
}

fn retry(state: &WebState) -> u32 {
    let mut bytes = [0_u8; 4];
    state.installation.randomness.fill(&mut bytes);
    RETRY.start + u32::from_le_bytes(bytes) % (RETRY.end - RETRY.start)
}
