//! Events whose order decides wait for the one before: what a role had fetched when it died, or its connection was
//! lost, is delivered again after what came later.

use std::{collections::HashSet, time::Duration};

use async_nats::jetstream::{AckKind, Message};

use super::gaps::Known;
use crate::{
    envelope::{self, EventHead},
    service::Core,
    telemetry::chain,
};

/// What comes too early is delivered again after this; the one before comes back within the consumer's wait for an
/// acknowledgement.
const EARLY: Duration = Duration::from_millis(250);
/// Deliveries, in about a minute, after which the one before is no longer waited for: then it is a gap.
const EARLY_MOST: i64 = 240;

/// Puts back what came before the event that it has to follow; gives the rest.
pub(super) async fn in_order(
    core: &Core,
    known: &Known,
    messages: Vec<Message>,
) -> Result<Vec<Message>, String> {
    let mut ready = Vec::with_capacity(messages.len());
    let mut coming = HashSet::new();
    for message in messages {
        let headers = message.headers.as_ref();
        let before = headers.and_then(envelope::after);
        if let Some(before) = before.filter(|before| !coming.contains(before)) {
            let heard = known.heard(core, before).await;
            let patient = message.info().is_ok_and(|info| info.delivered < EARLY_MOST);
            if !heard.map_err(|error| chain(&error))? && patient {
                let later = AckKind::Nak(Some(EARLY));
                message
                    .ack_with(later)
                    .await
                    .map_err(|error| error.to_string())?;
                continue;
            }
        }
        coming.extend(headers.and_then(|headers| Some(EventHead::read(headers).ok()?.id)));
        ready.push(message);
    }
    Ok(ready)
}
