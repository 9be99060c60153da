//! Numbers, accounts, profiles and tokens, and what Meta tells of them.

use serde_json::{Value, json};
use simulation::platforms::Event;

use super::receiver::{Receiver, VERIFY};
use super::town::{ACCOUNT, NUMBER, TOKEN, Town, YUSUF};

fn happens(town: &Town, event: Value) {
    let event: Event = serde_json::from_value(event).expect("an event");
    town.platforms.whatsapp().happen(NUMBER, &event).expect("told");
}

#[tokio::test]
async fn each_event_is_told_in_metas_words_with_the_time_it_left() {
    let town = Town::start().await;
    let quality = json!({"quality": {"event": "FLAGGED", "currentLimit": "TIER_2K", "rating": "RED"}});
    let name = json!({"name": {"decision": "APPROVED", "requestedName": "Gemeente Zwanendam aan de Vecht"}});
    let checks = [
        (
            quality,
            "phone_number_quality_update",
            json!({"display_phone_number": "31600999888", "event": "FLAGGED", "current_limit": "TIER_2K"}),
        ),
        (
            name,
            "phone_number_name_update",
            json!({"display_phone_number": "31600999888", "decision": "APPROVED",
            "requested_verified_name": "Gemeente Zwanendam aan de Vecht", "rejection_reason": null}),
        ),
        (
            json!({"violation": {"kind": "SPAM"}}),
            "account_update",
            json!({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}),
        ),
        (
            json!({"review": {"decision": "APPROVED"}}),
            "account_review_update",
            json!({"decision": "APPROVED"}),
        ),
        (
            json!({"capability": {"maxDailyConversations": 2000, "maxNumbers": 25}}),
            "business_capability_update",
            json!({"max_daily_conversations_per_business": 2000, "max_phone_numbers_per_waba": 25}),
        ),
        (
            json!({"security": {"event": "PIN_CHANGED"}}),
            "security",
            json!({"display_phone_number": "31600999888", "event": "PIN_CHANGED", "requester": "61555822107539"}),
        ),
    ];
    for (event, field, value) in checks {
        happens(&town, event);
        assert_eq!(town.told(field).await, value);
    }
    let came = town.callback.came();
    assert!(came.iter().all(|one| one.json()["entry"][0]["time"].is_i64()));
    assert!(came.iter().all(|one| one.json()["entry"][0]["id"] == ACCOUNT));
    let fields = "quality_rating,status,verified_name,messaging_limit_tier,throughput";
    let shown = town.call("GET", &format!("{NUMBER}?fields={fields}"), None).await.1;
    assert_eq!(
        shown,
        json!({"id": NUMBER, "quality_rating": "RED", "status": "FLAGGED", "messaging_limit_tier": "TIER_2K",
        "verified_name": "Gemeente Zwanendam aan de Vecht", "throughput": {"level": "STANDARD"}})
    );
}

#[tokio::test]
async fn a_locked_account_sends_nothing_until_it_is_let_in_again() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    for (event, code) in [
        (json!({"ban": {"state": "DISABLE"}}), json!(131_031)),
        (json!({"ban": {"state": "REINSTATE"}}), Value::Null),
        (json!({"restriction": {"kinds": ["RESTRICTED_CUSTOMER_INITIATED_MESSAGING"]}}), json!(368)),
        (json!({"restriction": {"kinds": []}}), Value::Null),
    ] {
        happens(&town, event);
        let (_, body) = town.send_kind("text", json!({"body": "Dag"})).await;
        assert_eq!(body["error"]["code"], code, "{body}");
    }
    assert_eq!(town.told("account_update").await["ban_info"]["waba_ban_state"], "DISABLE");
}

