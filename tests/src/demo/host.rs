//! The host's part while on air: pins, opens one offer late, adds units to one, closes one early, speaks to the room.

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use super::prepare::{Fair, Offer, Part};
use crate::market;

/// Does all of it at its time.
///
/// # Errors
/// When a step is refused.
pub async fn host(fair: &Fair, begun: Instant, end: Instant) -> anyhow::Result<()> {
    let session = format!("/v1/sessions/{}", fair.session_id);
    let at = |percent: u32| begun + (end - begun) * percent / 100;
    let notice = async |text: &str, warning: bool| {
        let body = json!({ "text": text, "warning": warning });
        fair.host
            .post(&format!("{session}/notices"), &body)
            .await?
            .ok()
    };
    notice("Chào mừng bà con đến với phiên chợ OCOP!", false).await?;
    for step in 1..20_u32 {
        sleep_until(at(step * 5)).await;
        let pinned = &fair.offers[step as usize % fair.offers.len()];
        // One that was closed meanwhile cannot be pinned.
        let body = json!({ "offer_id": (pinned.part != Part::ClosesEarly).then_some(&pinned.id) });
        fair.host
            .put(&format!("{session}/pin"), &body)
            .await?
            .ok()?;
        match step {
            5 => {
                for offer in playing(fair, Part::Late) {
                    market::open(&fair.host, &fair.session_id, &offer.id).await?;
                }
                notice("Vừa mở bán thêm một mặt hàng.", false).await?;
            }
            10 => {
                for offer in playing(fair, Part::Restocked) {
                    let key = format!("restock-{}", offer.id);
                    let body = json!({ "units": offer.part.reserve() });
                    fair.host
                        .post_once(&format!("/v1/offers/{}/restock", offer.id), &key, &body)
                        .await?
                        .ok()?;
                }
                notice("Hàng vừa về thêm.", false).await?;
            }
            12 => hide_last_comment(fair, &session).await?,
            15 => {
                for offer in playing(fair, Part::ClosesEarly) {
                    fair.host
                        .post(&format!("/v1/offers/{}/close", offer.id), &json!({}))
                        .await?
                        .ok()?;
                }
                notice(
                    "Phiên sắp kết thúc, đơn chưa thanh toán sẽ hết hạn sau 60 giây.",
                    true,
                )
                .await?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn playing(fair: &Fair, part: Part) -> impl Iterator<Item = &Offer> {
    fair.offers.iter().filter(move |offer| offer.part == part)
}

async fn hide_last_comment(fair: &Fair, session: &str) -> anyhow::Result<()> {
    let comments = fair
        .host
        .get(&format!("{session}/comments?limit=1"))
        .await?
        .ok()?;
    if let Some(id) = comments["comments"][0]["comment_id"].as_str() {
        let body: Value = json!({ "reason": "quảng cáo hàng nơi khác" });
        fair.host
            .post(&format!("/v1/comments/{id}/hide"), &body)
            .await?
            .ok()?;
    }
    Ok(())
}
