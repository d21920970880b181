//! Why this service does not do what it is asked, and how that is told.

use chassis::{refusal::Refusal, service::is_away};
use proto::common::v1::RefusalKind;

use crate::domain::{goods::NotForSale, law::PriceFault, rule::Rule};

mod moderated;

/// A verb was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Of the fields, or of who asks.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Of the business.
    #[error(transparent)]
    Rule(#[from] Rule),
    /// The session is unknown.
    #[error("no such session")]
    NoSession,
    /// The offer is unknown.
    #[error("no such offer")]
    NoOffer,
    /// The comment is unknown.
    #[error("no such comment")]
    NoComment,
    /// The complaint is unknown.
    #[error("no such complaint")]
    NoComplaint,
    /// The session is not on that platform.
    #[error("no such channel")]
    NoChannel,
    /// The link was used, or never was.
    #[error("no such link")]
    NoLink,
    /// Nobody is muted so.
    #[error("no such mute")]
    NoMute,
    /// The variant is unknown.
    #[error("no such variant")]
    NoVariant,
    /// An event that does not fit what was said before; a person must look at it.
    #[error("the event does not fit: {0}")]
    Misfit(&'static str),
    /// The database does not answer, or refuses.
    #[error("the database")]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// Of a plan that was kept: a unique violation means that another session is planned so.
    #[must_use]
    pub fn planned_twice(error: sqlx::Error) -> Self {
        let unique = error
            .as_database_error()
            .is_some_and(sqlx::error::DatabaseError::is_unique_violation);
        if unique {
            Rule::PlannedTwice.into()
        } else {
            error.into()
        }
    }
}

impl From<NotForSale> for Error {
    fn from(bar: NotForSale) -> Self {
        Rule::from(bar).into()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Rule(rule) => of_rule(rule),
            Error::NoSession => Self::not_found("phiên này", "session"),
            Error::NoOffer => Self::not_found("mã hàng này trong phiên", "offer"),
            Error::NoComment => Self::not_found("bình luận này", "comment"),
            Error::NoComplaint => Self::not_found("khiếu nại này", "complaint"),
            Error::NoChannel => Self::not_found("kênh này của phiên", "channel of the session"),
            Error::NoLink => {
                Self::not_found("liên kết này, hoặc nó đã được dùng", "link, or it was used")
            }
            Error::NoMute => Self::not_found("lệnh cấm bình luận này", "mute"),
            Error::NoVariant => Self::field(
                "variant_id",
                "Không có quy cách sản phẩm này, hoặc sản phẩm vừa được đăng: hãy thử lại.",
                "There is no such variant, or its product was listed just now: try again.",
            ),
            Error::Misfit(_) => {
                Self::conflict("misfit", "Sự kiện không khớp.", "The event does not fit.")
            }
            Error::Database(error) if is_away(&error) => Self::busy(),
            Error::Database(_) => Self::internal(),
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table of words, one row a rule")]
fn of_rule(rule: Rule) -> Refusal {
    let (code, vi, en) = match rule {
        Rule::NotForSale(bar) => return of_bar(bar),
        Rule::Price(fault) => return of_price(fault),
        Rule::TooFast {
            retry_after_seconds,
        } => {
            return Refusal {
                retry_after_seconds,
                ..Refusal::new(
                    RefusalKind::Busy,
                    "comment_too_fast",
                    "Bạn bình luận quá nhanh, hãy chờ một chút.",
                    "You comment too fast, please wait a little.",
                )
            };
        }
        Rule::Muted(_) | Rule::SlowMode { .. } | Rule::BannedWord(_) => {
            return moderated::of(rule);
        }
        Rule::StartsInThePast => {
            return Refusal::field(
                "starts_at_ms",
                "Giờ bắt đầu phải ở tương lai.",
                "The start must be in the future.",
            );
        }
        Rule::ClosingTimePassed(_) => {
            return Refusal::field(
                "closes_at_ms",
                "Giờ đóng bán đã qua.",
                "The closing time has passed.",
            );
        }
        Rule::NotPlanned => (
            "session_not_planned",
            "Phiên đã lên sóng hoặc đã kết thúc.",
            "The session is live or over already.",
        ),
        Rule::NotLive => (
            "session_not_live",
            "Phiên chưa lên sóng.",
            "The session is not live yet.",
        ),
        Rule::SessionEnded => (
            "session_ended",
            "Phiên đã kết thúc.",
            "The session has ended.",
        ),
        Rule::PlannedTwice => (
            "session_planned_already",
            "Đã có một phiên khác cùng tên vào giờ này.",
            "Another session of this title is planned for this time.",
        ),
        Rule::NotAllotted => (
            "offer_not_allotted",
            "Mã hàng chưa được cấp hàng, hãy chờ kho trả lời.",
            "The offer has no units yet: wait for the stock's answer.",
        ),
        Rule::OfferRefused => (
            "offer_refused",
            "Kho đã từ chối cấp hàng cho mã này.",
            "The stock refused units for this offer.",
        ),
        Rule::OfferClosed => (
            "offer_closed",
            "Mã hàng đã đóng và không mở lại được; hãy đề xuất mã mới.",
            "The offer is closed for good: propose a new one.",
        ),
        Rule::CodeTaken => (
            "claim_code_taken",
            "Mã chốt này đã dùng cho mặt hàng khác trong phiên.",
            "Another offer of the session has this claim code.",
        ),
        Rule::LineUpFull => (
            "line_up_full",
            "Phiên đã đủ số mã hàng cho phép.",
            "The session's line-up is full.",
        ),
        Rule::RestockUnderWay => (
            "restock_under_way",
            "Lần thêm hàng trước chưa có trả lời, hãy chờ.",
            "The last restock is not answered yet: wait for it.",
        ),
        Rule::PostTaken => (
            "post_taken",
            "Bài đăng này đã gắn với một phiên khác.",
            "This post belongs to another session.",
        ),
        Rule::NoWarning => (
            "no_warning",
            "Không có cảnh báo nào đang hiện.",
            "No warning is on the screen.",
        ),
        Rule::ComplaintAnswered => (
            "complaint_answered",
            "Khiếu nại đã được trả lời.",
            "The complaint is answered already.",
        ),
        Rule::ComplaintOpen => (
            "complaint_open",
            "Hãy trả lời khiếu nại trước khi đóng.",
            "Answer the complaint before it is closed.",
        ),
        Rule::TooManyComplaints => (
            "too_many_complaints",
            "Bạn đã gửi đủ số khiếu nại cho phiên này, ban tổ chức đang xem.",
            "You have sent as many complaints as one may in a session.",
        ),
        Rule::KeyReused => (
            "idempotency_key_reused",
            "Khóa chống lặp đã dùng cho nội dung khác.",
            "The idempotency key was used for something else.",
        ),
    };
    Refusal::conflict(code, vi, en)
}

fn of_bar(bar: NotForSale) -> Refusal {
    match bar {
        NotForSale::Withdrawn => Refusal::conflict(
            "product_withdrawn",
            "Sản phẩm đã được gỡ.",
            "The product is withdrawn.",
        ),
        NotForSale::ProducerNotVerified => Refusal::conflict(
            "producer_not_verified",
            "Chủ thể chưa được xác minh hoặc đang bị tạm dừng.",
            "The producer is not verified, or is suspended.",
        ),
        NotForSale::NotOnAir { vi, en } => Refusal::conflict("not_on_air", vi, en),
        NotForSale::NoAccount => Refusal::field(
            "payee_kind",
            "Bên nhận tiền chưa có tài khoản ngân hàng.",
            "Whoever is to be paid has no bank account.",
        ),
    }
}

fn of_price(fault: PriceFault) -> Refusal {
    match fault {
        PriceFault::OverList { list } => Refusal::field(
            "live_price",
            format!("Giá live không được cao hơn giá niêm yết {list}."),
            format!("The live price may not be over the list price of {list}."),
        ),
        PriceFault::TooDeep { least } => Refusal::field(
            "live_price",
            format!(
                "Giảm tối đa 50% (Nghị định 81/2018, sửa đổi bởi 128/2024): thấp nhất là {least}."
            ),
            format!("At most 50% off (Decree 81/2018 as amended by 128/2024): not under {least}."),
        ),
    }
}
