//! Live updates of a real node: two hundred pages come back after a restart and miss nothing (E4), a node with open pages ends
//! in time, and who takes nothing of a stream is cut off.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulation::platforms::signature;
use support::{Engine, Site, free_port};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;

const PAGES: usize = 200;
const PAGES_EACH: usize = 20;
const PASSWORD: &str = "de-zwaan-zwemt-om-zes";

/// Colleagues with as many pages as one can have; the secrets of their cookies.
async fn colleagues(port: u16, count: usize) -> Vec<String> {
    let mut cookies = Vec::new();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for number in 0..count {
        let answer = http
            .post(format!("http://127.0.0.1:{port}/inloggen"))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("email=collega-{number}%40zwanendam.example&wachtwoord={PASSWORD}"))
            .send()
            .await
            .unwrap();
        let set = answer.headers().get("set-cookie").map(|line| line.to_str().unwrap().to_owned());
        cookies.push(set.unwrap().split(';').next().unwrap().to_owned());
    }
    cookies
}

fn declare_colleagues(site: &Site, count: usize) {
    let mut text = std::fs::read_to_string(site.folder.path().join("zwanendam.toml")).unwrap();
    for number in 0..count {
        text.push_str(&format!(
            "\n[[user]]\nemail = \"collega-{number}@zwanendam.example\"\nname = \"Collega {number}\"\nrole = \"agent\"\n\
             teams = [\"webcare\"]\npassword_file = \"secrets/noor\"\n"
        ));
    }
    std::fs::write(site.folder.path().join("more.toml"), text).unwrap();
    let applied = site.command().args(["apply", "more.toml"]).output().unwrap();
    assert!(applied.status.success(), "apply: {}", String::from_utf8_lossy(&applied.stderr));
}

/// A page as a browser keeps it: comes back after the time that it was told, with the last place.
#[derive(Default)]
struct Page {
    retry: Duration,
    last: Option<String>,
    heard: BTreeSet<i64>,
    /// How often it was connected and knew everything up to now.
    ready: u32,
    refreshed: bool,
}

async fn open(port: u16, cookie: &str, last: Option<&str>) -> std::io::Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let last = last.map(|last| format!("last-event-id: {last}\r\n")).unwrap_or_default();
    let request = format!("GET /live HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\n{last}\r\n");
    stream.write_all(request.as_bytes()).await?;
    Ok(BufReader::new(stream))
}

impl Page {
    async fn live(
        mut self,
        port: u16,
        cookie: String,
        told: watch::Sender<(u32, usize)>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let mut stopped = stop.clone();
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return self,
                _ = self.connection(port, &cookie, &told) => (),
            }
            tokio::time::sleep(self.retry).await;
        }
    }

    async fn connection(
        &mut self,
        port: u16,
        cookie: &str,
        told: &watch::Sender<(u32, usize)>,
    ) -> std::io::Result<()> {
        let mut lines = open(port, cookie, self.last.as_deref()).await?.lines();
        let mut event = String::new();
        while let Some(line) = lines.next_line().await? {
            if let Some(millis) = line.strip_prefix("retry: ") {
                self.retry = Duration::from_millis(millis.parse().unwrap());
            } else if let Some(name) = line.strip_prefix("event: ") {
                name.clone_into(&mut event);
            } else if let Some(id) = line.strip_prefix("id: ") {
                self.last = Some(id.to_owned());
            } else if let Some(data) = line.strip_prefix("data: ") {
                let data: Value = serde_json::from_str(data).unwrap();
                self.ready += u32::from(event == "hartslag");
                self.refreshed |= event == "vernieuw";
                if data["kind"] == "message_received" {
                    assert!(self.heard.insert(data["position"].as_i64().unwrap()), "told twice");
                }
                told.send_replace((self.ready, self.heard.len()));
            }
        }
        Ok(())
    }
}

async fn webhook(site: &Site, port: u16, number: usize) {
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": site.number.settings.phone_number_id },
        "contacts": [{ "profile": { "name": "Yusuf" }, "wa_id": "31600001234" }],
        "messages": [{ "from": "31600001234", "id": format!("wamid.live-{number}"), "timestamp": "1772438400",
                       "type": "text", "text": { "body": "Hallo" } }],
    }}]}]})
    .to_string();
    let signed = signature(&site.number.settings.app_secret, body.as_bytes());
    let request = site.http.post(format!("http://127.0.0.1:{port}/hooks/wa-main"));
    let answer = request.header("x-hub-signature-256", &signed).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_pages_are_back_five_seconds_after_a_restart_and_miss_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(mut site) = Site::on(engine).await else { continue };
        site.settings.push(("GEHOOR_CONNECTIONS_PER_ADDRESS", "1000"));
        declare_colleagues(&site, PAGES / PAGES_EACH);
        let port = free_port();
        let node = site.start(port);
        let cookies = colleagues(port, PAGES / PAGES_EACH).await;
        let (stop, stopped) = watch::channel(false);
        let (mut pages, mut states) = (Vec::new(), Vec::new());
        for page in 0..PAGES {
            let (told, state) = watch::channel((0, 0));
            let cookie = cookies[page % cookies.len()].clone();
            pages.push(tokio::spawn(Page::default().live(port, cookie, told, stopped.clone())));
            states.push(state);
        }
        let all = async |what: &str, holds: fn((u32, usize), usize) -> bool, than: usize| {
            for state in &states {
                let mut waits = state.clone();
                let became = waits.wait_for(|state| holds(*state, than));
                let became = tokio::time::timeout(Duration::from_secs(30), became).await.is_ok();
                assert!(became, "{what}: {:?}", *state.borrow());
            }
        };
        all("open", |(ready, _), than| ready as usize >= than, 1).await;
        webhook(&site, port, 1).await;
        all("told", |(_, heard), than| heard >= than, 1).await;
        node.kill();
        let node = site.start(port);
        let back_from = Instant::now();
        // It comes before the first page is back.
        webhook(&site, port, 2).await;
        all("back", |(ready, _), than| ready as usize >= than, 2).await;
        let back_after = back_from.elapsed();
        assert!(back_after < Duration::from_secs(5), "{back_after:?}");
        webhook(&site, port, 3).await;
        all("told", |(_, heard), than| heard >= than, 3).await;
        // With all of them open, the node ends in time: nobody waits for them, which would take longer than this.
        let ended_after = node.end();
        assert!(ended_after < Duration::from_secs(1), "{ended_after:?}");
        stop.send_replace(true);
        for page in pages {
            let page = page.await.unwrap();
            assert_eq!((page.heard.len(), page.refreshed), (3, false));
        }
        println!("{engine:?}: {PAGES} pages back after {back_after:?}, ended after {ended_after:?}");
    }
}
