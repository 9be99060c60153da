//! The second step: who knows the password alone, or saw a code once, does not get in; guessing codes does not pay (D8).

use std::sync::Arc;

use domain::access::{ClientAddress, Device};
use domain::happenings::Happened;
use futures_util::future::join_all;
use simulation::both_databases;
use simulation::world::World;
use usecases::access::{
    ConfirmLogIn, Enrolling, FactorRefused, LogIn, LogInRefused, LogInStep, LoggedIn, Proof, Stage,
    begin_second_factor, code_at, confirm_log_in, confirm_second_factor, log_in, read_second_factor,
    remove_second_factor, renew_recovery_codes,
};
use usecases::{Ctx, Failure, Installation};

use super::audit::{audit, lines_of};
use super::passwords::{client, done, is_logged_in, set_password};

const PASSWORD: &str = "de-zwaan-zwemt-om-zes";

/// Noor sets a second step up; returns its key, her recovery codes and her session.
async fn set_up(world: &World, ctx: &Ctx) -> (String, Vec<String>, LoggedIn) {
    begin_second_factor(ctx).await.expect("there is none yet");
    let Stage::BeingSet { secret, uri } = read_second_factor(ctx).await.expect("read").stage else {
        unreachable!("it is being set up")
    };
    assert!(
        uri.starts_with("otpauth://totp/Gehoor%20Gemeente%20Zwanendam:noor%40zwanendam.example?secret="),
        "{uri}"
    );
    let set =
        confirm_second_factor(ctx, Enrolling::Asked, &code_at(&secret, world.now()), Device::UNKNOWN).await;
    let set = set.unwrap_or_else(|refused| unreachable!("the code is right: {refused}"));
    (secret, set.recovery_codes, set.logged_in)
}

async fn half(world: &World, from: ClientAddress) -> Result<String, LogInRefused> {
    let try_ = LogIn {
        email: "noor@zwanendam.example".to_owned(),
        password: PASSWORD.to_owned(),
        from,
        device: Device::UNKNOWN,
    };
    match log_in(&world.installation, try_).await? {
        LogInStep::Code { token } => Ok(token),
        LogInStep::Done(_) => unreachable!("a code is asked for"),
    }
}

async fn code(
    node: &Arc<Installation>,
    token: &str,
    code: &str,
    from: ClientAddress,
) -> Result<LoggedIn, LogInRefused> {
    let (token, code) = (token.to_owned(), code.to_owned());
    confirm_log_in(node, ConfirmLogIn { token, code, from, device: Device::UNKNOWN }).await
}

fn here() -> ClientAddress {
    client("203.0.113.7")
}

