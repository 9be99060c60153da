//! Who sees and does what.

mod audit;
mod change_password;
mod guessing;
mod links;
mod municipalities;
mod passwords;
mod roles;
mod second_factor;

use usecases::Failure;

/// How a use case ended, as far as rights are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done,
    NotAllowed,
    NotFound,
    Otherwise,
}

#[expect(clippy::needless_pass_by_value, reason = "what a call returned is handed straight in")]
fn ended<T, R>(result: Result<T, Failure<R>>) -> Ended {
    match result {
        Ok(_) => Ended::Done,
        Err(Failure::NotAllowed(_)) => Ended::NotAllowed,
        Err(Failure::NotFound) => Ended::NotFound,
        Err(_) => Ended::Otherwise,
    }
}
