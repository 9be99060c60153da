//! The listener: limits before anything is read, an orderly end, and nobody who is waited for for ever. The usual
//! `serve` function has none of these (D1).
//!
//! A connection takes a place of its address (`places`), its requests are told where they come from ([`Proxies`]), and
//! it is closed when its header lines, a request, or the taking of an answer (`moving`) lasts too long.

mod moving;
mod places;
mod proxies;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use moving::Moving;
use places::{Place, Places};
pub use proxies::Proxies;

/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 8192;
/// Connections at once from one address. A browser has six, and an office of thirty may sit behind one address.
pub const CONNECTIONS_PER_ADDRESS: usize = 64;
/// Bytes of a body that buy a second: a film over a poor line takes minutes, and a byte now and then buys nothing.
const BODY_PACE: u64 = 32 * 1024;
/// How long requests that are under way at the end may take.
const DRAIN: Duration = Duration::from_millis(1200);

/// What a listener puts up with.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address, unless it is that of a proxy or may be.
    pub per_address: usize,
    /// Within this time a request's header lines must have come, counted from the end of the one before.
    pub header_within: Duration,
    /// Within this time an answer begins, and a body comes in that is not large: each [`BODY_PACE`] bytes of it give a second
    /// more. An answer that streams may last.
    pub answer_within: Duration,
    /// Who takes nothing of an answer for so long is gone.
    pub taken_within: Duration,
    /// Whose word is taken for where a request comes from.
    pub proxies: Proxies,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS,
            per_address: CONNECTIONS_PER_ADDRESS,
            header_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(30),
            taken_within: Duration::from_secs(30),
            proxies: Proxies::default(),
        }
    }
}

/// Serves `router` until `stop`, then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let all = Arc::new(Semaphore::new(limits.connections));
    let of_each = Places::new(limits.per_address);
    let limits = Arc::new(limits);
    let graceful = GracefulShutdown::new();
    while let Some((stream, peer, held)) = next(&listener, &all, &stop).await {
        let many = limits.proxies.may_speak_for_many(peer);
        let Some(place) = of_each.take(peer, many) else {
            // Closed unread: whoever has all places of an address gets no answer, which would cost more than silence.
            metrics::counter!("connections_refused_total").increment(1);
            continue;
        };
        let connection = connection(stream, peer, router.clone(), Arc::clone(&limits));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _held: (OwnedSemaphorePermit, Place) = (held, place);
            // A peer that breaks off is its own affair.
            let _ = connection.await;
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
}

/// The next connection, with its place among all; `None` at the end.
async fn next(
    listener: &TcpListener,
    all: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let place = tokio::select! {
        () = stop.cancelled() => return None,
        place = Arc::clone(all).acquire_owned() => place.ok()?,
    };
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                return Some((stream, SocketAddr::ip(&peer).to_canonical(), place));
            }
            Err(error) => {
                // Out of file descriptors, or the peer is gone already: others may do better in a moment.
                tracing::warn!(error = %error, "A connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn connection(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    limits: Arc<Limits>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let (header_within, taken_within) = (limits.header_within, limits.taken_within);
    let service = service_fn(move |request| answer(request, peer, router.clone(), Arc::clone(&limits)));
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_within)
        .max_buf_size(64 * 1024)
        .max_headers(100)
        .half_close(false)
        .serve_connection(TokioIo::new(Moving::new(stream, taken_within)), service)
}

async fn answer(
    mut request: Request<Incoming>,
    peer: IpAddr,
    router: Router,
    limits: Arc<Limits>,
) -> Result<Response, std::convert::Infallible> {
    let from = limits.proxies.client(peer, request.headers());
    request.extensions_mut().insert(from);
    // What buys less than two seconds is not worth counting: nearly every webhook.
    if request.body().size_hint().upper().is_some_and(|most| most < 2 * BODY_PACE) {
        let answering = router.oneshot(request.map(Body::new));
        return match tokio::time::timeout(limits.answer_within, answering).await {
            Ok(answered) => answered,
            Err(_) => Ok(too_late()),
        };
    }
    let came = Arc::new(AtomicU64::new(0));
    let answering = router.oneshot(request.map(|body| counted(body, Arc::clone(&came))));
    // A body that drips in must not hold a place for ever.
    tokio::select! {
        answered = answering => answered,
        () = too_slow(limits.answer_within, &came) => Ok(too_late()),
    }
}

fn too_late() -> Response {
    metrics::counter!("http_requests_total", "status" => "408").increment(1);
    (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response()
}

/// The body, with what has come of it counted.
fn counted(body: Incoming, came: Arc<AtomicU64>) -> Body {
    let pieces = Body::new(body).into_data_stream().inspect_ok(move |piece| {
        came.fetch_add(u64::try_from(piece.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
    });
    Body::from_stream(pieces)
}

/// Ends when the time is over that what has come so far has bought.
async fn too_slow(within: Duration, came: &AtomicU64) {
    let began = Instant::now();
    loop {
        let until = began + within + Duration::from_secs(came.load(Ordering::Relaxed) / BODY_PACE);
        if Instant::now() >= until {
            return;
        }
        tokio::time::sleep_until(until).await;
    }
}

#[cfg(test)]
mod tests;
