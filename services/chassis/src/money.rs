//! Money: whole đồng in one integer type.
//!
//! The đồng has no minor unit, so there is nothing to round until a rate is applied; every rule
//! about rounding is here, and nowhere else.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in Vietnamese đồng. May be negative (a refund, a correction); a price may not, see
/// [`Vnd::price`].
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Vnd(i64);

/// A price outside 1 ..= 1,000,000,000 đồng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a price is from {min} to {max}, not {given}", min = Vnd(1), max = Vnd::MAX_PRICE, given = Vnd(*.0))]
pub struct PriceError(pub i64);

/// A rate of 100%, in basis points.
const WHOLE: i128 = 10_000;

impl Vnd {
    /// Nothing.
    pub const ZERO: Vnd = Vnd(0);

    /// The highest price of one unit: 1 billion đồng. Far above any craft sold here, and low
    /// enough that a price times any quantity of an order stays far from the end of the integer.
    pub const MAX_PRICE: Vnd = Vnd(1_000_000_000);

    /// An amount of `dong` đồng, of either sign.
    #[must_use]
    pub const fn new(dong: i64) -> Vnd {
        Vnd(dong)
    }

    /// The price of one unit, in đồng.
    ///
    /// # Errors
    /// [`PriceError`] unless it is 1 ..= 1,000,000,000.
    pub const fn price(dong: i64) -> Result<Vnd, PriceError> {
        if dong >= 1 && dong <= Vnd::MAX_PRICE.0 {
            Ok(Vnd(dong))
        } else {
            Err(PriceError(dong))
        }
    }

    /// The number of đồng.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or `None` where it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Vnd) -> Option<Vnd> {
        self.0.checked_add(other.0).map(Vnd)
    }

    /// The difference, or `None` where it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Vnd) -> Option<Vnd> {
        self.0.checked_sub(other.0).map(Vnd)
    }

    /// The amount for `units` units at this price, or `None` where it does not fit.
    #[must_use]
    pub fn checked_mul(self, units: i64) -> Option<Vnd> {
        self.0.checked_mul(units).map(Vnd)
    }

    /// The share of this amount at a rate of `basis_points` (1/10,000), rounded half up to the
    /// đồng; for a negative amount, the mirror image. Stops at the end of the integer, which no
    /// rate up to 100% can reach.
    #[must_use]
    pub fn share(self, basis_points: u32) -> Vnd {
        mirrored(self, |dong| half_up(dong * i128::from(basis_points), WHOLE))
    }

    /// Splits this amount over lines by weight: each line rounded half up, the remainder on the
    /// last line, so that the lines always add up to the amount.
    ///
    /// No line takes more than is left, so a positive amount never gives a negative line (five
    /// lines of half a đồng each would otherwise round up to more than there is). A negative
    /// amount, such as a refund, splits into the mirror image of the sale. A negative weight
    /// counts as none. No lines, no split: the answer is empty.
    #[must_use]
    pub fn split(self, weights: &[i64]) -> Vec<Vnd> {
        let Some(last) = weights.len().checked_sub(1) else {
            return Vec::new();
        };
        let weight = |line: &i64| i128::from((*line).max(0));
        let whole: i128 = weights.iter().map(weight).sum();
        let mut left = i128::from(self.0).abs();
        let total = left;
        let mut lines = Vec::with_capacity(weights.len());
        for (at, line) in weights.iter().enumerate() {
            let part = if at == last {
                left
            } else if whole == 0 {
                0
            } else {
                half_up(total * weight(line), whole).min(left)
            };
            left -= part;
            lines.push(mirrored(self, |_| part));
        }
        lines
    }
}

/// `numerator / denominator` for numbers that are not negative, halves going up.
fn half_up(numerator: i128, denominator: i128) -> i128 {
    (numerator + denominator / 2) / denominator
}

/// Works on the size of an amount and gives the answer its sign back.
fn mirrored(amount: Vnd, work: impl FnOnce(i128) -> i128) -> Vnd {
    let size = work(i128::from(amount.0).abs());
    let signed = if amount.0 < 0 { -size } else { size };
    Vnd(i64::try_from(signed).unwrap_or(if amount.0 < 0 { i64::MIN } else { i64::MAX }))
}

