//! An answer that is a file is poured out within limits; a request that carries one is read while it is sent.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::channels::{FileForm, HttpRequest};
use drivers::egress::{FileToSend, PourFailed, PourLimits, Poured};
use futures_util::stream;
use tokio::net::TcpListener;

use crate::street::egress;

const LIMITS: PourLimits = PourLimits {
    bytes_max: 1000,
    total: Duration::from_secs(5),
    bytes_per_window: 10,
    window: Duration::from_millis(500),
};

/// So many bytes without saying how many.
fn unannounced(bytes: usize) -> Response {
    let pieces = (0..bytes).map(|_| Ok::<_, Infallible>(Bytes::from_static(b"x")));
    Body::from_stream(stream::iter(pieces)).into_response()
}

/// A piece, and then nothing for a long time.
fn silent() -> Response {
    let pieces = stream::unfold(0_u8, |number| async move {
        if number > 0 {
            std::future::pending::<()>().await;
        }
        Some((Ok::<_, Infallible>(Bytes::from_static(b"xxxxx")), number + 1))
    });
    Body::from_stream(pieces).into_response()
}

/// What was sent: type, length, body.
async fn told(headers: HeaderMap, body: Bytes) -> Json<serde_json::Value> {
    let line = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Json(serde_json::json!({
        "type": line("content-type"), "length": line("content-length"), "chunked": line("transfer-encoding"),
        "body": String::from_utf8_lossy(&body),
    }))
}

async fn platform() -> String {
    drop(rustls::crypto::ring::default_provider().install_default());
    let router = Router::new()
        .route("/whole", get(async || "x".repeat(1000)))
        .route("/announced", get(async || "x".repeat(1001)))
        .route("/unannounced", get(async || unannounced(1001)))
        .route("/fits", get(async || unannounced(1000)))
        .route("/silent", get(async || silent()))
        .route("/form", post(told));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn request(method: &'static str, url: String) -> HttpRequest {
    HttpRequest {
        method,
        url,
        headers: Vec::new(),
        bearer: None,
        body: Vec::new(),
        form: None,
    }
}

async fn pour(platform: &str, path: &str, full_after: u64) -> (Result<Poured, PourFailed>, Vec<u8>) {
    let coming = egress()
        .open(&request("GET", format!("{platform}{path}")), LIMITS)
        .await
        .expect("an answer");
    let mut sink = std::io::Cursor::new(Vec::new());
    let room = || {
        if full_after == 0 {
            Err(std::io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    };
    (coming.pour(&mut sink, room).await, sink.into_inner())
}

#[tokio::test]
async fn a_file_is_poured_out_within_its_limits_and_hashed_on_the_way() {
    let platform = platform().await;
    for path in ["/whole", "/fits"] {
        let (poured, bytes) = pour(&platform, path, 1).await;
        let poured = poured.expect("it fits");
        assert_eq!((poured.bytes, bytes.len()), (1000, 1000), "{path}");
        // SHA-256 of a thousand times "x".
        assert_eq!(
            poured.sha256, "44f8354494a5ba03ba1792a8d3e9c534c47a9181980fde7a3f44b06ef2ae7c7f",
            "{path}"
        );
    }
    let (announced, bytes) = pour(&platform, "/announced", 1).await;
    assert!(matches!(announced, Err(PourFailed::TooLarge(1000))), "{announced:?}");
    assert!(bytes.is_empty(), "nothing of it was read");
    let (unannounced, bytes) = pour(&platform, "/unannounced", 1).await;
    assert!(matches!(unannounced, Err(PourFailed::TooLarge(1000))), "{unannounced:?}");
    assert!(bytes.len() <= 1000);
}

#[tokio::test]
async fn whoever_falls_silent_is_given_up() {
    let platform = platform().await;
    let begun = tokio::time::Instant::now();
    let (silent, _) = pour(&platform, "/silent", 1).await;
    assert!(matches!(silent, Err(PourFailed::TooSlow)), "{silent:?}");
    assert!(begun.elapsed() < LIMITS.total, "by its speed, not by the whole time");
}

#[tokio::test]
async fn a_disk_that_fills_up_ends_it() {
    let platform = platform().await;
    let (full, _) = pour(&platform, "/whole", 0).await;
    assert!(matches!(full, Err(PourFailed::NotWritten(_))), "{full:?}");
}

/// RFC 7578: fields, then the file, with the length said beforehand.
#[tokio::test]
async fn a_form_carries_its_file_as_a_stream() {
    let platform = platform().await;
    let form = FileForm {
        fields: vec![("messaging_product".to_owned(), "whatsapp".to_owned())],
        file_field: "file".to_owned(),
        attachment: "0190163d-8694-739b-aea5-966c26f8ad91".parse().expect("an id"),
        file_name: "brief.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
    };
    let request = HttpRequest {
        form: Some(form.clone()),
        ..request("POST", format!("{platform}/form"))
    };
    let pieces = ["%PDF", "-1.7"].map(|piece| Ok::<_, Infallible>(Bytes::from_static(piece.as_bytes())));
    let file = FileToSend {
        content: stream::iter(pieces),
        bytes: 8,
        boundary: "b0b0".to_owned(),
    };
    let answer = egress().send_form(&request, &form, file).await.expect("an answer");
    let told: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    let body = "--b0b0\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b0b0\r\n\
                Content-Disposition: form-data; name=\"file\"; filename=\"brief.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--b0b0--\r\n";
    assert_eq!(told["body"], body);
    assert_eq!(told["type"], "multipart/form-data; boundary=b0b0");
    assert_eq!(told["length"], body.len().to_string());
    assert_eq!(told["chunked"], serde_json::Value::Null);
    // Without its file it does not leave at all.
    assert!(egress().send(&request).await.is_err());
}
