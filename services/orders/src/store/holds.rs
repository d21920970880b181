//! Holds, and the line of those who wait.

use chassis::id::{AccountId, HoldId, Id as _, OfferId, SessionId, WaitId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    hold::{Hold, HoldState, Wait, WaitState},
    intake::{Books, Waits},
};

/// The first of each line that a batch loads: more than it is likely to serve.
const FIRST: i64 = 512;

struct HoldRow {
    id: Uuid,
    session_id: Uuid,
    offer_id: Uuid,
    account_id: Uuid,
    shopper_name: String,
    units: i64,
    state: String,
    until: DateTime<Utc>,
    extended: bool,
    made_at: DateTime<Utc>,
    assisted_by: Option<Uuid>,
    version: i64,
}

impl TryFrom<HoldRow> for Hold {
    type Error = sqlx::Error;
    fn try_from(row: HoldRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: HoldId::from_uuid(row.id),
            session_id: SessionId::from_uuid(row.session_id),
            offer_id: OfferId::from_uuid(row.offer_id),
            account_id: AccountId::from_uuid(row.account_id),
            shopper_name: row.shopper_name,
            units: row.units,
            state: HoldState::of_name(&row.state)
                .ok_or_else(|| sqlx::Error::Decode("unreadable state of a hold".into()))?,
            until: row.until,
            extended: row.extended,
            made_at: row.made_at,
            assisted_by: row.assisted_by.map(AccountId::from_uuid),
            version: row.version,
        })
    }
}

struct WaitRow {
    id: Uuid,
    session_id: Uuid,
    offer_id: Uuid,
    account_id: Uuid,
    shopper_name: String,
    units: i64,
    place: i64,
    state: String,
    made_at: DateTime<Utc>,
    version: i64,
}

impl TryFrom<WaitRow> for Wait {
    type Error = sqlx::Error;
    fn try_from(row: WaitRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: WaitId::from_uuid(row.id),
            session_id: SessionId::from_uuid(row.session_id),
            offer_id: OfferId::from_uuid(row.offer_id),
            account_id: AccountId::from_uuid(row.account_id),
            shopper_name: row.shopper_name,
            units: row.units,
            place: row.place,
            state: WaitState::of_name(&row.state)
                .ok_or_else(|| sqlx::Error::Decode("unreadable state of a place in line".into()))?,
            made_at: row.made_at,
            version: row.version,
        })
    }
}

/// Loads what these accounts hold and wait for of these offers (pairs), and the first of the offers' lines.
/// Whoever locked the offers is alone with them.
///
/// # Errors
/// When the database refuses.
pub async fn load(
    conn: &mut PgConnection,
    pairs: &[(OfferId, AccountId)],
    lines: &[OfferId],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let offers: Vec<Uuid> = pairs.iter().map(|(offer, _)| offer.uuid()).collect();
    let accounts: Vec<Uuid> = pairs.iter().map(|(_, account)| account.uuid()).collect();
    if !pairs.is_empty() {
        let rows = sqlx::query_as!(
            HoldRow,
            "select h.* from (select distinct * from unnest($1::uuid[], $2::uuid[])) as a (offer_id, account_id)
             cross join lateral (
                 select * from holds h
                 where h.offer_id = a.offer_id and h.account_id = a.account_id and h.state = 'active'
             ) as h",
            &offers,
            &accounts
        )
        .fetch_all(&mut *conn)
        .await?;
        for row in rows {
            let kept = Hold::try_from(row)?;
            books.holds.insert((kept.offer_id, kept.account_id), kept);
        }
    }
    if !lines.is_empty() {
        let own = sqlx::query_as!(
            WaitRow,
            "select w.* from (select distinct * from unnest($1::uuid[], $2::uuid[])) as a (offer_id, account_id)
             cross join lateral (
                 select * from waits w
                 where w.offer_id = a.offer_id and w.account_id = a.account_id and w.state = 'waiting'
             ) as w",
            &offers,
            &accounts
        )
        .fetch_all(&mut *conn)
        .await?;
        for row in own {
            books.waits.load(row.try_into()?);
        }
        load_lines(conn, lines, &mut books.waits).await?;
    }
    Ok(())
}

