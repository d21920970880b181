//! What comes in: checked here once, so that the domain holds nothing that breaks a rule.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use chassis::{
    id::{AccountId, OfferId, OrderId, SessionId},
    money::Vnd,
    phone::Phone,
    place,
    refusal::{Fields, Refusal},
    text,
};
use prost::Message as _;
use proto::{livestream::v1 as livestream, orders::v1 as wire};
use sha2::{Digest as _, Sha256};

use crate::domain::{
    intake::Place,
    offer::Terms,
    order::{Contact, Delivery, Payee, PaymentMethod},
    shipping::ShippingRule,
    vietqr::BankAccount,
};

const MAX_LINES: usize = 50;
const MAX_UNITS: i64 = 1_000;
const MAX_KEY: usize = 255;

/// Checks an order as it is asked for.
///
/// # Errors
/// Every field that breaks a rule.
pub fn read_place(id: OrderId, mut order: wire::PlaceOrder) -> Result<Place, Refusal> {
    let mut fields = Fields::default();
    let session = id_field::<SessionId>(&mut fields, "session_id", &order.session_id);
    let account = order
        .account_id
        .parse::<AccountId>()
        .map_err(|_| Refusal::forbidden())?;
    let key_ok = !order.idempotency_key.is_empty()
        && order.idempotency_key.len() <= MAX_KEY
        && order
            .idempotency_key
            .bytes()
            .all(|byte| byte.is_ascii_graphic());
    if !key_ok {
        fields.refuse(
            "Idempotency-Key",
            "Cần 1 đến 255 ký tự ASCII nhìn thấy được.",
            "1 to 255 visible ASCII characters are needed.",
        );
    }
    let lines = read_lines(&mut fields, &order.lines);
    let method = match order.payment_method() {
        wire::PaymentMethod::Cod => Some(PaymentMethod::Cod),
        wire::PaymentMethod::Vietqr => Some(PaymentMethod::VietQr),
        wire::PaymentMethod::Unspecified => {
            fields.refuse(
                "payment_method",
                "Chọn cod hoặc vietqr.",
                "Choose cod or vietqr.",
            );
            None
        }
    };
    if order.expected_total <= 0 {
        fields.refuse(
            "expected_total",
            "Cần tổng tiền đang hiển thị, bằng đồng.",
            "The total on the screen is needed, in đồng.",
        );
    }
    let contact = read_contact(&mut fields, order.contact.as_ref());
    let delivery = read_delivery(&mut fields, order.delivery.as_ref());
    fields.finish()?;
    let all = || Some((session?, method?, contact?, delivery?));
    let (session, method, contact, delivery) = all().ok_or_else(Refusal::internal)?;
    Ok(Place {
        id,
        session,
        account,
        key: std::mem::take(&mut order.idempotency_key),
        fingerprint: fingerprint(&mut order),
        lines,
        expected_total: Vnd::new(order.expected_total),
        method,
        contact,
        delivery,
        of_age: order.of_age,
        by: None,
    })
}

