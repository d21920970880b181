//! Producers, and who keeps their goods.

use axum::http::StatusCode;
use chassis::{id::ProducerId, refusal::Refusal};
use proto::catalogue::v1::{ChangeProducer, ListProducers, SetProducerState, ShowProducer};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Lists, Organises, SignedIn},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    app::{
        add_member::username_of,
        link_keeper::{KnownBy, link_keeper},
        register_producer::{heal, register_producer},
        request_code::phone_of,
    },
    wire::{
        self,
        producers::{
            KeeperBody, Producer, ProducerBody, ProducerStateBody, Producers, ProducersQuery,
        },
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(register, list))
        .routes(routes!(show, change))
        .routes(routes!(set_state))
        .routes(routes!(add_keeper))
}

/// Register a producer; whoever does keeps its goods.
#[utoipa::path(
    post, path = "/v1/producers", tag = "producers", request_body = ProducerBody,
    responses((status = 201, description = "Registered, to be verified by an organiser", body = Producer), Refused),
)]
async fn register(
    asker: Asker<SignedIn>,
    Json(body): Json<ProducerBody>,
) -> Answer<(StatusCode, Json<Producer>)> {
    let known = asker.signed_in()?;
    let producer = body.into_wire(String::new(), known.identity.account_id.to_string());
    let registered = register_producer(&asker.ctx, known, producer).await?;
    // Whoever registered it sees all of it, though the link is newer than what is known of them.
    let mut keeper = known.actor.clone();
    keeper.producer_ids.push(registered.producer_id.clone());
    Ok((
        StatusCode::CREATED,
        Json(Producer::seen_by(registered, &keeper)),
    ))
}

/// List producers.
#[utoipa::path(
    get, path = "/v1/producers", tag = "producers", params(ProducersQuery), security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Producers), Refused),
)]
async fn list(
    asker: Asker<Anybody>,
    Query(query): Query<ProducersQuery>,
) -> Answer<Json<Producers>> {
    let request = ListProducers {
        page: Some(wire::page(query.cursor, query.limit)),
        state: wire::number(query.state),
    };
    Ok(Json(Producers::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Show a producer.
#[utoipa::path(
    get, path = "/v1/producers/{id}", tag = "producers", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The producer")),
    responses((status = 200, body = Producer), Refused),
)]
async fn show(asker: Asker<Anybody>, Path(id): Path<ProducerId>) -> Answer<Json<Producer>> {
    let producer = asker
        .ask(ShowProducer {
            producer_id: id.to_string(),
        })
        .await?;
    if let Some(known) = asker.known() {
        heal(&asker.ctx, known, &producer).await?;
    }
    Ok(Json(Producer::seen_by(producer, asker.actor())))
}

/// Change what a producer says of itself. Its keepers; organisers.
#[utoipa::path(
    put, path = "/v1/producers/{id}", tag = "producers", request_body = ProducerBody,
    params(("id" = String, Path, description = "The producer")),
    responses((status = 200, body = Producer), Refused),
)]
async fn change(
    asker: Asker<Lists>,
    Path(id): Path<ProducerId>,
    Json(body): Json<ProducerBody>,
) -> Answer<Json<Producer>> {
    let producer = Some(body.into_wire(id.to_string(), String::new()));
    Ok(Json(Producer::seen_by(
        asker.ask(ChangeProducer { producer }).await?,
        asker.actor(),
    )))
}

/// Verify or suspend a producer. Organisers.
#[utoipa::path(
    post, path = "/v1/producers/{id}/state", tag = "producers", request_body = ProducerStateBody,
    params(("id" = String, Path, description = "The producer")),
    responses((status = 200, body = Producer), Refused),
)]
async fn set_state(
    asker: Asker<Organises>,
    Path(id): Path<ProducerId>,
    Json(body): Json<ProducerStateBody>,
) -> Answer<Json<Producer>> {
    let request = SetProducerState {
        producer_id: id.to_string(),
        state: body.state.into(),
        reason: body.reason.unwrap_or_default(),
    };
    Ok(Json(Producer::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Make an account a keeper of a producer's goods, by username or by phone. Organisers.
#[utoipa::path(
    post, path = "/v1/producers/{id}/keepers", tag = "producers", request_body = KeeperBody,
    params(("id" = String, Path, description = "The producer")),
    responses((status = 204, description = "A keeper now"), Refused),
)]
async fn add_keeper(
    asker: Asker<Organises>,
    Path(id): Path<ProducerId>,
    Json(body): Json<KeeperBody>,
) -> Answer<StatusCode> {
    let known_by = match (body.username, body.phone) {
        (Some(username), None) => KnownBy::Username(username_of("username", &username)?),
        (None, Some(phone)) => KnownBy::Phone(phone_of("phone", &phone)?),
        _ => {
            let (vi, en) = (
                "Cho biết tên đăng nhập hoặc số điện thoại, đúng một trong hai.",
                "Give a username or a phone: one of the two.",
            );
            return Err(Refusal::field("username", vi, en).into());
        }
    };
    link_keeper(&asker.ctx, asker.actor(), id, known_by).await?;
    Ok(StatusCode::NO_CONTENT)
}
