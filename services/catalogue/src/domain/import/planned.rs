//! What goes into the decision on an import, and what comes out.

use std::collections::HashMap;

use chassis::id::{ProducerId, ProductId, VariantId};

use crate::domain::{
    certificate::CertificateFacts,
    producer::{Producer, Profile},
    product::{Listing, ProductFacts, VariantFacts},
};

/// Who imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importer {
    /// For any producer; vouches for new ones.
    Organiser,
    /// For the producers they keep.
    Keeper,
}

/// What must be looked up before a file can be judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Producers by code.
    pub codes: Vec<String>,
    /// Products by name.
    pub names: Vec<String>,
    /// Variants by SKU.
    pub skus: Vec<String>,
}

/// What is there already.
#[derive(Debug, Default)]
pub struct Known {
    /// Producers that the importer may add to.
    pub producers: Vec<Producer>,
    /// Their products with a wanted name or SKU.
    pub listings: Vec<Listing>,
    /// The units that variants started with, where an import brought them.
    pub first_units: HashMap<VariantId, i64>,
}

/// Whose a planned product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A producer that is there.
    Known(ProducerId),
    /// One of [`Plan::producers`].
    New(usize),
}

/// A product that is there, or a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// It is there.
    Known(ProductId),
    /// It is new.
    New(Box<ProductFacts>),
}

/// A new variant with the units that come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedVariant {
    /// What it is.
    pub facts: VariantFacts,
    /// Received at once; may be none.
    pub units: i64,
}

/// What happens to one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProduct {
    /// Its first row.
    pub row: u32,
    /// Whose it is.
    pub owner: Owner,
    /// Which.
    pub target: Target,
    /// Its new variants.
    pub variants: Vec<PlannedVariant>,
    /// Its new certificate.
    pub certificate: Option<CertificateFacts>,
}

/// What an import does, all of it or nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// New producers.
    pub producers: Vec<Profile>,
    /// In the order of the file, those that stay as they are included.
    pub products: Vec<PlannedProduct>,
}
