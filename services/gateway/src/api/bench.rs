//! Two routes without work, the ceilings that the bench measures orders against; off in production.
//!
//! Under the same outer layer as all others, so that the difference to them is the work alone. Not described: they
//! are nobody's API.

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use super::json::Json;
use crate::{Ctx, wire::orders::OrderBody};

/// As large as the answer to an order of one line, paid by transfer.
const ANSWER: &str = concat!(
    r#"{"order_id":"ord_019d0000000070008000000000000001","session_id":"ses_019d0000000070008000000000000001","#,
    r#""organiser_id":"org_019d0000000070008000000000000001","account_id":"acc_019d0000000070008000000000000001","#,
    r#""state":"awaiting_payment","payment_method":"vietqr","lines":[{"offer_id":"off_019d0000000070008000000000000001","#,
    r#""producer_id":"prd_019d0000000070008000000000000001","product_id":"prod_019d0000000070008000000000000001","#,
    r#""variant_id":"var_019d0000000070008000000000000001","claim_code":"A01","title":"Chè lam, hộp 300 g","units":1,"#,
    r#""unit_price":36000,"line_total":36000}],"goods_total":36000,"shipping_fee":25000,"total":61000,"payments":[],"#,
    r#""placed_at":"2026-11-24T13:00:00.000Z","pay_by":"2026-11-24T13:10:00.000Z","contact":{"name":"Nguyễn Thị Lan","#,
    r#""phone":"0912345678"},"delivery":{"address":{"line":"12 ngõ 4, phố Hàng Trống","ward_code":"00070"}},"#,
    r#""history":[{"state":"awaiting_payment","at":"2026-11-24T13:00:00.000Z","by_account_id":null,"reason":null}],"version":1}"#,
);

/// The two routes.
pub(super) fn router() -> Router<Ctx> {
    Router::new()
        .route("/bench/hello", get(async || "hello\n"))
        .route("/bench/echo", post(echo))
}

/// Takes an order as `POST /v1/orders` does, and answers as much as it does.
async fn echo(Json(_): Json<OrderBody>) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], ANSWER).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_json_with_the_fields_of_an_order() {
        let answer: serde_json::Value = serde_json::from_str(ANSWER).unwrap();
        assert_eq!(answer["state"], "awaiting_payment");
        assert_eq!(answer["lines"][0]["units"], 1);
    }
}