/// What the key stands for: everything that the shopper asked, nothing that only belongs to the sending.
fn fingerprint(order: &mut wire::PlaceOrder) -> i64 {
    order.idempotency_key.clear();
    order.deadline_ms = 0;
    let digest = Sha256::digest(order.encode_to_vec());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

fn id_field<I: FromStr>(fields: &mut Fields, field: impl Display, text: &str) -> Option<I> {
    fields.check(field, text.parse::<I>(), |_| {
        ("Mã không hợp lệ.".into(), "Not a valid id.".into())
    })
}

fn read_lines(fields: &mut Fields, lines: &[wire::PlaceLine]) -> BTreeMap<OfferId, i64> {
    if lines.is_empty() || lines.len() > MAX_LINES {
        fields.refuse(
            "lines",
            "Cần 1 đến 50 dòng hàng.",
            "1 to 50 lines are needed.",
        );
    }
    let mut all: BTreeMap<OfferId, i64> = BTreeMap::new();
    for (index, line) in lines.iter().take(MAX_LINES).enumerate() {
        let field = format_args!("lines[{index}].offer_id");
        let offer = id_field::<OfferId>(fields, field, &line.offer_id);
        if !(1..=MAX_UNITS).contains(&line.units) {
            fields.refuse(
                format!("lines[{index}].units"),
                "Số lượng từ 1 đến 1.000.",
                "1 to 1,000 units.",
            );
        } else if let Some(offer) = offer {
            // The same offer twice in a cart is one line.
            *all.entry(offer).or_default() += line.units;
        }
    }
    if all.values().any(|units| *units > MAX_UNITS) {
        fields.refuse(
            "lines",
            "Tối đa 1.000 cho một mặt hàng.",
            "At most 1,000 units of one offer.",
        );
    }
    all
}

fn read_contact(fields: &mut Fields, contact: Option<&wire::Contact>) -> Option<Contact> {
    let Some(contact) = contact else {
        fields.refuse(
            "contact",
            "Cần tên và số điện thoại.",
            "A name and a phone number are needed.",
        );
        return None;
    };
    let name = text_field(fields, "contact.name", &contact.name, 100);
    let phone = fields.check("contact.phone", Phone::parse(&contact.phone), |_| {
        (
            "Cần số di động Việt Nam, ví dụ 0912 345 678.".into(),
            "A Vietnamese mobile number is needed, such as 0912 345 678.".into(),
        )
    });
    Some(Contact {
        name: name?,
        phone: phone?.e164().to_owned(),
    })
}

fn text_field(fields: &mut Fields, field: &str, value: &str, max: usize) -> Option<String> {
    fields.check(field, text::clean_line(value, max), |_| {
        (
            format!("Cần 1 đến {max} ký tự, không có ký tự điều khiển."),
            format!("1 to {max} characters, no control characters."),
        )
    })
}

fn read_delivery(fields: &mut Fields, delivery: Option<&wire::Delivery>) -> Option<Delivery> {
    match delivery.and_then(|delivery| delivery.way.as_ref()) {
        Some(wire::delivery::Way::Pickup(true)) => Some(Delivery::Pickup),
        Some(wire::delivery::Way::Address(address)) => {
            let line = text_field(fields, "delivery.address.line", &address.line, 200);
            let ward = place::ward(&address.ward_code);
            if ward.is_none() {
                fields.refuse(
                    "delivery.address.ward_code",
                    "Không có xã, phường, đặc khu nào mang mã này.",
                    "No commune, ward or special zone has this code.",
                );
            }
            let legacy = match address.legacy_address.as_str() {
                "" => Some(String::new()),
                legacy => text_field(fields, "delivery.address.legacy_address", legacy, 300),
            };
            Some(Delivery::Address {
                line: line?,
                ward_code: ward?.code.to_owned(),
                legacy: legacy?,
            })
        }
        _ => {
            fields.refuse(
                "delivery",
                "Cần địa chỉ giao hàng, hoặc nhận tại quầy.",
                "An address is needed, or pickup.",
            );
            None
        }
    }
}

/// The terms that an opened offer brings; the event is livestream's, so what is missing is a dead letter, not a field.
#[must_use]
pub fn read_terms(event: &livestream::OfferOpened) -> Option<Terms> {
    let offer = event.offer.as_ref()?;
    let terms = event.terms.as_ref()?;
    let account = event.payee.as_ref()?;
    let title = if offer.pack.is_empty() {
        offer.title.clone()
    } else {
        format!("{}, {}", offer.title, offer.pack)
    };
    Some(Terms {
        organiser_id: offer.organiser_id.parse().ok()?,
        producer_id: offer.producer_id.parse().ok()?,
        product_id: offer.product_id.parse().ok()?,
        claim_code: offer.claim_code.clone(),
        title,
        price: Vnd::price(offer.live_price).ok()?,
        limit_per_shopper: offer.limit_per_shopper.into(),
        minimum_age: i32::try_from(offer.minimum_age).ok()?,
        cod_allowed: offer.cod_allowed && terms.cod_allowed,
        shipped: offer.shipped,
        weight_grams: offer.weight_grams.into(),
        shipping: ShippingRule {
            flat: Vnd::new(terms.shipping_fee),
            free_from: Vnd::new(terms.free_shipping_from),
            grams: terms.shipping_grams.into(),
            per_kg: Vnd::new(terms.shipping_fee_per_kg),
        },
        pickup_place: terms.pickup_place.clone(),
        payment_window_seconds: i32::try_from(terms.payment_window_seconds).ok()?,
        payee: Payee {
            id: event.payee_id.clone(),
            account: BankAccount {
                bin: account.bin.clone(),
                account_no: account.account_no.clone(),
            },
            account_name: account.account_name.clone(),
        },
    })
}
