//! A new password means that the old one is not trusted any more.

use domain::access::ClientAddress;
use domain::channels::SecretValue;
use simulation::both_databases;
use simulation::world::World;
use usecases::access::{LogIn, authenticate_session, log_in};
use usecases::configuration::{AddUser, add_user};

/// Gives Noor this password.
pub async fn set_password(world: &World, password: &str) {
    let user = AddUser {
        municipality: "zwanendam".parse().expect("a name"),
        email: "noor@zwanendam.example".to_owned(),
        name: "Noor Bakker".to_owned(),
        role: domain::access::Role::Agent,
        teams: vec!["webcare".parse().expect("a name")],
        password: SecretValue::new(password.to_owned()),
    };
    add_user(&world.installation, user).await.expect("Noor gets a password");
}

/// A client of its own.
pub fn client(address: &str) -> ClientAddress {
    ClientAddress::One(address.parse().expect("an address"))
}

async fn is_logged_in(world: &World, token: &str) -> bool {
    authenticate_session(&world.installation, token)
        .await
        .expect("the store answers")
        .is_some()
}

both_databases! {
    /// X6: who knew the old password is out; applying the same password again throws nobody out.
    async fn a_new_password_ends_every_session(world: World) {
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        let with_the_old = LogIn {
            email: "noor@zwanendam.example".to_owned(),
            password: "de-zwaan-zwemt-om-zes".to_owned(),
            from: client("203.0.113.7"),
        };
        let session = log_in(&world.installation, with_the_old).await;
        let session = session.unwrap_or_else(|refused| unreachable!("the password fits: {refused}"));
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        assert!(is_logged_in(&world, &session.token).await, "the same password changes nothing");
        set_password(&world, "de-zwaan-vliegt-om-zeven").await;
        assert!(!is_logged_in(&world, &session.token).await, "the old session has ended");
    }
}