async fn load_lines(
    conn: &mut PgConnection,
    lines: &[OfferId],
    waits: &mut Waits,
) -> Result<(), sqlx::Error> {
    for offer in lines {
        let first = sqlx::query_as!(
            WaitRow,
            "select * from waits where offer_id = $1 and state = 'waiting' order by place limit $2",
            offer.uuid(),
            FIRST
        )
        .fetch_all(&mut *conn)
        .await?;
        let all = i64::try_from(first.len()).is_ok_and(|count| count < FIRST);
        if let Some(last) = first.last().filter(|_| !all) {
            waits.goes_on_after(*offer, last.place);
        }
        for row in first {
            waits.load(row.try_into()?);
        }
    }
    Ok(())
}

/// The holds of people who are in a line: somebody who is served may hold something already.
///
/// # Errors
/// When the database refuses.
pub async fn load_of_lines(
    conn: &mut PgConnection,
    lines: &[OfferId],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = lines.iter().map(|offer| offer.uuid()).collect();
    let rows = sqlx::query_as!(
        HoldRow,
        "select h.* from holds h where h.offer_id = any($1) and h.state = 'active'
         and exists (select from waits w where w.offer_id = h.offer_id and w.account_id = h.account_id and w.state = 'waiting')",
        &ids
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let kept = Hold::try_from(row)?;
        books
            .holds
            .entry((kept.offer_id, kept.account_id))
            .or_insert(kept);
    }
    Ok(())
}

/// Writes holds that were made or changed.
///
/// # Errors
/// When the database refuses.
pub async fn save_holds(conn: &mut PgConnection, changed: &[&Hold]) -> Result<(), sqlx::Error> {
    fn of<T>(all: &[&Hold], pick: impl Fn(&Hold) -> T) -> Vec<T> {
        all.iter().map(|hold| pick(hold)).collect()
    }
    // What is over goes first: the same shopper may hold the same offer anew.
    for over in [true, false] {
        let some: Vec<&Hold> = changed
            .iter()
            .copied()
            .filter(|hold| (hold.state != HoldState::Active) == over)
            .collect();
        if some.is_empty() {
            continue;
        }
        sqlx::query!(
            "insert into holds (id, session_id, offer_id, account_id, shopper_name, units, state, until, extended, made_at,
                                assisted_by, version)
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[],
                                  $8::timestamptz[], $9::boolean[], $10::timestamptz[], $11::uuid[], $12::bigint[])
             on conflict (id) do update set units = excluded.units, state = excluded.state, until = excluded.until,
                 extended = excluded.extended, version = excluded.version",
            &of(&some, |hold| hold.id.uuid()),
            &of(&some, |hold| hold.session_id.uuid()),
            &of(&some, |hold| hold.offer_id.uuid()),
            &of(&some, |hold| hold.account_id.uuid()),
            &of(&some, |hold| hold.shopper_name.clone()),
            &of(&some, |hold| hold.units),
            &of(&some, |hold| hold.state.name().to_owned()),
            &of(&some, |hold| hold.until),
            &of(&some, |hold| hold.extended),
            &of(&some, |hold| hold.made_at),
            &of(&some, |hold| hold.assisted_by.map(chassis::id::Id::uuid)) as &[Option<Uuid>],
            &of(&some, |hold| hold.version)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Writes places in line that were taken or changed; closes whole lines.
///
/// # Errors
/// When the database refuses.
pub async fn save_waits(conn: &mut PgConnection, waits: &Waits) -> Result<(), sqlx::Error> {
    fn of<T>(all: &[&Wait], pick: impl Fn(&Wait) -> T) -> Vec<T> {
        all.iter().map(|wait| pick(wait)).collect()
    }
    for over in [true, false] {
        let some: Vec<&Wait> = waits
            .changed()
            .filter(|wait| (wait.state != WaitState::Waiting) == over)
            .collect();
        if some.is_empty() {
            continue;
        }
        sqlx::query!(
            "insert into waits (id, session_id, offer_id, account_id, shopper_name, units, place, state, made_at, version)
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[],
                                  $8::text[], $9::timestamptz[], $10::bigint[])
             on conflict (id) do update set units = excluded.units, place = excluded.place, state = excluded.state,
                 version = excluded.version",
            &of(&some, |wait| wait.id.uuid()),
            &of(&some, |wait| wait.session_id.uuid()),
            &of(&some, |wait| wait.offer_id.uuid()),
            &of(&some, |wait| wait.account_id.uuid()),
            &of(&some, |wait| wait.shopper_name.clone()),
            &of(&some, |wait| wait.units),
            &of(&some, |wait| wait.place),
            &of(&some, |wait| wait.state.name().to_owned()),
            &of(&some, |wait| wait.made_at),
            &of(&some, |wait| wait.version)
        )
        .execute(&mut *conn)
        .await?;
    }
    let closed: Vec<Uuid> = waits.closed().iter().map(|offer| offer.uuid()).collect();
    if !closed.is_empty() {
        sqlx::query!(
            "update waits set state = 'closed', version = version + 1 where offer_id = any($1) and state = 'waiting'",
            &closed
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Active holds past their deadline, oldest first: offer, account, session.
///
/// # Errors
/// When the database refuses.
pub async fn due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(OfferId, AccountId, SessionId)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select offer_id, account_id, session_id from holds where state = 'active' and until < $1 order by until limit $2",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                OfferId::from_uuid(row.offer_id),
                AccountId::from_uuid(row.account_id),
                SessionId::from_uuid(row.session_id),
            )
        })
        .collect())
}

