//! Products with their variants, and a product together with all that a reader needs of it.

use chassis::{
    id::{ProducerId, ProductId, VariantId},
    money::Vnd,
};
use chrono::{DateTime, NaiveDate, Utc};

use super::{
    certificate::{Certificate, speaks_for, stars_shown},
    fault::{Fault, FieldFault},
    legal::ALCOHOL_SETS,
    photo::Photo,
    producer::{Address, Producer},
    rules::{SalesRules, sales_rules},
    stock::Stock,
    words::{ProducerState, ProductState},
};

/// The most variants of one product.
pub const MAX_VARIANTS: usize = 50;

/// What a product is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFacts {
    /// Its name, one of its kind among the producer's listed products.
    pub name: String,
    /// 1 to 26.
    pub product_set: u8,
    /// For the buyer.
    pub description: String,
    /// What it is made of.
    pub ingredients: String,
    /// What may harm some.
    pub allergens: String,
    /// How to keep it.
    pub storage: String,
    /// How long it keeps; 0: not said.
    pub shelf_life_days: u32,
    /// Tenths of a percent by volume.
    pub alcohol_permille: u16,
    /// Where it comes from.
    pub origin: Address,
    /// The geographical indication, if any.
    pub gi_no: String,
    /// Where it can be traced, if anywhere.
    pub trace_url: String,
}

impl ProductFacts {
    /// What does not fit together.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldFault> {
        if ALCOHOL_SETS.contains(&self.product_set) && self.alcohol_permille == 0 {
            // The word of the wire; a spreadsheet says it in percent.
            return vec![(
                "alcohol_permille",
                Fault::new(
                    "Bộ sản phẩm 14 và 15 phải ghi nồng độ cồn.",
                    "Goods of sets 14 and 15 must state their alcohol.",
                ),
            )];
        }
        Vec::new()
    }

    /// What its sale must keep to.
    #[must_use]
    pub fn rules(&self) -> SalesRules {
        sales_rules(self.product_set, self.alcohol_permille)
    }
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Whose.
    pub producer_id: ProducerId,
    /// What it is.
    pub facts: ProductFacts,
    /// Whether it is on offer.
    pub state: ProductState,
    /// When it was listed.
    pub created_at: DateTime<Utc>,
}

/// What a variant (quy cách) is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantFacts {
    /// The producer's own name for it.
    pub sku: String,
    /// "hộp 500 g".
    pub pack: String,
    /// Of one unit.
    pub list_price: Vnd,
    /// Of one unit; 0: not said.
    pub weight_grams: u32,
}

/// A variant of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// Of which product.
    pub product_id: ProductId,
    /// What it is.
    pub facts: VariantFacts,
    /// Where its units are.
    pub stock: Stock,
}

/// A product with all that a reader needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The product.
    pub product: Product,
    /// Oldest first; at least one.
    pub variants: Vec<Variant>,
    /// All it ever had.
    pub certificates: Vec<Certificate>,
    /// In order; at most eight.
    pub photos: Vec<Photo>,
    /// Whose it is.
    pub producer: Producer,
}

impl Listing {
    /// The certificate that speaks for it.
    #[must_use]
    pub fn certificate(&self, today: NaiveDate) -> Option<&Certificate> {
        speaks_for(&self.certificates, today)
    }

    /// The stars that the public may see.
    #[must_use]
    pub fn stars_shown(&self, today: NaiveDate) -> u8 {
        stars_shown(&self.certificates, today)
    }

    /// The producer may sell, so everybody may see it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.producer.state == ProducerState::Verified
    }
}
