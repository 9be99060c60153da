//! Our webhooks beside deliveries of the real platform, field by field. Real ones lie outside the repository; without
//! them this says so and checks nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use simulation::platforms::{Act, Deed, Event, FileKind, Forwarded, Referral, SentFile};

use super::town::{ACCOUNT, NUMBER, Town};

/// Fields that are newer than the deliveries that were kept.
const NEWER: [&str; 5] = [".from_user_id", ".recipient_user_id", ".url", ".rejection_info", ".user_id"];

#[expect(clippy::print_stdout, reason = "a test that checks nothing says so")]
fn real(file: &str) -> Option<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/payloads/whatsapp");
    let text = std::fs::read_to_string(folder.join(format!("{file}.json")));
    match text {
        Ok(text) => Some(serde_json::from_str(&text).expect("a delivery is JSON")),
        Err(_) => {
            println!("skipped: no {file}.json");
            None
        }
    }
}

/// Every path of a document with the type at its end: `.text.body string`.
fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| paths(value, &format!("{at}.{name}"), found));
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{at}[]"), found)),
        Value::String(_) => drop(found.insert(format!("{at} string"))),
        Value::Number(_) => drop(found.insert(format!("{at} number"))),
        Value::Bool(_) => drop(found.insert(format!("{at} boolean"))),
        Value::Null => {}
    }
}

fn shape(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    paths(value, "", &mut found);
    found
}

/// Nothing missing, nothing invented; `optional` lists what only some deliveries have.
fn same(file: &str, theirs: &Value, ours: &Value, optional: &[&str]) {
    let (theirs, ours) = (shape(theirs), shape(ours));
    let allowed = |path: &&String| {
        let field = path.split(' ').next().unwrap_or_default();
        optional.iter().chain(&NEWER).any(|known| {
            field.ends_with(known)
                || field.contains(&format!("{known}."))
                || field.contains(&format!("{known}["))
        })
    };
    let missing: Vec<_> = theirs.difference(&ours).filter(|path| !allowed(path)).collect();
    let invented: Vec<_> = ours.difference(&theirs).filter(|path| !allowed(path)).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "{file}: missing {missing:?}, invented {invented:?}"
    );
}

fn first<'a>(delivery: &'a Value, list: &str) -> &'a Value {
    &delivery["entry"][0]["changes"][0]["value"][list][0]
}

fn says(body: &str) -> Deed {
    Deed::Text { body: body.to_owned() }
}

async fn check(town: &Town, file: &str, act: Act, optional: &[&str]) {
    let Some(real) = real(file) else { return };
    let wamid = town.yusuf_acts(vec![act]).remove(0);
    let ours = town.message(&wamid).await;
    same(file, first(&real, "messages"), &ours, optional);
}

/// What is said and sent, each kind in the shape it has when nothing was asked.
#[tokio::test]
async fn messages_of_residents_have_the_fields_of_real_ones() {
    let town = Town::start().await;
    let file =
        |kind| Act::from(Deed::File(SentFile { caption: Some("caption".to_owned()), ..SentFile::of(kind) }));
    let forwarded = |act: Act| Act { forwarded: Forwarded::Once, ..act };
    let place = |chosen: bool| Deed::Location {
        latitude: 52.1,
        longitude: 4.6,
        name: chosen.then(|| "Speeltuin".to_owned()),
        address: chosen.then(|| "Kerkstraat".to_owned()),
        url: None,
    };
    let referral = Referral {
        source_url: "https://a.example".to_owned(),
        source_id: "1".to_owned(),
        headline: "a".to_owned(),
        body: "b".to_owned(),
    };
    let contact = Deed::Contact {
        name: "Noor Bakker".to_owned(),
        phone: "+31 600 000 001".to_owned(),
    };
    let order = Deed::Order {
        catalog_id: "1".to_owned(),
        text: "x".to_owned(),
        items: vec![("a".to_owned(), 1)],
    };
    let checks: Vec<(&str, Act, &[&str])> = vec![
        ("pywa-message-text", says("x").into(), &[]),
        ("pywa-message-forwarded", forwarded(says("x").into()), &[]),
        (
            "pywa-message-forwarded-many-times",
            Act { forwarded: Forwarded::Often, ..says("x").into() },
            &[],
        ),
        (
            "pywa-message-referral",
            Act { referral: Some(referral), ..says("x").into() },
            &[".video_url", ".thumbnail_url"],
        ),
        ("docs-group", Act { group_id: Some("HBgL".to_owned()), ..says("x").into() }, &[]),
        ("pywa-message-image", file(FileKind::Image), &[".caption"]),
        ("pywa-message-video", forwarded(file(FileKind::Video)), &[]),
        ("pywa-message-voice", file(FileKind::Voice), &[]),
        ("pywa-message-audio", forwarded(file(FileKind::Audio)), &[]),
        ("pywa-message-document", forwarded(file(FileKind::Document)), &[".caption"]),
        ("pywa-message-static-sticker", file(FileKind::Sticker), &[]),
        ("pywa-message-current-location", forwarded(place(false).into()), &[]),
        ("pywa-message-chosen-location", forwarded(place(true).into()), &[]),
        ("docs-contacts", contact.into(), &[".last_name", ".org"]),
        ("docs-order", order.into(), &[]),
        ("pywa-message-unsupported", Deed::Unsupported { kind: None }.into(), &[]),
        ("docs-unsupported", Deed::Unsupported { kind: Some("poll".to_owned()) }.into(), &[]),
        ("pywa-system-identity-change", Deed::ChangeIdentity.into(), &[]),
        (
            "docs-system",
            Deed::ChangeNumber { to: "31600000002".to_owned(), as_user_id: false }.into(),
            &[],
        ),
    ];
    for (file, act, optional) in checks {
        check(&town, file, act, optional).await;
    }
}

