//! A producer's settlement over HTTP.

use chassis::clock::from_ms;
use chrono::{DateTime, Utc};
use proto::orders::v1 as orders;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::sheet::{Table, moment};

/// What was sold of a producer's goods, by session and by who received the money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settlement {
    producer_id: String,
    rows: Vec<SettlementRow>,
    total: SettlementSums,
}

/// Đồng, without shipping: gross = net + awaiting + cancelled + expired + returned, and
/// net = by_transfer + cod_collected + cod_to_collect.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
pub(crate) struct SettlementSums {
    orders: u64,
    units_sold: i64,
    /// All that was ordered.
    gross: i64,
    /// Waits for its transfer.
    awaiting: i64,
    cancelled: i64,
    expired: i64,
    returned: i64,
    /// Sold: paid, or cash on delivery and confirmed.
    net: i64,
    /// Paid to the payee's account by bank.
    by_transfer: i64,
    /// Paid on delivery, and delivered.
    cod_collected: i64,
    /// To be paid on delivery.
    cod_to_collect: i64,
}

/// One session and payee.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettlementRow {
    session_id: String,
    session_title: String,
    organiser_id: String,
    payee: PayeeOf,
    payee_id: String,
    first_order_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    sums: SettlementSums,
}

/// Whose account the money goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PayeeOf {
    /// The producer's own: nothing is to be passed on.
    Producer,
    /// The organiser's: it passes on what is the producer's.
    Organiser,
}

impl Settlement {
    /// With the titles of the sessions.
    pub(crate) fn new(settlement: orders::Settlement, title: impl Fn(&str) -> String) -> Self {
        let producer_id = settlement.producer_id;
        let mut total = SettlementSums::default();
        let rows = settlement.rows.into_iter().map(|row| {
            let sums = SettlementSums {
                orders: row.orders,
                units_sold: row.units_sold,
                gross: row.gross,
                awaiting: row.awaiting,
                cancelled: row.cancelled,
                expired: row.expired,
                returned: row.returned,
                net: row.net,
                by_transfer: row.by_transfer,
                cod_collected: row.cod_collected,
                cod_to_collect: row.cod_to_collect,
            };
            total.add(&sums);
            SettlementRow {
                session_title: title(&row.session_id),
                session_id: row.session_id,
                organiser_id: row.organiser_id,
                payee: if row.payee_id == producer_id {
                    PayeeOf::Producer
                } else {
                    PayeeOf::Organiser
                },
                payee_id: row.payee_id,
                first_order_at: from_ms(row.first_order_at_ms),
                sums,
            }
        });
        let rows = rows.collect();
        Self {
            producer_id,
            rows,
            total,
        }
    }

    /// As a table, the total last.
    pub(crate) fn table(&self) -> Table {
        let money = |sums: &SettlementSums| {
            [
                sums.orders.into(),
                sums.units_sold.into(),
                sums.gross.into(),
                sums.awaiting.into(),
                sums.cancelled.into(),
                sums.expired.into(),
                sums.returned.into(),
                sums.net.into(),
                sums.by_transfer.into(),
                sums.cod_collected.into(),
                sums.cod_to_collect.into(),
            ]
        };
        let mut rows = Vec::with_capacity(self.rows.len() + 1);
        for row in &self.rows {
            let payee = match row.payee {
                PayeeOf::Producer => "chủ thể",
                PayeeOf::Organiser => "ban tổ chức",
            };
            let mut cells = vec![
                row.session_title.clone().into(),
                moment(row.first_order_at),
                payee.into(),
            ];
            cells.extend(money(&row.sums));
            rows.push(cells);
        }
        let mut total = vec!["Tổng".into(), "".into(), "".into()];
        total.extend(money(&self.total));
        rows.push(total);
        Table {
            name: "Đối soát",
            head: vec![
                "Phiên",
                "Đơn đầu tiên",
                "Tiền về tài khoản của",
                "Số đơn",
                "Đã bán",
                "Doanh số đặt (đ)",
                "Chờ thanh toán (đ)",
                "Huỷ (đ)",
                "Hết hạn (đ)",
                "Hoàn (đ)",
                "Doanh thu thực (đ)",
                "Đã chuyển khoản (đ)",
                "Đã thu hộ (đ)",
                "Còn phải thu hộ (đ)",
            ],
            rows,
        }
    }
}

impl SettlementSums {
    fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.units_sold += other.units_sold;
        self.gross += other.gross;
        self.awaiting += other.awaiting;
        self.cancelled += other.cancelled;
        self.expired += other.expired;
        self.returned += other.returned;
        self.net += other.net;
        self.by_transfer += other.by_transfer;
        self.cod_collected += other.cod_collected;
        self.cod_to_collect += other.cod_to_collect;
    }
}

/// Of which session, or of which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SettlementQuery {
    /// Only this session.
    pub(crate) session: Option<String>,
    /// From this day on, `YYYY-MM-DD` in Viet Nam, by when orders were placed.
    pub(crate) from: Option<String>,
    /// To the end of this day.
    pub(crate) to: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_add_up_and_have_their_columns() {
        let row = |payee: &str, net| orders::SettlementRow {
            session_id: "ses_1".into(),
            payee_id: payee.into(),
            net,
            gross: net + 10,
            returned: 10,
            ..Default::default()
        };
        let settlement = orders::Settlement {
            producer_id: "prd_1".into(),
            rows: vec![row("prd_1", 100), row("org_1", 50)],
        };
        let settlement = Settlement::new(settlement, |_| "Phiên chợ".into());
        assert_eq!(settlement.rows[0].payee, PayeeOf::Producer);
        assert_eq!(settlement.rows[1].payee, PayeeOf::Organiser);
        assert_eq!((settlement.total.net, settlement.total.gross), (150, 170));
        let table = settlement.table();
        assert_eq!(table.rows.len(), 3);
        assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    }
}
