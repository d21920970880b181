//! Producers.

use chassis::{
    id::{AccountId, Id as _, ProducerId},
    page::Page,
    phone::Phone,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{
        producer::{Address, BankAccount, Producer, Profile},
        words::{ProducerKind, ProducerState},
    },
    error::Error,
};

struct Row {
    producer_id: ProducerId,
    account_id: AccountId,
    kind: String,
    name: String,
    business_code: Option<String>,
    tax_code: Option<String>,
    address_line: String,
    ward_code: String,
    legacy_address: String,
    phone: Option<String>,
    bank_bin: Option<String>,
    bank_account_no: Option<String>,
    bank_account_name: Option<String>,
    state: String,
    created_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Producer, Error> {
        let bank_account = match (self.bank_bin, self.bank_account_no, self.bank_account_name) {
            (Some(bin), Some(account_no), Some(account_name)) => Some(BankAccount {
                bin,
                account_no,
                account_name,
            }),
            _ => None,
        };
        let phone = self.phone.as_deref().map(Phone::parse).transpose();
        Ok(Producer {
            id: self.producer_id,
            account_id: self.account_id,
            profile: Profile {
                kind: ProducerKind::parse(&self.kind).ok_or(Error::Unknown("kind of producer"))?,
                name: self.name,
                business_code: self.business_code,
                tax_code: self.tax_code,
                address: Address {
                    line: self.address_line,
                    ward_code: self.ward_code,
                    legacy_address: self.legacy_address,
                },
                bank_account,
                phone: phone.map_err(|_| Error::Unknown("phone"))?,
            },
            state: ProducerState::parse(&self.state)
                .ok_or(Error::Unknown("state of a producer"))?,
            created_at: self.created_at,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Producer>, Error> {
    rows.into_iter().map(Row::read).collect()
}

/// Adds a producer.
///
/// # Errors
/// When the database refuses: its code is taken, say.
pub async fn insert(conn: &mut PgConnection, producer: &Producer) -> Result<(), Error> {
    let profile = &producer.profile;
    let bank = profile.bank_account.as_ref();
    sqlx::query!(
        "insert into producer (producer_id, account_id, kind, name, business_code, tax_code, address_line, ward_code,
             legacy_address, phone, bank_bin, bank_account_no, bank_account_name, state, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        producer.id as _,
        producer.account_id as _,
        profile.kind.as_str(),
        profile.name,
        profile.business_code,
        profile.tax_code,
        profile.address.line,
        profile.address.ward_code,
        profile.address.legacy_address,
        profile.phone.as_ref().map(Phone::e164),
        bank.map(|bank| bank.bin.as_str()),
        bank.map(|bank| bank.account_no.as_str()),
        bank.map(|bank| bank.account_name.as_str()),
        producer.state.as_str(),
        producer.created_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Some producers.
///
/// # Errors
/// When the database does not answer.
pub async fn all_by_id(
    conn: &mut PgConnection,
    ids: &[uuid::Uuid],
) -> Result<Vec<Producer>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select producer_id, account_id, kind, name, business_code, tax_code, address_line, ward_code, legacy_address,
             phone, bank_bin, bank_account_no, bank_account_name, state, created_at
         from producer where producer_id = any($1)",
        ids,
    )
    .fetch_all(conn)
    .await?;
    all(rows)
}

/// One producer.
///
/// # Errors
/// When it is not there.
pub async fn by_id(conn: &mut PgConnection, id: ProducerId) -> Result<Producer, Error> {
    all_by_id(conn, &[id.uuid()])
        .await?
        .pop()
        .ok_or(Error::NoSuchProducer)
}

/// Locks producers, in the order of their ids. Whoever changes anything of a producer's goods locks it first, so that
/// what is said of them is said in the order in which it became true.
///
/// # Errors
/// When the database does not answer, or somebody holds the lock for too long.
pub async fn lock(conn: &mut PgConnection, ids: &[ProducerId]) -> Result<Vec<Producer>, Error> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "select producer_id, account_id, kind, name, business_code, tax_code, address_line, ward_code, legacy_address,
             phone, bank_bin, bank_account_no, bank_account_name, state, created_at
         from producer where producer_id = any($1) order by producer_id for no key update",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    all(rows)
}

/// One import at a time: two files that bring the same new producer must not meet.
///
/// # Errors
/// When another import takes too long.
pub async fn lock_imports(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('goods.import', 0))")
        .execute(conn)
        .await?;
    Ok(())
}

/// Those with one of these codes: who has it for good, or else the asker's own draft.
///
/// # Errors
/// When the database does not answer.
pub async fn with_codes(
    conn: &mut PgConnection,
    codes: &[String],
    kept: &[ProducerId],
) -> Result<Vec<ProducerId>, Error> {
    let kept: Vec<_> = kept.iter().map(|id| id.uuid()).collect();
    let ids = sqlx::query_scalar!(
        "select distinct on (code) producer_id from producer
         where code = any($1) and (state <> 'draft' or producer_id = any($2))
         order by code, state = 'draft', producer_id",
        codes,
        &kept,
    );
    Ok(ids.fetch_all(conn).await?)
}

/// What an account has registered with a code.
///
/// # Errors
/// When the database does not answer.
pub async fn registered_by(
    conn: &mut PgConnection,
    account: AccountId,
    code: &str,
) -> Result<Option<Producer>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select producer_id, account_id, kind, name, business_code, tax_code, address_line, ward_code, legacy_address,
             phone, bank_bin, bank_account_no, bank_account_name, state, created_at
         from producer where account_id = $1 and code = $2 order by producer_id desc limit 1",
        account as _,
        code,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::read).transpose()
}

