//! What catalogue says can be sold: this service's copy of a variant with its product and producer.

use chassis::{
    id::{ProducerId, ProductId, VariantId},
    money::Vnd,
};

use super::bank::BankAccount;

/// Who makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Producer {
    /// Its id.
    pub id: ProducerId,
    /// As it calls itself.
    pub name: String,
    /// May it sell at all?
    pub verified: bool,
    /// Where it wants its money.
    pub account: Option<BankAccount>,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four rules that have nothing to do with each other"
)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// What it is called.
    pub name: String,
    /// Not withdrawn.
    pub listed: bool,
    /// Where its origin can be looked up.
    pub trace_url: String,
    /// 0 unless well proven and valid.
    pub stars_shown: i32,
    /// 0: anybody.
    pub minimum_age: i32,
    /// Cash on delivery?
    pub cod_allowed: bool,
    /// On air at all?
    pub live_allowed: bool,
    /// False: a service.
    pub shipped: bool,
    /// Why something is not allowed, in catalogue's words.
    pub reason_vi: String,
    /// The same in English.
    pub reason_en: String,
}

/// How it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// "hộp 500 g".
    pub pack: String,
    /// The price off air.
    pub list_price: Vnd,
    /// Of one unit.
    pub weight_grams: i32,
}

/// A variant, whole: everything that an offer copies or asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// Who makes it.
    pub producer: Producer,
    /// What it is.
    pub product: Product,
    /// How it is packed.
    pub variant: Variant,
}

/// What catalogue says of a product at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Who makes it.
    pub producer: Producer,
    /// What it is.
    pub product: Product,
    /// All its variants.
    pub variants: Vec<Variant>,
}

/// Why goods are not sold on air.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotForSale {
    /// Taken off by its producer or by order.
    #[error("the product is withdrawn")]
    Withdrawn,
    /// A draft, or suspended.
    #[error("the producer is not verified")]
    ProducerNotVerified,
    /// The law or the goods forbid it.
    #[error("not on air: {en}")]
    NotOnAir {
        /// Why, in Vietnamese.
        vi: String,
        /// Why, in English.
        en: String,
    },
    /// Nowhere to send the money.
    #[error("the payee has no bank account")]
    NoAccount,
}

impl Goods {
    /// May this be sold on air today?
    ///
    /// # Errors
    /// Why not.
    pub fn may_go_on_air(&self) -> Result<(), NotForSale> {
        let product = &self.product;
        if !product.listed {
            Err(NotForSale::Withdrawn)
        } else if !self.producer.verified {
            Err(NotForSale::ProducerNotVerified)
        } else if !product.live_allowed {
            Err(NotForSale::NotOnAir {
                vi: product.reason_vi.clone(),
                en: product.reason_en.clone(),
            })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chassis::id::Id as _;
    use uuid::Uuid;

    use super::*;

    pub(crate) fn tea() -> Goods {
        Goods {
            producer: Producer {
                id: ProducerId::from_uuid(Uuid::from_u128(13)),
                name: "HTX Suối Giàng".into(),
                verified: true,
                account: Some(BankAccount {
                    bin: "970436".into(),
                    account_no: "0011".into(),
                    account_name: "HTX".into(),
                }),
            },
            product: Product {
                id: ProductId::from_uuid(Uuid::from_u128(12)),
                name: "Chè Shan tuyết".into(),
                listed: true,
                trace_url: String::new(),
                stars_shown: 5,
                minimum_age: 0,
                cod_allowed: true,
                live_allowed: true,
                shipped: true,
                reason_vi: String::new(),
                reason_en: String::new(),
            },
            variant: Variant {
                id: VariantId::from_uuid(Uuid::from_u128(11)),
                pack: "hộp 100 g".into(),
                list_price: Vnd::new(350_000),
                weight_grams: 150,
            },
        }
    }

    /// The tea, with something else about it.
    pub(crate) fn but(change: impl FnOnce(&mut Goods)) -> Goods {
        let mut goods = tea();
        change(&mut goods);
        goods
    }

    #[test]
    fn each_bar_is_named() {
        assert_eq!(tea().may_go_on_air(), Ok(()));
        assert_eq!(
            but(|tea| tea.product.listed = false).may_go_on_air(),
            Err(NotForSale::Withdrawn)
        );
        assert_eq!(
            but(|tea| tea.producer.verified = false).may_go_on_air(),
            Err(NotForSale::ProducerNotVerified)
        );
        let spirits = but(|tea| {
            tea.product.live_allowed = false;
            tea.product.reason_vi = "rượu".into();
            tea.product.reason_en = "spirits".into();
        });
        assert_eq!(
            spirits.may_go_on_air(),
            Err(NotForSale::NotOnAir {
                vi: "rượu".into(),
                en: "spirits".into()
            })
        );
    }
}