both_databases! {
    /// X6: what was logged in before is not any more, and the half log-in is no session.
    async fn a_second_step_ends_all_sessions_and_half_a_log_in_is_none(world: World) {
        set_password(&world, PASSWORD).await;
        let noor = world.agent("Noor").await.ctx;
        let before = log_in(&world.installation, LogIn {
            email: "noor@zwanendam.example".to_owned(),
            password: PASSWORD.to_owned(),
            from: here(),
            device: Device::UNKNOWN,
        }).await.map(done).unwrap_or_else(|refused| unreachable!("{refused}"));
        let (key, _, session) = set_up(&world, &noor).await;
        assert!(!is_logged_in(&world, &before.token).await);
        assert!(is_logged_in(&world, &session.token).await);
        world.seconds_later(60);
        let token = half(&world, here()).await.expect("the password is right");
        assert!(!is_logged_in(&world, &token).await);
        let now = code_at(&key, world.now());
        let whole = code(&world.installation, &token, &now, here()).await.expect("the code is right");
        assert!(whole.token != token && is_logged_in(&world, &whole.token).await);
        // A half log-in is used up by it.
        assert!(matches!(code(&world.installation, &token, &now, here()).await, Err(LogInRefused::Over)));
    }

    /// One code of the app logs in once, also when it comes twice at the same moment.
    async fn a_code_logs_in_once_however_many_come_at_once(world: World) {
        set_password(&world, PASSWORD).await;
        let (key, codes, _) = set_up(&world, &world.agent("Noor").await.ctx).await;
        world.seconds_later(60);
        let now = code_at(&key, world.now());
        for shown in [now.as_str(), &codes[0]] {
            let mut tokens = Vec::new();
            for number in 0..4 {
                tokens.push(half(&world, client(&format!("198.51.100.{number}"))).await.expect("right"));
            }
            let tries = tokens.iter().map(|token| code(&world.installation, token, shown, here()));
            let ended = join_all(tries).await;
            assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 1, "{shown}");
        }
    }

    /// D8: who has the password and guesses codes, from wherever.
    async fn guessing_codes_is_slow_from_everywhere_together(world: World) {
        set_password(&world, PASSWORD).await;
        set_up(&world, &world.agent("Noor").await.ctx).await;
        let (mut looked_at, mut braked) = (0, 0);
        for number in 0..40 {
            let from = client(&format!("198.51.100.{number}"));
            let Ok(token) = half(&world, from).await else { continue };
            match code(&world.installation, &token, "000000", from).await {
                Err(LogInRefused::Wrong) => looked_at += 1,
                Err(LogInRefused::Wait { .. }) => braked += 1,
                _ => unreachable!("nobody guesses it"),
            }
        }
        assert_eq!((looked_at, braked), (10, 30));
    }

    /// After five wrong codes the password is asked for again; and it forgives nothing before the code came.
    async fn five_wrong_codes_end_the_log_in_and_the_password_gives_no_new_guesses(world: World) {
        set_password(&world, PASSWORD).await;
        set_up(&world, &world.agent("Noor").await.ctx).await;
        let shared = ClientAddress::Unknown;
        let token = half(&world, shared).await.expect("right");
        let mut ended = Vec::new();
        for _ in 0..6 {
            world.seconds_later(20);
            ended.push(code(&world.installation, &token, "000000", shared).await.err());
        }
        let wrong = ended.iter().filter(|one| matches!(one, Some(LogInRefused::Wrong))).count();
        assert!(wrong == 5 && matches!(ended[5], Some(LogInRefused::Over)), "{ended:?}");
        assert!(matches!(half(&world, shared).await, Err(LogInRefused::Wait { .. })));
    }

    async fn a_second_step_that_is_there_is_not_replaced_and_not_taken_away_without_proof(world: World) {
        set_password(&world, PASSWORD).await;
        let noor = world.agent("Noor").await.ctx;
        let (_, codes, _) = set_up(&world, &noor).await;
        let again = begin_second_factor(&noor).await;
        assert!(matches!(again, Err(Failure::Refused(FactorRefused::AlreadyOn))));
        let proof = |password: &str, code: &str| Proof {
            password: password.to_owned(),
            code: code.to_owned(),
            from: here(),
        };
        for (password, code) in [("geraden wachtwoord", codes[0].as_str()), (PASSWORD, "000000"), (PASSWORD, "")] {
            let refused = remove_second_factor(&noor, proof(password, code)).await;
            assert!(matches!(refused, Err(Failure::Refused(FactorRefused::WrongProof))), "{password} {code}");
        }
        // Somebody else's codes are not hers.
        let daan = world.agent("Daan").await.ctx;
        let theirs = renew_recovery_codes(&daan, proof(PASSWORD, &codes[0])).await;
        assert!(matches!(theirs, Err(Failure::Refused(FactorRefused::WrongProof))));
        remove_second_factor(&noor, proof(PASSWORD, &codes[0])).await.expect("proven");
        assert!(matches!(read_second_factor(&noor).await.expect("read").stage, Stage::Off));
    }

    /// K1: the key is nowhere in the database as it is, and no line of the log holds a code.
    async fn what_happens_to_a_second_step_leaves_lines(world: World) {
        set_password(&world, PASSWORD).await;
        let noor = world.agent("Noor").await.ctx;
        let user = world.agent("Noor").await.id();
        let lines = lines_of(&world, async || {
            let (_, codes, _) = set_up(&world, &noor).await;
            let token = half(&world, here()).await.expect("right");
            code(&world.installation, &token, &codes[1], here()).await.expect("a recovery code");
        })
        .await;
        let happened: Vec<_> = lines.into_iter().map(|line| line.happened).collect();
        let expected = [
            Happened::SecondFactorSet { user },
            Happened::RecoveryCodeUsed { user },
            Happened::LoggedIn { user },
        ];
        assert_eq!(happened, expected);
        assert!(!format!("{:?}", audit(&world).await).contains("otpauth"));
    }
}
