//! Organisers and who works for them.

use axum::http::StatusCode;
use chassis::id::{AccountId, OrganiserId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Manages, Operates, SignedIn},
    json::{Json, Path},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    app::{
        add_member::{NewMember, add_member},
        create_organiser::{create_organiser, list_organisers},
        list_members::list_members,
        remove_member::remove_member,
    },
    wire::people::{MemberBody, Members, NameBody, Organiser, Organisers},
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(add, members))
        .routes(routes!(remove))
}

/// Create an organiser. The operator.
#[utoipa::path(
    post, path = "/v1/organisers", tag = "organisers", request_body = NameBody,
    responses((status = 201, description = "Created", body = Organiser), Refused),
)]
async fn create(
    asker: Asker<Operates>,
    Json(body): Json<NameBody>,
) -> Answer<(StatusCode, Json<Organiser>)> {
    let organiser = create_organiser(&asker.ctx, &asker.signed_in()?.identity, &body.name).await?;
    Ok((StatusCode::CREATED, Json(organiser.into())))
}

/// Whom do I work for? The operator sees all organisers.
#[utoipa::path(get, path = "/v1/organisers", tag = "organisers", responses((status = 200, body = Organisers), Refused))]
async fn list(asker: Asker<SignedIn>) -> Answer<Json<Organisers>> {
    let organisers = list_organisers(&asker.ctx, &asker.signed_in()?.identity).await?;
    Ok(Json(Organisers {
        organisers: organisers.into_iter().map(Into::into).collect(),
    }))
}

/// Somebody was taken on.
#[derive(Debug, Serialize, ToSchema)]
struct MemberAdded {
    account_id: String,
}

/// Take somebody on, with an account of their own. The organiser's organisers; the operator.
#[utoipa::path(
    post, path = "/v1/organisers/{id}/members", tag = "organisers", request_body = MemberBody,
    params(("id" = String, Path, description = "The organiser", example = "org_…")),
    responses((status = 201, description = "Taken on", body = MemberAdded), Refused),
)]
async fn add(
    asker: Asker<Manages>,
    Path(organiser): Path<OrganiserId>,
    Json(body): Json<MemberBody>,
) -> Answer<(StatusCode, Json<MemberAdded>)> {
    let new = NewMember {
        username: body.username,
        name: body.name,
        password: body.password,
        role: body.role.into(),
    };
    let account = add_member(&asker.ctx, &asker.signed_in()?.identity, organiser, new).await?;
    Ok((
        StatusCode::CREATED,
        Json(MemberAdded {
            account_id: account.to_string(),
        }),
    ))
}

/// Who works for an organiser? Its organisers; the operator.
#[utoipa::path(
    get, path = "/v1/organisers/{id}/members", tag = "organisers",
    params(("id" = String, Path, description = "The organiser")),
    responses((status = 200, body = Members), Refused),
)]
async fn members(
    asker: Asker<Manages>,
    Path(organiser): Path<OrganiserId>,
) -> Answer<Json<Members>> {
    let members = list_members(&asker.ctx, &asker.signed_in()?.identity, organiser).await?;
    Ok(Json(Members {
        members: members.into_iter().map(Into::into).collect(),
    }))
}

/// Let somebody go: their tokens end at once. The organiser's organisers; the operator.
#[utoipa::path(
    delete, path = "/v1/organisers/{id}/members/{account_id}", tag = "organisers",
    params(("id" = String, Path, description = "The organiser"), ("account_id" = String, Path, description = "Who goes")),
    responses((status = 204, description = "Gone"), Refused),
)]
async fn remove(
    asker: Asker<Manages>,
    Path((organiser, account)): Path<(OrganiserId, AccountId)>,
) -> Answer<StatusCode> {
    remove_member(&asker.ctx, &asker.signed_in()?.identity, organiser, account).await?;
    Ok(StatusCode::NO_CONTENT)
}