/// Is somebody registered for good with this code?
///
/// # Errors
/// When the database does not answer.
pub async fn is_taken(conn: &mut PgConnection, code: &str) -> Result<bool, Error> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from producer where code = $1 and state <> 'draft') as "taken!""#,
        code,
    )
    .fetch_one(conn)
    .await?;
    Ok(taken)
}

/// Which producers a list shows.
#[derive(Debug)]
pub struct Seen<'a> {
    /// Drafts and suspended ones too.
    pub all: bool,
    /// These in any case.
    pub kept: &'a [ProducerId],
    /// Only those in this state.
    pub state: Option<ProducerState>,
}

/// A page of producers, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    conn: &mut PgConnection,
    seen: &Seen<'_>,
    page: Page<ProducerId>,
) -> Result<Vec<Producer>, Error> {
    let kept: Vec<_> = seen.kept.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "select producer_id, account_id, kind, name, business_code, tax_code, address_line, ward_code, legacy_address,
             phone, bank_bin, bank_account_no, bank_account_name, state, created_at
         from producer
         where ($1 or state = 'verified' or producer_id = any($2))
             and ($3::text is null or state = $3)
             and ($4::uuid is null or producer_id < $4)
         order by producer_id desc limit $5",
        seen.all,
        &kept,
        seen.state.map(ProducerState::as_str),
        page.after as _,
        page.limit,
    )
    .fetch_all(conn)
    .await?;
    all(rows)
}

/// Changes what a producer says of itself.
///
/// # Errors
/// When the database refuses: the new code is taken, say.
pub async fn change(
    conn: &mut PgConnection,
    id: ProducerId,
    profile: &Profile,
) -> Result<(), Error> {
    let bank = profile.bank_account.as_ref();
    sqlx::query!(
        "update producer set kind = $2, name = $3, business_code = $4, tax_code = $5, address_line = $6, ward_code = $7,
             legacy_address = $8, phone = $9, bank_bin = $10, bank_account_no = $11, bank_account_name = $12
         where producer_id = $1",
        id as _,
        profile.kind.as_str(),
        profile.name,
        profile.business_code,
        profile.tax_code,
        profile.address.line,
        profile.address.ward_code,
        profile.address.legacy_address,
        profile.phone.as_ref().map(Phone::e164),
        bank.map(|bank| bank.bin.as_str()),
        bank.map(|bank| bank.account_no.as_str()),
        bank.map(|bank| bank.account_name.as_str()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets a producer sell, or stops it.
///
/// # Errors
/// When the database refuses: its code is taken, say.
pub async fn set_state(
    conn: &mut PgConnection,
    id: ProducerId,
    state: ProducerState,
    reason: &str,
) -> Result<(), Error> {
    sqlx::query!(
        "update producer set state = $2, state_reason = $3 where producer_id = $1",
        id as _,
        state.as_str(),
        reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}
