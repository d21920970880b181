//! Comments from elsewhere as they came, their authors, and claims that no account is known of.

use chassis::{
    id::{AccountId, AuthorId, CommentId, SessionId},
    phone::Phone,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::outside::Incoming;

/// A comment that waits for its room.
#[derive(Debug)]
pub struct Waiting {
    /// Its place in the order of arrival.
    pub arrival: i64,
    /// The platform.
    pub source: String,
    /// The author's id there.
    pub author_external_id: String,
    /// The author's name there.
    pub author_name: String,
    /// As typed.
    pub text: String,
    /// When, by the platform.
    pub written_at: DateTime<Utc>,
}

/// Keeps a comment: false when it was known.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    conn: &mut PgConnection,
    source: &str,
    comment: &Incoming,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into outside_comment as c
               (source, external_id, post_id, author_external_id, author_name, text, written_at, received_at, state)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting')
           on conflict (source, external_id) do update set duplicates = c.duplicates + 1
           returning xmax = 0 as "new!""#,
        source,
        comment.external_id,
        comment.post_id,
        comment.author_external_id,
        comment.author_name,
        comment.text,
        comment.written_at,
        now
    )
    .fetch_one(conn)
    .await
}

/// Counts forged deliveries.
///
/// # Errors
/// When the database refuses.
pub async fn add_forged(
    conn: &mut PgConnection,
    source: &str,
    forged: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into outside_source as s (source, forged) values ($1, $2)
         on conflict (source) do update set forged = s.forged + excluded.forged",
        source,
        forged
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sessions that are live or over, for which comments wait.
///
/// # Errors
/// When the database does not answer.
pub async fn rooms_waited_for(conn: &mut PgConnection) -> Result<Vec<SessionId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct ch.session_id as "id!: SessionId"
           from outside_comment c join channel ch using (source, post_id) join session s on s.id = ch.session_id
           where c.state = 'waiting' and s.state <> 'planned'"#
    )
    .fetch_all(conn)
    .await
}

/// The comments that wait for a room, in the order of arrival.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(
    conn: &mut PgConnection,
    session: SessionId,
    most: i64,
) -> Result<Vec<Waiting>, sqlx::Error> {
    sqlx::query_as!(
        Waiting,
        "select c.arrival, c.source, c.author_external_id, c.author_name, c.text, c.written_at
         from outside_comment c join channel ch using (source, post_id)
         where ch.session_id = $1 and c.state = 'waiting' order by c.arrival limit $2",
        session as _,
        most
    )
    .fetch_all(conn)
    .await
}

/// Notes what became of a comment; its words are kept nowhere but in the room.
///
/// # Errors
/// When the database refuses.
pub async fn settle(
    conn: &mut PgConnection,
    arrival: i64,
    state: &str,
    comment: Option<CommentId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update outside_comment set state = $2, comment_id = $3, text = '' where arrival = $1",
        arrival,
        state,
        comment as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The author of a comment, and the account if it is known. A phone is kept until it is.
///
/// # Errors
/// When the database refuses.
pub async fn author(
    conn: &mut PgConnection,
    new_id: AuthorId,
    of: &Waiting,
    phone: Option<&Phone>,
) -> Result<(AuthorId, Option<AccountId>), sqlx::Error> {
    let author = sqlx::query!(
        r#"insert into outside_author as a (id, source, external_id, name, phone, link_token)
           values ($1, $2, $3, $4, $5, gen_random_uuid())
           on conflict (source, external_id) do update
               set name = excluded.name,
                   phone = case when a.account_id is null then coalesce(excluded.phone, a.phone) end
           returning id as "id: AuthorId", account_id as "account_id: AccountId""#,
        new_id as _,
        of.source,
        of.author_external_id,
        of.author_name,
        phone.map(Phone::e164)
    )
    .fetch_one(conn)
    .await?;
    Ok((author.id, author.account_id))
}

/// Keeps a claim of an author whom no account is known of.
///
/// # Errors
/// When the database refuses.
pub async fn keep_claim(
    conn: &mut PgConnection,
    comment: CommentId,
    session: SessionId,
    seq: i64,
    author: AuthorId,
    claimed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into unlinked_claim (comment_id, session_id, seq, author_id, claimed, state)
         values ($1, $2, $3, $4, $5, 'unlinked')",
        comment as _,
        session as _,
        seq,
        author as _,
        claimed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sessions in which an author, by link or by phone, has unlinked claims.
///
/// # Errors
/// When the database does not answer.
pub async fn sessions_of(
    conn: &mut PgConnection,
    token: Option<Uuid>,
    phone: Option<&str>,
) -> Result<Vec<SessionId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct c.session_id as "id!: SessionId"
           from unlinked_claim c join outside_author a on a.id = c.author_id
           where c.state = 'unlinked' and (a.link_token = $1 or a.phone = $2) order by 1"#,
        token,
        phone
    )
    .fetch_all(conn)
    .await
}

/// Makes an account the author, by link or by phone.
///
/// # Errors
/// When the database refuses.
pub async fn link(
    conn: &mut PgConnection,
    account: AccountId,
    token: Option<Uuid>,
    phone: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<AuthorId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"update outside_author set account_id = $1, linked_at = $4, link_token = null, phone = null
           where account_id is null and (link_token = $2 or phone = $3) returning id as "id: AuthorId""#,
        account as _,
        token,
        phone,
        now
    )
    .fetch_all(conn)
    .await
}

/// The unlinked claims of authors in a session, in the room's order.
///
/// # Errors
/// When the database does not answer.
pub async fn claims_of(
    conn: &mut PgConnection,
    session: SessionId,
    authors: &[Uuid],
) -> Result<Vec<(CommentId, Vec<u8>)>, sqlx::Error> {
    let claims = sqlx::query!(
        r#"select comment_id as "comment_id: CommentId", claimed from unlinked_claim
           where session_id = $1 and author_id = any($2) and state = 'unlinked' order by seq"#,
        session as _,
        authors
    )
    .fetch_all(conn)
    .await?;
    Ok(claims
        .into_iter()
        .map(|claim| (claim.comment_id, claim.claimed))
        .collect())
}

/// Notes what became of a claim.
///
/// # Errors
/// When the database refuses.
pub async fn settle_claim(
    conn: &mut PgConnection,
    comment: CommentId,
    state: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update unlinked_claim set state = $2 where comment_id = $1",
        comment as _,
        state
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A claim that waits for its author's account, as the desk sees it.
#[derive(Debug)]
pub struct Unlinked {
    /// Its comment.
    pub comment_id: CommentId,
    /// The room's order.
    pub seq: i64,
    /// The platform.
    pub source: String,
    /// As shown in the room.
    pub author_name: String,
    /// As shown in the room.
    pub text: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// For the author alone.
    pub link_token: Option<Uuid>,
    /// A phone is known.
    pub has_phone: bool,
}

/// A session's claims that wait, in the room's order.
///
/// # Errors
/// When the database does not answer.
pub async fn unlinked(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<Unlinked>, sqlx::Error> {
    sqlx::query_as!(
        Unlinked,
        r#"select u.comment_id as "comment_id: CommentId", u.seq, a.source, c.author_name, c.text, c.at, a.link_token,
                  a.phone is not null as "has_phone!"
           from unlinked_claim u join outside_author a on a.id = u.author_id join comment c on c.id = u.comment_id
           where u.session_id = $1 and u.state = 'unlinked' order by u.seq limit 500"#,
        session as _
    )
    .fetch_all(conn)
    .await
}
