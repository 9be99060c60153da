//! The table of roles, use case by use case (X1).

use domain::access::{Actor, Permission, Role, TokenScope};
use domain::channels::Answer;
use domain::ids::RawEventId;
use domain::outbox::{PartState, Resolution};
use simulation::both_databases;
use simulation::world::{World, reply};
use usecases::conversations as verbs;
use usecases::conversations::{Assign, Close, ConversationFilter, Page, WriteNote};
use usecases::ingest::{RawState, list_raw_events, replay_raw_event};
use usecases::outbox::{Resolve, list_outbox, resolve_unknown};
use usecases::{Ctx, RequestKey};

use super::{Ended, ended};

/// One person of each role in Zwanendam, and whether they are in the team of the conversation.
const CAST: [(&str, Role, bool); 9] = [
    ("Noor", Role::Agent, true),
    ("Joris", Role::Agent, false),
    ("Milan", Role::Helper, true),
    ("Fatima", Role::TeamLead, true),
    ("Lotte", Role::Editor, true),
    ("Bram", Role::Analyst, true),
    ("Esther", Role::AccountManager, true),
    ("Karim", Role::PrivacyOfficer, false),
    ("Ingrid", Role::Administrator, false),
];

/// Each use case once, on a fresh conversation with a send of which nobody knows: which permission it needs, whether it
/// concerns that conversation, and how it ended.
async fn each_use_case(world: &World, ctx: &Ctx) -> Vec<(&'static str, Permission, bool, Ended)> {
    let talk = world
        .resident(&format!("Yusuf {}", world.new_wamid()))
        .writes("De lantaarn is kapot")
        .await;
    let noor = world.agent("Noor").await;
    noor.replies(&talk, "Wij kijken ernaar.").await;
    world.send_all(|_| Answer::Unknown { reason: "no answer in time".to_owned() }).await;
    let unknown = noor.parts(&talk).await[0].id;
    let (id, daan) = (talk.conversation, world.agent("Daan").await.id());
    let key = || RequestKey::new("role", "note", b"");
    let note = WriteNote { conversation: id, text: "Notitie".to_owned(), key: key() };
    let give = |assignee| Assign { conversation: id, assignee, version: None };
    let close = Close {
        conversation: id,
        outcome: domain::conversations::Outcome::Answered,
        version: None,
    };
    let leave = Resolve {
        conversation: None,
        part: unknown,
        resolution: Resolution::Leave,
        despite_warning: false,
    };
    let everything = ConversationFilter::default();
    let no_such = RawEventId(uuid::Uuid::nil());
    use Permission as P;
    vec![
        (
            "list conversations",
            P::ReadConversations,
            false,
            ended(verbs::list_conversations(ctx, &everything, None, 5).await),
        ),
        ("read one", P::ReadConversations, true, ended(verbs::read_conversation(ctx, id).await)),
        (
            "read its messages",
            P::ReadConversations,
            true,
            ended(verbs::read_messages(ctx, id, Page::Newest, 5).await),
        ),
        ("see colleagues", P::ReadConversations, true, ended(verbs::list_colleagues(ctx, id).await)),
        (
            "list the outbox",
            P::ReadConversations,
            false,
            ended(list_outbox(ctx, PartState::Unknown, None, 5).await),
        ),
        ("write a note", P::Note, true, ended(verbs::write_note(ctx, note).await)),
        (
            "answer",
            P::Reply,
            true,
            ended(verbs::reply_to_conversation(ctx, reply(id, "Antwoord", "role")).await),
        ),
        (
            "give it to a colleague",
            P::Assign,
            true,
            ended(verbs::assign_conversation(ctx, give(Some(daan))).await),
        ),
        ("leave an unknown send", P::ResolveUnknown, true, ended(resolve_unknown(ctx, leave).await)),
        ("close it", P::Close, true, ended(verbs::close_conversation(ctx, close).await)),
        ("reopen it", P::Close, true, ended(verbs::reopen_conversation(ctx, id, None).await)),
        (
            "list deliveries",
            P::ReadRawEvents,
            false,
            ended(list_raw_events(ctx, RawState::Quarantined, None, 5).await),
        ),
        ("replay one", P::ReplayRawEvents, true, ended(replay_raw_event(ctx, no_such).await)),
        ("export", P::Export, false, ended(verbs::export_conversations(ctx, None).await)),
    ]
}

both_databases! {
    /// X1: the published rights table holds for every use case.
    async fn each_role_does_what_the_table_says_and_nothing_else(world: World) {
        for (who, role, in_team) in CAST {
            let ctx = world.ctx(who).await;
            assert!(matches!(&ctx.actor, Actor::User { role: has, .. } if *has == role), "{who} is {role}");
            for (what, permission, about_one, end) in each_use_case(&world, &ctx).await {
                let expected = if !role.may(permission) {
                    Ended::NotAllowed
                } else if what == "replay one" || (about_one && !in_team) {
                    Ended::NotFound
                } else {
                    Ended::Done
                };
                assert_eq!(end, expected, "{who} ({role}): {what}");
            }
        }
    }

    /// X1, T12: a token has its user's rights of the moment, cut down to its scopes.
    async fn a_reading_token_changes_nothing_and_no_token_exceeds_its_user(world: World) {
        let noor = world.ctx("Noor").await;
        let Actor::User { municipality, id, role, teams } = noor.actor.clone() else { unreachable!("a user") };
        for scopes in [vec![TokenScope::Read], vec![TokenScope::Write], vec![TokenScope::Read, TokenScope::Write]] {
            let (token, teams) = (domain::ids::TokenId(uuid::Uuid::nil()), teams.clone());
            let actor = Actor::Token { municipality: municipality.clone(), token, user: id, role, teams, scopes: scopes.clone() };
            for (what, permission, _, end) in each_use_case(&world, &noor.installation.acting(actor)).await {
                let needed = if permission.changes_something() { TokenScope::Write } else { TokenScope::Read };
                let may = role.may(permission) && scopes.contains(&needed);
                assert_eq!(end == Ended::NotAllowed, !may, "{scopes:?}: {what} ended {end:?}");
            }
        }
    }

    /// X1: a helper takes what nobody has and gives it back, and takes nothing from a colleague.
    async fn a_helper_takes_and_gives_back_and_takes_nothing_away(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let (milan, noor) = (world.agent("Milan").await, world.agent("Noor").await);
        assert_eq!(ended(milan.tries_to_assign(&talk, Some(noor.id())).await), Ended::NotAllowed);
        milan.takes(&talk).await;
        assert_eq!(ended(milan.tries_to_assign(&talk, None).await), Ended::Done);
        noor.takes(&talk).await;
        assert_eq!(ended(milan.tries_to_assign(&talk, None).await), Ended::NotAllowed);
        assert_eq!(noor.sees(&talk).await.listed.conversation.assignee, Some(noor.id()));
    }

    /// T7: what a colleague may is looked up when they act, not when they came.
    async fn whoever_leaves_a_team_sees_nothing_of_it_any_more(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.sees(&talk).await;
        let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(1);
        declaration.users.retain(|user| user.name.starts_with("Noor"));
        for user in &mut declaration.users {
            (user.teams, user.password) = (Vec::new(), None);
        }
        usecases::configuration::apply_declaration(&world.installation, declaration, false).await.expect("applied");
        let noor = world.agent("Noor").await;
        assert_eq!(ended(noor.tries_to_see(talk.conversation).await), Ended::NotFound);
    }
}
