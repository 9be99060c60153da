//! Who wrote: numbers, ids, numbers that pass to somebody else, and two authors who prove to be one (A3, A4).

use std::collections::BTreeSet;

use domain::access::Scope;
use domain::happenings::Happened;
use domain::ids::ConversationId;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use simulation::both_databases;
use simulation::world::webhook::{Webhook, Who};
use simulation::world::{Talk, TestEngine, World};
use usecases::conversations::read_lines;

const BY_PHONE: Who<'static> = Who { phone: Some("31600000001"), user_id: None };
const BY_ID: Who<'static> = Who { phone: None, user_id: Some("NL.1") };
const BY_BOTH: Who<'static> = Who { phone: Some("31600000001"), user_id: Some("NL.1") };
const NEW_OWNER: Who<'static> = Who { phone: Some("31600000001"), user_id: Some("NL.2") };

fn text(world: &World, who: Who<'_>, wamid: &str, at: Timestamp) -> Webhook {
    let message = json!({"id": wamid, "type": "text", "timestamp": at.as_second().to_string(),
        "text": {"body": format!("Dit is {wamid}")}});
    Webhook::about(&world.number("wa-main").settings).message_of(who, message)
}

/// Somebody writes, and is named as the platform chooses to; it is read when this returns.
async fn writes(world: &World, who: Who<'_>, wamid: &str) -> Talk {
    world.seconds_later(60);
    world.deliver("wa-main", &text(world, who, wamid, world.now())).await;
    world.read_all().await;
    let conversation = place(world, wamid).await;
    Talk {
        conversation,
        account: "wa-main".to_owned(),
        phone: who.phone.unwrap_or_default().to_owned(),
        wamid: wamid.to_owned(),
    }
}

async fn place(world: &World, wamid: &str) -> ConversationId {
    world.conversation_of("wa-main", wamid).await.expect("it is in a conversation")
}

async fn journal(world: &World) -> Vec<Happened> {
    let scope = Scope::whole("zwanendam".parse().expect("a short name"));
    let mut reader = world.installation.store.read(&scope);
    let entries = store::tables::journal::after(&mut reader, 0, 10_000).await.expect("the store answers");
    entries.into_iter().map(|entry| entry.happened).collect()
}

/// A month of a few residents whom the platform names now by number, now by id, now by both; some of them get another
/// number. In the order in which it happened.
fn a_month(world: &World, seed: u64) -> Vec<Webhook> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let about = Webhook::about(&world.number("wa-main").settings);
    let mut at = world.now();
    let mut told = Vec::new();
    for resident in 0..4 {
        let (phone, id) = (format!("3160000010{resident}"), format!("NL.10{resident}"));
        let (new_phone, new_id) = (format!("3160000020{resident}"), format!("NL.20{resident}"));
        let before = Who { phone: Some(&phone), user_id: Some(&id) };
        let after = Who { phone: Some(&new_phone), user_id: Some(&new_id) };
        let moves_after = if resident % 2 == 0 { 5 } else { 99 };
        let mut last = String::new();
        for turn in 0..9 {
            at += SignedDuration::from_secs(chance.random_range(30..7200));
            let wamid = format!("wamid.{resident}-{turn}");
            let has = if turn > moves_after { after } else { before };
            let named = match chance.random_range(0..3) {
                0 => Who { user_id: None, ..has },
                1 => Who { phone: None, ..has },
                _ => has,
            };
            let seconds = at.as_second().to_string();
            told.push(match turn {
                _ if turn == moves_after => about.clone().new_number((before, after), &wamid, at),
                // Sooner or later the platform names both.
                2 | 7 => text(world, has, &wamid, at),
                3 => about.clone().echo(&phone, &wamid, at, "Wij hebben u gebeld."),
                6 => about.clone().message_of(named, json!({"id": wamid, "type": "edit", "timestamp": seconds,
                    "edit": {"original_message_id": last, "message": {"type": "text", "text": {"body": "Beter"}}}})),
                _ => {
                    last.clone_from(&wamid);
                    text(world, named, &wamid, at)
                }
            });
        }
    }
    told
}