#[tokio::test]
async fn errors_echoes_and_preferences_come_in_the_talk() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    happens(&town, json!({"error": {"code": 130_429}}));
    let errors = |came: &[super::receiver::Came]| came.iter().any(|one| !one.values("errors").is_empty());
    town.callback.wait_until("errors", errors).await;
    happens(&town, json!({"echo": {"to": YUSUF, "text": "Vanaf de telefoon"}}));
    let echo = town.told("smb_message_echoes").await;
    assert_eq!(
        (&echo["message_echoes"][0]["to"], &echo["message_echoes"][0]["text"]["body"]),
        (&json!(YUSUF), &json!("Vanaf de telefoon"))
    );
    town.yusuf_does(simulation::platforms::Deed::Marketing { wanted: false });
    let preference = town.told("user_preferences").await["user_preferences"][0].clone();
    assert_eq!(
        (&preference["value"], &preference["category"]),
        (&json!("stop"), &json!("marketing_messages"))
    );
}

#[tokio::test]
async fn numbers_accounts_and_profiles_are_shown_field_by_field() {
    let town = Town::start().await;
    let listed = town.call("GET", &format!("{ACCOUNT}/phone_numbers"), None).await.1;
    assert_eq!(listed["data"][0]["display_phone_number"], "+31 600 999 888");
    let account = town.call("GET", ACCOUNT, None).await.1;
    assert_eq!((&account["id"], &account["currency"]), (&json!(ACCOUNT), &json!("EUR")));
    let (status, body) = town.call("GET", &format!("{NUMBER}?fields=shoe_size"), None).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(100)));
    assert!(body["error"]["message"].as_str().is_some_and(|message| message.contains("(shoe_size)")));
    let path = format!("{NUMBER}/whatsapp_business_profile");
    let profile = json!({"messaging_product": "whatsapp", "about": "Wij helpen u graag", "websites": ["https://zwanendam.example"]});
    assert_eq!(town.call("POST", &path, Some(&profile)).await, (200, json!({"success": true})));
    let shown = town.call("GET", &format!("{path}?fields=about,websites,email"), None).await.1;
    assert_eq!(shown["data"][0], profile);
    let asked = "certificate,health_status,business_verification_status";
    let shown = town
        .call("GET", &format!("{ACCOUNT}?fields=health_status,primary_funding_id"), None)
        .await;
    assert_eq!((shown.0, &shown.1["health_status"]["can_send_message"]), (200, &json!("AVAILABLE")));
    assert_eq!(
        town.call("GET", &format!("{NUMBER}?fields={asked}"), None).await.0,
        400,
        "the last is the account's"
    );
    let long = json!({"messaging_product": "whatsapp", "about": "x".repeat(140)});
    assert_eq!(town.call("POST", &path, Some(&long)).await.0, 400);
}

#[tokio::test]
async fn webhooks_go_where_the_account_says_and_a_token_can_be_looked_at() {
    let town = Town::start().await;
    let path = format!("{ACCOUNT}/subscribed_apps");
    assert_eq!(town.call("GET", &path, None).await.1["data"].as_array().map(Vec::len), Some(1));
    let elsewhere = Receiver::start().await;
    let wrong = json!({"override_callback_uri": elsewhere.url, "verify_token": "nobody's"});
    let (status, body) = town.call("POST", &path, Some(&wrong)).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(2200)));
    let right = json!({"override_callback_uri": elsewhere.url, "verify_token": VERIFY});
    assert_eq!(town.call("POST", &path, Some(&right)).await.0, 200);
    town.yusuf_writes(&["Daarheen"]);
    elsewhere.wait_for(1).await;
    assert_eq!(town.call("DELETE", &path, None).await.0, 200);
    town.yusuf_writes(&["Nergens heen"]);
    assert_eq!(town.call("POST", &path, None).await.0, 200);
    town.yusuf_writes(&["En weer hier"]);
    town.callback.wait_for(1).await;
    assert_eq!(
        (town.callback.texts(), elsewhere.texts()),
        (vec!["En weer hier".to_owned()], vec!["Daarheen".to_owned()])
    );
    let token = town.call("GET", &format!("debug_token?input_token={TOKEN}"), None).await.1;
    assert_eq!(
        (&token["data"]["is_valid"], token["data"]["scopes"].as_array().map(Vec::len)),
        (&json!(true), Some(2))
    );
    let token = town.call("GET", "debug_token?input_token=nobodys", None).await.1;
    assert_eq!(token["data"]["is_valid"], false);
}
