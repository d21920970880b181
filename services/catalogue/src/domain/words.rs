//! The closed lists of words; each word is the same in the database, in a spreadsheet and in a log.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All words of the list.
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads a word, whatever its case.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word.to_ascii_lowercase().as_str() { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

words! {
    /// The five kinds of OCOP producers (chủ thể).
    ProducerKind {
        /// Doanh nghiệp.
        Company = "company",
        /// Hợp tác xã.
        Cooperative = "cooperative",
        /// Tổ hợp tác.
        CooperativeGroup = "cooperative_group",
        /// Hộ sản xuất, hộ kinh doanh.
        Household = "household",
        /// Trang trại.
        Farm = "farm",
    }
    /// Whether a producer may sell.
    ProducerState {
        /// Registered, nobody has looked at it.
        Draft = "draft",
        /// An organiser vouches for it.
        Verified = "verified",
        /// It may not sell for now.
        Suspended = "suspended",
    }
    /// Whether a product is on offer.
    ProductState {
        /// It is.
        Listed = "listed",
        /// Not any more.
        Withdrawn = "withdrawn",
    }
    /// Who decided on a certificate.
    IssuingLevel {
        /// The ministry.
        Central = "central",
        /// A provincial People's Committee.
        Province = "province",
        /// A district's, while there were districts.
        DistrictLegacy = "district_legacy",
    }
    /// The criteria that a certificate was decided by.
    LegalVersion {
        /// Decision 148/QĐ-TTg.
        Qd148 = "qd148",
        /// Decision 1489/QĐ-TTg.
        Qd1489 = "qd1489",
        /// Decision 26/2026/QĐ-TTg.
        Qd26 = "qd26",
    }
    /// How well a certificate is proven.
    EvidenceGrade {
        /// The signed decision.
        A = "a",
        /// The state press.
        B1 = "b1",
        /// Proposed.
        B2 = "b2",
        /// The seller's own claim.
        C = "c",
    }
    /// Why stock moved.
    Reason {
        /// It came in.
        Received = "received",
        /// It was lost, spoilt or used.
        WrittenOff = "written_off",
        /// An offer was given units.
        Allotted = "allotted",
        /// An offer was over: units sold, units back on hand.
        Settled = "settled",
        /// Sold units came back.
        Returned = "returned",
    }
}
