//! Complaints: domain ⇄ messages.

use chassis::{clock::to_ms, refusal::Refusal};
use proto::{feed::v1::ComplaintNews, livestream::v1 as wire};

use super::show::small;
use crate::{
    domain::complaint::{self, Category, State},
    store::complaint::Complaint,
};

/// What a complaint is about.
///
/// # Errors
/// Names the field.
pub fn category(asked: wire::ComplaintCategory) -> Result<Category, Refusal> {
    match asked {
        wire::ComplaintCategory::Goods => Ok(Category::Goods),
        wire::ComplaintCategory::Price => Ok(Category::Price),
        wire::ComplaintCategory::Conduct => Ok(Category::Conduct),
        wire::ComplaintCategory::Fraud => Ok(Category::Fraud),
        wire::ComplaintCategory::Other => Ok(Category::Other),
        wire::ComplaintCategory::Unspecified => Err(Refusal::field(
            "category",
            "Hãy chọn loại khiếu nại.",
            "Choose what the complaint is about.",
        )),
    }
}

fn shown_category(category: Category) -> wire::ComplaintCategory {
    match category {
        Category::Goods => wire::ComplaintCategory::Goods,
        Category::Price => wire::ComplaintCategory::Price,
        Category::Conduct => wire::ComplaintCategory::Conduct,
        Category::Fraud => wire::ComplaintCategory::Fraud,
        Category::Other => wire::ComplaintCategory::Other,
    }
}

fn shown_state(state: State) -> wire::ComplaintState {
    match state {
        State::Open => wire::ComplaintState::Open,
        State::Answered => wire::ComplaintState::Answered,
        State::Closed => wire::ComplaintState::Closed,
    }
}

/// A complaint, for its author and for the organiser's people.
#[must_use]
pub fn show(of: &Complaint) -> wire::Complaint {
    wire::Complaint {
        complaint_id: of.id.to_string(),
        number: complaint::number(of.number),
        session_id: of.session_id.to_string(),
        offer_id: of.offer_id.map(|id| id.to_string()).unwrap_or_default(),
        pinned_offer_id: of
            .pinned_offer_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
        second: small(of.second),
        category: shown_category(of.category).into(),
        text: of.text.clone(),
        state: shown_state(of.state).into(),
        answer: of.answer.clone().unwrap_or_default(),
        at_ms: to_ms(of.at),
        answered_at_ms: of.answered_at.map_or(0, to_ms),
        closed_at_ms: of.closed_at.map_or(0, to_ms),
        author_name: of.author_name.clone(),
        version: of.state.version(),
    }
}

/// What the desk is told: not its words.
#[must_use]
pub fn news(of: &Complaint) -> ComplaintNews {
    ComplaintNews {
        session_id: of.session_id.to_string(),
        complaint_id: of.id.to_string(),
        number: complaint::number(of.number),
        category: shown_category(of.category).into(),
        state: shown_state(of.state).into(),
        second: small(of.second),
        at_ms: to_ms(of.at),
        version: of.state.version(),
    }
}
