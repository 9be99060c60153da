//! Each kind of thing that is sent, as the platform gets it; and what is refused, with the reason.

use domain::attachments::kind_of;
use domain::channels::{
    AccountAccess, After, Answer, Headers, HttpResponse, Identifier, OutboundFile, Outgoing, PartInFlight,
    Recipient, SecretValue, Secrets, Strength,
};
use domain::ids::{AttachmentId, MessageId, PartId};
use domain::messages::{
    Choice, ContactCard, Coordinates, FilledPlaceholder, FilledTemplate, GeoPlace, Labelled, MessageKind,
    Options,
};
use domain::templates::Spot;

use super::*;

fn file(media_type: &str, name: &str, bytes: u64) -> OutboundFile {
    OutboundFile {
        attachment: AttachmentId(uuid::Uuid::from_u128(7)),
        kind: kind_of(media_type),
        media_type: media_type.to_owned(),
        file_name: Some(name.to_owned()),
        bytes,
    }
}

fn outbound(text: &str, files: Vec<OutboundFile>, extras: Vec<Extra>) -> Outbound {
    Outbound {
        message: MessageId(uuid::Uuid::from_u128(1)),
        to: recipient(),
        text: text.to_owned(),
        files,
        extras,
        reply_to: Some(ProviderId::new("wamid.Q").expect("a valid id")),
    }
}

fn recipient() -> Recipient {
    let phone = Identifier {
        kind: "phone".into(),
        value: "31612340001".to_owned(),
        strength: Strength::Passing,
    };
    Recipient { identifiers: vec![phone], place: Place::Private }
}

fn account() -> AccountAccess {
    let mut secrets = Secrets::none();
    secrets.add("access_token", SecretValue::new("a-token".to_owned()));
    AccountAccess {
        base_url: "http://127.0.0.1:9100".to_owned(),
        settings: [("phone_number_id".to_owned(), "2099".to_owned())].into(),
        secrets,
    }
}

fn options(opener: Option<&str>, titles: &[&str]) -> Extra {
    let choice = |title: &&str| Choice { title: (*title).to_owned(), ..Choice::default() };
    let choices = titles.iter().map(choice).collect();
    Extra::Options(Options { opener: opener.map(str::to_owned), choices })
}

fn place() -> Extra {
    Extra::Place(GeoPlace {
        at: Coordinates::from_degrees(52.1, 4.6),
        name: Some("Milieustraat".to_owned()),
        ..GeoPlace::default()
    })
}

fn card(name: &str) -> Extra {
    let phone = Labelled { value: "+31 14 0".to_owned(), label: None };
    Extra::Contact(ContactCard {
        name: name.to_owned(),
        phones: vec![phone],
        ..ContactCard::default()
    })
}

