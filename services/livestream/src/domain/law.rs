//! Figures of the law that bind an offer, each with its source and date. Nothing here is legal advice.

use chassis::money::Vnd;

/// The deepest discount on one's goods outside a concentrated promotion programme, in basis points of the price
/// before it: Decree 81/2018/NĐ-CP, Article 7, in force since 2018-07-15, as amended by Decree 128/2024/NĐ-CP, in force
/// since 2024-12-01.
pub const MAX_DISCOUNT: u32 = 5_000;

/// What is wrong with a live price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceFault {
    /// Dearer than off air.
    #[error("the live price is over the list price of {list}")]
    OverList {
        /// The list price.
        list: Vnd,
    },
    /// Cheaper than the law lets it be.
    #[error("the live price is under the least lawful one of {least}")]
    TooDeep {
        /// The lowest price that is allowed.
        least: Vnd,
    },
}

/// The lowest lawful live price: the discount is rounded down, so that it never exceeds the limit.
#[must_use]
pub fn least_price(list: Vnd) -> Vnd {
    let discount = i128::from(list.get()) * i128::from(MAX_DISCOUNT) / 10_000;
    Vnd::new(list.get() - i64::try_from(discount).unwrap_or(0))
}

/// Is this live price lawful beside this list price?
///
/// # Errors
/// What is wrong with it.
pub fn check_price(list: Vnd, live: Vnd) -> Result<(), PriceFault> {
    let least = least_price(list);
    if live > list {
        Err(PriceFault::OverList { list })
    } else if live < least {
        Err(PriceFault::TooDeep { least })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_the_price_is_the_limit() {
        let list = Vnd::new(190_001);
        assert_eq!(check_price(list, list), Ok(()));
        assert_eq!(check_price(list, Vnd::new(95_001)), Ok(()));
        assert_eq!(
            check_price(list, Vnd::new(95_000)),
            Err(PriceFault::TooDeep {
                least: Vnd::new(95_001)
            })
        );
        assert_eq!(
            check_price(list, Vnd::new(190_002)),
            Err(PriceFault::OverList { list })
        );
    }

    proptest! {
        #[test]
        fn no_lawful_price_is_more_than_half_off(list in 1_i64..=1_000_000_000, live in 1_i64..=1_000_000_000) {
            let lawful = check_price(Vnd::new(list), Vnd::new(live)).is_ok();
            prop_assert_eq!(lawful, live <= list && live * 2 >= list);
        }
    }
}
