//! What an asker may do: read from the signed identity, asked for in the words of the house.

use proto::common::v1::{Actor, Role};

use crate::{
    id::{AccountId, OrganiserId, ProducerId},
    refusal::Refusal,
};

/// Everybody who works for an organiser.
pub const STAFF: &[Role] = &[
    Role::Organiser,
    Role::Host,
    Role::Moderator,
    Role::Volunteer,
];
/// Those who may start, steer and end a session.
pub const STEERS: &[Role] = &[Role::Organiser, Role::Host];
/// Those who may hide a comment.
pub const MODERATES: &[Role] = &[Role::Organiser, Role::Host, Role::Moderator];

/// Questions to an [`Actor`].
pub trait ActorExt {
    /// The account that asks.
    ///
    /// # Errors
    /// When nobody is signed in.
    fn account(&self) -> Result<AccountId, Refusal>;
    /// Works for this organiser in one of these roles?
    fn works_for(&self, organiser: OrganiserId, roles: &[Role]) -> bool;
    /// Is an organiser, of whomever: the word that counts on producers and certificates.
    fn is_organiser(&self) -> bool;
    /// Keeps this producer's goods?
    fn keeps(&self, producer: ProducerId) -> bool;
    /// Refuses unless [`ActorExt::works_for`].
    ///
    /// # Errors
    /// *forbidden*.
    fn must_work_for(&self, organiser: OrganiserId, roles: &[Role]) -> Result<(), Refusal> {
        if self.works_for(organiser, roles) {
            Ok(())
        } else {
            Err(Refusal::forbidden())
        }
    }
}

impl ActorExt for Actor {
    fn account(&self) -> Result<AccountId, Refusal> {
        self.account_id.parse().map_err(|_| {
            Refusal::new(
                proto::common::v1::RefusalKind::Unauthenticated,
                "sign_in_first",
                "Hãy đăng nhập trước.",
                "Please sign in first.",
            )
        })
    }

    fn works_for(&self, organiser: OrganiserId, roles: &[Role]) -> bool {
        let organiser = organiser.to_string();
        self.memberships
            .iter()
            .any(|member| member.organiser_id == organiser && roles.contains(&member.role()))
    }

    fn is_organiser(&self) -> bool {
        self.memberships
            .iter()
            .any(|member| member.role() == Role::Organiser)
    }

    fn keeps(&self, producer: ProducerId) -> bool {
        let producer = producer.to_string();
        self.producer_ids.contains(&producer)
    }
}
