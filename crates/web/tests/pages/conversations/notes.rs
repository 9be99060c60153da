//! `/gesprekken/{id}/notities`

use domain::messages::Direction;
use simulation::both_databases;
use simulation::world::World;

use crate::site::{Site, conversation};

both_databases! {
    async fn a_note_is_marked_as_internal_and_is_written_once(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/notities");
        let fields = form.with(&[("tekst", "Belt vaak over deze lantaarn.")]);
        let shown = noor.post(&form.action, &fields).await;
        noor.post(&form.action, &fields).await.is(303);
        let page = noor.get(shown.location()).await;
        page.says("Uw notitie is opgeslagen. De inwoner ziet die niet.").says("Notitie, alleen intern");
        assert!(page.html.contains("message--note"));
        let messages = world.agent("Noor").await.reads(&talk).await;
        assert_eq!(messages.iter().filter(|seen| seen.message.direction == Direction::Note).count(), 1);
    }

    async fn a_note_that_is_empty_or_too_long_is_refused_and_stays(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/notities");
        noor.post(&form.action, &form.with(&[("tekst", "")])).await.is(400).says("Schrijf eerst een notitie.");
        let long = "n".repeat(20_001);
        let shown = noor.post(&form.action, &form.with(&[("tekst", &long)])).await;
        shown.is(400).says("Uw notitie heeft 20.001 tekens. Er passen er hoogstens 20.000 in.");
        assert!(shown.html.contains(&long) && shown.html.contains("id=\"notitie-fout\""));
    }
}