async fn plays(world: World, arrange: impl FnOnce(&mut Vec<Webhook>)) -> String {
    let mut month = a_month(&world, world.seed());
    arrange(&mut month);
    world.hours_later(6 * 24);
    for some in month.chunks(4) {
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

both_databases! {
    /// A4: in whatever order the platform tells it, and however often, each resident is one author in the end.
    async fn who_is_one_author_does_not_depend_on_the_order_of_arrival(world: World) {
        let seeds: &[u64] = match world.engine() {
            TestEngine::Sqlite { .. } => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            TestEngine::Postgres { .. } => &[13, 14, 15],
        };
        let mut shuffled = Vec::new();
        for &seed in seeds {
            let state = plays(another(&world).await, |month| {
                let mut chance = ChaCha8Rng::seed_from_u64(seed);
                let again: Vec<Webhook> = month.iter().filter(|_| chance.random_bool(0.2)).cloned().collect();
                month.extend(again);
                month.shuffle(&mut chance);
            });
            shuffled.push((seed, state.await));
        }
        let in_order = plays(world, |_| ()).await;
        assert_eq!(in_order.lines().count(), 4, "one conversation with each: {in_order}");
        assert!(in_order.contains("\"edited\":\"Beter\""), "{in_order}");
        for (seed, state) in shuffled {
            assert_eq!(in_order, state, "seed {seed}");
        }
    }

    /// T6: whoever gets a number that was given out again reads nothing of its former owner, and the other way round.
    async fn the_new_owner_of_a_number_gets_a_conversation_of_their_own(world: World) {
        let former = writes(&world, BY_BOTH, "wamid.1").await;
        // It could have failed: the number alone, or with the same id, leads to the same conversation.
        assert_eq!(writes(&world, BY_PHONE, "wamid.2").await.conversation, former.conversation);
        assert_eq!(writes(&world, BY_ID, "wamid.3").await.conversation, former.conversation);
        let new = writes(&world, NEW_OWNER, "wamid.4").await;
        assert_ne!(new.conversation, former.conversation);
        // From now on the number is the new owner's, and the former one is known by their id.
        assert_eq!(writes(&world, BY_PHONE, "wamid.5").await.conversation, new.conversation);
        assert_eq!(writes(&world, BY_ID, "wamid.6").await.conversation, former.conversation);
        let noor = world.agent("Noor").await;
        for (talk, expected) in [(&former, vec!["NL.1"]), (&new, vec!["31600000001", "NL.2"])] {
            let names: BTreeSet<String> =
                noor.sees(talk).await.identifiers.into_iter().map(|name| name.value).collect();
            assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        }
        assert_eq!(noor.reads(&former).await.len(), 4);
    }

    /// Everything of both stands in the older conversation: notes, answers on their way, who works on it.
    async fn two_conversations_of_one_author_become_one_and_nothing_is_lost(world: World) {
        let first = writes(&world, BY_PHONE, "wamid.1").await;
        let noor = world.agent("Noor").await;
        world.seconds_later(60);
        noor.notes(&first, "Belt morgen terug.").await;
        let second = writes(&world, BY_ID, "wamid.2").await;
        assert_ne!(first.conversation, second.conversation, "nothing says yet that they are one");
        world.seconds_later(60);
        let fatima = world.agent("Fatima").await;
        fatima.takes(&second).await;
        let queued = fatima.replies(&second, "We kijken ernaar.").await;
        let joined = writes(&world, BY_BOTH, "wamid.3").await;
        assert_eq!(joined.conversation, first.conversation, "the older one stays");
        for wamid in ["wamid.1", "wamid.2", "wamid.3"] {
            assert_eq!(place(&world, wamid).await, first.conversation);
        }
        let texts: Vec<_> = noor.reads(&first).await.into_iter().filter_map(|view| view.message.text).collect();
        let expected = ["Dit is wamid.1", "Belt morgen terug.", "Dit is wamid.2", "We kijken ernaar.", "Dit is wamid.3"];
        assert_eq!(texts, expected);
        let parts = noor.parts(&first).await;
        assert_eq!(parts.iter().map(|part| (part.message, part.conversation)).collect::<Vec<_>>(),
            [(queued, first.conversation)], "its answer still leaves");
        let view = noor.sees(&first).await;
        assert_eq!(view.listed.conversation.assignee, Some(fatima.id()), "who wrote last");
        let messages = noor.reads(&first).await;
        assert_eq!(view.listed.conversation.waiting_since_at, Some(messages[0].message.sent_at),
            "the answer in the other conversation was none to the first question");
        assert!(noor.tries_to_see(second.conversation).await.is_err(), "the other is no more");
        let happened = journal(&world).await;
        let (conversation, joined) = (first.conversation, second.conversation);
        assert!(happened.contains(&Happened::ConversationsJoined { conversation, joined }));
        let (lines, more) = read_lines(&noor.ctx, conversation, (None, None)).await.expect("may");
        let lines: Vec<_> = lines.into_iter().map(|line| line.happened).collect();
        let taken = Happened::Assigned { conversation: joined, assignee: Some(fatima.id()) };
        assert_eq!((lines, more), (vec![taken, Happened::ConversationsJoined { conversation, joined }], false));
        // Told again, nothing changes.
        let before = world.canonical_export("zwanendam").await;
        let told = |happened: Vec<Happened>| happened.into_iter().filter(|one| *one != Happened::Exported).count();
        let happened = told(journal(&world).await);
        for wamid in ["wamid.2", "wamid.3", "wamid.1"] {
            let who = if wamid == "wamid.1" { BY_PHONE } else { BY_BOTH };
            world.deliver("wa-main", &text(&world, who, wamid, world.now())).await;
        }
        world.read_all().await;
        assert_eq!(world.canonical_export("zwanendam").await, before);
        assert_eq!(told(journal(&world).await), happened);
    }

    /// What would have opened the closed conversation again does so when it shows whose it was.
    async fn a_message_under_another_name_opens_the_closed_conversation_again(world: World) {
        let closed = writes(&world, BY_PHONE, "wamid.1").await;
        world.agent("Noor").await.closes(&closed).await;
        let apart = writes(&world, BY_ID, "wamid.2").await;
        assert_ne!(apart.conversation, closed.conversation);
        let joined = writes(&world, BY_BOTH, "wamid.3").await;
        assert_eq!(joined.conversation, closed.conversation);
        assert_eq!(place(&world, "wamid.2").await, closed.conversation);
        // After the time for opening again it only follows the closed one.
        let (phone, id) = (Some("31600000008"), Some("NL.8"));
        let long_closed = writes(&world, Who { phone, user_id: None }, "wamid.4").await;
        world.agent("Noor").await.closes(&long_closed).await;
        world.hours_later(80);
        let later = writes(&world, Who { phone: None, user_id: id }, "wamid.5").await;
        let told = writes(&world, Who { phone, user_id: id }, "wamid.6").await;
        assert_eq!(told.conversation, later.conversation);
        let view = world.agent("Noor").await.sees(&later).await;
        assert_eq!(view.listed.conversation.previous, Some(long_closed.conversation));
    }

    /// A3: at the same moment, on both nodes, by every name.
    async fn names_that_come_at_the_same_moment_end_with_one_author(world: World) {
        let other = world.another_node().await;
        for round in 0..25 {
            let (phone, id) = (format!("31600{round:06}"), format!("NL.R{round}"));
            let both = Who { phone: Some(&phone), user_id: Some(&id) };
            let forms = [Who { user_id: None, ..both }, Who { phone: None, ..both }, both];
            let told: Vec<Webhook> = (0..9)
                .map(|number| text(&world, forms[number % 3], &format!("wamid.{round}-{number}"), world.now()))
                .collect();
            join_all(told.iter().map(|webhook| world.deliver("wa-main", webhook))).await;
            let claimed = world.installation.store.inbox().claim(10, 60).await.expect("the store answers");
            assert_eq!(claimed.len(), 9);
            let nodes = [Some(&world.installation), other.as_ref()];
            let nodes: Vec<_> = nodes.into_iter().flatten().cycle().zip(&claimed).collect();
            let read = join_all(nodes.into_iter().map(|(node, event)| usecases::ingest::read_event(node, event))).await;
            assert!(read.iter().all(|read| read.as_ref().is_ok_and(|read| read.done == 1)), "round {round}: {read:?}");
            let mut conversations = BTreeSet::new();
            for number in 0..9 {
                conversations.insert(place(&world, &format!("wamid.{round}-{number}")).await);
            }
            assert_eq!(conversations.len(), 1, "round {round}");
        }
    }

    /// A number that was given up may be somebody else's: an answer goes to the name that was seen last.
    async fn an_answer_never_goes_to_a_number_that_was_given_up(world: World) {
        let first = writes(&world, BY_BOTH, "wamid.1").await;
        world.agent("Noor").await.replies(&first, "Wij gaan kijken.").await;
        let sent_to = async |talk: &Talk| {
            let parts = world.agent("Noor").await.parts(talk).await;
            let data = parts.last().expect("a part").steps[0].data.clone();
            (data["to"].as_str().map(str::to_owned), data["recipient"].as_str().map(str::to_owned))
        };
        assert_eq!(sent_to(&first).await, (BY_BOTH.phone.map(str::to_owned), None));
        world.seconds_later(60);
        let (before, after) = (BY_BOTH, Who { phone: None, user_id: Some("NL.9") });
        let about = Webhook::about(&world.number("wa-main").settings);
        world.deliver("wa-main", &about.new_number((before, after), "wamid.N", world.now())).await;
        world.read_all().await;
        let later = writes(&world, after, "wamid.2").await;
        assert_eq!(later.conversation, first.conversation, "still the same person");
        world.agent("Noor").await.replies(&later, "De lamp is gemaakt.").await;
        assert_eq!(sent_to(&later).await, (None, Some("NL.9".to_owned())));
    }

    /// DESIGN 1.1: a number went from one to another. Reading everything again does not make one person of them.
    async fn reading_again_does_not_join_the_former_and_the_new_owner_of_a_number(world: World) {
        let (work, own) = (Who { phone: Some("31600000061"), user_id: None }, Who { phone: Some("31600000062"), user_id: None });
        let former = writes(&world, work, "wamid.1").await;
        let about = || Webhook::about(&world.number("wa-main").settings);
        world.hours_later(4 * 24);
        let notice = about().new_number((work, own), "wamid.N", world.now());
        world.deliver("wa-main", &notice).await;
        world.read_all().await;
        world.hours_later(5 * 24);
        let new = writes(&world, Who { phone: work.phone, user_id: Some("NL.61") }, "wamid.2").await;
        assert_ne!(former.conversation, new.conversation);
        let before = world.canonical_export("zwanendam").await;
        let fatima = world.ctx("Fatima").await;
        usecases::ingest::replay_all(&fatima, Timestamp::MIN, |_| ()).await.expect("may");
        world.read_all().await;
        world.deliver("wa-main", &notice).await;
        world.read_all().await;
        assert_eq!(world.canonical_export("zwanendam").await, before);
        assert!(!journal(&world).await.iter().any(|one| matches!(one, Happened::AuthorsJoined { .. })));
    }

    /// C8: the answer to a reply was lost on the line, and meanwhile its conversation went into another.
    async fn a_reply_that_is_repeated_after_a_join_is_the_first_one(world: World) {
        let older = writes(&world, BY_PHONE, "wamid.1").await;
        let younger = writes(&world, BY_ID, "wamid.2").await;
        let noor = world.ctx("Noor").await;
        let form = || simulation::world::reply(younger.conversation, "Wij gaan kijken.", "form-1");
        let first = usecases::conversations::reply_to_conversation(&noor, form()).await.expect("taken");
        let joined = writes(&world, BY_BOTH, "wamid.3").await;
        assert_eq!(joined.conversation, older.conversation);
        let again = usecases::conversations::reply_to_conversation(&noor, form()).await.expect("the first one");
        assert_eq!(again, first);
        assert_eq!(world.agent("Noor").await.parts(&joined).await.len(), 1);
    }
}
