//! A platform that has to be asked, with public conversations and replies in two steps; and with it, that a connector
//! joins without a change anywhere else ([`crate::prikbord`] says how).

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::channels::{ChannelName, SecretValue};
use domain::conversations::Counterpart;
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use drivers::{Poller, Sender};
use simulation::both_databases;
use simulation::world::{Talk, World, reply};
use usecases::configuration::{DeclaredAccount, apply_declaration};
use usecases::conversations::{Reply, reply_to_conversation};
use usecases::outbox::sweep_lost_leases;

use crate::prikbord::board::Board;
use crate::street::{egress, impatient};

struct Square {
    world: World,
    board: Board,
    poller: Poller,
    sender: Sender,
}

impl Square {
    async fn open(world: World) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let (board, address) = Board::opens().await;
        let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(1);
        declaration.users.clear();
        declaration.channel_accounts = vec![DeclaredAccount {
            id: "prikbord-plein".parse().expect("a short name"),
            channel: ChannelName::new("prikbord").expect("a short name"),
            team: "webcare".parse().expect("a short name"),
            base_url: Some(address),
            settings: BTreeMap::from([("board".to_owned(), "plein".to_owned())]),
            secrets: vec![("key".to_owned(), SecretValue::new("made-up-key".to_owned()))],
        }];
        apply_declaration(&world.installation, declaration, false)
            .await
            .expect("the account can be declared");
        let poller = Poller::new(Arc::clone(&world.installation), egress(), Arc::default());
        let sender = Sender::new(Arc::clone(&world.installation), egress());
        Self { world, board, poller, sender }
    }

    async fn polls(&self) {
        self.poller.poll_due().await.expect("the store answers");
        self.world.read_all().await;
    }

    async fn talk(&self, wamid: &str) -> Option<Talk> {
        let account: domain::ids::ChannelAccountId = "prikbord-plein".parse().expect("a short name");
        let scope = domain::access::Scope::whole("zwanendam".parse().expect("a short name"));
        let id = domain::channels::ProviderId::new(wamid).expect("an id");
        let mut reader = self.world.installation.store.read(&scope);
        let found =
            store::tables::message::by_provider(&mut reader, &account, &id).await.expect("answers")?;
        let (account, wamid) = (account.to_string(), wamid.to_owned());
        Some(Talk {
            conversation: found.conversation,
            account,
            phone: String::new(),
            wamid,
        })
    }

    async fn until(&self, what: &str, happens: impl AsyncFn() -> bool) {
        let begun = std::time::Instant::now();
        while !happens().await {
            assert!(begun.elapsed() < std::time::Duration::from_secs(20), "it did not happen: {what}");
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        }
    }
}

both_databases! {
    /// The poll driver: everything once, over several pages, and on from where it was.
    async fn comments_under_one_post_are_one_public_conversation_of_many_authors(world: World) {
        let square = Square::open(world).await;
        for (number, author) in ["hanna", "yusuf", "hanna", "piet", "truus"].into_iter().enumerate() {
            square.board.pin(&format!("c{number}"), (author, "post-1"), &format!("Reactie {number}"));
        }
        square.board.pin("d1", ("piet", "post-2"), "Onder een ander bericht");
        square.polls().await;
        let talk = square.talk("c0").await.expect("it was fetched");
        let noor = square.world.agent("Noor").await;
        let seen = noor.sees(&talk).await;
        assert!(matches!(&seen.listed.conversation.counterpart, Counterpart::Thread(post) if post.as_str() == "post-1"));
        let messages = noor.reads(&talk).await;
        assert_eq!(messages.len(), 5);
        assert!(messages.iter().all(|view| view.message.public));
        let mut authors: Vec<_> = messages.iter().filter_map(|view| view.message.author).collect();
        authors.sort();
        authors.dedup();
        assert_eq!(authors.len(), 4);
        assert_ne!(square.talk("d1").await.expect("it was fetched").conversation, talk.conversation);
        // The next poll goes on from there, though the platform would tell all of it again.
        square.board.pin("c5", ("yusuf", "post-1"), "Nog een");
        square.until("the next poll is due", async || {
            square.polls().await;
            square.talk("c5").await.is_some()
        }).await;
        assert_eq!(noor.reads(&talk).await.len(), 6);
        assert_eq!(square.world.inbox("zwanendam").await["quarantined"], 0);
    }

    /// Nobody signed it, so nobody may tell it to us: its door does not open.
    async fn a_platform_that_is_asked_cannot_be_impersonated(world: World) {
        let square = Square::open(world).await;
        let forged = br#"[{"id":"x","author":"a","post":"p","text":"Nep"}]"#.to_vec();
        let answer = square.world.knock("prikbord-plein", &simulation::world::webhook::signed("", forged)).await;
        assert!(matches!(answer, Err(usecases::ingest::Refusal::Forged)), "{answer:?}");
        assert!(square.world.inbox("zwanendam").await.values().all(|count| *count == 0));
    }

    /// DESIGN 5: a stored list of steps, of which only an effect can become unknown.
    async fn a_reply_in_two_steps_repeats_the_safe_one_and_never_the_other(world: World) {
        let square = Square::open(world).await;
        square.board.pin("c0", ("hanna", "post-1"), "Wanneer komt de markt?");
        square.polls().await;
        let talk = square.talk("c0").await.expect("it was fetched");
        let noor = square.world.agent("Noor").await;
        let asked = noor.reads(&talk).await[0].message.id;
        let quoting = Reply { reply_to: Some(asked), ..reply(talk.conversation, "Zaterdag om negen uur.", "form-1") };
        reply_to_conversation(&noor.ctx, quoting).await.expect("taken");
        square.board.look().busy = 1;
        square.until("it is published", async || {
            square.sender.send_once().await.expect("the store answers");
            !square.board.look().published.is_empty()
        }).await;
        square.until("it is noted", async || noor.parts(&talk).await[0].state == PartState::Accepted).await;
        {
            let board = square.board.look();
            assert_eq!(board.published.len(), 1);
            assert_eq!(board.published[0]["under"], "c0");
            assert_eq!(board.published[0]["text"], "Zaterdag om negen uur.");
        }
        // A publication without an answer is unknown, whatever the machine does.
        square.board.look().silent = 1;
        noor.replies(&talk, "Tot half vijf.").await;
        let sender = Sender::new(Arc::clone(&square.world.installation), impatient());
        for _ in 0..4 {
            sender.send_once().await.expect("the store answers");
            sweep_lost_leases(&square.world.installation, 24 * 3600).await.expect("the store answers");
        }
        let states: Vec<PartState> = noor.parts(&talk).await.iter().map(|part| part.state).collect();
        assert_eq!(states, [PartState::Accepted, PartState::Unknown]);
        assert_eq!(square.board.look().published.len(), 2, "published once each");
        let last = noor.reads(&talk).await.into_iter().filter_map(|view| view.message.delivery).next_back();
        assert_eq!(last, Some(DeliveryStatus::Unknown));
    }
}
