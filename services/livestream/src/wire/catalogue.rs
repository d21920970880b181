//! Catalogue's goods, as this service keeps them.

use chassis::money::Vnd;
use proto::{catalogue::v1 as wire, common::v1 as common};

use crate::{
    domain::{
        bank::BankAccount,
        goods::{Listing, Producer, Product, Variant},
    },
    error::Error,
};

/// Reads what catalogue says of a product.
///
/// # Errors
/// A part is missing, or is not what catalogue should say.
pub fn listing(
    product: Option<wire::Product>,
    producer: Option<wire::Producer>,
) -> Result<Listing, Error> {
    let (Some(product), Some(producer)) = (product, producer) else {
        return Err(Error::Misfit("a product without its producer"));
    };
    let rules = product.rules.clone().unwrap_or_default();
    let listed = product.state() == wire::ProductState::Listed;
    Ok(Listing {
        producer: Producer {
            id: producer
                .producer_id
                .parse()
                .map_err(|_| Error::Misfit("a producer id"))?,
            verified: producer.state() == wire::ProducerState::Verified,
            name: producer.name,
            account: producer.bank_account.and_then(account),
        },
        variants: product
            .variants
            .into_iter()
            .map(variant)
            .collect::<Result<_, _>>()?,
        product: Product {
            id: product
                .product_id
                .parse()
                .map_err(|_| Error::Misfit("a product id"))?,
            name: product.name,
            listed,
            trace_url: product.trace_url,
            stars_shown: number(product.stars_shown)?,
            minimum_age: number(rules.minimum_age)?,
            cod_allowed: rules.cod_allowed,
            live_allowed: rules.live_allowed,
            shipped: rules.shipped,
            reason_vi: rules.reason_vi,
            reason_en: rules.reason_en,
        },
    })
}

fn variant(variant: wire::Variant) -> Result<Variant, Error> {
    Ok(Variant {
        id: variant
            .variant_id
            .parse()
            .map_err(|_| Error::Misfit("a variant id"))?,
        list_price: Vnd::price(variant.list_price).map_err(|_| Error::Misfit("a list price"))?,
        weight_grams: number(variant.weight_grams)?,
        pack: variant.pack,
    })
}

fn number(number: u32) -> Result<i32, Error> {
    i32::try_from(number).map_err(|_| Error::Misfit("a number"))
}

/// An account with anything missing is none.
fn account(account: common::BankAccount) -> Option<BankAccount> {
    let common::BankAccount {
        bin,
        account_no,
        account_name,
    } = account;
    let whole = !bin.is_empty() && !account_no.is_empty() && !account_name.is_empty();
    whole.then_some(BankAccount {
        bin,
        account_no,
        account_name,
    })
}
