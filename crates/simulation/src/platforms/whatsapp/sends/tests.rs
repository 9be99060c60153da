use serde_json::{Value, json};

use super::*;

fn check(change: &Value, expected: &str) {
    let mut request = json!({"messaging_product": "whatsapp", "to": "31600123456", "type": "text",
        "text": {"body": "Dag!"}});
    for (key, value) in change.as_object().expect("an object") {
        request[key] = value.clone();
    }
    let said = match read_ask(request.to_string().as_bytes()) {
        Ok(ask) => format!("{ask:?}"),
        Err(error) => format!("{error:?}"),
    };
    assert!(said.contains(expected), "{change}: {said}");
}

/// A message of another kind than text.
fn check_kind(kind: &str, object: &Value, expected: &str) {
    check(&json!({"type": kind, kind: object}), expected);
}

#[test]
fn what_meta_refuses_of_every_message_is_refused_with_its_code() {
    check(&json!({}), "Phone(\"31600123456\")");
    check(&json!({"to": "+31 6 00-12 34 56"}), "Phone(\"31600123456\")");
    check(&json!({"to": 31_600_123_456_u64}), "Phone(\"31600123456\")");
    check(
        &json!({"to": null, "recipient": "NL.13491208655302741918"}),
        "UserId(\"NL.13491208655302741918\")",
    );
    check(&json!({"to": "NL.ENT.11815799212886844830"}), "UserId(");
    check(&json!({"recipient": "NL.1349"}), "Phone(\"31600123456\")");
    check(&json!({"messaging_product": null}), "code: 100");
    check(&json!({"messaging_product": "telegram"}), "code: 131009");
    check(&json!({"to": null}), "code: 100");
    check(&json!({"to": "Noor"}), "code: 131009");
    check(&json!({"recipient_type": "group"}), "code: 131215");
    check(&json!({"type": "poll", "poll": {}}), "code: 131051");
    check(&json!({"biz_opaque_callback_data": "x".repeat(512)}), "Message(");
    check(&json!({"biz_opaque_callback_data": "x".repeat(513)}), "code: 100");
    check(&json!({"context": {"message_id": "wamid.x"}}), "reply_to: Some(\"wamid.x\")");
    check(&json!({"context": {"message_id": "17"}}), "code: 131009");
    let receipt = json!({"status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "text"}});
    check(&receipt, "typing: true");
    check(&json!({"status": "read"}), "code: 100");
    check(
        &json!({"status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "song"}}),
        "131009",
    );
}

#[test]
fn texts_places_cards_and_reactions_have_their_limits() {
    check(&json!({"text": {"body": " "}}), "code: 131009");
    check(&json!({"text": {}}), "code: 100");
    check(&json!({"text": {"body": "é".repeat(4096)}}), "Message(");
    check(&json!({"text": {"body": "é".repeat(4097)}}), "code: 100");
    check(&json!({"text": {"body": "x", "preview_url": "yes"}}), "code: 131009");
    check_kind(
        "location",
        &json!({"latitude": 52.1, "longitude": "4.6", "name": "Stadhuis"}),
        "\"Stadhuis\"",
    );
    check_kind("location", &json!({"latitude": 91, "longitude": 4}), "code: 131009");
    check_kind("location", &json!({"latitude": 52}), "code: 131008");
    let noor =
        json!([{"name": {"formatted_name": "Noor", "first_name": "Noor"}, "phones": [{"phone": "14 023"}]}]);
    check_kind("contacts", &noor, "text: \"Noor\"");
    check_kind("contacts", &json!([{"name": {"formatted_name": "Noor"}}]), "code: 131009");
    check_kind("contacts", &json!([]), "code: 131009");
    check_kind("reaction", &json!({"message_id": "wamid.x", "emoji": "👍🏽"}), "text: \"👍🏽\"");
    check_kind("reaction", &json!({"message_id": "wamid.x", "emoji": ""}), "text: \"\"");
    check_kind("reaction", &json!({"message_id": "wamid.x", "emoji": "ok"}), "code: 131009");
    check_kind("reaction", &json!({"emoji": "👍"}), "code: 131008");
    let quoting = json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"},
        "context": {"message_id": "wamid.y"}});
    check(&quoting, "code: 131009");
}

#[test]
fn a_file_is_uploaded_before_or_on_the_web_and_only_some_have_a_caption() {
    check_kind("image", &json!({"id": "17", "caption": "zo"}), "Id(\"17\")");
    check_kind("image", &json!({"link": "https://zwanendam.example/a.jpg"}), "Link(");
    check_kind("image", &json!({"link": "a.jpg"}), "code: 131009");
    check_kind("image", &json!({"id": "17", "link": "https://zwanendam.example/a.jpg"}), "code: 131009");
    check_kind("image", &json!({}), "code: 131008");
    check_kind("image", &json!({"id": "17", "caption": "x".repeat(1025)}), "code: 100");
    check_kind("audio", &json!({"id": "17", "caption": "x"}), "code: 131009");
    check_kind("audio", &json!({"id": "17", "voice": true}), "Message(");
    check_kind("sticker", &json!({"id": "17", "filename": "x.webp"}), "code: 131009");
    check_kind(
        "document",
        &json!({"id": "17", "filename": "brief.pdf", "caption": "De brief"}),
        "De brief",
    );
}

#[test]
fn buttons_and_lists_stay_within_what_a_phone_shows() {
    let button = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
    let ask = |buttons: Value| json!({"type": "button", "body": {"text": "Klopt het?"}, "action": {"buttons": buttons}});
    check_kind("interactive", &ask(json!([button("a", "Ja"), button("b", "Nee")])), "Klopt het?");
    check_kind("interactive", &ask(json!([])), "code: 131009");
    check_kind("interactive", &ask(json!([button("a", "Ja"), button("a", "Nee")])), "Duplicate button id");
    check_kind(
        "interactive",
        &ask(json!([button("a", "Ja"), button("b", "Ja")])),
        "Duplicate button title",
    );
    check_kind("interactive", &ask(json!([button("a", &"x".repeat(21))])), "Max length: 20");
    check_kind("interactive", &ask(json!(["a", "b", "c", "d"].map(|id| button(id, id)))), "code: 131009");
    let list = |rows: usize, title: &str| {
        let rows: Vec<Value> = (0..rows).map(|row| json!({"id": row.to_string(), "title": title})).collect();
        json!({"type": "list", "header": {"type": "text", "text": "Kies"}, "body": {"text": "x".repeat(4096)},
            "action": {"button": "Kies", "sections": [{"title": "Afval", "rows": rows}]}})
    };
    check_kind("interactive", &list(10, "Papier"), "Message(");
    check_kind("interactive", &list(11, "Papier"), "code: 131009");
    check_kind("interactive", &list(1, &"x".repeat(25)), "code: 100");
    let mut two = list(6, "Papier");
    let second = json!({"title": "Groen", "rows": [{"id": "0", "title": "Tak"}]});
    two["action"]["sections"].as_array_mut().expect("sections").push(second);
    check_kind("interactive", &two, "Duplicated row id");
}

#[test]
fn links_flows_and_requests_for_a_place_are_known_and_catalogues_are_not() {
    let body = json!({"text": "Maak een afspraak"});
    let with = |kind: &str, action: Value| json!({"type": kind, "body": body, "action": action});
    let link = json!({"name": "cta_url", "parameters": {"display_text": "Afspraak", "url": "https://zwanendam.example"}});
    check_kind("interactive", &with("cta_url", link), "Message(");
    let flow = json!({"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Invullen"}});
    check_kind("interactive", &with("flow", flow.clone()), "Message(");
    let mut both = flow;
    both["parameters"]["flow_name"] = json!("melding");
    check_kind("interactive", &with("flow", both), "code: 131009");
    check_kind(
        "interactive",
        &with("location_request_message", json!({"name": "send_location"})),
        "Message(",
    );
    check_kind(
        "interactive",
        &with("location_request_message", json!({"name": "elsewhere"})),
        "code: 131009",
    );
    let address = json!({"name": "address_message", "parameters": {"country": "NL"}});
    check_kind("interactive", &with("address_message", address), "code: 131009");
    check_kind("interactive", &with("product_list", json!({})), "code: 131051");
}
