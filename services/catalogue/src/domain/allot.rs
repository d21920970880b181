//! Does an offer get the units that it asks for? All of them, or a reason why not.

use super::{
    fault::Fault,
    product::{Listing, Variant},
    stock::{Allotment, OnlyLeft},
    words::{ProducerState, ProductState},
};

/// Why an offer gets no units, so that the one who proposed it can act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAllotted {
    /// Machine readable: `not_enough`.
    pub code: &'static str,
    /// For people.
    pub why: Fault,
    /// How many units are free.
    pub on_hand: i64,
}

/// What is known of the goods that an offer asks for.
#[derive(Debug, Clone, Copy)]
pub struct Goods<'a> {
    /// The product.
    pub listing: &'a Listing,
    /// The variant, with its stock as nobody else can change it.
    pub variant: &'a Variant,
}

/// Decides: the goods to take the units from. `held` is what the offer has already, and whether of this variant.
///
/// # Errors
/// The first reason against it.
pub fn allot(
    goods: Option<Goods<'_>>,
    held: Option<(Allotment, bool)>,
    units: i64,
) -> Result<Goods<'_>, NotAllotted> {
    let no = |code, vi: &str, en: &str| {
        let on_hand = goods.map_or(0, |goods| goods.variant.stock.on_hand);
        Err(NotAllotted {
            code,
            why: Fault::new(vi, en),
            on_hand,
        })
    };
    let Some(found) = goods else {
        return no(
            "no_such_variant",
            "Không có quy cách này.",
            "There is no such variant.",
        );
    };
    let Goods { listing, variant } = found;
    if units < 1 {
        return no(
            "bad_units",
            "Số lượng phải từ 1.",
            "At least one unit must be asked for.",
        );
    }
    if let Some((allotment, is_same)) = held {
        if !is_same {
            return no(
                "other_variant",
                "Mã chào bán này thuộc quy cách khác.",
                "The offer is of another variant.",
            );
        }
        if allotment.units_sold + allotment.given_back > 0 {
            return no(
                "offer_settled",
                "Mã chào bán đã tất toán.",
                "The offer is settled.",
            );
        }
    }
    if listing.product.state != ProductState::Listed {
        return no(
            "withdrawn",
            "Sản phẩm đã ngừng bán.",
            "The product is withdrawn.",
        );
    }
    match listing.producer.state {
        ProducerState::Verified => {}
        ProducerState::Draft => {
            return no(
                "producer_not_verified",
                "Chủ thể chưa được xác minh.",
                "The producer is not verified.",
            );
        }
        ProducerState::Suspended => {
            return no(
                "producer_suspended",
                "Chủ thể đang bị tạm ngừng.",
                "The producer is suspended.",
            );
        }
    }
    let rules = listing.product.facts.rules();
    if !rules.live_allowed {
        return no("not_live", &rules.reason_vi, &rules.reason_en);
    }
    if let Err(OnlyLeft { on_hand }) = variant.stock.must_have(units) {
        return no(
            "not_enough",
            &format!("Trong kho chỉ còn {on_hand}."),
            &format!("Only {on_hand} left on hand."),
        );
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use chassis::{
        id::{AccountId, Id as _, ProducerId, ProductId, VariantId},
        money::Vnd,
    };
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        producer::{Address, Producer, Profile},
        product::{Product, ProductFacts, VariantFacts},
        stock::Stock,
        words::ProducerKind,
    };

    fn goods() -> (Listing, Variant) {
        let id = Uuid::from_u128(1);
        let address = || Address {
            line: "Xóm 2".into(),
            ward_code: "00577".into(),
            legacy_address: String::new(),
        };
        let at = DateTime::UNIX_EPOCH;
        let variant = Variant {
            id: VariantId::from_uuid(id),
            product_id: ProductId::from_uuid(id),
            facts: VariantFacts {
                sku: "A".into(),
                pack: "chiếc".into(),
                list_price: Vnd::new(1000),
                weight_grams: 0,
            },
            stock: Stock {
                received: 9,
                on_hand: 5,
                allotted: 4,
                ..Stock::default()
            },
        };
        let listing = Listing {
            product: Product {
                id: ProductId::from_uuid(id),
                producer_id: ProducerId::from_uuid(id),
                facts: ProductFacts {
                    name: "Rượu nếp".into(),
                    product_set: 15,
                    description: String::new(),
                    ingredients: String::new(),
                    allergens: String::new(),
                    storage: String::new(),
                    shelf_life_days: 0,
                    alcohol_permille: 149,
                    origin: address(),
                    gi_no: String::new(),
                    trace_url: String::new(),
                },
                state: ProductState::Listed,
                created_at: at,
            },
            variants: vec![variant.clone()],
            certificates: Vec::new(),
            photos: Vec::new(),
            producer: Producer {
                id: ProducerId::from_uuid(id),
                account_id: AccountId::from_uuid(id),
                profile: Profile {
                    kind: ProducerKind::Household,
                    name: "Hộ Mẫu".into(),
                    business_code: None,
                    tax_code: Some("0101234567".into()),
                    address: address(),
                    bank_account: None,
                    phone: None,
                },
                state: ProducerState::Verified,
                created_at: at,
            },
        };
        (listing, variant)
    }

    fn code(
        listing: &Listing,
        variant: &Variant,
        held: Option<(Allotment, bool)>,
        units: i64,
    ) -> &'static str {
        allot(Some(Goods { listing, variant }), held, units)
            .err()
            .map_or("", |no| no.code)
    }

    #[test]
    fn all_units_or_how_many_are_left() {
        let (listing, variant) = goods();
        assert_eq!(code(&listing, &variant, None, 5), "");
        let no = allot(
            Some(Goods {
                listing: &listing,
                variant: &variant,
            }),
            None,
            6,
        )
        .unwrap_err();
        assert_eq!((no.code, no.on_hand), ("not_enough", 5));
        assert!(no.why.vi.contains("chỉ còn 5"), "{}", no.why.vi);
        assert_eq!(code(&listing, &variant, None, 0), "bad_units");
        assert_eq!(allot(None, None, 1).unwrap_err().code, "no_such_variant");
    }

    #[test]
    fn only_lawful_goods_of_a_verified_producer() {
        let (mut listing, variant) = goods();
        listing.product.facts.alcohol_permille = 150;
        assert_eq!(code(&listing, &variant, None, 1), "not_live");
        listing.producer.state = ProducerState::Draft;
        assert_eq!(code(&listing, &variant, None, 1), "producer_not_verified");
        listing.producer.state = ProducerState::Suspended;
        assert_eq!(code(&listing, &variant, None, 1), "producer_suspended");
        listing.product.state = ProductState::Withdrawn;
        assert_eq!(code(&listing, &variant, None, 1), "withdrawn");
    }

    #[test]
    fn a_restock_is_for_an_offer_that_is_not_over() {
        let (listing, variant) = goods();
        let mut held = Allotment {
            units: 4,
            units_sold: 0,
            given_back: 0,
            returned: 0,
        };
        assert_eq!(code(&listing, &variant, Some((held, true)), 5), "");
        assert_eq!(
            code(&listing, &variant, Some((held, false)), 5),
            "other_variant"
        );
        held.given_back = 1;
        assert_eq!(
            code(&listing, &variant, Some((held, true)), 5),
            "offer_settled"
        );
    }
}
