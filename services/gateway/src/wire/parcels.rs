//! Parcels over HTTP: what one producer packs of an order, and the packing list.

use chassis::{clock::from_ms, place};
use chrono::{DateTime, Utc};
use proto::orders::v1 as orders;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    at,
    orders::{Contact, Delivery, OrderLine, OrderState, PaymentMethod},
    some, words,
};
use crate::sheet::{Cell, Table, moment};

words! {
    /// Where a parcel stands.
    ParcelState of orders::ParcelState { ToPack, Packed, Shipped, Delivered, Returned, }
}

impl ParcelState {
    /// As people say it.
    fn vi(self) -> &'static str {
        match self {
            Self::ToPack => "chờ đóng gói",
            Self::Packed => "đã đóng gói",
            Self::Shipped => "đang giao",
            Self::Delivered => "đã giao",
            Self::Returned => "đã hoàn",
            Self::Unknown => "?",
        }
    }
}

/// What one producer packs of an order that is sold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Parcel {
    order_id: String,
    producer_id: String,
    session_id: String,
    state: ParcelState,
    lines: Vec<OrderLine>,
    /// Đồng.
    goods_total: i64,
    payment_method: PaymentMethod,
    /// What the carrier collects, đồng: goods paid on delivery, and with an order's first parcel its shipping.
    to_collect: i64,
    contact: Option<Contact>,
    delivery: Option<Delivery>,
    /// The address as it stands on a label; none: fetched at the counter.
    label: Option<String>,
    placed_at: DateTime<Utc>,
    /// How many parcels the order has.
    parcels: u32,
    /// When this parcel came to its state by itself; none: with its order.
    moved_at: Option<DateTime<Utc>>,
    /// That of the least advanced of its parcels.
    order_state: OrderState,
    order_version: u64,
}

impl From<orders::Parcel> for Parcel {
    fn from(parcel: orders::Parcel) -> Self {
        let label = parcel.delivery.as_ref().and_then(label);
        Self {
            order_id: parcel.order_id,
            producer_id: parcel.producer_id,
            session_id: parcel.session_id,
            state: parcel.state.into(),
            lines: parcel.lines.into_iter().map(Into::into).collect(),
            goods_total: parcel.goods_total,
            payment_method: parcel.payment_method.into(),
            to_collect: parcel.to_collect,
            contact: parcel.contact.map(Into::into),
            delivery: parcel.delivery.and_then(Delivery::of_wire),
            label,
            placed_at: at(parcel.placed_at_ms),
            parcels: parcel.parcels,
            moved_at: from_ms(parcel.at_ms),
            order_state: parcel.order_state.into(),
            order_version: parcel.order_version,
        }
    }
}

/// The whole address in one line; none for a pickup.
fn label(delivery: &orders::Delivery) -> Option<String> {
    let Some(orders::delivery::Way::Address(address)) = &delivery.way else {
        return None;
    };
    let ward = place::ward(&address.ward_code).map(place::Ward::line);
    Some(match ward {
        Some(ward) => format!("{}, {ward}", address.line),
        None => address.line.clone(),
    })
}

/// A page of parcels.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Parcels {
    parcels: Vec<Parcel>,
    next_cursor: Option<String>,
}

impl From<orders::Parcels> for Parcels {
    fn from(page: orders::Parcels) -> Self {
        Self {
            parcels: page.parcels.into_iter().map(Into::into).collect(),
            next_cursor: some(page.next_cursor),
        }
    }
}

/// Which parcels.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ParcelsQuery {
    /// Only those in this state.
    pub(crate) state: Option<ParcelState>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// So many orders, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// Which parcels are on a packing list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PackingQuery {
    /// Only those in this state.
    pub(crate) state: Option<ParcelState>,
}

