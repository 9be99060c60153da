//! The other side of `bench live`: a process of its own, so that its CPU does not count as the server's. It keeps pages
//! open, sends webhooks at a fixed rate, and measures by one clock when each page is told of each.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::load::{answer_is_ok, webhook};
use crate::say;

/// Pages and webhooks.
#[derive(Args)]
pub struct Pages {
    /// Where the server listens, on this machine
    #[arg(long)]
    target: SocketAddr,
    /// What the bodies are signed with
    #[arg(long)]
    secret: String,
    /// The number that they are for
    #[arg(long)]
    number: String,
    /// Open pages
    #[arg(long)]
    pages: u32,
    /// Webhooks a second
    #[arg(long)]
    rate: u32,
    /// Seconds; 60 at most
    #[arg(long)]
    seconds: u64,
}

/// Residents who write in turn. Each writes once before the clock runs, so that it is known which conversation is whose;
/// after that, one and the same writes again only when its last message was long told.
const RESIDENTS: u64 = 100;
/// Far from the numbers of other measurements.
const PHONES_FROM: u64 = 8000;
/// What has not come by then is missing.
const PATIENCE: Duration = Duration::from_secs(5);

/// A page was told of a message in a conversation.
type Heard = (String, Instant);

/// Reads the cookies from standard input and prints one line of JSON, latencies in microseconds.
pub async fn run(pages: Pages) -> Result<(), String> {
    if !pages.target.ip().is_loopback() {
        return Err("the load goes to this machine only".to_owned());
    }
    // They come at once, and nothing else runs yet.
    let cookies = std::io::read_to_string(std::io::stdin()).map_err(|error| error.to_string())?;
    let cookies: Vec<&str> = cookies.lines().collect();
    let (told, mut heard) = mpsc::unbounded_channel();
    for page in 0..pages.pages {
        let cookie = cookies.get(page as usize % cookies.len().max(1)).ok_or("no cookies")?;
        open(pages.target, cookie, told.clone()).await?;
    }
    let mut sender = TcpStream::connect(pages.target).await.map_err(|error| error.to_string())?;
    sender.set_nodelay(true).map_err(|error| error.to_string())?;
    let whose = introduce(&pages, &mut sender, &mut heard).await?;
    let sent = send(&pages).await?;
    let (mut shown, wanted) = (Vec::new(), sent.len() * pages.pages as usize);
    while shown.len() < wanted {
        let Ok(Some((conversation, at))) = tokio::time::timeout(PATIENCE, heard.recv()).await else {
            break;
        };
        let Some(resident) = whose.get(&conversation) else { continue };
        // The last that this resident sent before it was heard.
        let due = sent.iter().rev().find(|one| one.resident == *resident && one.due < at);
        shown.extend(due.map(|one| micros(at.duration_since(one.due))));
    }
    let not_ok = sent.iter().filter(|one| !one.ok).count();
    let missing = wanted - shown.len();
    let answered = sent.iter().map(|one| micros(one.took)).collect();
    say::result(serde_json::json!({
        "answered": figures(answered), "shown": figures(shown), "notOk": not_ok, "missing": missing,
    }));
    Ok(())
}

fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

fn figures(mut micros: Vec<u32>) -> serde_json::Value {
    micros.sort_unstable();
    let at = |share: usize| micros.get((micros.len() * share / 1000).min(micros.len().saturating_sub(1)));
    serde_json::json!({ "count": micros.len(), "p50": at(500), "p99": at(990), "max": micros.last() })
}

/// Opens a page and tells what it is told, from when it knows everything up to now.
async fn open(target: SocketAddr, cookie: &str, told: mpsc::UnboundedSender<Heard>) -> Result<(), String> {
    let doing = |error: std::io::Error| format!("opening a page: {error}");
    let mut stream = TcpStream::connect(target).await.map_err(doing)?;
    stream.set_nodelay(true).map_err(doing)?;
    let request = format!("GET /live HTTP/1.1\r\nhost: {target}\r\ncookie: gehoor={cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(doing)?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next_line().await.map_err(doing)?.unwrap_or_default();
    if !first.starts_with("HTTP/1.1 200") {
        return Err(format!("a page was not opened: {first}"));
    }
    while lines.next_line().await.map_err(doing)?.ok_or("a page ended")? != "event: hartslag" {}
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            let at = Instant::now();
            // The lines of the chunks in between are no data.
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let Ok(data) = serde_json::from_str::<serde_json::Value>(data) else { continue };
            if data["kind"] == "message_received" {
                let conversation = data["conversation"].as_str().unwrap_or_default().to_owned();
                if told.send((conversation, at)).is_err() {
                    return;
                }
            }
        }
    });
    Ok(())
}

fn request(pages: &Pages, resident: u64, id: &str) -> Vec<u8> {
    webhook(
        (&pages.target.to_string(), "/hooks/wa-main"),
        &pages.secret,
        &pages.number,
        PHONES_FROM + resident,
        id,
    )
}

/// Each resident writes for the first time, one after another; returns whose each conversation is.
async fn introduce(
    pages: &Pages,
    sender: &mut TcpStream,
    heard: &mut mpsc::UnboundedReceiver<Heard>,
) -> Result<HashMap<String, u64>, String> {
    let (mut whose, mut buffer) = (HashMap::new(), vec![0_u8; 4096]);
    for resident in 0..RESIDENTS {
        sender
            .write_all(&request(pages, resident, &format!("first-{resident}")))
            .await
            .map_err(|error| error.to_string())?;
        answer_is_ok(sender, &mut buffer).await.map_err(|error| error.to_string())?;
        for _ in 0..pages.pages {
            let told = tokio::time::timeout(PATIENCE, heard.recv()).await;
            let (conversation, _) = told.map_err(|_| "a page was not told")?.ok_or("all pages ended")?;
            whose.insert(conversation, resident);
        }
    }
    Ok(whose)
}

/// A webhook that was sent.
struct Sent {
    resident: u64,
    /// When it was due: a stall is not hidden by sending later.
    due: Instant,
    took: Duration,
    ok: bool,
}

/// Sends at the rate, however long each answer takes.
async fn send(pages: &Pages) -> Result<Vec<Sent>, String> {
    let (rate, seconds) = (pages.rate.max(1), pages.seconds.min(60));
    let (began, mut under_way) = (Instant::now() + Duration::from_millis(200), Vec::new());
    let connections = Arc::new(tokio::sync::Mutex::new(Vec::<TcpStream>::new()));
    for number in 0..u64::from(rate) * seconds {
        let due = began + Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / rate;
        tokio::time::sleep_until(due.into()).await;
        let resident = number % RESIDENTS;
        let bytes = request(pages, resident, &format!("live-{number}"));
        let (connections, target) = (Arc::clone(&connections), pages.target);
        under_way.push(tokio::spawn(async move {
            let kept = connections.lock().await.pop();
            let mut stream = match kept {
                Some(stream) => stream,
                None => TcpStream::connect(target).await?,
            };
            stream.write_all(&bytes).await?;
            let ok = answer_is_ok(&mut stream, &mut vec![0_u8; 4096]).await?;
            connections.lock().await.push(stream);
            Ok::<_, std::io::Error>(Sent { resident, due, took: due.elapsed(), ok })
        }));
    }
    let mut sent = Vec::new();
    for one in under_way {
        sent.push(one.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?);
    }
    Ok(sent)
}
