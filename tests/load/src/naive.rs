//! The reference: the same order over the same HTTP body into the same tables, one transaction each.
//!
//! A server of its own, without bus or gateway before it, on sixteen connections: more are slower, as they queue for
//! the offer's row. It checks what an order must check and writes what an order must leave behind; nothing else.

mod transaction;

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    net::SocketAddr,
};

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use chassis::{
    clock::Clock,
    id::{OfferId, SessionId},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sqlx::{PgPool, postgres::PgPoolOptions};
use uuid::Uuid;

/// More are slower.
const CONNECTIONS: u32 = 16;

/// Serves orders, one transaction each: started by the bench itself.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Naive {
    /// Where it listens.
    #[arg(long)]
    address: SocketAddr,
    /// Its database.
    #[arg(long, env = "NAIVE_DATABASE_URL", hide_env_values = true)]
    database_url: SecretString,
}

#[derive(Debug, Clone)]
struct Shop {
    db: PgPool,
    clock: Clock,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    session_id: SessionId,
    lines: Vec<LineBody>,
    expected_total: i64,
    payment_method: String,
    contact: Contact,
    delivery: Delivery,
    of_age: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineBody {
    offer_id: OfferId,
    units: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    name: String,
    phone: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delivery {
    address: Address,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    line: String,
    ward_code: String,
}

impl Naive {
    /// Serves until it is ended.
    ///
    /// # Errors
    /// When the database or the address is not there.
    pub(crate) async fn serve(self) -> anyhow::Result<()> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .min_connections(CONNECTIONS);
        let db = pool
            .connect(self.database_url.expose_secret())
            .await
            .context("connecting to the database")?;
        let shop = Shop {
            db,
            clock: Clock::default(),
        };
        let router = Router::new()
            .route("/readyz", axum::routing::get(async || "ready\n"))
            .route("/v1/orders", post(order))
            .with_state(shop);
        let listener = tokio::net::TcpListener::bind(self.address).await?;
        axum::serve(listener, router).await?;
        Ok(())
    }
}

async fn order(State(shop): State<Shop>, headers: HeaderMap, Json(body): Json<Body>) -> Response {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let account = account_of(text(header::AUTHORIZATION));
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match transaction::place(&shop, account, key, &body).await {
        Ok((status, answer)) => (status, Json(answer)).into_response(),
        Err(error) => {
            eprintln!("naive: {error:#}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whose token it is: the gateway has that in memory, too.
fn account_of(token: &str) -> Uuid {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    Uuid::from_u64_pair(hasher.finish(), 0)
}
