//! X2, X3: a search finds nothing of another municipality or team, and tells nothing of it.

use simulation::both_databases;
use simulation::world::World;
use usecases::search::{Search, search_conversations};

use super::{finds, texts};

both_databases! {
    async fn each_finds_what_is_theirs_and_nothing_of_another(world: World) {
        world.resident("Yusuf").writes("Lantaarn van webcare").await;
        world.resident("Anna").to("wa-tweede").writes("Lantaarn van burgerzaken").await;
        world.resident("Hanna").to("wa-lindeveld").writes("Lantaarn van Lindeveld").await;
        let (w, b, l) = ("[Lantaarn] van webcare", "[Lantaarn] van burgerzaken", "[Lantaarn] van Lindeveld");
        for typed in ["lantaarn", "lant", "\"lantaarn van\"", "lantaarn olifant", "lantaarn status:open kanaal:wa"] {
            for (who, expected) in [("Noor", &[w][..]), ("Joris", &[b]), ("Fatima", &[b, w]), ("Femke", &[l])] {
                let mut found = texts(&world, who, typed).await;
                let mut expected: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
                if typed.starts_with('"') {
                    expected = expected.iter().map(|text| text.replace("] van", " van]")).collect();
                }
                found.sort();
                expected.sort();
                assert_eq!(found, expected, "{who}: {typed}");
            }
        }
        // Names, teams and colleagues of elsewhere mean nobody; what to drop is judged by what one sees oneself.
        for (who, typed) in [
            ("Noor", "van:hanna"),
            ("Noor", "van:anna"),
            ("Noor", "team:burgerzaken lantaarn"),
            ("Noor", "lindeveld"),
            ("Noor", "lantaarn voor:femke"),
            ("Femke", "webcare"),
            ("Ingrid", "lantaarn"),
        ] {
            let page = finds(&world, who, typed).await;
            assert_eq!((page.items.len(), page.next), (0, None), "{who}: {typed}");
        }
        let page = finds(&world, "Noor", "burgerzaken status:open").await;
        assert!(page.to_drop.is_empty(), "{page:?}");
        // Proof that the same questions find something for those whose it is.
        assert_eq!(finds(&world, "Femke", "van:hanna").await.items.len(), 1);
        assert_eq!(finds(&world, "Fatima", "team:burgerzaken lantaarn").await.items.len(), 1);
    }

    /// What stands between is passed over, and not told.
    async fn many_messages_of_another_team_hide_none_of_ones_own(world: World) {
        world.resident("Yusuf").writes("Lantaarn van webcare").await;
        for number in 0..60 {
            world.seconds_later(1).resident(&format!("Inwoner {number}")).to("wa-tweede").writes("Lantaarn van burgerzaken").await;
        }
        assert_eq!(texts(&world, "Noor", "lantaarn").await, ["[Lantaarn] van webcare"]);
    }

    async fn only_who_may_read_conversations_can_search_them(world: World) {
        let refused = search_conversations(&world.ctx("Karim").await, &Search { typed: "a".to_owned(), ..Search::default() }).await;
        assert!(refused.is_err(), "a privacy officer reads no conversations");
    }
}
