//! Closing, coming back, and beginning anew (DESIGN 5).

use domain::conversations::ConversationState;
use simulation::both_databases;
use simulation::world::World;
use usecases::Failure;
use usecases::conversations::{Close, close_conversation};

both_databases! {
    async fn a_message_within_72_hours_opens_the_conversation_again(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        noor.replies(&talk, "Morgen is hij gemaakt.").await;
        noor.closes(&talk).await;
        world.hours_later(71);
        let again = world.resident("Yusuf").writes("Hij is nog steeds kapot").await;
        assert_eq!(again.conversation, talk.conversation);
        let seen = noor.sees(&talk).await.listed.conversation;
        assert_eq!(seen.state, ConversationState::Reopened);
        assert_eq!((seen.closed_at, seen.outcome), (None, None));
        assert_eq!(seen.waiting_since_at, Some(world.now()));
    }

    async fn a_later_message_begins_a_new_conversation_that_names_the_former(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        noor.closes(&talk).await;
        world.hours_later(73);
        let later = world.resident("Yusuf").writes("Iets anders").await;
        assert_ne!(later.conversation, talk.conversation);
        let seen = noor.sees(&later).await.listed.conversation;
        assert_eq!(seen.previous, Some(talk.conversation));
        assert_eq!(seen.state, ConversationState::New);
        assert_eq!(noor.sees(&talk).await.listed.conversation.state, ConversationState::Closed);
        assert_eq!(noor.reads(&later).await.len(), 1);
        // The former stays closed while the new one is open: one conversation at a time.
        let reopened = noor.tries_to_reopen(&talk).await;
        assert!(matches!(reopened, Err(Failure::Conflict)), "{reopened:?}");
        noor.closes(&later).await;
        noor.tries_to_reopen(&talk).await.expect("nothing else is open now");
    }

    async fn who_closes_what_somebody_just_wrote_in_finds_out(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        let looked_at = noor.sees(&talk).await.listed.conversation.version;
        world.seconds_later(5);
        world.resident("Yusuf").writes("En de stoep ook").await;
        let outcome = domain::conversations::Outcome::Answered;
        let close = Close { conversation: talk.conversation, outcome, version: Some(looked_at) };
        let closed = close_conversation(&noor.ctx, close).await;
        assert!(matches!(closed, Err(Failure::Conflict)), "{closed:?}");
        let version = noor.sees(&talk).await.listed.conversation.version;
        let close = Close { conversation: talk.conversation, outcome, version: Some(version) };
        close_conversation(&noor.ctx, close).await.expect("this time it is as it was looked at");
        let twice = noor.tries_to_close(&talk).await;
        assert!(matches!(twice, Err(Failure::Refused(_))), "{twice:?}");
    }
}
