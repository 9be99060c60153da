//! A real `gehoor serve` as a process, the simulated platforms beside it, and what both know afterwards.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

pub mod witness;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener as PortFinder;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulation::platforms::{Platforms, PlatformsOptions, StatusPace};
use simulation::town::{TownNumber, numbers};
use store::sealed::KeyRing;
use store::{Store, StoreOptions};
use witness::{Copies, content};

/// Where a test keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The address of a PostgreSQL for tests; `None` where the PostgreSQL half is skipped, which CI never does.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment where their PostgreSQL is"
)]
pub fn postgres() -> Option<String> {
    let found = std::env::var("GEHOOR_TEST_POSTGRES").ok().filter(|address| !address.is_empty());
    if found.is_none() {
        assert!(std::env::var("CI").is_err(), "CI must set GEHOOR_TEST_POSTGRES: nothing is skipped there");
        println!("skipped: GEHOOR_TEST_POSTGRES names no server (./test makes one)");
    }
    found
}

/// The program under test.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gehoor"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("GEHOOR_LOG", "warn");
    command
}

/// A port that is free now.
pub fn free_port() -> u16 {
    PortFinder::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A municipality on files or in a schema of its own, with the platform that its number is on.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub engine: Engine,
    pub platforms: Platforms,
    pub number: TownNumber,
    schema: String,
    pub http: reqwest::Client,
    /// Settings of this test: variables of the environment.
    pub settings: Vec<(&'static str, &'static str)>,
}

impl Site {
    /// Makes the folder, starts the platforms, and applies the configuration. `None` where there is no PostgreSQL.
    pub async fn on(engine: Engine) -> Option<Self> {
        if engine == Engine::Postgres && postgres().is_none() {
            return None;
        }
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platforms = Platforms::start(listener, PlatformsOptions::default()).await.unwrap();
        let mut number = numbers().into_iter().find(|number| number.account == "wa-main").unwrap();
        number.settings.messages_per_second = 100_000;
        number.settings.status_pace = StatusPace { sent_ms: 20, delivered_ms: 40, read_ms: Some(80) };
        let folder = tempfile::tempdir().unwrap();
        let schema =
            format!("t_{}_{}", std::process::id(), folder.path().file_name().unwrap().to_str().unwrap());
        let schema = schema.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let site = Self {
            folder,
            engine,
            platforms,
            number,
            schema,
            http,
            settings: Vec::new(),
        };
        site.write_configuration();
        let applied = site.command().args(["apply", "zwanendam.toml"]).output().unwrap();
        assert!(applied.status.success(), "apply: {}", String::from_utf8_lossy(&applied.stderr));
        Some(site)
    }

    fn write_configuration(&self) {
        let secrets = self.folder.path().join("secrets");
        std::fs::create_dir_all(&secrets).unwrap();
        let settings = &self.number.settings;
        let token = settings.access_token.clone().unwrap();
        for (name, value) in [
            ("noor", "de-zwaan-zwemt-om-zes"),
            ("app", settings.app_secret.as_str()),
            ("token", token.as_str()),
            ("verify", settings.verify_token.as_str()),
        ] {
            std::fs::write(secrets.join(name), value).unwrap();
        }
        let text = format!(
            "[municipality]\nid = \"zwanendam\"\nname = \"Gemeente Zwanendam\"\n\n\
             [[team]]\nid = \"webcare\"\nname = \"Webcare\"\n\n\
             [[user]]\nemail = \"noor@zwanendam.example\"\nname = \"Noor\"\nrole = \"administrator\"\n\
             teams = [\"webcare\"]\npassword_file = \"secrets/noor\"\n\n\
             [[channel_account]]\nid = \"wa-main\"\nchannel = \"whatsapp\"\nteam = \"webcare\"\n\
             base_url = \"http://{}\"\nsettings = {{ phone_number_id = \"{}\" }}\n\
             secrets = {{ app_secret_file = \"secrets/app\", access_token_file = \"secrets/token\", \
             verify_token_file = \"secrets/verify\" }}\n",
            self.platforms.address(),
            settings.phone_number_id
        );
        std::fs::write(self.folder.path().join("zwanendam.toml"), text).unwrap();
    }

    /// A new access token: an account that had to wait may send again at once.
    pub fn replace_token(&self) {
        let fresh = format!("{}-2", self.number.settings.access_token.clone().unwrap());
        let id = &self.number.settings.phone_number_id;
        self.platforms.whatsapp().replace_token(id, Some(fresh.clone())).unwrap();
        std::fs::write(self.folder.path().join("secrets/token"), fresh).unwrap();
        let applied = self.command().args(["apply", "zwanendam.toml"]).output().unwrap();
        assert!(applied.status.success(), "apply: {}", String::from_utf8_lossy(&applied.stderr));
    }

    /// The program with this site's settings.
    pub fn command(&self) -> Command {
        let mut command = program();
        command.current_dir(self.folder.path()).env("GEHOOR_DATA_DIR", "data");
        command.envs(self.settings.iter().copied());
        command.env("GEHOOR_EGRESS_ALLOW", self.platforms.address().to_string());
        if self.engine == Engine::Postgres {
            command
                .env("GEHOOR_DATABASE_URL", postgres().unwrap())
                .env("GEHOOR_DATABASE_SCHEMA", &self.schema);
        }
        command
    }

