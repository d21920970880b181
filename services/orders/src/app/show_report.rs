//! `report.show`, `report.sum`: what sessions came to, summed from the orders as they are now.

use std::collections::BTreeMap;

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{Id as _, OrganiserId, SessionId},
    rpc::Asked,
};
use proto::orders::v1::{
    Report, ReportProducer, SessionSums, SessionsSums, ShowReport, SumSessions,
};

use crate::{
    Ctx,
    domain::report::Sums,
    error::Error,
    store::{self, reports::OfferSums},
    wire::reports as wire,
};

const MOST_SESSIONS: usize = 100;

fn session_id(text: &str) -> Result<SessionId, Refusal> {
    text.parse()
        .map_err(|_| Refusal::field("session_id", "Mã phiên không hợp lệ.", "Not a session id."))
}

/// Shows a session's report to the organiser's people: of offers that were opened, all of one moment.
///
/// # Errors
/// *forbidden*, or an id that is none.
pub async fn show_report(ctx: Ctx, asked: Asked<ShowReport>) -> Result<Report, Error> {
    let session = session_id(&asked.request.session_id)?;
    let mut view = ctx.view().await?;
    let Some(organiser) = store::offers::organiser_of(&mut view, session).await? else {
        // Nothing was opened yet: nothing to show, and nobody's to hide.
        return Ok(Report {
            session_id: session.to_string(),
            ..Report::default()
        });
    };
    asked.actor.must_work_for(organiser, STAFF)?;
    let sessions = [session.uuid()];
    let offers = store::reports::by_offer(&mut view, organiser, &sessions).await?;
    let orders = store::reports::orders(&mut view, &sessions).await?;
    let of_producers = store::reports::orders_by_producer(&mut view, session).await?;
    let minutes = store::reports::by_minute(&mut view, session).await?;
    drop(view);

    let mut producers: BTreeMap<_, Sums> = BTreeMap::new();
    for offer in &offers {
        *producers.entry(offer.producer).or_default() += offer.sums;
    }
    let producers = producers.into_iter().map(|(producer, sums)| {
        let orders = of_producers.get(&producer).copied().unwrap_or_default();
        ReportProducer {
            producer_id: producer.to_string(),
            sums: Some(wire::sums(&Sums { orders, ..sums })),
        }
    });
    Ok(Report {
        session_id: session.to_string(),
        organiser_id: organiser.to_string(),
        totals: Some(wire::sums(&total(&offers, &orders, session))),
        producers: producers.collect(),
        offers: offers.iter().map(wire::offer).collect(),
        minutes,
    })
}

/// Sums some sessions of an organiser, for its people. A session of another has nothing to count.
///
/// # Errors
/// *forbidden*, ids that are none, too many of them.
pub async fn sum_sessions(ctx: Ctx, asked: Asked<SumSessions>) -> Result<SessionsSums, Error> {
    let organiser: OrganiserId = asked.request.organiser_id.parse().map_err(|_| {
        Refusal::field(
            "organiser_id",
            "Mã ban tổ chức không hợp lệ.",
            "Not an organiser id.",
        )
    })?;
    asked.actor.must_work_for(organiser, STAFF)?;
    let ids = &asked.request.session_ids;
    if ids.len() > MOST_SESSIONS {
        let (vi, en) = (
            format!("Tối đa {MOST_SESSIONS} phiên."),
            format!("At most {MOST_SESSIONS} sessions."),
        );
        return Err(Refusal::field("session_ids", vi, en).into());
    }
    let ids = ids
        .iter()
        .map(|id| session_id(id).map(SessionId::uuid))
        .collect::<Result<Vec<_>, _>>()?;
    let mut view = ctx.view().await?;
    let offers = store::reports::by_offer(&mut view, organiser, &ids).await?;
    let orders = store::reports::orders(&mut view, &ids).await?;
    drop(view);
    let mut sessions: BTreeMap<SessionId, Vec<OfferSums>> = BTreeMap::new();
    for offer in offers {
        sessions.entry(offer.session).or_default().push(offer);
    }
    let sessions = sessions.into_iter().map(|(session, offers)| {
        let ids = |of: fn(&OfferSums) -> String| {
            let mut ids: Vec<String> = offers.iter().map(of).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        SessionSums {
            session_id: session.to_string(),
            producer_ids: ids(|offer| offer.producer.to_string()),
            product_ids: ids(|offer| offer.product.to_string()),
            sums: Some(wire::sums(&total(&offers, &orders, session))),
        }
    });
    Ok(SessionsSums {
        sessions: sessions.collect(),
    })
}

/// A session in all. An order with two offers is one order.
fn total(
    offers: &[OfferSums],
    orders: &BTreeMap<SessionId, (u64, i64)>,
    session: SessionId,
) -> Sums {
    let mut total = Sums::default();
    for offer in offers {
        total += offer.sums;
    }
    (total.orders, total.shipping_fees) = orders.get(&session).copied().unwrap_or_default();
    total
}
