//! Finding one's way in a long conversation: a piece of text, the first unread message, one message that changed.

use simulation::both_databases;
use simulation::world::World;

use crate::site::{Shown, Site, conversation};

/// The address of the link that is marked so.
fn link(shown: &Shown, mark: &str) -> Option<String> {
    let tag = shown
        .html
        .split("<a ")
        .skip(1)
        .find(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(mark)))?;
    let address = tag.split("href=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&").replace("&#38;", "&"))
}

fn text(number: i64) -> String {
    if number % 1_000 == 999 {
        format!("Lantaarn {number}.")
    } else {
        format!("Bericht {number}")
    }
}

both_databases! {
    async fn a_text_is_found_in_a_conversation_and_one_goes_from_one_to_the_next(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("De LANTAARN is kapot").await;
        for number in 0..120 {
            world.seconds_later(60);
            yusuf.writes(&if number % 50 == 20 { format!("Weer de lantaárn, nummer {number}.") } else { format!("bericht {number}.") }).await;
        }
        world.agent("Noor").await.notes(&talk, "Lantaarn <b>gemeld</b>").await;
        let noor = site.logged_in("Noor").await;
        let address = conversation(&talk);
        // Without script: a form that asks for an address, which leads to the newest that fits.
        let gone = noor.get(&format!("{address}?zoek=+&lijst=alle")).await;
        gone.is(200).says_not("met deze tekst");
        let found = noor.get(&format!("{address}?zoek=lantaarn&lijst=alle")).await;
        found.is(303);
        let first = noor.get(found.location().split('#').next().expect("an address")).await;
        first.says("Bericht 4 van 4 met deze tekst").says("Lantaarn <b>gemeld</b>".replace('<', "&#60;").replace('>', "&#62;").as_str());
        assert!(first.html.contains("<mark>Lantaarn</mark> &#60;b&#62;gemeld"), "{}", first.html);
        assert!(first.html.contains("message--found") && link(&first, "rel=\"next\"").is_none());
        let mut shown = first;
        for (number, words) in [(3, "nummer 70."), (2, "nummer 20."), (1, "LANTAARN")] {
            let previous = link(&shown, "rel=\"prev\" aria-label").expect("there is one before it");
            assert!(previous.contains("lijst=alle"), "{previous}");
            shown = noor.get(previous.split('#').next().expect("an address")).await;
            shown.says(&format!("Bericht {number} van 4 met deze tekst")).says(words);
        }
        assert!(link(&shown, "rel=\"prev\" aria-label").is_none());
        noor.get(&format!("{address}?zoek=olifant")).await.is(200).says("Deze tekst staat niet in dit gesprek.");
        noor.get(&format!("{address}?zoek=%E2%80%8B")).await.is(200).says("Deze tekst staat niet in dit gesprek.");
        noor.get(&format!("{address}?zoek={}", "x".repeat(5_000))).await.is(200).says("Deze tekst staat niet");
        noor.get(&format!("{address}?zoek=%3Cscript%3E")).await.is(200).says_not("<script>");
        // X3: nobody finds anything where they cannot look.
        site.logged_in("Joris").await.get(&format!("{address}?zoek=lantaarn")).await.is(404);
    }

    /// D7: with a hundred thousand messages a page asks as much, and holds as much, as with a hundred.
    async fn a_very_long_conversation_opens_like_a_short_one(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let few = world.has_history(&talk, 0..120, text).await;
        let noor = site.logged_in("Noor").await;
        let address = conversation(&talk);
        let at = few[50];
        let pages = [address.clone(), format!("{address}?bij={at}"), format!("{address}?zoek=kapot&bij={at}")];
        let mut before = Vec::new();
        for page in &pages {
            noor.get(page).await.is(200);
            let asked = world.installation.store.asked();
            let shown = noor.get(page).await;
            before.push((world.installation.store.asked() - asked, shown.html.len()));
        }
        let many = if world.engine().engine_name() == "sqlite" { 100_000 } else { 22_000 };
        world.has_history(&talk, 120..many, text).await;
        for (page, (asked_before, size)) in pages.iter().zip(before) {
            let asked = world.installation.store.asked();
            let shown = noor.get(page).await;
            let asked = world.installation.store.asked() - asked;
            assert!(asked <= asked_before + 12, "{page}: {asked} questions, {asked_before} before");
            assert!(shown.html.len() < size + size / 4, "{page}: {} bytes, {size} before", shown.html.len());
        }
        // Looking stops after so many messages, says so, and goes on where it stopped.
        let found = noor.get(&format!("{address}?zoek=lantaarn+999.")).await;
        found.is(200).says("Niets gevonden in 20.000 berichten. Er zijn er meer.");
        let further = link(&found, "find__further").expect("it goes on");
        let found = noor.get(&further).await;
        if many > 40_000 {
            found.says("Niets gevonden in 20.000 berichten.");
        } else {
            found.is(303);
        }
    }

    async fn the_first_unread_message_is_a_link_away_however_much_came(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("De lantaarn is kapot").await;
        let noor = site.logged_in("Noor").await;
        let address = conversation(&talk);
        assert_eq!(link(&noor.get(&address).await, "data-key=\"u\""), None);
        assert_eq!(link(&noor.get(&address).await, "data-key=\"u\""), None);
        world.seconds_later(60);
        yusuf.writes("Nog iets").await;
        let near = noor.get(&address).await;
        assert_eq!(link(&near, "data-key=\"u\"").as_deref(), Some("#nieuw"));
        assert!(near.html.contains("id=\"nieuw\""));
        for number in 0..70 {
            world.seconds_later(60);
            yusuf.writes(&format!("bericht {number}.")).await;
        }
        let far = noor.get(&format!("{address}?lijst=mijn")).await;
        far.says_not("bericht 5.");
        let way = link(&far, "data-key=\"u\"").expect("a link");
        assert!(way.ends_with("#nieuw") && way.contains("lijst=mijn"), "{way}");
        let there = noor.get(way.split('#').next().expect("an address")).await;
        there.says("bericht 0.").says("Nieuw sinds");
        let place = |words: &str| there.html.find(words).expect(words);
        assert!(place("Nog iets") < place("id=\"nieuw\"") && place("id=\"nieuw\"") < place("bericht 0."));
        for nonsense in ["1", "~", "x~y", "-5~-5", "99999999999~99999999999999999"] {
            noor.get(&format!("{address}?gelezen={nonsense}")).await.is(200);
        }
    }

    async fn what_is_brought_up_to_date_reads_the_message_that_changed_and_no_other(world: World) {
        let site = Site::of(&world);
        let yusuf = world.resident("Yusuf");
        let talk = yusuf.writes("De lantaarn is kapot").await;
        for number in 0..60 {
            world.seconds_later(60);
            yusuf.writes(&format!("bericht {number}.")).await;
        }
        let other = world.resident("Anna").writes("Van iemand anders").await;
        let noor = site.logged_in("Noor").await;
        let messages = world.agent("Noor").await.reads(&talk).await;
        let theirs = world.agent("Noor").await.reads(&other).await[0].message.id;
        let id = messages.iter().find(|one| one.message.text.as_deref() == Some("bericht 3.")).expect("it came").message.id;
        let address = format!("{}/deel", conversation(&talk));
        let asked = async |address: &str| {
            noor.get(address).await.is(200);
            let before = world.installation.store.asked();
            let shown = noor.get(address).await;
            (world.installation.store.asked() - before, shown)
        };
        let (all, whole) = asked(&address).await;
        let (one, part) = asked(&format!("{address}?berichten={id},{theirs},onzin")).await;
        part.says("bericht 3.").says_not("bericht 4.").says_not("Van iemand anders");
        assert_eq!(part.html.matches("<li class=\"message ").count(), 1);
        assert!(part.html.contains("id=\"gesprek-stand\""), "what stands above it comes along");
        assert!(one + 40 < all && part.html.len() * 4 < whole.html.len(), "{one} of {all} questions");
        site.logged_in("Joris").await.get(&format!("{address}?berichten={id}")).await.is(404);
    }
}