/// The next step of a parcel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvanceParcelBody {
    /// `packed`, `shipped`, `delivered` or `returned`.
    pub(crate) to: ParcelState,
    /// Of a return: do the goods go back on hand, or are they written off?
    #[serde(default)]
    pub(crate) restock: bool,
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// A session's parcels as a table, one line each line of a parcel; by producer, then by order.
pub(crate) fn packing_table(
    mut parcels: Vec<orders::Parcel>,
    name: impl Fn(&str) -> String,
) -> Table {
    parcels.sort_by(|a, b| (&a.producer_id, &a.order_id).cmp(&(&b.producer_id, &b.order_id)));
    let mut rows = Vec::new();
    for parcel in &parcels {
        let contact = parcel.contact.clone().unwrap_or_default();
        let way = parcel.delivery.as_ref().and_then(label);
        for (number, line) in parcel.lines.iter().enumerate() {
            // Summed up by a spreadsheet: what belongs to the parcel stands in its first line only.
            let once = |amount: i64| -> Cell { if number == 0 { amount } else { 0 }.into() };
            rows.push(vec![
                name(&parcel.producer_id).into(),
                parcel.order_id.clone().into(),
                ParcelState::from(parcel.state).vi().into(),
                line.claim_code.clone().into(),
                line.title.clone().into(),
                line.units.into(),
                line.line_total.into(),
                once(parcel.to_collect),
                contact.name.clone().into(),
                spaced(&contact.phone).into(),
                way.clone().unwrap_or_else(|| "nhận tại quầy".into()).into(),
                moment(from_ms(parcel.placed_at_ms)),
            ]);
        }
    }
    Table {
        name: "Danh sách đóng gói",
        head: vec![
            "Chủ thể",
            "Mã đơn",
            "Trạng thái",
            "Mã chốt",
            "Hàng",
            "Số lượng",
            "Thành tiền",
            "Thu hộ",
            "Người nhận",
            "Điện thoại",
            "Địa chỉ",
            "Đặt lúc",
        ],
        rows,
    }
}

/// A number as it is dialled at home, in groups: a spreadsheet would take the first zero away.
fn spaced(e164: &str) -> String {
    let home = e164
        .strip_prefix("+84")
        .map_or_else(|| e164.to_owned(), |rest| format!("0{rest}"));
    let letters: Vec<char> = home.chars().collect();
    if letters.len() == 10 {
        let group = |range: std::ops::Range<usize>| letters[range].iter().collect::<String>();
        format!("{} {} {}", group(0..4), group(4..7), group(7..10))
    } else {
        home
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packing_list_has_its_parcels_money_once() {
        let line = |title: &str, units, line_total| orders::OrderLine {
            title: title.into(),
            units,
            line_total,
            ..Default::default()
        };
        let parcel = orders::Parcel {
            order_id: "ord_1".into(),
            producer_id: "prd_1".into(),
            state: orders::ParcelState::Packed.into(),
            lines: vec![line("Chè lam", 2, 80_000), line("=Bánh", 1, 20_000)],
            to_collect: 130_000,
            contact: Some(orders::Contact {
                name: "Nguyễn Thị Lan".into(),
                phone: "+84912345678".into(),
            }),
            delivery: Some(orders::Delivery {
                way: Some(orders::delivery::Way::Address(proto::common::v1::Address {
                    line: "12 phố Mẫu".into(),
                    ward_code: "00070".into(),
                    ..Default::default()
                })),
            }),
            ..Default::default()
        };
        let table = packing_table(vec![parcel], |_| "HTX gốm".into());
        let cell = |row: usize, column: usize| table.rows[row][column].clone();
        assert_eq!(
            (cell(0, 7), cell(1, 7)),
            (Cell::Number(130_000), Cell::Number(0))
        );
        assert_eq!(cell(0, 9), "0912 345 678".into());
        assert_eq!(
            cell(1, 10),
            "12 phố Mẫu, phường Hoàn Kiếm, thành phố Hà Nội".into()
        );
        assert_eq!(table.rows[0].len(), table.head.len());
    }
}
