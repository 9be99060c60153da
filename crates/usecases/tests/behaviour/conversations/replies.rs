//! Answering, once (C8).

use std::collections::BTreeSet;

use domain::conversations::ReplyRefused;
use futures_util::future::join_all;
use simulation::both_databases;
use simulation::world::{World, reply};
use usecases::Failure;
use usecases::conversations::{Reply, reply_to_conversation};

both_databases! {
    /// C8: double click, reload, three at once; also over two nodes.
    async fn a_form_that_is_sent_several_times_sends_one_reply(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let ctx = world.ctx("Noor").await;
        let other = world.another_node().await;
        let elsewhere = other.as_ref().map_or_else(|| ctx.clone(), |node| node.acting(ctx.actor.clone()));
        let once = || reply(talk.conversation, "Wij gaan kijken.", "form-1");
        let at_once = [&ctx, &elsewhere, &ctx].map(|ctx| reply_to_conversation(ctx, once()));
        let mut answers: BTreeSet<_> = join_all(at_once).await.into_iter().map(|one| one.expect("taken")).collect();
        for _ in 0..2 {
            answers.insert(reply_to_conversation(&ctx, once()).await.expect("taken"));
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
        let messages = world.agent("Noor").await.reads(&talk).await;
        assert_eq!(messages.len(), 2);
        assert_eq!(messages.iter().map(|view| view.parts.len()).sum::<usize>(), 1);
    }

    /// C8: the first result comes back also when the reply could not be written today any more.
    async fn a_reload_days_later_gives_the_first_result(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let ctx = world.ctx("Noor").await;
        let once = || reply(talk.conversation, "Wij gaan kijken.", "form-1");
        let first = reply_to_conversation(&ctx, once()).await.expect("taken");
        world.agent("Daan").await.closes(&talk).await;
        world.hours_later(48);
        assert_eq!(reply_to_conversation(&ctx, once()).await.expect("the first result"), first);
    }

    /// 2.6: the same key with another body is refused, and a refused reply uses up no key.
    async fn a_key_belongs_to_one_reply(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let ctx = world.ctx("Noor").await;
        let empty = reply_to_conversation(&ctx, reply(talk.conversation, "  ", "form-1")).await;
        assert!(matches!(empty, Err(Failure::Refused(ReplyRefused::Empty))), "{empty:?}");
        reply_to_conversation(&ctx, reply(talk.conversation, "Wij gaan kijken.", "form-1")).await.expect("taken");
        let other = reply_to_conversation(&ctx, reply(talk.conversation, "Iets anders.", "form-1")).await;
        assert!(matches!(other, Err(Failure::KeyReused)), "{other:?}");
        // Somebody else's form may have the same key.
        let daan = world.ctx("Daan").await;
        reply_to_conversation(&daan, reply(talk.conversation, "Iets anders.", "form-1")).await.expect("taken");
    }

    /// Two agents at once: a conflict on screen, never a second answer that the first did not know of.
    async fn two_agents_who_answer_at_once_find_out(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let (noor, daan) = (world.ctx("Noor").await, world.ctx("Daan").await);
        let seen = |text: &str, key: &str| Reply { written_after: Some(None), ..reply(talk.conversation, text, key) };
        let both = [
            reply_to_conversation(&noor, seen("Van Noor", "n")),
            reply_to_conversation(&daan, seen("Van Daan", "d")),
        ];
        let mut answers = join_all(both).await;
        answers.sort_by_key(Result::is_err);
        assert!(answers[0].is_ok(), "{answers:?}");
        assert!(matches!(answers[1], Err(Failure::Conflict)), "{answers:?}");
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 2);
    }

    /// 2.6, P9: outside the window nothing is queued, and the text stays with the agent.
    async fn a_reply_is_refused_when_the_window_is_closed(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        world.hours_later(23);
        noor.replies(&talk, "Nog net op tijd.").await;
        world.hours_later(2);
        let late = noor.tries_to_reply(&talk, "Te laat.").await;
        assert!(matches!(late, Err(Failure::Refused(ReplyRefused::WindowClosed { since: Some(_) }))), "{late:?}");
        world.resident("Yusuf").writes("Hallo?").await;
        noor.replies(&talk, "Weer open.").await;
        assert_eq!(noor.reads(&talk).await.len(), 4);
    }

    /// What the channel cannot take is refused before it is stored.
    async fn a_reply_that_cannot_be_sent_is_refused_with_the_reason(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        let long = noor.tries_to_reply(&talk, &"é".repeat(4097)).await;
        assert!(
            matches!(&long, Err(Failure::Refused(ReplyRefused::TooLong { length: 4097, max: 4096, .. }))),
            "{long:?}"
        );
        let odd = noor.tries_to_reply(&talk, "U+0000 \0 hier").await;
        assert!(matches!(odd, Err(Failure::Refused(ReplyRefused::Unsendable))), "{odd:?}");
        noor.closes(&talk).await;
        let closed = noor.tries_to_reply(&talk, "Nog iets.").await;
        assert!(matches!(closed, Err(Failure::Refused(ReplyRefused::Closed))), "{closed:?}");
        assert_eq!(noor.reads(&talk).await.len(), 1);
    }
}
