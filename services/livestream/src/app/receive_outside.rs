//! Takes comments of another platform: stored before it is answered, then let into their rooms.

use chassis::{refusal::Refusal, rpc::Asked, telemetry::chain};
use proto::livestream::v1::{OutsideReceived, ReceiveOutside};

use super::enter_room::enter_room;
use crate::{
    Ctx,
    domain::outside::{self, Delivery, FACEBOOK},
    error::Error,
    store,
};

/// Stores each comment once; the gateway has checked who sends them. A replay changes nothing but a count.
///
/// # Errors
/// When it could not be stored: the sender must repeat it.
pub async fn receive_outside(
    ctx: Ctx,
    asked: Asked<ReceiveOutside>,
) -> Result<OutsideReceived, Error> {
    let ReceiveOutside {
        source,
        body,
        forged,
    } = asked.request;
    if source != FACEBOOK {
        return Err(
            Refusal::invalid("source", "Không nhận từ nguồn này.", "Not a known source.").into(),
        );
    }
    let delivery = if body.is_empty() {
        Delivery::default()
    } else {
        // Signed, and yet not to be read: a repeat would be the same, so it is answered.
        outside::from_meta(&body).unwrap_or_else(|error| {
            tracing::warn!(
                "a delivery of comments cannot be read: {:?}",
                error.classify()
            );
            Delivery {
                ignored: 1,
                ..Delivery::default()
            }
        })
    };
    let mut received = OutsideReceived {
        ignored: delivery.ignored,
        ..OutsideReceived::default()
    };
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if forged > 0 {
        store::outside::add_forged(&mut tx, &source, forged.into()).await?;
    }
    for comment in &delivery.comments {
        if store::outside::keep(&mut tx, &source, comment, now).await? {
            received.stored += 1;
        } else {
            received.duplicates += 1;
        }
    }
    let rooms = if received.stored > 0 {
        store::outside::rooms_waited_for(&mut tx).await?
    } else {
        Vec::new()
    };
    ctx.commit(tx).await?;
    for room in rooms {
        // What cannot go in now goes in by the timer.
        if let Err(error) = enter_room(&ctx, room).await {
            tracing::warn!(session.id = %room, "comments from elsewhere wait for session {room}: {}", chain(&error));
        }
    }
    Ok(received)
}
