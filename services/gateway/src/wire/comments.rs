//! The room's comments over HTTP.

use chrono::{DateTime, Utc};
use proto::livestream::v1 as livestream;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{at, some};

/// A comment. Who wrote it is a shortened name, never an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comment {
    comment_id: String,
    session_id: String,
    /// The room's order, from 1 without a gap.
    seq: u64,
    author_name: String,
    /// Phone numbers are masked.
    text: String,
    hidden: bool,
    at: DateTime<Utc>,
    /// The platform where it was written; `null`: in this room.
    source: Option<String>,
    /// When, by that platform; the room's order is the order of arrival.
    source_at: Option<DateTime<Utc>>,
}

impl From<livestream::Comment> for Comment {
    fn from(comment: livestream::Comment) -> Self {
        Self {
            comment_id: comment.comment_id,
            session_id: comment.session_id,
            seq: comment.seq,
            author_name: comment.author_name,
            text: comment.text,
            hidden: comment.hidden,
            at: at(comment.at_ms),
            source_at: some(comment.source.clone()).map(|_| at(comment.source_at_ms)),
            source: some(comment.source),
        }
    }
}

/// Comments, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comments {
    comments: Vec<Comment>,
}

impl From<livestream::Comments> for Comments {
    fn from(comments: livestream::Comments) -> Self {
        Self {
            comments: comments.comments.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which comments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentsQuery {
    /// Only those before this number.
    pub(crate) before_seq: Option<u64>,
    /// 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// What to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentBody {
    #[schema(max_length = 500)]
    pub(crate) text: String,
}
