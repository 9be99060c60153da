//! D1 over real sockets: whoever is slow is closed, whoever takes much is held to their share, the others are served.
//! The clock is paused: it goes on by itself when everybody waits, to the moment that is waited for.

use std::net::Ipv4Addr;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request as Asked};
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use super::*;

const HELLO: &[u8] = b"GET /hello HTTP/1.1\r\nhost: x\r\n\r\n";

/// A listener that waits 10 seconds for header lines, 20 for an answer, 30 for one to be taken.
async fn listening(per_address: usize) -> (SocketAddr, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let large = Bytes::from(vec![b'x'; 64 * 1024 * 1024]);
    let router = Router::new()
        .route("/hello", get(async || "hello"))
        .route("/large", get(async move || large))
        .route("/read", post(async |body: Bytes| body.len().to_string()))
        .route(
            "/film",
            post(async |body: Bytes| body.len().to_string()).layer(DefaultBodyLimit::max(8 * 1024 * 1024)),
        )
        .route("/unread", post(async || "not read"))
        .route(
            "/from",
            get(async |request: Asked| {
                format!("{:?}", request.extensions().get::<domain::access::ClientAddress>())
            }),
        );
    let limits = Limits {
        per_address,
        answer_within: Duration::from_secs(20),
        ..Limits::default()
    };
    let stop = CancellationToken::new();
    tokio::spawn(serve(listener, router, limits, stop.clone()));
    (address, stop)
}

/// Connects from another address of this machine than the one that programs use by themselves.
async fn connect_from(last: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind((Ipv4Addr::new(127, 0, 9, last), 0).into())
        .expect("all of 127/8 is this machine");
    socket.connect(to).await.expect("it listens")
}

/// What comes until the other side closes; how it closes is its own affair.
async fn all_of(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    String::from_utf8_lossy(&all).into_owned()
}

async fn is_served(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 512];
    stream.write_all(HELLO).await.is_ok()
        && stream
            .read(&mut answer)
            .await
            .is_ok_and(|read| answer[..read].starts_with(b"HTTP/1.1 200"))
}

#[tokio::test(start_paused = true)]
async fn who_is_slow_is_closed_and_told_why_where_there_is_an_answer() {
    let (address, _stop) = listening(64).await;
    let check = async |sent: &str, after: u64, expected: &str| {
        let began = Instant::now();
        let mut stream = connect_from(1, address).await;
        stream.write_all(sent.as_bytes()).await.expect("sent");
        let answer = all_of(&mut stream).await;
        assert_eq!(began.elapsed().as_secs(), after, "{sent:?}");
        assert_eq!(answer.lines().next().unwrap_or_default(), expected, "{sent:?}");
    };
    check("", 10, "").await;
    check("GET /hello HTTP/1.1\r\nhost", 10, "").await;
    check(
        "POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf",
        20,
        "HTTP/1.1 408 Request Timeout",
    )
    .await;
    let chunked = "POST /read HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    check(chunked, 20, "HTTP/1.1 408 Request Timeout").await;
    // A body that nobody reads is not waited for; a connection that stays open after its answer is, for a while.
    check("POST /unread HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf", 0, "HTTP/1.1 200 OK").await;
    check("GET /hello HTTP/1.1\r\nhost: x\r\n\r\n", 10, "HTTP/1.1 200 OK").await;
}

#[tokio::test(start_paused = true)]
async fn a_byte_now_and_then_buys_no_time() {
    let (address, _stop) = listening(64).await;
    for (path, head) in [
        ("header", HELLO),
        ("body", b"POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n"),
    ] {
        let began = Instant::now();
        let (mut reading, mut writing) = connect_from(1, address).await.into_split();
        let drip = tokio::spawn(async move {
            let at_once = if path == "body" { head.len() } else { 1 };
            writing.write_all(&head[..at_once]).await.expect("sent");
            while writing.write_all(b"G").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
        });
        let mut answer = Vec::new();
        let _ = reading.read_to_end(&mut answer).await;
        assert!(began.elapsed() <= Duration::from_secs(20), "{path}: {:?}", began.elapsed());
        drip.abort();
    }
}

/// A film over a poor line: it takes a minute and a half, four times as long as a request may that brings nothing.
#[tokio::test(start_paused = true)]
async fn a_large_body_has_the_time_that_it_needs() {
    let (address, _stop) = listening(64).await;
    let mut stream = connect_from(1, address).await;
    let pieces = 90;
    let head = format!("POST /film HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", pieces * 64 * 1024);
    stream.write_all(head.as_bytes()).await.expect("sent");
    for _ in 0..pieces {
        stream.write_all(&vec![b'x'; 64 * 1024]).await.expect("it is still listened to");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut answer = [0; 512];
    let read = stream.read(&mut answer).await.expect("an answer");
    assert!(
        answer[..read].starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer[..read])
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_takes_nothing_is_closed_and_its_place_is_free_again() {
    let (address, _stop) = listening(1).await;
    let mut reader = connect_from(1, address).await;
    reader.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    let began = Instant::now();
    // The only place of this address is taken until the reader is given up.
    while !is_served(&mut connect_from(1, address).await).await {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(began.elapsed() < Duration::from_secs(60), "it is still there");
    }
    assert!(began.elapsed() >= Duration::from_secs(30), "given up after {:?}", began.elapsed());
    let taken = all_of(&mut reader).await.len();
    assert!(taken < 64 * 1024 * 1024, "it was not given up: {taken}");
}

#[tokio::test(start_paused = true)]
async fn one_address_cannot_have_all_connections() {
    let (address, _stop) = listening(3).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect_from(1, address).await;
        assert!(is_served(&mut stream).await);
        held.push(stream);
    }
    assert!(!is_served(&mut connect_from(1, address).await).await, "the fourth of one address");
    assert!(is_served(&mut connect_from(2, address).await).await, "the first of another");
    // A proxy on this machine speaks for everybody.
    for _ in 0..10 {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        assert!(is_served(&mut stream).await);
        held.push(stream);
    }
    let mut first = held.remove(0);
    first.shutdown().await.expect("closed");
    assert_eq!(all_of(&mut first).await, "");
    assert!(is_served(&mut connect_from(1, address).await).await, "a place came free");
}

#[tokio::test(start_paused = true)]
async fn a_request_is_told_where_it_comes_from() {
    let (address, _stop) = listening(64).await;
    let mut stream = connect_from(7, address).await;
    let request =
        b"GET /from HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-forwarded-for: 198.51.100.1\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    let answer = all_of(&mut stream).await;
    assert!(answer.ends_with("Some(One(127.0.9.7))"), "{answer}");
}