#[tokio::test]
async fn answers_to_a_message_have_the_fields_of_real_ones() {
    let town = Town::start().await;
    let own = town.yusuf_does(says("Hallo")).remove(0);
    let list = json!({"type": "list", "body": {"text": "Waarover?"}, "action": {"button": "Kies", "sections": [
        {"title": "Afval", "rows": [{"id": "p", "title": "Papier", "description": "Blauwe bak"}]}]}});
    let flow = json!({"type": "flow", "body": {"text": "Vul in"}, "action": {"name": "flow", "parameters": {
        "flow_message_version": "3", "flow_id": "1", "flow_cta": "Begin", "flow_token": "t"}}});
    for object in [list, flow] {
        assert_eq!(town.send_kind("interactive", object).await.0, 200);
    }
    let sent: Vec<String> = town.accepted().into_iter().map(|one| one.wamid).collect();
    let reaction =
        |emoji: Option<&str>| Deed::Reaction { message: own.clone(), emoji: emoji.map(str::to_owned) };
    let chosen = Deed::Press { message: sent[0].clone(), choice: "p".to_owned() };
    let filled = Deed::Flow { message: sent[1].clone(), answers: json!({"a": "b"}) };
    let checks: Vec<(&str, Act)> = vec![
        ("pywa-message-reply", Act { quotes: Some(own.clone()), ..says("x").into() }),
        ("pywa-message-reaction", reaction(Some("x")).into()),
        ("pywa-message-unreaction-empty", reaction(Some("")).into()),
        ("pywa-message-unreaction-no-emoji", reaction(None).into()),
        ("pywa-callback-selection-description", chosen.into()),
        ("pywa-flow-completion-completion", filled.into()),
        ("pywa-deleted-message-revoke", Deed::Revoke { message: own.clone() }.into()),
    ];
    for (file, act) in checks {
        check(&town, file, act, &[]).await;
    }
}

#[tokio::test]
async fn statuses_and_their_errors_have_the_fields_of_real_ones() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    town.send_kind("text", json!({"body": "Dag"})).await;
    town.order(simulation::platforms::FaultOrder {
        code: Some(130_472),
        ..simulation::platforms::FaultOrder::once("fail_later")
    });
    town.send_kind("text", json!({"body": "Dag"})).await;
    let both = |came: &[super::receiver::Came]| {
        let words: Vec<String> =
            came.iter().flat_map(super::receiver::Came::statuses).map(|(word, _)| word).collect();
        words.contains(&"read".to_owned()) && words.contains(&"failed".to_owned())
    };
    let came = town.callback.wait_until("both", both).await;
    let all: Vec<Value> = came.iter().flat_map(|one| one.values("statuses")).collect();
    // A conversation belongs to the time before v24.0, and only then a price came without a type.
    for (file, status) in [
        ("pywa-message-status-sent", "sent"),
        ("pywa-message-status-failed", "failed"),
        ("pywa-message-status-read", "read"),
    ] {
        let Some(real) = real(file) else { continue };
        let ours = all.iter().find(|one| one["status"] == status).expect("it came");
        same(file, first(&real, "statuses"), ours, &[".conversation", ".pricing"]);
    }
}

#[tokio::test]
async fn events_have_the_fields_of_real_ones() {
    let town = Town::start().await;
    let events = [
        (
            "docs-phone-number-quality-update",
            json!({"quality": {"event": "FLAGGED", "currentLimit": "TIER_2K"}}),
        ),
        (
            "docs-phone-number-name-update",
            json!({"name": {"decision": "APPROVED", "requestedName": "x"}}),
        ),
        ("pywa-account-update-account-violation", json!({"violation": {"kind": "SPAM"}})),
        ("docs-account-review-update", json!({"review": {"decision": "APPROVED"}})),
        (
            "docs-business-capability-update",
            json!({"capability": {"maxDailyConversations": 1, "maxNumbers": 1}}),
        ),
        ("docs-security", json!({"security": {"event": "PIN_CHANGED"}})),
        ("docs-errors", json!({"error": {"code": 130_429}})),
    ];
    for (count, (file, event)) in events.into_iter().enumerate() {
        let event: Event = serde_json::from_value(event).expect("an event");
        town.platforms.whatsapp().happen(NUMBER, &event).expect("told");
        let came = town.callback.wait_for(count + 1).await;
        let Some(real) = real(file) else { continue };
        let field = &real["entry"][0]["changes"][0]["field"];
        let ours = came.iter().find(|one| one.changes()[0]["field"] == *field).expect("it came");
        same(file, &real, &ours.json(), &[]);
    }
    let template = json!({"name": "x", "language": "nl", "category": "UTILITY", "components": [{"type": "BODY", "text": "Dag"}]});
    let added = town.platforms.whatsapp().add_template(ACCOUNT, &template).expect("added");
    let id = added["id"].as_str().expect("an id");
    for (file, field, change) in [
        (
            "pywa-template-status-update-approved",
            "message_template_status_update",
            json!({"status": "REJECTED", "reason": "x"}),
        ),
        (
            "pywa-template-quality-update-yellow",
            "message_template_quality_update",
            json!({"quality": "YELLOW"}),
        ),
        (
            "docs-template-category-update-2",
            "template_category_update",
            json!({"category": "MARKETING"}),
        ),
    ] {
        town.platforms.whatsapp().change_template(ACCOUNT, id, change).expect("changed");
        let value = town.told(field).await;
        if let Some(real) = real(file) {
            same(file, &real["entry"][0]["changes"][0]["value"], &value, &[]);
        }
    }
}
