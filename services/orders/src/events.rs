//! What orders hears: one line an event.
//!
//! What moves units becomes a request to the intake, which writes its inbox row in the same batch.

use std::time::Duration;

use chassis::{
    Refusal,
    inbox::{Heard, Hears},
};
use proto::{
    catalogue::v1::StockAllotted,
    livestream::v1::{OfferClosed, OfferOpened, SessionEnded},
};
use tokio::time::Instant;

use crate::{
    Ctx,
    app::{claim_units, hear_unclear, project_figures},
    domain::intake::Ask,
    error::Error,
    wire::read_terms,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// Follows the streams until the role stops.
pub fn hear(ctx: &Ctx) {
    Hears::new(ctx.clone(), ctx)
        .on(stock_allotted)
        .on(offer_opened)
        .on(offer_closed)
        .on(session_ended)
        .on_many_in_order(claim_units::commented)
        .on_many(hear_unclear::hear_unclear)
        .on_many(project_figures::placed)
        .on_many(project_figures::paid)
        .on_many(project_figures::cancelled)
        .on_many(project_figures::expired)
        .on_many(project_figures::returned)
        .start();
}

async fn stock_allotted(ctx: Ctx, heard: Heard<StockAllotted>) -> Result<(), Error> {
    let event = &heard.event;
    if event.units <= 0 {
        return Err(malformed().into());
    }
    let ask = Ask::Allot {
        event: heard.head.id,
        offer: read(&event.offer_id)?,
        session: read(&event.session_id)?,
        variant: read(&event.variant_id)?,
        units: event.units,
    };
    tell(&ctx, &event.session_id, ask).await
}

async fn offer_opened(ctx: Ctx, heard: Heard<OfferOpened>) -> Result<(), Error> {
    let offer = heard.event.offer.as_ref().ok_or_else(malformed)?;
    let ask = Ask::Open {
        event: heard.head.id,
        offer: read(&offer.offer_id)?,
        session: read(&offer.session_id)?,
        variant: read(&offer.variant_id)?,
        terms: Box::new(read_terms(&heard.event).ok_or_else(malformed)?),
    };
    tell(&ctx, &offer.session_id, ask).await
}

async fn offer_closed(ctx: Ctx, heard: Heard<OfferClosed>) -> Result<(), Error> {
    let ask = Ask::Close {
        event: heard.head.id,
        offer: read(&heard.event.offer_id)?,
        session: read(&heard.event.session_id)?,
    };
    tell(&ctx, &heard.event.session_id, ask).await
}

async fn session_ended(ctx: Ctx, heard: Heard<SessionEnded>) -> Result<(), Error> {
    let ask = Ask::EndSession {
        event: heard.head.id,
        session: read(&heard.event.session_id)?,
    };
    tell(&ctx, &heard.event.session_id, ask).await
}

async fn tell(ctx: &Ctx, session: &str, ask: Ask) -> Result<(), Error> {
    ctx.intake
        .ask(read(session)?, ask, Instant::now() + PATIENCE)
        .await?;
    Ok(())
}

fn read<I: std::str::FromStr>(id: &str) -> Result<I, Refusal> {
    id.parse().map_err(|_| malformed())
}

fn malformed() -> Refusal {
    Refusal::invalid(
        "malformed_event",
        "Sự kiện không đọc được.",
        "The event cannot be read.",
    )
}
