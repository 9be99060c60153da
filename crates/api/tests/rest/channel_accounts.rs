//! `GET /api/v1/channel-accounts`

use domain::channels::{Answer, Hold, RetryAfter};
use simulation::both_databases;
use simulation::world::World;

use crate::client::Client;

both_databases! {
    /// P14.
    async fn accounts_are_listed_with_how_they_are_doing(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag").await;
        let noor = Client::of(&world, "Noor").await;
        let own = async || {
            let all = noor.all("/api/v1/channel-accounts", 1).await;
            all.into_iter().find(|account| account["id"] == "wa-main").expect("it is of her team")
        };
        let before = own().await;
        assert_eq!((before["severity"].as_str(), before["waitingSends"].as_i64()), (Some("good"), Some(1)));
        world
            .send_all(|_| Answer::Retry {
                after: RetryAfter::Seconds(300),
                hold: Hold::Broken { word: "token" },
                reason: "WhatsApp error 190".to_owned(),
            })
            .await;
        let after = own().await;
        assert_eq!(after["severity"], "alarm");
        assert_eq!(after["states"][0]["word"], "token");
        assert_eq!(after["states"][0]["topic"], "sending");
        assert!(after["heldUntil"].is_string());
        assert!(after["lastReceivedAt"].is_string());
    }

    async fn everybody_gets_the_accounts_of_their_teams_and_an_administrator_all(world: World) {
        let ids = async |who: &str| -> Vec<String> {
            let all = Client::of(&world, who).await.all("/api/v1/channel-accounts", 1).await;
            all.iter().map(|account| account["id"].as_str().expect("an id").to_owned()).collect()
        };
        let all = ids("Ingrid").await;
        let mut sorted = all.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(all, sorted);
        let (noor, joris) = (ids("Noor").await, ids("Joris").await);
        assert!(noor.contains(&"wa-main".to_owned()) && !joris.contains(&"wa-main".to_owned()));
        assert!(noor.iter().chain(&joris).all(|id| all.contains(id)));
        assert_eq!(Client::of(&world, "Bram").await.get("/api/v1/channel-accounts").await.status, 403);
    }
}
