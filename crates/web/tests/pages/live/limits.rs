//! How many pages one can have open.

use simulation::both_databases;
use simulation::world::World;

use super::follow;
use crate::site::Site;

both_databases! {
    async fn one_has_twenty_pages_at_most_and_a_closed_one_makes_place(world: World) {
        let site = Site::of(&world);
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(follow(&noor, "", None).await);
        }
        let refused = noor.get("/live").await;
        refused.is(429).says("U hebt te veel pagina");
        // Nobody else is held up by it.
        let _daans = follow(&daan, "", None).await;
        assert_eq!(world.installation.live().pages(), 21);
        streams.pop();
        streams.push(follow(&noor, "", None).await);
        drop(streams);
        assert_eq!(world.installation.live().pages(), 1);
    }

    async fn at_the_end_of_the_node_all_streams_end(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let mut stream = follow(&noor, "", None).await;
        assert_eq!(stream.next().await.expect("it begins").event, "hartslag");
        world.installation.live().end();
        assert_eq!(stream.next().await, None);
        // Who comes then is sent away at once, to come back to a node that lives.
        assert_eq!(follow(&noor, "", None).await.next().await, None);
    }
}
