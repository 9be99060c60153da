//! A new password means that the old one is not trusted any more.

use std::sync::{Arc, Mutex, mpsc};

use domain::access::{ClientAddress, Device};
use domain::channels::SecretValue;
use simulation::both_databases;
use simulation::world::World;
use usecases::access::{LogIn, LogInRefused, LogInStep, LoggedIn, authenticate_session, log_in};
use usecases::configuration::{AddUser, add_user, apply_declaration};
use usecases::{Installation, Randomness};

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

/// What a log-in came to where no code is asked for.
pub fn done(step: LogInStep) -> LoggedIn {
    match step {
        LogInStep::Done(logged_in) => logged_in,
        LogInStep::Code { .. } => unreachable!("there is no second step"),
    }
}

pub async fn is_logged_in(world: &World, token: &str) -> bool {
    authenticate_session(&world.installation, token, true)
        .await
        .expect("the store answers")
        .is_some()
}

/// Chance that is asked for a session's token between the check of a password and its log-in; it waits there until what
/// happens meanwhile has happened.
struct Meanwhile {
    reached: mpsc::Sender<()>,
    goes_on: Mutex<mpsc::Receiver<()>>,
}

impl Randomness for Meanwhile {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
        self.reached.send(()).expect("the test waits for it");
        let goes_on = self.goes_on.lock().expect("nobody panicked with it");
        goes_on.recv().expect("the test lets it go on");
    }
}

/// How a log-in of Noor ends when `happens` between the check of her password and the beginning of her session.
async fn logs_in_while(
    world: &World,
    password: &str,
    happens: impl AsyncFnOnce(),
) -> Result<LoggedIn, LogInRefused> {
    let (reached, is_reached) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel();
    let here = &world.installation;
    let slow = Installation::new(
        here.store.clone(),
        (Arc::clone(&here.clock), Arc::clone(&here.wall_clock)),
        Arc::clone(&here.ids),
        Arc::new(Meanwhile { reached, goes_on: Mutex::new(goes_on) }),
        Arc::clone(&here.connectors),
    );
    let try_ = LogIn {
        email: "noor@zwanendam.example".to_owned(),
        password: password.to_owned(),
        from: client("203.0.113.7"),
        device: Device::UNKNOWN,
    };
    let running = tokio::task::spawn_blocking({
        let runtime = tokio::runtime::Handle::current();
        move || runtime.block_on(log_in(&slow, try_))
    });
    let waited = tokio::task::spawn_blocking(move || is_reached.recv());
    waited.await.expect("no panic").expect("the password fits");
    happens().await;
    go_on.send(()).expect("it waits");
    running.await.expect("no panic").map(done)
}

both_databases! {
    /// Who guessed the old password and waited in the line while it was replaced gets no session by it.
    async fn a_password_that_is_replaced_while_it_is_checked_logs_nobody_in(world: World) {
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        let nothing = logs_in_while(&world, "de-zwaan-zwemt-om-zes", async || ()).await;
        assert!(nothing.is_ok(), "nothing happened meanwhile");
        let replaced = async || set_password(&world, "de-zwaan-vliegt-om-zeven").await;
        let replaced = logs_in_while(&world, "de-zwaan-zwemt-om-zes", replaced).await;
        assert!(matches!(replaced, Err(LogInRefused::Wrong)));
        let disabled = logs_in_while(&world, "de-zwaan-vliegt-om-zeven", async || {
            let mut rest = simulation::town::municipalities("http://127.0.0.1:9").remove(1);
            rest.users.retain(|user| user.email != "noor@zwanendam.example");
            rest.users.iter_mut().for_each(|user| user.password = None);
            apply_declaration(&world.installation, rest, true).await.expect("Noor is disabled");
        });
        assert!(matches!(disabled.await, Err(LogInRefused::Wrong)));
    }

    /// X6: who knew the old password is out; applying the same password again throws nobody out.
    async fn a_new_password_ends_every_session(world: World) {
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        let with_the_old = LogIn {
            email: "noor@zwanendam.example".to_owned(),
            password: "de-zwaan-zwemt-om-zes".to_owned(),
            from: client("203.0.113.7"),
            device: Device::UNKNOWN,
        };
        let session = log_in(&world.installation, with_the_old).await.map(done);
        let session = session.unwrap_or_else(|refused| unreachable!("the password fits: {refused}"));
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        assert!(is_logged_in(&world, &session.token).await, "the same password changes nothing");
        set_password(&world, "de-zwaan-vliegt-om-zeven").await;
        assert!(!is_logged_in(&world, &session.token).await, "the old session has ended");
    }
}
