//! A platform asks an account for patience, in each form that it has for that, and gets it (C3).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::figures::figure;
use simulation::town;
use simulation::world::{Talk, World};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::street::{Street, egress};
use crate::waiting::hold;

/// How `Retry-After` is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// As it stands.
    Words(&'static str),
    /// As an HTTP date, so many seconds ahead.
    Date(i64),
    /// Not at all.
    Absent,
}

/// One case: an account, what it is told, for how many whole seconds it waits, and how long it is silent at the least.
struct Case {
    account: &'static str,
    form: Form,
    waits: std::ops::RangeInclusive<i64>,
    silent_ms: u128,
}

/// A request as the platform saw it.
#[derive(Debug, Clone)]
struct Asked {
    at: Instant,
    number: String,
    text: String,
    status: StatusCode,
}

/// A platform that answers 429 once to each account that it was told to, and writes everything down.
#[derive(Clone, Default)]
struct Desk {
    forms: Arc<Mutex<BTreeMap<String, Form>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Desk {
    async fn opens(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn asks_patience(&self, account: &str, form: Form) {
        self.forms.lock().expect("nobody panicked with it").insert(number_of(account), form);
    }

    fn asked(&self, account: &str) -> Vec<Asked> {
        let asked = self.asked.lock().expect("nobody panicked with it");
        asked.iter().filter(|one| one.number == number_of(account)).cloned().collect()
    }

    fn starts_anew(&self) {
        self.asked.lock().expect("nobody panicked with it").clear();
    }
}

fn number_of(account: &str) -> String {
    let found = town::numbers().into_iter().find(|number| number.account == account);
    found.expect("a number of the town").settings.phone_number_id
}

async fn answer(State(desk): State<Desk>, uri: Uri, body: Bytes) -> (StatusCode, HeaderMap, String) {
    let said: Value = serde_json::from_slice(&body).expect("a request is JSON");
    let number = uri.path().split('/').rev().nth(1).expect("…/<number>/messages").to_owned();
    let form = desk.forms.lock().expect("nobody panicked with it").remove(&number);
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let (status, answer) = match form {
        Some(form) => (StatusCode::TOO_MANY_REQUESTS, too_many(form, &mut headers)),
        None => (StatusCode::OK, taken(&said)),
    };
    let text = said["text"]["body"].as_str().unwrap_or("no text").to_owned();
    let mut asked = desk.asked.lock().expect("nobody panicked with it");
    asked.push(Asked { at: Instant::now(), number, text, status });
    (status, headers, answer.to_string())
}

#[expect(clippy::disallowed_methods, reason = "a platform reads its own clock for its headers")]
fn too_many(form: Form, headers: &mut HeaderMap) -> Value {
    let now = Timestamp::now();
    let date = |at: Timestamp| {
        HeaderValue::from_str(&at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).expect("a header")
    };
    headers.insert(DATE, date(now));
    match form {
        Form::Words(words) => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static(words))),
        Form::Date(ahead) => {
            drop(headers.insert(RETRY_AFTER, date(now + SignedDuration::from_secs(ahead))));
        }
        Form::Absent => (),
    }
    json!({"error": {"message": "(#130429) Rate limit hit", "type": "OAuthException", "code": 130_429}})
}

