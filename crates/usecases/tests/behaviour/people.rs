//! Users and teams: who may change them, and what happens at once.

use domain::access::{Permission, Role};
use domain::channels::SecretValue;
use domain::ids::UserId;
use futures_util::future::join_all;
use simulation::both_databases;
use simulation::world::World;
use usecases::configuration::{AddUser, add_user};
use usecases::people::{
    AuditFilter, InvitePerson, PersonRefused, SavePerson, add_team, disable_person, enable_person,
    end_sessions_of, give_link, invite_person, list_audit, list_managed_teams, list_people, read_person,
    reset_second_factor, save_person,
};
use usecases::{Ctx, Failure};

async fn administrator(world: &World, email: &str) {
    let user = AddUser {
        municipality: "zwanendam".parse().expect("a name"),
        email: email.to_owned(),
        name: "Beheer".to_owned(),
        role: Role::Administrator,
        teams: Vec::new(),
        password: SecretValue::new("de-zwaan-zwemt-om-zes".to_owned()),
    };
    add_user(&world.installation, user).await.expect("added");
}

async fn id_of(ctx: &Ctx, email: &str) -> (UserId, i64) {
    let found = list_people(ctx, None).await.expect("may").people;
    let found = found.into_iter().map(|(person, _)| person).find(|person| person.email == email);
    found.map(|person| (person.id, person.version)).expect("known")
}

both_databases! {
    /// X1: these verbs are the administrator's alone.
    async fn nobody_but_an_administrator_manages_people(world: World) {
        let target = world.agent("Joris").await.id();
        for name in ["Noor", "Milan", "Fatima", "Lotte", "Bram", "Esther", "Karim"] {
            let ctx = world.agent(name).await.ctx;
            let invite = InvitePerson {
                email: "sem@zwanendam.example".to_owned(),
                name: "Sem".to_owned(),
                role: Role::Agent,
                teams: Vec::new(),
            };
            let save = SavePerson { id: target, version: 1, name: "X".to_owned(), role: Role::Agent, teams: Vec::new() };
            let refused = [
                matches!(list_people(&ctx, None).await, Err(Failure::NotAllowed(_))),
                matches!(read_person(&ctx, target).await, Err(Failure::NotAllowed(_))),
                matches!(invite_person(&ctx, invite).await, Err(Failure::NotAllowed(_))),
                matches!(save_person(&ctx, save).await, Err(Failure::NotAllowed(_))),
                matches!(disable_person(&ctx, target, 1).await, Err(Failure::NotAllowed(_))),
                matches!(enable_person(&ctx, target, 1).await, Err(Failure::NotAllowed(_))),
                matches!(give_link(&ctx, target).await, Err(Failure::NotAllowed(_))),
                matches!(end_sessions_of(&ctx, target).await, Err(Failure::NotAllowed(_))),
                matches!(reset_second_factor(&ctx, target).await, Err(Failure::NotAllowed(_))),
                matches!(list_managed_teams(&ctx).await, Err(Failure::NotAllowed(_))),
                matches!(add_team(&ctx, "Nieuw").await, Err(Failure::NotAllowed(_))),
            ];
            assert!(refused.iter().all(|refused| *refused), "{name}: {refused:?}");
            let may_read = ctx.actor.may(Permission::ReadAudit).is_ok();
            assert_eq!(list_audit(&ctx, AuditFilter::default(), None).await.is_ok(), may_read, "{name}");
        }
    }

    /// X2: another municipality's people do not exist.
    async fn people_of_another_municipality_are_not_found(world: World) {
        let anouk = world.agent("Anouk").await.ctx;
        let noor = world.agent("Noor").await.id();
        assert!(matches!(read_person(&anouk, noor).await, Err(Failure::NotFound)));
        assert!(matches!(disable_person(&anouk, noor, 1).await, Err(Failure::NotFound)));
        assert!(matches!(give_link(&anouk, noor).await, Err(Failure::NotFound)));
        assert!(matches!(end_sessions_of(&anouk, noor).await, Err(Failure::NotFound)));
        let users = list_people(&anouk, None).await.expect("may").people;
        assert_eq!(users.len(), 3);
    }

    /// Two administrators who each take the other away at the same moment do not leave nobody.
    async fn two_administrators_cannot_both_go_at_once(world: World) {
        administrator(&world, "een@zwanendam.example").await;
        administrator(&world, "twee@zwanendam.example").await;
        let ingrid = world.agent("Ingrid").await.ctx;
        let (one, two) = (id_of(&ingrid, "een@zwanendam.example").await, id_of(&ingrid, "twee@zwanendam.example").await);
        let ended = join_all([one, two].map(|(id, version)| disable_person(&ingrid, id, version))).await;
        assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 1, "{ended:?}");
        let refused = |one: &Result<(), Failure<PersonRefused>>| {
            matches!(one, Err(Failure::Refused(PersonRefused::LastAdministrator)))
        };
        assert!(ended.iter().any(refused), "{ended:?}");
    }

    async fn of_two_changes_at_once_one_is_a_conflict(world: World) {
        let ingrid = world.agent("Ingrid").await.ctx;
        let (id, version) = id_of(&ingrid, "noor@zwanendam.example").await;
        let save = |name: &str| SavePerson { id, version, name: name.to_owned(), role: Role::Agent, teams: Vec::new() };
        let ended = join_all(["Een", "Twee"].map(|name| save_person(&ingrid, save(name)))).await;
        assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 1, "{ended:?}");
        assert!(ended.iter().any(|one| matches!(one, Err(Failure::Conflict))), "{ended:?}");
    }

    /// Two who invite the same address at once make one user.
    async fn an_address_is_invited_once_however_many_invite(world: World) {
        let ingrid = world.agent("Ingrid").await.ctx;
        let invite = || InvitePerson {
            email: "sem@zwanendam.example".to_owned(),
            name: "Sem".to_owned(),
            role: Role::Agent,
            teams: vec!["webcare".parse().expect("a name")],
        };
        let ended = join_all((0..4).map(|_| invite_person(&ingrid, invite()))).await;
        assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 1);
        let anouk = world.agent("Anouk").await.ctx;
        let theirs = InvitePerson { teams: Vec::new(), ..invite() };
        assert!(invite_person(&anouk, theirs).await.is_err());
    }

    /// The page costs the same with two colleagues as with forty.
    async fn a_page_of_people_asks_for_the_teams_of_all_at_once(world: World) {
        let ingrid = world.agent("Ingrid").await.ctx;
        let asked = async || {
            let before = world.installation.store.asked();
            let found = list_people(&ingrid, None).await.expect("may").people;
            (found, world.installation.store.asked() - before)
        };
        let (few, of_few) = asked().await;
        for number in 0..30 {
            let invite = InvitePerson {
                email: format!("nieuw{number:02}@zwanendam.example"),
                name: format!("Nieuw {number}"),
                role: Role::Agent,
                teams: vec!["webcare".parse().expect("a name")],
            };
            invite_person(&ingrid, invite).await.expect("invited");
        }
        let (many, of_many) = asked().await;
        assert_eq!((many.len(), of_many), (few.len() + 30, of_few));
        let of = |email: &str| many.iter().find(|(person, _)| person.email == email).map(|(_, teams)| teams.len());
        assert_eq!((of("nieuw07@zwanendam.example"), of("noor@zwanendam.example")), (Some(1), Some(1)));
    }
}
