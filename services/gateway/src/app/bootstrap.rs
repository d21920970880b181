//! Creates what a new installation needs to be tried: an organiser, one account a role, a producer's, the operator's.

use chassis::id::{AccountId, OrganiserId};
use secrecy::SecretString;

use crate::{
    Ctx,
    app::passwords,
    domain::Role,
    error::Error,
    store::{self, accounts::WithPassword},
};

/// The organiser of the trial installation.
const ORGANISER: &str = "Ban tổ chức Phiên (bản chạy thử)";

/// The accounts: username, person's name, role.
const ACCOUNTS: [(&str, &str, Option<Role>); 6] = [
    ("organiser", "Ban tổ chức", Some(Role::Organiser)),
    ("host", "Người dẫn", Some(Role::Host)),
    ("moderator", "Kiểm duyệt", Some(Role::Moderator)),
    ("volunteer", "Tình nguyện viên", Some(Role::Volunteer)),
    ("producer", "Chủ thể OCOP", None),
    ("operator", "Vận hành", None),
];

/// What stands after [`bootstrap`].
#[derive(Debug, Clone)]
pub struct Bootstrapped {
    /// The trial's organiser.
    pub organiser_id: OrganiserId,
    /// Each account's username and its role: a role's word, `producer` or `operator`.
    pub accounts: Vec<(String, String)>,
}

/// Creates what is missing; an account that is there gets the given password if it has another.
///
/// # Errors
/// When the database does not do it.
pub async fn bootstrap(
    ctx: &Ctx,
    passwords: &(dyn Fn(&str) -> SecretString + Send + Sync),
) -> Result<Bootstrapped, Error> {
    // Hashing is slow: it is done before the transaction.
    let mut hashed = Vec::new();
    for (username, name, role) in ACCOUNTS {
        let password = passwords(username);
        let there = store::accounts::by_username(&mut *ctx.db.acquire().await?, username).await?;
        let verified = match &there {
            Some((_, hash)) => passwords::verify(ctx, password.clone(), Some(hash.clone())).await?,
            None => false,
        };
        let hash = if verified {
            None
        } else {
            Some(passwords::hash(ctx, password).await?)
        };
        hashed.push((
            username,
            name,
            role,
            there.map(|(account, _)| account),
            hash,
        ));
    }
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let organiser_id = if let Some(id) = store::organisers::by_name(&mut tx, ORGANISER).await? {
        id
    } else {
        let id = ctx.clock.id();
        store::organisers::insert(&mut tx, id, ORGANISER, now).await?;
        id
    };
    let mut changed = Vec::new();
    for (username, name, role, there, hash) in hashed {
        let id: AccountId = there.unwrap_or_else(|| ctx.clock.id());
        match (there, hash) {
            (Some(id), Some(hash)) => {
                store::accounts::set_password(&mut tx, id, &hash).await?;
                store::tokens::delete_of(&mut tx, id).await?;
                changed.push(id);
            }
            (None, Some(hash)) => {
                let account = WithPassword {
                    id,
                    name,
                    username,
                    password_hash: &hash,
                    operator: username == "operator",
                };
                store::accounts::insert(&mut tx, account, now).await?;
            }
            (_, None) => {}
        }
        if let Some(role) = role {
            store::organisers::join(&mut tx, organiser_id, id, role, now).await?;
        }
    }
    ctx.commit(tx).await?;
    for account in changed {
        ctx.identities.forget(&ctx.bus, account).await;
    }
    let word = |username: &str, role: Option<Role>| {
        role.map_or_else(|| username.to_owned(), |role| role.word().to_owned())
    };
    let accounts = ACCOUNTS
        .iter()
        .map(|(username, _, role)| ((*username).to_owned(), word(username, *role)))
        .collect();
    Ok(Bootstrapped {
        organiser_id,
        accounts,
    })
}