/// As Vietnamese people write it: `190.000 ₫`, `-190.000 ₫`.
impl fmt::Display for Vnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3 + 6);
        if self.0 < 0 {
            text.push('-');
        }
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push('.');
            }
            text.push(digit);
        }
        text.push_str(" ₫");
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_written_the_vietnamese_way() {
        let written = |dong| Vnd::new(dong).to_string();
        assert_eq!(written(0), "0 ₫");
        assert_eq!(written(999), "999 ₫");
        assert_eq!(written(1_000), "1.000 ₫");
        assert_eq!(written(190_000), "190.000 ₫");
        assert_eq!(written(-190_000), "-190.000 ₫");
        assert_eq!(written(1_234_567_890), "1.234.567.890 ₫");
        assert_eq!(written(i64::MIN), "-9.223.372.036.854.775.808 ₫");
    }

    #[test]
    fn is_a_bare_number_in_json() {
        assert_eq!(serde_json::to_string(&Vnd::new(-5)).unwrap(), "-5");
        assert_eq!(
            serde_json::from_str::<Vnd>("190000").unwrap(),
            Vnd::new(190_000)
        );
        assert!(serde_json::from_str::<Vnd>("1.5").is_err());
    }

    #[test]
    fn a_price_has_two_ends() {
        assert_eq!(Vnd::price(1), Ok(Vnd::new(1)));
        assert_eq!(Vnd::price(1_000_000_000), Ok(Vnd::MAX_PRICE));
        for wrong in [0, -1, 1_000_000_001, i64::MIN, i64::MAX] {
            assert_eq!(Vnd::price(wrong), Err(PriceError(wrong)));
        }
        assert_eq!(
            PriceError(0).to_string(),
            "a price is from 1 ₫ to 1.000.000.000 ₫, not 0 ₫"
        );
    }

    #[test]
    fn a_share_is_rounded_half_up() {
        assert_eq!(Vnd::new(190_000).share(500), Vnd::new(9_500));
        assert_eq!(Vnd::new(1).share(5_000), Vnd::new(1));
        assert_eq!(Vnd::new(1).share(4_999), Vnd::ZERO);
        assert_eq!(Vnd::new(-1).share(5_000), Vnd::new(-1));
        assert_eq!(Vnd::new(i64::MAX).share(10_000), Vnd::new(i64::MAX));
        assert_eq!(Vnd::new(i64::MAX).share(u32::MAX), Vnd::new(i64::MAX));
        assert_eq!(Vnd::new(i64::MIN).share(u32::MAX), Vnd::new(i64::MIN));
    }

    #[test]
    fn a_split_leaves_the_remainder_on_the_last_line() {
        let split = |total, weights: &[i64]| {
            Vnd::new(total)
                .split(weights)
                .into_iter()
                .map(Vnd::get)
                .collect::<Vec<_>>()
        };
        assert_eq!(split(100, &[1, 1, 1]), [33, 33, 34]);
        assert_eq!(split(-100, &[1, 1, 1]), [-33, -33, -34]);
        assert_eq!(split(2, &[1, 1, 1, 1]), [1, 1, 0, 0]);
        assert_eq!(split(7, &[0, 0]), [0, 7]);
        assert_eq!(split(7, &[-5, 1]), [0, 7]);
        assert_eq!(split(7, &[]), Vec::<i64>::new());
        assert_eq!(
            split(i64::MIN, &[i64::MAX, i64::MAX]).iter().sum::<i64>(),
            i64::MIN
        );
    }

    proptest! {
        #[test]
        fn sums_say_when_they_do_not_fit(a: i64, b: i64) {
            prop_assert_eq!(Vnd(a).checked_add(Vnd(b)), a.checked_add(b).map(Vnd));
            prop_assert_eq!(Vnd(a).checked_sub(Vnd(b)), a.checked_sub(b).map(Vnd));
            prop_assert_eq!(Vnd(a).checked_mul(b), a.checked_mul(b).map(Vnd));
        }

        #[test]
        fn nothing_is_made_or_lost_by_a_split(total: i64, weights in prop::collection::vec(any::<i64>(), 1..20)) {
            let lines = Vnd(total).split(&weights);
            prop_assert_eq!(lines.len(), weights.len());
            prop_assert_eq!(lines.iter().map(|line| i128::from(line.0)).sum::<i128>(), i128::from(total));
            prop_assert!(lines.iter().all(|line| line.0 == 0 || line.0.signum() == total.signum()));
        }

        #[test]
        fn a_share_is_within_half_a_dong(dong in -1_000_000_000_000..1_000_000_000_000_i64, rate in 0..=10_000_u32) {
            let off = i128::from(Vnd(dong).share(rate).0) * WHOLE - i128::from(dong) * i128::from(rate);
            prop_assert!(off.abs() <= WHOLE / 2);
        }
    }
}
