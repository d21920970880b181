//! The questions of the audit: each counts what it looked at and names what is wrong.

use sqlx::PgConnection;

/// What one rule found.
#[derive(Debug)]
pub struct Finding {
    /// Rows that it was applied to.
    pub checked: i64,
    /// One line a row that breaks it.
    pub mismatches: Vec<String>,
}

/// Every counter of a room is the count, and the last number, of what it numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn room_counters(conn: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"with found as (
               select r.*,
                      (select array[count(*), coalesce(max(seq), 0)] from comment c where c.session_id = r.session_id) as comments,
                      (select array[count(hidden_seq), coalesce(max(hidden_seq), 0)] from comment c where c.session_id = r.session_id) as hidden,
                      (select array[count(*), coalesce(max(seq), 0)] from notice n where n.session_id = r.session_id) as notices
               from room r
           ), judged as (
               select *, comments = array[last_comment_seq, last_comment_seq] and hidden = array[last_hidden_seq, last_hidden_seq]
                   and notices = array[last_notice_seq, last_notice_seq] as holds
               from found
           )
           select count(*) as "checked!",
                  coalesce(array_agg(format('session %s: counters %s/%s/%s, counted %s/%s/%s', session_id, last_comment_seq, last_hidden_seq,
                      last_notice_seq, comments, hidden, notices)) filter (where not holds), '{}') as "mismatches!"
           from judged"#
    )
    .fetch_one(conn)
    .await
}

/// The ticker's numbers follow each other without gap or overlap, up to the room's counter.
///
/// # Errors
/// When the database does not answer.
pub async fn sale_ticker(conn: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"with steps as (
               select session_id, last_seq, last_seq - sales = coalesce(lag(last_seq) over (partition by session_id order by last_seq), 0) as holds
               from ticker
           ), judged as (
               select r.session_id, r.last_sale_seq, coalesce(max(s.last_seq), 0) as said,
                      coalesce(bool_and(s.holds), true) and coalesce(max(s.last_seq), 0) = r.last_sale_seq as holds
               from room r left join steps s using (session_id) group by r.session_id, r.last_sale_seq
           )
           select count(*) as "checked!",
                  coalesce(array_agg(format('session %s: sale %s, ticker up to %s or with a gap', session_id, last_sale_seq, said))
                      filter (where not holds), '{}') as "mismatches!"
           from judged"#
    )
    .fetch_one(conn)
    .await
}

/// What is pinned is of its session, and can still be sold.
///
/// # Errors
/// When the database does not answer.
pub async fn pins(conn: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"select count(*) as "checked!",
                  coalesce(array_agg(format('session %s: pins offer %s, %s', s.id, s.pinned_offer_id, coalesce(o.state, 'of another session')))
                      filter (where coalesce(o.state not in ('proposed', 'allotted', 'open'), true)), '{}') as "mismatches!"
           from session s left join offer o on o.id = s.pinned_offer_id and o.session_id = s.id
           where s.pinned_offer_id is not null"#
    )
    .fetch_one(conn)
    .await
}

/// Offers of ended sessions are closed, settled or refused.
///
/// # Errors
/// When the database does not answer.
pub async fn ended_sessions(conn: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"select count(*) as "checked!",
                  coalesce(array_agg(format('offer %s of ended session %s: %s', o.id, s.id, o.state))
                      filter (where o.state not in ('closed', 'settled', 'refused')), '{}') as "mismatches!"
           from offer o join session s on s.id = o.session_id where s.state = 'ended'"#
    )
    .fetch_one(conn)
    .await
}

/// An offer's units are those of its proposals: what was asked for, what was given.
///
/// # Errors
/// When the database does not answer.
pub async fn proposals(conn: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"with judged as (
               select o.id, o.proposed_units, o.allotted_units, coalesce(sum(p.units), 0) as asked, coalesce(sum(p.allotted_units), 0) as given
               from offer o left join proposal p on p.offer_id = o.id group by o.id
           )
           select count(*) as "checked!",
                  coalesce(array_agg(format('offer %s: %s of %s units, its proposals %s of %s', id, allotted_units, proposed_units, given, asked))
                      filter (where proposed_units <> asked or allotted_units <> given), '{}') as "mismatches!"
           from judged"#
    )
    .fetch_one(conn)
    .await
}

/// Of a settled offer, every unit was sold or given back, and what was given back is on hand again.
///
/// # Errors
/// When the database does not answer.
pub async fn settled(conn: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"select count(*) as "checked!",
                  coalesce(array_agg(format('offer %s: allotted %s, sold %s, given back %s, back on hand %s', id, allotted_units, sold_units,
                          given_back_units, back_on_hand_units))
                      filter (where allotted_units <> sold_units + given_back_units or back_on_hand_units < given_back_units), '{}') as "mismatches!"
           from offer where state = 'settled'"#
    )
    .fetch_one(conn)
    .await
}
