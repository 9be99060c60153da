//! Municipalities never mix: what belongs to another does not exist (X2, T7).

use domain::channels::Answer;
use domain::ids::{MessageId, PartId, RawEventId};
use domain::outbox::{PartState, Resolution};
use simulation::both_databases;
use simulation::world::webhook::{Webhook, signed};
use simulation::world::{Talk, World, reply};
use usecases::configuration::apply_declaration;
use usecases::conversations as verbs;
use usecases::conversations::{Assign, Close, ConversationFilter, Page, Reply, WriteNote};
use usecases::ingest::{RawState, list_raw_events, replay_raw_event};
use usecases::outbox::{Resolve, list_outbox, resolve_unknown};
use usecases::{Ctx, RequestKey};

use super::{Ended, ended};

/// Everything of Lindeveld that has an id.
struct Foreign {
    talk: Talk,
    message: MessageId,
    part: PartId,
    raw: RawEventId,
}

async fn lindeveld(world: &World) -> Foreign {
    let talk = world.resident("Hanna").to("wa-lindeveld").writes("GEHEIM-VAN-LINDEVELD").await;
    let femke = world.agent("Femke").await;
    let message = femke.replies(&talk, "Antwoord van Lindeveld").await;
    world.send_all(|_| Answer::Unknown { reason: "no answer in time".to_owned() }).await;
    let part = femke.parts(&talk).await[0].id;
    let number = world.number("wa-lindeveld").settings;
    let broken = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":
        {{"metadata":{{"phone_number_id":"{}"}},"messages":[{{"type":"text"}}]}}}}]}}]}}"#,
        number.phone_number_id
    );
    world
        .knock("wa-lindeveld", &signed(&number.app_secret, broken.into_bytes()))
        .await
        .expect("a delivery");
    world.read_all().await;
    let ruben = world.ctx("Ruben").await;
    let quarantined =
        list_raw_events(&ruben, RawState::Quarantined, None, 10).await.expect("a team lead may");
    let raw = quarantined.first().expect("the message without an id waits for a person").event.id;
    Foreign { talk, message, part, raw }
}

async fn tries_everything(
    ctx: &Ctx,
    foreign: &Foreign,
    own: &Talk,
    femke: domain::ids::UserId,
) -> Vec<(&'static str, Ended)> {
    let (id, key) = (foreign.talk.conversation, RequestKey::new("x2", "note", b""));
    let note = WriteNote { conversation: id, text: "Stiekem".to_owned(), key };
    let close = Close {
        conversation: id,
        outcome: domain::conversations::Outcome::Spam,
        version: None,
    };
    let assign = |conversation, assignee| Assign { conversation, assignee, version: None };
    let quoting = Reply {
        reply_to: Some(foreign.message),
        ..reply(own.conversation, "Citaat", "x2-quote")
    };
    let resolve = |resolution| Resolve {
        part: foreign.part,
        conversation: None,
        resolution,
        despite_warning: true,
    };
    vec![
        ("read a conversation", ended(verbs::read_conversation(ctx, id).await)),
        ("read its messages", ended(verbs::read_messages(ctx, id, Page::Newest, 10).await)),
        ("see who works on it", ended(verbs::list_colleagues(ctx, id).await)),
        ("answer", ended(verbs::reply_to_conversation(ctx, reply(id, "Stiekem", "x2")).await)),
        ("quote a message of it", ended(verbs::reply_to_conversation(ctx, quoting).await)),
        ("write a note", ended(verbs::write_note(ctx, note).await)),
        ("take it", ended(verbs::assign_conversation(ctx, assign(id, ctx.actor.user())).await)),
        ("give it back", ended(verbs::assign_conversation(ctx, assign(id, None)).await)),
        (
            "give an own one to somebody there",
            ended(verbs::assign_conversation(ctx, assign(own.conversation, Some(femke))).await),
        ),
        ("close it", ended(verbs::close_conversation(ctx, close).await)),
        ("reopen it", ended(verbs::reopen_conversation(ctx, id, None).await)),
        ("send again", ended(resolve_unknown(ctx, resolve(Resolution::Resend)).await)),
        ("leave it", ended(resolve_unknown(ctx, resolve(Resolution::Leave)).await)),
        ("read a delivery again", ended(replay_raw_event(ctx, foreign.raw).await)),
    ]
}

