//! Writes what an import has planned, set by set.

use std::collections::HashSet;

use chassis::{
    clock::Clock,
    id::{AccountId, CertificateId, ProducerId, ProductId, VariantId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{
        certificate::Certificate,
        import::{Owner, Plan, PlannedProduct, Target},
        producer::Producer,
        product::{Product, Variant},
        stock::{Move, Stock},
        words::{ProducerState, ProductState},
    },
    error::Error,
    store::{self, stock::Change},
};

/// The ledger's key of the units that came with a variant: a variant is imported once.
pub(super) const KEY: &str = "import";

/// What was written.
#[derive(Default)]
pub(super) struct Written {
    /// Every product of the file, in its order.
    pub(super) products: Vec<ProductId>,
    /// Those that are not as they were.
    pub(super) touched: Vec<ProductId>,
    /// Those that are new.
    pub(super) listed: HashSet<ProductId>,
    /// Variants with units.
    pub(super) received: HashSet<VariantId>,
    /// New certificates.
    pub(super) certificates: HashSet<CertificateId>,
}

/// Rows on their way to the database.
#[derive(Default)]
struct Rows {
    products: Vec<Product>,
    variants: Vec<Variant>,
    /// The producer of each variant.
    owners: Vec<ProducerId>,
    changes: Vec<Change>,
    certificates: Vec<Certificate>,
}

pub(super) async fn write(
    conn: &mut PgConnection,
    clock: &Clock,
    plan: Plan,
    account_id: AccountId,
    graded_by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Written, Error> {
    let mut producers = Vec::new();
    for profile in plan.producers {
        // The organiser who imports vouches for it.
        let state = ProducerState::Verified;
        let producer = Producer {
            id: clock.id(),
            account_id,
            profile,
            state,
            created_at: now,
        };
        store::producer::insert(conn, &producer).await?;
        producers.push(producer.id);
    }
    let (mut rows, mut written) = (Rows::default(), Written::default());
    for product in plan.products {
        let producer_id = match product.owner {
            Owner::Known(id) => id,
            Owner::New(at) => producers[at],
        };
        rows.add(product, producer_id, clock, now, &mut written);
    }
    store::product::insert(conn, &rows.products).await?;
    store::product::insert_variants(conn, &rows.owners, &rows.variants).await?;
    store::stock::apply(conn, &rows.changes, now).await?;
    for certificate in &rows.certificates {
        store::certificate::insert(conn, certificate, now, graded_by).await?;
    }
    Ok(written)
}

impl Rows {
    fn add(
        &mut self,
        planned: PlannedProduct,
        producer_id: ProducerId,
        clock: &Clock,
        now: DateTime<Utc>,
        written: &mut Written,
    ) {
        let product_id = match planned.target {
            Target::Known(id) => id,
            Target::New(facts) => {
                let id = clock.id();
                self.products.push(Product {
                    id,
                    producer_id,
                    facts: *facts,
                    state: ProductState::Listed,
                    created_at: now,
                });
                written.listed.insert(id);
                id
            }
        };
        written.products.push(product_id);
        if !planned.variants.is_empty() || planned.certificate.is_some() {
            written.touched.push(product_id);
        }
        for variant in planned.variants {
            let id = clock.id();
            if variant.units > 0 {
                let by = Move::received(variant.units);
                let (note, key) = (String::new(), KEY.to_owned());
                self.changes.push(Change {
                    variant: id,
                    by,
                    offer: None,
                    proposal: None,
                    note,
                    key,
                });
                written.received.insert(id);
            }
            self.variants.push(Variant {
                id,
                product_id,
                facts: variant.facts,
                stock: Stock::default(),
            });
            self.owners.push(producer_id);
        }
        if let Some(facts) = planned.certificate {
            let (id, valid_to) = (clock.id(), facts.valid_to());
            written.certificates.insert(id);
            self.certificates.push(Certificate {
                id,
                product_id,
                facts,
                valid_to,
                revoked_reason: None,
                scan: None,
            });
        }
    }
}