/// Open offers with units on the shelf for which somebody waits.
///
/// # Errors
/// When the database refuses.
pub async fn unserved(conn: &mut PgConnection) -> Result<Vec<(OfferId, SessionId)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, session_id from offers where waiting > 0 and units_left > 0 and closed_at is null"
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                OfferId::from_uuid(row.id),
                SessionId::from_uuid(row.session_id),
            )
        })
        .collect())
}

/// Active holds of a session, soonest deadline first; of one account or of all.
///
/// # Errors
/// When the database refuses.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
    account: Option<AccountId>,
    limit: i64,
) -> Result<Vec<Hold>, sqlx::Error> {
    let rows = sqlx::query_as!(
        HoldRow,
        "select * from holds where session_id = $1 and ($2::uuid is null or account_id = $2) and state = 'active'
         order by until, id limit $3",
        session.uuid(),
        account.map(chassis::id::Id::uuid),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Hold::try_from).collect()
}

/// Who waits in a session, in order of offer and place; of one account or of all. Each with how many are before them.
///
/// # Errors
/// When the database refuses.
pub async fn line_of_session(
    conn: &mut PgConnection,
    session: SessionId,
    account: Option<AccountId>,
    limit: i64,
) -> Result<Vec<(Wait, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select w.*, (select count(*) from waits b
                      where b.offer_id = w.offer_id and b.place < w.place and b.state = 'waiting') as \"before!\"
         from waits w where w.session_id = $1 and ($2::uuid is null or w.account_id = $2) and w.state = 'waiting'
         order by w.offer_id, w.place limit $3",
        session.uuid(),
        account.map(chassis::id::Id::uuid),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let wait = WaitRow {
                id: row.id,
                session_id: row.session_id,
                offer_id: row.offer_id,
                account_id: row.account_id,
                shopper_name: row.shopper_name,
                units: row.units,
                place: row.place,
                state: row.state,
                made_at: row.made_at,
                version: row.version,
            };
            Ok((wait.try_into()?, row.before))
        })
        .collect()
}
