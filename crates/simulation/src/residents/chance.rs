//! Chance that depends on who decides and for the how-manieth time, and on nothing else.
//!
//! So a resident behaves the same whoever else writes meanwhile, and nothing needs to be kept over a restart.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator for one decision: the `step`-th of number `who` in the crowd with this seed.
pub(super) fn chance(seed: u64, who: u64, step: u64) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed ^ who.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    generator.set_stream(step);
    generator
}

/// A seed of its own for each name.
pub(super) fn seed_for(name: &str, seed: u64) -> u64 {
    name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The `place`-th of `count` things in an order that runs through all of them before one returns, each round shuffled
/// anew. `count` is at least 1.
pub(super) fn in_turn(seed: u64, place: u64, count: usize) -> usize {
    let length = u64::try_from(count).unwrap_or(u64::MAX).max(1);
    let mut order: Vec<usize> = (0..count).collect();
    let mut generator = chance(seed, place / length, u64::MAX);
    for end in (1..count).rev() {
        order.swap(end, generator.random_range(0..=end));
    }
    usize::try_from(place % length)
        .ok()
        .and_then(|place| order.get(place).copied())
        .unwrap_or(0)
}

/// A time between the two, in milliseconds.
pub(super) fn between_millis(generator: &mut ChaCha8Rng, least: u64, most: u64) -> Duration {
    Duration::from_millis(generator.random_range(least..=most))
}

/// The time to the next arrival of a Poisson process.
pub(super) fn poisson_gap(generator: &mut ChaCha8Rng, per_minute: f64) -> Duration {
    let uniform: f64 = generator.random_range(f64::MIN_POSITIVE..1.0);
    let seconds = -uniform.ln() * 60.0 / per_minute;
    // A day is as good as never, and keeps absurd rates away from the limits of a duration.
    Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_its_turn_before_anything_returns() {
        for round in 0..5 {
            let mut seen: Vec<usize> = (0..7).map(|place| in_turn(3, round * 7 + place, 7)).collect();
            seen.sort_unstable();
            assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
        }
        let order = |seed| (0..7).map(|place| in_turn(seed, place, 7)).collect::<Vec<_>>();
        assert_ne!(order(3), order(4));
    }

    #[test]
    fn arrivals_have_the_mean_that_was_asked() {
        let mut generator = chance(1, 0, 0);
        let total: Duration = (0..10_000).map(|_| poisson_gap(&mut generator, 6.0)).sum();
        let mean = total.as_secs_f64() / 10_000.0;
        assert!((9.5..10.5).contains(&mean), "{mean}");
    }
}
