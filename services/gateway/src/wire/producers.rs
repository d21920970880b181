//! Producers over HTTP.

use chassis::{actor::ActorExt as _, id::ProducerId};
use chrono::{DateTime, Utc};
use proto::{catalogue::v1 as catalogue, common::v1::Actor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Address, BankAccount, at, some, words};

words! {
    /// What a producer is in law.
    ProducerKind of catalogue::ProducerKind { Company, Cooperative, CooperativeGroup, Household, Farm, }
    /// How far a producer has been checked.
    ProducerState of catalogue::ProducerState { Draft, Verified, Suspended, }
}

/// A producer (chủ thể OCOP).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Producer {
    producer_id: String,
    kind: ProducerKind,
    name: String,
    business_code: Option<String>,
    tax_code: Option<String>,
    address: Option<Address>,
    /// Only for its keepers and for organisers.
    bank_account: Option<BankAccount>,
    /// Only for its keepers and for organisers.
    phone: Option<String>,
    state: ProducerState,
    created_at: DateTime<Utc>,
}

impl Producer {
    /// What this asker may see of it.
    pub(crate) fn seen_by(producer: catalogue::Producer, actor: &Actor) -> Self {
        let keeps = producer
            .producer_id
            .parse::<ProducerId>()
            .is_ok_and(|id| actor.keeps(id));
        let inside = keeps || actor.is_organiser();
        Self {
            producer_id: producer.producer_id,
            kind: producer.kind.into(),
            name: producer.name,
            business_code: some(producer.business_code),
            tax_code: some(producer.tax_code),
            address: producer.address.map(Into::into),
            bank_account: producer.bank_account.filter(|_| inside).map(Into::into),
            phone: some(producer.phone).filter(|_| inside),
            state: producer.state.into(),
            created_at: at(producer.created_at_ms),
        }
    }
}

/// A page of producers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Producers {
    producers: Vec<Producer>,
    next_cursor: Option<String>,
}

impl Producers {
    /// What this asker may see of them.
    pub(crate) fn seen_by(page: catalogue::Producers, actor: &Actor) -> Self {
        let producers = page
            .producers
            .into_iter()
            .map(|producer| Producer::seen_by(producer, actor))
            .collect();
        Self {
            producers,
            next_cursor: some(page.next_cursor),
        }
    }
}

/// Which producers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProducersQuery {
    /// Only those in this state.
    pub(crate) state: Option<ProducerState>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// What a producer says of itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProducerBody {
    kind: ProducerKind,
    #[schema(example = "Hợp tác xã gốm sứ Bát Tràng")]
    name: String,
    /// Companies and cooperatives.
    #[serde(default)]
    business_code: Option<String>,
    /// Everybody else.
    #[serde(default)]
    tax_code: Option<String>,
    address: Address,
    #[serde(default)]
    bank_account: Option<BankAccount>,
    /// Where the producer answers for its goods.
    #[serde(default)]
    phone: Option<String>,
}

impl ProducerBody {
    /// As the bus takes it; a new producer has no id yet.
    pub(crate) fn into_wire(self, producer_id: String, account_id: String) -> catalogue::Producer {
        catalogue::Producer {
            producer_id,
            kind: self.kind.into(),
            name: self.name,
            business_code: self.business_code.unwrap_or_default(),
            tax_code: self.tax_code.unwrap_or_default(),
            address: Some(self.address.into()),
            bank_account: self.bank_account.map(Into::into),
            phone: self.phone.unwrap_or_default(),
            account_id,
            ..catalogue::Producer::default()
        }
    }
}

/// An organiser's decision about a producer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProducerStateBody {
    pub(crate) state: ProducerState,
    /// Needed to suspend.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// Whom to make a keeper of a producer's goods: by one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeeperBody {
    /// An account that signs in by password.
    #[serde(default)]
    pub(crate) username: Option<String>,
    /// A phone; it may sign in later for the first time.
    #[serde(default)]
    pub(crate) phone: Option<String>,
}