fn template(header: Option<MessageKind>) -> Extra {
    let filled = |spot, name: &str, value: &str| FilledPlaceholder {
        spot,
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let header_text = header.is_none().then(|| filled(Spot::Header, "1", "12"));
    let others = [filled(Spot::Body, "naam", "Yusuf"), filled(Spot::Button(1), "1", "abc")];
    Extra::Template(FilledTemplate {
        name: "melding".to_owned(),
        language: "nl".to_owned(),
        parameters: Vec::new(),
        filled: header_text.into_iter().chain(others).collect(),
        header,
    })
}

/// The part as the outbox gives it back, at its step `step`, after an upload.
fn in_flight(draft: &PartDraft, step: usize) -> PartInFlight {
    let step = serde_json::to_string(&draft.steps[step]).expect("JSON");
    PartInFlight {
        id: PartId(uuid::Uuid::from_u128(0xabc)),
        step: serde_json::from_str(&step).expect("a step"),
        memory: json!({ "media": "4711", "uploads": 1 }),
    }
}

/// What the platform gets for each part: the object under its type.
fn objects(reply: &Outbound) -> Vec<(String, Value)> {
    let drafts = parts(reply).expect("it can be sent");
    let written = drafts.iter().enumerate().map(|(place, draft)| {
        let last = draft.steps.len() - 1;
        assert_eq!(draft.steps[last].kind, StepKind::Effect);
        let Outgoing::Http(request) = request(&in_flight(draft, last), &account()) else {
            unreachable!("WhatsApp is spoken over HTTP")
        };
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(body["to"], "31612340001");
        assert_eq!(body["biz_opaque_callback_data"], "00000000-0000-0000-0000-000000000abc");
        assert_eq!(body.get("context").is_some(), place == 0, "only the first quotes");
        let kind = body["type"].as_str().expect("a type").to_owned();
        let object = body[&kind].clone();
        (kind, object)
    });
    written.collect()
}

#[test]
fn each_kind_is_what_the_platform_asks_for() {
    let pdf = || file("application/pdf", "besluit.pdf", 900);
    let jpeg = || file("image/jpeg", "foto.jpg", 900);
    let check = |reply: Outbound, expected: Value| {
        let found: Vec<Value> =
            objects(&reply).into_iter().map(|(kind, object)| json!([kind, object])).collect();
        assert_eq!(Value::Array(found), expected);
    };
    check(outbound("Dag", vec![], vec![]), json!([["text", {"body": "Dag", "preview_url": false}]]));
    check(
        outbound("Zie hier", vec![jpeg()], vec![]),
        json!([["image", {"id": "4711", "caption": "Zie hier"}]]),
    );
    check(
        outbound(
            "",
            vec![pdf(), file("audio/ogg; codecs=opus", "a.ogg", 9), file("video/mp4", "a.mp4", 9)],
            vec![],
        ),
        json!([
            ["document", {"id": "4711", "filename": "besluit.pdf"}],
            ["audio", {"id": "4711"}],
            ["video", {"id": "4711"}]
        ]),
    );
    let sound = outbound("Hoor", vec![file("audio/aac", "a.aac", 9)], vec![]);
    check(
        sound,
        json!([["text", {"body": "Hoor", "preview_url": false}], ["audio", {"id": "4711"}]]),
    );
    check(
        outbound("", vec![], vec![place(), card("Loket Burgerzaken")]),
        json!([
            ["location", {"latitude": 52.1, "longitude": 4.6, "name": "Milieustraat"}],
            ["contacts", [{
                "name": {"formatted_name": "Loket Burgerzaken", "first_name": "Loket", "last_name": "Burgerzaken"},
                "phones": [{"phone": "+31 14 0", "type": "WORK"}]
            }]]
        ]),
    );
    check(
        outbound("Past dat?", vec![jpeg(), pdf()], vec![options(None, &["Ja", "Nee"])]),
        json!([
            ["image", {"id": "4711"}],
            ["document", {"id": "4711", "filename": "besluit.pdf"}],
            ["interactive", {"type": "button", "body": {"text": "Past dat?"}, "action": {"buttons": [
                {"type": "reply", "reply": {"id": "1", "title": "Ja"}},
                {"type": "reply", "reply": {"id": "2", "title": "Nee"}}
            ]}}]
        ]),
    );
    check(
        outbound(
            "Waarover?",
            vec![],
            vec![options(Some("Kies"), &["Afval", "Paspoort", "Lantaarn", "Anders"])],
        ),
        json!([["interactive", {"type": "list", "body": {"text": "Waarover?"}, "action": {"button": "Kies",
            "sections": [{"rows": [{"id": "1", "title": "Afval"}, {"id": "2", "title": "Paspoort"},
                {"id": "3", "title": "Lantaarn"}, {"id": "4", "title": "Anders"}]}]}}]]),
    );
    let named = json!([{"type": "text", "text": "Yusuf", "parameter_name": "naam"}]);
    let button = json!({"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "abc"}]});
    check(
        outbound("", vec![], vec![template(None)]),
        json!([["template", {"name": "melding", "language": {"code": "nl"}, "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "12"}]},
            {"type": "body", "parameters": named}, button]}]]),
    );
    check(
        outbound("", vec![jpeg()], vec![template(Some(MessageKind::Image))]),
        json!([["template", {"name": "melding", "language": {"code": "nl"}, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "4711"}}]},
            {"type": "body", "parameters": named}, button]}]]),
    );
}

