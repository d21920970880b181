//! Where each unit is: on hand, allotted to an offer, sold, or written off, and never in two places.

use super::words::Reason;

/// The units of a variant. `received = on_hand + allotted + sold + written_off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    /// All that ever came in.
    pub received: i64,
    /// Free to be given to an offer.
    pub on_hand: i64,
    /// Given to offers that are not settled.
    pub allotted: i64,
    /// Sold by settled offers, less what came back.
    pub sold: i64,
    /// Lost.
    pub written_off: i64,
    /// How many changes it has had.
    pub version: i64,
}

/// One move of units: how much each figure rises or falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Why.
    pub reason: Reason,
    /// Of what ever came in.
    pub received: i64,
    /// Of what is free.
    pub on_hand: i64,
    /// Of what offers have.
    pub allotted: i64,
    /// Of what is sold.
    pub sold: i64,
    /// Of what is lost.
    pub written_off: i64,
}

/// More units were asked for than are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only {on_hand} left")]
pub struct OnlyLeft {
    /// How many are.
    pub on_hand: i64,
}

impl Move {
    const fn none(reason: Reason) -> Self {
        Self {
            reason,
            received: 0,
            on_hand: 0,
            allotted: 0,
            sold: 0,
            written_off: 0,
        }
    }

    /// Units come in.
    #[must_use]
    pub const fn received(units: i64) -> Self {
        Self {
            received: units,
            on_hand: units,
            ..Self::none(Reason::Received)
        }
    }

    /// Units are lost.
    #[must_use]
    pub const fn written_off(units: i64) -> Self {
        Self {
            on_hand: -units,
            written_off: units,
            ..Self::none(Reason::WrittenOff)
        }
    }

    /// Units go to an offer.
    #[must_use]
    pub const fn allotted(units: i64) -> Self {
        Self {
            on_hand: -units,
            allotted: units,
            ..Self::none(Reason::Allotted)
        }
    }

    const fn settled(sold: i64, given_back: i64) -> Self {
        Self {
            on_hand: given_back,
            allotted: -(sold + given_back),
            sold,
            ..Self::none(Reason::Settled)
        }
    }

    const fn returned(units: i64, restock: bool) -> Self {
        let back = Self {
            sold: -units,
            ..Self::none(Reason::Returned)
        };
        if restock {
            Self {
                on_hand: units,
                ..back
            }
        } else {
            Self {
                written_off: units,
                ..back
            }
        }
    }
}

impl Stock {
    /// Are so many units free?
    ///
    /// # Errors
    /// How many are, when they are fewer.
    pub fn must_have(&self, units: i64) -> Result<(), OnlyLeft> {
        if units <= self.on_hand {
            Ok(())
        } else {
            Err(OnlyLeft {
                on_hand: self.on_hand,
            })
        }
    }
}

/// What an offer was given, and what became of it. Settled once every unit is sold or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allotment {
    /// Given so far.
    pub units: i64,
    /// Sold, as orders said.
    pub units_sold: i64,
    /// Given back, as orders said.
    pub given_back: i64,
    /// Of those sold: came back later.
    pub returned: i64,
}

/// What orders said of an offer cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Negative units, or none.
    #[error("not a number of units")]
    NotUnits,
    /// The offer is of another variant.
    #[error("it was given units of another variant")]
    OtherVariant,
    /// More settled than the offer still has.
    #[error("settles {said} units, the offer has {open}")]
    TooManySettled {
        /// As orders says.
        said: i64,
        /// Neither sold nor given back.
        open: i64,
    },
    /// More came back than was sold.
    #[error("{said} units come back, {sold} are sold")]
    TooManyReturned {
        /// As orders says.
        said: i64,
        /// Sold and not come back.
        sold: i64,
    },
}

impl Allotment {
    /// Units that orders has not accounted for.
    #[must_use]
    pub fn open(&self) -> i64 {
        self.units - self.units_sold - self.given_back
    }

