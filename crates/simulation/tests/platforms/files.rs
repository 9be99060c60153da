//! Files: uploaded, sent by residents, fetched, gone.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulation::platforms::{Deed, FaultOrder, FileKind, Place, SentFile};

use super::town::{NUMBER, TOKEN, Town, read};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture \xff\xd9";

impl Town {
    pub async fn try_upload(&self, mime_type: &str, bytes: &[u8]) -> (u16, Value) {
        let mut body =
            b"--grens\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n"
                .to_vec();
        let head = format!(
            "--grens\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Type: {mime_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--grens--\r\n");
        let request = self.client.post(self.url(&format!("/v26.0/{NUMBER}/media")));
        let request = request
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "multipart/form-data; boundary=grens");
        read(request.body(body).send().await.expect("an answer")).await
    }

    pub async fn upload(&self, mime_type: &str, bytes: &[u8]) -> String {
        let (status, body) = self.try_upload(mime_type, bytes).await;
        assert_eq!(status, 200, "{body}");
        body["id"].as_str().expect("an id").to_owned()
    }

    async fn fetch(&self, url: &str, token: Option<&str>) -> Result<(u16, String, Vec<u8>), reqwest::Error> {
        let mut request = self.client.get(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let kind = response
            .headers()
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or("")
            .to_owned();
        Ok((status, kind, response.bytes().await?.to_vec()))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[tokio::test]
async fn a_file_is_uploaded_looked_up_fetched_and_deleted() {
    let town = Town::start().await;
    let id = town.upload("image/jpeg", JPEG).await;
    let (status, shown) = town.call("GET", &id, None).await;
    assert_eq!(
        (status, &shown["mime_type"], &shown["file_size"]),
        (200, &json!("image/jpeg"), &json!(JPEG.len()))
    );
    assert_eq!(shown["sha256"], hex::encode(Sha256::digest(JPEG)));
    let url = text(&shown["url"]).to_owned();
    let fetched = town.fetch(&url, Some(TOKEN)).await.expect("an answer");
    assert_eq!(fetched, (200, "image/jpeg".to_owned(), JPEG.to_vec()));
    assert_eq!(town.fetch(&url, None).await.expect("an answer").0, 401);
    assert_eq!(town.fetch(&url, Some("EAAG-nobody")).await.expect("an answer").0, 401);
    let forged = url.replace("hash=AR", "hash=BR");
    assert_eq!(town.fetch(&forged, Some(TOKEN)).await.expect("an answer").0, 404);
    let other = format!("{id}?phone_number_id=200");
    assert_eq!(town.call("GET", &other, None).await.1["error"]["error_subcode"], 33);
    assert_eq!(town.call("DELETE", &id, None).await, (200, json!({"success": true})));
    assert_eq!(town.call("GET", &id, None).await.1["error"]["error_subcode"], 33);
    assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("an answer").0, 404);
}

#[tokio::test]
async fn an_address_ends_after_five_minutes_and_a_file_after_its_days() {
    let town = Town::start().await;
    let uploaded = town.upload("image/jpeg", JPEG).await;
    let sent = town.yusuf_does(Deed::File(SentFile::of(FileKind::Image))).remove(0);
    let sent = town.message(&sent).await["image"].clone();
    let url = text(&sent["url"]).to_owned();
    assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("an answer").0, 200);
    town.platforms.clock().jump(Duration::from_secs(301));
    assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("an answer").0, 404);
    let again = town.call("GET", text(&sent["id"]), None).await.1;
    assert_eq!(town.fetch(text(&again["url"]), Some(TOKEN)).await.expect("an answer").0, 200);
    town.platforms.clock().jump(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(town.call("GET", text(&sent["id"]), None).await.0, 400, "sent: seven days");
    assert_eq!(town.call("GET", &uploaded, None).await.0, 200, "uploaded: thirty");
    town.platforms.clock().jump(Duration::from_secs(24 * 24 * 3600));
    assert_eq!(town.call("GET", &uploaded, None).await.0, 400);
}

#[tokio::test]
async fn what_a_kind_does_not_take_is_refused_or_fails() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    let (status, body) = town.try_upload("image/gif", b"GIF89a").await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(100)));
    let (status, _) = town.try_upload("image/jpeg", &vec![0; 5 * 1024 * 1024 + 1]).await;
    assert_eq!(status, 400);
    let (status, _) = town.try_upload("application/pdf", &vec![0; 6 * 1024 * 1024]).await;
    assert_eq!(status, 200, "a document may be larger than a picture");
    let picture = town.upload("image/jpeg", JPEG).await;
    assert_eq!(town.send_kind("image", json!({"id": picture, "caption": "zo"})).await.0, 200);
    let unknown = town.send_kind("image", json!({"id": "17"})).await;
    assert_eq!((unknown.0, &unknown.1["error"]["code"]), (400, &json!(131_009)));
    // The wrong kind shows only when the platform works on it.
    assert_eq!(town.send_kind("video", json!({"id": picture})).await.0, 200);
    let failed = |came: &[super::receiver::Came]| {
        let all: Vec<Value> = came.iter().flat_map(|one| one.values("statuses")).collect();
        all.iter().any(|one| one["errors"][0]["code"] == 131_053)
    };
    town.callback.wait_until("failed", failed).await;
}