#[test]
fn a_long_text_stands_above_the_file_and_not_below_it() {
    let long = "a".repeat(1025);
    let found = objects(&outbound(&long, vec![file("image/png", "a.png", 1)], vec![]));
    assert_eq!(found[0], ("text".to_owned(), json!({ "body": long, "preview_url": false })));
    assert_eq!(found[1], ("image".to_owned(), json!({ "id": "4711" })));
}

#[test]
fn what_the_platform_does_not_take_is_refused_with_the_reason() {
    let refused = |reply: Outbound| match parts(&reply) {
        Err(Unsendable::File { ordinal, reason }) => format!("file {ordinal} {reason}"),
        Err(Unsendable::Extra { what }) => what.to_owned(),
        other => format!("{other:?}"),
    };
    let with = |extras| refused(outbound("Kies", vec![], extras));
    let files = |files| refused(outbound("", files, vec![]));
    let good = || file("image/png", "a.png", 1);
    assert_eq!(files(vec![good(), file("image/gif", "a.gif", 1)]), "file 1 type");
    assert_eq!(files(vec![file("image/jpeg", "a.jpg", 5 * 1024 * 1024 + 1)]), "file 0 size");
    assert_eq!(files(vec![file("application/pdf", "a.pdf", 0)]), "file 0 empty");
    assert_eq!(files(vec![good(); 11]), "file 10 count");
    assert_eq!(with(vec![options(None, &["a", "b", "c", "d"])]), "too_many_buttons");
    assert_eq!(with(vec![options(None, &["a", "a"])]), "choices_alike");
    assert_eq!(with(vec![options(None, &[])]), "no_choices");
    assert_eq!(with(vec![options(None, &[" "])]), "choice_empty");
    assert_eq!(with(vec![options(None, &["één twee drie vier vijf"])]), "button_too_long");
    assert_eq!(with(vec![options(Some("Kies"), &["één twee drie vier vijf zes"])]), "choice_too_long");
    assert_eq!(with(vec![options(Some("Kies hieronder uit de lijst"), &["a"])]), "opener_too_long");
    assert_eq!(with(vec![options(Some("Kies"), &["a"; 11])]), "choices_alike");
    let eleven: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
    assert_eq!(with(vec![options(Some("Kies"), &eleven)]), "too_many_choices");
    assert_eq!(refused(outbound(" ", vec![], vec![options(None, &["Ja"])])), "options_without_text");
    assert_eq!(
        refused(outbound(&"a".repeat(1025), vec![], vec![options(None, &["Ja"])])),
        "options_text_too_long"
    );
    assert_eq!(with(vec![Extra::Place(GeoPlace::default())]), "place_without_point");
    assert_eq!(with(vec![card(" ")]), "contact_without_name");
    assert_eq!(with(vec![card("Noor"); 11]), "too_many_contacts");
    assert_eq!(with(vec![template(None), place()]), "template_with_more");
    assert_eq!(with(vec![template(Some(MessageKind::Image))]), "template_header");
}

