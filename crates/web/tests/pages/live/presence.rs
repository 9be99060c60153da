//! `/gesprekken/{id}/aanwezigheid`: who is in a conversation.

use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;

use super::{Stream, follow};
use crate::site::{Site, conversation};

/// Who is told to be in a conversation next: names and what they do.
async fn people(stream: &mut Stream) -> Value {
    let told = stream.next_news().await.expect("it is told");
    assert_eq!(told.event, "aanwezig", "{told:?}");
    let people = told.data["people"].as_array().expect("a list").clone();
    people.iter().map(|one| json!([one["name"], one["doing"]])).collect()
}

both_databases! {
    async fn colleagues_see_who_looks_and_who_writes_until_they_are_gone(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        let joris = site.logged_in("Joris").await;
        let path = format!("{}/aanwezigheid", conversation(&talk));
        let mut noors = follow(&noor, "", None).await;
        let mut joriss = follow(&joris, "", None).await;
        noor.post(&path, &[("doet", "kijkt")]).await.is(204);
        daan.post(&path, &[("doet", "kijkt")]).await.is(204);
        assert_eq!(people(&mut noors).await, json!([["Daan Visser", "kijkt"]]));
        // Who comes later is told who is there.
        let mut daans = follow(&daan, "", None).await;
        assert_eq!(people(&mut daans).await, json!([["Noor Bakker", "kijkt"]]));
        world.presence_ages(25).await;
        daan.post(&path, &[("doet", "weg")]).await.is(204);
        assert_eq!(people(&mut noors).await, json!([]));
        daan.post(&path, &[("doet", "typt")]).await.is(204);
        assert_eq!(people(&mut noors).await, json!([["Daan Visser", "typt"]]));
        // Nothing more is heard of either of them, and that lapses by the database's clock.
        world.presence_ages(29).await;
        assert_eq!(people(&mut noors).await, json!([]));
        assert_eq!(people(&mut daans).await, json!([]));
        // Another team hears of none of it.
        joris.post("/uitloggen", &[]).await.is(303);
        assert_eq!(joriss.until_the_end().await, ["uitgelogd"]);
    }

    async fn what_is_said_again_is_not_written_again(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let path = format!("{}/aanwezigheid", conversation(&talk));
        noor.post(&path, &[("doet", "kijkt")]).await.is(204);
        let first = world.presence_until().await;
        for _ in 0..20 {
            noor.post(&path, &[("doet", "kijkt")]).await.is(204);
        }
        assert_eq!(world.presence_until().await, first);
        noor.post(&path, &[("doet", "weg")]).await.is(204);
        assert!(world.presence_until().await.is_empty());
        noor.post(&path, &[("doet", "kijkt")]).await.is(204);
        assert_eq!(world.presence_until().await.len(), 1, "who comes back is there again");
    }

    async fn what_lapsed_is_swept_and_what_cannot_be_said_is_refused(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let (noor, joris, femke) = (site.logged_in("Noor").await, site.logged_in("Joris").await, site.logged_in("Femke").await);
        let path = format!("{}/aanwezigheid", conversation(&talk));
        for browser in [&joris, &femke] {
            browser.post(&path, &[("doet", "kijkt")]).await.is(404);
        }
        for fields in [&[("doet", "slaapt")][..], &[("doet", "kijkt"), ("wie", "x")], &[]] {
            noor.post(&path, fields).await.is(400);
        }
        noor.post("/gesprekken/x/aanwezigheid", &[("doet", "kijkt")]).await.is(404);
        assert!(world.presence_until().await.is_empty());
        noor.post(&path, &[("doet", "kijkt")]).await.is(204);
        world.presence_ages(31).await;
        assert_eq!(world.presence_until().await.len(), 1);
        usecases::housekeeping::round(&world.installation).await.expect("the store answers");
        assert!(world.presence_until().await.is_empty());
    }
}