#[tokio::test]
async fn a_file_on_the_web_is_fetched_before_it_is_sent() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    let id = town.upload("image/jpeg", JPEG).await;
    let shown = town.call("GET", &id, None).await.1;
    // Answers 401 without a token: a file that cannot be had.
    assert_eq!(town.send_kind("image", json!({"link": shown["url"]})).await.0, 200);
    town.callback
        .wait_until("failed", |came| came.iter().any(|one| one.raw.contains("131053")))
        .await;
    let elsewhere = super::receiver::Receiver::start().await;
    let link = elsewhere.url.replace("/hooks/wa-main", "/foto.jpg");
    assert_eq!(town.send_kind("image", json!({"link": link})).await.0, 200);
    let delivered = |came: &[super::receiver::Came]| {
        came.iter()
            .flat_map(super::receiver::Came::statuses)
            .any(|(status, _)| status == "delivered")
    };
    town.callback.wait_until("delivered", delivered).await;
}

#[tokio::test]
async fn a_photo_of_a_resident_has_its_checksum_and_the_place_in_it() {
    let town = Town::start().await;
    let place = Place { latitude: 52.0907, longitude: 4.5731 };
    let photo = SentFile {
        sample: Some("waste".to_owned()),
        caption: Some("Alweer zakken naast de container".to_owned()),
        place: Some(place),
        ..SentFile::of(FileKind::Image)
    };
    let wamid = town.yusuf_does(Deed::File(photo)).remove(0);
    let image = town.message(&wamid).await["image"].clone();
    assert_eq!(image["caption"], "Alweer zakken naast de container");
    let (_, kind, bytes) = town.fetch(text(&image["url"]), Some(TOKEN)).await.expect("an answer");
    assert_eq!(
        (kind.as_str(), image["sha256"].as_str()),
        ("image/jpeg", Some(STANDARD.encode(Sha256::digest(&bytes)).as_str()))
    );
    assert!(bytes.windows(6).any(|window| window == b"Exif\0\0"));
    for kind in [FileKind::Video, FileKind::Audio, FileKind::Voice, FileKind::Document, FileKind::Sticker] {
        let wamid = town.yusuf_does(Deed::File(SentFile::of(kind))).remove(0);
        let message = town.message(&wamid).await;
        let file = message[text(&message["type"])].clone();
        let (status, _, bytes) = town.fetch(text(&file["url"]), Some(TOKEN)).await.expect("an answer");
        assert_eq!((status, text(&file["sha256"])), (200, STANDARD.encode(Sha256::digest(&bytes)).as_str()));
    }
}

#[tokio::test]
async fn every_way_a_download_goes_wrong_is_seen_and_the_next_one_goes_well() {
    let town = Town::start().await;
    let id = town.upload("image/jpeg", JPEG).await;
    let url = text(&town.call("GET", &id, None).await.1["url"]).to_owned();
    town.order(FaultOrder::once("download_cut"));
    assert!(town.fetch(&url, Some(TOKEN)).await.is_err(), "cut");
    town.order(FaultOrder::once("download_short"));
    assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("short").2, JPEG[..JPEG.len() / 2]);
    town.order(FaultOrder::once("download_wrong_type"));
    let page = town.fetch(&url, Some(TOKEN)).await.expect("a page");
    assert_eq!((page.0, page.1.as_str()), (200, "text/html; charset=utf-8"));
    for (fault, expected) in [("download_gone", 404), ("download_error500", 500)] {
        town.order(FaultOrder::once(fault));
        assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("an answer").0, expected);
    }
    town.order(FaultOrder { hold_ms: Some(200), ..FaultOrder::once("download_slow") });
    let began = Instant::now();
    assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("slow").2, JPEG);
    assert!(began.elapsed() >= Duration::from_millis(200));
    town.order(FaultOrder::once("upload_error500"));
    assert_eq!(town.try_upload("image/jpeg", JPEG).await.0, 500);
    assert_eq!(town.fetch(&url, Some(TOKEN)).await.expect("well").2, JPEG);
}
