//! Who may do what with a producer's goods, and who sees what of them.

use chassis::{Refusal, actor::ActorExt as _, id::ProducerId};
use proto::common::v1::Actor;

use crate::wire::Seen;

/// Its keeper, or an organiser on its behalf.
pub(super) fn keeps(actor: &Actor, producer: ProducerId) -> bool {
    actor.is_organiser() || actor.keeps(producer)
}

/// Refuses unless [`keeps`].
pub(super) fn must_keep(actor: &Actor, producer: ProducerId) -> Result<(), Refusal> {
    actor.account()?;
    if keeps(actor, producer) {
        Ok(())
    } else {
        Err(Refusal::forbidden())
    }
}

/// Only an organiser's word counts.
pub(super) fn must_organise(actor: &Actor) -> Result<(), Refusal> {
    actor.account()?;
    if actor.is_organiser() {
        Ok(())
    } else {
        Err(Refusal::forbidden())
    }
}

/// What the asker sees of a producer and its goods.
pub(super) fn seen(actor: &Actor, producer: ProducerId) -> Seen {
    if keeps(actor, producer) {
        Seen::ByKeeper
    } else if actor.memberships.is_empty() {
        Seen::ByAll
    } else {
        Seen::ByStaff
    }
}

/// The producers that the asker keeps; an id that is none is nobody's.
pub(super) fn kept(actor: &Actor) -> Vec<ProducerId> {
    actor
        .producer_ids
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect()
}
