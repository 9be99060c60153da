//! `/gesprekken/{id}/concept` and what was just sent: kept, taken over, taken back.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{FORM, Site, conversation};

both_databases! {
    async fn what_somebody_writes_stands_in_the_form_again_and_a_colleague_can_take_it_over(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let address = conversation(&talk);
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        let fields = [("soort", "antwoord"), ("tekst", "Beste Yusuf,\r\nmorgen")];
        let kept = noor.post(&format!("{address}/concept?lijst=mijn"), &fields).await;
        kept.is(303);
        assert!(kept.location().ends_with("?gedaan=concept&lijst=mijn"), "{}", kept.location());
        let page = noor.get(&address).await;
        page.says("Concept opgeslagen:");
        assert!(page.html.contains(">\nBeste Yusuf,\nmorgen</textarea>"), "{}", page.html);
        // Our script gets words and no page.
        let same_origin = ("sec-fetch-site", "same-origin");
        let body = "soort=antwoord&tekst=Beste+Yusuf%2C+morgen+komt+er+iemand".to_owned();
        let lines = [same_origin, FORM, ("x-gehoor-script", "1")];
        let said = noor.post_as(&format!("{address}/concept"), body, &lines).await;
        assert!(said.html.starts_with("Concept opgeslagen: ") && !said.html.contains('<'), "{}", said.html);

        let seen = daan.get(&address).await;
        seen.says("Noor Bakker schreef dit").says("Beste Yusuf, morgen komt er iemand").says("Neem over");
        assert!(!seen.html.contains(">\nBeste Yusuf"), "it is not in his form yet");
        let form = seen.form("/concept/overname");
        daan.post(&form.action, &form.with(&[])).await.is(303);
        let his = daan.get(&address).await;
        assert!(his.html.contains(">\nBeste Yusuf, morgen komt er iemand</textarea>"), "{}", his.html);
        noor.get(&address).await.says("Daan Visser schreef dit");
        daan.post(&form.action, &form.with(&[])).await.is(409).says("Dit concept is er niet meer");
        for wrong in [[("soort", "brief"), ("tekst", "x")], [("soort", "antwoord"), ("anders", "x")]] {
            noor.post(&format!("{address}/concept"), &wrong).await.is(400);
        }
    }

    async fn an_answer_that_was_just_sent_is_taken_back_with_its_text(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = site.logged_in("Noor").await;
        noor.answers(&talk, "Morgen is de lamp gemaakt.").await.is(303);
        let page = noor.get(&conversation(&talk)).await;
        page.says("Haal terug");
        let form = page.form("/terugname");
        noor.post(&form.action, &form.with(&[])).await.is(303);
        let page = noor.get(&conversation(&talk)).await;
        page.says("Teruggehaald").says_not("Haal terug");
        assert!(page.html.contains(">\nMorgen is de lamp gemaakt.</textarea>"), "{}", page.html);
        noor.post(&form.action, &form.with(&[])).await.is(303);
        // A late save of what was sent brings nothing back, and hinders nothing that is written anew.
        let sent = noor.get(&conversation(&talk)).await.form("/antwoorden");
        noor.post(&sent.action, &sent.with(&[("tekst", "Overmorgen.")])).await.is(303);
        let key = sent.hidden.iter().find(|(name, _)| name == "sleutel").expect("a key").1.clone();
        let late = [("soort", "antwoord"), ("tekst", "Overmorgen."), ("sleutel", key.as_str())];
        noor.post(&format!("{}/concept", conversation(&talk)), &late).await.is(303);
        let page = noor.get(&conversation(&talk)).await;
        assert!(!page.html.contains(">\nOvermorgen.</textarea>"), "{}", page.html);
    }

    async fn sending_and_closing_goes_on_with_who_waits_longest(world: World) {
        let site = Site::of(&world);
        let yusuf = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let anna = world.at("09:30").resident("Anna").writes("Wanneer komt de container?").await;
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&yusuf)).await.form("/antwoorden");
        let sent = noor.post(&form.action, &form.with(&[("tekst", "Klaar."), ("daarna", "sluiten")])).await;
        assert!(sent.location().starts_with(&conversation(&anna)), "{}", sent.location());
        let next = noor.get(sent.location()).await;
        next.says("Anna").says("het gesprek is gesloten").says("Terug naar dat gesprek");
        noor.get(&conversation(&yusuf)).await.says("gesloten");
        // The last one stays where it is.
        let form = noor.get(&conversation(&anna)).await.form("/antwoorden");
        let sent = noor.post(&form.action, &form.with(&[("tekst", "Morgen."), ("daarna", "sluiten")])).await;
        assert!(sent.location().starts_with(&format!("{}?gedaan=afgerond", conversation(&anna))), "{}", sent.location());
    }

    /// What the agent has not seen is not closed over: the answer goes, the conversation stays open.
    async fn sending_and_closing_leaves_open_what_came_in_meanwhile(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("De lantaarn is kapot").await;
        let noor = site.logged_in("Noor").await;
        let form = noor.get(&conversation(&talk)).await.form("/antwoorden");
        yusuf.writes("En wanneer?").await;
        let sent = noor.post(&form.action, &form.with(&[("tekst", "Klaar."), ("daarna", "sluiten")])).await;
        assert_eq!(sent.location(), format!("{}?gedaan=niet-gesloten", conversation(&talk)));
        let page = noor.get(sent.location()).await;
        page.says("Het gesprek is niet gesloten").says("En wanneer?").says("Klaar.").says("Sluiten");
    }

    async fn what_changed_is_asked_for_by_itself(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = site.logged_in("Noor").await;
        let rows = noor.get(&format!("/gesprekken/rijen?lijst=mijn&welke={},x,", talk.conversation)).await;
        rows.is(200).says("De lantaarn is kapot").says("1");
        assert!(!rows.html.contains("data-here") && rows.html.contains("data-counter=\"open\""), "{}", rows.html);
        let rows = noor.get(&format!("/gesprekken/rijen?welke={}", talk.conversation)).await;
        assert!(rows.html.contains("data-here"), "{}", rows.html);
        let part = noor.get(&format!("{}/deel", conversation(&talk))).await;
        let page = noor.get(&conversation(&talk)).await;
        // The very message that the page has.
        let message = page.html.split("<li class=\"message").nth(1).and_then(|rest| rest.split("</article>").next());
        let message = message.expect("a message").split("name=\"sleutel\"").next().expect("its beginning");
        assert!(part.html.contains(message), "{}", part.html);
    }
}
