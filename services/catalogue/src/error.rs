//! Why the catalogue does not do something.

use chassis::{Refusal, service::is_away};

use crate::domain::{
    fault::Fault,
    stock::{Impossible, OnlyLeft},
};

/// What can be in the way of a verb.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself, or who asks.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such producer, or none that the asker may know of.
    #[error("no such producer")]
    NoSuchProducer,
    /// No such product, or none that the asker may know of.
    #[error("no such product")]
    NoSuchProduct,
    /// No such variant, or none that the asker may know of.
    #[error("no such variant")]
    NoSuchVariant,
    /// No such certificate.
    #[error("no such certificate")]
    NoSuchCertificate,
    /// Somebody is registered with this code.
    #[error("the code is registered already")]
    CodeTaken,
    /// Who a verified producer is, only an organiser changes.
    #[error("the producer is verified")]
    VerifiedPerson,
    /// The producer has a listed product of this name, which is not the same.
    #[error("the product is there already")]
    ProductThere,
    /// The producer has a variant with this SKU.
    #[error("the SKU {0} is there already")]
    SkuTaken(String),
    /// The decision is recorded with other facts.
    #[error("the certificate is recorded already")]
    CertificateThere,
    /// A suspended producer changes nothing.
    #[error("the producer is suspended")]
    Suspended,
    /// A state that does not follow on the present one.
    #[error("the state does not follow: {}", .0.en)]
    State(Fault),
    /// Fewer units on hand.
    #[error(transparent)]
    OnlyLeft(#[from] OnlyLeft),
    /// The idempotency key stands for another change.
    #[error("the idempotency key was used for another change")]
    KeyReused,
    /// An event speaks of an offer that was given nothing.
    #[error("offer {0} was allotted nothing")]
    NoAllotment(String),
    /// An event's figures cannot be.
    #[error("offer {offer}: {source}")]
    Impossible {
        /// Which offer.
        offer: String,
        /// Why.
        source: Impossible,
    },
    /// A row of the database says what this version does not know.
    #[error("the database holds an unknown {0}")]
    Unknown(&'static str),
    /// The database.
    #[error("the database")]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::NoSuchProducer => Self::not_found("chủ thể", "producer"),
            Error::NoSuchProduct => Self::not_found("sản phẩm", "product"),
            Error::NoSuchVariant => Self::not_found("quy cách", "variant"),
            Error::NoSuchCertificate => Self::not_found("giấy chứng nhận", "certificate"),
            Error::CodeTaken => Self::conflict(
                "code_taken",
                "Mã số này đã được đăng ký; hãy liên hệ ban tổ chức.",
                "This code is registered already; please ask an organiser.",
            ),
            Error::VerifiedPerson => Self::conflict(
                "producer_verified",
                "Chủ thể đã xác minh: tên, loại hình và mã số chỉ ban tổ chức sửa được.",
                "The producer is verified: only an organiser changes its name, kind and codes.",
            ),
            Error::ProductThere => Self::conflict(
                "product_there",
                "Chủ thể đã có sản phẩm cùng tên với nội dung khác; hãy sửa sản phẩm đó.",
                "The producer has a product of this name that is not the same; change that one.",
            ),
            Error::SkuTaken(sku) => Self::conflict(
                "sku_taken",
                format!("Chủ thể đã có mã SKU \"{sku}\"."),
                format!("The producer has the SKU \"{sku}\" already."),
            ),
            Error::CertificateThere => Self::conflict(
                "certificate_there",
                "Quyết định này đã được ghi cho sản phẩm với nội dung khác.",
                "This decision is recorded for the product with other facts.",
            ),
            Error::Suspended => Self::conflict(
                "producer_suspended",
                "Chủ thể đang bị tạm ngừng.",
                "The producer is suspended.",
            ),
            Error::State(fault) => Self::conflict("state", fault.vi, fault.en),
            Error::OnlyLeft(OnlyLeft { on_hand }) => Self::conflict(
                "not_enough",
                format!("Trong kho chỉ còn {on_hand}."),
                format!("Only {on_hand} left on hand."),
            ),
            Error::KeyReused => Self::conflict(
                "key_reused",
                "Idempotency-Key này đã dùng cho một thay đổi khác.",
                "This Idempotency-Key was used for another change.",
            ),
            // Events only: they become dead letters, which people read with the error itself.
            Error::NoAllotment(_) | Error::Impossible { .. } => Self::conflict(
                "impossible",
                "Số liệu không khớp.",
                "The figures do not agree.",
            ),
            Error::Unknown(_) => Self::internal(),
            Error::Database(error) => of_database(&error),
        }
    }
}

fn of_database(error: &sqlx::Error) -> Refusal {
    if is_away(error) {
        return Refusal::busy();
    }
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // Somebody was quicker with the same code, name, SKU or decision.
        Some("23505") => Refusal::conflict(
            "already_there",
            "Vừa có người tạo cùng nội dung; hãy tải lại.",
            "Somebody has just made the same; please load again.",
        ),
        _ => Refusal::internal(),
    }
}
