//! Every kind of thing that is sent goes out once, or is known not to have gone: the contract of the outbox (C1 to C4,
//! C9) as a table over kinds.

use domain::ids::AttachmentId;
use domain::messages::{Choice, ContactCard, Coordinates, GeoPlace, Labelled, Options};
use domain::outbox::PartState;
use drivers::{Sender, Templates};
use serde_json::json;
use simulation::both_databases;
use simulation::platforms::FaultOrder;
use simulation::world::{Talk, World, reply};
use usecases::RequestKey;
use usecases::conversations::{Along, ChosenTemplate, React, Reply, react_to_message, reply_to_conversation};
use usecases::drafts::upload_draft;
use usecases::outbox::{Part, claim_parts, sweep_lost_leases};

use crate::street::{Street, egress, impatient};

/// A kind of thing that is sent, as the platform names it.
const KINDS: [&str; 9] = [
    "text", "image", "document", "location", "contacts", "button", "list", "template", "reaction",
];

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

/// A picture of one pixel.
fn png() -> Vec<u8> {
    let bytes = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc00000\
                 030101\
                 00c9fe92ef0000000049454e44ae426082";
    (0..bytes.len() / 2)
        .map(|at| u8::from_str_radix(&bytes[at * 2..at * 2 + 2], 16).expect("hex"))
        .collect()
}

async fn uploaded(street: &Street, name: &str, bytes: &[u8]) -> AttachmentId {
    let ctx = street.world.ctx("Noor").await;
    upload_draft(&ctx, &mut &*bytes, Some(name)).await.expect("taken")
}

fn choices(opener: Option<&str>) -> Option<Options> {
    let choice = |title: &str| Choice { title: title.to_owned(), ..Choice::default() };
    Some(Options {
        opener: opener.map(str::to_owned),
        choices: vec![choice("Ja"), choice("Nee")],
    })
}

/// What goes along with a reply of this kind.
async fn along(street: &Street, kind: &str) -> Along {
    let place = GeoPlace {
        at: Coordinates::from_degrees(52.1, 4.6),
        name: Some("Milieustraat".to_owned()),
        ..GeoPlace::default()
    };
    let phone = Labelled { value: "+31 14 0".to_owned(), label: None };
    let card = ContactCard {
        name: "Loket Burgerzaken".to_owned(),
        phones: vec![phone],
        ..ContactCard::default()
    };
    let none = Along::default();
    match kind {
        "image" => Along {
            files: vec![uploaded(street, "kaart.png", &png()).await],
            ..none
        },
        "document" => Along {
            files: vec![uploaded(street, "besluit.pdf", PDF).await],
            ..none
        },
        "location" => Along { place: Some(place), ..none },
        "contacts" => Along { contacts: vec![card], ..none },
        "button" => Along { options: choices(None), ..none },
        "list" => Along { options: choices(Some("Kies")), ..none },
        "template" => Along {
            template: Some(ChosenTemplate {
                name: "melding_stand".to_owned(),
                language: "nl".to_owned(),
                values: [("body.1".to_owned(), "Yusuf".to_owned())].into(),
                seen: None,
            }),
            ..none
        },
        _ => none,
    }
}

/// An approved template of the main number's account, and our list of it.
async fn approve(street: &Street) {
    let waba = street.world.number("wa-main").settings.waba_id;
    let template = json!({
        "name": "melding_stand", "language": "nl", "category": "UTILITY",
        "components": [{ "type": "BODY", "text": "Beste {{1}}, uw melding is klaar.",
                         "example": { "body_text": [["Yusuf"]] } }]
    });
    street.platforms.whatsapp().add_template(&waba, &template).expect("a template");
    let templates = Templates::new(std::sync::Arc::clone(&street.world.installation), egress());
    templates.read_due().await.expect("the store answers");
}

