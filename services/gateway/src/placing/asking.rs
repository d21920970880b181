//! The questions to the owner of a shard, asked again where it may have moved or a message was lost.

use std::{pin::pin, sync::Arc, time::Duration};

use chassis::{Refusal, bus::Bus, rpc::SILENCE, trace::Trace};
use futures_util::future::{Either, select};
use proto::{
    common::v1::{Actor, RefusalKind},
    encoded::{self, Placed},
};
use tokio::time::{Instant, timeout_at};

use super::{Answered, Standing};

/// How long a shard may be without an owner: a stop in order, and the next one's look at the lock.
const HAND_OVER: Duration = Duration::from_secs(3);
/// Before it is asked again.
const AGAIN: Duration = Duration::from_millis(50);

/// A message on its way to the owner of a shard. Every order has its key, so that a repeat is harmless.
pub(super) struct Asking<'a> {
    pub(super) bus: &'a Bus,
    pub(super) subject: &'a str,
    pub(super) asked: &'a encoded::PlaceOrders,
    /// When nobody waits for an answer any more.
    pub(super) until: Instant,
    pub(super) trace: Option<&'a Trace>,
}

impl Asking<'_> {
    /// Asks, and once more when that was met with silence: a message can be lost with the owner that it had just
    /// reached. Only once, so that a slow intake has no more than twice the work.
    pub(super) async fn ask(&self) -> Result<Vec<Answered>, Refusal> {
        let first = pin!(self.once());
        let first = match select(first, pin!(tokio::time::sleep(SILENCE))).await {
            Either::Left((Err(refusal), _)) if refusal.kind == RefusalKind::Busy => {
                return self.through_hand_over(refusal).await;
            }
            Either::Left((answer, _)) => return answer,
            Either::Right(((), first)) => first,
        };
        let again = pin!(self.through_hand_over(Refusal::busy()));
        match select(first, again).await {
            Either::Left((first, _)) if is_final(&first, Result::is_ok) => first,
            // What the first was refused, the second may get: units come back.
            Either::Left((first, again)) => settle(first, again.await),
            // The owner decides in order of coming: the second knows what became of the first, unless it is *busy*.
            Either::Right((again, _)) if is_final(&again, |result| !is_busy(result)) => again,
            Either::Right((again, first)) => settle(first.await, again),
        }
    }

    /// Asks again for a moment while nobody answers at once: when the owner of a shard stops, another takes it over.
    async fn through_hand_over(&self, mut refusal: Refusal) -> Result<Vec<Answered>, Refusal> {
        let until = self.until.min(Instant::now() + HAND_OVER);
        // Sent too late, it would outlive the patience of whoever waits.
        while Instant::now() + AGAIN < until {
            tokio::time::sleep(AGAIN).await;
            match self.once().await {
                Err(busy) if busy.kind == RefusalKind::Busy => refusal = busy,
                answer => return answer,
            }
        }
        Err(refusal)
    }

    async fn once(&self) -> Result<Vec<Answered>, Refusal> {
        let patience = self.until.saturating_duration_since(Instant::now());
        let (actor, trace) = (Actor::default(), self.trace.cloned());
        let asked = self
            .bus
            .ask_for(self.subject, &actor, self.asked, patience, trace);
        // The bus counts from when it could send.
        match timeout_at(self.until, asked).await {
            Ok(placed) => Ok(read(placed?)),
            Err(_) => Err(Refusal::busy()),
        }
    }
}

/// Did it reach the intake, and is every result such a one?
fn is_final(answer: &Result<Vec<Answered>, Refusal>, such: impl FnMut(&Answered) -> bool) -> bool {
    answer
        .as_ref()
        .is_ok_and(|results| results.iter().all(such))
}

fn is_busy(answer: &Answered) -> bool {
    answer
        .as_ref()
        .is_err_and(|refusal| refusal.kind == RefusalKind::Busy)
}

