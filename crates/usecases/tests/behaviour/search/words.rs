//! Words in all their forms.

use simulation::both_databases;
use simulation::world::World;

use super::{best, finds, shown, texts};

both_databases! {
    async fn a_word_finds_its_forms_its_compounds_and_what_begins_with_it(world: World) {
        for (name, text) in [
            ("Yusuf", "De straatverlichting in de Kerkstraat doet het niet"),
            ("Anna", "Wanneer worden de containers geleegd?"),
            ("Joke", "Mijn vergunningen zijn verlopen"),
            ("Piet", "Goedemorgen"),
        ] {
            world.seconds_later(1).resident(name).writes(text).await;
        }
        for (typed, expected) in [
            ("verlichting", &["De [straatverlichting] in de Kerkstraat doet het niet"][..]),
            ("STRATEN", &["De [straatverlichting] in de [Kerkstraat] doet het niet"]),
            ("kerkstr", &["De straatverlichting in de [Kerkstraat] doet het niet"]),
            ("container", &["Wanneer worden de [containers] geleegd?"]),
            ("vergunning", &["Mijn [vergunningen] zijn verlopen"]),
            ("de vergunning van", &["Mijn [vergunningen] zijn verlopen"]),
            ("straat verlichting -container", &["De [straatverlichting] in de [Kerkstraat] doet het niet"]),
            ("kerkstraat -straatverlichting", &[]),
            ("\"in de kerkstraat\"", &["De straatverlichting [in de Kerkstraat] doet het niet"]),
            ("\"kerkstraat de in\"", &[]),
            ("zwembad", &[]),
        ] {
            assert_eq!(texts(&world, "Noor", typed).await, expected, "{typed}");
        }
    }

    /// All words must stand in one message; only when no message has all of them, some will do, and the page says so.
    async fn all_words_must_be_there_and_else_some_of_them(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.seconds_later(1).resident("Anna").writes("De lantaarn en de brug zijn kapot").await;
        let page = finds(&world, "Noor", "kapotte brug").await;
        assert_eq!((page.items.len(), page.partly), (1, false));
        let page = finds(&world, "Noor", "kapotte olifant").await;
        assert_eq!((page.items.len(), page.partly), (2, true));
        let page = finds(&world, "Noor", "olifant").await;
        assert_eq!((page.items.len(), page.partly, page.next), (0, false, None));
    }

    async fn what_is_about_it_comes_first_where_that_is_asked(world: World) {
        world.resident("Yusuf").writes("Over de container: de container is vol").await;
        world.seconds_later(1).resident("Anna").writes("Op vakantie vergeet ik altijd van alles, ook om de container buiten te zetten, en dan de planten nog").await;
        let newest = texts(&world, "Noor", "container").await;
        assert!(newest[0].starts_with("Op vakantie"), "{newest:?}");
        let fit = best(&world, "Noor", "container").await;
        assert!(fit[0].starts_with("Over de"), "{fit:?}");
    }

    async fn of_one_conversation_three_messages_are_shown_and_the_others_counted(world: World) {
        for number in 0..5 {
            world.seconds_later(1).resident("Yusuf").writes(&format!("Lantaarn nummer {number}")).await;
        }
        let page = finds(&world, "Noor", "lantaarn").await;
        let [found] = page.items.as_slice() else { unreachable!("one conversation: {page:?}") };
        assert_eq!((found.messages.len(), found.more), (3, 2));
        assert!(found.messages[0].excerpt.text.ends_with('4'), "the newest first");
    }

    /// Who types a whole word finds it, however many others begin like it.
    async fn a_rare_word_does_not_drown_among_those_that_begin_like_it(world: World) {
        world.resident("Yusuf").writes("Mijn zaak is zaak12").await;
        let text: Vec<String> = (0..210).map(|number| format!("zaak12{number:03}")).collect();
        for text in &text {
            world.seconds_later(1).resident("Anna").writes(text).await;
        }
        let page = finds(&world, "Noor", "zaak12").await;
        assert_eq!((page.items.len(), page.whole_words, page.next), (1, true, None));
        assert_eq!(shown(&page), ["Mijn zaak is [zaak12]"]);
        // Where nothing is exactly that, what begins like it is found.
        let page = finds(&world, "Noor", "zaak1").await;
        assert_eq!((page.items.len(), page.whole_words), (1, false));
    }

    async fn a_long_list_goes_on_without_doubles_or_gaps(world: World) {
        for round in 0..2 {
            for number in 0..45 {
                world.seconds_later(1).resident(&format!("Inwoner {number:02}")).writes(&format!("Lantaarn {round}")).await;
            }
        }
        let ctx = world.ctx("Noor").await;
        let (mut seen, mut before, mut pages) = (Vec::new(), None, 0);
        loop {
            let search = usecases::search::Search { typed: "lantaarn".to_owned(), before, ..Default::default() };
            let asked = world.installation.store.asked();
            let page = usecases::search::search_conversations(&ctx, &search).await.expect("a search is no error");
            let asked = world.installation.store.asked() - asked;
            assert!(asked <= 12, "a page asks of all its conversations at once, not of each: {asked} questions");
            seen.extend(page.items.iter().map(|item| item.listed.conversation.id));
            pages += 1;
            before = page.next;
            if before.is_none() || pages > 10 {
                break;
            }
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (45, 45), "in {pages} pages");
    }
}
