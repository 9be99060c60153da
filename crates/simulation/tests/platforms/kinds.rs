//! Every kind of message that a business can send, and what becomes of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simulation::platforms::{Deed, FaultOrder, Inbound, PhoneShown, Referral};

use super::receiver::Came;
use super::town::{NUMBER, Town, YUSUF, number};

async fn town_in_talk() -> Town {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    town.callback.wait_for(1).await;
    town
}

fn statuses_of(came: &[Came], wamid: &str) -> Vec<Value> {
    let all = came.iter().flat_map(|one| one.values("statuses"));
    all.filter(|status| status["id"] == wamid).collect()
}

fn wamid(answer: &(u16, Value)) -> String {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1["messages"][0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn each_kind_is_accepted_and_can_be_looked_up_as_it_was_sent() {
    let town = town_in_talk().await;
    let said = town.yusuf_does(Deed::Text { body: "Ja".to_owned() }).remove(0);
    let list = json!({"type": "list", "body": {"text": "Waarover gaat het?"}, "action": {"button": "Kies",
        "sections": [{"title": "Afval", "rows": [{"id": "papier", "title": "Papier"}]}]}});
    let kinds = [
        ("text", json!({"body": "Dag!", "preview_url": true}), "Dag!"),
        ("location", json!({"latitude": 52.09, "longitude": 4.57, "name": "Stadhuis"}), "Stadhuis"),
        ("contacts", json!([{"name": {"formatted_name": "Noor", "first_name": "Noor"}}]), "Noor"),
        ("reaction", json!({"message_id": said, "emoji": "👍"}), "👍"),
        ("interactive", list, "Waarover gaat het?"),
    ];
    for (kind, object, shown) in kinds {
        town.send_kind(kind, object.clone()).await;
        let accepted = town.accepted().pop().expect("accepted");
        assert_eq!((accepted.kind.as_str(), accepted.text.as_str()), (kind, shown));
        assert_eq!(accepted.content, object);
    }
}

#[tokio::test]
async fn a_reaction_is_only_sent_and_a_voice_note_is_played() {
    let town = town_in_talk().await;
    let file = town.upload("audio/ogg; codecs=opus", b"OggS OpusHead").await;
    let voice = wamid(&town.send_kind("audio", json!({"id": file, "voice": true})).await);
    let said = town.yusuf_does(Deed::Text { body: "Ja".to_owned() }).remove(0);
    let reaction = wamid(&town.send_kind("reaction", json!({"message_id": said, "emoji": ""})).await);
    let played = |came: &[Came]| statuses_of(came, &voice).iter().any(|one| one["status"] == "played");
    let came = town.callback.wait_until("played", played).await;
    let words = |wamid: &str| -> BTreeSet<String> {
        statuses_of(&came, wamid)
            .iter()
            .map(|one| one["status"].as_str().expect("text").to_owned())
            .collect()
    };
    assert_eq!(words(&voice), ["delivered", "played", "read", "sent"].map(str::to_owned).into());
    assert_eq!(words(&reaction), ["sent".to_owned()].into());
    town.order(FaultOrder::once("skip_delivered"));
    let open_chat = wamid(&town.send_kind("text", json!({"body": "Bent u er?"})).await);
    let read = |came: &[Came]| statuses_of(came, &open_chat).iter().any(|one| one["status"] == "read");
    let came = town.callback.wait_until("read", read).await;
    let read = statuses_of(&came, &open_chat);
    assert_eq!(read.len(), 2, "{read:?}");
    let priced = read.iter().filter(|one| one["pricing"]["category"] == "service").count();
    assert_eq!(priced, 2, "the price comes with read when nothing was delivered before");
}

#[tokio::test]
async fn a_resident_without_a_shown_number_is_reached_by_the_user_id() {
    let town = Town::start().await;
    let hidden = Inbound {
        from: YUSUF.to_owned(),
        name: "Yusuf".to_owned(),
        texts: vec!["Hallo".to_owned()],
        username: Some("@yusuf".to_owned()),
        phone_shown: PhoneShown::Empty,
        ..Inbound::default()
    };
    town.platforms.whatsapp().inbound(NUMBER, &hidden).expect("written");
    let came = town.callback.wait_for(1).await.remove(0);
    let value = came.changes().remove(0)["value"].clone();
    assert_eq!((&value["contacts"][0]["wa_id"], &value["messages"][0]["from"]), (&json!(""), &json!("")));
    assert_eq!(value["contacts"][0]["profile"]["username"], "@yusuf");
    let user_id = value["messages"][0]["from_user_id"].clone();
    let ask = json!({"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "Dag"}});
    let answer = town.ask(&ask).await;
    assert_eq!(answer.1["contacts"][0], json!({"input": user_id, "user_id": user_id}));
    let wamid = wamid(&answer);
    let came = town.callback.wait_until("all", |came| statuses_of(came, &wamid).len() == 3).await;
    for change in came.iter().flat_map(Came::changes) {
        let (status, contact) = (&change["value"]["statuses"][0], &change["value"]["contacts"][0]);
        if status["id"] == wamid {
            assert_eq!((&status["recipient_user_id"], status.get("recipient_id")), (&user_id, None));
            let username = (status["status"] != "sent").then(|| json!("@yusuf"));
            assert_eq!(contact["profile"].get("username"), username.as_ref(), "{status}");
        }
    }
    let stranger = json!({"messaging_product": "whatsapp", "recipient": "NL.1", "text": {"body": "Dag"}});
    assert_eq!(town.ask(&stranger).await.1["error"]["code"], 131_026);
}

#[tokio::test]
async fn who_blocked_us_gets_nothing_and_who_came_by_an_advertisement_costs_nothing() {
    let town = town_in_talk().await;
    town.yusuf_does(Deed::Block { blocked: true });
    let blocked = wamid(&town.send_kind("text", json!({"body": "Dag"})).await);
    let came = town.callback.wait_until("failed", |came| !statuses_of(came, &blocked).is_empty()).await;
    let status = statuses_of(&came, &blocked).remove(0);
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_026)));
    assert_eq!((&status["recipient_id"], status.get("recipient_user_id")), (&json!(YUSUF), None));
    let value = came
        .iter()
        .flat_map(Came::changes)
        .find(|change| change["value"]["statuses"][0]["id"] == blocked);
    assert_eq!(value.expect("it came")["value"]["contacts"], json!([{"wa_id": YUSUF}]));

    town.yusuf_does(Deed::Block { blocked: false });
    let referral = Referral {
        source_url: "https://zwanendam.example/ad".to_owned(),
        source_id: "17".to_owned(),
        headline: "Meld het".to_owned(),
        body: String::new(),
    };
    let mut act = simulation::platforms::Act::from(Deed::Text { body: "Ik zag dit".to_owned() });
    act.referral = Some(referral);
    let wrote = town.yusuf_acts(vec![act]).remove(0);
    assert_eq!(town.message(&wrote).await["referral"]["source_id"], "17");
    let free = wamid(&town.send_kind("text", json!({"body": "Dag"})).await);
    let came = town.callback.wait_until("sent", |came| !statuses_of(came, &free).is_empty()).await;
    let status = statuses_of(&came, &free).remove(0);
    assert_eq!(status["pricing"]["type"], "free_entry_point");
    assert_eq!(status["conversation"]["origin"]["type"], "referral_conversion");
}

#[tokio::test]
async fn a_number_says_what_its_answers_cost() {
    let town = town_in_talk().await;
    let mut billed = number(&town.callback.url);
    billed.service_messages_billed = true;
    town.platforms.whatsapp().register(billed).expect("changed");
    let sent = wamid(&town.send_kind("text", json!({"body": "Dag"})).await);
    let came = town.callback.wait_until("sent", |came| !statuses_of(came, &sent).is_empty()).await;
    let pricing = json!({"billable": true, "pricing_model": "PMP", "category": "service", "type": "regular"});
    assert_eq!(statuses_of(&came, &sent)[0]["pricing"], pricing);
}

#[tokio::test]
async fn refusals_can_be_ordered_for_every_kind_and_carry_metas_status() {
    let town = town_in_talk().await;
    for (code, status) in [(131_031, 403), (10, 403), (200, 403), (368, 403), (131_016, 500), (131_042, 400)]
    {
        town.order(FaultOrder { code: Some(code), ..FaultOrder::once("refuse") });
        let place = json!({"latitude": 52.09, "longitude": 4.57});
        let (said, body) = town.send_kind("location", place).await;
        assert_eq!((said, &body["error"]["code"]), (status, &json!(code)), "{body}");
    }
    assert!(town.accepted().is_empty());
    let scopes = BTreeSet::from(["whatsapp_business_management".to_owned()]);
    town.platforms.whatsapp().limit_token(NUMBER, Some(scopes)).expect("limited");
    let (status, body) = town.send_kind("text", json!({"body": "Dag"})).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!(10)));
    let (status, _) = town.call("GET", &format!("{}/phone_numbers", super::town::ACCOUNT), None).await;
    assert_eq!(status, 200, "managing is still allowed");
    let own = json!({"messaging_product": "whatsapp", "to": "31600999888", "text": {"body": "Dag"}});
    town.platforms.whatsapp().limit_token(NUMBER, None).expect("lifted");
    assert_eq!(town.ask(&own).await.1["error"]["code"], 131_021);
}

