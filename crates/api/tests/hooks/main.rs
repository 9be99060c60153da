//! `GET|POST /hooks/{channel_account}`: limits before anything, and nothing of a body in the answer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::hooks::{Answering, HookAnswer, HookDoor, router};
use axum::body::{Body, Bytes, to_bytes};
use axum::response::Response;
use domain::channels::RawRequest;
use domain::ids::ChannelAccountId;
use domain::limits::WEBHOOK_BODY_BYTES;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Method, Request, StatusCode};
use tower::ServiceExt;

/// A door that says the same to everybody, and remembers what came.
struct Door {
    says: HookAnswer,
    came: Mutex<Vec<(&'static str, ChannelAccountId, RawRequest)>>,
}

impl Door {
    fn saying(says: HookAnswer) -> Arc<Self> {
        Arc::new(Self { says, came: Mutex::default() })
    }

    fn remember<'a>(
        &'a self,
        what: &'static str,
        account: &ChannelAccountId,
        request: RawRequest,
    ) -> Answering<'a> {
        self.came.lock().expect("no test panicked with it").push((what, account.clone(), request));
        Box::pin(async { self.says.clone() })
    }

    fn came(&self) -> Vec<(&'static str, ChannelAccountId, RawRequest)> {
        self.came.lock().expect("no test panicked with it").clone()
    }
}

impl HookDoor for Door {
    fn handshake<'a>(&'a self, account: &'a ChannelAccountId, request: RawRequest) -> Answering<'a> {
        self.remember("handshake", account, request)
    }

    fn deliver<'a>(&'a self, account: &'a ChannelAccountId, request: RawRequest) -> Answering<'a> {
        self.remember("delivery", account, request)
    }
}

