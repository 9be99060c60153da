//! Thousands of messages, each told again and again in every way that platforms have (A2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::channels::RawRequest;
use domain::happenings::Happened;
use futures_util::future::join_all;
use serde_json::Value;
use simulation::both_databases;
use simulation::figures::figure;
use simulation::world::webhook::signed;
use simulation::world::{World, knock, read_all};
use usecases::Installation;

/// Messages that are told together, so that what is read at the same time is different messages, too.
const TOGETHER: usize = 40;

/// Deliveries that come at the same moment: the copies of two messages. Of hundreds at once, a node that is busy may turn
/// some away for a while.
const AT_THE_DOOR: usize = 40;

/// How a platform tells the same thing again.
#[derive(Debug, Clone, Copy)]
enum Again {
    /// Three times, each after the last was read.
    InSeries,
    /// Twenty times at the same moment.
    AtOnce,
    /// With other spaces, in another order of the fields, escaped otherwise.
    InAnotherWriting,
    /// Ten times at the same moment on each of two nodes. One node serves SQLite, so there it is one.
    OnEveryNode,
}

impl Again {
    fn of(number: usize) -> Self {
        [Self::InSeries, Self::AtOnce, Self::InAnotherWriting, Self::OnEveryNode][number % 4]
    }

    /// The deliveries of one message: one list for each time that everything is read.
    fn rounds(self, nodes: &[Arc<Installation>], request: &RawRequest, secret: &str) -> Vec<Vec<Knock>> {
        let first = &nodes[0];
        let copies = |node: &Arc<Installation>, count: usize| -> Vec<Knock> {
            (0..count).map(|_| (Arc::clone(node), request.clone())).collect()
        };
        match self {
            Self::InSeries => (0..3).map(|_| copies(first, 1)).collect(),
            Self::AtOnce => vec![copies(first, 20)],
            Self::InAnotherWriting => {
                let writings = writings(&request.body).into_iter().map(|body| signed(secret, body));
                vec![writings.map(|request| (Arc::clone(first), request)).collect()]
            }
            Self::OnEveryNode => vec![nodes.iter().flat_map(|node| copies(node, 10)).collect()],
        }
    }
}

type Knock = (Arc<Installation>, RawRequest);

/// The same delivery as four platforms might write it.
fn writings(body: &[u8]) -> Vec<Vec<u8>> {
    let json: Value = serde_json::from_slice(body).expect("a delivery is JSON");
    let (object, entry) = (&json["object"], &json["entry"]);
    let turned = format!("{{\"entry\": {entry},\r\n\t\"object\": {object}}}");
    vec![
        body.to_vec(),
        serde_json::to_vec_pretty(&json).expect("JSON"),
        turned.into_bytes(),
        json.to_string().into_bytes(),
    ]
}

/// Tells some messages in their ways, and has them read on all nodes at once; returns how many deliveries that were.
async fn tell(world: &World, nodes: &[Arc<Installation>], numbers: impl Iterator<Item = usize>) -> usize {
    let secret = world.number("wa-main").settings.app_secret;
    let mut rounds: Vec<Vec<Knock>> = vec![Vec::new(); 3];
    for number in numbers {
        let resident = world.resident(&format!("Resident {}", number % 500));
        let webhook = resident.webhook(&wamid(number), &format!("Één lantaarn is kapot, nummer {number} 🙈"));
        for (round, knocks) in
            Again::of(number).rounds(nodes, &webhook.request(), &secret).into_iter().enumerate()
        {
            rounds[round].extend(knocks);
        }
    }
    let mut told = 0;
    for knocks in rounds {
        for some in knocks.chunks(AT_THE_DOOR) {
            let answers = join_all(some.iter().map(|(node, request)| knock(node, "wa-main", request))).await;
            assert!(answers.iter().all(Result::is_ok), "every delivery is answered with 200: {answers:?}");
            told += answers.len();
        }
        // Two readers on each node, as many as take part in a copy that is read twice at the same moment.
        join_all(nodes.iter().chain(nodes).map(read_all)).await;
    }
    told
}

fn wamid(number: usize) -> String {
    format!("wamid.A2-{number:05}")
}

/// How often each of the platform's ids stands in what the municipality owns.
async fn messages_per_id(world: &World) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for line in world.canonical_export("zwanendam").await.lines() {
        let conversation: Value = serde_json::from_str(line).expect("a line of the export is JSON");
        for message in conversation["messages"].as_array().expect("a list") {
            let id = message["id"].as_str().expect("a message of a resident has the platform's id");
            *found.entry(id.to_owned()).or_default() += 1;
            assert_eq!(message["events"], serde_json::json!([]), "{id}: a redelivery is no second content");
        }
    }
    found
}

both_databases! {
    /// A2: one message, one line in the journal (what colleagues and live pages are told by), and no error, for each.
    async fn every_message_is_one_message_however_often_and_wherever_it_is_told(world: World) {
        let ids = figure(120, 10_000);
        let mut nodes = vec![Arc::clone(&world.installation)];
        nodes.extend(world.another_node().await);
        let mut deliveries = 0;
        for begin in (0..ids).step_by(TOGETHER) {
            deliveries += tell(&world, &nodes, begin..ids.min(begin + TOGETHER)).await;
        }
        assert_eq!(world.inbox("zwanendam").await, BTreeMap::from([("quarantined", 0), ("read", deliveries), ("received", 0)]));
        let found = messages_per_id(&world).await;
        let wrong: Vec<_> = (0..ids).map(wamid).filter(|id| found.get(id) != Some(&1)).take(5).collect();
        assert!(wrong.is_empty() && found.len() == ids, "not one message each, of {}: {wrong:?}", found.len());
        let received: Vec<_> = crate::figures::journal(&world)
            .await
            .into_iter()
            .filter_map(|what| match what {
                Happened::MessageReceived { message, .. } => Some(message),
                _ => None,
            })
            .collect();
        let different: BTreeSet<_> = received.iter().collect();
        assert_eq!((received.len(), different.len()), (ids, ids), "each is told of once");
        println!("{ids} messages, {deliveries} deliveries");
    }
}