#[tokio::test]
async fn whatever_is_asked_is_answered_in_metas_shape() {
    let town = town_in_talk().await;
    let account = super::town::ACCOUNT;
    let paths = [
        ("POST", format!("{NUMBER}/messages")),
        ("POST", format!("{NUMBER}/media")),
        ("POST", format!("{account}/message_templates")),
        ("POST", format!("{account}/subscribed_apps")),
        ("POST", format!("{NUMBER}/whatsapp_business_profile")),
        ("GET", format!("{account}/message_templates?limit=x&after=%FF&fields=,,")),
        ("DELETE", format!("{account}/message_templates")),
        ("GET", "17".to_owned()),
        ("POST", "17".to_owned()),
        ("DELETE", "17".to_owned()),
    ];
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let huge = format!("{{\"text\": \"{}\"}}", "x".repeat(3_000_000));
    let mut bodies = vec![
        huge,
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "17".to_owned(),
        deep,
    ];
    for kind in ["text", "image", "contacts", "reaction", "location", "interactive", "template", "\\u0000"] {
        for object in
            ["null", "17", "[]", "{}", "[[]]", "{\"type\": []}", "{\"name\": {}, \"components\": [17]}"]
        {
            let head =
                format!("{{\"messaging_product\": \"whatsapp\", \"to\": \"{YUSUF}\", \"type\": \"{kind}\"");
            bodies.push(format!("{head}, \"{kind}\": {object}, \"context\": 17}}"));
        }
    }
    for (method, path) in &paths {
        for body in &bodies {
            let request = town
                .client
                .request(method.parse().expect("a method"), town.url(&format!("/v26.0/{path}")));
            let request = request
                .header("authorization", format!("Bearer {}", super::town::TOKEN))
                .body(body.clone());
            let (status, answer) = super::town::read(request.send().await.expect("an answer")).await;
            let known = status == 200 || answer["error"]["code"].is_u64();
            assert!(known && status < 500, "{method} {path} {body}: {status} {answer}");
        }
    }
    assert!(town.accepted().is_empty(), "none of it was a message");
}
