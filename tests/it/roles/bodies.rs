//! A body for each schema of the document, right in itself: what refuses it is whose the object is.

use serde_json::{Value, json};

use super::planted::Planted;

/// A body by the name of its schema; a new schema needs one here.
pub(crate) fn body(schema: &str, planted: &Planted) -> Value {
    let address = json!({ "line": "Thôn 9", "ward_code": "00070" });
    let password = "mot mat khau that dai";
    match schema {
        "GradeBody" => json!({ "evidence": "a" }),
        "ReasonBody" => json!({ "reason": "không phải của tôi" }),
        "DemoBody" => json!({ "count": 1 }),
        "ConsentBody" => json!({ "purpose": "news", "text_version": "1", "given": true }),
        "NameBody" => json!({ "name": "Người lạ" }),
        "RestockBody" => json!({ "units": 1 }),
        "OrderBody" => json!({
            "session_id": planted.session_id, "lines": [{ "offer_id": planted.offer_id, "units": 1 }],
            // Not what it costs: nothing is bought here.
            "expected_total": 1, "payment_method": "vietqr",
            "contact": { "name": "Người lạ", "phone": "0900000001" }, "delivery": { "pickup": true },
        }),
        "AdvanceBody" | "AdvanceParcelBody" => json!({ "to": "packed" }),
        "CancelBody" => json!({ "reason": "đổi ý" }),
        "MemberBody" => {
            json!({ "username": "nguoi.la", "name": "Người lạ", "password": password, "role": "organiser" })
        }
        "RefundBody" => json!({ "reference": "FT1" }),
        "ProducerBody" => json!({
            "kind": "household", "name": "Hộ lạ", "tax_code": "001099099999", "address": address,
        }),
        "KeeperBody" => json!({ "username": "phunghia" }),
        "ProducerStateBody" => json!({ "state": "suspended", "reason": "cạnh tranh" }),
        "ProductBody" => json!({
            "producer_id": planted.producer_id, "name": "Hàng lạ", "product_set": 6, "origin": address,
            "variants": [{ "sku": "LA-1", "pack": "hộp", "list_price": 1_000, "weight_grams": 1 }],
        }),
        "CertificateBody" => json!({
            "decision_no": "9/QĐ-UBND", "decision_date": "2026-06-01", "issuing_authority": "UBND",
            "issuing_level": "province", "legal_version": "qd26", "stars": 4,
        }),
        "SessionBody" => json!({
            "organiser_id": planted.organiser_id, "title": "Phiên lạ", "description": "",
            "starts_at": "2030-01-01T00:00:00Z",
            "terms": { "cod_allowed": true, "shipping_fee": 0, "pickup_place": "x", "payment_window_seconds": 600 },
        }),
        "CommentBody" => json!({ "text": "người lạ hỏi" }),
        "NoticeBody" => json!({ "text": "x", "warning": true }),
        "OfferBody" => json!({
            "variant_id": planted.variant_id, "claim_code": "B01", "live_price": 36_000, "units": 1,
            "payee_kind": "producer",
        }),
        // Gives back nothing, and takes nothing.
        "ClaimBody" => json!({ "lines": [{ "offer_id": planted.offer_id, "units": 0 }] }),
        "ChannelBody" => json!({ "source": "facebook", "post_id": "la_1" }),
        "ReconcileBody" => json!({ "external_ids": ["la"] }),
        "LinkBody" => json!({ "token": "00000000000000000000000000000000" }),
        "MuteBody" => json!({ "minutes": 5, "reason": "không thích" }),
        "SlowModeBody" => json!({ "seconds": 600 }),
        "BannedWordsBody" => json!({ "words": ["chợ"] }),
        "ComplaintBody" => json!({ "category": "other", "text": "người lạ khiếu nại" }),
        "AnswerBody" => json!({ "answer": "không phải của tôi" }),
        "PinBody" => json!({ "offer_id": planted.offer_id }),
        "RescheduleBody" => json!({ "starts_at": "2030-01-01T00:00:00Z" }),
        "TitleBody" => json!({ "title": "Không phải phiên của tôi" }),
        "PasswordBody" => json!({ "username": "canari.khac", "password": password }),
        "PhoneBody" => json!({ "phone": "0900000002" }),
        "CodeBody" => json!({ "sign_in_id": "x", "code": "000000" }),
        "PhotosBody" => json!({ "photos": [] }),
        "StockBody" => json!({ "units": 1, "note": "lạ" }),
        "TakeBody" => json!({}),
        "HandleBody" => json!({ "lines": [{ "offer_id": planted.offer_id, "units": 1 }] }),
        "DismissBody" => json!({ "reason": "của người khác" }),
        "CounterShopperBody" => json!({ "phone": "0977123123", "name": "Người lạ" }),
        "ClaimForBody" => json!({
            "account_id": planted.buyer_id, "lines": [{ "offer_id": planted.offer_id, "units": 1 }],
        }),
        "MergeBody" => json!({
            "from_account_id": planted.buyer_id, "into_account_id": "acc_00000000000000000000000000000001",
        }),
        "OrderForBody" => {
            json!({ "account_id": planted.buyer_id, "order": body("OrderBody", planted) })
        }
        "CashBody" => json!({ "amount": 1_000, "receipt_no": "BN-01" }),
        "RestrictionBody" => json!({ "reason": "cạnh tranh" }),
        unknown => panic!("no body for {unknown}: write one"),
    }
}
