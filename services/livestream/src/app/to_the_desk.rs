//! A claim from elsewhere whose author no account is known of: a person at the desk has to look.

use chassis::{id::AuthorId, service::Tx};
use prost::Message as _;
use proto::livestream::v1::ClaimCommented;

use crate::{
    error::Error,
    store::{self, comment::Comment},
};

/// Keeps the claim as it was read when it came, until somebody shows the author's link or owns the author's phone.
pub(super) async fn to_the_desk(
    tx: &mut Tx,
    comment: &Comment,
    author: AuthorId,
    claimed: &ClaimCommented,
) -> Result<(), Error> {
    store::outside::keep_claim(
        tx,
        comment.id,
        comment.session_id,
        comment.seq,
        author,
        &claimed.encode_to_vec(),
    )
    .await?;
    Ok(())
}
