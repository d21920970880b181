//! Products, variants and the import report over HTTP.

use chrono::{DateTime, Utc};
use proto::catalogue::v1 as catalogue;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Address, at, certificates::Certificate, nonzero, photos::Photo, some, stock::Variant, words,
};

words! {
    /// Whether a product is for sale.
    ProductState of catalogue::ProductState { Listed, Withdrawn, }
}

/// Why something is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    pub(crate) reason: String,
}

/// What the law or the goods demand of a sale.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SalesRules {
    /// 0: anybody.
    minimum_age: u32,
    cod_allowed: bool,
    live_allowed: bool,
    /// False for a service: nothing is shipped.
    shipped: bool,
    reason_vi: Option<String>,
    reason_en: Option<String>,
}

impl From<catalogue::SalesRules> for SalesRules {
    fn from(rules: catalogue::SalesRules) -> Self {
        Self {
            minimum_age: rules.minimum_age,
            cod_allowed: rules.cod_allowed,
            live_allowed: rules.live_allowed,
            shipped: rules.shipped,
            reason_vi: some(rules.reason_vi),
            reason_en: some(rules.reason_en),
        }
    }
}

/// A product with its variants and the certificate in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Product {
    product_id: String,
    producer_id: String,
    name: String,
    /// 1 to 26, Decision 26/2026/QĐ-TTg.
    product_set: u32,
    description: Option<String>,
    ingredients: Option<String>,
    allergens: Option<String>,
    storage: Option<String>,
    shelf_life_days: Option<u32>,
    /// Tenths of a percent by volume; none without alcohol.
    alcohol_permille: Option<u32>,
    origin: Option<Address>,
    gi_no: Option<String>,
    trace_url: Option<String>,
    state: ProductState,
    variants: Vec<Variant>,
    certificate: Option<Certificate>,
    /// 0 unless the certificate holds today and is well proven.
    stars_shown: u32,
    rules: Option<SalesRules>,
    /// At most eight, in order.
    photos: Vec<Photo>,
    created_at: DateTime<Utc>,
}

impl From<catalogue::Product> for Product {
    fn from(product: catalogue::Product) -> Self {
        Self {
            product_id: product.product_id,
            producer_id: product.producer_id,
            name: product.name,
            product_set: product.product_set,
            description: some(product.description),
            ingredients: some(product.ingredients),
            allergens: some(product.allergens),
            storage: some(product.storage),
            shelf_life_days: nonzero(product.shelf_life_days),
            alcohol_permille: nonzero(product.alcohol_permille),
            origin: product.origin.map(Into::into),
            gi_no: some(product.gi_no),
            trace_url: some(product.trace_url),
            state: product.state.into(),
            variants: product.variants.into_iter().map(Into::into).collect(),
            certificate: product.certificate.map(Into::into),
            stars_shown: product.stars_shown,
            rules: product.rules.map(Into::into),
            photos: product.photos.into_iter().map(Into::into).collect(),
            created_at: at(product.created_at_ms),
        }
    }
}

/// A page of products.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Products {
    products: Vec<Product>,
    next_cursor: Option<String>,
}

impl From<catalogue::Products> for Products {
    fn from(page: catalogue::Products) -> Self {
        Self {
            products: page.products.into_iter().map(Into::into).collect(),
            next_cursor: some(page.next_cursor),
        }
    }
}

/// Which products.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProductsQuery {
    /// Words of the name, without regard to case or marks.
    pub(crate) text: Option<String>,
    /// Of this producer.
    pub(crate) producer_id: Option<String>,
    /// Of this set, 1 to 26.
    pub(crate) product_set: Option<u32>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// One way in which a product is packed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VariantBody {
    /// Of a variant that there is; none for a new one.
    #[serde(default)]
    variant_id: Option<String>,
    #[schema(example = "BT-LY-XANH")]
    sku: String,
    #[schema(example = "hộp 2 chiếc")]
    pack: String,
    /// Đồng.
    #[schema(example = 190_000)]
    list_price: i64,
    weight_grams: u32,
}

/// What a producer says of a product.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductBody {
    producer_id: String,
    name: String,
    product_set: u32,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    ingredients: Option<String>,
    #[serde(default)]
    allergens: Option<String>,
    #[serde(default)]
    storage: Option<String>,
    #[serde(default)]
    shelf_life_days: Option<u32>,
    #[serde(default)]
    alcohol_permille: Option<u32>,
    #[serde(default)]
    origin: Option<Address>,
    #[serde(default)]
    gi_no: Option<String>,
    #[serde(default)]
    trace_url: Option<String>,
    variants: Vec<VariantBody>,
}

impl ProductBody {
    /// As the bus takes it; a new product has no id yet.
    pub(crate) fn into_wire(self, product_id: String) -> catalogue::Product {
        let variant = |variant: VariantBody| catalogue::Variant {
            variant_id: variant.variant_id.unwrap_or_default(),
            product_id: product_id.clone(),
            sku: variant.sku,
            pack: variant.pack,
            list_price: variant.list_price,
            weight_grams: variant.weight_grams,
            stock: None,
        };
        catalogue::Product {
            producer_id: self.producer_id,
            name: self.name,
            product_set: self.product_set,
            description: self.description.unwrap_or_default(),
            ingredients: self.ingredients.unwrap_or_default(),
            allergens: self.allergens.unwrap_or_default(),
            storage: self.storage.unwrap_or_default(),
            shelf_life_days: self.shelf_life_days.unwrap_or_default(),
            alcohol_permille: self.alcohol_permille.unwrap_or_default(),
            origin: self.origin.map(Into::into),
            gi_no: self.gi_no.unwrap_or_default(),
            trace_url: self.trace_url.unwrap_or_default(),
            variants: self.variants.into_iter().map(variant).collect(),
            product_id,
            ..catalogue::Product::default()
        }
    }
}

/// Whether an import is only tried.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Check everything, keep nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

/// What an import did, or what stands in its way; with any error nothing was imported.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportReport {
    rows: u32,
    producers_created: u32,
    products_created: u32,
    variants_created: u32,
    certificates_recorded: u32,
    dry_run: bool,
    errors: Vec<RowError>,
    product_ids: Vec<String>,
}

/// What is wrong with one row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowError {
    /// The header is row 1.
    row: u32,
    field: String,
    message_vi: String,
    message_en: String,
}

impl From<catalogue::ImportReport> for ImportReport {
    fn from(report: catalogue::ImportReport) -> Self {
        let error = |error: catalogue::RowError| RowError {
            row: error.row,
            field: error.field,
            message_vi: error.message_vi,
            message_en: error.message_en,
        };
        Self {
            rows: report.rows,
            producers_created: report.producers_created,
            products_created: report.products_created,
            variants_created: report.variants_created,
            certificates_recorded: report.certificates_recorded,
            dry_run: report.dry_run,
            errors: report.errors.into_iter().map(error).collect(),
            product_ids: report.product_ids,
        }
    }
}
