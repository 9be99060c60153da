//! Webhooks towards a callback, and the control endpoints that cause them.

use std::time::Duration;

use serde_json::{Value, json};
use simulation::platforms::{FaultOrder, Inbound, PlatformsOptions, signature};

use super::receiver::SECRET;
use super::town::{NUMBER, Town, YUSUF, read, texts_of};

#[tokio::test]
async fn a_text_arrives_signed_escaped_and_in_metas_shape() {
    let town = Town::start().await;
    town.yusuf_writes(&["Eén lantaarn 💡"]);
    let came = town.callback.wait_for(1).await.remove(0);
    assert!(came.raw.is_ascii());
    assert!(came.raw.contains(r"E\u00e9n lantaarn \ud83d\udca1"), "{}", came.raw);
    assert_eq!(came.signature, signature(SECRET, came.raw.as_bytes()));
    let json = came.json();
    assert_eq!(json["object"], "whatsapp_business_account");
    assert_eq!(json["entry"][0]["id"], "102290129340398");
    let change = &json["entry"][0]["changes"][0];
    assert_eq!(change["field"], "messages");
    let metadata = json!({"display_phone_number": "31600999888", "phone_number_id": NUMBER});
    assert_eq!(change["value"]["metadata"], metadata);
    assert_eq!(change["value"]["contacts"][0]["profile"]["name"], "Yusuf");
    assert_eq!(change["value"]["contacts"][0]["wa_id"], YUSUF);
    let message = &change["value"]["messages"][0];
    assert_eq!((&message["from"], &message["type"]), (&json!(YUSUF), &json!("text")));
    assert!(message["timestamp"].as_str().is_some_and(|seconds| seconds.parse::<u64>().is_ok()));
    assert!(message["id"].as_str().is_some_and(|id| id.starts_with("wamid.HBgL")));
    assert!(change["value"].get("statuses").is_none());
}

