//! Lists that people save under a name.

use domain::lists::{Filters, LISTS_OF_ONE, ListQuery, Owner, StandardList, Whose};
use futures_util::future::join_all;
use simulation::both_databases;
use simulation::world::World;
use usecases::lists::{
    ListRefused, SaveList, Way, list_saved, move_list, remove_list, rename_list, save_list,
};
use usecases::{Ctx, Failure};

fn list(name: &str, whose: Whose) -> SaveList {
    let filters = Filters { owner: Some(Owner::Me), unread: true, ..Filters::default() };
    let query = ListQuery { list: StandardList::Mine, order: None, filters };
    SaveList { name: name.to_owned(), whose, query }
}

fn webcare() -> Whose {
    Whose::Team("webcare".parse().expect("a name"))
}

async fn names(ctx: &Ctx) -> Vec<String> {
    list_saved(ctx).await.expect("may").into_iter().map(|list| list.name).collect()
}

both_databases! {
    async fn a_list_is_seen_by_who_it_is_for_and_changed_by_who_may(world: World) {
        let (noor, daan, milan) = (world.ctx("Noor").await, world.ctx("Daan").await, world.ctx("Milan").await);
        let joris = world.ctx("Joris").await;
        save_list(&noor, list("Van mij", Whose::Mine)).await.expect("saved");
        let of_team = save_list(&noor, list("Van het team", webcare())).await.expect("saved");
        assert_eq!(names(&noor).await, ["Van mij", "Van het team"]);
        assert_eq!(names(&daan).await, ["Van het team"]);
        assert_eq!(names(&milan).await, ["Van het team"]);
        // X1, X2, X3: another team, another municipality, another's own.
        for who in ["Joris", "Ingrid", "Femke"] {
            assert!(names(&world.ctx(who).await).await.is_empty(), "{who}");
        }
        let seen = list_saved(&noor).await.expect("may");
        // What the list decides itself is not kept as a filter.
        assert_eq!((seen[0].query.filters.owner, seen[0].query.filters.unread), (None, true));
        let own = seen[0].id;
        for (ctx, id) in [(&daan, own), (&joris, of_team), (&joris, own)] {
            let tried = [rename_list(ctx, (id, 1), "X").await, move_list(ctx, (id, 1), Way::Up).await, remove_list(ctx, (id, 1)).await];
            assert!(tried.iter().all(|one| matches!(one, Err(Failure::NotFound))), "{tried:?}");
        }
        let tried = [rename_list(&milan, (of_team, 1), "X").await, remove_list(&milan, (of_team, 1)).await];
        assert!(tried.iter().all(|one| matches!(one, Err(Failure::NotAllowed(_)))), "{tried:?}");
        assert!(matches!(save_list(&milan, list("X", webcare())).await, Err(Failure::NotAllowed(_))));
        assert!(matches!(save_list(&joris, list("X", webcare())).await, Err(Failure::NotFound)));
        rename_list(&daan, (of_team, 1), "Samen").await.expect("a colleague of the team");
        assert_eq!(names(&noor).await, ["Van mij", "Samen"]);
        // Nobody who is no person, nobody who reads no conversations.
        assert!(matches!(list_saved(&world.ctx("Karim").await).await, Err(Failure::NotAllowed(_))));
    }

    async fn lists_are_ordered_renamed_and_removed_and_of_two_changes_at_once_one_is_told(world: World) {
        let noor = world.ctx("Noor").await;
        for name in ["Een", "Twee", "Drie"] {
            save_list(&noor, list(name, Whose::Mine)).await.expect("saved");
        }
        let at = async |name: &str| {
            let all = list_saved(&noor).await.expect("may");
            let one = all.iter().find(|one| one.name == name).expect("there is one");
            (one.id, one.version)
        };
        move_list(&noor, at("Drie").await, Way::Up).await.expect("moved");
        assert_eq!(names(&noor).await, ["Een", "Drie", "Twee"]);
        move_list(&noor, at("Een").await, Way::Up).await.expect("it stays");
        move_list(&noor, at("Een").await, Way::Down).await.expect("moved");
        assert_eq!(names(&noor).await, ["Drie", "Een", "Twee"]);
        let old = at("Een").await;
        let both = join_all(["Eerste", "Een b"].map(|name| rename_list(&noor, old, name))).await;
        assert_eq!(both.iter().filter(|one| one.is_ok()).count(), 1, "{both:?}");
        assert!(both.iter().any(|one| matches!(one, Err(Failure::Conflict))), "{both:?}");
        assert!(matches!(remove_list(&noor, old).await, Err(Failure::Conflict)));
        let two = at("Twee").await;
        remove_list(&noor, two).await.expect("removed");
        assert!(matches!(remove_list(&noor, two).await, Err(Failure::NotFound)));
        assert_eq!(names(&noor).await.len(), 2);
    }

    async fn names_and_numbers_have_limits(world: World) {
        let noor = world.ctx("Noor").await;
        let refused = async |name: &str| match save_list(&noor, list(name, Whose::Mine)).await {
            Err(Failure::Refused(why)) => Some(why),
            _ => None,
        };
        assert_eq!(refused("  ").await, Some(ListRefused::Name));
        assert_eq!(refused(&"x".repeat(41)).await, Some(ListRefused::Name));
        for number in 0..LISTS_OF_ONE {
            save_list(&noor, list(&format!("Lijst {number}"), Whose::Mine)).await.expect("saved");
        }
        assert_eq!(refused("Lijst 21").await, Some(ListRefused::TooMany));
        // A team has its own number, and its own names.
        save_list(&noor, list("Lijst 1", webcare())).await.expect("saved");
        assert!(matches!(save_list(&noor, list("LIJST 1", webcare())).await, Err(Failure::Refused(ListRefused::NameTaken))));
    }
}
