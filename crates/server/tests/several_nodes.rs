//! Two nodes on one PostgreSQL: a message that comes to both is one message (A2), and a part is sent by one of them,
//! whatever is stopped, woken late or killed (C5, C6).

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use domain::happenings::Happened;
use serde_json::{Value, json};
use simulation::figures::figure;
use simulation::platforms::{FaultOrder, Inbound, signature};
use support::{Chance, Engine, Node, Site, free_port, until};

const ITEMS: usize = 1_000;
const RESIDENTS: usize = 100;
/// Sends of one account under way at once, over all nodes: what a disturbance can leave unknown (C9).
const AT_ONCE: usize = 3;
/// Longer than any lease.
const LONG: Duration = Duration::from_secs(32);
/// Longer than any request to the platform of this test lasts, and all the work around it.
const STUCK: Duration = Duration::from_millis(700);
/// So long nodes are disturbed at most: a product that sends nothing must end the test, too.
const DISTURBED_FOR: Duration = Duration::from_secs(100);
/// Replies that leave between two disturbances: what is disturbed while nothing moves shows nothing.
const BETWEEN: usize = 70;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_told_in_every_way_over_two_nodes_is_one_message() {
    let Some(site) = Site::on(Engine::Postgres).await else { return };
    let (nodes, token) = ([site.start(free_port()), site.start(free_port())], site.token());
    let messages = figure(50, 1_000);
    let mut told = 0;
    for number in 0..messages {
        told += tell(&site, &nodes, &delivery(&site, number)).await;
    }
    until(Duration::from_secs(figure(60, 600)), "everything is read", async || {
        let page = site.get(nodes[0].port, &token, "/raw-events?state=received").await;
        page.is_some_and(|page| page["items"].as_array().unwrap().is_empty())
    })
    .await;
    let mut per_id: BTreeMap<String, u32> = BTreeMap::new();
    for line in site.export(nodes[1].port, &token).await {
        if line["direction"] == "in" {
            *per_id.entry(line["providerId"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(per_id.len(), messages);
    assert!(per_id.values().all(|count| *count == 1), "{per_id:?}");
    assert_eq!(site.conversations(nodes[0].port, &token).await.len(), 10);
    drop(nodes);
    assert_eq!(told_of(&site).await, messages, "colleagues and live pages are told of each once");
    assert_eq!(
        site.stored_copies().await.values().sum::<u32>(),
        told,
        "what was answered with 200 is stored"
    );
    println!("{messages} messages, {told} deliveries");
}

/// Three times in series, in two other writings, and ten times on each node at once; returns how often that is.
async fn tell(site: &Site, nodes: &[Node; 2], body: &str) -> u32 {
    let json: Value = serde_json::from_str(body).unwrap();
    let turned = format!("{{\"entry\": {},\r\n\t\"object\": {}}}", json["entry"], json["object"]);
    let writings = [body, body, body, &serde_json::to_string_pretty(&json).unwrap(), &turned];
    for (place, writing) in writings.into_iter().enumerate() {
        assert_eq!(post(site, nodes[place % 2].port, writing).await, 200);
    }
    let posts = (0..20).map(|copy| post(site, nodes[copy % 2].port, body));
    for status in futures_util::future::join_all(posts).await {
        assert_eq!(status, 200);
    }
    25
}

async fn post(site: &Site, port: u16, body: &str) -> u16 {
    let signed = signature(&site.number.settings.app_secret, body.as_bytes());
    let request = site.http.post(format!("http://127.0.0.1:{port}/hooks/wa-main"));
    let request = request.header("x-hub-signature-256", &signed).body(body.to_owned());
    request.send().await.unwrap().status().as_u16()
}

/// Lines of the journal that say that a message came. No node runs.
async fn told_of(site: &Site) -> usize {
    let (store, scope) = (site.store().await, site.scope());
    let mut reader = store.read(&scope);
    let (mut messages, mut lines, mut at) = (BTreeSet::new(), 0, 0);
    loop {
        let page = store::tables::journal::after(&mut reader, at, 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        at = last.position;
        for entry in page {
            if let Happened::MessageReceived { message, .. } = entry.happened {
                lines += 1;
                messages.insert(message);
            }
        }
    }
    assert_eq!(lines, messages.len(), "a message was told of twice");
    lines
}

fn delivery(site: &Site, number: usize) -> String {
    let from = format!("3160000{:04}", number % 10);
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": site.number.settings.phone_number_id },
        "contacts": [{ "profile": { "name": "Yusuf" }, "wa_id": from }],
        "messages": [{ "from": from, "id": format!("wamid.two-nodes-{number}"), "timestamp": "1772438400",
                       "type": "text", "text": { "body": format!("bericht {number}") } }],
    }}]}]})
    .to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_replies_over_two_nodes_that_stop_wake_and_die_are_sent_at_most_once() {
    let Some(site) = Site::on(Engine::Postgres).await else { return };
    let token = site.token();
    let mut nodes = [site.start(free_port()), site.start(free_port())];
    let (first, second) = (nodes[0].port, nodes[1].port);
    site.deliver_to(first);
    residents_write(&site).await;
    until(Duration::from_secs(60), "everybody is known", async || {
        site.conversations(first, &token).await.len() == RESIDENTS
    })
    .await;
    // The platform asks for patience once, so that all are queued before the first leaves.
    let patience = FaultOrder {
        retry_after: Some("60".to_owned()),
        ..FaultOrder::once("rate_limited")
    };
    site.platforms.order_fault(patience).unwrap();
    queue_replies(&site, [first, second], &token).await;
    // Slow enough that a node is nearly always stopped or killed with requests under way, and never reported on:
    // what nobody told stays unknown.
    for order in [
        FaultOrder {
            probability: Some(1.0),
            hold_ms: Some(30),
            ..FaultOrder::once("accept_then_timeout")
        },
        FaultOrder { probability: Some(1.0), ..FaultOrder::once("no_status") },
    ] {
        site.platforms.order_fault(FaultOrder { times: None, ..order }).unwrap();
    }
    site.replace_token();
    let disturbed = disturb(&site, &mut nodes, &token).await;
    println!("{disturbed:?}");
    until(Duration::from_secs(60), "nothing is on its way out", async || {
        on_the_way(&site, first, &token, &["queued", "claimed", "in_flight"]).await == Some(BTreeSet::new())
    })
    .await;
    let accepted = site.accepted_per_text();
    let twice: Vec<_> = accepted.iter().filter(|(_, count)| **count > 1).take(5).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    let unknown = unknown_of_all(&site, second, &token).await;
    println!("{ITEMS} replies, {} accepted, {unknown} unknown", accepted.len());
    assert!(
        disturbed.accepted_at.first().is_some_and(|first| *first < ITEMS / 4),
        "disturbed too late"
    );
    assert!(disturbed.hits > 0, "no disturbance hit a part in flight: this run shows nothing");
    assert!(unknown > 0, "the disturbances left nothing unknown: this run shows nothing");
    let (most, losing) = (disturbed.losing() * AT_ONCE, disturbed.losing());
    assert!(unknown <= most, "{unknown} unknown after {losing} kills and stops longer than a lease");
}

