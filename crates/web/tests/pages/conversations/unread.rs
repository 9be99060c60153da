//! What is unread, for each colleague by themselves.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{FORM, Site, conversation};

both_databases! {
    async fn what_came_since_somebody_looked_is_unread_for_them_and_begins_with_a_line(world: World) {
        let site = Site::of(&world);
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let (noor, daan) = (site.logged_in("Noor").await, site.logged_in("Daan").await);
        noor.get("/gesprekken").await.says("Ongelezen: Yusuf");
        world.at("09:05");
        let opened = noor.get(&conversation(&talk)).await;
        opened.says_not("Nieuw sinds").says_not("Ongelezen");
        noor.get("/gesprekken").await.says_not("Ongelezen");
        daan.get("/gesprekken").await.says("Ongelezen: Yusuf");

        world.at("09:30").resident("Yusuf").writes("Weet u al wanneer?").await;
        let rows = noor.get(&format!("/gesprekken/rijen?welke={}", talk.conversation)).await;
        rows.says("Ongelezen: Yusuf");
        // Looking ahead is not reading, nor is a program.
        noor.ask("GET", &conversation(&talk), &[("sec-purpose", "prefetch")]).await.is(200);
        noor.get(&format!("{}/deel", conversation(&talk))).await.is(200);
        noor.get("/gesprekken").await.says("Ongelezen: Yusuf");
        let again = noor.get(&conversation(&talk)).await;
        again.says("Nieuw sinds vandaag 9.00");
        let (line, old, new) = (again.html.find("id=\"nieuw\""), again.html.rfind("De lantaarn is kapot"), again.html.rfind("Weet u al wanneer?"));
        assert!(old < line && line < new, "{}", again.html);
        noor.get(&conversation(&talk)).await.says_not("Nieuw sinds");

        // What comes while the page is open is read when the page says that somebody has it before them.
        world.at("09:40").resident("Yusuf").writes("Hallo?").await;
        let lines = [("sec-fetch-site", "same-origin"), ("x-gehoor-looked-at", "1"), FORM];
        noor.ask("GET", &format!("{}/deel", conversation(&talk)), &lines).await.is(200).says("Hallo?");
        noor.get("/gesprekken").await.says_not("Ongelezen");
    }

    /// A platform that was down delivers later what was written before somebody looked: it is new for them all the same, and
    /// stands where it belongs (A4).
    async fn what_comes_late_with_an_old_time_is_unread_for_who_looked_meanwhile(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let (early, yusuf) = (world.at("09:00").now(), world.resident("Yusuf"));
        let talk = world.at("09:30").resident("Yusuf").writes("Weet u al wanneer?").await;
        world.at("09:35");
        noor.get(&conversation(&talk)).await.is(200);
        noor.get("/gesprekken").await.says_not("Ongelezen");
        world.at("10:00");
        yusuf.sent_at(early).writes("De lantaarn is kapot").await;
        noor.get("/gesprekken").await.says("Ongelezen: Yusuf");
        noor.get(&format!("/gesprekken/rijen?welke={}", talk.conversation)).await.says("Ongelezen: Yusuf");

        world.at("10:05").resident("Yusuf").writes("Hallo?").await;
        let opened = noor.get(&conversation(&talk)).await;
        let place = |words: &str| opened.html.rfind(words).expect(words);
        let order = ["id=\"nieuw\"", "Later binnengekomen", "De lantaarn is kapot", "Weet u al wanneer?", "Nieuw sinds vandaag 9.30", ">Hallo?<"];
        assert!(order.windows(2).all(|two| place(two[0]) < place(two[1])), "{}", opened.html);
        assert_eq!(opened.html.matches("id=\"nieuw\"").count(), 1);
        noor.get("/gesprekken").await.says_not("Ongelezen");
        noor.get(&conversation(&talk)).await.says_not("Later binnengekomen").says_not("Nieuw sinds");
        site.logged_in("Daan").await.get("/gesprekken").await.says("Ongelezen: Yusuf");
    }

    async fn a_message_that_is_not_among_the_newest_is_reached_by_its_address(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("bericht 0.").await;
        for number in 1..120 {
            world.seconds_later(60);
            yusuf.writes(&format!("bericht {number}.")).await;
        }
        let noor = site.logged_in("Noor").await;
        let messages = world.agent("Noor").await.reads(&talk).await;
        let wanted = messages.iter().find(|one| one.message.text.as_deref() == Some("bericht 30.")).expect("it came");
        let id = wanted.message.id;
        noor.get(&conversation(&talk)).await.says_not("bericht 30.");
        let page = noor.get(&format!("{}?bij={id}", conversation(&talk))).await;
        page.says("bericht 30.").says("bericht 20.").says("bericht 60.").says_not("bericht 118.");
        assert!(page.html.contains(&format!("id=\"b-{id}\"")), "{}", page.html);
        page.says("Eerdere berichten").says("Latere berichten");
        noor.get(&format!("{}?bij=onzin", conversation(&talk))).await.is(200).says("bericht 118.");
    }
}
