//! The same thing told twice is one thing (A2, 2.3).

use domain::access::Scope;
use domain::happenings::Happened;
use futures_util::future::join_all;
use simulation::both_databases;
use simulation::world::webhook::{Webhook, signed};
use simulation::world::{World, knock, read_all};

async fn received(world: &World) -> usize {
    let scope = Scope::whole("zwanendam".parse().expect("a short name"));
    let mut reader = world.installation.store.read(&scope);
    let journal = store::tables::journal::after(&mut reader, 0, 10_000).await.expect("the store answers");
    journal
        .iter()
        .filter(|entry| matches!(entry.happened, Happened::MessageReceived { .. }))
        .count()
}

async fn is_one_message(world: &World, wamid: &str) {
    let conversation = world.conversation_of("wa-main", wamid).await.expect("it is there");
    let ctx = world.ctx("Noor").await;
    let page = usecases::conversations::Page::After(None);
    let page = usecases::conversations::read_messages(&ctx, conversation, page, 100)
        .await
        .expect("it is there");
    let same = page
        .items
        .iter()
        .filter(|view| view.message.provider_id.as_ref().is_some_and(|id| id.as_str() == wamid));
    assert_eq!(same.count(), 1);
    assert!(page.items.iter().all(|view| view.events.is_empty()), "a redelivery is no second content");
}

both_databases! {
    /// A2.
    async fn a_message_that_comes_three_times_is_one_message(world: World) {
        let webhook = world.resident("Yusuf").webhook("wamid.A2", "Hallo");
        for _ in 0..3 {
            world.deliver("wa-main", &webhook).await;
            world.read_all().await;
        }
        is_one_message(&world, "wamid.A2").await;
        assert_eq!(received(&world).await, 1);
    }

    /// A2.
    async fn a_message_that_comes_twenty_times_at_once_is_one_message(world: World) {
        let webhook = world.resident("Yusuf").webhook("wamid.A2", "Hallo");
        let request = webhook.request();
        let taken = join_all((0..20).map(|_| world.knock("wa-main", &request))).await;
        assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        join_all((0..4).map(|_| world.read_all())).await;
        is_one_message(&world, "wamid.A2").await;
        assert_eq!(received(&world).await, 1);
        assert_eq!(world.inbox("zwanendam").await["quarantined"], 0);
    }

    /// A2: the platform writes the same delivery with other spaces and in another order of its fields.
    async fn a_message_in_another_writing_is_the_same_message(world: World) {
        let webhook = world.resident("Yusuf").webhook("wamid.A2", "Één lantaarn is kapot 🙈");
        world.deliver("wa-main", &webhook).await;
        let json = webhook.json();
        let spaced = serde_json::to_vec_pretty(&json).expect("JSON");
        let (object, entry) = (&json["object"], &json["entry"]);
        let turned = format!("{{\"entry\": {entry},\r\n\t\"object\": {object}}}").into_bytes();
        let secret = world.number("wa-main").settings.app_secret;
        for body in [spaced, turned, json.to_string().into_bytes()] {
            world.knock("wa-main", &signed(&secret, body)).await.expect("a good delivery");
            world.read_all().await;
        }
        is_one_message(&world, "wamid.A2").await;
        assert_eq!(received(&world).await, 1);
    }

    /// A2: two nodes, ten times each, at once. One node serves SQLite, so there it is one.
    async fn two_nodes_that_get_the_same_message_keep_one(world: World) {
        let other = world.another_node().await;
        let nodes = [Some(&world.installation), other.as_ref()];
        for round in 0..10 {
            let wamid = format!("wamid.A2-{round}");
            let request = world.resident(&format!("Resident {round}")).webhook(&wamid, "Hallo").request();
            let knocks = nodes.iter().flatten().flat_map(|node| (0..10).map(|_| knock(node, "wa-main", &request)));
            let taken = join_all(knocks.collect::<Vec<_>>()).await;
            assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        }
        join_all(nodes.iter().flatten().map(|node| read_all(node))).await;
        for round in 0..10 {
            is_one_message(&world, &format!("wamid.A2-{round}")).await;
        }
        assert_eq!(received(&world).await, 10);
        assert_eq!(world.inbox("zwanendam").await["quarantined"], 0);
    }

    /// 2.3: the first stands, the second is kept as evidence.
    async fn another_text_under_a_known_id_is_kept_beside_the_first(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let second = world.resident("Yusuf").webhook(&talk.wamid, "De lantaarn is heel");
        for _ in 0..2 {
            world.deliver("wa-main", &second).await;
            world.read_all().await;
        }
        let messages = world.agent("Noor").await.reads(&talk).await;
        let [only] = messages.as_slice() else { unreachable!("one message, not {}", messages.len()) };
        assert_eq!(only.message.text.as_deref(), Some("De lantaarn is kapot"));
        let kept: Vec<_> = only.events.iter().map(|event| (event.kind.as_str(), event.detail.as_deref())).collect();
        assert_eq!(kept, [("second_content", Some("De lantaarn is heel"))]);
    }

    /// 2.3: one row per channel account and id, so that two numbers do not get in each other's way.
    async fn the_same_id_on_two_numbers_is_two_messages(world: World) {
        for account in ["wa-main", "wa-tweede", "wa-lindeveld"] {
            let number = world.number(account).settings;
            let webhook = Webhook::about(&number).text(("31600000007", "Yusuf"), "wamid.SAME", world.now(), account);
            world.deliver(account, &webhook).await;
        }
        world.read_all().await;
        let mut seen = std::collections::BTreeSet::new();
        for account in ["wa-main", "wa-tweede", "wa-lindeveld"] {
            seen.insert(world.conversation_of(account, "wamid.SAME").await.expect("it is there"));
        }
        assert_eq!(seen.len(), 3);
    }
}
