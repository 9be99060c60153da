//! `GET /api/v1/conversations`

use std::collections::BTreeSet;

use serde_json::json;
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address, taken, without_ids};

both_databases! {
    async fn the_list_shows_the_newest_activity_first_with_what_an_agent_needs_to_choose(world: World) {
        let first = world.at("09:00").resident("Yusuf").writes("De lantaarn in de Kerkstraat is kapot").await;
        let second = world.at("09:05").resident("Sanne").writes("Wanneer is de markt?").await;
        let noor = world.agent("Noor").await;
        world.at("09:10");
        noor.takes(&first).await;
        noor.replies(&first, "Morgen komt er iemand kijken.").await;
        world.send_all(taken).await;
        noor.closes(&second).await;
        let client = Client::of(&world, "Noor").await;
        let list = client.get("/api/v1/conversations").await;
        assert_eq!(list.status, 200);
        insta::assert_json_snapshot!("list", without_ids(list.json()));
    }

    async fn a_list_is_narrowed_by_state_team_account_and_topic(world: World) {
        let open = world.resident("Yusuf").writes("Hallo").await;
        let closed = world.resident("Sanne").writes("Hallo").await;
        let other_team = world.resident("Omar").to("wa-tweede").writes("Hallo").await;
        world.agent("Noor").await.closes(&closed).await;
        let client = Client::of(&world, "Fatima").await;
        let check = async |query: &str, expected: &[&simulation::world::Talk]| {
            let items = client.all(&format!("/api/v1/conversations?{query}"), 100).await;
            let found: BTreeSet<String> = items.iter().map(|item| item["id"].to_string()).collect();
            let expected: BTreeSet<String> =
                expected.iter().map(|talk| json!(talk.conversation.to_string()).to_string()).collect();
            assert_eq!(found, expected, "{query}");
        };
        check("state=new", &[&open, &other_team]).await;
        check("state=closed", &[&closed]).await;
        check("state=snoozed", &[]).await;
        check("team=webcare", &[&open, &closed]).await;
        check("team=webcare&state=closed", &[&closed]).await;
        check("team=nergens", &[]).await;
        check("channelAccount=wa-tweede", &[&other_team]).await;
        check("topic=afval", &[]).await;
    }

    async fn no_conversation_is_given_twice_or_left_out_while_others_write(world: World) {
        let mut written = BTreeSet::new();
        for number in 0..23 {
            let talk = world.seconds_later(1).resident(&format!("Inwoner {number}")).writes("Hallo").await;
            written.insert(talk.conversation.to_string());
        }
        let client = Client::of(&world, "Noor").await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = client.get(&format!("/api/v1/conversations?pageSize=5{cursor}")).await.json();
            for item in page["items"].as_array().expect("a list") {
                seen.push(item["id"].as_str().expect("an id").to_owned());
            }
            // Between two pages somebody new writes: at the front, where this walk has passed.
            let new = format!("Nieuwe inwoner {}", seen.len());
            world.seconds_later(1).resident(&new).writes("Ook hallo").await;
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let different: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(different.len(), seen.len(), "one was given twice");
        assert_eq!(different, written, "those that were there when the walk began, each once");
    }

    async fn a_page_has_as_many_as_were_asked_for_and_25_when_nothing_was(world: World) {
        for number in 0..27 {
            world.seconds_later(1).resident(&format!("Inwoner {number}")).writes("Hallo").await;
        }
        let client = Client::of(&world, "Noor").await;
        for (query, expected) in [("", 25), ("?pageSize=1", 1), ("?pageSize=27", 27), ("?pageSize=100", 27)] {
            let page = client.get(&format!("/api/v1/conversations{query}")).await.json();
            assert_eq!(page["items"].as_array().map(Vec::len), Some(expected), "{query}");
            assert_eq!(page["nextCursor"].is_null(), expected == 27, "{query}");
        }
    }

    /// Tells what the rest of this file relies on: another team's conversation is in nobody else's list.
    async fn another_teams_conversation_is_not_in_the_list(world: World) {
        let talk = world.resident("Omar").to("wa-tweede").writes("Mijn paspoort").await;
        let noor = Client::of(&world, "Noor").await;
        assert_eq!(noor.all("/api/v1/conversations", 100).await.len(), 0);
        assert_eq!(noor.get(&address(&talk, "")).await.status, 404);
        let joris = Client::of(&world, "Joris").await;
        assert_eq!(joris.all("/api/v1/conversations", 100).await.len(), 1);
    }
}
