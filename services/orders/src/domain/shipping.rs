//! What shipping an order costs: a rule of its session, the same for everybody.

use chassis::money::Vnd;

/// A flat fee, free above an amount of goods, dearer above a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShippingRule {
    /// Of an order that is shipped.
    pub flat: Vnd,
    /// An order with goods for so much is shipped free; zero: none is.
    pub free_from: Vnd,
    /// The flat fee carries so many grams; 0: weight does not matter.
    pub grams: i64,
    /// For each begun kilogram above that.
    pub per_kg: Vnd,
}

impl ShippingRule {
    /// What an order costs to ship whose goods cost so much, and of which so many grams are shipped.
    #[must_use]
    pub fn fee(&self, goods: Vnd, grams: i64) -> Vnd {
        if self.free_from > Vnd::ZERO && goods >= self.free_from {
            return Vnd::ZERO;
        }
        let above = if self.grams > 0 {
            (grams - self.grams).max(0)
        } else {
            0
        };
        let kilograms = above / 1000 + i64::from(above % 1000 > 0);
        // Fifty lines of a thousand units of a hundred kilograms at a million a kilogram: fits easily.
        Vnd::new(self.flat.get() + kilograms.saturating_mul(self.per_kg.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_then_free_then_by_weight() {
        let flat = ShippingRule {
            flat: Vnd::new(30_000),
            ..ShippingRule::default()
        };
        assert_eq!(flat.fee(Vnd::new(1), 99_000), Vnd::new(30_000));
        let free = ShippingRule {
            free_from: Vnd::new(500_000),
            ..flat
        };
        assert_eq!(free.fee(Vnd::new(499_999), 0), Vnd::new(30_000));
        assert_eq!(free.fee(Vnd::new(500_000), 0), Vnd::ZERO);
        let heavy = ShippingRule {
            grams: 3_000,
            per_kg: Vnd::new(5_000),
            ..free
        };
        for (grams, fee) in [
            (0, 30_000),
            (3_000, 30_000),
            (3_001, 35_000),
            (4_000, 35_000),
            (4_001, 40_000),
        ] {
            assert_eq!(heavy.fee(Vnd::new(1), grams), Vnd::new(fee), "{grams} g");
        }
        assert_eq!(
            heavy.fee(Vnd::new(500_000), 9_000),
            Vnd::ZERO,
            "free is free"
        );
    }
}
