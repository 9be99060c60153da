//! How much a test plays of what must hold in numbers ("10,000 events", "500 rounds"): all of it where somebody asked for
//! it, and otherwise as much as every change can wait for.

/// Asks for the full figures when it is `1`, as `./test --nightly` does (CONTRIBUTING.md).
const FULL: &str = "GEHOOR_TEST_FULL";

/// `full` where the full figures are asked for, otherwise `everyday`.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment how much of them is wanted"
)]
pub fn figure<T>(everyday: T, full: T) -> T {
    if std::env::var(FULL).is_ok_and(|value| value == "1") {
        full
    } else {
        everyday
    }
}
