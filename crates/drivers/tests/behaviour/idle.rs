//! A node with nothing to do rests: its looking is no news, and wakes nobody.

use std::sync::Arc;
use std::time::Duration;

use drivers::Sender;
use drivers::egress::{Allowed, Egress};
use simulation::both_databases;
use simulation::world::World;
use tokio_util::sync::CancellationToken;

both_databases! {
    /// A sender that was woken by its own claim would look again at once, for ever, and take a core.
    async fn a_sender_with_nothing_to_send_is_not_woken_by_its_own_looking(world: World) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let egress = Egress::new(Allowed::default()).expect("a client");
        let sender = Sender::new(Arc::clone(&world.installation), egress);
        let stop = CancellationToken::new();
        let mut commits = world.installation.store.commits();
        commits.mark_unchanged();
        let running = tokio::spawn(sender.run(stop.clone()));
        // Long enough for the first look; a look that wakes itself makes thousands in this time.
        let woken = tokio::time::timeout(Duration::from_millis(500), commits.changed()).await;
        assert!(woken.is_err(), "looking for work is no news");
        stop.cancel();
        running.await.expect("the sender ends");
    }
}
