//! `GET /api/v1/conversations/{id}/messages`

use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;

use crate::client::{Client, address, taken, without_ids};

both_databases! {
    async fn messages_stand_in_resident_order_with_what_became_of_them(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn in de Kerkstraat is kapot").await;
        let noor = world.agent("Noor").await;
        world.at("09:10");
        noor.notes(&talk, "Staat al in het systeem.").await;
        world.at("09:11");
        noor.replies(&talk, "Morgen komt er iemand kijken.").await;
        world.send_all(taken).await;
        let number = world.number("wa-main").settings;
        let yusuf = (talk.phone.as_str(), "Yusuf");
        let told = Webhook::about(&number)
            .status("wamid.OURS0", ("delivered", &talk.phone), world.now(), None)
            .reaction(yusuf, "wamid.R1", world.now(), ("wamid.OURS0", "🙏🏽"));
        world.deliver("wa-main", &told).await;
        world.read_all().await;
        let messages = Client::of(&world, "Noor").await.get(&address(&talk, "/messages")).await;
        assert_eq!(messages.status, 200);
        insta::assert_json_snapshot!("messages", without_ids(messages.json()));
    }

    async fn no_message_is_given_twice_or_left_out_while_more_arrive(world: World) {
        let talk = world.resident("Yusuf").writes("Bericht 0").await;
        for number in 1..23 {
            world.seconds_later(1).resident("Yusuf").writes(&format!("Bericht {number}")).await;
        }
        let client = Client::of(&world, "Noor").await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        let mut written = 23;
        loop {
            let path = address(&talk, &format!("/messages?pageSize=7{cursor}"));
            let page = client.get(&path).await.json();
            for item in page["items"].as_array().expect("a list") {
                seen.push(item["text"].as_str().expect("a text").to_owned());
            }
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
            for _ in 0..2 {
                world.seconds_later(1).resident("Yusuf").writes(&format!("Bericht {written}")).await;
                written += 1;
            }
        }
        let expected: Vec<String> = (0..written).map(|number| format!("Bericht {number}")).collect();
        assert_eq!(seen, expected);
    }

    async fn messages_of_one_second_are_each_given_once_whatever_the_page_size(world: World) {
        let number = world.number("wa-main").settings;
        let mut webhook = Webhook::about(&number);
        for index in 0..9 {
            let wamid = format!("wamid.SAME{index}");
            webhook = webhook.text(("31600000001", "Yusuf"), &wamid, world.now(), &format!("Foto {index}"));
        }
        world.deliver("wa-main", &webhook).await;
        world.read_all().await;
        let conversation = world.conversation_of("wa-main", "wamid.SAME0").await.expect("it is there");
        let client = Client::of(&world, "Noor").await;
        for page_size in [1, 2, 4, 9] {
            let path = format!("/api/v1/conversations/{conversation}/messages");
            let ids: Vec<String> =
                client.all(&path, page_size).await.iter().map(|item| item["providerId"].to_string()).collect();
            let expected: Vec<String> = (0..9).map(|index| format!("\"wamid.SAME{index}\"")).collect();
            assert_eq!(ids, expected, "pages of {page_size}");
        }
    }
}
