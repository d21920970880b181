//! Reports: of a session, and of an organiser's year; as JSON, CSV and XLSX.
//!
//! Orders counts, livestream has the names; the gateway asks both and joins.

use axum::response::Response;
use chassis::{
    clock::{from_ms, vietnam},
    id::{OrganiserId, SessionId},
    refusal::Refusal,
};
use chrono::{DateTime, Datelike as _, Utc};
use proto::{
    livestream::v1::{ListSessions, Session, SessionState, ShowSession},
    orders::v1::{SessionSums, ShowReport, SumSessions},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Staff},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx, sheet,
    wire::{
        self,
        reports::{Counted, Report, Summary, of_report, of_summary},
    },
};

/// Sessions are read and summed so many at a time.
const PAGE: u32 = 100;
/// The most pages of an organiser's sessions that are looked through.
const PAGES: usize = 40;

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(report))
        .routes(routes!(report_csv))
        .routes(routes!(report_xlsx))
        .routes(routes!(summary))
        .routes(routes!(summary_csv))
        .routes(routes!(summary_xlsx))
}

/// What did a session come to? By offer, by producer, by minute; sums of the orders as they are now. Whoever works for
/// its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/report", tag = "reports",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Report), Refused),
)]
async fn report(asker: Asker<Staff>, Path(id): Path<SessionId>) -> Answer<Json<Report>> {
    Ok(Json(of_session(&asker, id).await?))
}

/// The same as a spreadsheet, CSV. Whoever works for its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/report.csv", tag = "reports",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, content_type = "text/csv", body = String), Refused),
)]
async fn report_csv(asker: Asker<Staff>, Path(id): Path<SessionId>) -> Answer<Response> {
    let report = of_session(&asker, id).await?;
    Ok(sheet::csv(&of_report(&report), &format!("bao-cao-{id}"))?)
}

/// The same as a workbook, XLSX. Whoever works for its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/report.xlsx", tag = "reports",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), Refused),
)]
async fn report_xlsx(asker: Asker<Staff>, Path(id): Path<SessionId>) -> Answer<Response> {
    let report = of_session(&asker, id).await?;
    Ok(sheet::xlsx(&of_report(&report), &format!("bao-cao-{id}"))?)
}

async fn of_session(asker: &Asker<Staff>, id: SessionId) -> Answer<Report> {
    let session_id = id.to_string();
    let session = asker
        .ask(ShowSession {
            session_id: session_id.clone(),
        })
        .await?;
    // Orders knows nothing of a session before its first offer opens: whose it is, the session says.
    works_for(asker, &session.organiser_id)?;
    let report = asker.ask(ShowReport { session_id }).await?;
    Ok(Report::new(report, session))
}

fn works_for(asker: &Asker<Staff>, organiser_id: &str) -> Answer<()> {
    let works = asker
        .actor()
        .memberships
        .iter()
        .any(|member| member.organiser_id == organiser_id);
    if works {
        Ok(())
    } else {
        Err(Refusal::forbidden().into())
    }
}

/// Which year.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct YearQuery {
    /// In Viet Nam; this year when not given.
    #[param(minimum = 2020, maximum = 2100, example = 2026)]
    year: Option<i32>,
}

/// What did an organiser's sessions of a year come to? In all, by month, by session. Whoever works for it.
#[utoipa::path(
    get, path = "/v1/organisers/{id}/summary", tag = "reports",
    params(("id" = String, Path, description = "The organiser"), YearQuery),
    responses((status = 200, body = Summary), Refused),
)]
async fn summary(
    asker: Asker<Staff>,
    Path(id): Path<OrganiserId>,
    Query(query): Query<YearQuery>,
) -> Answer<Json<Summary>> {
    Ok(Json(of_year(&asker, id, query).await?))
}

/// The same as a spreadsheet, CSV. Whoever works for the organiser.
#[utoipa::path(
    get, path = "/v1/organisers/{id}/summary.csv", tag = "reports",
    params(("id" = String, Path, description = "The organiser"), YearQuery),
    responses((status = 200, content_type = "text/csv", body = String), Refused),
)]
async fn summary_csv(
    asker: Asker<Staff>,
    Path(id): Path<OrganiserId>,
    Query(query): Query<YearQuery>,
) -> Answer<Response> {
    let summary = of_year(&asker, id, query).await?;
    Ok(sheet::csv(
        &of_summary(&summary),
        &format!("tong-hop-{id}"),
    )?)
}

/// The same as a workbook, XLSX. Whoever works for the organiser.
#[utoipa::path(
    get, path = "/v1/organisers/{id}/summary.xlsx", tag = "reports",
    params(("id" = String, Path, description = "The organiser"), YearQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), Refused),
)]
async fn summary_xlsx(
    asker: Asker<Staff>,
    Path(id): Path<OrganiserId>,
    Query(query): Query<YearQuery>,
) -> Answer<Response> {
    let summary = of_year(&asker, id, query).await?;
    Ok(sheet::xlsx(
        &of_summary(&summary),
        &format!("tong-hop-{id}"),
    )?)
}

async fn of_year(asker: &Asker<Staff>, id: OrganiserId, query: YearQuery) -> Answer<Summary> {
    let organiser_id = id.to_string();
    works_for(asker, &organiser_id)?;
    let year = match query.year {
        None => asker.ctx.clock.now().with_timezone(&vietnam()).year(),
        Some(year @ 2020..=2100) => year,
        Some(_) => {
            return Err(Refusal::field("year", "Từ 2020 đến 2100.", "2020 to 2100.").into());
        }
    };
    let mut counted = Vec::new();
    let mut cursor = String::new();
    for _ in 0..PAGES {
        let page = asker
            .ask(ListSessions {
                page: Some(wire::page(Some(cursor), Some(PAGE))),
                state: SessionState::Unspecified.into(),
                organiser_id: organiser_id.clone(),
            })
            .await?;
        let of_year = page.sessions.into_iter().filter_map(|session| {
            let at = from_ms(session.went_live_at_ms)?;
            let day = at.with_timezone(&vietnam());
            (day.year() == year).then(|| (session, at, day.month()))
        });
        counted.extend(count(asker, &organiser_id, of_year.collect()).await?);
        cursor = page.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    Ok(Summary::new(organiser_id, year, counted))
}

/// Has orders count some sessions.
async fn count(
    asker: &Asker<Staff>,
    organiser_id: &str,
    sessions: Vec<(Session, DateTime<Utc>, u32)>,
) -> Answer<Vec<Counted>> {
    if sessions.is_empty() {
        return Ok(Vec::new());
    }
    let ids = sessions
        .iter()
        .map(|(session, ..)| session.session_id.clone());
    let mut sums = asker
        .ask(SumSessions {
            organiser_id: organiser_id.to_owned(),
            session_ids: ids.collect(),
        })
        .await?
        .sessions;
    let counted = sessions.into_iter().map(|(session, at, month)| {
        let found = sums
            .iter()
            .position(|sums| sums.session_id == session.session_id);
        Counted {
            // One without a single open offer has nothing to count.
            sums: found.map_or_else(SessionSums::default, |found| sums.swap_remove(found)),
            session,
            at,
            month,
        }
    });
    Ok(counted.collect())
}
