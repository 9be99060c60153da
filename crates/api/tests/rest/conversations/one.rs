//! `GET /api/v1/conversations/{id}`

use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address, without_ids};

both_databases! {
    async fn a_conversation_is_shown_with_its_state_its_owner_and_its_last_message(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn in de Kerkstraat is kapot").await;
        let answer = Client::of(&world, "Noor").await.get(&address(&talk, "")).await;
        assert_eq!(answer.status, 200);
        insta::assert_json_snapshot!("one", without_ids(answer.json()));
    }

    async fn a_conversation_that_follows_a_closed_one_names_it(world: World) {
        let first = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.closes(&first).await;
        let second = world.hours_later(73).resident("Yusuf").writes("Weer kapot").await;
        let answer = Client::of(&world, "Noor").await.get(&address(&second, "")).await.json();
        assert_eq!(answer["previousConversation"], first.conversation.to_string());
    }

    async fn what_can_be_no_id_is_the_address_of_nothing(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let id = talk.conversation.to_string();
        assert_eq!(client.get(&format!("/api/v1/conversations/{id}")).await.status, 200);
        for wrong in ["1", "%00", "%ff", &format!("{id}x"), &id.replace('-', ""), "00000000-0000-7000-8000-000000000000"] {
            let answer = client.get(&format!("/api/v1/conversations/{wrong}")).await;
            assert_eq!((answer.status, answer.problem().as_str()), (404, "not-found"), "{wrong}");
        }
    }
}
