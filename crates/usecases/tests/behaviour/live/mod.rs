//! What the hub of live updates does when somebody is slow, far behind, or one of many. Its doors are tested where the pages
//! are: `crates/web/tests/pages/live`.

use std::time::Duration;

use domain::access::{Permission, Scope};
use domain::ids::SessionId;
use simulation::both_databases;
use simulation::world::{Talk, World};
use usecases::Failure;
use usecases::live::{After, Following, Hub, LiveEvent, Pace, TooMany, Viewer, follow};

/// A hub of its own on the store of a world. Sessions are not looked at, unless the journal says that something is the
/// matter with them: nobody here has one.
fn hub(world: &World, mut pace: Pace) -> Hub {
    pace.sessions = Duration::from_secs(3600);
    Hub::new(world.installation.store.clone(), world.clock.clone(), pace)
}

async fn viewer(world: &World, first_name: &str) -> Viewer {
    let ctx = world.ctx(first_name).await;
    Viewer {
        municipality: ctx.scope().municipality().clone(),
        user: ctx.actor.user().expect("a user"),
        session: SessionId(world.installation.ids.next()),
        scope: ctx.scope(),
    }
}

/// Positions that are told, up to the first sign of life; `None` where it is told to look anew.
async fn hears(following: &mut Following) -> Vec<Option<i64>> {
    let mut positions = Vec::new();
    loop {
        let some = tokio::time::timeout(Duration::from_secs(20), following.next()).await.expect("in time");
        for event in some.expect("it goes on") {
            match event {
                LiveEvent::Happened(entry) => positions.push(Some(entry.position)),
                LiveEvent::Refresh { .. } => positions.push(None),
                LiveEvent::Beat { .. } => return positions,
                other => unreachable!("{other:?}"),
            }
        }
    }
}

/// What of the journal is about conversations.
async fn written(world: &World) -> Vec<Option<i64>> {
    let journal = world.journal("zwanendam").await.into_iter();
    journal
        .filter(|(_, happened)| happened.conversation().is_some())
        .map(|(at, _)| Some(at))
        .collect()
}

async fn notes(world: &World, talk: &Talk, count: usize) {
    let noor = world.agent("Noor").await;
    for _ in 0..count {
        noor.notes(talk, "Notitie").await;
    }
}

both_databases! {
    /// Who reads slowly holds nothing up, is not cut short, and hears all of it from the journal.
    async fn whoever_falls_behind_what_is_at_hand_reads_on_from_the_journal(world: World) {
        let quick = Pace { beat: Duration::from_millis(300), ..Pace::default() };
        let hub = hub(&world, Pace { ring: 8, ..quick });
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let mut slow = hub.follow(viewer(&world, "Noor").await, After::Position(0)).await.expect("a place");
        let mut quick = hub.follow(viewer(&world, "Daan").await, After::Position(0)).await.expect("a place");
        let mut heard = hears(&mut quick).await;
        for _ in 0..4 {
            notes(&world, &talk, 10).await;
            heard.extend(hears(&mut quick).await);
        }
        while heard.len() < written(&world).await.len() {
            heard.extend(hears(&mut quick).await);
        }
        let all = written(&world).await;
        assert!(all.len() > 40, "{}", all.len());
        assert_eq!(heard, all);
        // The slow one was told nothing yet; what is at hand begins far behind its place.
        assert_eq!(hears(&mut slow).await, all);
    }

    async fn whoever_is_too_far_behind_looks_anew_and_goes_on_from_there(world: World) {
        let hub = hub(&world, Pace { ring: 8, catch_up: 30, ..Pace::default() });
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let from = world.journal_head("zwanendam").await;
        notes(&world, &talk, 31).await;
        let mut far = hub.follow(viewer(&world, "Noor").await, After::Position(from)).await.expect("a place");
        let mut near = hub.follow(viewer(&world, "Daan").await, After::Position(from + 1)).await.expect("a place");
        assert_eq!(hears(&mut far).await, [None]);
        assert_eq!(hears(&mut near).await.len(), 30);
        notes(&world, &talk, 1).await;
        let last = world.journal_head("zwanendam").await;
        let next = far.next().await.expect("it goes on");
        assert!(matches!(&next[..], [LiveEvent::Happened(entry)] if entry.position == last), "{next:?}");
    }

    async fn what_nobody_may_know_of_moves_the_place_on(world: World) {
        let hub = hub(&world, Pace { beat: Duration::from_millis(50), ..Pace::default() });
        let mut stream = hub.follow(viewer(&world, "Joris").await, After::Now).await.expect("a place");
        assert!(hears(&mut stream).await.is_empty());
        world.resident("Yusuf").writes("Voor webcare").await;
        let head = world.journal_head("zwanendam").await;
        loop {
            let next = stream.next().await.expect("it goes on");
            let [LiveEvent::Beat { position }] = next[..] else { unreachable!("{next:?}") };
            if position == head {
                break;
            }
        }
    }

    async fn a_node_has_so_many_places_and_no_more(world: World) {
        let hub = hub(&world, Pace { per_user: 2, per_node: 3, ..Pace::default() });
        let mut open = Vec::new();
        for (name, expected) in [("Noor", None), ("Noor", None), ("Noor", Some(TooMany::OfUser)), ("Daan", None), ("Milan", Some(TooMany::OfNode))] {
            match hub.follow(viewer(&world, name).await, After::Now).await {
                Ok(following) => {
                    assert_eq!(expected, None, "{name}");
                    open.push(following);
                }
                Err(Failure::Refused(refused)) => assert_eq!(Some(refused), expected, "{name}"),
                Err(other) => unreachable!("{other:?}"),
            }
        }
        drop(open);
        assert_eq!(hub.pages(), 0);
    }

    /// When the last page goes and another comes, somebody reads on for it, however close together that is.
    async fn whoever_comes_when_the_last_one_leaves_is_told(world: World) {
        let hub = hub(&world, Pace::default());
        let talk = world.resident("Yusuf").writes("Hallo").await;
        for _ in 0..30 {
            let mut stream = hub.follow(viewer(&world, "Noor").await, After::Now).await.expect("a place");
            notes(&world, &talk, 1).await;
            let head = world.journal_head("zwanendam").await;
            let mut heard = hears(&mut stream).await;
            if heard.is_empty() {
                let next = stream.next().await.expect("it goes on");
                let [LiveEvent::Happened(entry)] = &next[..] else { unreachable!("{next:?}") };
                heard.push(Some(entry.position));
            }
            assert_eq!(heard, [Some(head)]);
        }
    }

    async fn only_people_who_read_conversations_follow_them(world: World) {
        let session = SessionId(world.installation.ids.next());
        let bram = world.ctx("Bram").await;
        let refused = follow(&bram, session, After::Now).await.err();
        assert!(matches!(refused, Some(Failure::NotAllowed(missing)) if missing.permission == Permission::ReadConversations));
        let part = world.installation.system(Scope::whole("zwanendam".parse().expect("a name")).municipality(), "test");
        assert!(matches!(follow(&part, session, After::Now).await.err(), Some(Failure::NotFound)));
        assert_eq!(world.installation.live().pages(), 0);
    }
}
