//! `GET /api/v1/export`

use serde_json::Value;
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{TestEngine, World};

use crate::client::{Client, taken, without_ids};

both_databases! {
    async fn everything_is_exported_a_conversation_and_then_its_messages(world: World) {
        let first = world.at("09:00").resident("Yusuf").writes("De lantaarn in de Kerkstraat is kapot").await;
        world.at("09:01").resident("Omar").to("wa-tweede").writes("Mijn paspoort is zoek").await;
        world.at("09:02").agent("Noor").await.replies(&first, "Morgen komt er iemand.").await;
        world.send_all(taken).await;
        // Another municipality's is not in it.
        world.at("09:03").resident("Sanne").to("wa-lindeveld").writes("Hallo Lindeveld").await;
        let answer = Client::of(&world, "Karim").await.get("/api/v1/export").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-ndjson")));
        insta::assert_json_snapshot!("plain", without_ids(lines(&answer.text)));
        let again = Client::of(&world, "Ingrid").await.get("/api/v1/export?form=plain").await;
        assert_eq!(again.text, answer.text, "the same bytes for whoever may export");
    }

    async fn an_export_of_more_than_one_page_leaves_nothing_out(world: World) {
        for number in 0..120 {
            world.resident(&format!("Inwoner {number}")).writes("Hallo").await;
        }
        let exported = lines(&Client::of(&world, "Karim").await.get("/api/v1/export").await.text);
        let all = exported.as_array().expect("a list");
        let of_type = |name: &str| all.iter().filter(|line| line["type"] == name).count();
        assert_eq!((of_type("conversation"), of_type("message")), (120, 120));
        let mut ids: Vec<String> = all.iter().map(|line| line["id"].to_string()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 240);
    }

    async fn an_export_of_nothing_is_empty(world: World) {
        let answer = Client::of(&world, "Karim").await.get("/api/v1/export").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    }

    async fn there_are_two_forms(world: World) {
        let client = Client::of(&world, "Karim").await;
        for wrong in ["form=csv", "form=", "form=plain&form=plain", "page=1"] {
            assert_eq!(client.get(&format!("/api/v1/export?{wrong}")).await.invalid().len(), 1, "{wrong}");
        }
    }

    /// A4: whatever the order in which it came, the end is the same, byte for byte.
    async fn the_canonical_form_does_not_depend_on_the_order_of_arrival(world: World) {
        let events = events(&world);
        let in_order: Vec<usize> = (0..events.len()).collect();
        let other = World::open(TestEngine::sqlite(), crate::connectors()).await;
        let backwards: Vec<usize> = in_order.iter().rev().copied().collect();
        // In the other world everything comes backwards, an hour later, and twice.
        other.hours_later(1);
        let one = delivered(&world, &events, &in_order).await;
        let two = delivered(&other, &events, &[backwards, in_order].concat()).await;
        assert_eq!(one, two);
        assert!(one.lines().count() >= 7, "{one}");
        let mut sorted: Vec<&str> = one.lines().collect();
        sorted.sort_unstable();
        assert_eq!(one.lines().collect::<Vec<_>>(), sorted);
        insta::assert_json_snapshot!("canonical", lines(&one));
    }

    async fn what_we_wrote_is_in_the_canonical_form_without_our_clock(world: World) {
        let other = World::open(TestEngine::sqlite(), crate::connectors()).await;
        let at = world.now();
        let mut exports = Vec::new();
        for (world, minutes) in [(&world, 5), (&other, 50)] {
            let talk = world.resident("Yusuf").sent_at(at).writes("De lantaarn is kapot").await;
            let noor = world.seconds_later(minutes * 60).agent("Noor").await;
            noor.takes(&talk).await;
            noor.notes(&talk, "Staat al in het systeem.").await;
            noor.replies(&talk, "Morgen komt er iemand.").await;
            world.send_all(taken).await;
            noor.closes(&talk).await;
            exports.push(Client::of(world, "Karim").await.get("/api/v1/export?form=canonical").await.text);
        }
        assert_eq!(exports[0], exports[1]);
        assert!(exports[0].contains("Staat al in het systeem.") && exports[0].contains("wamid.OURS0"));
    }
}

fn lines(text: &str) -> Value {
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"))
        .collect()
}

/// A morning of two residents: texts, an edit told as a reaction, an echo and what became of it.
fn events(world: &World) -> Vec<Webhook> {
    let number = world.number("wa-main").settings;
    let (yusuf, sanne) = (("31600000001", "Yusuf"), ("31600000002", "Sanne"));
    let at = |second: i64| world.now() + jiff::SignedDuration::from_secs(second);
    let about = || Webhook::about(&number);
    vec![
        about().text(yusuf, "wamid.A1", at(0), "De lantaarn in de Kerkstraat is kapot"),
        about().text(yusuf, "wamid.A2", at(20), "Kunnen jullie kijken?"),
        about().text(sanne, "wamid.B1", at(20), "Wanneer is de markt?"),
        about().echo(yusuf.0, "wamid.E1", at(60), "Morgen komt er iemand."),
        about().status("wamid.E1", ("sent", yusuf.0), at(61), None),
        about().status("wamid.E1", ("delivered", yusuf.0), at(62), None),
        about().status("wamid.E1", ("read", yusuf.0), at(63), None),
        about().reaction(yusuf, "wamid.R1", at(64), ("wamid.E1", "🙏🏽")),
        about().text(sanne, "wamid.B2", at(70), "Op het Kerkplein?"),
        about().reaction(yusuf, "wamid.R2", at(80), ("wamid.E1", "")),
    ]
}

async fn delivered(world: &World, events: &[Webhook], order: &[usize]) -> String {
    for &index in order {
        world.deliver("wa-main", &events[index]).await;
        world.read_all().await;
    }
    Client::of(world, "Karim").await.get("/api/v1/export?form=canonical").await.text
}
