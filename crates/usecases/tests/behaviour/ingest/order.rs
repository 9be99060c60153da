//! The order in which a platform tells does not matter (A4, 2.4, 2.5).

use domain::channels::{Answer, ProviderId};
use jiff::SignedDuration;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{TestEngine, World};

const RESIDENTS: u32 = 12;

/// A week of one municipality: residents write, react, are answered from Gehoor and from a telephone, and the platform
/// reports on each answer. In the order in which it happened.
fn a_week(world: &World, answered: &[(String, String, String)], seed: u64) -> Vec<Webhook> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let number = world.number("wa-main").settings;
    let begin = world.now();
    let mut told = Vec::new();
    let mut at = 0_i64;
    let mut written: Vec<Vec<String>> = vec![Vec::new(); RESIDENTS as usize];
    for turn in 0..120_u32 {
        at += chance.random_range(1..900);
        let moment = begin + SignedDuration::from_secs(at);
        let who = chance.random_range(0..RESIDENTS);
        let phone = format!("316000200{who:02}");
        let name = format!("Resident {who}, since {}", turn / 30);
        let wamid = format!("wamid.W{turn:04}");
        let about = Webhook::about(&number);
        let theirs = written[who as usize].last().cloned();
        match turn % 8 {
            3 if theirs.is_some() => {
                let target = theirs.unwrap_or_default();
                told.push((
                    at,
                    about.edit((&phone, &name), &wamid, moment, (&target, &format!("Beter: {turn}"))),
                ));
            }
            4 if theirs.is_some() && turn % 3 == 0 => {
                told.push((at, about.revoke((&phone, &name), &wamid, moment, &theirs.unwrap_or_default())));
            }
            5 => {
                let target = format!("wamid.W{:04}", chance.random_range(0..=turn));
                told.push((at, about.reaction((&phone, &name), &wamid, moment, (&target, "👍"))));
            }
            // Reactions come and go, also on what we sent, and by people who have not written yet or never do.
            7 => {
                let stranger = format!("316000300{:02}", chance.random_range(0..4));
                let target = match turn % 3 {
                    0 => format!("wamid.ANSWER-{phone}"),
                    _ => format!("wamid.W{:04}", turn - turn % 8),
                };
                let emoji = ["👍", "❤️", ""][chance.random_range(0..3)];
                let by = if turn % 5 == 0 { &phone } else { &stranger };
                told.push((at, about.reaction((by, "Stranger"), &wamid, moment, (&target, emoji))));
                if turn % 16 == 7 {
                    let (first, later) = (format!("wamid.S{turn:04}"), moment + SignedDuration::from_secs(5));
                    let webhook = Webhook::about(&number);
                    told.push((at + 5, webhook.text((&stranger, "Stranger"), &first, later, "Ik ook")));
                }
            }
            6 => {
                let later = |seconds: i64| begin + SignedDuration::from_secs(at + seconds);
                told.push((at, about.echo(&phone, &wamid, moment, "Wij hebben u gebeld.")));
                for (offset, status) in [(1, "delivered"), (9, "read")] {
                    let report =
                        Webhook::about(&number).status(&wamid, (status, &phone), later(offset), None);
                    told.push((at + offset, report));
                }
            }
            _ => {
                told.push((at, about.message((&phone, &name), something(turn, &wamid, moment))));
                written[who as usize].push(wamid);
            }
        }
    }
    for (index, (wamid, phone, tracker)) in (0_i64..).zip(answered) {
        let reports: &[&str] = match index % 4 {
            0 => &["sent", "delivered", "read"],
            1 => &["sent", "failed"],
            2 => &["sent", "failed", "delivered"],
            _ => &["sent", "read"],
        };
        for (offset, status) in (1_i64..).zip(reports) {
            let moment = begin + SignedDuration::from_secs(offset);
            let tracker = (index % 3 != 0).then_some(tracker.as_str());
            told.push((offset, Webhook::about(&number).status(wamid, (status, phone), moment, tracker)));
        }
    }
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, webhook)| webhook).collect()
}