/// How many replies ended as unknown; every other one was accepted.
async fn unknown_of_all(site: &Site, port: u16, token: &str) -> usize {
    let (mut unknown, mut in_all) = (0, 0);
    for line in site.export(port, token).await {
        if line["direction"] == "out" {
            in_all += 1;
            match line["deliveryStatus"].as_str().unwrap() {
                "accepted" | "sent" | "delivered" | "read" => (),
                "unknown" => unknown += 1,
                other => panic!("a reply ended as {other}"),
            }
        }
    }
    assert_eq!(in_all, ITEMS);
    unknown
}

async fn residents_write(site: &Site) {
    for number in 0..RESIDENTS {
        let inbound = Inbound {
            from: format!("3160000{number:04}"),
            name: "Yusuf".to_owned(),
            texts: vec!["Wanneer komt de vuilniswagen?".to_owned()],
            ..Inbound::default()
        };
        site.platforms
            .whatsapp()
            .inbound(&site.number.settings.phone_number_id, &inbound)
            .unwrap();
    }
    site.delivered(Duration::from_secs(60)).await;
}

async fn queue_replies(site: &Site, ports: [u16; 2], token: &str) {
    let conversations = site.conversations(ports[0], token).await;
    for batch in (0..ITEMS).collect::<Vec<_>>().chunks(20) {
        let asked = batch.iter().map(|number| {
            let conversation = &conversations[number % conversations.len()];
            let port = ports[number % 2];
            async move { site.reply(port, token, conversation, &format!("antwoord {number}")).await }
        });
        for status in futures_util::future::join_all(asked).await {
            assert_eq!(status, Some(202));
        }
    }
}

