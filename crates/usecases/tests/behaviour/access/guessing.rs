//! D8: guessing passwords does not pay, however many guess at once, and a real user elsewhere is not locked out.

use domain::access::{ClientAddress, Device};
use futures_util::future::join_all;
use jiff::SignedDuration;
use simulation::both_databases;
use simulation::world::World;
use usecases::access::{LogIn, LogInRefused, log_in};

use super::passwords::{client, set_password};
use crate::housekeeping::kept_tries;

const RIGHT: &str = "de-zwaan-zwemt-om-zes";
const NOOR: &str = "noor@zwanendam.example";

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    LoggedIn,
    /// The password was looked at.
    Wrong,
    /// It was not.
    Wait(i64),
    /// It was not either: too many at once.
    Busy,
}

async fn tries(world: &World, email: &str, password: &str, from: ClientAddress) -> Ended {
    let tried = LogIn {
        email: email.to_owned(),
        password: password.to_owned(),
        from,
        device: Device::UNKNOWN,
    };
    match log_in(&world.installation, tried).await {
        Ok(_) => Ended::LoggedIn,
        Err(LogInRefused::Wrong) => Ended::Wrong,
        Err(LogInRefused::Wait { seconds }) => Ended::Wait(seconds),
        Err(LogInRefused::Busy) => Ended::Busy,
        Err(LogInRefused::Over) => unreachable!("no code is asked for"),
        Err(LogInRefused::Store(error)) => unreachable!("the store answers: {error}"),
    }
}

fn number_of(ended: &[Ended], one: Ended) -> usize {
    ended.iter().filter(|ended| **ended == one).count()
}

both_databases! {
    async fn of_two_hundred_guesses_at_once_only_the_free_ones_are_looked_at(world: World) {
        set_password(&world, RIGHT).await;
        let guesses = (0..200).map(|_| tries(&world, NOOR, "geraden", client("203.0.113.7")));
        let ended = join_all(guesses).await;
        assert_eq!((number_of(&ended, Ended::Wrong), number_of(&ended, Ended::Wait(2))), (5, 195));
        assert_eq!(tries(&world, NOOR, RIGHT, client("203.0.113.7")).await, Ended::Wait(2));
        assert_eq!(tries(&world, NOOR, RIGHT, client("198.51.100.7")).await, Ended::LoggedIn);
    }

    /// A password that is tried on many names.
    async fn one_address_has_fifty_guesses_over_all_names_and_a_proxy_that_names_nobody_is_not_braked(world: World) {
        let spray = async |from: ClientAddress| {
            let names: Vec<String> = (0..60).map(|name| format!("naam-{name}@zwanendam.example")).collect();
            join_all(names.iter().map(|name| tries(&world, name, "Welkom2026!", from))).await
        };
        let ended = spray(client("203.0.113.7")).await;
        assert_eq!((number_of(&ended, Ended::Wrong), number_of(&ended, Ended::Wait(2))), (50, 10));
        // Of another network, and of the same one under another of its 2⁶⁴ addresses.
        assert_eq!(number_of(&spray(client("2001:db8:1:2::1")).await, Ended::Wrong), 50);
        assert_eq!(tries(&world, "nieuw@zwanendam.example", "geraden", client("2001:db8:1:2::2")).await, Ended::Wait(2));
        let proxy = ClientAddress::Shared("10.0.0.5".parse().expect("an address"));
        assert_eq!(number_of(&spray(proxy).await, Ended::Wrong), 60);
    }

    /// Eight addresses fill the line of those who wait, each with fewer tries than the brake allows.
    async fn a_storm_does_not_keep_out_who_comes_from_elsewhere_and_wears_itself_out(world: World) {
        set_password(&world, RIGHT).await;
        let storm = async || {
            let tries = (0..320).map(|number| {
                let (name, world) = (format!("naam-{number}@zwanendam.example"), &world);
                async move { tries(world, &name, "geraden", client(&format!("198.51.100.{}", number % 8))).await }
            });
            join_all(tries).await
        };
        let (ended, noor) = tokio::join!(storm(), tries(&world, NOOR, RIGHT, client("203.0.113.7")));
        assert!(ended.contains(&Ended::Busy), "the storm filled the line");
        assert_eq!(noor, Ended::LoggedIn);
        // What was turned away counts for the addresses too: of the next storm nearly nothing is let near a password.
        let ended = storm().await;
        let let_near = number_of(&ended, Ended::Wrong) + number_of(&ended, Ended::Busy);
        assert_eq!(let_near, 8 * (50 - 40));
    }

    async fn whoever_logs_in_well_uses_up_no_guess_of_their_address(world: World) {
        set_password(&world, RIGHT).await;
        let office = client("203.0.113.7");
        for _ in 0..60 {
            assert_eq!(tries(&world, NOOR, RIGHT, office).await, Ended::LoggedIn);
        }
        let guesses = (0..60).map(|name| format!("naam-{name}@zwanendam.example"));
        let mut looked_at = 0;
        for name in guesses {
            looked_at += usize::from(tries(&world, &name, "geraden", office).await == Ended::Wrong);
        }
        assert_eq!(looked_at, 50);
        world.seconds_later(3);
        assert_eq!(tries(&world, NOOR, RIGHT, office).await, Ended::LoggedIn);
        // The success gave back its try and its moment: nobody after it has to wait for it.
        assert_eq!(tries(&world, NOOR, RIGHT, office).await, Ended::LoggedIn);
    }

    async fn whoever_logs_in_well_leaves_nothing_behind(world: World) {
        set_password(&world, RIGHT).await;
        assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wrong);
        assert_eq!(kept_tries(&world).await, 2, "a name and an address");
        assert_eq!(tries(&world, NOOR, RIGHT, client("198.51.100.7")).await, Ended::LoggedIn);
        assert_eq!(kept_tries(&world).await, 2);
    }

    /// Of two who log in at the same moment, the second may have asked for the time first; so may another node.
    async fn colleagues_who_log_in_at_the_same_moment_need_not_wait(world: World) {
        let office = client("203.0.113.7");
        for _ in 0..4 {
            assert_eq!(tries(&world, NOOR, "geraden", office).await, Ended::Wrong);
        }
        world.clock.advance(SignedDuration::from_micros(-1));
        assert_eq!(tries(&world, "hanna@zwanendam.example", "geraden", office).await, Ended::Wrong);
        // The brake holds all the same.
        assert_eq!(tries(&world, NOOR, "geraden", office).await, Ended::Wrong);
        world.clock.advance(SignedDuration::from_micros(-1));
        assert_eq!(tries(&world, NOOR, "geraden", office).await, Ended::Wait(2));
    }

    /// A node whose clock was an hour ahead counted the tries.
    async fn a_node_with_a_wrong_clock_locks_nobody_out(world: World) {
        for _ in 0..5 {
            assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wrong);
        }
        assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wait(2));
        world.clock.advance(SignedDuration::from_hours(-1));
        assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wrong);
        assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wait(4), "the tries still count");
    }

    async fn guesses_are_forgotten_after_half_an_hour(world: World) {
        for _ in 0..5 {
            assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wrong);
        }
        assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wait(2));
        world.seconds_later(30 * 60 + 1);
        for _ in 0..5 {
            assert_eq!(tries(&world, NOOR, "geraden", client("203.0.113.7")).await, Ended::Wrong);
        }
    }
}
