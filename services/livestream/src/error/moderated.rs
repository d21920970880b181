//! What moderation refuses, told so that its author knows what to do.

use chassis::refusal::Refusal;
use chrono::{DateTime, FixedOffset, Utc};
use proto::common::v1::RefusalKind;

use crate::domain::rule::Rule;

/// The clock on Vietnamese walls, ahead of UTC by so many seconds.
const HANOI: i32 = 7 * 3_600;

/// The refusal of a rule of moderation.
pub(super) fn of(rule: Rule) -> Refusal {
    match rule {
        Rule::Muted(until) => muted(until),
        Rule::SlowMode {
            seconds,
            retry_after_seconds: wait,
        } => Refusal {
            retry_after_seconds: wait,
            ..Refusal::new(
                RefusalKind::Busy,
                "comment_slow_mode",
                format!(
                    "Phòng đang ở chế độ chậm, {seconds} giây một bình luận: hãy chờ {wait} giây. Chốt đơn vẫn được nhận."
                ),
                format!(
                    "The room is in slow mode, one comment in {seconds} seconds: wait {wait}. A claim is still taken."
                ),
            )
        },
        Rule::BannedWord(word) => Refusal {
            code: "comment_banned_word".into(),
            ..Refusal::field(
                "text",
                format!("Ban tổ chức không cho phép từ “{word}” trong bình luận, hãy viết lại."),
                format!("The organiser does not allow “{word}” in comments: please rephrase."),
            )
        },
        _ => Refusal::internal(),
    }
}

fn muted(until: Option<DateTime<Utc>>) -> Refusal {
    let time = until
        .zip(FixedOffset::east_opt(HANOI))
        .map(|(until, hanoi)| until.with_timezone(&hanoi).format("%H:%M").to_string());
    let vi = time.as_deref().unwrap_or("hết phiên");
    let en = time.as_deref().unwrap_or("the session ends");
    Refusal::conflict(
        "comment_muted",
        format!(
            "Bạn tạm thời không bình luận được cho đến {vi}, kể cả để chốt đơn. Bạn vẫn đặt mua bằng nút được."
        ),
        format!(
            "You cannot comment until {en}, not even to claim. The button still takes your order."
        ),
    )
}
