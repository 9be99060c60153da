//! Reactions and changes: to which message, whose, and which of them holds.

use domain::channels::{Answer, ProviderId};
use domain::outbox::Resolution;
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{Talk, World, reply};
use usecases::conversations::{Along, MessageView, Reply, reply_to_conversation};
use usecases::outbox::{Resolve, resolve_unknown};

async fn tells(world: &World, webhook: Webhook) {
    world.deliver("wa-main", &webhook).await;
    world.read_all().await;
}

fn about(world: &World) -> Webhook {
    Webhook::about(&world.number("wa-main").settings)
}

/// The messages of a conversation; the first is the resident's, the last what was said last.
async fn reads(world: &World, talk: &Talk) -> Vec<MessageView> {
    world.agent("Noor").await.reads(talk).await
}

/// The emojis on a message, as they stand.
fn emojis(view: &MessageView) -> Vec<&str> {
    let reactions = view.events.iter().filter(|event| event.kind == "reaction");
    reactions.map(|event| event.detail.as_deref().unwrap_or("taken back")).collect()
}

fn taken(wamid: &str) -> Answer {
    Answer::Delivered { provider_id: ProviderId::new(wamid).ok() }
}

both_databases! {
    /// A long answer goes out in several messages; the resident reacts to any of them.
    async fn a_reaction_to_any_piece_of_our_answer_is_seen(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.seconds_later(60);
        let long = "Wij gaan kijken. ".repeat(300);
        let along = Along { in_pieces: true, ..Along::default() };
        let pieces = Reply { along, ..reply(talk.conversation, &long, "form-1") };
        reply_to_conversation(&world.ctx("Noor").await, pieces).await.expect("taken");
        assert_eq!(world.send_all(|part| taken(&format!("wamid.PIECE{}", part.ordinal))).await, 2);
        let who = (talk.phone.as_str(), "Yusuf");
        tells(&world, about(&world).reaction(who, "wamid.R0", world.now(), ("wamid.PIECE0", "👍"))).await;
        tells(&world, about(&world).reaction(who, "wamid.R1", world.now(), ("wamid.PIECE1", "🙏"))).await;
        let messages = reads(&world, &talk).await;
        assert_eq!(emojis(&messages[1]), ["👍", "🙏"]);
        // What is taken back on a phone is one piece, and not the whole answer.
        let gone = world.number("wa-main").settings;
        tells(&world, Webhook::about(&gone).echo_revoke("wamid.X", world.now(), "wamid.PIECE1")).await;
        assert_eq!(reads(&world, &talk).await[1].message.deleted_at, None);
    }

    async fn a_reaction_to_what_was_sent_again_is_seen(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.seconds_later(60).agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        world.send_all(|_| taken("wamid.FIRST")).await;
        tells(&world, about(&world).failed("wamid.FIRST", (131_000, &talk.phone), world.now())).await;
        let part = world.agent("Noor").await.parts(&talk).await[0].id;
        let again = Resolve { part, conversation: None, resolution: Resolution::Resend, despite_warning: false };
        resolve_unknown(&world.ctx("Noor").await, again).await.expect("a person can");
        world.send_all(|_| taken("wamid.SECOND")).await;
        let who = (talk.phone.as_str(), "Yusuf");
        tells(&world, about(&world).reaction(who, "wamid.R", world.now(), ("wamid.SECOND", "👍"))).await;
        assert_eq!(emojis(&reads(&world, &talk).await[1]), ["👍"]);
        tells(&world, about(&world).echo_revoke("wamid.X", world.now(), "wamid.SECOND")).await;
        assert!(reads(&world, &talk).await[1].message.deleted_at.is_some(), "it is the whole message");
    }

    /// A4: the reaction overtakes the first message of whoever reacts.
    async fn a_reaction_before_the_first_message_is_that_persons_and_can_be_taken_back(world: World) {
        let number = world.number("wa-main").settings;
        let who = ("31600000021", "Hanna");
        tells(&world, Webhook::about(&number).echo(who.0, "wamid.OURS", world.now(), "Wij belden u.")).await;
        tells(&world, about(&world).reaction(who, "wamid.R1", world.now(), ("wamid.OURS", "👍"))).await;
        tells(&world, about(&world).reaction(who, "wamid.R0", world.now(), ("wamid.FIRST", "❤️"))).await;
        tells(&world, about(&world).text(who, "wamid.FIRST", world.now(), "Dag")).await;
        world.seconds_later(60);
        tells(&world, about(&world).reaction(who, "wamid.R2", world.now(), ("wamid.OURS", ""))).await;
        let conversation = world.conversation_of("wa-main", "wamid.FIRST").await.expect("it is there");
        let talk = Talk { conversation, account: "wa-main".to_owned(), phone: who.0.to_owned(), wamid: "wamid.FIRST".to_owned() };
        let messages = reads(&world, &talk).await;
        let of = |wamid: &str| {
            let found = messages.iter().find(|view| view.message.provider_id.as_ref().is_some_and(|id| id.as_str() == wamid));
            found.expect("it is there")
        };
        assert_eq!(emojis(of("wamid.OURS")), ["taken back"]);
        let author = of("wamid.FIRST").message.author;
        assert!(author.is_some());
        assert!(messages.iter().flat_map(|view| &view.events).all(|event| event.author == author && !event.by_us));
    }

    /// Only who wrote a message changes it: not one of whom we have never heard, and not a resident what we wrote.
    async fn a_change_by_anybody_but_the_writer_changes_nothing(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        world.send_all(|_| taken("wamid.OUT")).await;
        let stranger = ("31600000099", "Niemand");
        tells(&world, about(&world).edit(stranger, "wamid.E1", world.now(), (&talk.wamid, "Iets anders"))).await;
        tells(&world, about(&world).revoke(stranger, "wamid.E2", world.now(), &talk.wamid)).await;
        tells(&world, about(&world).revoke((&talk.phone, "Yusuf"), "wamid.E3", world.now(), "wamid.OUT")).await;
        tells(&world, about(&world).echo_revoke("wamid.E4", world.now(), &talk.wamid)).await;
        for view in reads(&world, &talk).await {
            assert_eq!((view.message.edited_text, view.message.deleted_at), (None, None));
        }
        // A negative test proves that it could have failed.
        tells(&world, about(&world).revoke((&talk.phone, "Yusuf"), "wamid.E5", world.now(), &talk.wamid)).await;
        tells(&world, about(&world).echo_revoke("wamid.E6", world.now(), "wamid.OUT")).await;
        assert!(reads(&world, &talk).await.iter().all(|view| view.message.deleted_at.is_some()));
    }

    /// However often somebody changes their mind, the last word shows, and so does the edit from before.
    async fn the_newest_reaction_shows_after_hundreds(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let (who, begin) = ((talk.phone.as_str(), "Yusuf"), world.now());
        tells(&world, about(&world).edit(who, "wamid.E", begin, (&talk.wamid, "De lantaarn is weg"))).await;
        let mut many = about(&world);
        for second in 0..230_i64 {
            let (id, at) = (format!("wamid.R{second:03}"), begin + jiff::SignedDuration::from_secs(second));
            many = many.reaction(who, &id, at, (&talk.wamid, if second % 2 == 0 { "👍" } else { "" }));
        }
        world.seconds_later(300);
        let last = begin + jiff::SignedDuration::from_secs(290);
        tells(&world, many.reaction(who, "wamid.LAST", last, (&talk.wamid, "🙏"))).await;
        let seen = reads(&world, &talk).await.remove(0);
        assert_eq!(emojis(&seen), ["🙏"]);
        assert_eq!(seen.events.iter().filter(|event| event.kind == "edit").count(), 1);
    }
}
