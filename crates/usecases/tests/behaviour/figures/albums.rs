//! Several pictures at once from somebody we never met (A3).

use std::collections::BTreeSet;

use domain::conversations::Counterpart;
use domain::happenings::Happened;
use futures_util::future::join_all;
use serde_json::json;
use simulation::both_databases;
use simulation::figures::figure;
use simulation::world::World;
use simulation::world::webhook::Webhook;
use store::inbox::RawState;
use usecases::conversations::{Page, read_conversation, read_messages};

const PICTURES: usize = 10;

/// The pictures of a round stand in one conversation, which is one author's, and are all that stands in it.
async fn is_one_album(world: &World, round: usize) {
    let mut conversations = BTreeSet::new();
    for picture in 0..PICTURES {
        let found = world.conversation_of("wa-main", &format!("wamid.{round}-{picture}")).await;
        conversations.insert(found.expect("every picture is there"));
    }
    assert_eq!(conversations.len(), 1, "round {round}: one conversation");
    let conversation = conversations.pop_first().expect("one, a line ago");
    let ctx = world.ctx("Noor").await;
    let page = read_messages(&ctx, conversation, Page::After(None), 100).await.expect("it is there");
    assert_eq!(page.items.len(), PICTURES, "round {round}: ten messages");
    let view = read_conversation(&ctx, conversation).await.expect("it is there");
    let Counterpart::Author(with) = view.listed.conversation.counterpart else {
        unreachable!("round {round}: a conversation with an author")
    };
    let authors: BTreeSet<_> = page.items.iter().map(|view| view.message.author).collect();
    assert_eq!(authors, BTreeSet::from([Some(with)]), "round {round}: one author");
}

both_databases! {
    /// A3: the pictures of an album come in ten deliveries at the same moment, to whichever node.
    async fn an_album_from_an_unknown_number_is_one_conversation_of_one_author(world: World) {
        let other = world.another_node().await;
        let rounds = figure(60, 500);
        let number = world.number("wa-main").settings;
        for round in 0..rounds {
            let phone = format!("31600{round:06}");
            let pictures: Vec<Webhook> = (0..PICTURES)
                .map(|picture| {
                    let message = json!({"id": format!("wamid.{round}-{picture}"), "type": "image",
                        "timestamp": world.now().as_second().to_string(),
                        "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}});
                    Webhook::about(&number).message((&phone, "Yusuf"), message)
                })
                .collect();
            join_all(pictures.iter().map(|picture| world.deliver("wa-main", picture))).await;
            let claimed = world.installation.store.inbox().claim(10, 60).await.expect("the store answers");
            assert_eq!(claimed.len(), PICTURES);
            let nodes = [Some(&world.installation), other.as_ref()];
            let nodes: Vec<_> = nodes.into_iter().flatten().cycle().zip(&claimed).collect();
            let read = join_all(nodes.into_iter().map(|(node, event)| usecases::ingest::read_event(node, event))).await;
            assert!(read.iter().all(|read| read.as_ref().is_ok_and(|read| read.done == 1)), "round {round}: {read:?}");
            let read = claimed.into_iter().map(|event| (event, RawState::Read)).collect();
            world.installation.store.inbox().finish(read).await.expect("the store answers");
            is_one_album(&world, round).await;
        }
        let told = crate::figures::journal(&world).await;
        let started = told.iter().filter(|what| matches!(what, Happened::ConversationStarted { .. })).count();
        let received = told.iter().filter(|what| matches!(what, Happened::MessageReceived { .. })).count();
        assert_eq!((started, received), (rounds, rounds * PICTURES));
    }
}
