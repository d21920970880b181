//! The contract's messages and the domain's types, one into the other.

mod photos;
mod read;
mod write;

pub use photos::{photo, photo_id, photos, shown_photo, wished_photos};
pub use read::{
    certificate_facts, certificate_id, evidence, heard_id, idempotency_key, lawful, note,
    optional_producer_id, producer_id, product_facts, product_id, profile, reason, search_set,
    state, units, variant_id, variants, wanted_product_state,
};
pub use write::{Seen, certificate, entry, listing, producer, report, variant};

use proto::catalogue::v1 as wire;

use crate::domain::{certificate::CertificateStatus, words};

/// Two lists with the same names on both sides.
macro_rules! same_names {
    ($($there:ident = $here:path { $($variant:ident)* })*) => {$(
        impl From<$here> for wire::$there {
            fn from(here: $here) -> Self {
                match here { $(<$here>::$variant => Self::$variant,)* }
            }
        }
        impl TryFrom<wire::$there> for $here {
            type Error = ();
            fn try_from(there: wire::$there) -> Result<Self, ()> {
                match there { $(wire::$there::$variant => Ok(Self::$variant),)* wire::$there::Unspecified => Err(()) }
            }
        }
    )*};
}

same_names! {
    ProducerKind = words::ProducerKind { Company Cooperative CooperativeGroup Household Farm }
    ProducerState = words::ProducerState { Draft Verified Suspended }
    ProductState = words::ProductState { Listed Withdrawn }
    IssuingLevel = words::IssuingLevel { Central Province DistrictLegacy }
    LegalVersion = words::LegalVersion { Qd148 Qd1489 Qd26 }
    EvidenceGrade = words::EvidenceGrade { A B1 B2 C }
    CertificateStatus = CertificateStatus { Valid Expiring Expired Revoked }
}
