//! Reports and settlements, as they are told.

use chassis::clock::to_ms;
use proto::orders::v1 as wire;

use crate::{
    domain::report::Sums,
    store::{reports::OfferSums, settlements::Row},
};

/// Sums.
#[must_use]
pub fn sums(sums: &Sums) -> wire::ReportSums {
    wire::ReportSums {
        orders: sums.orders,
        units_placed: sums.units_placed,
        units_sold: sums.units_sold,
        units_awaiting: sums.units_awaiting,
        units_cancelled: sums.units_cancelled,
        units_expired: sums.units_expired,
        units_returned: sums.units_returned,
        gross: sums.gross,
        net: sums.net,
        awaiting: sums.awaiting,
        cancelled: sums.cancelled,
        expired: sums.expired,
        returned: sums.returned,
        units_offered: sums.units_offered,
        units_left: sums.units_left,
        units_held: sums.units_held,
        units_given_back: sums.units_given_back,
        claims: sums.claims,
        holds_lapsed: sums.holds_lapsed,
        waitlisted: sums.waitlisted,
        shipping_fees: sums.shipping_fees,
    }
}

/// One offer's.
#[must_use]
pub fn offer(offer: &OfferSums) -> wire::ReportOffer {
    wire::ReportOffer {
        offer_id: offer.offer.to_string(),
        producer_id: offer.producer.to_string(),
        product_id: offer.product.to_string(),
        claim_code: offer.claim_code.clone(),
        title: offer.title.clone(),
        price: offer.price,
        sums: Some(sums(&offer.sums)),
    }
}

/// A line of a settlement.
#[must_use]
pub fn settlement_row(row: &Row) -> wire::SettlementRow {
    wire::SettlementRow {
        session_id: row.session.to_string(),
        organiser_id: row.organiser.to_string(),
        payee_id: row.payee_id.clone(),
        orders: row.orders,
        units_sold: row.units_sold,
        gross: row.gross,
        awaiting: row.awaiting,
        cancelled: row.cancelled,
        expired: row.expired,
        returned: row.returned,
        net: row.by_transfer + row.cod_collected + row.cod_to_collect,
        by_transfer: row.by_transfer,
        cod_collected: row.cod_collected,
        cod_to_collect: row.cod_to_collect,
        first_order_at_ms: to_ms(row.first_order_at),
    }
}