/// A message of one of the kinds that residents send.
fn something(turn: u32, wamid: &str, moment: jiff::Timestamp) -> Value {
    let mut message = match turn % 7 {
        0 => json!({"type": "image", "image": {"id": format!("m{turn}"), "mime_type": "image/jpeg",
            "caption": format!("Foto {turn}"), "sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}}),
        1 => {
            json!({"type": "location", "location": {"latitude": 52.01, "longitude": 4.35, "name": format!("Plek {turn}")}})
        }
        2 => json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "De conciërge"},
            "phones": [{"phone": format!("010 {turn}"), "type": "WORK"}]}]}),
        3 => {
            json!({"type": "interactive", "context": {"forwarded": true}, "interactive": {"type": "button_reply",
            "button_reply": {"id": format!("k{turn}"), "title": "Ja"}}})
        }
        _ => json!({"type": "text", "text": {"body": format!("Bericht {turn}")}}),
    };
    message["id"] = json!(wamid);
    message["timestamp"] = json!(moment.as_second().to_string());
    message
}

/// Residents wrote and were answered from Gehoor; the platform took the answers and has told nothing about them yet.
async fn answered(world: &World) -> Vec<(String, String, String)> {
    let mut talks = Vec::new();
    for who in 0..RESIDENTS {
        let number = world.number("wa-main").settings;
        let (phone, wamid) = (format!("316000200{who:02}"), format!("wamid.FIRST{who:02}"));
        let webhook = Webhook::about(&number).text((&phone, "Resident"), &wamid, world.now(), "Goedemorgen");
        world.deliver("wa-main", &webhook).await;
        world.read_all().await;
        let conversation = world.conversation_of("wa-main", &wamid).await.expect("it is there");
        talks.push(simulation::world::Talk { conversation, account: "wa-main".to_owned(), phone, wamid });
    }
    world.seconds_later(60);
    let noor = world.agent("Noor").await;
    let mut sent = Vec::new();
    for talk in &talks {
        noor.replies(talk, "Goedemorgen, wat kunnen we voor u doen?").await;
        let wamid = format!("wamid.ANSWER-{}", talk.phone);
        let tracker = std::sync::Mutex::new(String::new());
        world
            .send_all(|part| {
                *tracker.lock().expect("nobody panicked with it") = part.id.to_string();
                Answer::Delivered { provider_id: ProviderId::new(&wamid).ok() }
            })
            .await;
        sent.push((
            wamid.clone(),
            talk.phone.clone(),
            tracker.into_inner().expect("nobody panicked with it"),
        ));
    }
    world.seconds_later(60);
    sent
}

/// Plays the week in the order that `arrange` makes of it, all received a week after it began; returns the state.
async fn plays(world: World, arrange: impl FnOnce(&mut Vec<Webhook>)) -> String {
    let sent = answered(&world).await;
    let mut week = a_week(&world, &sent, 4);
    arrange(&mut week);
    world.hours_later(3 * 24);
    for some in week.chunks(20) {
        for webhook in some {
            world.deliver("wa-main", webhook).await;
        }
        world.read_all().await;
    }
    assert_eq!(world.inbox("zwanendam").await["quarantined"], 0);
    world.canonical_export("zwanendam").await
}

async fn another(world: &World) -> World {
    let engine = match world.engine() {
        TestEngine::Sqlite { .. } => TestEngine::sqlite(),
        TestEngine::Postgres { .. } => TestEngine::postgres().expect("there was a server a moment ago"),
    };
    World::open(engine, crate::connectors()).await
}

