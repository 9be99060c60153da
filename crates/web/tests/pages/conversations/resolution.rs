//! `/gesprekken/{id}/onderdelen/{part}/uitkomst`: a send of which nobody knows whether it arrived.

use domain::channels::{Answer, ProviderId, RefusalReason};
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{Talk, World};

use crate::site::{Site, conversation};

async fn unknown(world: &World) -> Talk {
    let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
    world.agent("Noor").await.replies(&talk, "Morgen is de lamp gemaakt.").await;
    world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
    talk
}

both_databases! {
    async fn an_uncertain_send_is_told_in_plain_words_with_two_choices(world: World) {
        let talk = unknown(&world).await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await;
        page.says("We weten niet of dit is aangekomen").says("De verzending werd afgebroken");
        page.says("Wij sturen het niet vanzelf nog een keer.").says("Laat zo").says("Stuur opnieuw");
        page.says("dan krijgt de inwoner het misschien twee keer").says_not("lost");
        let leave = page.form("/uitkomst");
        assert_eq!(leave.hidden("uitkomst"), Some("laat"));
        let shown = noor.post(&leave.action, &leave.with(&[])).await;
        let page = noor.get(shown.location()).await;
        page.says("We laten het bericht zoals het is.");
        page.says("We weten niet of dit is aangekomen. Een collega liet het zo").says_not("Stuur opnieuw");
        let again = noor.post(&leave.action, &leave.with(&[])).await;
        again.is(409).says("Het is intussen bekend wat er met dit bericht is gebeurd.");
    }

    async fn while_evidence_may_come_sending_again_is_confirmed_once_more(world: World) {
        let talk = unknown(&world).await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/uitkomst");
        let asked = noor.post(&form.action, &form.with(&[("uitkomst", "opnieuw")])).await;
        // Leases and sends go by the database's clock, which is far from the world's: the window is open.
        if asked.status == 409 {
            asked.says("kan nog blijken dat het is aangekomen").says("Ja, stuur nu opnieuw");
            let sure = form.with(&[("uitkomst", "opnieuw"), ("gewaarschuwd", "ja")]);
            let shown = noor.post(&form.action, &sure).await;
            noor.get(shown.location()).await.says("Het bericht wordt opnieuw verstuurd.");
        }
        let page = noor.get(&conversation(&talk)).await;
        page.says("Een collega heeft dit opnieuw laten versturen").says("Deel 1 van 1, opnieuw verstuurd");
        page.says("Wacht op verzenden");
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 1);
    }

    async fn a_failed_send_says_why_and_can_be_sent_again(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.replies(&talk, "Morgen.").await;
        world.send_all(|_| Answer::Refused { reason: RefusalReason::Unreachable, detail: None }).await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await;
        page.says("Niet verstuurd").says("De inwoner is via dit kanaal niet te bereiken.").says_not("unreachable");
        let form = page.form("/uitkomst");
        let shown = noor.post(&form.action, &form.with(&[("uitkomst", "opnieuw")])).await;
        shown.is(303);
        noor.get(shown.location()).await.says("Wacht op verzenden");
    }

    /// Nobody tries it again, so the page does not say so, and offers the choice.
    async fn what_failed_after_the_channel_took_it_is_told_truly_and_can_be_sent_again(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.seconds_later(60).agent("Noor").await.replies(&talk, "Morgen.").await;
        world.send_all(|_| Answer::Delivered { provider_id: ProviderId::new("wamid.OUT").ok() }).await;
        let report = Webhook::about(&world.number("wa-main").settings)
            .failed("wamid.OUT", (131_000, &talk.phone), world.now());
        world.deliver("wa-main", &report).await;
        world.read_all().await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let page = noor.get(&conversation(&talk)).await;
        page.says("Het kanaal nam dit aan, maar kon het niet bezorgen").says("Wij sturen het niet vanzelf nog een keer");
        page.says_not("wij proberen het opnieuw").says("Stuur opnieuw");
        noor.get("/gesprekken").await.says("Niet verstuurd").says_not("wacht niet op ons");
        let form = page.form("/uitkomst");
        let shown = noor.post(&form.action, &form.with(&[("uitkomst", "opnieuw")])).await;
        noor.get(shown.location()).await.says("Het bericht wordt opnieuw verstuurd.");
    }

    async fn a_decision_that_we_do_not_know_is_refused_and_a_helper_decides_nothing(world: World) {
        let talk = unknown(&world).await;
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/uitkomst");
        noor.post(&form.action, &form.with(&[("uitkomst", "misschien")])).await.is(400);
        noor.post(&form.action, &form.with(&[("gewaarschuwd", "nee")])).await.is(400);
        let milan = site.logged_in("Milan").await;
        let page = milan.get(&conversation(&talk)).await;
        page.says("We weten niet of dit is aangekomen").says_not("Stuur opnieuw");
        milan.post(&form.action, &form.with(&[])).await.is(403);
    }
}
