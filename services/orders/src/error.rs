//! The refusals of orders.

use chassis::{Refusal, money::Vnd, service::is_away};

use crate::domain::{
    intake::{ClaimRefused, PlaceRefused},
    order::OrderState,
};

/// Why a verb was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks a rule, or the asker may not.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The intake refuses the order.
    #[error(transparent)]
    Place(#[from] PlaceRefused),
    /// The intake refuses a wish of a claim.
    #[error(transparent)]
    Claim(#[from] ClaimRefused),
    /// The order's machine has no such move.
    #[error("an order that is {} cannot do this", .0.name())]
    IllegalMove(OrderState),
    /// A return has to wait until the offers are settled.
    #[error("the session's offers are not settled yet")]
    NotSettled,
    /// Nothing is due back for this payment.
    #[error("nothing is due back")]
    NothingDue,
    /// Another amount is due than the cash that was taken.
    #[error("{0} is due")]
    NotWhatIsDue(Vnd),
    /// The receipt stands for another payment or amount.
    #[error("the receipt number was used")]
    ReceiptUsed,
    /// The item is not this person's to end.
    #[error("the desk item is not taken by the asker")]
    NotTaken,
    /// The QR code cannot be made.
    #[error("the payment has no valid VietQR")]
    VietQr(#[from] crate::domain::vietqr::VietQrError),
    /// The database failed us.
    #[error("the database")]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Place(refused) => place_refusal(&refused),
            Error::Claim(refused) => claim_refusal(refused),
            Error::IllegalMove(state) => Self::conflict(
                "illegal_move",
                format!(
                    "Đơn đang ở trạng thái {}, không làm được việc này.",
                    state.name()
                ),
                format!("The order is {}: this cannot be done.", state.name()),
            ),
            Error::NotSettled => Self::conflict(
                "offer_not_settled",
                "Phiên chưa quyết toán xong, hãy nhận hàng hoàn sau khi các mặt hàng đã đóng.",
                "The session's offers are not settled yet: take returns once they are closed.",
            ),
            Error::NothingDue => Self::conflict(
                "nothing_due",
                "Không có khoản nào phải hoàn.",
                "Nothing is due back for this payment.",
            ),
            Error::NotWhatIsDue(due) => Self::conflict(
                "not_what_is_due",
                format!("Số tiền còn phải trả là {due}, hãy thu đúng số đó."),
                format!("{due} is due: take exactly that."),
            ),
            Error::ReceiptUsed => Self::conflict(
                "receipt_used",
                "Số biên nhận này đã dùng cho khoản khác.",
                "This receipt number was used for something else.",
            ),
            Error::NotTaken => Self::conflict(
                "not_taken",
                "Bạn chưa nhận mục này, hoặc đã quá giờ: hãy nhận lại.",
                "You have not taken this item, or your time is over: take it again.",
            ),
            Error::VietQr(_) => Self::conflict(
                "no_vietqr",
                "Khoản này không có mã VietQR.",
                "This payment has no VietQR.",
            ),
            Error::Database(error) if is_away(&error) => Self::busy(),
            Error::Database(_) => Self::internal(),
        }
    }
}

fn claim_refusal(refused: ClaimRefused) -> Refusal {
    match refused {
        ClaimRefused::UnknownOffer => {
            Refusal::not_found("mặt hàng này trong phiên", "offer in this session")
        }
        ClaimRefused::NotOpen => Refusal::conflict(
            "offer_not_open",
            "Mặt hàng chưa mở bán hoặc đã đóng.",
            "The offer is not open.",
        ),
        ClaimRefused::NotHeld { held } => Refusal::conflict(
            "not_held",
            format!("Người này đang giữ {held}, không đủ để chuyển."),
            format!("This shopper holds {held}: too few to go over."),
        ),
        ClaimRefused::Restricted => Refusal::conflict(
            "restricted",
            "Ban tổ chức sẽ xác nhận yêu cầu này với bạn.",
            "The organiser will confirm this with you.",
        ),
        ClaimRefused::OverLimit { limit, ordered } => Refusal::conflict(
            "over_limit",
            format!("Mỗi người mua tối đa {limit}, kể cả đang giữ; bạn đã đặt {ordered}."),
            format!("At most {limit} for one shopper, holds included; you have ordered {ordered}."),
        ),
    }
}

fn place_refusal(refused: &PlaceRefused) -> Refusal {
    match refused {
        PlaceRefused::KeyReused => Refusal::invalid(
            "key_reused",
            "Idempotency-Key này đã dùng cho một đơn khác.",
            "This Idempotency-Key was used for another order.",
        ),
        PlaceRefused::UnknownOffer(_) => {
            Refusal::not_found("mặt hàng này trong phiên", "offer in this session")
        }
        PlaceRefused::NotOpen(_) => Refusal::conflict(
            "offer_not_open",
            "Mặt hàng chưa mở bán hoặc đã đóng.",
            "The offer is not open.",
        ),
        PlaceRefused::SoldOut { left: 0, .. } => {
            Refusal::conflict("sold_out", "Đã hết hàng.", "Sold out.")
        }
        PlaceRefused::SoldOut { left, .. } => Refusal::conflict(
            "sold_out",
            format!("Chỉ còn {left}, không đủ cho đơn này."),
            format!("Only {left} left, not enough for this order."),
        ),
        PlaceRefused::OverLimit { limit, taken, .. } => Refusal::conflict(
            "over_limit",
            format!("Mỗi người mua tối đa {limit}, bạn đã đặt {taken}."),
            format!("At most {limit} for one shopper; you have {taken} already."),
        ),
        PlaceRefused::Restricted => Refusal::conflict(
            "restricted",
            "Bạn đặt hàng qua bàn hỗ trợ của ban tổ chức.",
            "Please order through the organiser's desk.",
        ),
        PlaceRefused::NoCod(_) => Refusal::conflict(
            "cod_not_allowed",
            "Mặt hàng này không nhận thanh toán khi giao hàng.",
            "This cannot be paid on delivery.",
        ),
        PlaceRefused::NoPickup => Refusal::conflict(
            "pickup_not_offered",
            "Phiên này không có quầy nhận hàng.",
            "This session has no pickup counter.",
        ),
        PlaceRefused::UnderAge { age, .. } => Refusal::conflict(
            "age_not_confirmed",
            format!("Chỉ bán cho người từ {age} tuổi, hãy xác nhận tuổi."),
            format!("Only for people of {age} and over: please confirm your age."),
        ),
        PlaceRefused::TotalChanged { total } => Refusal::conflict(
            "total_changed",
            format!("Tổng tiền bây giờ là {total}, hãy xem lại."),
            format!("The total is {total} now, please look again."),
        ),
    }
}
