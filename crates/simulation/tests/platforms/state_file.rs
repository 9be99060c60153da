//! A restart forgets nothing.

use std::time::Duration;

use serde_json::json;
use simulation::platforms::{Platforms, PlatformsOptions, ReviewPlan, StartError, StatusPace};
use tokio::net::TcpListener;

use super::receiver::Receiver;
use super::town::{ACCOUNT, NUMBER, TOKEN, Town, number};

async fn again(options: PlatformsOptions) -> Result<Platforms, StartError> {
    Platforms::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"), options).await
}

#[tokio::test]
async fn messages_windows_waiting_webhooks_and_statuses_survive() {
    let room = tempfile::tempdir().expect("a directory");
    let options = || PlatformsOptions {
        state_file: Some(room.path().join("platforms.json")),
        ..PlatformsOptions::default()
    };
    let town = Town::start_with(options()).await;
    town.yusuf_writes(&["Hallo"]);
    town.callback.wait_for(1).await;
    let mut slow = number(&town.callback.url);
    slow.status_pace = StatusPace { sent_ms: 10, delivered_ms: 60_000, read_ms: None };
    town.platforms.whatsapp().register(slow).expect("changed");
    town.send("Dag Yusuf", "part-1").await.expect("an answer");
    town.callback.wait_until("sent", |came| came.len() == 2).await;
    // The callback goes away; a message waits for it.
    let mut away = number("http://127.0.0.1:9/hooks");
    away.status_pace = StatusPace { sent_ms: 10, delivered_ms: 10, read_ms: Some(10) };
    town.platforms.whatsapp().register(away).expect("changed");
    town.yusuf_writes(&["Bent u er nog?"]);
    town.platforms.note("crowd", serde_json::json!({"talks": 3}));
    town.platforms.stop().await;

    let callback = Receiver::start().await;
    let platforms = again(options()).await.expect("the platforms start again");
    let mut back = number(&callback.url);
    back.status_pace = StatusPace { sent_ms: 10, delivered_ms: 10, read_ms: Some(10) };
    platforms.whatsapp().register(back).expect("registered again");
    assert_eq!(platforms.noted("crowd"), Some(serde_json::json!({"talks": 3})));
    let accepted = platforms.whatsapp().accepted_after(NUMBER, 0).expect("the number exists");
    assert_eq!((accepted.len(), accepted[0].text.as_str()), (1, "Dag Yusuf"));
    let enough = |came: &[super::receiver::Came]| came.len() >= 3;
    callback.wait_until("the waiting message and two statuses", enough).await;
    assert_eq!(callback.texts(), ["Bent u er nog?"]);
    let mut statuses = callback.statuses();
    statuses.sort();
    assert_eq!(statuses, ["delivered", "read"]);
    let counts = platforms.whatsapp().deliveries(NUMBER).expect("counts");
    assert!(counts.delivered >= 2 && counts.pending <= 3, "{counts:?}");
    platforms.stop().await;
}

#[tokio::test]
async fn files_templates_and_reviews_survive() {
    let room = tempfile::tempdir().expect("a directory");
    let options = || PlatformsOptions {
        state_file: Some(room.path().join("platforms.json")),
        ..PlatformsOptions::default()
    };
    let town = Town::start_with(options()).await;
    let file = town.upload("text/plain", b"Beste gemeente").await;
    let template = json!({"name": "melding_af", "language": "nl", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Uw melding is opgelost."}]});
    let slow = ReviewPlan { after_ms: 600, rejects_with: None };
    town.platforms.whatsapp().plan_review(ACCOUNT, slow);
    let path = format!("{ACCOUNT}/message_templates");
    assert_eq!(town.call("POST", &path, Some(&template)).await.1["status"], "PENDING");
    town.platforms.stop().await;

    let again = Town::start_with(options()).await;
    let url = again.call("GET", &file, None).await.1["url"].as_str().expect("an address").to_owned();
    let fetched = again.client.get(url).header("authorization", format!("Bearer {TOKEN}")).send().await;
    assert_eq!(fetched.expect("an answer").bytes().await.expect("a body"), "Beste gemeente");
    assert_eq!(again.told("message_template_status_update").await["event"], "APPROVED");
    again.platforms.reset();
    assert_eq!(again.platforms.whatsapp().numbers(), Vec::new());
    assert!(!room.path().join("platforms.json.media").exists(), "nothing is left behind");
    again.platforms.stop().await;
}

#[tokio::test]
async fn changes_are_saved_while_running_and_a_foreign_file_is_refused_and_left_alone() {
    let room = tempfile::tempdir().expect("a directory");
    let path = room.path().join("platforms.json");
    let options = || PlatformsOptions {
        state_file: Some(path.clone()),
        ..PlatformsOptions::default()
    };
    let town = Town::start_with(options()).await;
    for _ in 0..100 {
        if path.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(std::fs::read_to_string(&path).expect("saved").contains(NUMBER));
    town.platforms.stop().await;
    std::fs::write(&path, "no state").expect("written");
    assert!(matches!(again(options()).await, Err(StartError::State(_))));
    assert_eq!(std::fs::read_to_string(&path).expect("still there"), "no state");
}