/// What stands after both tries: an order, whichever tells of it; else what was decided last.
fn settle(
    first: Result<Vec<Answered>, Refusal>,
    again: Result<Vec<Answered>, Refusal>,
) -> Result<Vec<Answered>, Refusal> {
    let (first, again) = match (first, again) {
        (Ok(first), Ok(again)) => (first, again),
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => return Ok(only),
        (Err(_), Err(refusal)) => return Err(refusal),
    };
    let stands = |(first, again): (Answered, Answered)| {
        if first.is_ok() || is_busy(&again) {
            first
        } else {
            again
        }
    };
    Ok(std::iter::zip(first, again).map(stands).collect())
}

fn read(placed: encoded::PlacedOrders) -> Vec<Answered> {
    let share = |refusal| Arc::new(Refusal::from(refusal));
    let shared: Vec<_> = placed.refusals.into_iter().map(share).collect();
    let read = |placed: encoded::PlacedOrder| {
        let refusal = match placed.result {
            Some(Placed::Order(order)) => {
                return Ok(Standing {
                    order,
                    replayed: placed.replayed,
                });
            }
            Some(Placed::Refusal(refusal)) => Some(share(refusal)),
            Some(Placed::RefusedAs(at)) => {
                let known = usize::try_from(at).ok().and_then(|at| shared.get(at));
                known.map(Arc::clone)
            }
            None => None,
        };
        Err(refusal.unwrap_or_else(|| {
            tracing::error!("an order's answer cannot be read");
            // The order may stand: the other try may tell, or a repeat.
            Refusal::busy().into()
        }))
    };
    placed.results.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use proto::common::v1 as common;

    use super::*;

    fn answer(results: Vec<Option<Placed>>, refusals: &[&str]) -> Vec<Answered> {
        let refusal = |code: &&str| Refusal::conflict(*code, "", "").into();
        let result = |result| encoded::PlacedOrder {
            result,
            replayed: false,
        };
        read(encoded::PlacedOrders {
            results: results.into_iter().map(result).collect(),
            refusals: refusals
                .iter()
                .map(refusal)
                .collect::<Vec<common::Refusal>>(),
        })
    }

    fn order(bytes: &'static [u8]) -> Placed {
        Placed::Order(bytes.into())
    }

    fn told(answers: &[Answered]) -> Vec<&str> {
        let told = answers.iter().map(|answer| match answer {
            Ok(standing) => std::str::from_utf8(&standing.order).unwrap(),
            Err(refusal) => refusal.code.as_str(),
        });
        told.collect()
    }

    #[test]
    fn a_refusal_is_found_by_its_place_and_what_cannot_be_read_is_no_decision() {
        let results = vec![
            Some(Placed::RefusedAs(1)),
            Some(order(b"order")),
            Some(Placed::Refusal(Refusal::conflict("own", "", "").into())),
            Some(Placed::RefusedAs(0)),
            Some(Placed::RefusedAs(2)),
            Some(Placed::RefusedAs(u32::MAX)),
            None,
        ];
        let answers = answer(results, &["first", "second"]);
        assert_eq!(
            told(&answers),
            ["second", "order", "own", "first", "busy", "busy", "busy"]
        );
        assert!(!is_final(&Ok(answers), |answer| !is_busy(answer)));
    }

    #[test]
    fn each_try_has_refusals_of_its_own() {
        let first = vec![
            Some(Placed::RefusedAs(0)),
            Some(Placed::RefusedAs(1)),
            Some(order(b"first")),
            Some(Placed::RefusedAs(0)),
            Some(order(b"both")),
        ];
        let again = vec![
            Some(Placed::RefusedAs(0)),
            None,
            Some(Placed::RefusedAs(0)),
            Some(order(b"again")),
            Some(order(b"later")),
        ];
        let first = answer(first, &["first", "other"]);
        let settled = settle(Ok(first), Ok(answer(again, &["again"]))).unwrap();
        assert_eq!(told(&settled), ["again", "other", "first", "again", "both"]);
    }
}