#[tokio::test]
async fn a_batch_comes_in_one_post_over_several_entries() {
    let town = Town::start().await;
    let batch = Inbound {
        from: YUSUF.to_owned(),
        batched: true,
        ..texts_of(&["1", "2", "3", "4", "5"])
    };
    town.platforms.whatsapp().inbound(NUMBER, &batch).expect("written");
    let came = town.callback.wait_for(1).await.remove(0);
    assert_eq!(came.json()["entry"].as_array().map(Vec::len), Some(3));
    assert_eq!(came.texts(), ["1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn what_is_not_answered_with_200_comes_again() {
    let town = Town::at_speed(1000.0).await;
    town.callback.refuse_next(4);
    town.yusuf_writes(&["Hallo?"]);
    let came = town.callback.wait_for(5).await;
    assert!(
        came.windows(2)
            .all(|pair| pair[0].raw == pair[1].raw && pair[0].signature == pair[1].signature)
    );
    let settled = async || {
        for _ in 0..500 {
            let counts = town.platforms.whatsapp().deliveries(NUMBER).expect("counts");
            if counts.pending == 0 {
                return counts;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the webhook stays pending");
    };
    let counts = settled().await;
    assert_eq!((counts.delivered, counts.failed), (1, 4));
}

#[tokio::test]
async fn a_callback_that_stays_away_for_36_hours_loses_the_webhook_and_it_is_counted() {
    let town = Town::start().await;
    town.callback.refuse_next(u32::MAX);
    town.yusuf_writes(&["Hallo?"]);
    town.callback.wait_for(1).await;
    town.platforms.clock().jump(Duration::from_secs(37 * 3600));
    for _ in 0..1000 {
        let counts = town.platforms.whatsapp().deliveries(NUMBER).expect("counts");
        if counts.expired == 1 {
            assert_eq!(counts.pending, 0);
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the webhook never expired");
}

#[tokio::test]
async fn a_callback_that_does_not_answer_in_time_is_tried_again() {
    let options = PlatformsOptions {
        webhook_timeout: Duration::from_millis(100),
        ..PlatformsOptions::default()
    };
    let town = Town::start_with(options).await;
    // Listens, and never says a word.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    town.platforms.whatsapp().register(super::town::number(&url)).expect("registered");
    town.yusuf_writes(&["Hallo?"]);
    let (_first, _) = silent.accept().await.expect("the first attempt");
    tokio::time::timeout(Duration::from_secs(5), silent.accept())
        .await
        .expect("a second attempt")
        .expect("accepted");
    assert!(town.platforms.whatsapp().deliveries(NUMBER).expect("counts").failed >= 1);
}

#[tokio::test]
async fn the_handshake_tells_what_happened() {
    let town = Town::start().await;
    let good = town.platforms.whatsapp().verify_callback(NUMBER).await.expect("the number exists");
    assert!(good.verified, "{good:?}");
    let mut wrong = super::town::number(&town.callback.url);
    wrong.verify_token = "another".to_owned();
    town.platforms.whatsapp().register(wrong).expect("changed");
    let url = town.url(&format!("/control/whatsapp/numbers/{NUMBER}/verification"));
    let (status, body) = read(town.client.post(url).send().await.expect("an answer")).await;
    assert_eq!((status, &body["verified"], &body["status"]), (200, &json!(false), &json!(403)));
}

#[tokio::test]
async fn the_control_endpoints_do_what_the_handle_does() {
    let town = Town::start().await;
    let call = async |method: &str, path: &str, body: Value| {
        let method = method.parse().expect("a method");
        let request =
            town.client.request(method, town.url(&format!("/control{path}"))).body(body.to_string());
        let response = request.send().await.expect("an answer");
        let kind = response
            .headers()
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or("")
            .to_owned();
        let status = response.status().as_u16();
        let body = response.bytes().await.expect("a body");
        (status, kind, serde_json::from_slice::<Value>(&body).unwrap_or_default())
    };
    let new = json!({"phoneNumberId": "300", "wabaId": "400", "displayPhoneNumber": "+31 600 000 300",
        "verifiedName": "Zwanendam", "appSecret": "s", "accessToken": "t", "verifyToken": "v",
        "callbackUrl": town.callback.url});
    assert_eq!(call("POST", "/whatsapp/numbers", new).await.0, 201);
    let listed = call("GET", "/whatsapp/numbers", Value::Null).await.2;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    let inbound =
        json!({"from": YUSUF, "name": "Yusuf", "texts": ["Hallo", "Bent u daar?"], "batched": false});
    let (status, _, written) = call("POST", "/whatsapp/numbers/300/inbound", inbound).await;
    assert_eq!((status, written["wamids"].as_array().map(Vec::len)), (202, Some(2)));
    town.callback.wait_for(2).await;
    let nothing = call("GET", "/whatsapp/numbers/300/accepted?after=0", Value::Null).await.2;
    assert_eq!(nothing, json!({"items": [], "next": null, "perCallbackData": {}}));
    let counts = call("GET", "/whatsapp/numbers/300/deliveries", Value::Null).await.2;
    assert_eq!(counts["dropped"], 0);
    assert_eq!(call("POST", "/whatsapp/numbers/300/token", json!({"accessToken": null})).await.0, 204);

    let (status, kind, problem) =
        call("POST", "/whatsapp/numbers/300/inbound", json!({"from": "x", "texts": []})).await;
    assert_eq!(
        (status, kind.as_str(), &problem["status"]),
        (400, "application/problem+json", &json!(400))
    );
    assert_eq!(call("GET", "/whatsapp/numbers/9/accepted", Value::Null).await.0, 404);
    assert_eq!(call("POST", "/faults", json!({"fault": "rain"})).await.0, 400);
    assert_eq!(call("POST", "/faults", json!({"fault": "drop", "chance": 1})).await.0, 400);
    assert_eq!(call("POST", "/faults", json!({"fault": "drop", "probability": 0.1})).await.0, 204);
    let faults = call("GET", "/faults", Value::Null).await.2;
    assert_eq!(faults, json!({"items": [{"fault": "drop", "probability": 0.1}]}));
    assert_eq!(call("DELETE", "/faults", Value::Null).await.0, 204);
    assert!(town.platforms.faults().is_empty());
    let before = call("GET", "/clock", Value::Null).await.2;
    let after = call("POST", "/clock", json!({"advanceSeconds": 86400})).await.2;
    assert!(after["now"].as_str() > before["now"].as_str());
    assert_eq!(call("DELETE", "/whatsapp/numbers/300", Value::Null).await.0, 204);
    town.platforms.order_fault(FaultOrder::once("drop")).expect("ordered");
    assert_eq!(call("POST", "/reset", Value::Null).await.0, 204);
    assert!(town.platforms.whatsapp().numbers().is_empty() && town.platforms.faults().is_empty());
}
