//! The rules that the fixtures beside this folder do not show.

use domain::limits::INBOUND_CHARACTERS;
use serde_json::{Value, json};

use super::*;

fn received_at() -> Timestamp {
    Timestamp::from_second(1_795_500_000).expect("a valid moment")
}

fn read(value: &Value) -> Vec<Found> {
    let delivery = json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }],
    });
    let items = items(delivery.to_string().as_bytes(), received_at()).expect("a delivery");
    items.into_iter().map(|item| item.what).collect()
}

fn messages(value: &Value) -> Vec<InboundMessage> {
    let message = |found| match found {
        Ok(Inbound::Message(message)) => *message,
        other => panic!("{other:?}"),
    };
    read(value).into_iter().map(message).collect()
}

fn names(message: &InboundMessage) -> String {
    let identifiers = message.from.identifiers.iter();
    let named: Vec<_> = identifiers
        .map(|identifier| format!("{}:{}", identifier.kind, identifier.value))
        .collect();
    format!("{} {}", named.join(" "), message.from.display_name.as_deref().unwrap_or("-"))
}

fn who(contacts: &Value, senders: &[Value]) -> Vec<String> {
    let message = |(n, sender): (usize, &Value)| {
        let mut message = sender.clone();
        message["id"] = json!(format!("wamid.{n}"));
        message["type"] = json!("text");
        message
    };
    let messages_of: Vec<Value> = senders.iter().enumerate().map(message).collect();
    messages(&json!({ "contacts": contacts, "messages": messages_of }))
        .iter()
        .map(names)
        .collect()
}

#[test]
fn a_number_that_is_written_in_two_ways_is_one_person() {
    let contacts = json!([{ "profile": { "name": "Yusuf" }, "wa_id": "5511987650001", "user_id": "BR.1" }]);
    let from = json!({ "from": "551187650001" });
    assert_eq!(who(&contacts, &[from]), ["bsuid:BR.1 phone:551187650001 phone:5511987650001 Yusuf"]);
}

#[test]
fn two_people_are_never_made_one() {
    let one = json!([{ "profile": { "name": "Yusuf" }, "wa_id": "31612340001", "user_id": "NL.1" }]);
    // The contact is the first one's; the second stays without a name.
    assert_eq!(
        who(&one, &[json!({ "from": "31612340001" }), json!({ "from": "31612340002" })]),
        ["bsuid:NL.1 phone:31612340001 Yusuf", "phone:31612340002 -"]
    );
    assert_eq!(
        who(&one, &[json!({ "from": "31612340003" }), json!({ "from": "31612340002" })]),
        ["phone:31612340003 -", "phone:31612340002 -"]
    );
    // The ids say that it is somebody else, whatever the number.
    assert_eq!(
        who(&one, &[json!({ "from": "31612340001", "from_user_id": "NL.2" })]),
        ["bsuid:NL.2 phone:31612340001 -"]
    );
    let two = json!([{ "wa_id": "", "user_id": "NL.1" }, { "wa_id": "", "user_id": "NL.2" }]);
    assert_eq!(
        who(&two, &[json!({ "from": "", "from_user_id": "NL.2" }), json!({ "from_user_id": "NL.1" })]),
        ["bsuid:NL.2 -", "bsuid:NL.1 -"]
    );
}

#[test]
fn an_identifier_that_cannot_be_one_is_left_out() {
    let long = "1".repeat(IDENTIFIER_BYTES + 1);
    for broken in ["a\u{0}b", " ", "a\nb", &long] {
        let message = json!({ "id": "wamid.1", "type": "text", "from": broken, "from_user_id": "NL.1" });
        assert_eq!(messages(&json!({ "messages": [message] }))[0].from.identifiers.len(), 1, "{broken:?}");
        let message = json!({ "id": "wamid.1", "type": "text", "from": broken });
        assert!(read(&json!({ "messages": [message] }))[0].is_err(), "{broken:?}");
    }
}