/// Somebody writes, and Noor answers with this kind of thing.
async fn said(street: &Street, place: usize, kind: &str) -> Talk {
    let talk = street
        .resident_writes(&format!("3160012{place:04}"), "wa-main", "De lantaarn is kapot")
        .await;
    let ctx = street.world.ctx("Noor").await;
    if kind == "reaction" {
        let message = street.world.agent("Noor").await.reads(&talk).await.remove(0).message.id;
        let key = RequestKey::new(&format!("r{place}"), "reaction", b"");
        let react = React {
            conversation: talk.conversation,
            message,
            emoji: Some("👍".to_owned()),
            key,
        };
        react_to_message(&ctx, react).await.expect("taken");
        return talk;
    }
    // Alone where it can be: each then is one part.
    let text = if matches!(kind, "text" | "button" | "list") { "Klopt dat?" } else { "" };
    let along = along(street, kind).await;
    let one = Reply {
        hold_seconds: 0,
        along,
        ..reply(talk.conversation, text, &format!("k{place}"))
    };
    reply_to_conversation(&ctx, one).await.unwrap_or_else(|why| unreachable!("{kind}: {why}"));
    talk
}

/// The one part of what was said.
async fn part(street: &Street, talk: &Talk) -> Part {
    let messages = street.world.agent("Noor").await.reads(talk).await;
    let reactions = messages
        .iter()
        .filter_map(|view| view.our_reaction.as_ref().map(|ours| ours.part.clone()));
    let mut parts: Vec<Part> = reactions.chain(messages.iter().flat_map(|view| view.parts.clone())).collect();
    assert_eq!(parts.len(), 1, "{parts:?}");
    parts.remove(0)
}

async fn sends_all(sender: &Sender) {
    while sender.send_once().await.expect("the store answers") > 0 {}
}

/// How often the platform accepted something from this part.
fn times(street: &Street, part: &Part) -> usize {
    let id = part.id.to_string();
    let accepted = street.accepted("wa-main");
    accepted.iter().filter(|one| one.biz_opaque_callback_data.as_deref() == Some(&id)).count()
}

