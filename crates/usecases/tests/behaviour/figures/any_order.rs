//! The order in which a platform tells does not matter, nor how often and how late (A4, 2.4, 2.5).

use std::collections::BTreeMap;

use domain::channels::{After, Answer, ProviderId};
use domain::outbox::Purpose;
use futures_util::future::join_all;
use jiff::SignedDuration;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulation::both_databases;
use simulation::figures::figure;
use simulation::world::webhook::Webhook;
use simulation::world::{Talk, TestEngine, World};
use usecases::outbox::{EnterFlight, claim_parts, enter_flight, record_after};

use super::week::{Answered, Week, answer_to, phone, reports};

/// Deliveries that are read together.
const TOGETHER: usize = 20;
/// Seconds after which the whole week is behind us; what happened at its beginning is still believed.
const WEEK_SECONDS: i64 = 7 * 24 * 3600 - 3600;

fn week() -> Week {
    Week { residents: figure(16, 400), events: figure(300, 10_000) }
}

/// When the platform reports on an answer that we sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reports {
    /// Once it is sent.
    Later,
    /// Every other one before we know that it was sent, and backwards: read, delivered, sent.
    BeforeTheAnswer,
}

/// Everybody wrote once.
async fn everybody_writes(world: &World, residents: u32) -> Vec<Talk> {
    let number = world.number("wa-main").settings;
    let firsts: Vec<_> = (0..residents).map(|who| (phone(who), format!("wamid.FIRST{who:04}"))).collect();
    for (phone, wamid) in &firsts {
        let webhook = Webhook::about(&number).text((phone, "Resident"), wamid, world.now(), "Goedemorgen");
        world.deliver("wa-main", &webhook).await;
    }
    world.read_all().await;
    let mut talks = Vec::new();
    for (phone, wamid) in firsts {
        let conversation = world.conversation_of("wa-main", &wamid).await.expect("it is there");
        talks.push(Talk { conversation, account: "wa-main".to_owned(), phone, wamid });
    }
    talks
}

/// Everybody wrote and is answered from Gehoor.
async fn answered(world: &World, residents: u32, when: Reports) -> Vec<Answered> {
    let talks = everybody_writes(world, residents).await;
    world.seconds_later(60);
    let begin = world.now() + SignedDuration::from_secs(60);
    let noor = world.agent("Noor").await;
    for talk in &talks {
        noor.replies(talk, "Goedemorgen, wat kunnen we voor u doen?").await;
    }
    let places: BTreeMap<_, _> = talks.iter().enumerate().map(|(at, talk)| (talk.conversation, at)).collect();
    let mut sent: Vec<Option<Answered>> = vec![None; talks.len()];
    loop {
        let node = &world.installation;
        let parts = claim_parts(node, 32).await.expect("the store answers");
        if parts.is_empty() {
            break;
        }
        for part in &parts {
            assert_eq!(enter_flight(node, part).await.expect("the store answers"), EnterFlight::Go);
        }
        for part in parts {
            let mut provider_id = None;
            if part.purpose == Purpose::Message {
                let at = places[&part.conversation];
                let phone = talks[at].phone.clone();
                let one = Answered {
                    wamid: answer_to(&phone),
                    phone,
                    tracker: part.id.to_string(),
                };
                provider_id = ProviderId::new(&one.wamid).ok();
                if when == Reports::BeforeTheAnswer && at % 2 == 1 {
                    let number = world.number("wa-main").settings;
                    for report in reports(&number, begin, at, &one).iter().rev() {
                        world.deliver("wa-main", report).await;
                    }
                    world.read_all().await;
                }
                sent[at] = Some(one);
            }
            let after = After::Ended(Answer::Delivered { provider_id });
            record_after(node, &part, after, 0.5).await.expect("the store answers");
        }
    }
    world.clock.set(begin);
    sent.into_iter().map(|one| one.expect("everybody was answered")).collect()
}

/// As it happens, each event when it happened; what became of it is looked at when the week is over.
async fn plays_in_order(world: &World) -> String {
    let week = week();
    let sent = answered(world, week.residents, Reports::Later).await;
    let begin = world.now();
    for some in week.told(world, &sent, 4).chunks(TOGETHER) {
        for (moment, webhook) in some {
            world.clock.set(*moment);
            world.deliver("wa-main", webhook).await;
        }
        world.read_all().await;
    }
    world.clock.set(begin + SignedDuration::from_secs(WEEK_SECONDS));
    state(world).await
}

/// All of it at the end of the week, in any order and some of it twice; and some of it once more seven days later.
async fn plays_in_any_order(world: &World, seed: u64) -> String {
    let week = week();
    let sent = answered(world, week.residents, Reports::BeforeTheAnswer).await;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut told: Vec<Webhook> = week.told(world, &sent, 4).into_iter().map(|(_, webhook)| webhook).collect();
    let again: Vec<Webhook> = told.iter().filter(|_| chance.random_bool(0.2)).cloned().collect();
    let late: Vec<Webhook> = told.iter().filter(|_| chance.random_bool(0.2)).cloned().collect();
    told.extend(again);
    told.shuffle(&mut chance);
    world.seconds_later(WEEK_SECONDS);
    tells(world, &told).await;
    world.hours_later(7 * 24);
    tells(world, &late).await;
    state(world).await
}

async fn tells(world: &World, told: &[Webhook]) {
    for some in told.chunks(TOGETHER) {
        join_all(some.iter().map(|webhook| world.deliver("wa-main", webhook))).await;
        world.read_all().await;
    }
}

async fn state(world: &World) -> String {
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
    /// A4: shuffled, some of it twice, some of it again after seven days, statuses backwards and before the sends that
    /// they are about.
    async fn a_week_told_in_any_order_ends_as_it_happened(world: World) {
        let in_order = plays_in_order(&world).await;
        assert!(in_order.lines().count() >= week().residents as usize, "{in_order}");
        // PostgreSQL forces each change to disk by itself, so it gets fewer.
        let seeds: &[u64] = match world.engine() {
            TestEngine::Sqlite { .. } => &[1, 20_261_122],
            TestEngine::Postgres { .. } => &[5],
        };
        for &seed in seeds {
            let state = plays_in_any_order(&another(&world).await, seed).await;
            is_the_same(seed, &in_order, &state);
        }
        println!("{} events, {} shuffles, {} bytes of state", week().events, seeds.len(), in_order.len());
    }

    /// A4: Meta redelivers for up to seven days.
    async fn a_week_that_is_delivered_again_changes_nothing(world: World) {
        let few = Week { residents: 12, events: 200 };
        let sent = answered(&world, few.residents, Reports::Later).await;
        let told: Vec<_> = few.told(&world, &sent, 4).into_iter().map(|(_, webhook)| webhook).collect();
        world.seconds_later(WEEK_SECONDS);
        let mut states = Vec::new();
        for _ in 0..2 {
            tells(&world, &told).await;
            states.push(state(&world).await);
            world.hours_later(7 * 24);
        }
        is_the_same(4, &states[0], &states[1]);
    }
}
