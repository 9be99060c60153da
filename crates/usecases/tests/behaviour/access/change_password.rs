//! Another password for who is logged in (X6, D8).

use domain::access::Device;
use simulation::both_databases;
use simulation::world::World;
use usecases::Failure;
use usecases::access::{
    ChangePassword, ChangeRefused, LinkGiven, LogIn, PasswordRefused, change_password, choose_password,
    log_in, open_link,
};
use usecases::people::give_link;

use super::passwords::{client, done, is_logged_in, set_password};

const BEFORE: &str = "de-zwaan-zwemt-om-zes";
const AFTER: &str = "de zwaan vliegt om zeven";

async fn logged_in(world: &World, password: &str) -> Option<String> {
    let try_ = LogIn {
        email: "noor@zwanendam.example".to_owned(),
        password: password.to_owned(),
        from: client("203.0.113.7"),
        device: Device::UNKNOWN,
    };
    log_in(&world.installation, try_).await.ok().map(|step| done(step).token)
}

fn change(current: &str, new: &str) -> ChangePassword {
    ChangePassword {
        current: current.to_owned(),
        new: new.to_owned(),
        from: client("203.0.113.7"),
        device: Device::UNKNOWN,
    }
}

async fn refusal(world: &World, asked: ChangePassword) -> ChangeRefused {
    match change_password(&world.agent("Noor").await.ctx, asked).await {
        Err(Failure::Refused(refused)) => refused,
        Ok(_) => unreachable!("it was changed"),
        Err(failure) => unreachable!("{failure}"),
    }
}

both_databases! {
    async fn another_password_ends_every_session_and_link_and_begins_one(world: World) {
        set_password(&world, BEFORE).await;
        let elsewhere = logged_in(&world, BEFORE).await.expect("logged in");
        let link = match give_link(&world.agent("Ingrid").await.ctx, world.agent("Noor").await.id()).await {
            Ok(LinkGiven::Shown(token)) => token,
            _ => unreachable!("no mail is sent here"),
        };
        let noor = world.agent("Noor").await.ctx;
        let here = change_password(&noor, change(BEFORE, AFTER)).await.expect("changed");
        assert!(is_logged_in(&world, &here.token).await);
        assert!(!is_logged_in(&world, &elsewhere).await);
        assert!(open_link(&world.installation, &link).await.expect("the store answers").is_none());
        assert!(logged_in(&world, BEFORE).await.is_none());
        assert!(logged_in(&world, AFTER).await.is_some());
    }

    async fn a_password_that_breaks_a_rule_or_is_not_known_changes_nothing(world: World) {
        set_password(&world, BEFORE).await;
        assert_eq!(refusal(&world, change(BEFORE, "kort")).await, ChangeRefused::Password(PasswordRefused::TooShort));
        assert_eq!(refusal(&world, change(BEFORE, "noor123456789")).await, ChangeRefused::Password(PasswordRefused::Common));
        assert_eq!(refusal(&world, change(BEFORE, BEFORE)).await, ChangeRefused::Same);
        assert_eq!(refusal(&world, change("geraden-wachtwoord", AFTER)).await, ChangeRefused::WrongCurrent);
        assert!(logged_in(&world, BEFORE).await.is_some());
    }

    /// D8: whoever finds a session open does not guess the password through it.
    async fn guessing_the_current_password_is_slowed_down(world: World) {
        set_password(&world, BEFORE).await;
        for number in 0..5 {
            let guess = change(&format!("geraden {number} keer"), AFTER);
            assert_eq!(refusal(&world, guess).await, ChangeRefused::WrongCurrent);
        }
        assert!(matches!(refusal(&world, change(BEFORE, AFTER)).await, ChangeRefused::Wait { seconds: 1.. }));
        // A password that breaks a rule is no guess, and is told all the same.
        assert_eq!(refusal(&world, change(BEFORE, "kort")).await, ChangeRefused::Password(PasswordRefused::TooShort));
    }

    /// Of what two do at once, one holds, and who came second is told.
    async fn of_two_changes_at_once_one_holds(world: World) {
        set_password(&world, BEFORE).await;
        let token = match give_link(&world.agent("Ingrid").await.ctx, world.agent("Noor").await.id()).await {
            Ok(LinkGiven::Shown(token)) => token,
            _ => unreachable!("no mail is sent here"),
        };
        let noor = world.agent("Noor").await.ctx;
        let (with_link, with_password) = tokio::join!(
            choose_password(&world.installation, &token, "de zwaan duikt om acht uur"),
            change_password(&noor, change(BEFORE, AFTER)),
        );
        assert_ne!(with_link.is_ok(), with_password.is_ok());
        let chosen = if with_link.is_ok() { "de zwaan duikt om acht uur" } else { AFTER };
        assert!(logged_in(&world, chosen).await.is_some());
    }
}
