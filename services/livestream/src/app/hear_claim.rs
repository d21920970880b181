//! A comment that claims becomes an event, in the comment's own transaction: the room's order is the order of claims.
//! What is not plain becomes one for the desk.

use chassis::service::Tx;
use proto::{
    livestream::v1::{ClaimCommented, ClaimUnclear},
    orders::v1::{ClaimLine, UnclearReason},
};

use crate::{
    Ctx,
    app::load,
    domain::{
        claim::{self, Confidence, Kind, Reading},
        claim_code::ClaimCode,
        offer::{Offer, OfferState},
        session::Session,
    },
    error::Error,
    store::{self, comment::Comment},
    wire::show,
};

/// Says what a comment claims or gives back, or that somebody should look at it; `typed` is the comment as it was
/// typed.
///
/// # Errors
/// When the database refuses.
pub(super) async fn hear_claim(
    ctx: &Ctx,
    tx: &mut Tx,
    session: &Session,
    comment: &Comment,
    typed: &str,
) -> Result<(), Error> {
    match meant(tx, session, comment, typed).await? {
        Meant::Claim(claimed) => load::say(ctx, tx, session.id, &claimed).await?,
        Meant::Unclear(unclear) => load::say(ctx, tx, session.id, &unclear).await?,
        Meant::Nothing => {}
    }
    Ok(())
}

/// What a comment plainly claims or gives back, if it does.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn claimed(
    tx: &mut Tx,
    session: &Session,
    comment: &Comment,
    typed: &str,
) -> Result<Option<ClaimCommented>, Error> {
    match meant(tx, session, comment, typed).await? {
        Meant::Claim(claimed) => Ok(Some(claimed)),
        Meant::Unclear(_) | Meant::Nothing => Ok(None),
    }
}

enum Meant {
    Claim(ClaimCommented),
    Unclear(ClaimUnclear),
    Nothing,
}

async fn meant(
    tx: &mut Tx,
    session: &Session,
    comment: &Comment,
    typed: &str,
) -> Result<Meant, Error> {
    let offers = store::offer::of_session(tx, session.id).await?;
    let code = |offer: &Offer| ClaimCode::parse(&offer.claim_code).ok();
    let codes: Vec<ClaimCode> = offers.iter().filter_map(code).collect();
    let pinned = offers
        .iter()
        .find(|offer| Some(offer.id) == session.pinned_offer_id)
        .and_then(code);
    let reading = claim::read(typed, pinned.as_ref(), &codes);
    if let Some(reason) = unclear(&reading) {
        return Ok(Meant::Unclear(ClaimUnclear {
            comment_id: comment.id.to_string(),
            session_id: session.id.to_string(),
            seq: show::count(comment.seq),
            account_id: comment.account_id.to_string(),
            shopper_name: comment.author_name.clone(),
            text: comment.text.clone(),
            reason: reason.into(),
            lines: lines(&reading, &offers),
        }));
    }
    let lines = match reading.kind {
        Kind::Claim | Kind::Cancel | Kind::Change => lines(&reading, &offers),
        Kind::CancelAll => Vec::new(),
        Kind::InvalidQuantity | Kind::UnknownCode | Kind::None => return Ok(Meant::Nothing),
    };
    let give_all_back = reading.kind == Kind::CancelAll;
    if lines.is_empty() && !give_all_back {
        return Ok(Meant::Nothing);
    }
    Ok(Meant::Claim(ClaimCommented {
        comment_id: comment.id.to_string(),
        session_id: session.id.to_string(),
        seq: show::count(comment.seq),
        account_id: comment.account_id.to_string(),
        shopper_name: comment.author_name.clone(),
        lines,
        give_all_back,
    }))
}

/// Why a person has to look at it, if one has.
fn unclear(reading: &Reading) -> Option<UnclearReason> {
    match (reading.kind, reading.confidence) {
        (Kind::InvalidQuantity, _) => Some(UnclearReason::InvalidQuantity),
        (Kind::UnknownCode, _) => Some(UnclearReason::UnknownCode),
        (_, Confidence::Low) => Some(UnclearReason::Unsure),
        _ => None,
    }
}

/// The lines with their offers; an offer that was never opened cannot be claimed, and orders knows nothing of it.
fn lines(reading: &Reading, offers: &[Offer]) -> Vec<ClaimLine> {
    let lines = reading.lines.iter().filter_map(|line| {
        let offer = offers.iter().find(|offer| {
            offer.claim_code == line.code.as_str()
                && matches!(offer.state, OfferState::Open | OfferState::Closed)
        })?;
        Some(ClaimLine {
            offer_id: offer.id.to_string(),
            units: line.quantity.into(),
            more: line.more,
        })
    });
    lines.collect()
}