    /// A token of the API with all rights of an administrator.
    pub fn token(&self) -> String {
        let create = ["token", "create", "--user", "noor@zwanendam.example", "--scope", "read,write"];
        let made = self.command().args(create).output().unwrap();
        assert!(made.status.success(), "token: {}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// Starts a node and waits until it is ready.
    pub fn start(&self, port: u16) -> Node {
        let began = Instant::now();
        let mut command = self.command();
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on http://"), "{line:?}; {}", self.log());
        Node { child, port, ready_after: began.elapsed() }
    }

    /// The number's webhooks go to this port from now on.
    pub fn deliver_to(&self, port: u16) {
        let settings = self.number.calling_back_to(&format!("http://127.0.0.1:{port}"));
        self.platforms.whatsapp().register(settings).unwrap();
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A call of the API that may fail because the node is gone.
    pub async fn get(&self, port: u16, token: &str, path: &str) -> Option<Value> {
        let url = format!("http://127.0.0.1:{port}/api/v1{path}");
        let answer = self.http.get(url).bearer_auth(token).send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        serde_json::from_slice(&answer.bytes().await.ok()?).ok()
    }

    /// A reply with a key; the status, or `None` when the node is gone.
    pub async fn reply(&self, port: u16, token: &str, conversation: &str, text: &str) -> Option<u16> {
        let url = format!("http://127.0.0.1:{port}/api/v1/conversations/{conversation}/replies");
        let body = json!({ "text": text }).to_string();
        let request = self.http.post(url).bearer_auth(token).header("content-type", "application/json");
        let answer =
            request.header("idempotency-key", text.replace(' ', "-")).body(body).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    /// All conversations' ids.
    pub async fn conversations(&self, port: u16, token: &str) -> Vec<String> {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let Some(page) = self.get(port, token, &format!("/conversations?pageSize=100{cursor}")).await
            else {
                return ids;
            };
            for item in page["items"].as_array().unwrap() {
                ids.push(item["id"].as_str().unwrap().to_owned());
            }
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return ids,
            }
        }
    }

    /// Every message of every conversation, as the export gives them: by line.
    pub async fn export(&self, port: u16, token: &str) -> Vec<Value> {
        let url = format!("http://127.0.0.1:{port}/api/v1/export");
        // It streams everything, and many tests may run beside it.
        let request = self.http.get(url).bearer_auth(token).timeout(Duration::from_secs(180));
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "export: {}", answer.status());
        let text = answer.text().await.unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The store beneath, for what no door tells. While it is looked at, no node runs.
    pub async fn store(&self) -> Store {
        let engine = match self.engine {
            Engine::Sqlite => store::Engine::Sqlite { directory: self.data() },
            Engine::Postgres => {
                store::Engine::Postgres { url: postgres().unwrap(), schema: self.schema.clone() }
            }
        };
        let keys = KeyRing::parse(&read(self.folder.path(), "data.key")).unwrap();
        Store::open(StoreOptions { engine, keys }).await.unwrap()
    }

    /// How many copies of each delivery are in the raw inbox. No node runs.
    pub async fn stored_copies(&self) -> Copies {
        let (store, scope) = (self.store().await, self.scope());
        let mut after = None;
        loop {
            let (some, last) =
                store.inbox().replay_some(&scope, jiff::Timestamp::UNIX_EPOCH, after, 1000).await.unwrap();
            if some == 0 {
                break;
            }
            after = last;
        }
        let mut copies = Copies::new();
        loop {
            let some = store.inbox().claim(1000, 3600).await.unwrap();
            if some.is_empty() {
                return copies;
            }
            for one in some {
                *copies.entry(content(&one.event.body)).or_default() += 1;
            }
        }
    }

    /// Everything of the municipality.
    pub fn scope(&self) -> domain::access::Scope {
        domain::access::Scope::whole("zwanendam".parse().unwrap())
    }

    /// How often the platform accepted each text.
    pub fn accepted_per_text(&self) -> BTreeMap<String, u32> {
        let whatsapp = self.platforms.whatsapp();
        let (mut counts, mut after) = (BTreeMap::new(), 0);
        loop {
            let page = whatsapp.accepted(&self.number.settings.phone_number_id, after).unwrap();
            for accepted in page.items {
                *counts.entry(accepted.text).or_default() += 1;
            }
            match page.next {
                Some(next) => after = next,
                None => return counts,
            }
        }
    }

    /// Waits until the platform has nothing more to deliver.
    pub async fn delivered(&self, limit: Duration) {
        let id = &self.number.settings.phone_number_id;
        until(limit, "the platform delivered everything", async || {
            self.platforms.whatsapp().deliveries(id).unwrap().pending == 0
        })
        .await;
    }
}

/// A running node.
pub struct Node {
    pub child: Child,
    pub port: u16,
    pub ready_after: Duration,
}

impl Node {
    /// kill -9.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Asks it to end, and waits; returns how long that took.
    pub fn end(mut self) -> Duration {
        let began = Instant::now();
        self.signal("TERM");
        let status = self.child.wait().unwrap();
        assert!(status.success(), "it ended with {status}");
        began.elapsed()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again until it holds.
pub async fn until(limit: Duration, what: &str, holds: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A generator for tests: the same seed, the same run.
pub struct Chance(u64);

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        println!("seed {seed}");
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below.max(1)
    }
}

/// What a file in a folder holds.
pub fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_default()
}
