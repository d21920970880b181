//! HTTP: one file a noun, each route with its policy, all of it described as OpenAPI by the code itself.

pub(crate) mod auth;
mod bench;
pub(crate) mod comments;
pub(crate) mod complaints;
mod desk;
pub(crate) mod docs;
pub(crate) mod feeds;
pub(crate) mod figures;
pub(crate) mod holds;
pub(crate) mod idempotency;
pub(crate) mod json;
pub(crate) mod me;
pub(crate) mod middleware;
pub(crate) mod moderation;
pub(crate) mod offers;
pub(crate) mod orders;
pub(crate) mod organisers;
pub(crate) mod outside;
mod pages;
pub(crate) mod parcels;
pub(crate) mod payments;
pub(crate) mod photos;
pub(crate) mod places;
pub(crate) mod problem;
pub(crate) mod producers;
pub(crate) mod products;
pub(crate) mod reports;
pub(crate) mod sessions;
pub(crate) mod settlements;
pub(crate) mod sign_in;
pub(crate) mod stock;
mod video;
pub(crate) mod webhooks;

use axum::{Router, middleware::from_fn_with_state};
use utoipa_axum::router::OpenApiRouter;

use crate::Ctx;

/// Handlers as routes. Does not compile for a handler whose first argument is not an [`auth::Asker`] with a policy.
macro_rules! routes {
    ($($handler:ident),+ $(,)?) => {{
        $($crate::api::auth::policed(&$handler);)+
        utoipa_axum::routes!($($handler),+)
    }};
}
pub(crate) use routes;

/// All routes with their description.
fn described() -> OpenApiRouter<Ctx> {
    OpenApiRouter::with_openapi(docs::base())
        .merge(sign_in::router())
        .merge(me::router())
        .merge(organisers::router())
        .merge(producers::router())
        .merge(products::router())
        .merge(photos::router())
        .merge(stock::router())
        .merge(sessions::router())
        .merge(offers::router())
        .merge(comments::router())
        .merge(desk::router())
        .merge(outside::router())
        .merge(moderation::router())
        .merge(complaints::router())
        .merge(holds::router())
        .merge(orders::router())
        .merge(parcels::router())
        .merge(payments::router())
        .merge(figures::router())
        .merge(reports::router())
        .merge(settlements::router())
        .merge(webhooks::router())
        .merge(video::router())
        .merge(places::router())
        .merge(feeds::router())
}

/// The description of the API, OpenAPI 3.1.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::named(described().into_openapi())
}

/// Everything that the gateway serves.
pub(crate) fn router(ctx: Ctx) -> Router {
    let (mut api, description) = described().split_for_parts();
    if ctx.config.bench_routes {
        api = api.merge(bench::router());
    }
    api.with_state(ctx.clone())
        .merge(docs::router(docs::named(description)))
        .merge(video::files(ctx.config.video.as_deref()))
        .merge(pages::router(&ctx.config.pages))
        .layer(from_fn_with_state(ctx, middleware::edge))
}
