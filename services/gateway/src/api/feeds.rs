//! Live feeds, as server-sent events.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use chassis::id::{ProducerId, SessionId};
use futures_util::FutureExt as _;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Keeps, Policy, SignedIn},
    json::{Path, Query},
    problem::{Answer, Problem, Refused},
    routes,
};
use crate::{
    Ctx,
    feeds::{StillSignedIn, Viewer, Watcher},
    http::Watched,
    wire::feed::FeedData,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(session))
        .routes(routes!(producer))
        .routes(routes!(own))
}

/// Where a client goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FeedQuery {
    /// As the header `Last-Event-ID`, which comes first, for clients that cannot set it.
    last_event_id: Option<String>,
}

/// What of a session is watched, and where a client goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SessionFeedQuery {
    /// The organiser's desk too: orders, payments, figures. Whoever works for the organiser.
    #[serde(default)]
    desk: bool,
    /// As the header `Last-Event-ID`, which comes first, for clients that cannot set it.
    last_event_id: Option<String>,
}

/// Watch a session: its room, and one's own orders in it.
///
/// One connection of server-sent events (WHATWG HTML, 9.2) merges the room with one's own feeds.
///
/// **`event: snapshot`** comes first: how things are now, an object with `room`, with `shopper` for who is signed in,
/// and with `desk` if asked for. What came before it counts no more.
///
/// **States**: `session`, `offer`, `units` (where an offer's units are), `pin`, `viewers`; on the desk `orders`, `money`,
/// `figures`; of one's own `orders`, `money`. Each tells how one object is now and has a `version`
/// (`orders` tells of several, each with its own). Keep the highest:
/// states in between may be left out, an older one may come late.
///
/// **Events**: `comment`, `hidden`, `sale`, `notice`. Each has a `seq` that counts from 1 in the room, for its kind (a
/// `sale` in a rush stands for `more_lines` numbers before its own, too). All of them come, once, in order; the first
/// after a snapshot is the one after `room.last_seqs`.
///
/// **`id:`** is opaque. A client that comes back with the last one in `Last-Event-ID`, to any gateway, goes on after it.
/// When that is not possible (too long ago, or the stream of feeds was lost) it gets **`event: reset`** and a snapshot;
/// so does a client that reads too slowly.
///
/// A comment line comes every 15 seconds; who hears nothing for 40 comes back. `retry:` says after how long, and is
/// meant to be kept.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/feed", tag = "feeds", security((), ("bearer" = []), ("cookie" = [])),
    params(
        ("id" = String, Path, description = "The session"),
        ("Last-Event-ID" = Option<String>, Header, description = "Goes on after this event"),
        SessionFeedQuery,
    ),
    responses((status = 200, description = "Server-sent events; the data of each is one of these", content_type = "text/event-stream", body = FeedData), Refused),
)]
async fn session(
    asker: Asker<Anybody>,
    Path(id): Path<SessionId>,
    LastEventId(header): LastEventId,
    Query(query): Query<SessionFeedQuery>,
) -> Answer<Feed> {
    let watcher = watcher(&asker, header.or(query.last_event_id));
    Ok(Feed(
        asker
            .ctx
            .rooms
            .watch_session(id, query.desk, watcher)
            .await?,
    ))
}

/// Watch a producer's orders and stock. Its keepers.
///
/// As a session's feed, with the states `orders`, `money` and `stock`.
#[utoipa::path(
    get, path = "/v1/producers/{id}/feed", tag = "feeds",
    params(
        ("id" = String, Path, description = "The producer"),
        ("Last-Event-ID" = Option<String>, Header, description = "Goes on after this event"),
        FeedQuery,
    ),
    responses((status = 200, description = "Server-sent events", content_type = "text/event-stream", body = FeedData), Refused),
)]
async fn producer(
    asker: Asker<Keeps>,
    Path(id): Path<ProducerId>,
    LastEventId(header): LastEventId,
    Query(query): Query<FeedQuery>,
) -> Answer<Feed> {
    let watcher = watcher(&asker, header.or(query.last_event_id));
    Ok(Feed(asker.ctx.rooms.watch_producer(id, watcher).await?))
}

/// Watch my orders and payments, of all sessions.
///
/// As a session's feed, with the states `order` and `money`.
#[utoipa::path(
    get, path = "/v1/me/feed", tag = "feeds",
    params(("Last-Event-ID" = Option<String>, Header, description = "Goes on after this event"), FeedQuery),
    responses((status = 200, description = "Server-sent events", content_type = "text/event-stream", body = FeedData), Refused),
)]
async fn own(
    asker: Asker<SignedIn>,
    LastEventId(header): LastEventId,
    Query(query): Query<FeedQuery>,
) -> Answer<Feed> {
    let watcher = watcher(&asker, header.or(query.last_event_id));
    Ok(Feed(asker.ctx.rooms.watch_own(watcher).await?))
}

fn watcher<P: Policy>(asker: &Asker<P>, last_event_id: Option<String>) -> Watcher {
    let actor = asker.actor().clone();
    let still_signed_in = asker.token().map(|token| {
        let (ctx, actor) = (asker.ctx.clone(), actor.clone());
        Arc::new(move || {
            let (ctx, actor) = (ctx.clone(), actor.clone());
            async move {
                match ctx.identities.of(&ctx.core, token).await {
                    // Whose roles have changed comes in again, and is asked anew.
                    Ok(known) => known.is_some_and(|known| known.actor == actor),
                    // The database is away for a while: nobody is sent away for that.
                    Err(_) => true,
                }
            }
            .boxed()
        }) as StillSignedIn
    });
    Watcher {
        actor,
        last_event_id,
        still_signed_in,
    }
}

/// The header that a browser sets by itself when it comes back.
struct LastEventId(Option<String>);

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // What is not one of our ids, readable or not, is answered with a reset.
        let id = parts
            .headers
            .get(LAST_EVENT_ID)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Self(id))
    }
}

/// A feed that goes on until somebody ends it.
struct Feed(Viewer);

impl IntoResponse for Feed {
    fn into_response(self) -> Response {
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/event-stream"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // Proxies that gather what they pass on would hold events back.
            (
                HeaderName::from_static("x-accel-buffering"),
                HeaderValue::from_static("no"),
            ),
        ];
        (headers, Watched::response(self.0)).into_response()
    }
}