#[test]
fn a_file_is_uploaded_before_it_is_sent_and_again_when_it_is_lost() {
    let drafts =
        parts(&outbound("Zie", vec![file("image/jpeg", "foto.jpg", 9)], vec![])).expect("it can be sent");
    assert_eq!(
        drafts[0].steps.iter().map(|step| step.kind).collect::<Vec<_>>(),
        [StepKind::Safe, StepKind::Effect]
    );
    let (upload, send) = (in_flight(&drafts[0], 0), in_flight(&drafts[0], 1));
    let Outgoing::Http(request) = request(&upload, &account()) else {
        unreachable!("over HTTP")
    };
    assert_eq!(request.url, "http://127.0.0.1:9100/v26.0/2099/media");
    let form = request.form.expect("a form");
    assert_eq!((form.file_name.as_str(), form.media_type.as_str()), ("foto.jpg", "image/jpeg"));
    let answer = |status, body: &str| HttpResponse {
        status,
        headers: Headers::default(),
        body: body.as_bytes().to_vec(),
    };
    assert_eq!(
        after(&PartInFlight { memory: Value::Null, ..upload.clone() }, &answer(200, r#"{"id":"4712"}"#)),
        After::NextStep { memory: json!({ "media": "4712", "uploads": 1 }) }
    );
    for (status, body) in [(200, "{}"), (502, "<html>"), (413, "")] {
        let again = after(&upload, &answer(status, body));
        assert!(matches!(again, After::Ended(Answer::Retry { .. })), "{status}: {again:?}");
    }
    for code in [100, 131_009, 131_052, 131_053] {
        let lost = answer(400, &format!(r#"{{"error":{{"code":{code}}}}}"#));
        let restart = after(&send, &lost);
        assert!(
            matches!(&restart, After::Restart { memory, .. } if *memory == json!({ "uploads": 1 })),
            "{restart:?}"
        );
        let twice = PartInFlight {
            memory: json!({ "media": "4713", "uploads": 2 }),
            ..send.clone()
        };
        assert!(matches!(after(&twice, &lost), After::Ended(Answer::Refused { .. })), "{code}");
        // Without a file there is nothing to upload.
        let text = PartInFlight { memory: Value::Null, ..send.clone() };
        assert!(matches!(after(&text, &lost), After::Ended(Answer::Refused { .. })), "{code}");
    }
}

#[test]
fn a_reaction_is_given_and_taken_back_and_is_an_emoji() {
    let target = ProviderId::new("wamid.T").expect("a valid id");
    let sent = |emoji| {
        let draft = reaction(&recipient(), &target, emoji).expect("it can be sent");
        let Outgoing::Http(request) = request(&in_flight(&draft, 0), &account()) else {
            unreachable!("over HTTP")
        };
        serde_json::from_slice::<Value>(&request.body).expect("JSON")["reaction"].clone()
    };
    assert_eq!(sent(Some("👍🏽")), json!({ "message_id": "wamid.T", "emoji": "👍🏽" }));
    assert_eq!(sent(None), json!({ "message_id": "wamid.T", "emoji": "" }));
    for word in ["ok", "👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍"] {
        assert_eq!(reaction(&recipient(), &target, Some(word)), Err(Unsendable::Extra { what: "reaction" }));
    }
}

#[test]
fn that_a_message_was_seen_is_no_message_and_what_comes_of_it_is_over() {
    let draft = seen(&ProviderId::new("wamid.T").expect("a valid id"));
    assert_eq!(draft.steps[0].kind, StepKind::Safe);
    let part = in_flight(&draft, 0);
    let Outgoing::Http(request) = request(&part, &account()) else {
        unreachable!("over HTTP")
    };
    assert_eq!(
        serde_json::from_slice::<Value>(&request.body).expect("JSON"),
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.T",
                "typing_indicator": { "type": "text" } })
    );
    let done = HttpResponse {
        status: 200,
        headers: Headers::default(),
        body: br#"{"success":true}"#.to_vec(),
    };
    assert_eq!(after(&part, &done), After::Ended(Answer::Delivered { provider_id: None }));
}

#[test]
fn a_text_that_an_earlier_release_queued_still_goes() {
    let part = PartInFlight {
        id: PartId(uuid::Uuid::from_u128(0xabc)),
        step: Step {
            name: "send_text".to_owned(),
            kind: StepKind::Effect,
            carries_file: false,
            data: json!({ "to": "31612340001", "body": "Dag" }),
        },
        memory: Value::Null,
    };
    let Outgoing::Http(request) = request(&part, &account()) else {
        unreachable!("over HTTP")
    };
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!((&body["type"], &body["text"]["body"]), (&json!("text"), &json!("Dag")));
}
