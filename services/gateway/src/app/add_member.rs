//! Takes somebody on for an organiser, with an account of their own.

use chassis::{
    id::{AccountId, OrganiserId},
    refusal::{Fields, Refusal},
};
use secrecy::SecretString;

use crate::{
    Ctx,
    app::{passwords, rename::name_of},
    domain::{
        Role,
        identity::Identity,
        name,
        password::{self, LONGEST, SHORTEST, WeakPassword},
    },
    error::{Error, breaks},
    store::{self, accounts::WithPassword},
};

/// Somebody to take on.
#[derive(Debug)]
pub(crate) struct NewMember {
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) password: SecretString,
    pub(crate) role: Role,
}

/// Adds a member: the right of the organiser's own organisers, and of the operator.
pub(crate) async fn add_member(
    ctx: &Ctx,
    by: &Identity,
    organiser: OrganiserId,
    new: NewMember,
) -> Result<AccountId, Error> {
    must_manage(by, organiser)?;
    let (username, name) = check(&new)?;
    let password_hash = passwords::hash(ctx, new.password).await?;
    let id: AccountId = ctx.clock.id();
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if !store::organisers::lock(&mut tx, organiser).await? {
        return Err(no_such_organiser().into());
    }
    let account = WithPassword {
        id,
        name: &name,
        username: &username,
        password_hash: &password_hash,
        operator: false,
    };
    store::accounts::insert(&mut tx, account, now)
        .await
        .map_err(|error| {
            if breaks(&error, "account_username_key") {
                Error::UsernameTaken
            } else {
                error.into()
            }
        })?;
    store::organisers::join(&mut tx, organiser, id, new.role, now).await?;
    ctx.commit(tx).await?;
    Ok(id)
}

fn check(new: &NewMember) -> Result<(String, String), Refusal> {
    let mut fields = Fields::default();
    let username = username_of("username", &new.username);
    if let Err(error) = password::check(&new.password, &new.username) {
        let vi = match error {
            WeakPassword::Short => format!("Ít nhất {SHORTEST} ký tự."),
            WeakPassword::Long => format!("Nhiều nhất {LONGEST} ký tự."),
            WeakPassword::Guessable => "Mật khẩu này quá dễ đoán.".to_owned(),
        };
        fields.refuse("password", vi, error.to_string());
    }
    let name = name_of("name", &new.name);
    for refusal in [username.as_ref().err(), name.as_ref().err()]
        .into_iter()
        .flatten()
    {
        for field in &refusal.fields {
            fields.refuse(&field.field, &field.message_vi, &field.message_en);
        }
    }
    fields.finish()?;
    Ok((username?, name?))
}

/// Reads a username, or says what is wrong with it.
pub(crate) fn username_of(field: &str, text: &str) -> Result<String, Refusal> {
    name::username(text).ok_or_else(|| {
        Refusal::field(
            field,
            "3 đến 32 ký tự: chữ thường không dấu, chữ số, dấu chấm, gạch ngang; bắt đầu bằng chữ hoặc số.",
            "3 to 32 characters: lower case letters, digits, dots, dashes; a letter or digit first.",
        )
    })
}

/// Refuses unless this is one of the organiser's own organisers, or the operator.
pub(crate) fn must_manage(by: &Identity, organiser: OrganiserId) -> Result<(), Refusal> {
    let manages = by.operator || by.memberships.contains(&(organiser, Role::Organiser));
    // Who may not know of it is told that it is not there.
    if manages {
        Ok(())
    } else {
        Err(no_such_organiser())
    }
}

/// There is no such organiser, or not for this asker.
pub(crate) fn no_such_organiser() -> Refusal {
    Refusal::not_found("ban tổ chức", "organiser")
}
