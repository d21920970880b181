//! A comment that claims becomes an event, in the comment's own transaction: the room's order is the order of claims.
//! What is not plain becomes one for the desk.

use chassis::{outbox::Word, service::Tx};
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
    let offers = store::offer::of_session(tx, session.id).await?;
    let word = meant(session, &offers, comment, typed).word();
    load::say_all(ctx, tx, session.id, word.as_slice()).await?;
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
    let offers = store::offer::of_session(tx, session.id).await?;
    match meant(session, &offers, comment, typed) {
        Meant::Claim(claimed) => Ok(Some(claimed)),
        Meant::Unclear(_) | Meant::Nothing => Ok(None),
    }
}

/// What a comment means for those who sell.
pub(super) enum Meant {
    /// It plainly claims or gives back.
    Claim(ClaimCommented),
    /// Somebody has to look at it.
    Unclear(ClaimUnclear),
    /// It is talk.
    Nothing,
}

impl Meant {
    /// What is said of it to those who sell.
    pub(super) fn word(&self) -> Option<Word> {
        match self {
            Self::Claim(claimed) => Some(Word::of(claimed)),
            Self::Unclear(unclear) => Some(Word::of(unclear)),
            Self::Nothing => None,
        }
    }
}

/// Reads a comment as it was typed, among the offers of its session.
pub(super) fn meant(session: &Session, offers: &[Offer], comment: &Comment, typed: &str) -> Meant {
    let code = |offer: &Offer| ClaimCode::parse(&offer.claim_code).ok();
    let codes: Vec<ClaimCode> = offers.iter().filter_map(code).collect();
    let pinned = offers
        .iter()
        .find(|offer| Some(offer.id) == session.pinned_offer_id)
        .and_then(code);
    let reading = claim::read(typed, pinned.as_ref(), &codes);
    if let Some(reason) = unclear(&reading) {
        return Meant::Unclear(ClaimUnclear {
            comment_id: comment.id.to_string(),
            session_id: session.id.to_string(),
            seq: show::count(comment.seq),
            account_id: comment.account_id.to_string(),
            shopper_name: comment.author_name.clone(),
            text: comment.text.clone(),
            reason: reason.into(),
            lines: lines(&reading, offers),
        });
    }
    let lines = match reading.kind {
        Kind::Claim | Kind::Cancel | Kind::Change => lines(&reading, offers),
        Kind::CancelAll => Vec::new(),
        Kind::InvalidQuantity | Kind::UnknownCode | Kind::None => return Meant::Nothing,
    };
    let give_all_back = reading.kind == Kind::CancelAll;
    if lines.is_empty() && !give_all_back {
        return Meant::Nothing;
    }
    Meant::Claim(ClaimCommented {
        comment_id: comment.id.to_string(),
        session_id: session.id.to_string(),
        seq: show::count(comment.seq),
        account_id: comment.account_id.to_string(),
        shopper_name: comment.author_name.clone(),
        lines,
        give_all_back,
    })
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
