//! A disk that is full, and then has room again (B4): nothing is acknowledged that is not on disk, reading goes on, and
//! writing resumes by itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

mod support;

use std::process::Command;
use std::time::Duration;

use serde_json::json;
use simulation::platforms::signature;
use support::{Engine, Site, free_port, until};

/// A small disk of its own, while this lives.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// `None` where this process may not mount.
    fn at(folder: &std::path::Path) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs"])
            .arg(folder)
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "CI says by the environment that it is CI, where nothing is skipped"
)]
fn is_ci() -> bool {
    std::env::var("CI").is_ok()
}

async fn deliver(site: &Site, port: u16, number: u32) -> u16 {
    let long = "Er ligt weer afval naast de container. ".repeat(2_000);
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages",
        "value": { "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "1", "phone_number_id": site.number.settings.phone_number_id },
            "messages": [{ "from": "31600000001", "id": format!("wamid.full-{number}"), "timestamp": "1772438400",
                           "type": "text", "text": { "body": long } }] } }] }] })
    .to_string();
    let signed = signature(&site.number.settings.app_secret, body.as_bytes());
    let request = site.http.post(format!("http://127.0.0.1:{port}/hooks/wa-main"));
    request
        .header("x-hub-signature-256", signed)
        .body(body)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_turns_deliveries_away_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::at(&folder.path().join("disk")) else {
        assert!(!is_ci(), "CI runs this as somebody who may mount");
        println!("skipped: this process may not mount a small disk");
        return;
    };
    let Some(site) = Site::on(Engine::Sqlite).await else { return };
    let data = disk.0.join("data");
    std::fs::create_dir(&data).unwrap();
    for entry in std::fs::read_dir(site.data()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), data.join(entry.file_name())).unwrap();
    }
    std::fs::remove_dir_all(site.data()).unwrap();
    std::os::unix::fs::symlink(&data, site.data()).unwrap();
    let (port, token) = (free_port(), site.token());
    let node = site.start(port);

    // Leaves room for some deliveries only.
    std::fs::write(disk.0.join("filler"), vec![1_u8; 28 * 1024 * 1024]).unwrap();
    let (mut stored, mut turned_away) = (0, 0);
    for number in 0..400 {
        match deliver(&site, port, number).await {
            200 => stored += 1,
            503 => turned_away += 1,
            other => panic!("a delivery was answered {other}"),
        }
        if turned_away >= 10 {
            break;
        }
    }
    assert!(stored > 0 && turned_away >= 10, "stored {stored}, turned away {turned_away}");
    // Reading goes on, although each look is written down first: what is left of the disk is kept for that.
    let list = site.get(port, &token, "/conversations").await.expect("the list is shown");
    let conversation = list["items"][0]["id"].as_str().expect("somebody wrote").to_owned();
    let messages = format!("/conversations/{conversation}/messages");
    assert!(site.get(port, &token, &messages).await.is_some(), "a conversation is shown");

    std::fs::remove_file(disk.0.join("filler")).unwrap();
    until(Duration::from_secs(10), "writing resumes by itself", async || {
        deliver(&site, port, 1_000).await == 200
    })
    .await;
    let wanted = stored + 1;
    until(Duration::from_secs(60), "everything that was acknowledged is a message", async || {
        let lines = site.export(port, &token).await;
        lines.iter().filter(|line| line["direction"] == "in").count() >= wanted
    })
    .await;
    drop(node);
}
