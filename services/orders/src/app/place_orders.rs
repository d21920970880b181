//! `place.<shard>`: shoppers order, as many as had gathered at the gateway.

use std::convert::Infallible;

use chassis::{Refusal, rpc::Asked};
use proto::{
    common::v1 as common,
    orders::v1::{self as wire, PlaceOrders, PlacedOrders, placed_order::Result as Placed},
};

use crate::{
    Ctx,
    domain::intake::{Answer, Ask},
    error::Error,
    intake::Decided,
    wire::{order, order_as_placed, read_place},
};

/// Refusals that a message says once: each order is compared with all.
const ALIKE: usize = 16;

/// Each order gets its own answer, in the order of the requests.
///
/// # Errors
/// Never as a whole: what is refused is refused one by one.
pub async fn place_orders(ctx: Ctx, asked: Asked<PlaceOrders>) -> Result<PlacedOrders, Refused> {
    let mut results: Vec<Option<wire::PlacedOrder>> =
        Vec::with_capacity(asked.request.orders.len());
    let mut asks = Vec::with_capacity(asked.request.orders.len());
    for wanted in asked.request.orders {
        match read_place(ctx.clock.id(), wanted) {
            Ok(place) => {
                results.push(None);
                asks.push((place.session, Ask::Place(Box::new(place))));
            }
            Err(refusal) => results.push(Some(refused(refusal))),
        }
    }
    let mut decided = ctx.intake.ask_all(asks, asked.deadline).await.into_iter();
    let mut refusals = Vec::new();
    let results = results
        .into_iter()
        .map(|refused| {
            refused.unwrap_or_else(|| {
                decided
                    .next()
                    .map_or_else(|| self::refused(Refusal::internal()), answer)
            })
        })
        .inspect(|placed| count(&ctx, placed))
        .map(|placed| {
            if asked.request.knows_refused_as {
                said_once(&mut refusals, placed)
            } else {
                placed
            }
        })
        .collect();
    Ok(PlacedOrders { results, refusals })
}

/// Whoever is refused as somebody before is told by the place of that refusal; where there are too many, in full.
fn said_once(refusals: &mut Vec<common::Refusal>, placed: wire::PlacedOrder) -> wire::PlacedOrder {
    let Some(Placed::Refusal(refusal)) = &placed.result else {
        return placed;
    };
    let mut known = refusals.iter().position(|said| said == refusal);
    if known.is_none() && refusals.len() < ALIKE {
        known = Some(refusals.len());
        refusals.push(refusal.clone());
    }
    let at = known.and_then(|at| u32::try_from(at).ok());
    wire::PlacedOrder {
        result: at.map(Placed::RefusedAs).or(placed.result),
        ..placed
    }
}

fn count(ctx: &Ctx, placed: &wire::PlacedOrder) {
    let meters = &ctx.meters;
    match &placed.result {
        Some(Placed::Order(_)) => {
            let counter = if placed.replayed {
                &meters.replayed
            } else {
                &meters.placed
            };
            counter.inc();
        }
        Some(Placed::Refusal(refusal)) => meters.refused(&refusal.code),
        Some(Placed::RefusedAs(_)) | None => {}
    }
}

/// There is nothing to refuse as a whole.
#[derive(Debug, thiserror::Error)]
#[error("never")]
pub struct Refused(Infallible);

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused.0 {}
    }
}

/// An order's answer on the wire.
pub(super) fn answer(decided: Result<Decided, Refusal>) -> wire::PlacedOrder {
    let decided = match decided {
        Ok(decided) => decided,
        Err(refusal) => return refused(refusal),
    };
    match (&decided.answer, decided.order()) {
        (Answer::Placed(_), Some(placed)) => wire::PlacedOrder {
            result: Some(Placed::Order(Box::new(order(placed)))),
            replayed: false,
        },
        (Answer::Replayed(_), Some(placed)) => wire::PlacedOrder {
            result: Some(Placed::Order(Box::new(order_as_placed(placed)))),
            replayed: true,
        },
        (Answer::PlaceRefused(reason), _) => refused(Error::Place(reason.clone()).into()),
        _ => refused(Refusal::internal()),
    }
}

fn refused(refusal: Refusal) -> wire::PlacedOrder {
    wire::PlacedOrder {
        result: Some(Placed::Refusal(refusal.into())),
        replayed: false,
    }
}
