//! Lists narrowed by filters, in every order, page by page.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::channels::Answer;
use domain::conversations::ConversationState;
use domain::ids::ConversationId;
use domain::lists::{Filters, ListQuery, Order, Owner, StandardList};
use simulation::both_databases;
use simulation::world::World;
use usecases::Ctx;
use usecases::conversations::{count_list, list_by, list_holds, mark_read};

async fn ids(ctx: &Ctx, query: &ListQuery) -> Vec<ConversationId> {
    let page = list_by(ctx, query, None, 100).await.expect("may");
    assert!(page.looked_at_all && page.next.is_none());
    page.items.iter().map(|one| one.conversation.id).collect()
}

fn narrowed(list: StandardList, filters: Filters) -> ListQuery {
    ListQuery { list, order: None, filters }
}

both_databases! {
    async fn each_filter_leaves_what_it_says_and_all_say_the_same_of_one_conversation(world: World) {
        let noor = world.agent("Noor").await;
        let mine = world.at("09:00").resident("Yusuf").writes("Van Noor").await;
        noor.takes(&mine).await;
        let answered = world.at("10:00").resident("Anna").writes("Beantwoord").await;
        noor.replies(&answered, "Dag Anna").await;
        let failed = world.at("11:00").resident("Joke").writes("Mislukt").await;
        noor.replies(&failed, "Dag Joke").await;
        let first = AtomicBool::new(true);
        world.send_all(|_| if first.swap(false, Ordering::Relaxed) {
            Answer::Delivered { provider_id: None }
        } else {
            Answer::Unknown { reason: "lost".to_owned() }
        }).await;
        let second = world.at("11:30").resident("Piet").to("wa-tweede").writes("Voor burgerzaken").await;
        let closed = world.at("11:40").resident("Ali").writes("Klaar").await;
        noor.closes(&closed).await;
        mark_read(&noor.ctx, mine.conversation).await.expect("may");
        world.at("12:00");
        let fatima = world.ctx("Fatima").await;
        let (m, a, f, s, c) = (mine.conversation, answered.conversation, failed.conversation, second.conversation, closed.conversation);
        let none = Filters::default;
        let (open, all) = (StandardList::Open, StandardList::All);
        let team = |name: &str| Some(name.parse().expect("a name"));
        for (who, query, expected) in [
            (&fatima, narrowed(open, none()), vec![m, f, s, a]),
            (&fatima, narrowed(open, Filters { team: team("webcare"), ..none() }), vec![m, f, a]),
            (&fatima, narrowed(open, Filters { team: team("burgerzaken"), ..none() }), vec![s]),
            (&noor.ctx, narrowed(open, Filters { team: team("burgerzaken"), ..none() }), vec![]),
            (&fatima, narrowed(open, Filters { channel_account: Some("wa-tweede".parse().expect("a name")), ..none() }), vec![s]),
            (&fatima, narrowed(open, Filters { state: Some(ConversationState::WaitingForResident), ..none() }), vec![a]),
            (&fatima, narrowed(StandardList::ForResident, none()), vec![a]),
            (&noor.ctx, narrowed(open, Filters { owner: Some(Owner::Me), ..none() }), vec![m]),
            (&noor.ctx, narrowed(StandardList::Mine, none()), vec![m]),
            (&fatima, narrowed(open, Filters { owner: Some(Owner::Me), ..none() }), vec![]),
            (&fatima, narrowed(open, Filters { owner: Some(Owner::User(noor.id())), ..none() }), vec![m]),
            (&fatima, narrowed(open, Filters { owner: Some(Owner::Nobody), ..none() }), vec![f, s, a]),
            (&fatima, narrowed(open, Filters { waits_minutes: Some(60), ..none() }), vec![m, f]),
            (&fatima, narrowed(open, Filters { waits_minutes: Some(20), ..none() }), vec![m, f, s]),
            (&noor.ctx, narrowed(open, Filters { unread: true, ..none() }), vec![f, a]),
            (&fatima, narrowed(open, Filters { unread: true, ..none() }), vec![m, f, s, a]),
            (&fatima, narrowed(open, Filters { trouble: true, ..none() }), vec![f]),
            (&fatima, narrowed(all, Filters { trouble: true, team: team("webcare"), ..none() }), vec![f]),
            (&fatima, narrowed(StandardList::Closed, none()), vec![c]),
            (&fatima, narrowed(all, Filters { state: Some(ConversationState::Closed), ..none() }), vec![c]),
            (&fatima, narrowed(all, none()), vec![c, s, f, a, m]),
        ] {
            assert_eq!(ids(who, &query).await, expected, "{query:?}");
            let held = list_holds(who, &query, &[m, a, f, s, c]).await.expect("may");
            assert_eq!(held.len(), expected.len(), "{query:?}");
            assert!(expected.iter().all(|id| held.contains(id)), "{query:?}");
            let counted = count_list(who, &query).await.expect("may");
            let is_open = !matches!(query.list, StandardList::Closed | StandardList::All);
            assert_eq!(counted, is_open.then_some((expected.len() as u64, false)), "{query:?}");
        }
    }

    /// D7: however few fit, a page ends, and going on finds all of them once, in each order.
    async fn every_order_goes_on_without_doubles_or_gaps_also_where_few_fit(world: World) {
        let noor = world.agent("Noor").await;
        let mut own = Vec::new();
        for number in 0..215 {
            world.seconds_later(7);
            let talk = world.resident(&format!("Inwoner {number:03}")).writes("Hallo").await;
            if number % 31 == 30 {
                noor.takes(&talk).await;
                own.push(talk.conversation);
            }
            if number % 50 == 49 {
                noor.closes(&talk).await;
            }
        }
        let all = |list, order, owner| ListQuery { list, order: Some(order), filters: Filters { owner, ..Filters::default() } };
        for (list, order, backwards, number) in [
            (StandardList::Open, Order::Waiting, false, 211),
            (StandardList::Open, Order::Activity, true, 211),
            (StandardList::Open, Order::Begun, false, 211),
            (StandardList::All, Order::Activity, true, 215),
            (StandardList::All, Order::Begun, false, 215),
            (StandardList::Closed, Order::Begun, false, 4),
        ] {
            let pages = async |query: &ListQuery, size: u32| {
                let (mut seen, mut from, mut rounds) = (Vec::new(), None, 0);
                loop {
                    let page = list_by(&noor.ctx, query, from, size).await.expect("may");
                    assert!(page.looked_at_all, "so few are looked at as a whole");
                    seen.extend(page.items.iter().map(|one| one.conversation.id));
                    (from, rounds) = (page.next, rounds + 1);
                    if from.is_none() || rounds > 40 {
                        break seen;
                    }
                }
            };
            let seen = pages(&all(list, order, None), 37).await;
            let mut sorted = seen.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!((seen.len(), sorted.len()), (number, number), "{list:?} {order:?}");
            if backwards {
                sorted.reverse();
            }
            assert_eq!(seen, sorted, "{list:?} {order:?}");
            if list != StandardList::Closed {
                let mut few = pages(&all(list, order, Some(Owner::Me)), 2).await;
                few.sort();
                assert_eq!(few, own, "{list:?} {order:?}");
            }
        }
        // What moves up while one reads does not bring back what was read, nor hide what was not.
        let query = all(StandardList::Open, Order::Begun, None);
        let first = list_by(&noor.ctx, &query, None, 50).await.expect("may");
        world.resident("Inwoner 003").writes("Nog iets").await;
        let second = list_by(&noor.ctx, &query, first.next, 50).await.expect("may");
        assert!(second.items.iter().all(|one| first.items.iter().all(|other| other.conversation.id != one.conversation.id)));
    }
}
