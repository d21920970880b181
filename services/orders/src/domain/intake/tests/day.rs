//! Random market days, and properties that hold on so many of them.

use std::{
    cell::Cell,
    hash::{BuildHasher as _, RandomState},
};

use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestRunner},
};

use super::{super::Amount, market::PRICE};
use crate::domain::order::OrderState;

/// A step of a random market day.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Place {
        shopper: u128,
        key: u8,
        lines: Vec<(usize, i64)>,
        cod: bool,
        stale: bool,
    },
    Claim {
        shopper: u128,
        offer: usize,
        amount: Amount,
    },
    GiveUp {
        shopper: u128,
    },
    /// So many units of an offer go over; none: everything.
    Merge {
        from: u128,
        into: u128,
        line: Option<(usize, i64)>,
    },
    Lapse {
        shopper: u128,
        offer: usize,
    },
    Extend {
        shopper: u128,
        offer: usize,
    },
    Cancel {
        order: usize,
    },
    Pay {
        order: usize,
        amount: i64,
    },
    Expire {
        order: usize,
    },
    Advance {
        order: usize,
        to: OrderState,
    },
    Allot {
        offer: usize,
        units: i64,
    },
    Close {
        offer: usize,
    },
    Wait {
        seconds: i64,
    },
}

/// One of so many shoppers orders.
pub(crate) fn place(shoppers: u128) -> impl Strategy<Value = Step> {
    let lines = prop::collection::vec((0..3_usize, 1..4_i64), 1..4);
    let stale = prop::bool::weighted(0.05);
    (0..shoppers, 0..6_u8, lines, any::<bool>(), stale).prop_map(
        |(shopper, key, lines, cod, stale)| Step::Place {
            shopper,
            key,
            lines,
            cod,
            stale,
        },
    )
}

/// One of so many shoppers claims, gives back, or lets a hold lapse.
pub(crate) fn claim(shoppers: u128) -> impl Strategy<Value = Step> {
    let amount = prop_oneof![
        4 => (0..5_i64).prop_map(Amount::Exactly),
        1 => (1..3_i64).prop_map(Amount::More),
    ];
    let who = || (0..shoppers, 0..3_usize);
    prop_oneof![
        8 => (who(), amount).prop_map(|((shopper, offer), amount)| Step::Claim { shopper, offer, amount }),
        1 => (0..shoppers).prop_map(|shopper| Step::GiveUp { shopper }),
        1 => (0..shoppers, 1..shoppers, prop::option::of((0..3_usize, 1..3_i64))).prop_map(
            move |(from, other, line)| Step::Merge { from, into: (from + other) % shoppers, line }
        ),
        3 => who().prop_map(|(shopper, offer)| Step::Lapse { shopper, offer }),
        1 => who().prop_map(|(shopper, offer)| Step::Extend { shopper, offer }),
    ]
}

/// Something else happens.
pub(crate) fn other() -> impl Strategy<Value = Step> {
    let to = prop::sample::select(vec![
        OrderState::Packed,
        OrderState::Shipped,
        OrderState::Delivered,
        OrderState::Returned,
    ]);
    let amount = prop::sample::select(vec![PRICE, 2 * PRICE, PRICE / 2]);
    prop_oneof![
        2 => (0..40_usize).prop_map(|order| Step::Cancel { order }),
        4 => (0..40_usize, amount).prop_map(|(order, amount)| Step::Pay { order, amount }),
        2 => (0..40_usize).prop_map(|order| Step::Expire { order }),
        2 => (0..40_usize, to).prop_map(|(order, to)| Step::Advance { order, to }),
        1 => (0..3_usize, 1..5_i64).prop_map(|(offer, units)| Step::Allot { offer, units }),
        1 => (0..3_usize).prop_map(|offer| Step::Close { offer }),
        1 => (1..500_i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// The offers of a day: a few units, some with a limit.
pub(crate) fn stock(most: i64) -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((1..=most, prop_oneof![Just(0_i64), Just(3)]), 3)
}

/// Runs a property on so many random days; it counts its batches. Says the seed of a failure, and how much was run.
pub(crate) fn holds<S: Strategy>(
    what: &str,
    days: u32,
    strategy: &S,
    property: impl Fn(S::Value, &mut u64) -> Result<(), TestCaseError>,
) -> u64 {
    let mut config = ProptestConfig {
        cases: days,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().hash_one(()),
    };
    config.rng_seed = RngSeed::Fixed(seed);
    let batches = Cell::new(0);
    let run = TestRunner::new(config).run(strategy, |day| {
        let mut count = batches.get();
        let held = property(day, &mut count);
        batches.set(count);
        held
    });
    if let Err(error) = run {
        panic!("{what}: {error}\nagain with PROPTEST_RNG_SEED={seed}, {days} days");
    }
    println!(
        "{what}: {} batches in {days} days, seed {seed}",
        batches.get()
    );
    batches.get()
}