both_databases! {
    /// Each kind arrives as what it is, with the price that the platform told where it charges.
    async fn each_kind_arrives_as_what_it_is(world: World) {
        let street = Street::open(world).await;
        approve(&street).await;
        for (place, kind) in KINDS.into_iter().enumerate() {
            let talk = said(&street, place, kind).await;
            sends_all(&street.sender).await;
            let part = part(&street, &talk).await;
            assert_eq!(part.state, PartState::Accepted, "{kind}: {:?}", part.failure);
            let accepted = street.accepted("wa-main").pop().expect("something");
            let expected = if matches!(kind, "button" | "list") { "interactive" } else { kind };
            assert_eq!(accepted.kind, expected);
            assert_eq!(times(&street, &part), 1, "{kind}");
            if kind != "reaction" {
                let price = async || {
                    let views = street.world.agent("Noor").await.reads(&talk).await;
                    views.iter().find_map(|view| view.prices.get(&part.id).cloned())
                };
                street.until(&format!("{kind} has a price"), async || price().await.is_some()).await;
                let price = price().await.expect("a moment ago it was there");
                let category = if kind == "template" { "utility" } else { "service" };
                assert_eq!(price.category.as_deref(), Some(category), "{kind}");
            }
        }
    }

    /// C1: the platform took it and the answer is lost: unknown, resolved by the report, never sent twice.
    async fn each_kind_whose_answer_is_lost_is_unknown_until_told(world: World) {
        let street = Street::open(world).await;
        approve(&street).await;
        let sender = Sender::new(std::sync::Arc::clone(&street.world.installation), impatient());
        for (place, kind) in KINDS.into_iter().enumerate() {
            let talk = said(&street, place, kind).await;
            street.order(if place % 2 == 0 { "accept_then_close" } else { "accept_half_open" });
            sends_all(&sender).await;
            let sent = part(&street, &talk).await;
            assert_eq!(sent.state, PartState::Unknown, "{kind}: {:?}", sent.failure);
            street.tempt().await;
            street.until(&format!("{kind} is known"), async || {
                part(&street, &talk).await.state == PartState::Accepted
            }).await;
            street.tempt().await;
            assert_eq!(times(&street, &sent), 1, "{kind}");
        }
    }

    /// C2: the sender dies at any step. An upload is done again; a send is unknown and stays so until something tells.
    async fn each_kind_survives_the_death_of_its_sender(world: World) {
        let street = Street::open(world).await;
        approve(&street).await;
        let node = &street.world.installation;
        for (place, kind) in KINDS.into_iter().enumerate() {
            let talk = said(&street, place, kind).await;
            let file = matches!(kind, "image" | "document");
            if file {
                // Dies during the upload, which nobody outside sees: it is simply done again.
                let claimed = claim_parts(node, 1).await.expect("the store answers").remove(0);
                usecases::outbox::enter_flight(node, &claimed).await.expect("the store answers");
                sweep_lost_leases(node, 24 * 3600).await.expect("the store answers");
                assert_eq!(part(&street, &talk).await.state, PartState::Queued, "{kind}");
                // The upload succeeds; dies before the send began.
                assert_eq!(street.sender.send_once().await.expect("the store answers"), 1);
                let between = part(&street, &talk).await;
                assert_eq!((between.state, between.step), (PartState::Queued, 1), "{kind}");
                claim_parts(node, 1).await.expect("the store answers");
                sweep_lost_leases(node, 24 * 3600).await.expect("the store answers");
                assert_eq!(part(&street, &talk).await.state, PartState::Queued, "{kind}");
            }
            // Dies while the send is on its way.
            let claimed = claim_parts(node, 1).await.expect("the store answers").remove(0);
            usecases::outbox::enter_flight(node, &claimed).await.expect("the store answers");
            sweep_lost_leases(node, 24 * 3600).await.expect("the store answers");
            assert_eq!(part(&street, &talk).await.state, PartState::Unknown, "{kind}");
            street.tempt().await;
            assert_eq!(times(&street, &claimed), 0, "{kind}: the machine never sends it again");
        }
    }

    /// C4: the platform's own word that it was not sent: tried again where that passes, refused with its number where not.
    async fn each_kind_ends_by_the_platforms_own_word(world: World) {
        let street = Street::open(world).await;
        approve(&street).await;
        for (place, kind) in KINDS.into_iter().enumerate() {
            let talk = said(&street, place, kind).await;
            street.order("error500");
            sends_all(&street.sender).await;
            assert_eq!(part(&street, &talk).await.state, PartState::Queued, "{kind}");
            street.until(&format!("{kind} goes after all"), async || {
                street.sender.send_once().await.expect("the store answers");
                part(&street, &talk).await.state == PartState::Accepted
            }).await;
            let again = said(&street, 100 + place, kind).await;
            street.order_with(FaultOrder { code: Some(131_026), ..FaultOrder::once("refuse") });
            sends_all(&street.sender).await;
            let refused = part(&street, &again).await;
            assert_eq!(refused.state, PartState::Failed, "{kind}");
            let why = refused.failure.unwrap_or_default();
            assert!(why.starts_with("unreachable: 131026 "), "{kind}: {why}");
        }
    }

    /// C9: a dead token holds the account; what waited goes with the new one. Each kind, and in the order of its talk.
    async fn each_kind_waits_for_a_new_token(world: World) {
        let street = Street::open(world).await;
        approve(&street).await;
        let number = street.world.number("wa-main").settings;
        let mut talks = Vec::new();
        for (place, kind) in KINDS.into_iter().enumerate() {
            talks.push((kind, said(&street, place, kind).await));
        }
        street.platforms.whatsapp().replace_token(&number.phone_number_id, None).expect("revoked");
        sends_all(&street.sender).await;
        for (kind, talk) in &talks {
            assert_eq!(part(&street, talk).await.state, PartState::Queued, "{kind}");
        }
        street.platforms.whatsapp().replace_token(&number.phone_number_id, number.access_token).expect("back");
        let account = "wa-main".parse().expect("a name");
        usecases::outbox::release_account(&street.world.ctx("Ingrid").await, &account).await.expect("may");
        sends_all(&street.sender).await;
        for (kind, talk) in &talks {
            let part = part(&street, talk).await;
            assert_eq!(part.state, PartState::Accepted, "{kind}: {:?}", part.failure);
            assert_eq!(times(&street, &part), 1, "{kind}");
        }
    }

    /// C9: the window closes while it waits. Nothing that needs it is sent, and its agent is told why; a template, which
    /// needs none, goes.
    async fn each_kind_but_a_template_stays_when_the_window_closes(world: World) {
        let street = Street::open(world).await;
        approve(&street).await;
        let mut talks = Vec::new();
        for (place, kind) in KINDS.into_iter().enumerate() {
            talks.push((kind, said(&street, place, kind).await));
        }
        street.world.hours_later(25);
        sends_all(&street.sender).await;
        street.tempt().await;
        for (kind, talk) in &talks {
            let part = part(&street, talk).await;
            if *kind == "template" {
                assert_eq!((part.state, times(&street, &part)), (PartState::Accepted, 1), "{:?}", part.failure);
            } else {
                assert_eq!((part.state, part.failure.as_deref()), (PartState::Failed, Some("window_closed")), "{kind}");
                assert_eq!(times(&street, &part), 0, "{kind}");
            }
        }
        assert_eq!(street.accepted("wa-main").len(), 1);
    }

    /// An answer with two attachments and a button list: three parts in their order, each with its own state; the file that
    /// the platform refuses holds what comes after it until a person decides.
    async fn two_files_and_a_list_are_three_parts_with_a_state_each(world: World) {
        let street = Street::open(world).await;
        let talk = street.resident_writes("31600123456", "wa-main", "Mag dit?").await;
        let files = vec![uploaded(&street, "kaart.png", &png()).await, uploaded(&street, "besluit.pdf", PDF).await];
        let along = Along { files, options: choices(Some("Kies")), ..Along::default() };
        let one = Reply { along, ..reply(talk.conversation, "Klopt dit?", "drie") };
        reply_to_conversation(&street.world.ctx("Noor").await, one).await.expect("taken");
        // The first goes; the second is refused for good.
        while street.accepted("wa-main").is_empty() {
            street.sender.send_once().await.expect("the store answers");
        }
        street.order_with(FaultOrder { code: Some(131_026), ..FaultOrder::once("refuse") });
        sends_all(&street.sender).await;
        assert_eq!(street.states(&talk).await, [PartState::Accepted, PartState::Failed, PartState::Queued]);
        street.tempt().await;
        assert_eq!(street.accepted("wa-main").len(), 1);
        let failed = street.parts(&talk).await.remove(1).id;
        usecases::outbox::resolve_unknown(
            &street.world.ctx("Noor").await,
            usecases::outbox::Resolve {
                part: failed,
                conversation: Some(talk.conversation),
                resolution: domain::outbox::Resolution::Resend,
                despite_warning: false,
            },
        )
        .await
        .expect("decided");
        sends_all(&street.sender).await;
        let kinds: Vec<String> = street.accepted("wa-main").into_iter().map(|one| one.kind).collect();
        assert_eq!(kinds, ["image", "document", "interactive"]);
    }

    /// A file that the platform lost between the upload and the send is uploaded once more.
    async fn a_file_that_the_platform_lost_is_uploaded_again(world: World) {
        let street = Street::open(world).await;
        let talk = said(&street, 1, "document").await;
        assert_eq!(street.sender.send_once().await.expect("the store answers"), 1);
        let first = part(&street, &talk).await.memory["media"].clone();
        street.order_with(FaultOrder { code: Some(131_053), ..FaultOrder::once("refuse") });
        sends_all(&street.sender).await;
        let sent = part(&street, &talk).await;
        assert_eq!(sent.state, PartState::Accepted, "{:?}", sent.failure);
        assert_ne!(sent.memory["media"], first);
        assert_eq!(times(&street, &sent), 1);
    }

    /// What the platform takes offence at stops the account, and only a person lets it go on: a new token does not.
    async fn an_account_that_the_platform_locked_stays_stopped_until_a_person_says_so(world: World) {
        let street = Street::open(world).await;
        let first = said(&street, 1, "text").await;
        street.order_with(FaultOrder { code: Some(131_031), ..FaultOrder::once("refuse") });
        sends_all(&street.sender).await;
        let stopped = async || {
            let holds = usecases::overview::look(&street.world.installation).await.expect("answers").holds;
            holds.iter().any(|hold| hold.until_person)
        };
        assert!(stopped().await);
        street.world.declare(&format!("http://{}", street.platforms.address())).await;
        street.tempt().await;
        assert!(stopped().await && street.accepted("wa-main").is_empty());
        let account = "wa-main".parse().expect("a name");
        let noor = usecases::outbox::release_account(&street.world.ctx("Noor").await, &account).await;
        assert!(matches!(noor, Err(usecases::Failure::NotAllowed(_))), "{noor:?}");
        usecases::outbox::release_account(&street.world.ctx("Ingrid").await, &account).await.expect("may");
        sends_all(&street.sender).await;
        assert_eq!(part(&street, &first).await.state, PartState::Accepted);
    }
}