/// Fails with the place of the first difference, since a whole state is long.
fn is_the_same(seed: u64, expected: &str, found: &str) {
    let differs = expected.chars().zip(found.chars()).position(|(one, other)| one != other);
    let around =
        |state: &str, at: usize| -> String { state.chars().skip(at.saturating_sub(400)).take(500).collect() };
    if let Some(at) = differs.or((expected.len() != found.len()).then_some(expected.len().min(found.len()))) {
        assert_eq!(around(expected, at), around(found, at), "seed {seed}");
    }
}

both_databases! {
    /// A4: shuffled, some of it twice, statuses before the messages that they are about.
    async fn a_week_told_in_any_order_ends_the_same(world: World) {
        let mut shuffled = Vec::new();
        // PostgreSQL forces each of the thousand changes to disk by itself, so it gets fewer.
        let seeds: &[u64] = match world.engine() {
            TestEngine::Sqlite { .. } => &[1, 2, 3, 4, 20_261_122],
            TestEngine::Postgres { .. } => &[5],
        };
        for &seed in seeds {
            let world = another(&world).await;
            let state = plays(world, |week| {
                let mut chance = ChaCha8Rng::seed_from_u64(seed);
                let again: Vec<Webhook> = week.iter().filter(|_| chance.random_bool(0.2)).cloned().collect();
                week.extend(again);
                week.shuffle(&mut chance);
            });
            shuffled.push((seed, state.await));
        }
        let in_order = plays(world, |_| ()).await;
        assert!(in_order.lines().count() >= 12, "{in_order}");
        for (seed, state) in shuffled {
            is_the_same(seed, &in_order, &state);
        }
    }

    /// A4: Meta redelivers for up to seven days.
    async fn a_week_that_is_delivered_again_changes_nothing(world: World) {
        let sent = answered(&world).await;
        let week = a_week(&world, &sent, 4);
        let mut states = Vec::new();
        for _ in 0..2 {
            for webhook in &week {
                world.deliver("wa-main", webhook).await;
            }
            world.read_all().await;
            states.push(world.canonical_export("zwanendam").await);
            world.hours_later(7 * 24);
        }
        is_the_same(4, &states[0], &states[1]);
    }

    /// 2.4: a late message goes to its place, and those of one second stand in the order of the platform's ids.
    async fn messages_stand_in_the_residents_order(world: World) {
        let number = world.number("wa-main").settings;
        let begin = world.now();
        for (wamid, seconds, text) in [
            ("wamid.C", 20, "derde"),
            ("wamid.E", 20, "vijfde"),
            ("wamid.A", 0, "eerste"),
            ("wamid.D", 20, "vierde"),
            ("wamid.B", 10, "tweede"),
        ] {
            let at = begin + SignedDuration::from_secs(seconds);
            let webhook = Webhook::about(&number).text(("31600000007", "Yusuf"), wamid, at, text);
            world.deliver("wa-main", &webhook).await;
            world.read_all().await;
        }
        let talk = world.conversation_of("wa-main", "wamid.A").await.expect("it is there");
        let ctx = world.ctx("Noor").await;
        let page = usecases::conversations::Page::After(None);
        let page = usecases::conversations::read_messages(&ctx, talk, page, 100).await.expect("it is there");
        let texts: Vec<_> = page.items.iter().filter_map(|view| view.message.text.as_deref()).collect();
        assert_eq!(texts, ["eerste", "tweede", "derde", "vierde", "vijfde"]);
    }

    /// 2.4: a sender's clock is believed within seven days back and five minutes ahead.
    async fn a_message_from_the_far_future_does_not_stand_below_everything_for_ever(world: World) {
        let future = "2099-01-01T00:00:00Z".parse().expect("a moment");
        let talk = world.resident("Yusuf").sent_at(future).writes("Uit de toekomst").await;
        world.seconds_later(600);
        world.resident("Yusuf").writes("Van nu").await;
        let messages = world.agent("Noor").await.reads(&talk).await;
        let texts: Vec<_> = messages.iter().filter_map(|view| view.message.text.as_deref()).collect();
        assert_eq!(texts, ["Uit de toekomst", "Van nu"]);
    }
}
