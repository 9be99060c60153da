//! The list of an account's templates, while it is read.

use domain::templates::{Template, TemplateCategory, TemplateStatus};
use simulation::both_databases;
use simulation::world::World;
use usecases::templates::{self, ReadingEnd, TemplateTurn, TemplatesView};

const ACCOUNT: &str = "wa-main";

fn named(name: &str) -> Template {
    Template {
        name: name.to_owned(),
        language: "nl".to_owned(),
        category: TemplateCategory::Utility,
        status: TemplateStatus::Approved,
        header: None,
        body: "Uw melding is klaar.".to_owned(),
        footer: None,
        buttons: Vec::new(),
        examples: Vec::new(),
        reason: None,
    }
}

async fn turn(world: &World) -> TemplateTurn {
    let noor = world.ctx("Noor").await;
    let account = ACCOUNT.parse().expect("a short name");
    templates::read_templates_again(&noor, &account).await.expect("may");
    let turns = templates::take_due_readings(&world.installation).await.expect("the store answers");
    let own = turns.into_iter().find(|turn| turn.door.account.account.id == account);
    own.expect("it is due")
}

async fn known(world: &World) -> TemplatesView {
    let noor = world.ctx("Noor").await;
    templates::list_templates(&noor, &ACCOUNT.parse().expect("a short name"))
        .await
        .expect("may")
}

both_databases! {
    /// A reading that took too long has nothing to say about what the next one found.
    async fn a_late_reading_undoes_nothing_of_the_next(world: World) {
        let here = &world.installation;
        let late = turn(&world).await;
        assert!(templates::keep_page(here, &late, vec![named("oud")]).await.expect("answers"));
        let next = turn(&world).await;
        assert!(templates::keep_page(here, &next, vec![named("nieuw")]).await.expect("answers"));
        assert!(!templates::keep_page(here, &late, vec![named("oud")]).await.expect("answers"));
        templates::end_reading(here, &late, ReadingEnd::Whole).await.expect("answers");
        let names = |view: &TemplatesView| view.templates.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&known(&world).await), ["nieuw", "oud"], "the late one dropped nothing");
        assert_eq!(known(&world).await.reading.read_at, None, "nor said that it was read");
        templates::end_reading(here, &next, ReadingEnd::Whole).await.expect("answers");
        assert_eq!(names(&known(&world).await), ["nieuw"]);
        assert_eq!(known(&world).await.reading.read_at, Some(world.now()));
    }

    /// Without the number of the business account nobody was asked: the list stays, with the moment when it was read.
    async fn a_list_that_cannot_be_asked_for_stays_as_it_was(world: World) {
        let here = &world.installation;
        let first = turn(&world).await;
        templates::keep_page(here, &first, vec![named("stand")]).await.expect("answers");
        templates::end_reading(here, &first, ReadingEnd::Whole).await.expect("answers");
        let before = known(&world).await;
        world.hours_later(1);
        let second = turn(&world).await;
        templates::end_reading(here, &second, ReadingEnd::NotAsked).await.expect("answers");
        assert_eq!(known(&world).await, before);
        assert_eq!(before.templates.len(), 1);
    }
}
