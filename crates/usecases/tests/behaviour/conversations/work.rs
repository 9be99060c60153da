//! Owners and notes: work among colleagues, of which the resident sees nothing.

use domain::conversations::ConversationState;
use domain::lists::{Filters, ListQuery, Owner};
use domain::messages::Direction;
use simulation::both_databases;
use simulation::world::World;
use usecases::Failure;
use usecases::conversations::{Assign, assign_conversation, list_by};

both_databases! {
    /// M72: at most one owner, and two who take at once find out.
    async fn a_conversation_has_one_owner(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let (noor, daan) = (world.agent("Noor").await, world.agent("Daan").await);
        let version = noor.sees(&talk).await.listed.conversation.version;
        let take = |who| Assign { conversation: talk.conversation, assignee: Some(who), version: Some(version) };
        let both = [
            assign_conversation(&noor.ctx, take(noor.id())),
            assign_conversation(&daan.ctx, take(daan.id())),
        ];
        let mut ended = futures_util::future::join_all(both).await;
        ended.sort_by_key(Result::is_err);
        assert!(ended[0].is_ok() && matches!(ended[1], Err(Failure::Conflict)), "{ended:?}");
        let owned = noor.sees(&talk).await.listed;
        assert_eq!(owned.conversation.state, ConversationState::Open);
        let owner = owned.conversation.assignee.expect("somebody has it");
        assert!([noor.id(), daan.id()].contains(&owner));
        let of = |owner| ListQuery { filters: Filters { owner: Some(owner), ..Filters::default() }, ..ListQuery::default() };
        let of_owner = list_by(&noor.ctx, &of(Owner::User(owner)), None, 10).await.expect("may");
        assert_eq!(of_owner.items.len(), 1);
        assert!(list_by(&noor.ctx, &of(Owner::Nobody), None, 10).await.expect("may").items.is_empty());
        world.agent("Fatima").await.tries_to_assign(&talk, None).await.expect("a team lead gives it back");
        assert_eq!(noor.sees(&talk).await.listed.conversation.assignee, None);
    }

    /// A closed conversation has nobody to work on it.
    async fn a_closed_conversation_is_not_taken(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        noor.closes(&talk).await;
        let taken = noor.tries_to_assign(&talk, Some(noor.id())).await;
        assert!(matches!(taken, Err(Failure::Refused(_))), "{taken:?}");
    }

    /// A note stays inside: it is no answer, ends no waiting, and nothing of it leaves.
    async fn a_note_is_seen_by_colleagues_only(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let (noor, daan) = (world.agent("Noor").await, world.agent("Daan").await);
        world.seconds_later(60);
        noor.notes(&talk, "Let op: is boos \0 geweest").await;
        let sent = world.send_all(|_| unreachable!("nothing of a note leaves")).await;
        assert_eq!(sent, 0);
        let seen = daan.sees(&talk).await.listed;
        assert_eq!(seen.conversation.waiting_since_at, Some(world.now() - jiff::SignedDuration::from_secs(60)));
        assert_eq!(seen.last_message.expect("the resident's").direction, Direction::In);
        let messages = daan.reads(&talk).await;
        let note = messages.iter().find(|view| view.message.direction == Direction::Note).expect("the note");
        assert_eq!(note.message.writer_name.as_deref(), Some("Noor Bakker"));
        assert!(note.parts.is_empty() && note.message.delivery.is_none());
        // Also on a closed conversation, where nobody is answered any more.
        noor.closes(&talk).await;
        noor.notes(&talk, "Afgehandeld met de buurman").await;
    }

    /// The longest waiting first.
    async fn who_waits_longest_stands_first(world: World) {
        let mut expected = Vec::new();
        for (minutes, name) in [(0, "Yusuf"), (10, "Hanna"), (20, "Piet")] {
            world.seconds_later(minutes * 60);
            expected.push(world.resident(name).writes("Hallo").await);
        }
        let noor = world.agent("Noor").await;
        noor.replies(&expected[0], "Dag Yusuf").await;
        world.seconds_later(60);
        world.resident("Yusuf").writes("Nog iets").await;
        let list = list_by(&noor.ctx, &ListQuery::default(), None, 10).await.expect("may").items;
        let order: Vec<_> = list.iter().filter_map(|one| one.author_name.as_deref()).collect();
        assert_eq!(order, ["Hanna", "Piet", "Yusuf"]);
    }
}
