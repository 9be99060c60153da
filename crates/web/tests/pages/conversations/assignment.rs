//! `/gesprekken/{id}/toewijzing`

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn an_agent_takes_a_conversation_gives_it_to_a_colleague_and_back(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let take = noor.get(&conversation(&talk)).await.says("Pak op").form("/toewijzing");
        let shown = noor.post(&take.action, &take.with(&[])).await;
        let page = noor.get(shown.location()).await;
        page.says("De behandelaar is veranderd.").says("Behandelaar Noor Bakker").says("Geef terug aan het team");
        page.says_not("Pak op");
        let daan = world.agent("Daan").await.id().to_string();
        let give = page.form("/toewijzing");
        let shown = noor.post(&give.action, &give.with(&[("wie", &daan)])).await;
        let page = noor.get(shown.location()).await;
        page.says("Behandelaar Daan Visser");
        let back = page.form("/toewijzing");
        let shown = noor.post(&back.action, &back.with(&[("wie", "")])).await;
        noor.get(shown.location()).await.says("Behandelaar Nog niemand");
    }

    async fn of_two_who_take_it_at_once_the_second_sees_who_was_first(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        let noors = noor.get(&conversation(&talk)).await.form("/toewijzing");
        let daans = daan.get(&conversation(&talk)).await.form("/toewijzing");
        daan.post(&daans.action, &daans.with(&[])).await.is(303);
        let shown = noor.post(&noors.action, &noors.with(&[])).await;
        shown.is(409).says("Er is intussen iets veranderd").says("Behandelaar Daan Visser");
    }

    async fn a_conversation_is_given_to_nobody_outside_its_team(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/toewijzing");
        for outsider in ["Joris", "Femke"] {
            let id = world.agent(outsider).await.id().to_string();
            let shown = noor.post(&form.action, &form.with(&[("wie", &id)])).await;
            shown.is(400).says("Deze collega zit niet in het team van dit gesprek.").says_not("Femke");
        }
        noor.post(&form.action, &form.with(&[("wie", "onzin")])).await.is(400);
    }

    async fn a_helper_takes_but_does_not_give_to_others(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let milan = site.logged_in("Milan").await;
        let page = milan.get(&conversation(&talk)).await;
        page.says("Pak op").says_not("Geef aan").says_not("Sluit gesprek");
        let form = page.form("/toewijzing");
        let daan = world.agent("Daan").await.id().to_string();
        milan.post(&form.action, &form.with(&[("wie", &daan)])).await.is(403).says("gesprekken aan een collega geven");
        milan.post(&form.action, &form.with(&[])).await.is(303);
    }
}