#[test]
fn a_time_that_makes_no_sense_becomes_the_moment_of_receipt() {
    let at = |timestamp: Value| {
        let message =
            json!({ "id": "wamid.1", "from": "31612340001", "type": "text", "timestamp": timestamp });
        messages(&json!({ "messages": [message] }))[0].sent_at
    };
    let meant = Timestamp::from_second(1_795_420_800).expect("a valid moment");
    assert_eq!(at(json!("1795420800")), meant);
    assert_eq!(at(json!(1_795_420_800)), meant);
    for odd in [
        json!(null),
        json!(""),
        json!("0"),
        json!(-5),
        json!("1e9"),
        json!(1.5),
        json!([1]),
        json!(true),
    ] {
        assert_eq!(at(odd.clone()), received_at(), "{odd}");
    }
    // Milliseconds lie beyond the year 9999 when they are taken for seconds.
    for odd in [json!("1795420800000"), json!(i64::MAX), json!("99999999999999999999")] {
        assert_eq!(at(odd.clone()), received_at(), "{odd}");
    }
}

#[test]
fn a_text_is_cut_at_our_limit() {
    let text = "é".repeat(INBOUND_CHARACTERS + 1);
    let message = json!({ "id": "wamid.1", "from": "31612340001", "type": "text", "text": { "body": text } });
    let text = messages(&json!({ "messages": [message] })).remove(0).text.expect("a text");
    assert_eq!(text.chars().count(), INBOUND_CHARACTERS);
}

#[test]
fn more_items_than_a_delivery_can_have_are_not_read() {
    let with = |count: usize| {
        let delivery = json!({ "object": "whatsapp_business_account", "entry": vec![7; count] });
        items(delivery.to_string().as_bytes(), received_at())
    };
    assert_eq!(with(ITEMS_PER_EVENT).map(|items| items.len()), Ok(ITEMS_PER_EVENT));
    assert!(with(ITEMS_PER_EVENT + 1).is_err());
}

#[test]
fn an_edit_in_an_edit_is_an_edit_without_a_text() {
    let edit = json!({ "type": "edit", "edit": { "original_message_id": "wamid.0", "message": {} } });
    let mut message = json!({ "id": "wamid.1", "from": "31612340001", "type": "edit" });
    message["edit"] = json!({ "original_message_id": "wamid.0", "message": edit });
    let found = read(&json!({ "messages": [message] })).remove(0);
    let Ok(Inbound::Change(change)) = found else { panic!("{found:?}") };
    assert_eq!(change.change, MessageChangeKind::Edited(None));
}

#[test]
fn a_price_in_another_form_does_not_take_the_report_with_it() {
    let billable = |pricing: Value| {
        let status =
            json!({"id": "wamid.1", "status": "sent", "timestamp": "1795500000", "pricing": pricing});
        match read(&json!({ "statuses": [status] })).remove(0) {
            Ok(Inbound::Delivery(report)) => report.price.map(|price| price.billable),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(billable(json!({"billable": "true"})), Some(true));
    assert_eq!(billable(json!({"billable": "false"})), Some(false));
    assert_eq!(billable(json!({"billable": false})), Some(false));
    assert_eq!(billable(json!({"billable": {"now": 1}})), Some(true));
    assert_eq!(billable(json!({"category": "service"})), Some(true));
    assert_eq!(billable(json!("free")), None);
    assert_eq!(billable(Value::Null), None);
}

#[test]
fn a_failure_has_the_verdict_that_its_number_has_in_an_answer() {
    let verdict = |errors: Value| {
        let status =
            json!({"id": "wamid.1", "status": "failed", "timestamp": "1795500000", "errors": errors});
        match read(&json!({ "statuses": [status] })).remove(0) {
            Ok(Inbound::Delivery(report)) => report.verdict,
            other => panic!("{other:?}"),
        }
    };
    for code in [131_048, 190, 131_000, 131_026, 131_049] {
        assert_eq!(verdict(json!([{ "code": code }])), errors::verdict(code), "{code}");
        assert!(errors::verdict(code).is_some(), "{code}");
    }
    assert_eq!(verdict(json!([{ "code": 999_999 }, { "code": 190 }])), errors::verdict(190));
    assert_eq!(verdict(json!([])), None);
}
