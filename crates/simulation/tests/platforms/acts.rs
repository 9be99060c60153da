//! Everything a resident can do on a phone, as webhooks tell it.

use std::time::Duration;

use serde_json::{Value, json};
use simulation::platforms::{Act, Deed, FileKind, Forwarded, Inbound, SentFile};

use super::town::{NUMBER, Town, YUSUF, number, read};

fn says(body: &str) -> Deed {
    Deed::Text { body: body.to_owned() }
}

fn problem(town: &Town, does: Deed) -> u16 {
    let inbound = Inbound {
        from: YUSUF.to_owned(),
        acts: vec![does.into()],
        ..Inbound::default()
    };
    town.platforms.whatsapp().inbound(NUMBER, &inbound).expect_err("refused").status()
}

#[tokio::test]
async fn places_cards_orders_and_what_nobody_knows_arrive_in_their_own_shape() {
    let town = Town::start().await;
    let place = Deed::Location {
        latitude: 52.1,
        longitude: 4.6,
        name: Some("Speeltuin".to_owned()),
        address: None,
        url: None,
    };
    let card = Deed::Contact {
        name: "Noor Bakker".to_owned(),
        phone: "+31 600 000 001".to_owned(),
    };
    let order = Deed::Order {
        catalog_id: "194".to_owned(),
        text: "Graag".to_owned(),
        items: vec![("compostvat".to_owned(), 2)],
    };
    let checks: [(Deed, &str, Value); 6] = [
        (place, "location", json!({"latitude": 52.1, "longitude": 4.6, "name": "Speeltuin"})),
        (
            card,
            "contacts",
            json!([{"name": {"formatted_name": "Noor Bakker", "first_name": "Noor"},
                "phones": [{"phone": "+31 600 000 001", "wa_id": "31600000001", "type": "MOBILE"}]}]),
        ),
        (
            order,
            "order",
            json!({"catalog_id": "194", "text": "Graag", "product_items": [
                {"product_retailer_id": "compostvat", "quantity": 2, "item_price": 5, "currency": "EUR"}]}),
        ),
        (
            Deed::Unsupported { kind: Some("poll".to_owned()) },
            "unsupported",
            json!({"type": "poll"}),
        ),
        (Deed::RequestWelcome, "request_welcome", Value::Null),
        (
            Deed::Other { kind: "hologram".to_owned(), object: json!({"id": 1}) },
            "hologram",
            json!({"id": 1}),
        ),
    ];
    for (does, kind, object) in checks {
        let wamid = town.yusuf_does(does).remove(0);
        let message = town.message(&wamid).await;
        assert_eq!((message["type"].as_str(), &message[kind]), (Some(kind), &object));
        match kind {
            "unsupported" => assert_eq!(message["errors"][0]["code"], 131_051),
            _ => assert!(message.get("errors").is_none()),
        }
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_told_of_with_an_error_beside_it_and_cannot_be_had() {
    let town = Town::start().await;
    for (kind, word, mime_type) in [
        (FileKind::Video, "video", "video/mp4"),
        (FileKind::Document, "document", "application/pdf"),
    ] {
        let wamid = town.yusuf_does(Deed::TooLarge { kind }).remove(0);
        let message = town.message(&wamid).await;
        assert_eq!((&message["type"], &message[word]["mime_type"]), (&json!(word), &json!(mime_type)));
        let id = message[word]["id"].as_str().expect("an id");
        let (status, _) = town.call("GET", id, None).await;
        assert_eq!(status, 400, "there is no file {id}");
        let error = &message["errors"][0];
        let title = error["title"].as_str().expect("a title");
        assert_eq!((&error["code"], &error["message"]), (&json!(131_052), &error["title"]));
        assert!(title.ends_with("to send a media file that is smaller than 100MB"), "{title}");
    }
}

#[tokio::test]
async fn quotes_forwards_and_reactions_name_their_message() {
    let town = Town::start().await;
    let own = town.yusuf_does(says("De lantaarn is kapot")).remove(0);
    town.send_kind("text", json!({"body": "Bij welk nummer?"})).await;
    let ours = town.accepted()[0].wamid.clone();
    let quoting = |wamid: &str| Act { quotes: Some(wamid.to_owned()), ..says("Deze").into() };
    let wamid = town.yusuf_acts(vec![quoting(&ours)]).remove(0);
    assert_eq!(town.message(&wamid).await["context"], json!({"from": "31600999888", "id": ours}));
    let wamid = town.yusuf_acts(vec![quoting(&own)]).remove(0);
    assert_eq!(town.message(&wamid).await["context"], json!({"from": YUSUF, "id": own}));
    for (forwarded, context) in [
        (Forwarded::Once, json!({"forwarded": true})),
        (Forwarded::Often, json!({"frequently_forwarded": true})),
    ] {
        let wamid = town.yusuf_acts(vec![Act { forwarded, ..says("Doorgestuurd").into() }]).remove(0);
        assert_eq!(town.message(&wamid).await["context"], context);
    }
    for (emoji, told) in [
        (Some("👍"), json!({"message_id": ours, "emoji": "👍"})),
        (Some(""), json!({"message_id": ours, "emoji": ""})),
        (None, json!({"message_id": ours})),
    ] {
        let does = Deed::Reaction { message: ours.clone(), emoji: emoji.map(str::to_owned) };
        let wamid = town.yusuf_does(does).remove(0);
        assert_eq!(town.message(&wamid).await["reaction"], told);
    }
    let group = Act {
        group_id: Some("HBgL".to_owned()),
        ..says("Aan allen").into()
    };
    let wamid = town.yusuf_acts(vec![group]).remove(0);
    assert_eq!(town.message(&wamid).await["group_id"], "HBgL");
}

#[tokio::test]
async fn what_we_offer_can_be_pressed_chosen_and_filled_in_and_nothing_else() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    let buttons = json!({"type": "button", "body": {"text": "Klopt het?"}, "action": {"buttons": [
        {"type": "reply", "reply": {"id": "ja", "title": "Ja"}}, {"type": "reply", "reply": {"id": "nee", "title": "Nee"}}]}});
    let flow = json!({"type": "flow", "body": {"text": "Vul in"}, "action": {"name": "flow", "parameters": {
        "flow_message_version": "3", "flow_id": "1", "flow_cta": "Begin", "flow_token": "t-1"}}});
    for object in [buttons, flow] {
        assert_eq!(town.send_kind("interactive", object).await.0, 200);
    }
    let sent: Vec<String> = town.accepted().into_iter().map(|one| one.wamid).collect();
    let press = |choice: &str| Deed::Press { message: sent[0].clone(), choice: choice.to_owned() };
    let message = town.message(&town.yusuf_does(press("Ja"))[0]).await;
    assert_eq!(
        message["interactive"],
        json!({"type": "button_reply", "button_reply": {"id": "ja", "title": "Ja"}})
    );
    assert_eq!(message["context"]["id"], json!(sent[0]));
    assert_eq!(problem(&town, press("Misschien")), 400);
    let filled = Deed::Flow {
        message: sent[1].clone(),
        answers: json!({"straat": "Kerkstraat"}),
    };
    let message = town.message(&town.yusuf_does(filled)[0]).await;
    let answers: Value =
        serde_json::from_str(message["interactive"]["nfm_reply"]["response_json"].as_str().expect("text"))
            .expect("JSON");
    assert_eq!(answers, json!({"straat": "Kerkstraat", "flow_token": "t-1"}));
    let wrong = Deed::Flow { message: sent[0].clone(), answers: json!({}) };
    assert_eq!(problem(&town, wrong), 400);
    let call = Deed::CallPermission { message: sent[0].clone(), accepts: false };
    let message = town.message(&town.yusuf_does(call)[0]).await;
    assert_eq!(message["interactive"]["call_permission_reply"]["response"], "reject");
}

#[tokio::test]
async fn an_edit_or_deletion_is_told_in_time_and_only_to_numbers_in_use_on_a_phone() {
    let town = Town::start().await;
    let photo = SentFile {
        caption: Some("Kerkstrat 14".to_owned()),
        ..SentFile::of(FileKind::Image)
    };
    let text = town.yusuf_does(says("Kerkstrat 14")).remove(0);
    let photo = town.yusuf_does(Deed::File(photo)).remove(0);
    let edit = |message: &str| Deed::Edit {
        message: message.to_owned(),
        text: "Kerkstraat 14".to_owned(),
    };
    let told = town.message(&town.yusuf_does(edit(&text))[0]).await;
    assert_eq!(
        told["edit"],
        json!({"original_message_id": text,
        "message": {"type": "text", "text": {"body": "Kerkstraat 14"}}})
    );
    let told = town.message(&town.yusuf_does(edit(&photo))[0]).await;
    assert_eq!(told["edit"]["message"]["image"]["caption"], "Kerkstraat 14");
    let place = Deed::Location {
        latitude: 52.1,
        longitude: 4.6,
        name: None,
        address: None,
        url: None,
    };
    let place = town.yusuf_does(place).remove(0);
    assert_eq!(problem(&town, edit(&place)), 400, "a place has no words");
    let revoke = || Deed::Revoke { message: text.clone() };
    let told = town.message(&town.yusuf_does(revoke())[0]).await;
    assert_eq!(told["revoke"], json!({"original_message_id": text}));

    let mut cloud = number(&town.callback.url);
    cloud.coexistence = false;
    town.platforms.whatsapp().register(cloud).expect("changed");
    let told = town.message(&town.yusuf_does(edit(&text))[0]).await;
    assert_eq!((&told["type"], &told["unsupported"]["type"]), (&json!("unsupported"), &json!("edit")));
    assert_eq!(town.yusuf_does(revoke()), Vec::<String>::new());
    town.platforms.clock().jump(Duration::from_secs(16 * 60));
    assert_eq!(problem(&town, edit(&text)), 400);
    town.platforms.clock().jump(Duration::from_secs(2 * 24 * 3600));
    assert_eq!(problem(&town, revoke()), 400);
    assert_eq!(problem(&town, Deed::Revoke { message: "wamid.unknown".to_owned() }), 404);
}

#[tokio::test]
async fn a_new_number_is_told_without_contacts_and_answered_there() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    let to = "31600654321";
    let change = |as_user_id| Deed::ChangeNumber { to: to.to_owned(), as_user_id };
    let wamid = town.yusuf_does(change(false)).remove(0);
    let told = town.message(&wamid).await;
    assert_eq!(
        (&told["system"]["type"], &told["system"]["wa_id"]),
        (&json!("user_changed_number"), &json!(to))
    );
    let came = town.callback.came();
    let change = came
        .iter()
        .flat_map(|one| one.changes())
        .find(|change| change["value"]["messages"][0]["id"] == wamid);
    assert!(change.expect("it came")["value"].get("contacts").is_none());
    let hello = Inbound {
        from: to.to_owned(),
        texts: vec!["Ik ben het".to_owned()],
        ..Inbound::default()
    };
    town.platforms.whatsapp().inbound(NUMBER, &hello).expect("written");
    let again = Inbound {
        from: to.to_owned(),
        acts: vec![
            Deed::ChangeNumber { to: YUSUF.to_owned(), as_user_id: true }.into(),
            Deed::ChangeIdentity.into(),
        ],
        ..Inbound::default()
    };
    let ids = town.platforms.whatsapp().inbound(NUMBER, &again).expect("done");
    assert_eq!(town.message(&ids[0]).await["system"]["type"], "user_changed_user_id");
    let identity = town.message(&ids[1]).await;
    assert_eq!(
        (&identity["system"]["type"], &identity["identity"]["acknowledged"]),
        (&json!("customer_identity_changed"), &json!(true))
    );
}

