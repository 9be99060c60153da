//! Residents who write, read, answer and come back, seen from the municipality's side.

use std::collections::BTreeSet;
use std::time::Duration;

use simulation::platforms::{Platforms, PlatformsOptions, SimulationClock};
use simulation::residents::stories::{Story, Voices};
use simulation::residents::{Cast, Crowd, CrowdError, CrowdOptions};
use tokio::net::TcpListener;

use super::receiver::{Came, Receiver};
use super::town::{NUMBER, TOKEN, Town, number};

fn options() -> CrowdOptions {
    CrowdOptions {
        seed: 11,
        arrivals_per_minute: 0.0,
        number_ids: vec![NUMBER.to_owned()],
        ..CrowdOptions::default()
    }
}

fn platforms_at(speed: f64, state_file: Option<std::path::PathBuf>) -> PlatformsOptions {
    PlatformsOptions {
        clock: SimulationClock::at_speed(speed),
        state_file,
        ..PlatformsOptions::default()
    }
}

/// Who wrote a text, and what.
fn said(came: &[Came]) -> Vec<(String, String)> {
    let field = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let messages = came.iter().flat_map(|one| one.values("messages"));
    let texts = messages.filter(|one| one["type"] == "text");
    texts.map(|one| (field(&one["from"]), field(&one["text"]["body"]))).collect()
}

fn writers(came: &[Came]) -> BTreeSet<String> {
    said(came).into_iter().map(|(from, _)| from).collect()
}

async fn reply(town: &Town, to: &str, text: &str) {
    let body = serde_json::json!({"messaging_product": "whatsapp", "to": to, "text": {"body": text}});
    let answer = town.post(NUMBER, TOKEN, &body).await.expect("an answer");
    assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
}

/// The story of which somebody wrote the first message, unless a slip hides it.
fn story_of<'a>(voices: &'a Voices, came: &[Came], writer: &str) -> Option<&'a Story> {
    let theirs = said(came);
    voices
        .stories
        .iter()
        .find(|story| theirs.contains(&(writer.to_owned(), story.opening[0].clone())))
}

#[tokio::test]
async fn residents_answer_a_question_thank_for_an_answer_and_read_both() {
    let town = Town::start_with(platforms_at(100.0, None)).await;
    let crowd = Crowd::start(&town.platforms, options()).expect("the crowd comes");
    let came = town.callback.wait_until("six residents", |came| writers(came).len() >= 6).await;
    assert_eq!(crowd.arrived(), 6);
    let writers = writers(&came);
    for writer in &writers {
        reply(&town, writer, "Dank voor uw bericht. Kunt u daar meer over vertellen?").await;
    }
    let reads =
        |came: &[Came]| came.iter().flat_map(Came::statuses).filter(|(status, _)| status == "read").count();
    town.callback.wait_until("six read", |came| reads(came) == 6).await;
    let voices = Voices::embedded().expect("stories");
    let plain: Vec<(&String, &Story)> = writers
        .iter()
        .filter_map(|writer| Some((writer, story_of(&voices, &came, writer)?)))
        .collect();
    assert!(plain.len() >= 3, "most write without a slip");
    let details = |came: &[Came]| {
        let said = said(came);
        let gave = |(writer, story): &&(&String, &Story)| {
            story
                .details
                .first()
                .is_some_and(|detail| said.contains(&((*writer).clone(), detail.clone())))
        };
        plain.iter().filter(gave).count()
    };
    town.callback.wait_until("details", |came| details(came) >= 2).await;
    for writer in &writers {
        reply(&town, writer, "Wij gaan ermee aan de slag.").await;
    }
    let thanked = |came: &[Came]| {
        let said = said(came);
        let gave = |(writer, story): &&(&String, &Story)| {
            said.contains(&((*writer).clone(), story.thanks[0].clone()))
        };
        plain.iter().filter(gave).count()
    };
    town.callback.wait_until("thanks", |came| thanked(came) >= 2 && reads(came) == 12).await;
    crowd.stop().await;
    assert!(crowd.open_talks() <= 6);
}

