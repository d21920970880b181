//! What the intake is asked.

use chassis::{
    id::{
        AccountId, BankEntryId, EventId, Id as _, OfferId, OrderId, PaymentId, ProducerId,
        QuestionId, SessionId, VariantId,
    },
    money::Vnd,
};

use super::{Claim, Merge, Place};
use crate::domain::{offer::Terms, order::OrderState};

/// What is entered in the inbox together with its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once {
    /// The event that brought it, or the question.
    pub id: EventId,
    /// What it is, for whoever reads the inbox.
    pub kind: &'static str,
}

impl Once {
    const TAP: &'static str = "tap";
    const MERGE: &'static str = "merge";

    /// A shopper's question, or one that is asked for them.
    #[must_use]
    pub fn tap(question: QuestionId) -> Self {
        Self::asked(question, Self::TAP)
    }

    /// A question of the desk.
    #[must_use]
    pub fn merge(question: QuestionId) -> Self {
        Self::asked(question, Self::MERGE)
    }

    fn asked(question: QuestionId, kind: &'static str) -> Self {
        let id = EventId::from_uuid(question.uuid());
        Self { id, kind }
    }

    /// Was it asked, by somebody who waits for the answer? Then it may come again.
    #[must_use]
    pub fn is_question(self) -> bool {
        [Self::TAP, Self::MERGE].contains(&self.kind)
    }
}

/// One request that may move units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A shopper orders.
    Place(Box<Place>),
    /// A shopper wants units kept, or gives them back.
    Claim(Box<Claim>),
    /// Units that are held go over to another shopper's open order.
    Merge(Box<Merge>),
    /// The shopper of a hold is at the checkout.
    Extend {
        /// Of which offer.
        offer: OfferId,
        /// Whose.
        account: AccountId,
    },
    /// The deadline of a hold has passed.
    Lapse {
        /// Of which offer.
        offer: OfferId,
        /// Whose.
        account: AccountId,
    },
    /// Units of an offer may be on the shelf while somebody waits for them.
    ServeLine {
        /// Of which offer.
        offer: OfferId,
    },
    /// Calls an order off.
    Cancel {
        /// Which.
        order: OrderId,
        /// Who.
        by: AccountId,
        /// Why.
        reason: String,
    },
    /// The packers move an order on, or one parcel of it.
    Advance {
        /// Which.
        order: OrderId,
        /// Whose parcel of it; none: all of them.
        parcel: Option<ProducerId>,
        /// To where.
        to: OrderState,
        /// A return: back on hand (true) or written off.
        restock: bool,
        /// Who.
        by: AccountId,
        /// Why.
        reason: String,
    },
    /// The deadline of an unpaid order has passed.
    Expire {
        /// Which.
        order: OrderId,
    },
    /// Money came in for a payment.
    Pay {
        /// The line of the bank feed.
        entry: BankEntryId,
        /// The payment that its memo names.
        payment: PaymentId,
        /// The payment's order.
        order: OrderId,
        /// How much.
        amount: Vnd,
    },
    /// Catalogue granted units.
    Allot {
        /// The event.
        event: EventId,
        /// To which offer.
        offer: OfferId,
        /// In which session.
        session: SessionId,
        /// Of what.
        variant: VariantId,
        /// How many.
        units: i64,
    },
    /// The host opened an offer.
    Open {
        /// The event.
        event: EventId,
        /// Which offer.
        offer: OfferId,
        /// In which session.
        session: SessionId,
        /// Of what.
        variant: VariantId,
        /// On which terms.
        terms: Box<Terms>,
    },
    /// The host closed an offer.
    Close {
        /// The event.
        event: EventId,
        /// Which offer.
        offer: OfferId,
        /// In which session.
        session: SessionId,
    },
    /// The session ended: everything in it closes.
    EndSession {
        /// The event.
        event: EventId,
        /// Which session.
        session: SessionId,
    },
}

impl Ask {
    /// By what it has its effect once, unless it says all of it itself: an order has a key, a deadline passes once.
    #[must_use]
    pub fn once(&self) -> Option<Once> {
        let heard = |id: &EventId, kind| Some(Once { id: *id, kind });
        match self {
            Self::Allot { event, .. } => heard(event, "phien.catalogue.v1.StockAllotted"),
            Self::Open { event, .. } => heard(event, "phien.livestream.v1.OfferOpened"),
            Self::Close { event, .. } => heard(event, "phien.livestream.v1.OfferClosed"),
            Self::EndSession { event, .. } => heard(event, "phien.livestream.v1.SessionEnded"),
            Self::Claim(claim) => claim.once,
            Self::Merge(merge) => merge.once,
            _ => None,
        }
    }

    /// The stored order it is about.
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Self::Cancel { order, .. }
            | Self::Advance { order, .. }
            | Self::Expire { order }
            | Self::Pay { order, .. } => Some(*order),
            _ => None,
        }
    }
}
