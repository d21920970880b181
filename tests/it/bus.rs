//! The bus breaks promises: it loses, repeats, reorders, refuses. The services' promises hold.
//!
//! Each test has a full size (`--run-ignored all`); `PHIEN_TEST_SEED` repeats a random run.

mod dead;
mod deleted;
mod dies;
mod doubles;
mod relay;
mod war;
mod wiped;

use rand::{SeedableRng as _, rngs::StdRng};

/// The random numbers of a run, whose seed is printed.
fn random() -> StdRng {
    #[expect(clippy::disallowed_methods, reason = "a seed to repeat a run with")]
    let given = std::env::var("PHIEN_TEST_SEED").ok();
    let seed = given.map_or_else(rand::random, |seed| seed.parse().expect("a number"));
    println!("PHIEN_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}
