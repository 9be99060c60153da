//! The Graph API towards a business.

use std::time::Duration;

use serde_json::{Value, json};

use super::town::{NUMBER, TOKEN, Town, YUSUF, number, read};

fn text(to: &str, body: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}})
}

#[tokio::test]
async fn a_text_is_answered_as_meta_does_and_its_statuses_follow_with_our_own_id() {
    let town = Town::start().await;
    town.yusuf_writes(&["De lantaarn is kapot"]);
    let response = town.send("Dank u, wij kijken ernaar.", "part-17").await.expect("an answer");
    assert_eq!(response.headers()["facebook-api-version"], "v26.0");
    for header in ["x-app-usage", "x-business-use-case-usage"] {
        let usage: Value =
            serde_json::from_str(response.headers()[header].to_str().expect("text")).expect("JSON");
        assert!(usage.is_object());
    }
    let (status, body) = read(response).await;
    let wamid = body["messages"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(status, 200);
    assert!(wamid.starts_with("wamid.HBgL"));
    let expected = json!({"messaging_product": "whatsapp", "contacts": [{"input": YUSUF, "wa_id": YUSUF}],
        "messages": [{"id": wamid}]});
    assert_eq!(body, expected);

    let came = town.callback.wait_for(4).await;
    let mut statuses: Vec<_> = came.iter().flat_map(super::receiver::Came::statuses).collect();
    statuses.sort();
    let expected = ["delivered", "read", "sent"].map(|status| (status.to_owned(), wamid.clone()));
    assert_eq!(statuses, expected);
    for notice in came.iter().flat_map(|one| one.values("statuses")) {
        assert_eq!(notice["biz_opaque_callback_data"], "part-17");
        assert_eq!(notice["recipient_id"], YUSUF);
        assert!(notice["recipient_user_id"].as_str().is_some_and(|id| id.starts_with("NL.")), "{notice}");
        // A price is told with the first two of the three.
        let price = if notice["status"] == "read" { Value::Null } else { json!("PMP") };
        assert_eq!(notice["pricing"]["pricing_model"], price);
        assert!(notice["timestamp"].is_string());
    }
    assert_eq!(town.accepted()[0].text, "Dank u, wij kijken ernaar.");
}

#[tokio::test]
async fn a_bad_token_a_foreign_number_and_a_wrong_path_get_metas_errors() {
    let town = Town::start().await;
    let mut other = number(&town.callback.url);
    other.phone_number_id = "200".to_owned();
    other.access_token = Some("EAAG-another".to_owned());
    town.platforms.whatsapp().register(other).expect("registered");

    let check = async |number: &str, token: &str, expected: (u16, u32, &str, Option<u32>)| {
        let (status, body) =
            read(town.post(number, token, &text(YUSUF, "Dag")).await.expect("an answer")).await;
        let error = &body["error"];
        assert_eq!((status, error["code"].as_u64()), (expected.0, Some(u64::from(expected.1))), "{body}");
        assert_eq!(error["type"], expected.2);
        assert_eq!(error["error_subcode"].as_u64(), expected.3.map(u64::from));
        assert!(error["fbtrace_id"].as_str().is_some_and(|trace| trace.len() > 10));
    };
    check(NUMBER, "EAAG-nobody", (401, 190, "OAuthException", None)).await;
    check("999", TOKEN, (400, 100, "GraphMethodException", Some(33))).await;
    check(NUMBER, "EAAG-another", (400, 100, "GraphMethodException", Some(33))).await;

    town.platforms.whatsapp().replace_token(NUMBER, None).expect("revoked");
    check(NUMBER, TOKEN, (401, 190, "OAuthException", None)).await;
    let bare = town
        .client
        .post(town.url(&format!("/v26.0/{NUMBER}/messages")))
        .send()
        .await
        .expect("an answer");
    assert_eq!(bare.status(), 401);
    let lost = town.client.get(town.url("/latest/1")).send().await.expect("an answer");
    let (status, body) = read(lost).await;
    assert_eq!((status, body["error"]["code"].as_u64()), (404, Some(2500)));
}

#[tokio::test]
async fn the_window_opens_with_a_message_and_closes_after_24_hours() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    assert_eq!(town.ask(&text(YUSUF, "Dag")).await.0, 200);
    town.platforms.clock().jump(Duration::from_secs(24 * 3600 - 60));
    assert_eq!(town.ask(&text(YUSUF, "Nog op tijd")).await.0, 200);
    town.platforms.clock().jump(Duration::from_secs(61));
    let (status, body) = town.ask(&text(YUSUF, "Te laat")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(131_047)));
    assert_eq!(body["error"]["error_data"]["messaging_product"], "whatsapp");
    town.yusuf_writes(&["Ben ik weer"]);
    assert_eq!(town.ask(&text(YUSUF, "Dag")).await.0, 200);
}

#[tokio::test]
async fn somebody_without_whatsapp_is_accepted_and_fails_afterwards() {
    let town = Town::start().await;
    assert_eq!(town.ask(&text("31600999999", "Dag")).await.0, 200);
    let came = town.callback.wait_for(1).await;
    let notice = &came[0].values("statuses")[0];
    assert_eq!((&notice["status"], &notice["errors"][0]["code"]), (&json!("failed"), &json!(131_026)));
    assert!(notice["errors"][0]["error_data"]["details"].is_string());
    // Of whom it did not reach, the number alone is told.
    assert_eq!(came[0].values("contacts"), [json!({"wa_id": "31600999999"})]);
}

#[tokio::test]
async fn too_many_messages_to_one_person_or_in_one_second_are_refused() {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    let mut codes = Vec::new();
    for _ in 0..46 {
        codes.push(town.ask(&text(YUSUF, "Dag")).await.1["error"]["code"].clone());
    }
    assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 45);
    assert_eq!(codes[45], json!(131_056));

    let mut slow = number(&town.callback.url);
    slow.messages_per_second = 1;
    town.platforms.whatsapp().register(slow).expect("changed");
    town.ask(&text("31600000001", "Dag")).await;
    let (status, body) = town.ask(&text("31600000002", "Dag")).await;
    assert_eq!((status, &body["error"]["code"]), (429, &json!(130_429)));
}

#[tokio::test]
async fn a_read_receipt_is_taken_and_a_number_shows_itself() {
    let town = Town::start().await;
    let receipt = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.HBgL",
        "typing_indicator": {"type": "text"}});
    assert_eq!(town.ask(&receipt).await, (200, json!({"success": true})));
    let shown = town
        .client
        .get(town.url(&format!("/v26.0/{NUMBER}?fields=display_phone_number,quality_rating")));
    let (status, body) =
        read(shown.header("authorization", format!("Bearer {TOKEN}")).send().await.expect("sent")).await;
    let expected =
        json!({"id": NUMBER, "display_phone_number": "+31 600 999 888", "quality_rating": "GREEN"});
    assert_eq!((status, body), (200, expected));
}
