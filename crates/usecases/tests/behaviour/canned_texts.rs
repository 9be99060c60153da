//! Canned texts: declared, offered, changed.

use domain::access::Permission;
use simulation::both_databases;
use simulation::town;
use simulation::world::{NO_PLATFORM, World, declarations};
use usecases::Failure;
use usecases::canned_texts::{
    SaveText, add_canned_text, list_canned_texts, offer_canned_texts, read_canned_text, remove_canned_text,
    save_canned_text,
};
use usecases::configuration::{Declaration, apply_declaration, export_configuration};
use usecases::people::{AuditFilter, list_audit};

fn text(shortcut: &str, team: Option<&str>) -> SaveText {
    SaveText {
        name: format!("Over {shortcut}"),
        shortcut: shortcut.to_owned(),
        text: "Dag {naam inwoner}".to_owned(),
        team: team.map(|team| team.parse().expect("a team")),
        channel: None,
    }
}

fn zwanendam() -> Declaration {
    let mut all = declarations(NO_PLATFORM);
    all.remove(all.iter().position(|one| one.municipality.id.as_str() == "zwanendam").expect("the town"))
}

/// Why a declaration with these texts is refused.
async fn refused(world: &World, texts: Vec<SaveText>) -> String {
    let declaration = Declaration { canned_texts: texts, ..zwanendam() };
    let refused = apply_declaration(&world.installation, declaration, false).await;
    refused.err().map(|error| error.to_string()).unwrap_or_default()
}