fn taken(said: &Value) -> Value {
    let to = said["to"].as_str().unwrap_or_default();
    let wamid = format!("wamid.{to}-{}", said["text"]["body"].as_str().unwrap_or_default());
    json!({"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}], "messages": [{"id": wamid}]})
}

/// Who answers for an account.
fn colleague_of(account: &str) -> &'static str {
    match account {
        "wa-main" => "Noor",
        "wa-tweede" => "Joris",
        _ => "Femke",
    }
}

async fn replies(street: &Street, talk: &Talk, text: &str) {
    street.world.agent(colleague_of(&talk.account)).await.replies(talk, text).await;
}

/// A person lets an account go on.
async fn release(street: &Street, account: &str) {
    let ctx = street.world.ctx("Ingrid").await;
    let account = account.parse().expect("a name");
    usecases::outbox::release_account(&ctx, &account).await.expect("released");
}

/// Everything that is sent in one round of cases.
struct Round<'t> {
    street: &'t Street,
    desk: &'t Desk,
    /// For each case: the conversation whose reply is refused, and another of the same account.
    talks: Vec<(&'t Case, Talk, Talk)>,
}

impl Round<'_> {
    /// The first reply of each account is refused; returns when that is on record.
    async fn is_refused(&self) {
        for (case, first, _) in &self.talks {
            self.desk.asks_patience(case.account, case.form);
            replies(self.street, first, "Een").await;
            replies(self.street, first, "Twee").await;
        }
        for (case, ..) in &self.talks {
            let refused = async || hold(self.street, case.account).await.is_some();
            self.street.until(&format!("{} is told to wait", case.account), refused).await;
            let seconds = hold(self.street, case.account).await.expect("it waited a moment ago");
            assert!(case.waits.contains(&seconds), "{:?}: the account waits {seconds} s", case.form);
        }
    }

    /// Others are not affected: what another account says arrives while these wait.
    async fn others_go_on(&self, elsewhere: &Talk) {
        for (_, _, other) in &self.talks {
            replies(self.street, other, "Drie").await;
        }
        replies(self.street, elsewhere, "Elders").await;
        self.street
            .until("another account sends", async || self.desk.asked("wa-lindeveld").len() == 1)
            .await;
    }

    /// Whoever waits for minutes is silent all the while, until a person lets them go on.
    async fn is_released(&self) {
        for (case, ..) in self.talks.iter().filter(|(case, ..)| *case.waits.start() > 60) {
            assert_eq!(self.desk.asked(case.account).len(), 1, "{:?}: silent until the time", case.form);
            release(self.street, case.account).await;
        }
    }

    /// All of it arrives in the end: once, in the order of the conversation, and not before the time.
    async fn arrives(&self) {
        for (case, ..) in &self.talks {
            let all = async || self.desk.asked(case.account).len() >= 4;
            let what = format!("{:?}: all of it arrives", case.form);
            self.street.until_within(Duration::from_secs(60), &what, all).await;
            let asked = self.desk.asked(case.account);
            let (refused, next) = (&asked[0], &asked[1]);
            let silent = next.at.duration_since(refused.at);
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
            if *case.waits.start() <= 60 {
                assert!(
                    silent.as_millis() >= case.silent_ms,
                    "{:?}: asked again after {silent:?}",
                    case.form
                );
            }
            let mut texts: Vec<_> = asked[1..].iter().map(|one| one.text.as_str()).collect();
            let place = |text: &str| texts.iter().position(|one| *one == text);
            assert!(place("Een") < place("Twee"), "{:?}: {texts:?}", case.form);
            texts.sort_unstable();
            assert_eq!(texts, ["Drie", "Een", "Twee"], "{:?}: each once", case.form);
        }
    }
}

/// Plays cases of different accounts at the same time.
async fn plays(street: &Street, desk: &Desk, round: usize, cases: &[Case]) {
    desk.starts_anew();
    for case in cases {
        release(street, case.account).await;
    }
    let mut talks = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let phone = |who: usize| format!("31600123{round}{place}{who}");
        let first = street.resident_writes(&phone(1), case.account, "De lantaarn is kapot").await;
        let other = street.resident_writes(&phone(2), case.account, "De stoep ligt los").await;
        talks.push((case, first, other));
    }
    let elsewhere = street.resident_writes(&format!("31600124{round}00"), "wa-lindeveld", "Elders").await;
    let round = Round { street, desk, talks };
    round.is_refused().await;
    round.others_go_on(&elsewhere).await;
    round.is_released().await;
    round.arrives().await;
}

both_databases! {
    /// C3: no request on that account before the time, others unaffected, an hour at most, order kept.
    async fn an_account_is_silent_for_as_long_as_the_platform_says(world: World) {
        let street = Street::open(world).await;
        let desk = Desk::default();
        street.world.declare(&desk.opens().await).await;
        let (stop, sender) = (CancellationToken::new(), drivers::Sender::new(Arc::clone(&street.world.installation), egress()));
        let sending = tokio::spawn(sender.run(stop.clone()));
        let (words, seconds) = figure(("6", 6), ("30", 30));
        let about = seconds - 1..=seconds;
        let about_an_hour = 3599..=3600;
        // Without a word that we understand we choose: a second or two at first, cut to whole ones.
        let a_moment = 0..=2;
        let silent_ms = u128::try_from(seconds * 1000).expect("some") - 1000;
        let rounds = [
            vec![
                Case { account: "wa-main", form: Form::Words(words), waits: about.clone(), silent_ms },
                Case { account: "wa-tweede", form: Form::Date(seconds), waits: about.clone(), silent_ms },
            ],
            vec![
                Case { account: "wa-main", form: Form::Words("1000000000"), waits: about_an_hour, silent_ms: 0 },
                Case { account: "wa-tweede", form: Form::Absent, waits: a_moment.clone(), silent_ms: 900 },
            ],
            vec![Case { account: "wa-tweede", form: Form::Words("abc"), waits: a_moment, silent_ms: 900 }],
        ];
        for (round, cases) in rounds.iter().enumerate() {
            plays(&street, &desk, round, cases).await;
        }
        stop.cancel();
        sending.await.expect("the sender ends");
    }
}
