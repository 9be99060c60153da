//! Templates: written, reviewed, sent, paused, deleted.

use std::time::Duration;

use serde_json::{Value, json};
use simulation::platforms::{Deed, FaultOrder, Inbound, ReviewPlan};

use super::town::{ACCOUNT, NUMBER, TOKEN, Town, YUSUF};

fn template(name: &str) -> Value {
    json!({"name": name, "language": "nl", "category": "utility", "components": [
        {"type": "BODY", "text": "Beste {{1}}, uw melding {{2}} is opgelost.", "example": {"body_text": [["Yusuf", "4711"]]}},
        {"type": "FOOTER", "text": "Gemeente Zwanendam"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Dank u"}]}]})
}

fn message(name: &str, parameters: &[&str]) -> Value {
    let parameters: Vec<Value> =
        parameters.iter().map(|text| json!({"type": "text", "text": text})).collect();
    json!({"name": name, "language": {"code": "nl"}, "components": [{"type": "body", "parameters": parameters}]})
}

async fn town_with_known_yusuf() -> Town {
    let town = Town::start().await;
    town.platforms.whatsapp().register_resident(YUSUF, "Yusuf").expect("known");
    town.platforms
        .whatsapp()
        .plan_review(ACCOUNT, ReviewPlan { after_ms: 20, rejects_with: None });
    town
}

fn path() -> String {
    format!("{ACCOUNT}/message_templates")
}

#[tokio::test]
async fn a_template_is_reviewed_and_then_reaches_somebody_who_never_wrote() {
    let town = town_with_known_yusuf().await;
    let (status, created) = town.call("POST", &path(), Some(&template("melding_af"))).await;
    assert_eq!(
        (status, &created["status"], &created["category"]),
        (200, &json!("PENDING"), &json!("UTILITY"))
    );
    assert_eq!(
        town.send_kind("template", message("melding_af", &["Yusuf", "4711"])).await.1["error"]["code"],
        132_001
    );
    let told = town.told("message_template_status_update").await;
    assert_eq!(
        (&told["event"], &told["reason"], &told["message_template_name"]),
        (&json!("APPROVED"), &json!("NONE"), &json!("melding_af"))
    );
    assert_eq!(told["message_template_id"].to_string(), created["id"].as_str().expect("an id"));
    assert_eq!(
        town.send_kind("text", json!({"body": "Dag"})).await.1["error"]["code"],
        131_047,
        "the window is closed"
    );
    let (status, answer) = town.send_kind("template", message("melding_af", &["Yusuf", "4711"])).await;
    assert_eq!((status, &answer["messages"][0]["message_status"]), (200, &json!("accepted")));
    let sent = town.accepted().remove(0);
    assert_eq!(sent.text, "Beste Yusuf, uw melding 4711 is opgelost.");
    let billed = |came: &[super::receiver::Came]| {
        came.iter()
            .flat_map(|one| one.values("statuses"))
            .any(|one| one["pricing"]["type"] == "regular")
    };
    town.callback.wait_until("billed", billed).await;
    let press = Deed::Press { message: sent.wamid.clone(), choice: "Dank u".to_owned() };
    let pressed = town.message(&town.yusuf_does(press)[0]).await;
    assert_eq!(
        (&pressed["button"], &pressed["context"]["id"]),
        (&json!({"payload": "Dank u", "text": "Dank u"}), &json!(sent.wamid))
    );
}

#[tokio::test]
async fn a_quick_reply_brings_its_payload_and_only_what_is_offered_can_be_pressed() {
    let town = town_with_known_yusuf().await;
    let mut asked = template("klopt_het");
    asked["components"][2]["buttons"] = json!([{"type": "QUICK_REPLY", "text": "Dank u"},
        {"type": "URL", "text": "Zie", "url": "https://zwanendam.example"}, {"type": "QUICK_REPLY", "text": "Klopt niet"}]);
    town.platforms.whatsapp().add_template(ACCOUNT, &asked).expect("added");
    let mut object = message("klopt_het", &["Yusuf", "4711"]);
    let payload = json!({"type": "button", "sub_type": "quick_reply", "index": "2",
        "parameters": [{"type": "payload", "payload": "pl-1"}]});
    object["components"].as_array_mut().expect("a list").push(payload);
    assert_eq!(town.send_kind("template", object).await.0, 200);
    let sent = town.accepted().remove(0).wamid;
    let press = |choice: &str| Deed::Press { message: sent.clone(), choice: choice.to_owned() };
    let given = json!({"payload": "pl-1", "text": "Klopt niet"});
    let bare = json!({"payload": "Dank u", "text": "Dank u"});
    for (choice, button) in [("Klopt niet", &given), ("pl-1", &given), ("Dank u", &bare)] {
        assert_eq!(&town.message(&town.yusuf_does(press(choice))[0]).await["button"], button);
    }
    for choice in ["Misschien", "Zie"] {
        let inbound = Inbound {
            from: YUSUF.to_owned(),
            acts: vec![press(choice).into()],
            ..Inbound::default()
        };
        let refused = town.platforms.whatsapp().inbound(NUMBER, &inbound).expect_err("refused");
        let said = refused.to_string();
        assert!(refused.status() == 400 && said.contains(choice) && said.contains("Klopt niet"), "{said}");
    }
}

#[tokio::test]
async fn wrong_parameters_and_states_have_their_codes() {
    let town = town_with_known_yusuf().await;
    let id = town.platforms.whatsapp().add_template(ACCOUNT, &template("melding_af")).expect("added")["id"]
        .clone();
    let id = id.as_str().expect("an id");
    let code = async |object: Value| town.send_kind("template", object).await.1["error"]["code"].clone();
    assert_eq!(code(message("melding_af", &["Yusuf"])).await, 132_000);
    assert_eq!(code(message("onbekend", &[])).await, 132_001);
    let mut english = message("melding_af", &["Yusuf", "4711"]);
    english["language"]["code"] = json!("en");
    assert_eq!(code(english).await, 132_001);
    assert_eq!(code(json!({"name": "melding_af"})).await, 131_008);
    let changed =
        |change: Value| town.platforms.whatsapp().change_template(ACCOUNT, id, change).expect("changed");
    changed(json!({"status": "PAUSED"}));
    assert_eq!(code(message("melding_af", &["Yusuf", "4711"])).await, 132_015);
    changed(json!({"status": "DISABLED"}));
    assert_eq!(code(message("melding_af", &["Yusuf", "4711"])).await, 132_016);
    changed(json!({"quality": "YELLOW"}));
    assert_eq!(town.told("message_template_quality_update").await["new_quality_score"], "YELLOW");
    changed(json!({"status": "APPROVED", "category": "MARKETING"}));
    assert_eq!(town.told("template_category_update").await["previous_category"], "UTILITY");
    town.yusuf_does(Deed::Marketing { wanted: false });
    assert_eq!(code(message("melding_af", &["Yusuf", "4711"])).await, Value::Null);
    town.callback
        .wait_until("131050", |came| came.iter().any(|one| one.raw.contains("131050")))
        .await;
    town.order(FaultOrder::once("accept_then_close"));
    let body = json!({"messaging_product": "whatsapp", "to": YUSUF, "type": "template", "template": message("melding_af", &["a", "b"])});
    assert!(town.post(NUMBER, TOKEN, &body).await.is_err(), "faults reach templates too");
}

#[tokio::test]
async fn a_bad_template_is_refused_at_once_or_rejected_with_a_reason() {
    let town = town_with_known_yusuf().await;
    let mut bare = template("zonder_voorbeeld");
    bare["components"][0].as_object_mut().expect("an object").remove("example");
    let (status, body) = town.call("POST", &path(), Some(&bare)).await;
    assert_eq!((status, &body["error"]["error_subcode"]), (400, &json!(2_388_043)));
    assert!(body["error"]["error_user_msg"].is_string() && body["error"]["is_transient"] == false);
    let mut joined = template("aan_elkaar");
    joined["components"][0]["text"] = json!("Beste {{1}}{{2}}, dag.");
    assert_eq!(town.call("POST", &path(), Some(&joined)).await.0, 200);
    let told = town.told("message_template_status_update").await;
    assert_eq!((&told["event"], &told["reason"]), (&json!("REJECTED"), &json!("INVALID_FORMAT")));
    assert!(told["rejection_info"]["recommendation"].is_string());
    assert_eq!(
        town.call("POST", &path(), Some(&template("aan_elkaar"))).await.1["error"]["error_subcode"],
        2_388_024
    );
}

#[tokio::test]
async fn templates_are_listed_by_page_edited_and_deleted() {
    let town = town_with_known_yusuf().await;
    for name in ["een", "twee", "drie"] {
        town.platforms.whatsapp().add_template(ACCOUNT, &template(name)).expect("added");
    }
    let first = town.call("GET", &format!("{}?limit=2&fields=name,status", path()), None).await.1;
    assert_eq!(first["data"].as_array().map(Vec::len), Some(2));
    assert!(first["paging"]["next"].as_str().is_some_and(|next| next.contains("after=")));
    let after = first["paging"]["cursors"]["after"].as_str().expect("a cursor");
    let second = town.call("GET", &format!("{}?limit=2&after={after}", path()), None).await.1;
    assert_eq!((second["data"].as_array().map(Vec::len), second["paging"].get("next")), (Some(1), None));
    let found = town.call("GET", &format!("{}?name=twee", path()), None).await.1;
    let id = found["data"][0]["id"].as_str().expect("an id").to_owned();
    let text = json!([{"type": "BODY", "text": "Uw melding is opgelost."}]);
    let (status, edited) = town.call("POST", &id, Some(&json!({"components": text}))).await;
    assert_eq!((status, &edited["success"], &edited["name"]), (200, &json!(true), &json!("twee")));
    assert_eq!(town.told("message_template_status_update").await["message_template_name"], "twee");
    let shown = town.call("GET", &id, None).await.1;
    assert_eq!((&shown["status"], &shown["components"]), (&json!("APPROVED"), &text));
    let delete = |name: &str| format!("{}?name={name}", path());
    assert_eq!(town.call("DELETE", &delete("twee"), None).await, (200, json!({"success": true})));
    assert_eq!(town.call("DELETE", &delete("twee"), None).await.1["error"]["error_subcode"], 2_593_002);
    assert_eq!(
        town.call("POST", &path(), Some(&template("twee"))).await.1["error"]["error_subcode"],
        2_388_023
    );
    town.platforms.clock().jump(Duration::from_secs(31 * 24 * 3600));
    assert_eq!(town.call("POST", &path(), Some(&template("twee"))).await.0, 200);
}
