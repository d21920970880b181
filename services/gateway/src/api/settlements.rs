//! What is due to a producer.

use std::collections::HashMap;

use axum::response::Response;
use chassis::{
    clock::{to_ms, vietnam},
    id::ProducerId,
    refusal::Refusal,
};
use chrono::{Days, NaiveDate, NaiveTime};
use proto::{livestream::v1::ShowSession, orders::v1::ShowSettlement};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Lists},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx, sheet,
    wire::settlements::{Settlement, SettlementQuery},
};

/// So many sessions are called by their titles; older ones by their ids.
const TITLES: usize = 60;

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(show_csv))
}

/// What was sold of a producer's goods, by session and by whose account the money went to. The producer's keepers: all
/// of it; organisers: their own sessions.
#[utoipa::path(
    get, path = "/v1/producers/{id}/settlement", tag = "reports",
    params(("id" = String, Path, description = "The producer"), SettlementQuery),
    responses((status = 200, body = Settlement), Refused),
)]
async fn show(
    asker: Asker<Lists>,
    Path(id): Path<ProducerId>,
    Query(query): Query<SettlementQuery>,
) -> Answer<Json<Settlement>> {
    Ok(Json(settlement(&asker, id, query).await?))
}

/// The same as a spreadsheet, CSV.
#[utoipa::path(
    get, path = "/v1/producers/{id}/settlement.csv", tag = "reports",
    params(("id" = String, Path, description = "The producer"), SettlementQuery),
    responses((status = 200, content_type = "text/csv", body = String), Refused),
)]
async fn show_csv(
    asker: Asker<Lists>,
    Path(id): Path<ProducerId>,
    Query(query): Query<SettlementQuery>,
) -> Answer<Response> {
    let table = settlement(&asker, id, query).await?.table();
    Ok(sheet::csv(&[table], &format!("doi-soat-{id}"))?)
}

async fn settlement(
    asker: &Asker<Lists>,
    id: ProducerId,
    query: SettlementQuery,
) -> Answer<Settlement> {
    let from = query
        .from
        .map(|day| midnight("from", &day, 0))
        .transpose()?;
    let to = query.to.map(|day| midnight("to", &day, 1)).transpose()?;
    let settlement = asker
        .ask(ShowSettlement {
            producer_id: id.to_string(),
            session_id: query.session.unwrap_or_default(),
            from_ms: from.unwrap_or_default(),
            to_ms: to.unwrap_or_default(),
        })
        .await?;
    let mut titles: HashMap<String, String> = HashMap::new();
    for row in &settlement.rows {
        if titles.len() < TITLES && !titles.contains_key(&row.session_id) {
            let session_id = row.session_id.clone();
            let session = asker.ask(ShowSession { session_id }).await?;
            titles.insert(row.session_id.clone(), session.title);
        }
    }
    Ok(Settlement::new(settlement, |session| {
        titles
            .get(session)
            .cloned()
            .unwrap_or_else(|| session.to_owned())
    }))
}

/// The beginning of a day in Viet Nam, or of one after it.
fn midnight(field: &str, day: &str, later: u64) -> Result<i64, Refusal> {
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .ok()
        .and_then(|day| day.checked_add_days(Days::new(later)));
    let at = day.and_then(|day| {
        day.and_time(NaiveTime::MIN)
            .and_local_timezone(vietnam())
            .single()
    });
    at.map(|at| to_ms(at.to_utc()))
        .ok_or_else(|| Refusal::field(field, "Một ngày, dạng YYYY-MM-DD.", "A day, as YYYY-MM-DD."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_viet_nam() {
        assert_eq!(
            midnight("from", "2026-11-24", 0).unwrap(),
            1_795_453_200_000,
            "17:00 UTC of the day before"
        );
        assert_eq!(
            midnight("to", "2026-11-24", 1).unwrap() - midnight("to", "2026-11-24", 0).unwrap(),
            86_400_000
        );
        for wrong in ["24/11/2026", "2026-13-01", "", "+262143-12-31"] {
            assert_eq!(
                midnight("to", wrong, 1).unwrap_err().fields[0].field,
                "to",
                "{wrong}"
            );
        }
    }
}
