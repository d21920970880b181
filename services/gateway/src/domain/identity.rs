//! Who somebody is: account, roles, producers.

use chassis::id::{AccountId, OrganiserId, ProducerId};
use chrono::{DateTime, Utc};
use proto::common::v1 as common;

/// What somebody is to an organiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Plans and answers for sessions.
    Organiser,
    /// Presents, pins, opens and closes offers.
    Host,
    /// Hides comments.
    Moderator,
    /// Helps at the counter.
    Volunteer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Organiser,
        Self::Host,
        Self::Moderator,
        Self::Volunteer,
    ];

    /// As it stands in the database, in JSON, and as the username of the demonstration's account.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Organiser => "organiser",
            Self::Host => "host",
            Self::Moderator => "moderator",
            Self::Volunteer => "volunteer",
        }
    }

    /// Reads [`Role::word`].
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    fn wire(self) -> common::Role {
        match self {
            Self::Organiser => common::Role::Organiser,
            Self::Host => common::Role::Host,
            Self::Moderator => common::Role::Moderator,
            Self::Volunteer => common::Role::Volunteer,
        }
    }
}

/// What is known of whoever holds a token.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) account_id: AccountId,
    pub(crate) name: String,
    /// Runs the installation.
    pub(crate) operator: bool,
    /// Exempt from the limits of an account.
    pub(crate) made_for_demo: bool,
    pub(crate) memberships: Vec<(OrganiserId, Role)>,
    pub(crate) producers: Vec<ProducerId>,
    /// When the token ends.
    pub(crate) expires_at: DateTime<Utc>,
}

impl Identity {
    /// Works for some organiser in one of these roles?
    pub(crate) fn has_role(&self, roles: &[Role]) -> bool {
        self.memberships
            .iter()
            .any(|(_, role)| roles.contains(role))
    }

    /// Who asks, as the services believe it.
    pub(crate) fn actor(&self) -> common::Actor {
        let membership = |(organiser, role): &(OrganiserId, Role)| common::Membership {
            organiser_id: organiser.to_string(),
            role: role.wire().into(),
        };
        common::Actor {
            account_id: self.account_id.to_string(),
            memberships: self.memberships.iter().map(membership).collect(),
            producer_ids: self.producers.iter().map(ToString::to_string).collect(),
        }
    }
}