    /// Nothing is open any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.open() == 0
    }

    /// Orders accounts for units. Usually for all at once; a restock that reached orders after it had settled comes
    /// back by itself later.
    ///
    /// # Errors
    /// Figures that cannot be.
    pub fn settle(&mut self, sold: i64, given_back: i64) -> Result<Move, Impossible> {
        let said = sold.checked_add(given_back).ok_or(Impossible::NotUnits)?;
        if sold < 0 || given_back < 0 || said == 0 {
            return Err(Impossible::NotUnits);
        }
        if said > self.open() {
            return Err(Impossible::TooManySettled {
                said,
                open: self.open(),
            });
        }
        self.units_sold += sold;
        self.given_back += given_back;
        Ok(Move::settled(sold, given_back))
    }

    /// Sold units come back, on hand again or lost.
    ///
    /// # Errors
    /// More than were sold.
    pub fn take_back(&mut self, units: i64, restock: bool) -> Result<Move, Impossible> {
        if units < 1 {
            return Err(Impossible::NotUnits);
        }
        let sold = self.units_sold - self.returned;
        if units > sold {
            return Err(Impossible::TooManyReturned { said: units, sold });
        }
        self.returned += units;
        Ok(Move::returned(units, restock))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the database adds a move up.
    fn after(stock: Stock, by: Move) -> Stock {
        Stock {
            received: stock.received + by.received,
            on_hand: stock.on_hand + by.on_hand,
            allotted: stock.allotted + by.allotted,
            sold: stock.sold + by.sold,
            written_off: stock.written_off + by.written_off,
            version: stock.version + 1,
        }
    }

    fn holds(stock: Stock) -> bool {
        let places = [stock.on_hand, stock.allotted, stock.sold, stock.written_off];
        places.iter().all(|units| *units >= 0) && stock.received == places.iter().sum::<i64>()
    }

    #[test]
    fn an_offer_settles_at_once_or_in_parts() {
        let mut offer = Allotment {
            units: 10,
            units_sold: 0,
            given_back: 0,
            returned: 0,
        };
        assert_eq!(offer.settle(7, 2).unwrap(), Move::settled(7, 2));
        assert!(!offer.is_settled());
        assert_eq!(
            offer.settle(1, 1),
            Err(Impossible::TooManySettled { said: 2, open: 1 })
        );
        offer.settle(0, 1).unwrap();
        assert!(offer.is_settled());
        assert_eq!(offer.settle(0, 0), Err(Impossible::NotUnits));
        assert_eq!(offer.settle(i64::MAX, 1), Err(Impossible::NotUnits));
        assert_eq!(offer.settle(2, -1), Err(Impossible::NotUnits));
    }

    #[test]
    fn no_more_comes_back_than_was_sold() {
        let mut offer = Allotment {
            units: 3,
            units_sold: 0,
            given_back: 0,
            returned: 0,
        };
        assert_eq!(
            offer.take_back(1, true),
            Err(Impossible::TooManyReturned { said: 1, sold: 0 })
        );
        offer.settle(2, 1).unwrap();
        offer.take_back(1, true).unwrap();
        offer.take_back(1, false).unwrap();
        assert_eq!(
            offer.take_back(1, true),
            Err(Impossible::TooManyReturned { said: 1, sold: 0 })
        );
        assert_eq!(offer.take_back(0, true), Err(Impossible::NotUnits));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Receive(i64),
        WriteOff(i64),
        Allot(usize, i64),
        Settle(usize, i64, i64),
        TakeBack(usize, i64, bool),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1_i64..50).prop_map(Step::Receive),
            (1_i64..50).prop_map(Step::WriteOff),
            (0_usize..3, 1_i64..50).prop_map(|(offer, units)| Step::Allot(offer, units)),
            (0_usize..3, -1_i64..50, -1_i64..50)
                .prop_map(|(offer, sold, back)| Step::Settle(offer, sold, back)),
            (0_usize..3, 0_i64..50, any::<bool>())
                .prop_map(|(offer, units, restock)| Step::TakeBack(offer, units, restock)),
        ]
    }

    proptest! {
        #[test]
        fn every_unit_stays_in_exactly_one_place(steps in prop::collection::vec(step(), 0..80)) {
            let mut stock = Stock::default();
            let mut offers = [Allotment { units: 0, units_sold: 0, given_back: 0, returned: 0 }; 3];
            for step in steps {
                let by = match step {
                    Step::Receive(units) => Some(Move::received(units)),
                    Step::WriteOff(units) => stock.must_have(units).ok().map(|()| Move::written_off(units)),
                    Step::Allot(at, units) => stock.must_have(units).ok().map(|()| {
                        offers[at].units += units;
                        Move::allotted(units)
                    }),
                    Step::Settle(at, sold, back) => offers[at].settle(sold, back).ok(),
                    Step::TakeBack(at, units, restock) => offers[at].take_back(units, restock).ok(),
                };
                if let Some(by) = by {
                    prop_assert_eq!(by.received, by.on_hand + by.allotted + by.sold + by.written_off);
                    stock = after(stock, by);
                }
                prop_assert!(holds(stock), "{:?}", stock);
                prop_assert_eq!(stock.allotted, offers.iter().map(Allotment::open).sum::<i64>());
                prop_assert_eq!(stock.sold, offers.iter().map(|offer| offer.units_sold - offer.returned).sum::<i64>());
            }
        }
    }
}