#[tokio::test]
async fn a_resident_reads_and_answers_a_reply_that_came_just_before_a_restart() {
    let room = tempfile::tempdir().expect("a directory");
    let path = Some(room.path().join("platforms.json"));
    let town = Town::start_with(platforms_at(20.0, path.clone())).await;
    Crowd::start(&town.platforms, options()).expect("the crowd comes");
    let came = town.callback.wait_until("three residents", |came| writers(came).len() >= 3).await;
    let writer = writers(&came).into_iter().next().expect("somebody");
    reply(&town, &writer, "Waar is dat precies?").await;
    town.platforms.stop().await;
    let before = said(&town.callback.came()).into_iter().filter(|(from, _)| *from == writer).count();

    let callback = Receiver::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let platforms = Platforms::start(listener, platforms_at(100.0, path)).await.expect("started again");
    platforms.whatsapp().register(number(&callback.url)).expect("registered");
    let crowd = Crowd::start(&platforms, options()).expect("the crowd goes on");
    let answered = |came: &[Came]| {
        let read = came.iter().flat_map(Came::statuses).any(|(status, _)| status == "read");
        read && said(came).iter().any(|(from, _)| *from == writer)
    };
    callback.wait_until("read and answered", answered).await;
    assert!(before >= 1 && crowd.arrived() >= 3);
    platforms.stop().await;
}

/// How many messages of this type came.
fn count(came: &[Came], kind: &str) -> usize {
    came.iter()
        .flat_map(|one| one.values("messages"))
        .filter(|one| one["type"] == kind)
        .count()
}

#[tokio::test]
async fn among_many_residents_some_send_photos_and_files_and_most_press_what_is_offered() {
    let town = Town::start_with(platforms_at(100.0, None)).await;
    let many = CrowdOptions { opening_rush: 120, open_max: 150, ..options() };
    let crowd = Crowd::start(&town.platforms, many).expect("the crowd comes");
    town.callback
        .wait_until("photos and files", |came| count(came, "image") >= 2 && writers(came).len() >= 100)
        .await;
    let came = town.callback.came();
    let more = ["audio", "document", "sticker", "location", "contacts", "video"];
    assert!(more.iter().map(|kind| count(&came, kind)).sum::<usize>() >= 2);
    let asked: Vec<String> = writers(&came).into_iter().take(20).collect();
    for writer in &asked {
        let body = serde_json::json!({"messaging_product": "whatsapp", "to": writer, "type": "interactive",
            "interactive": {"type": "button", "body": {"text": "Mogen wij u bellen?"}, "action": {"buttons": [
                {"type": "reply", "reply": {"id": "ja", "title": "Ja"}},
                {"type": "reply", "reply": {"id": "nee", "title": "Nee"}}]}}});
        let answer = town.post(NUMBER, TOKEN, &body).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
    }
    town.callback.wait_until("pressed", |came| count(came, "interactive") >= 10).await;
    crowd.stop().await;
}

#[tokio::test]
async fn a_storm_tells_its_own_stories_and_nonsense_is_refused() {
    let town = Town::start_with(platforms_at(100.0, None)).await;
    let voices = Voices::embedded().expect("stories");
    if let Some(topic) = voices.storms().first().map(|topic| (*topic).to_owned()) {
        let storm = CrowdOptions {
            name: topic.clone(),
            cast: Cast::Topic(topic.clone()),
            opening_rush: 2,
            ..options()
        };
        Crowd::start(&town.platforms, storm).expect("the storm breaks");
        let came = town.callback.wait_until("two residents", |came| writers(came).len() >= 2).await;
        let stories = writers(&came).into_iter().filter_map(|writer| story_of(&voices, &came, &writer));
        assert!(stories.into_iter().all(|story| story.topic == topic));
    } else {
        println!("skipped: no storm is written yet");
    }
    let nobody = CrowdOptions { number_ids: Vec::new(), ..options() };
    assert!(matches!(Crowd::start(&town.platforms, nobody), Err(CrowdError::NoNumbers)));
    let nothing = CrowdOptions { cast: Cast::Topic("unicorns".to_owned()), ..options() };
    assert!(matches!(Crowd::start(&town.platforms, nothing), Err(CrowdError::NoStories(_))));
    tokio::time::sleep(Duration::from_millis(10)).await;
}
