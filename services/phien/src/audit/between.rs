//! What two services must agree on once nothing is under way.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{audit::Check, id::OfferId};
use sqlx::PgConnection;

use super::{Databases, conn_of};

/// Two questions of which the answers are the same: name, of whom and what, of whom and what. Each answer has a key and
/// the facts as one text.
type Same = (
    &'static str,
    (&'static str, &'static str),
    (&'static str, &'static str),
);

const SAME: [Same; 5] = [
    (
        "producers_are_as_catalogue_has_them",
        (
            "catalogue",
            "select producer_id::text, concat_ws('|', name, state = 'verified', bank_bin, bank_account_no, bank_account_name)
             from producer p where exists (select from product where producer_id = p.producer_id) order by 1",
        ),
        (
            "livestream",
            "select id::text, concat_ws('|', name, verified, bank_bin, bank_account_no, bank_account_name) from producer order by 1",
        ),
    ),
    (
        "products_are_as_catalogue_has_them",
        (
            "catalogue",
            "select product_id::text, concat_ws('|', producer_id, name, state = 'listed', trace_url) from product order by 1",
        ),
        (
            "livestream",
            "select id::text, concat_ws('|', producer_id, name, listed, trace_url) from product order by 1",
        ),
    ),
    (
        "variants_are_as_catalogue_has_them",
        (
            "catalogue",
            "select variant_id::text, concat_ws('|', product_id, pack, list_price, weight_grams) from variant order by 1",
        ),
        (
            "livestream",
            "select id::text, concat_ws('|', product_id, pack, list_price, weight_grams) from variant order by 1",
        ),
    ),
    (
        "allotments_are_known_to_livestream",
        (
            "catalogue",
            "select offer_id::text, concat_ws('|', units, case when settled then units_sold end, case when settled then given_back end)
             from allotment order by 1",
        ),
        (
            "livestream",
            "select id::text, concat_ws('|', allotted_units, case when state = 'settled' then sold_units end,
                                        case when state = 'settled' then given_back_units end)
             from offer where allotted_units > 0 order by 1",
        ),
    ),
    (
        "ticker_counts_the_orders",
        (
            "orders",
            "select r.session_id::text, count(*)::text from orders r join order_lines l on l.order_id = r.id
             group by r.session_id order by 1",
        ),
        (
            "livestream",
            "select session_id::text, last_sale_seq::text from room where last_sale_seq > 0 order by 1",
        ),
    ),
];

/// Every rule between two services.
pub(super) async fn all(databases: &mut Databases) -> anyhow::Result<Vec<Check>> {
    let mut checks = vec![units(databases).await?];
    for (name, (of, owns), (to, copies)) in SAME {
        let owned = facts(conn_of(databases, of)?, owns).await?;
        let copied = facts(conn_of(databases, to)?, copies).await?;
        let keys: BTreeSet<&String> = owned.keys().chain(copied.keys()).collect();
        let differ = keys
            .iter()
            .filter(|key| owned.get(**key) != copied.get(**key));
        let mismatches = differ.map(|key| {
            let (owned, copied) = (owned.get(*key), copied.get(*key));
            format!("{key}: {of} has {owned:?}, {to} {copied:?}")
        });
        checks.push(Check {
            name,
            checked: i64::try_from(keys.len()).unwrap_or(i64::MAX),
            mismatches: mismatches.collect(),
        });
    }
    Ok(checks)
}

async fn facts(
    conn: &mut PgConnection,
    sql: &'static str,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// What catalogue allotted to an offer is what orders has of it, and what orders settled is what catalogue booked.
async fn units(databases: &mut Databases) -> anyhow::Result<Check> {
    let allotted = catalogue::audit::allotments(conn_of(databases, "catalogue")?).await?;
    let offers: BTreeMap<OfferId, _> = orders::audit::offers(conn_of(databases, "orders")?)
        .await?
        .into_iter()
        .map(|(id, units, settled)| (id, (units, settled)))
        .collect();
    let mut mismatches = Vec::new();
    for allotment in &allotted {
        let id = allotment.offer_id;
        let Some((units, settled)) = offers.get(&id) else {
            mismatches.push(format!(
                "offer {id}: catalogue allotted {}, orders does not know it",
                allotment.units
            ));
            continue;
        };
        if units.allotted != allotment.units {
            mismatches.push(format!(
                "offer {id}: catalogue allotted {}, orders has {}",
                allotment.units, units.allotted
            ));
        }
        if *settled != allotment.settled {
            mismatches.push(format!(
                "offer {id}: settled in orders {settled}, in catalogue {}",
                allotment.settled
            ));
        }
        let sold = allotment.units_sold - allotment.returned;
        if *settled && units.sold != sold {
            mismatches.push(format!(
                "offer {id}: orders sold {}, catalogue booked {sold}",
                units.sold
            ));
        }
    }
    Ok(Check {
        name: "units_allotted_equal_units_offered",
        checked: i64::try_from(allotted.len()).unwrap_or(i64::MAX),
        mismatches,
    })
}
