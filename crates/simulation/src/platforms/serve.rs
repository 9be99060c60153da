//! Accepts connections and answers them.
//!
//! Written out instead of left to the framework, because a platform that accepts a message and then closes the
//! connection without a word must be able to do just that.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Connections at once; more wait in the system's own queue.
const CONNECTIONS_MAX: usize = 1024;
/// How long answers under way may take once the platforms stop.
const FAREWELL: Duration = Duration::from_millis(500);
/// A client that has not finished its headers by then is gone.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);

/// Marks an answer that must not be given: the connection closes instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HangUp;

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

#[derive(Debug, thiserror::Error)]
#[error("the platform closes the connection without an answer, as ordered")]
struct HungUp;

/// Serves until `stop`, then lets answers under way finish for a moment.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let connections = TaskTracker::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    while let Some(Ok(permit)) = stop.run_until_cancelled(Arc::clone(&room).acquire_owned()).await {
        let Some(accepted) = stop.run_until_cancelled(listener.accept()).await else {
            break;
        };
        let Ok((stream, peer)) = accepted else {
            // Usually too many open files: wait for one to close instead of asking again at once.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (router, stop) = (router.clone(), stop.clone());
        connections.spawn(async move {
            converse(stream, peer, router, stop).await;
            drop(permit);
        });
    }
    connections.close();
    let _ = tokio::time::timeout(FAREWELL * 2, connections.wait()).await;
}

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| answer(request, peer, router.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => note_end(ended),
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            if let Ok(ended) = tokio::time::timeout(FAREWELL, connection).await {
                note_end(ended);
            }
        }
    }
}

async fn answer(request: Request<Incoming>, peer: SocketAddr, router: Router) -> Result<Response, HungUp> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    let response = router
        .oneshot(request)
        .await
        .unwrap_or_else(|_never| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    match response.extensions().get::<HangUp>() {
        Some(HangUp) => Err(HungUp),
        None => Ok(response),
    }
}

fn note_end(ended: Result<(), hyper::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "A connection to the simulated platforms ended early");
    }
}
