//! Complaints over HTTP.

use chrono::{DateTime, Utc};
use proto::{feed::v1 as feed, livestream::v1 as livestream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{at, some, words};

words! {
    /// What a complaint is about.
    ComplaintCategory of livestream::ComplaintCategory { Goods, Price, Conduct, Fraud, Other, }
    /// Where a complaint stands.
    ComplaintState of livestream::ComplaintState { Open, Answered, Closed, }
}

/// What is wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComplaintBody {
    pub(crate) category: ComplaintCategory,
    #[schema(max_length = 2_000)]
    pub(crate) text: String,
    /// The offer that it is about.
    pub(crate) offer_id: Option<String>,
}

/// What the organiser says to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    #[schema(max_length = 2_000)]
    pub(crate) answer: String,
}

/// A complaint, as its author and the organiser's people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Complaint {
    complaint_id: String,
    /// To say on the phone.
    #[schema(example = "KN-000123")]
    number: String,
    session_id: String,
    offer_id: Option<String>,
    /// What was pinned then.
    pinned_offer_id: Option<String>,
    /// Seconds after the session went live.
    second: u32,
    category: ComplaintCategory,
    text: String,
    state: ComplaintState,
    answer: Option<String>,
    author_name: String,
    at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
}

impl From<livestream::Complaint> for Complaint {
    fn from(complaint: livestream::Complaint) -> Self {
        let when = |ms: i64| Some(ms).filter(|ms| *ms != 0).map(at);
        Self {
            complaint_id: complaint.complaint_id,
            number: complaint.number,
            session_id: complaint.session_id,
            offer_id: some(complaint.offer_id),
            pinned_offer_id: some(complaint.pinned_offer_id),
            second: complaint.second,
            category: complaint.category.into(),
            text: complaint.text,
            state: complaint.state.into(),
            answer: some(complaint.answer),
            author_name: complaint.author_name,
            at: at(complaint.at_ms),
            answered_at: when(complaint.answered_at_ms),
            closed_at: when(complaint.closed_at_ms),
        }
    }
}

/// Complaints, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Complaints {
    complaints: Vec<Complaint>,
    next_cursor: Option<String>,
}

impl From<livestream::Complaints> for Complaints {
    fn from(complaints: livestream::Complaints) -> Self {
        Self {
            complaints: complaints.complaints.into_iter().map(Into::into).collect(),
            next_cursor: some(complaints.next_cursor),
        }
    }
}

/// A complaint is new, answered or closed; data of `complaint` at the desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComplaintNews {
    session_id: String,
    complaint_id: String,
    number: String,
    category: ComplaintCategory,
    state: ComplaintState,
    second: u32,
    at: DateTime<Utc>,
    version: u64,
}

impl From<feed::ComplaintNews> for ComplaintNews {
    fn from(news: feed::ComplaintNews) -> Self {
        Self {
            session_id: news.session_id,
            complaint_id: news.complaint_id,
            number: news.number,
            category: news.category.into(),
            state: news.state.into(),
            second: news.second,
            at: at(news.at_ms),
            version: news.version,
        }
    }
}