#[tokio::test]
async fn the_control_endpoint_takes_every_deed_as_json() {
    let town = Town::start().await;
    let url = town.url(&format!("/control/whatsapp/numbers/{NUMBER}/inbound"));
    let own = town.yusuf_does(says("Hallo")).remove(0);
    let acts = json!([
        {"does": {"file": {"kind": "image", "sample": "tree", "caption": "Boom om", "place": {"latitude": 52.1, "longitude": 4.6}}}},
        {"does": {"file": {"kind": "voice"}}, "quotes": own},
        {"does": {"location": {"latitude": 52.1, "longitude": 4.6}}, "forwarded": "often"},
        {"does": {"reaction": {"message": own, "emoji": "😀"}}},
        {"does": {"edit": {"message": own, "text": "Hallo!"}}},
        {"does": "requestWelcome"}
    ]);
    let body = json!({"from": YUSUF, "name": "Yusuf", "acts": acts, "batched": true});
    let (status, told) =
        read(town.client.post(&url).body(body.to_string()).send().await.expect("an answer")).await;
    assert_eq!((status, told["wamids"].as_array().map(Vec::len)), (202, Some(6)), "{told}");
    let came = town.callback.wait_for(2).await;
    assert!(came.iter().any(|one| one.values("messages").len() == 6), "all in one POST");
    for wrong in [
        json!([{"does": "sing"}]),
        json!([{"does": {"file": {"kind": "image", "sample": "unicorn"}}}]),
        json!([]),
    ] {
        let body = json!({"from": YUSUF, "acts": wrong});
        assert_eq!(
            town.client.post(&url).body(body.to_string()).send().await.expect("an answer").status(),
            400
        );
    }
}
