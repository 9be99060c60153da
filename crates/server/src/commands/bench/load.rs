//! The load of `bench ingest`: a process of its own, so that its CPU does not count as the server's. It keeps so many
//! connections busy, each with one request under way, or sends at a fixed rate; and speaks to this machine only.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::say;

/// The load.
#[derive(Args)]
pub struct Load {
    /// Where the server listens, on this machine
    #[arg(long)]
    target: SocketAddr,
    /// Which address
    #[arg(long)]
    path: String,
    /// What the bodies are signed with
    #[arg(long)]
    secret: String,
    /// The number that they are for
    #[arg(long)]
    number: String,
    /// Connections
    #[arg(long, default_value_t = 64)]
    connections: u32,
    /// Seconds; 60 at most
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Requests a second over all connections; as fast as it goes by default
    #[arg(long)]
    rate: Option<u32>,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    micros: Vec<u32>,
    not_ok: u64,
}

/// Prints one line of JSON: requests, those that were not answered 200, seconds, and latencies in microseconds.
pub async fn run(load: Load) -> Result<(), String> {
    if !load.target.ip().is_loopback() {
        return Err("the load goes to this machine only".to_owned());
    }
    let length = Duration::from_secs(load.seconds.min(60));
    let (load, ids) = (Arc::new(load), Arc::new(AtomicU64::new(0)));
    let began = Instant::now();
    let mut connections = Vec::new();
    for _ in 0..load.connections {
        let (load, ids) = (Arc::clone(&load), Arc::clone(&ids));
        connections.push(tokio::spawn(async move { keep_busy(&load, &ids, began, length).await }));
    }
    let (mut micros, mut not_ok) = (Vec::new(), 0);
    for connection in connections {
        let seen = connection.await.map_err(|error| error.to_string())??;
        micros.extend(seen.micros);
        not_ok += seen.not_ok;
    }
    let seconds = began.elapsed().as_secs_f64();
    micros.sort_unstable();
    let at =
        |share: usize| micros.get((micros.len() * share / 1000).min(micros.len().saturating_sub(1))).copied();
    say::result(serde_json::json!({
        "requests": micros.len(), "notOk": not_ok, "seconds": seconds,
        "p50": at(500), "p99": at(990), "max": micros.last(),
    }));
    Ok(())
}

async fn keep_busy(load: &Load, ids: &AtomicU64, began: Instant, length: Duration) -> Result<Seen, String> {
    let doing = |error: std::io::Error| format!("{}: {error}", load.target);
    let mut stream = TcpStream::connect(load.target).await.map_err(doing)?;
    stream.set_nodelay(true).map_err(doing)?;
    let (mut seen, mut buffer) = (Seen::default(), vec![0_u8; 4096]);
    while began.elapsed() < length {
        let id = ids.fetch_add(1, Ordering::Relaxed);
        let mut due = Instant::now();
        if let Some(rate) = load.rate {
            // A request's latency counts from when it was due, so that a stall is not hidden by sending less.
            #[expect(clippy::cast_precision_loss, reason = "a minute's requests are far below 2^52")]
            let after = Duration::from_secs_f64(id as f64 / f64::from(rate.max(1)));
            if after >= length {
                break;
            }
            due = began + after;
            tokio::time::sleep_until(due.into()).await;
        }
        let request = request(load, id);
        stream.write_all(&request).await.map_err(doing)?;
        let ok = answer_is_ok(&mut stream, &mut buffer).await.map_err(doing)?;
        seen.micros.push(u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX));
        seen.not_ok += u64::from(!ok);
    }
    Ok(seen)
}

/// The webhook of this number in the load.
fn request(load: &Load, id: u64) -> Vec<u8> {
    let to = (load.target.to_string(), load.path.as_str());
    webhook(
        (&to.0, to.1),
        &load.secret,
        &load.number,
        id % 5000,
        &format!("{}-{id}", std::process::id()),
    )
}

/// A webhook of about 1,000 bytes with one message, as a platform sends it, to a host and a path.
pub(super) fn webhook(
    (host, path): (&str, &str),
    secret: &str,
    number: &str,
    phone: u64,
    id: &str,
) -> Vec<u8> {
    let text = "De lantaarn bij de speeltuin in de Kerkstraat doet het sinds maandag niet meer. ".repeat(5);
    let body = format!(
        "{{\"object\":\"whatsapp_business_account\",\"entry\":[{{\"id\":\"1\",\"changes\":[{{\"value\":{{\
         \"messaging_product\":\"whatsapp\",\"metadata\":{{\"display_phone_number\":\"31600000000\",\
         \"phone_number_id\":\"{number}\"}},\"contacts\":[{{\"profile\":{{\"name\":\"Yusuf\"}},\"wa_id\":\"3160{phone:07}\"}}],\
         \"messages\":[{{\"from\":\"3160{phone:07}\",\"id\":\"wamid.bench{id}\",\"timestamp\":\"1772438400\",\
         \"text\":{{\"body\":\"{text}\"}},\"type\":\"text\"}}]}},\"field\":\"messages\"}}]}}]}}"
    );
    let signature = simulation::platforms::signature(secret, body.as_bytes());
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nx-hub-signature-256: {signature}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Reads one answer with a length or without a body; `true` for 200.
pub(super) async fn answer_is_ok(stream: &mut TcpStream, buffer: &mut [u8]) -> std::io::Result<bool> {
    let mut filled = 0;
    loop {
        let read = stream.read(buffer.get_mut(filled..).unwrap_or_default()).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        let seen = String::from_utf8_lossy(buffer.get(..filled).unwrap_or_default()).into_owned();
        if let Some(end) = seen.find("\r\n\r\n") {
            let length = seen.get(..end).unwrap_or_default().lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if filled >= end + 4 + length.unwrap_or(0) {
                return Ok(seen.starts_with("HTTP/1.1 200"));
            }
        }
    }
}
