//! Several pictures at once from somebody we never met (A3).

use std::collections::BTreeSet;

use domain::happenings::Happened;
use futures_util::future::join_all;
use serde_json::json;
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{World, read_all};

both_databases! {
    /// A3: the pictures of an album come in ten deliveries at the same moment, to whichever node.
    async fn an_album_from_an_unknown_number_is_one_conversation_of_one_author(world: World) {
        let other = world.another_node().await;
        let rounds = if other.is_some() { 50 } else { 100 };
        let number = world.number("wa-main").settings;
        for round in 0..rounds {
            let phone = format!("31600{round:06}");
            let pictures: Vec<Webhook> = (0..10)
                .map(|picture| {
                    let message = json!({"id": format!("wamid.{round}-{picture}"), "type": "image",
                        "timestamp": world.now().as_second().to_string(),
                        "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}});
                    Webhook::about(&number).message((&phone, "Yusuf"), message)
                })
                .collect();
            join_all(pictures.iter().map(|picture| world.deliver("wa-main", picture))).await;
            let claimed = world.installation.store.inbox().claim(10, 60).await.expect("the store answers");
            assert_eq!(claimed.len(), 10);
            let nodes = [Some(&world.installation), other.as_ref()];
            let nodes: Vec<_> = nodes.into_iter().flatten().cycle().zip(&claimed).collect();
            let read = join_all(nodes.into_iter().map(|(node, event)| usecases::ingest::read_event(node, event))).await;
            assert!(read.iter().all(|read| read.as_ref().is_ok_and(|read| read.done == 1)), "round {round}: {read:?}");
            let mut conversations = BTreeSet::new();
            for picture in 0..10 {
                let found = world.conversation_of("wa-main", &format!("wamid.{round}-{picture}")).await;
                conversations.insert(found.expect("every picture is there"));
            }
            assert_eq!(conversations.len(), 1, "round {round}");
        }
        let scope = domain::access::Scope::whole("zwanendam".parse().expect("a short name"));
        let mut reader = world.installation.store.read(&scope);
        let mut at = 0;
        let (mut started, mut received) = (0, 0);
        loop {
            let page = store::tables::journal::after(&mut reader, at, 1000).await.expect("the store answers");
            let Some(last) = page.last() else { break };
            at = last.position;
            for entry in &page {
                match entry.happened {
                    Happened::ConversationStarted { .. } => started += 1,
                    Happened::MessageReceived { .. } => received += 1,
                    _ => (),
                }
            }
        }
        assert_eq!((started, received), (rounds, rounds * 10));
        drop(reader);
        read_all(&world.installation).await;
    }
}