both_databases! {
    async fn declared_texts_are_exported_as_declared_and_declaring_them_again_changes_nothing(world: World) {
        let declared = zwanendam();
        let exported = export_configuration(&world.installation, &declared.municipality.id).await
            .expect("the store answers").expect("the town");
        let mut found: Vec<_> = exported.canned_texts.iter().map(|one| (one.shortcut.to_string(), one.text.clone())).collect();
        let mut expected: Vec<_> = declared.canned_texts.iter().map(|one| (one.shortcut.clone(), one.text.clone())).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        let fatima = world.ctx("Fatima").await;
        let before = list_canned_texts(&fatima).await.expect("she may");
        apply_declaration(&world.installation, zwanendam(), true).await.expect("it can be declared again");
        assert_eq!(list_canned_texts(&fatima).await.expect("she may"), before, "not even a version changed");
    }

    async fn pruning_takes_away_what_is_not_declared_and_says_so(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        add_canned_text(&ingrid, text("boom", None)).await.expect("she may");
        let kept = Declaration { canned_texts: vec![text("/Grofvuil", None)], ..zwanendam() };
        apply_declaration(&world.installation, kept.clone(), false).await.expect("merged");
        assert_eq!(list_canned_texts(&ingrid).await.expect("she may").len(), town_texts() + 1);
        let applied = apply_declaration(&world.installation, kept, true).await.expect("pruned");
        assert!(applied.remarks.contains(&"canned text boom: removed".to_owned()), "{:?}", applied.remarks);
        let left = list_canned_texts(&ingrid).await.expect("she may");
        assert_eq!(left.iter().map(|one| one.text.name.as_str()).collect::<Vec<_>>(), ["Over /Grofvuil"]);
    }

    async fn what_cannot_be_declared_is_refused_by_its_shortcut_and_nothing_is_written(world: World) {
        for (texts, why) in [
            (vec![text("boom", None), text("/BOOM", None)], "canned text /BOOM: the text \"Over /BOOM\" has this shortcut"),
            (vec![text("boom", Some("jeugd"))], "canned text boom: there is no such team"),
            (vec![text("grof vuil", None)], "canned text grof vuil: the shortcut has lower case letters"),
            (vec![SaveText { text: "Dag {naam}".to_owned(), ..text("boom", None) }], "{naam} is no gap"),
            (vec![SaveText { channel: Some("telex".to_owned()), ..text("boom", None) }], "there is no such channel"),
            ((0..301).map(|number| text(&format!("t{number}"), None)).collect(), "300 canned texts already"),
        ] {
            let said = refused(&world, texts).await;
            assert!(said.contains(why), "{why}: {said}");
        }
        let there = list_canned_texts(&world.ctx("Ingrid").await).await.expect("she may");
        assert_eq!(there.len(), town_texts());
    }

    /// X1, X2.
    async fn texts_are_changed_by_whoever_may_and_never_over_the_wall_of_a_municipality(world: World) {
        let noor = world.ctx("Noor").await;
        assert!(matches!(list_canned_texts(&noor).await, Err(Failure::NotAllowed(missing)) if missing.permission == Permission::ManageTexts));
        assert!(matches!(add_canned_text(&noor, text("boom", None)).await, Err(Failure::NotAllowed(_))));
        let (ingrid, anouk) = (world.ctx("Ingrid").await, world.ctx("Anouk").await);
        let id = add_canned_text(&ingrid, text("boom", None)).await.expect("she may");
        assert!(matches!(read_canned_text(&anouk, id).await, Err(Failure::NotFound)));
        assert!(matches!(save_canned_text(&anouk, (id, 1), text("boom", None)).await, Err(Failure::NotFound)));
        assert!(matches!(remove_canned_text(&anouk, id, 1).await, Err(Failure::NotFound)));
        add_canned_text(&anouk, text("boom", None)).await.expect("another municipality has its own shortcuts");
        assert_eq!(read_canned_text(&ingrid, id).await.expect("it is hers").version, 1);
    }

    async fn who_answers_is_offered_what_is_for_their_team_and_channel_filled_in(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        let elsewhere = SaveText { channel: Some("whatsapp".to_owned()), ..text("alleen-daar", Some("burgerzaken")) };
        add_canned_text(&ingrid, elsewhere).await.expect("she may");
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = world.ctx("Noor").await;
        let offered = offer_canned_texts(&noor, talk.conversation).await.expect("she sees it");
        let shortcuts: Vec<_> = offered.iter().map(|one| one.shortcut.as_str()).collect();
        assert!(shortcuts.contains(&"grofvuil") && !shortcuts.contains(&"alleen-daar"), "{shortcuts:?}");
        let thanks = offered.iter().find(|one| one.shortcut == "bedankt").expect("for everybody");
        assert_eq!(thanks.text, "Graag gedaan, Yusuf. Fijne dag nog!\n\nGroet, Noor Bakker");
        let joris = world.ctx("Joris").await;
        assert!(matches!(offer_canned_texts(&joris, talk.conversation).await, Err(Failure::NotFound)));
    }

    /// Two at once: one is kept, the other is told (of the shortcut, and of the change).
    async fn of_two_changes_at_once_the_second_is_told(world: World) {
        let (fatima, ingrid) = (world.ctx("Fatima").await, world.ctx("Ingrid").await);
        let (one, other) = tokio::join!(
            add_canned_text(&fatima, text("boom", None)),
            add_canned_text(&ingrid, text("boom", None))
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
        let id = one.or(other).expect("one of them");
        let (one, other) = tokio::join!(
            save_canned_text(&fatima, (id, 1), text("boom", Some("webcare"))),
            save_canned_text(&ingrid, (id, 1), text("boom", None))
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
        assert!(matches!(one.and(other), Err(Failure::Conflict)));
        assert_eq!(read_canned_text(&ingrid, id).await.expect("it is there").version, 2);
        let karim = world.ctx("Karim").await;
        let log = list_audit(&karim, AuditFilter::default(), None).await.expect("he may");
        let about = log.lines.iter().filter(|line| format!("{:?}", line.happened).contains("boom")).count();
        assert_eq!(about, 2);
    }
}

fn town_texts() -> usize {
    let all = town::municipalities(NO_PLATFORM);
    all.iter()
        .find(|one| one.municipality.id.as_str() == "zwanendam")
        .expect("the town")
        .canned_texts
        .len()
}
