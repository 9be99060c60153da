//! Who changed what: what people do stands in the audit log, also at the command line (T5, T12).

use domain::access::{Device, Role, Scope, TokenScope};
use domain::channels::SecretValue;
use domain::happenings::Happened;
use simulation::both_databases;
use simulation::world::{NO_PLATFORM, World};
use store::tables::journal::{self, AuditLine};
use usecases::access::{CreateToken, LogIn, create_token, log_in, revoke_token};
use usecases::configuration::{AddUser, add_user, apply_declaration};

use super::passwords::{client, set_password};

/// What has been written into Zwanendam's audit log, oldest first.
pub async fn audit(world: &World) -> Vec<AuditLine> {
    let scope = Scope::whole("zwanendam".parse().expect("a name"));
    let mut reader = world.installation.store.read(&scope);
    let mut lines = journal::audit_before(&mut reader, i64::MAX, 1000).await.expect("the store answers");
    lines.reverse();
    lines
}

/// The lines that `happens` adds.
pub async fn lines_of(world: &World, happens: impl AsyncFnOnce()) -> Vec<AuditLine> {
    let before = audit(world).await.len();
    happens().await;
    audit(world).await.split_off(before)
}

both_databases! {
    async fn a_log_in_stands_under_the_name_of_who_logged_in(world: World) {
        set_password(&world, "een vogel in de hand").await;
        let noor = world.agent("Noor").await;
        let lines = lines_of(&world, async || {
            let try_ = LogIn {
                email: "noor@zwanendam.example".to_owned(),
                password: "een vogel in de hand".to_owned(),
                from: client("192.0.2.7"),
                device: Device::UNKNOWN,
            };
            assert!(log_in(&world.installation, try_).await.is_ok());
        })
        .await;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].actor, noor.ctx.actor.label());
        assert_eq!(lines[0].happened, Happened::LoggedIn { user: noor.id() });
    }

    async fn who_gives_somebody_rights_at_the_command_line_leaves_a_line(world: World) {
        let noor = world.agent("Noor").await.id();
        let makes_her = async |role: Role| {
            let user = AddUser {
                municipality: "zwanendam".parse().expect("a name"),
                email: "noor@zwanendam.example".to_owned(),
                name: "Noor Bakker".to_owned(),
                role,
                teams: vec!["webcare".parse().expect("a name")],
                password: SecretValue::new("een vogel in de hand".to_owned()),
            };
            add_user(&world.installation, user).await.expect("added");
        };
        let lines = lines_of(&world, async || makes_her(Role::PrivacyOfficer).await).await;
        assert!(lines.iter().all(|line| line.actor == "operator"), "{lines:?}");
        let changed = Happened::UserChanged { user: noor, role: Role::PrivacyOfficer };
        assert_eq!(lines.iter().filter(|line| line.happened == changed).count(), 1, "{lines:?}");
        // Said once more, nothing about her changes.
        let lines = lines_of(&world, async || makes_her(Role::PrivacyOfficer).await).await;
        assert!(!lines.iter().any(|line| matches!(line.happened, Happened::UserChanged { .. })), "{lines:?}");
    }

    async fn tokens_leave_a_line_when_they_are_made_and_when_they_end(world: World) {
        let municipality = "zwanendam".parse().expect("a name");
        let mut made = None;
        let lines = lines_of(&world, async || {
            let create = CreateToken {
                email: "noor@zwanendam.example".to_owned(),
                scopes: vec![TokenScope::Read],
            };
            let token = create_token(&world.installation, create).await.expect("made");
            for expected in [true, false] {
                let ended = revoke_token(&world.installation, &municipality, token.id).await;
                assert_eq!(ended.expect("the store answers"), expected);
            }
            made = Some(token.id);
        })
        .await;
        let (noor, token) = (world.agent("Noor").await.id(), made.expect("made"));
        let happened: Vec<_> = lines.iter().map(|line| line.happened.clone()).collect();
        assert_eq!(happened, [Happened::TokenCreated { token, user: noor }, Happened::TokenRevoked { token }]);
        assert!(lines.iter().all(|line| line.actor == "operator"), "{lines:?}");
    }

    async fn pruning_names_who_cannot_log_in_any_more(world: World) {
        let noor = world.agent("Noor").await.id();
        let mut rest = simulation::world::declarations(NO_PLATFORM).pop().expect("Zwanendam");
        assert_eq!(rest.municipality.id.to_string(), "zwanendam");
        rest.users.retain(|user| !user.email.starts_with("noor@"));
        let lines = lines_of(&world, async || {
            apply_declaration(&world.installation, rest, true).await.expect("applied");
        })
        .await;
        let gone = Happened::UserDisabled { user: noor };
        assert_eq!(lines.iter().filter(|line| line.happened == gone).count(), 1, "{lines:?}");
        // What is as it was leaves nothing: an account that nobody touched is not said to be changed.
        let touched = |line: &&AuditLine| {
            matches!(&line.happened, Happened::ConfigurationChanged { what, .. } if what.starts_with("channel_account"))
        };
        assert_eq!(lines.iter().filter(touched).count(), 0, "{lines:?}");
    }
}