/// The parts in these states, as a node tells; `None` when it does not.
async fn on_the_way(site: &Site, port: u16, token: &str, states: &[&str]) -> Option<BTreeSet<String>> {
    let mut parts = BTreeSet::new();
    for state in states {
        let page = site.get(port, token, &format!("/outbox?state={state}")).await?;
        let ids = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part["id"].as_str().unwrap().to_owned());
        parts.extend(ids);
    }
    Some(parts)
}

/// What was done to the nodes, and what it hit.
#[derive(Debug, Default)]
struct Disturbed {
    /// kill -9.
    kills: usize,
    /// Stops that were longer than a lease.
    long_stops: usize,
    /// Stops after which a node still has what it had: they may leave nothing unknown.
    short_stops: usize,
    /// Disturbances after which a part stayed in flight that nobody was sending any more.
    hits: usize,
    /// How many replies the platform had at each of them.
    accepted_at: Vec<usize>,
}

impl Disturbed {
    /// Disturbances that may each leave what was under way unknown, and nothing else may.
    fn losing(&self) -> usize {
        self.kills + self.long_stops
    }
}

/// A node that is stopped for longer than any lease, by its place, and since when.
type Asleep = Option<(usize, Instant)>;

/// Stops, wakes and kills from the first send to the last: one node at a time is stopped for longer than any lease, and
/// the other, or both, for a moment or for good, again and again.
async fn disturb(site: &Site, nodes: &mut [Node; 2], token: &str) -> Disturbed {
    let (mut chance, mut disturbed, mut asleep) = (Chance::seeded(11), Disturbed::default(), Asleep::None);
    let mut stuck = BTreeSet::new();
    let began = Instant::now();
    while began.elapsed() < DISTURBED_FOR {
        asleep = asleep.filter(|(place, since)| {
            let goes_on = since.elapsed() < LONG;
            if !goes_on {
                nodes[*place].signal("CONT");
            }
            goes_on
        });
        let awake = nodes[asleep.map_or(0, |(asleep, _)| 1 - asleep)].port;
        let place = match asleep {
            Some((asleep, _)) => 1 - asleep,
            None => usize::try_from(chance.below(2)).unwrap(),
        };
        if on_the_way(site, awake, token, &["queued", "claimed"]).await == Some(BTreeSet::new()) {
            break;
        }
        let accepted = site.accepted_per_text().len();
        if accepted < disturbed.accepted_at.last().map_or(1, |last| last + BETWEEN) {
            tokio::time::sleep(Duration::from_millis(20 + chance.below(60))).await;
            continue;
        }
        disturbed.accepted_at.push(accepted);
        match chance.below(5) {
            0 if asleep.is_none() => {
                nodes[place].signal("STOP");
                asleep = Some((place, Instant::now()));
                disturbed.long_stops += 1;
            }
            0..=2 => {
                let port = nodes[place].port;
                nodes[place].child.kill().unwrap();
                nodes[place].child.wait().unwrap();
                nodes[place] = site.start(port);
                disturbed.kills += 1;
            }
            _ => {
                nodes[place].signal("STOP");
                tokio::time::sleep(Duration::from_millis(200 + chance.below(2_000))).await;
                nodes[place].signal("CONT");
                disturbed.short_stops += 1;
            }
        }
        let awake = nodes[asleep.map_or(0, |(asleep, _)| 1 - asleep)].port;
        let now_stuck = stays_in_flight(site, awake, token).await;
        disturbed.hits += usize::from(now_stuck.difference(&stuck).next().is_some());
        stuck.extend(now_stuck);
    }
    if let Some((place, since)) = asleep {
        // Nothing is shorter than it is counted for.
        tokio::time::sleep(LONG.saturating_sub(since.elapsed())).await;
        nodes[place].signal("CONT");
    }
    disturbed
}

/// Parts that are in flight for longer than anybody who is awake needs to send them.
async fn stays_in_flight(site: &Site, port: u16, token: &str) -> BTreeSet<String> {
    let before = on_the_way(site, port, token, &["in_flight"]).await.unwrap_or_default();
    tokio::time::sleep(STUCK).await;
    let after = on_the_way(site, port, token, &["in_flight"]).await.unwrap_or_default();
    before.intersection(&after).cloned().collect()
}