both_databases! {
    /// X2: with every permission there is, and every id that exists over there.
    async fn nothing_of_another_municipality_can_be_read_or_changed(world: World) {
        let foreign = lindeveld(&world).await;
        let own = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let femke = world.agent("Femke").await.id();
        let before = world.canonical_export("lindeveld").await;
        assert!(before.contains("GEHEIM-VAN-LINDEVELD"));
        for who in ["Fatima", "Noor"] {
            for (what, end) in tries_everything(&world.ctx(who).await, &foreign, &own, femke).await {
                let lacks = what == "read a delivery again" && who == "Noor";
                let expected = if lacks { Ended::NotAllowed } else { Ended::NotFound };
                assert_eq!(end, expected, "{who} tries to {what}");
            }
        }
        assert_eq!(world.canonical_export("lindeveld").await, before);
        // The same ids work for those whose they are: the refusals above were about the municipality.
        let ruben = world.ctx("Ruben").await;
        assert_eq!(ended(verbs::read_conversation(&ruben, foreign.talk.conversation).await), Ended::Done);
        assert_eq!(ended(replay_raw_event(&ruben, foreign.raw).await), Ended::Done);
        let leave = Resolve { part: foreign.part, conversation: None, resolution: Resolution::Leave, despite_warning: false };
        assert_eq!(ended(resolve_unknown(&ruben, leave).await), Ended::Done);
    }

    /// X2, X3: lists, counts and exports hold nothing of another municipality or team.
    async fn lists_show_what_is_ones_own(world: World) {
        let foreign = lindeveld(&world).await;
        let webcare = world.resident("Yusuf").writes("Voor webcare").await;
        let burgerzaken = world.resident("Yusuf").to("wa-tweede").writes("Voor burgerzaken").await;
        let everything = ConversationFilter::default();
        for (who, expected) in [
            ("Noor", vec![webcare.conversation]),
            ("Joris", vec![burgerzaken.conversation]),
            ("Fatima", vec![burgerzaken.conversation, webcare.conversation]),
            ("Femke", vec![foreign.talk.conversation]),
            ("Ingrid", vec![]),
        ] {
            let ctx = world.ctx(who).await;
            let mut listed: Vec<_> = verbs::list_conversations(&ctx, &everything, None, 100).await.expect("may").items;
            let mut waiting = verbs::list_by(&ctx, &domain::lists::ListQuery::default(), None, 100).await.expect("may").items;
            for list in [&mut listed, &mut waiting] {
                let mut ids: Vec<_> = list.iter().map(|one| one.conversation.id).collect();
                ids.sort();
                let mut expected = expected.clone();
                expected.sort();
                assert_eq!(ids, expected, "{who}");
            }
        }
        let fatima = world.ctx("Fatima").await;
        assert!(list_outbox(&fatima, PartState::Unknown, None, 100).await.expect("may").is_empty());
        assert!(list_raw_events(&fatima, RawState::Quarantined, None, 100).await.expect("may").is_empty());
        let ingrid = world.ctx("Ingrid").await;
        let exported = verbs::export_conversations(&ingrid, None).await.expect("an administrator exports");
        assert_eq!(exported.len(), 2);
        assert!(!format!("{exported:?}").contains("LINDEVELD"));
        assert_eq!(world.agent("Ruben").await.ctx.actor.municipality().as_str(), "lindeveld");
    }

    /// A1, X2: an account's short name is free again when the account is removed. What came for it while it was Zwanendam's
    /// never becomes Lindeveld's, and waits where Zwanendam sees it.
    async fn what_came_for_an_account_does_not_follow_its_name_to_another_municipality(world: World) {
        let number = world.number("wa-tweede").settings;
        let letter = Webhook::about(&number).text(("31600000077", "Yusuf"), "wamid.MOVED", world.now(), "Voor Zwanendam");
        world.deliver("wa-tweede", &letter).await;
        let mut declared = simulation::town::municipalities("http://127.0.0.1:9");
        let place = |id: &str| declared.iter().position(|one| one.municipality.id.as_str() == id).expect("declared");
        let (zwanendam, lindeveld) = (place("zwanendam"), place("lindeveld"));
        for one in &mut declared {
            one.users.iter_mut().for_each(|user| user.password = None);
        }
        let accounts = &mut declared[zwanendam].channel_accounts;
        let moved = accounts.iter().position(|one| one.id.as_str() == "wa-tweede").expect("declared");
        let mut moved = accounts.remove(moved);
        moved.team = declared[lindeveld].teams[0].id.clone();
        declared[lindeveld].channel_accounts.push(moved);
        let (second, first) = (declared.remove(lindeveld.max(zwanendam)), declared.remove(0));
        let (zwanendam, lindeveld) = if zwanendam < lindeveld { (first, second) } else { (second, first) };
        // As long as it is Zwanendam's, Lindeveld cannot have it.
        let early = apply_declaration(&world.installation, lindeveld.clone(), false).await;
        assert!(early.is_err_and(|why| why.to_string().contains("another municipality")));
        apply_declaration(&world.installation, zwanendam, true).await.expect("removed: nothing was read yet");
        apply_declaration(&world.installation, lindeveld, false).await.expect("the name is free");
        world.read_all().await;
        assert!(world.conversation_of("wa-lindeveld", "wamid.MOVED").await.is_none());
        assert_eq!(world.inbox("lindeveld").await["quarantined"], 0);
        assert_eq!(world.inbox("zwanendam").await["quarantined"], 1);
        let everything = ConversationFilter::default();
        for who in ["Femke", "Ruben"] {
            let seen = verbs::list_conversations(&world.ctx(who).await, &everything, None, 100).await.expect("may");
            assert!(seen.items.is_empty(), "{who} sees what was Zwanendam's");
        }
    }

    /// X3: another team of the same municipality is as far away.
    async fn a_conversation_of_another_team_does_not_exist(world: World) {
        let talk = world.resident("Yusuf").to("wa-tweede").writes("Mijn paspoort is gestolen").await;
        let noor = world.agent("Noor").await;
        assert_eq!(ended(noor.tries_to_see(talk.conversation).await), Ended::NotFound);
        assert_eq!(ended(noor.tries_to_reply(&talk, "Hallo").await), Ended::NotFound);
        assert_eq!(ended(noor.tries_to_assign(&talk, Some(noor.id())).await), Ended::NotFound);
        assert_eq!(ended(noor.tries_to_close(&talk).await), Ended::NotFound);
        // Nor can it be given to somebody outside its team.
        let fatima = world.agent("Fatima").await;
        assert_eq!(ended(fatima.tries_to_assign(&talk, Some(noor.id())).await), Ended::NotFound);
        let joris = world.agent("Joris").await;
        assert_eq!(ended(fatima.tries_to_assign(&talk, Some(joris.id())).await), Ended::Done);
    }
}
