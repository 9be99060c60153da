//! `/gesprekken/{id}/sluiting` and `/gesprekken/{id}/heropening`

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn a_conversation_is_closed_with_an_outcome_and_opened_again(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let close = noor.get(&conversation(&talk)).await.form("/sluiting");
        let shown = noor.post(&close.action, &close.with(&[("uitkomst", "answered")])).await;
        let page = noor.get(shown.location()).await;
        page.says("Het gesprek is gesloten.").says("Status gesloten").says("Uitkomst De vraag is beantwoord");
        assert!(!page.has_form("/sluiting") && !page.has_form("/antwoorden") && !page.has_form("/toewijzing"));
        let reopen = page.form("/heropening");
        let shown = noor.post(&reopen.action, &reopen.with(&[])).await;
        noor.get(shown.location()).await.says("Het gesprek is heropend.").says("Status heropend");
    }

    async fn what_came_in_meanwhile_is_seen_before_a_conversation_is_closed(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let close = noor.get(&conversation(&talk)).await.form("/sluiting");
        world.seconds_later(60).resident("Yusuf").writes("Nog een vraag").await;
        let shown = noor.post(&close.action, &close.with(&[("uitkomst", "answered")])).await;
        shown.is(409).says("Er kwam een bericht bij").says("Nog een vraag").says("Status nieuw");
    }

    async fn closing_twice_and_an_outcome_that_there_is_not_are_refused(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let close = noor.get(&conversation(&talk)).await.form("/sluiting");
        noor.post(&close.action, &close.with(&[("uitkomst", "vergeten")])).await.is(400);
        noor.post(&close.action, &close.with(&[("uitkomst", "spam"), ("versie", "x")])).await.is(400);
        noor.post(&close.action, &close.with(&[("uitkomst", "spam")])).await.is(303);
        noor.post(&close.action, &close.with(&[("uitkomst", "spam")])).await.is(409);
        let reopen = noor.get(&conversation(&talk)).await.form("/heropening");
        noor.post(&reopen.action, &reopen.with(&[])).await.is(303);
        noor.post(&reopen.action, &reopen.with(&[])).await.is(409);
    }
}
