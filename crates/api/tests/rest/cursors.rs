//! Cursors of every list.

use simulation::both_databases;
use simulation::world::World;

use crate::client::{Client, address};

both_databases! {
    async fn a_cursor_of_another_list_or_made_up_is_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let other = world.seconds_later(1).resident("Sanne").writes("Hallo").await;
        world.seconds_later(1).resident("Yusuf").writes("Nog iets").await;
        let client = Client::of(&world, "Fatima").await;
        let next = async |path: &str| {
            let page = client.get(&format!("{path}?pageSize=1")).await.json();
            page["nextCursor"].as_str().expect("there is more").to_owned()
        };
        let of_conversations = next("/api/v1/conversations").await;
        let of_messages = next(&address(&talk, "/messages")).await;
        let lists = [
            ("/api/v1/conversations".to_owned(), vec![&of_messages]),
            (address(&talk, "/messages"), vec![&of_conversations]),
            (address(&other, "/messages"), vec![&of_conversations, &of_messages]),
            ("/api/v1/outbox".to_owned(), vec![&of_conversations, &of_messages]),
            ("/api/v1/raw-events".to_owned(), vec![&of_conversations, &of_messages]),
        ];
        for (path, foreign) in lists {
            let made_up = ["x", "////", "MQ", "%00", "1", "null"].map(str::to_owned);
            for cursor in made_up.iter().chain(foreign) {
                let answer = client.get(&format!("{path}?cursor={cursor}")).await;
                assert_eq!(answer.invalid(), ["cursor"], "{path} {cursor}");
            }
            for size in ["0", "101", "-1", "+5", "1e1", "", "25 "] {
                let answer = client.get(&format!("{path}?pageSize={}", size.replace(' ', "%20"))).await;
                assert_eq!(answer.invalid(), ["pageSize"], "{path} {size}");
            }
        }
        assert_eq!(client.get(&format!("/api/v1/conversations?cursor={of_conversations}")).await.status, 200);
        assert_eq!(client.get(&address(&talk, &format!("/messages?cursor={of_messages}"))).await.status, 200);
    }
}
