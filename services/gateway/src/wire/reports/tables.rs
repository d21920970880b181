//! Reports as tables, with the words of those who file them.

use super::{Report, Summary, SummarySums, Sums};
use crate::sheet::{Cell, Table, moment};

/// The columns that every table of sums has.
const SUMS: [&str; 20] = [
    "Số đơn",
    "Số lượng đặt",
    "Đã bán",
    "Chờ thanh toán",
    "Huỷ",
    "Hết hạn",
    "Hoàn",
    "Doanh số đặt (đ)",
    "Doanh thu thực (đ)",
    "Tiền chờ thanh toán (đ)",
    "Tiền huỷ (đ)",
    "Tiền hết hạn (đ)",
    "Tiền hoàn (đ)",
    "Mở bán",
    "Còn lại",
    "Đang giữ",
    "Trả lại chủ thể",
    "Lượt chốt giữ hàng",
    "Lượt hết hạn giữ",
    "Lượt vào danh sách chờ",
];

fn sums(sums: &Sums) -> [Cell; 20] {
    [
        sums.orders.into(),
        sums.units_placed.into(),
        sums.units_sold.into(),
        sums.units_awaiting.into(),
        sums.units_cancelled.into(),
        sums.units_expired.into(),
        sums.units_returned.into(),
        sums.gross.into(),
        sums.net.into(),
        sums.awaiting.into(),
        sums.cancelled.into(),
        sums.expired.into(),
        sums.returned.into(),
        sums.units_offered.into(),
        sums.units_left.into(),
        sums.units_held.into(),
        sums.units_given_back.into(),
        sums.claims.into(),
        sums.holds_lapsed.into(),
        sums.waitlisted.into(),
    ]
}

fn table(name: &'static str, head: &[&'static str], rows: Vec<(Vec<Cell>, &Sums)>) -> Table {
    Table {
        name,
        head: head.iter().copied().chain(SUMS).collect(),
        rows: rows
            .into_iter()
            .map(|(mut row, of)| {
                row.extend(sums(of));
                row
            })
            .collect(),
    }
}

/// The report of a session: by offer with the total last, by producer, by minute.
pub(crate) fn of_report(report: &Report) -> Vec<Table> {
    let mut offers: Vec<(Vec<Cell>, &Sums)> = report
        .offers
        .iter()
        .map(|offer| {
            let row = vec![
                offer.claim_code.clone().into(),
                offer.title.clone().into(),
                offer.producer_name.clone().into(),
                offer.price.into(),
            ];
            (row, &offer.sums)
        })
        .collect();
    let total: Vec<Cell> = vec![
        "Tổng".into(),
        report.title.clone().into(),
        "".into(),
        "".into(),
    ];
    offers.push((total, &report.totals));
    let producers = report.producers.iter();
    let producers = producers
        .map(|producer| (vec![producer.producer_name.clone().into()], &producer.sums))
        .collect();
    let minutes = report.minutes.iter().map(|minute| {
        vec![
            moment(Some(minute.minute)),
            minute.orders.into(),
            minute.units.into(),
            minute.gross.into(),
        ]
    });
    vec![
        table(
            "Theo mặt hàng",
            &["Mã chốt", "Mặt hàng", "Chủ thể", "Giá (đ)"],
            offers,
        ),
        table("Theo chủ thể", &["Chủ thể"], producers),
        Table {
            name: "Theo phút",
            head: vec!["Phút", "Số đơn", "Số lượng", "Doanh số đặt (đ)"],
            rows: minutes.collect(),
        },
    ]
}

/// The summary of a year: by month with the total last, by session.
pub(crate) fn of_summary(summary: &Summary) -> Vec<Table> {
    let row = |name: String, sums: &SummarySums| -> Vec<Cell> {
        vec![
            name.into(),
            sums.sessions.into(),
            sums.producers.into(),
            sums.products.into(),
            sums.sums.shipping_fees.into(),
        ]
    };
    let mut months: Vec<(Vec<Cell>, &Sums)> = summary
        .months
        .iter()
        .map(|month| {
            let name = format!("Tháng {:02}/{}", month.month, summary.year);
            (row(name, &month.sums), &month.sums.sums)
        })
        .collect();
    let total = row(format!("Cả năm {}", summary.year), &summary.total);
    months.push((total, &summary.total.sums));
    let sessions = summary
        .sessions
        .iter()
        .map(|session| {
            let row: Vec<Cell> = vec![
                session.title.clone().into(),
                moment(Some(session.went_live_at)),
                moment(session.ended_at),
                session.producers.into(),
                session.products.into(),
            ];
            (row, &session.sums)
        })
        .collect();
    vec![
        table(
            "Theo tháng",
            &[
                "Tháng",
                "Số phiên",
                "Số chủ thể",
                "Số sản phẩm",
                "Phí giao hàng (đ)",
            ],
            months,
        ),
        table(
            "Theo phiên",
            &["Phiên", "Lên sóng", "Kết thúc", "Số chủ thể", "Số sản phẩm"],
            sessions,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proto::{livestream::v1 as livestream, orders::v1 as orders};

    use super::{super::Counted, *};

    fn counted(id: &str, month: u32, producers: &[&str], net: i64) -> Counted {
        let at = format!("2026-{month:02}-10T03:00:00Z");
        Counted {
            session: livestream::Session {
                session_id: id.into(),
                title: "=Phiên".into(),
                ..Default::default()
            },
            sums: orders::SessionSums {
                sums: Some(orders::ReportSums {
                    orders: 2,
                    net,
                    gross: net + 5,
                    ..Default::default()
                }),
                producer_ids: producers.iter().map(ToString::to_string).collect(),
                product_ids: vec!["p".into()],
                ..Default::default()
            },
            at: DateTime::parse_from_rfc3339(&at).unwrap().into(),
            month,
        }
    }

    #[test]
    fn months_add_up_and_a_producer_counts_once() {
        let year = vec![
            counted("c", 3, &["x"], 7),
            counted("a", 1, &["x", "y"], 1),
            counted("b", 1, &["y"], 2),
        ];
        let summary = Summary::new("org".into(), 2026, year);
        assert_eq!((summary.total.sessions, summary.total.producers), (3, 2));
        assert_eq!((summary.total.products, summary.total.sums.net), (1, 10));
        let months: Vec<(u32, u64, i64)> = summary
            .months
            .iter()
            .map(|month| (month.month, month.sums.sessions, month.sums.sums.net))
            .collect();
        assert_eq!(months, [(1, 2, 3), (3, 1, 7)]);
        assert_eq!(summary.sessions[0].session_id, "a");
        for table in of_summary(&summary) {
            for row in &table.rows {
                assert_eq!(row.len(), table.head.len(), "{}", table.name);
            }
        }
    }

    #[test]
    fn every_row_of_a_report_has_its_columns() {
        let report = orders::Report {
            offers: vec![orders::ReportOffer::default()],
            producers: vec![orders::ReportProducer::default()],
            minutes: vec![orders::MinuteFigures::default()],
            ..Default::default()
        };
        let report = Report::new(report, livestream::Session::default());
        let tables = of_report(&report);
        assert_eq!(tables.len(), 3);
        for table in tables {
            assert!(table.name.chars().count() <= 31);
            for row in &table.rows {
                assert_eq!(row.len(), table.head.len(), "{}", table.name);
            }
        }
    }
}
