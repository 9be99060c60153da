//! Each misfortune, seen from outside.

use std::time::{Duration, Instant};

use serde_json::json;
use simulation::platforms::FaultOrder;

use super::receiver::Came;
use super::town::{NUMBER, Town, read};

async fn town_in_talk() -> Town {
    let town = Town::start().await;
    town.yusuf_writes(&["Hallo"]);
    town.callback.wait_for(1).await;
    town
}

/// A little longer than the statuses of a message take, for what must not come.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn duplicates_come_in_series_and_in_parallel_with_the_same_bytes() {
    for parallel in [false, true] {
        let town = Town::start().await;
        town.order(FaultOrder {
            copies: Some(20),
            parallel: Some(parallel),
            ..FaultOrder::once("duplicate")
        });
        town.yusuf_writes(&["Hallo"]);
        let came = town.callback.wait_for(20).await;
        assert!(came.iter().all(|one| one.raw == came[0].raw && one.signature == came[0].signature));
        a_while().await;
        let counts = town.platforms.whatsapp().deliveries(NUMBER).expect("counts");
        assert_eq!((town.callback.came().len(), counts.delivered, counts.duplicates), (20, 1, 19));
    }
}

#[tokio::test]
async fn reordered_webhooks_arrive_newest_first() {
    let town = Town::start().await;
    town.order(FaultOrder {
        times: Some(5),
        spread_ms: Some(200),
        ..FaultOrder::once("reorder")
    });
    for text in ["1", "2", "3", "4", "5"] {
        town.yusuf_writes(&[text]);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    town.callback.wait_for(5).await;
    assert_eq!(town.callback.texts(), ["5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn a_delayed_webhook_comes_late_and_a_dropped_one_never() {
    let town = Town::start().await;
    town.order(FaultOrder {
        min_ms: Some(250),
        max_ms: Some(300),
        ..FaultOrder::once("delay")
    });
    let began = Instant::now();
    town.yusuf_writes(&["laat"]);
    let came = town.callback.wait_for(1).await;
    assert!(came[0].at - began >= Duration::from_millis(250));
    town.order(FaultOrder::once("drop"));
    town.yusuf_writes(&["nooit"]);
    town.yusuf_writes(&["wel"]);
    town.callback.wait_for(2).await;
    a_while().await;
    assert_eq!(town.callback.texts(), ["laat", "wel"]);
    assert_eq!(town.platforms.whatsapp().deliveries(NUMBER).expect("counts").dropped, 1);
}

#[tokio::test]
async fn refusals_accept_nothing() {
    let town = town_in_talk().await;
    town.order(FaultOrder::once("error500"));
    let (status, body) = read(town.send("1", "a").await.expect("an answer")).await;
    assert_eq!((status, &body["error"]["code"]), (500, &json!(131_000)));
    assert_eq!(body["error"]["error_data"]["messaging_product"], "whatsapp");

    town.order(FaultOrder::once("html502"));
    let page = town.send("2", "b").await.expect("an answer");
    assert_eq!(
        (page.status().as_u16(), page.headers()["content-type"].to_str().ok()),
        (502, Some("text/html"))
    );

    for retry_after in
        [None, Some("30"), Some("Wed, 21 Oct 2026 07:28:00 GMT"), Some("1000000000"), Some("abc")]
    {
        let order = FaultOrder {
            retry_after: retry_after.map(str::to_owned),
            ..FaultOrder::once("rate_limited")
        };
        town.order(order);
        let response = town.send("3", "c").await.expect("an answer");
        let header = response
            .headers()
            .get("retry-after")
            .map(|value| value.to_str().expect("text").to_owned());
        assert_eq!(header.as_deref(), retry_after);
        let (status, body) = read(response).await;
        assert_eq!((status, &body["error"]["code"]), (429, &json!(130_429)));
    }
    town.order(FaultOrder { code: Some(80_007), ..FaultOrder::once("rate_limited") });
    assert_eq!(read(town.send("4", "d").await.expect("an answer")).await.1["error"]["code"], 80_007);
    assert!(town.accepted().is_empty());
    assert_eq!(town.send("5", "e").await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn accepted_and_then_no_answer_is_accepted_once_and_its_statuses_come() {
    let town = town_in_talk().await;
    let holding = FaultOrder {
        hold_ms: Some(60_000),
        ..FaultOrder::once("accept_then_timeout")
    };
    let orders = [FaultOrder::once("accept_then_close"), holding, FaultOrder::once("accept_half_open")];
    for (count, order) in orders.into_iter().enumerate() {
        let (fault, own_id) = (order.fault.clone(), format!("part-{count}"));
        town.order(order);
        let answer = match town.send("Dag", &own_id).await {
            Ok(response) => response.bytes().await.map(|_| ()),
            Err(error) => Err(error),
        };
        let error = answer.expect_err("no whole answer");
        assert_eq!(error.is_timeout(), fault != "accept_then_close", "{fault}: {error:?}");
        let accepted = town.accepted();
        assert_eq!((accepted.len(), accepted[count].answered.as_str()), (count + 1, fault.as_str()));
        let theirs = |came: &Came| {
            came.values("statuses")
                .iter()
                .filter(|one| one["biz_opaque_callback_data"] == own_id)
                .count()
        };
        town.callback
            .wait_until("three statuses", |came| came.iter().map(theirs).sum::<usize>() == 3)
            .await;
    }
    let page = town.platforms.whatsapp().accepted(NUMBER, 0).expect("the number exists");
    assert!(page.per_callback_data.values().all(|&count| count == 1));
}

#[tokio::test]
async fn half_an_answer_has_headers_and_half_a_body() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let town = town_in_talk().await;
    town.order(FaultOrder::once("accept_half_open"));
    let body = json!({"messaging_product": "whatsapp", "to": super::town::YUSUF, "text": {"body": "Dag"}})
        .to_string();
    let mut stream = tokio::net::TcpStream::connect(town.platforms.address()).await.expect("connected");
    let request = format!(
        "POST /v26.0/{NUMBER}/messages HTTP/1.1\r\nhost: graph\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
        super::town::TOKEN,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = String::new();
    let mut buffer = [0; 4096];
    while !answer.contains("messaging_product") {
        let patience = Duration::from_secs(5);
        let count = tokio::time::timeout(patience, stream.read(&mut buffer))
            .await
            .expect("in time")
            .expect("read");
        assert!(count > 0, "closed after {answer:?}");
        answer.push_str(std::str::from_utf8(&buffer[..count]).expect("text"));
    }
    let (head, half) = answer.split_once("\r\n\r\n").expect("headers");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    assert_eq!(half.len(), length.parse::<usize>().expect("a number") / 2);
    let more = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut buffer)).await;
    assert!(more.is_err(), "then nothing, and the connection stays open");
}

#[tokio::test]
async fn no_status_is_silence_and_fail_later_is_a_failed_status() {
    let town = town_in_talk().await;
    town.order(FaultOrder::once("no_status"));
    assert_eq!(town.send("Dag", "silent").await.expect("an answer").status(), 200);
    a_while().await;
    assert!(town.callback.statuses().is_empty());
    town.order(FaultOrder { code: Some(131_047), ..FaultOrder::once("fail_later") });
    assert_eq!(town.send("Dag", "late").await.expect("an answer").status(), 200);
    town.callback.wait_for(2).await;
    a_while().await;
    assert_eq!(town.callback.statuses(), ["failed"]);
}

#[tokio::test]
async fn a_status_can_come_before_the_answer() {
    let town = town_in_talk().await;
    town.order(FaultOrder::once("status_before_answer"));
    let response = town.send("Dag", "early").await.expect("an answer");
    assert_eq!(town.callback.statuses(), ["sent"]);
    let (_, body) = read(response).await;
    let came = town.callback.came();
    assert_eq!(came[1].statuses()[0].1, body["messages"][0]["id"].as_str().expect("an id"));
    town.callback.wait_for(4).await;
}
