//! `order.place_for`: somebody at the desk orders for a shopper.

use chassis::{Refusal, actor::ActorExt as _, rpc::Asked};
use proto::orders::v1::{PlaceForShopper, PlacedOrder};

use crate::{
    Ctx,
    app::{list_desk::must_staff, place_orders::answer},
    domain::intake::Ask,
    error::Error,
    wire::read_place,
};

/// As the shopper would order, by the same intake; who helped is kept with the order.
///
/// # Errors
/// *forbidden*, *busy*, or a field that breaks a rule; what the intake refuses stands in the answer.
pub async fn place_for_shopper(
    ctx: Ctx,
    asked: Asked<PlaceForShopper>,
) -> Result<PlacedOrder, Error> {
    let by = asked.actor.account()?;
    let order = asked.request.order.ok_or_else(Refusal::internal)?;
    let mut place = read_place(ctx.clock.id(), order)?;
    let mut conn = ctx.db.acquire().await?;
    must_staff(&mut conn, &asked.actor, place.session).await?;
    drop(conn);
    place.by = Some(by);
    let session = place.session;
    let ask = Ask::Place(Box::new(place));
    // *busy* is no answer: whoever asked again hears the other one.
    let decided = ctx.intake.ask(session, ask, asked.deadline).await?;
    Ok(answer(Ok(decided)))
}