async fn send(door: &Arc<Door>, request: Request<Body>) -> Response {
    let Ok(response) = router(door.clone()).oneshot(request).await;
    response
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("the answer has an end");
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn delivery(body: impl Into<Body>) -> Request<Body> {
    Request::post("/hooks/wa-main").body(body.into()).expect("a request can be made")
}

#[tokio::test]
async fn a_delivery_is_handed_on_byte_for_byte() {
    let door = Door::saying(HookAnswer::Stored);
    let body: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let mut request = Request::post("/hooks/wa-main?a=%20b&c")
        .body(Body::from(body.clone()))
        .expect("a request");
    let headers = request.headers_mut();
    headers.append("X-Hub-Signature-256", HeaderValue::from_static("sha256=1"));
    headers.append("X-Hub-Signature-256", HeaderValue::from_static("sha256=2"));
    headers.append("X-Odd", HeaderValue::from_bytes(b"\xff\xfe").expect("allowed in HTTP"));
    headers.append("X-Naam", HeaderValue::from_bytes("één".as_bytes()).expect("allowed in HTTP"));
    let response = send(&door, request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "");
    let came = door.came();
    let [(what, account, request)] = came.as_slice() else {
        panic!("one delivery: {}", came.len())
    };
    assert_eq!((*what, account.as_str(), request.query.as_str()), ("delivery", "wa-main", "a=%20b&c"));
    assert_eq!(request.body, body);
    assert_eq!(request.headers.all("x-hub-signature-256").collect::<Vec<_>>(), ["sha256=1", "sha256=2"]);
    assert_eq!(request.headers.first("x-odd"), None, "a line that is no text is left out");
    assert_eq!(request.headers.first("x-naam"), Some("één"));
}

/// A1: whatever the door says, nothing of the body comes back.
#[tokio::test]
async fn each_answer_of_the_door_has_its_status_and_no_word_of_the_body() {
    for (says, status) in [
        (HookAnswer::Stored, 200),
        (HookAnswer::Forbidden, 403),
        (HookAnswer::NotFound, 404),
        (HookAnswer::Malformed, 400),
        (HookAnswer::NotStored, 503),
    ] {
        let door = Door::saying(says.clone());
        let response = send(&door, delivery("<script>GEHEIM</script>")).await;
        assert_eq!(response.status(), status, "{says:?}");
        let retry_after = response.headers().get("retry-after").cloned();
        assert_eq!(retry_after.is_some_and(|value| value == "5"), status == 503, "{says:?}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(text(response).await, "");
        assert_eq!(door.came().len(), 1);
    }
}

#[tokio::test]
async fn a_challenge_is_given_back_as_plain_text() {
    let door = Door::saying(HookAnswer::Challenge("1158201444".to_owned()));
    let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a%20b";
    let request = Request::get(format!("/hooks/wa-main?{query}"))
        .body(Body::from("not read"))
        .expect("a request");
    let response = send(&door, request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(text(response).await, "1158201444");
    let came = door.came();
    assert_eq!((came[0].0, came[0].2.query.as_str(), came[0].2.body.len()), ("handshake", query, 0));
}

#[tokio::test]
async fn what_can_be_no_account_is_not_asked_for() {
    let door = Door::saying(HookAnswer::Stored);
    for path in [
        "/hooks/WA",
        "/hooks/-a",
        "/hooks/a%2Fb",
        "/hooks/%00",
        "/hooks/%ff",
        "/hooks/é",
        "/hooks/a/b",
        "/hooks/",
        &format!("/hooks/{}", "a".repeat(65)),
    ] {
        for method in [Method::GET, Method::POST] {
            let uri = path.replace('é', "%C3%A9");
            let request = Request::builder().method(method).uri(uri).body(Body::empty()).expect("a request");
            assert_eq!(send(&door, request).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(door.came().len(), 0);
}

#[tokio::test]
async fn platforms_ask_and_deliver_and_nothing_else() {
    let door = Door::saying(HookAnswer::Stored);
    for method in [Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE] {
        let request = Request::builder().method(method.clone()).uri("/hooks/wa-main").body(Body::empty());
        let response = send(&door, request.expect("a request")).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(response.headers()["allow"], "GET,POST");
    }
    assert_eq!(door.came().len(), 0);
}

/// D2: an announced giant is refused before its first byte.
#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    let door = Door::saying(HookAnswer::Stored);
    let read = Arc::new(AtomicUsize::new(0));
    for length in ["1000000000", "3145729", "18446744073709551615"] {
        let mut request = delivery(counted_pieces(&read, 1));
        request.headers_mut().insert("content-length", HeaderValue::from_static(length));
        let response = send(&door, request).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{length}");
        assert_eq!(response.headers()["connection"], "close");
        assert_eq!(text(response).await, "");
    }
    assert_eq!((read.load(Ordering::SeqCst), door.came().len()), (0, 0));
}

/// D2: 413 before more than 5 MB is read.
#[tokio::test]
async fn a_body_that_does_not_end_is_left_at_the_limit() {
    let door = Door::saying(HookAnswer::Stored);
    let read = Arc::new(AtomicUsize::new(0));
    let response = send(&door, delivery(counted_pieces(&read, 1_000))).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(response.headers()["connection"], "close");
    assert!(read.load(Ordering::SeqCst) <= 5_000_000, "{read:?} bytes were read");
    assert_eq!(door.came().len(), 0);
}

#[tokio::test]
async fn a_delivery_of_the_largest_size_is_taken() {
    let door = Door::saying(HookAnswer::Stored);
    assert_eq!(send(&door, delivery(vec![b'a'; WEBHOOK_BODY_BYTES])).await.status(), StatusCode::OK);
    assert_eq!(send(&door, delivery(vec![b'a'; WEBHOOK_BODY_BYTES + 1])).await.status(), 413);
    assert_eq!(door.came().len(), 1);
}

/// D1.
#[tokio::test(start_paused = true)]
async fn a_body_that_drips_is_given_up_after_ten_seconds() {
    let door = Door::saying(HookAnswer::Stored);
    let drops = stream::unfold((), async |()| {
        tokio::time::sleep(Duration::from_secs(3)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b"a")), ()))
    });
    let began = tokio::time::Instant::now();
    let response = send(&door, delivery(Body::from_stream(drops))).await;
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    assert_eq!(response.headers()["connection"], "close");
    assert_eq!(began.elapsed().as_secs(), 10);
    assert_eq!(door.came().len(), 0);
}

#[tokio::test]
async fn a_sender_that_breaks_off_has_delivered_nothing() {
    let door = Door::saying(HookAnswer::Stored);
    let pieces = stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("reset"))]);
    let response = send(&door, delivery(Body::from_stream(pieces))).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(door.came().len(), 0);
}

#[tokio::test]
async fn headers_are_as_many_and_as_long_as_a_platforms_can_be() {
    let door = Door::saying(HookAnswer::Stored);
    let with = |lines: usize, length: usize| {
        let mut request = delivery("{}");
        for _ in 0..lines {
            request
                .headers_mut()
                .append("x-a", HeaderValue::from_str(&"a".repeat(length)).expect("plain"));
        }
        request
    };
    for (lines, length, status) in
        [(100, 10, 200), (101, 1, 431), (1, 32_000, 200), (1, 33_000, 431), (4, 9_000, 431)]
    {
        assert_eq!(send(&door, with(lines, length)).await.status(), status, "{lines} lines of {length}");
    }
    assert_eq!(door.came().len(), 2);
}

/// Pieces of a megabyte, counted as they are read.
fn counted_pieces(read: &Arc<AtomicUsize>, pieces: usize) -> Body {
    let read = read.clone();
    let piece = Bytes::from(vec![b'a'; 1_000_000]);
    let pieces = stream::iter(0..pieces).map(move |_| {
        read.fetch_add(piece.len(), Ordering::SeqCst);
        Ok::<_, std::io::Error>(piece.clone())
    });
    Body::from_stream(pieces)
}
