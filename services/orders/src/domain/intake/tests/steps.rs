//! The steps of a random day, as the market is asked.

use chassis::{id::OrderId, money::Vnd};
use chrono::TimeDelta;

use super::{
    super::{Ask, Claim, Lines, Merge, Wishes},
    day::Step,
    market::{Market, allot, id, offer, session},
};
use crate::domain::order::PaymentMethod;

impl Market {
    /// The request of a step; none if there is nothing it could be about, or it only takes time.
    pub(crate) fn ask(&mut self, step: &Step) -> Option<Ask> {
        let pick =
            |placed: &[OrderId], index: usize| placed.get(index % placed.len().max(1)).copied();
        Some(match step {
            Step::Place {
                shopper,
                key,
                lines,
                cod,
                stale,
            } => {
                let method = if *cod {
                    PaymentMethod::Cod
                } else {
                    PaymentMethod::VietQr
                };
                let mut ask = self.place(*shopper, &key.to_string(), lines, method);
                if *stale && let Ask::Place(place) = &mut ask {
                    place.expected_total = Vnd::new(1);
                }
                ask
            }
            Step::Cancel { order } => Ask::Cancel {
                order: pick(&self.placed, *order)?,
                by: id(9),
                reason: String::new(),
            },
            Step::Expire { order } => Ask::Expire {
                order: pick(&self.placed, *order)?,
            },
            Step::Advance { order, to } => Ask::Advance {
                order: pick(&self.placed, *order)?,
                parcel: None,
                to: *to,
                restock: true,
                by: id(9),
                reason: String::new(),
            },
            Step::Pay { order, amount } => {
                let order = pick(&self.placed, *order)?;
                let payment = self.orders[&order].payments.first()?.id;
                self.asked += 1;
                Ask::Pay {
                    entry: id(self.asked),
                    payment,
                    order,
                    amount: Vnd::new(*amount),
                }
            }
            Step::Claim {
                shopper,
                offer: index,
                amount,
            } => Self::claim(*shopper, &[(*index, *amount)]),
            Step::Merge { from, into, line } => Ask::Merge(Box::new(Merge {
                once: None,
                session: session(),
                from: id(*from),
                into: id(*into),
                shopper_name: "Lan".into(),
                by: id(9),
                lines: line.map_or(Lines::All, |(index, units)| {
                    Lines::Of(vec![(offer(index), units)])
                }),
            })),
            Step::GiveUp { shopper } => Ask::Claim(Box::new(Claim {
                once: None,
                session: session(),
                account: id(*shopper),
                shopper_name: "Lan".into(),
                by: None,
                wishes: Wishes::Nothing,
            })),
            Step::Lapse {
                shopper,
                offer: index,
            } => Ask::Lapse {
                offer: offer(*index),
                account: id(*shopper),
            },
            Step::Extend {
                shopper,
                offer: index,
            } => Ask::Extend {
                offer: offer(*index),
                account: id(*shopper),
            },
            Step::Allot { offer, units } => allot(*offer, *units),
            Step::Close { offer: index } => Ask::Close {
                event: id(0),
                offer: offer(*index),
                session: session(),
            },
            Step::Wait { seconds } => {
                self.now += TimeDelta::seconds(*seconds);
                return None;
            }
        })
    }
}
