//! The platform's side of `bench media`: a process of its own, so that its memory does not count as the server's. It gives
//! the same document for every id, and listens on this machine only; it ends when whoever started it is gone.

use std::process::Stdio;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use clap::Args;
use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::say;

/// Bytes that leave at once.
const CHUNK: usize = 64 * 1024;

/// Gives documents.
#[derive(Args)]
pub struct ShelfCommand {
    /// Megabytes of each document
    #[arg(long)]
    megabytes: u64,
}

#[derive(Clone)]
struct Shown {
    address: String,
    chunks: u64,
}

/// Prints where it listens, and gives documents until whoever started it is gone.
pub async fn run(shelf: ShelfCommand) -> Result<(), String> {
    let with_its_parent = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    with_its_parent.map_err(|error| error.to_string())?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    say::result(&address);
    let chunks = shelf.megabytes * 1024 * 1024 / u64::try_from(CHUNK).unwrap_or(1);
    let router = Router::new()
        .route("/file", get(file))
        .fallback(async |State(shown): State<Shown>| {
            Json(serde_json::json!({ "url": format!("{}/file", shown.address) }))
        })
        .with_state(Shown { address, chunks });
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

/// A PDF by its first bytes; what follows nobody reads.
async fn file(State(shown): State<Shown>) -> Response {
    let mut first = b"%PDF-1.7\n".to_vec();
    first.resize(CHUNK, b' ');
    let (first, later) = (Bytes::from(first), Bytes::from_static(&[b' '; CHUNK]));
    let chunks = (0..shown.chunks).map(move |number| {
        Ok::<_, std::convert::Infallible>(if number == 0 { first.clone() } else { later.clone() })
    });
    let length = shown.chunks * u64::try_from(CHUNK).unwrap_or(1);
    let body = Body::from_stream(futures_util::stream::iter(chunks));
    ([(CONTENT_LENGTH, length.to_string())], body).into_response()
}

/// A shelf that was started.
pub struct Shelf {
    /// Where its API is.
    pub address: String,
    _process: Child,
}

impl Shelf {
    /// Starts one.
    pub async fn start(megabytes: u64) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args(["bench", "shelf", "--megabytes", &megabytes.to_string()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("the shelf did not start: {error}"))?;
        let output = process.stdout.take().ok_or("the shelf has no output")?;
        let mut address = String::new();
        let read = BufReader::new(output).read_line(&mut address).await;
        read.map_err(|error| format!("the shelf did not say where it is: {error}"))?;
        Ok(Self { address: address.trim().to_owned(), _process: process })
    }
}
