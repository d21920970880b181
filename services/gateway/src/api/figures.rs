//! A session's figures.

use chassis::id::SessionId;
use proto::orders::v1::ShowFigures;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Staff},
    json::{Json, Path},
    problem::{Answer, Refused},
    routes,
};
use crate::{Ctx, wire::figures::Figures};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(show))
}

/// What has a session sold? Whoever works for its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/figures", tag = "figures",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Figures), Refused),
)]
async fn show(asker: Asker<Staff>, Path(id): Path<SessionId>) -> Answer<Json<Figures>> {
    Ok(Json(
        asker
            .ask(ShowFigures {
                session_id: id.to_string(),
            })
            .await?
            .into(),
    ))
}
