//! Accounts, organisers, members and consents over HTTP.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{self, identity::Identity},
    store::{
        consents,
        organisers::{self, Member as StoredMember},
    },
};

/// What somebody is to an organiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Organiser,
    Host,
    Moderator,
    Volunteer,
}

impl From<Role> for domain::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Organiser => Self::Organiser,
            Role::Host => Self::Host,
            Role::Moderator => Self::Moderator,
            Role::Volunteer => Self::Volunteer,
        }
    }
}

impl From<domain::Role> for Role {
    fn from(role: domain::Role) -> Self {
        match role {
            domain::Role::Organiser => Self::Organiser,
            domain::Role::Host => Self::Host,
            domain::Role::Moderator => Self::Moderator,
            domain::Role::Volunteer => Self::Volunteer,
        }
    }
}

/// A role in one organiser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Membership {
    organiser_id: String,
    role: Role,
}

/// Whoever is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    account_id: String,
    name: String,
    memberships: Vec<Membership>,
    /// Producers whose goods the account keeps.
    producer_ids: Vec<String>,
    /// Runs the installation.
    operator: bool,
    /// When the sign-in ends.
    signed_in_until: DateTime<Utc>,
}

impl From<&Identity> for Account {
    fn from(identity: &Identity) -> Self {
        let memberships = identity.memberships.iter();
        Self {
            account_id: identity.account_id.to_string(),
            name: identity.name.clone(),
            memberships: memberships
                .map(|(organiser, role)| Membership {
                    organiser_id: organiser.to_string(),
                    role: (*role).into(),
                })
                .collect(),
            producer_ids: identity.producers.iter().map(ToString::to_string).collect(),
            operator: identity.operator,
            signed_in_until: identity.expires_at,
        }
    }
}

/// A phone that wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneBody {
    /// A Vietnamese mobile number.
    #[schema(example = "0912 345 678")]
    pub(crate) phone: String,
}

/// A code is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeSent {
    /// To be shown with the code.
    pub(crate) sign_in_id: String,
    /// How long the code is good for.
    pub(crate) expires_in_seconds: i64,
}

/// The code that came to the phone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeBody {
    pub(crate) sign_in_id: String,
    /// Six digits.
    #[schema(value_type = String, example = "123456")]
    pub(crate) code: SecretString,
    /// How the person wants to be called.
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// A username and its password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    pub(crate) username: String,
    #[schema(value_type = String, format = Password)]
    pub(crate) password: SecretString,
}

/// Signed in. Pages use the cookie that comes along, programs the token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// To be sent as `Authorization: Bearer …`.
    pub(crate) token: String,
    pub(crate) account: Account,
}

/// How somebody wants to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameBody {
    pub(crate) name: String,
}

/// An organiser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organiser {
    organiser_id: String,
    name: String,
    created_at: DateTime<Utc>,
}

impl From<organisers::Organiser> for Organiser {
    fn from(organiser: organisers::Organiser) -> Self {
        Self {
            organiser_id: organiser.id.to_string(),
            name: organiser.name,
            created_at: organiser.created_at,
        }
    }
}

/// Organisers by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organisers {
    pub(crate) organisers: Vec<Organiser>,
}

/// Somebody to take on, with a new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberBody {
    /// Lower case letters, digits, dots and dashes; 3 to 32.
    #[schema(example = "hoa.ngoc")]
    pub(crate) username: String,
    #[schema(example = "Ngọc Thị Hoa")]
    pub(crate) name: String,
    /// 10 to 128 characters.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: SecretString,
    pub(crate) role: Role,
}

/// Somebody who works for an organiser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Member {
    account_id: String,
    name: String,
    username: Option<String>,
    /// `organiser`, `host`, `moderator` or `volunteer`.
    role: String,
    since: DateTime<Utc>,
}

impl From<StoredMember> for Member {
    fn from(member: StoredMember) -> Self {
        Self {
            account_id: member.account_id.to_string(),
            name: member.name,
            username: member.username,
            role: member.role,
            since: member.since,
        }
    }
}

/// Who works for an organiser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Members {
    pub(crate) members: Vec<Member>,
}

/// What somebody agrees to, or takes back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentBody {
    /// For what: lower case letters, digits, underscores.
    #[schema(example = "delivery")]
    pub(crate) purpose: String,
    /// Which text was shown.
    #[schema(example = "2026-07-01")]
    pub(crate) text_version: String,
    /// `false` takes a consent back.
    pub(crate) given: bool,
}

/// One line of the consent ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Consent {
    purpose: String,
    text_version: String,
    given: bool,
    at: DateTime<Utc>,
}

impl From<consents::Consent> for Consent {
    fn from(consent: consents::Consent) -> Self {
        Self {
            purpose: consent.purpose,
            text_version: consent.text_version,
            given: consent.given,
            at: consent.at,
        }
    }
}

/// All that an account agreed to and took back, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Consents {
    pub(crate) consents: Vec<Consent>,
}

/// How many shoppers to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoBody {
    #[schema(minimum = 1, maximum = 5000)]
    pub(crate) count: u32,
}

/// A shopper made for a demonstration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemoShopper {
    pub(crate) account_id: String,
    pub(crate) token: String,
}

/// Shoppers made for a demonstration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemoShoppers {
    pub(crate) shoppers: Vec<DemoShopper>,
}
