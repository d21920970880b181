//! Four databases on one Postgres, each with its own role that can reach no other.

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::folder::Folder;

/// The services that have a database.
pub const SERVICES: [&str; 4] = ["catalogue", "livestream", "orders", "gateway"];

/// Makes what is missing, as a superuser; passwords are those of the folder.
///
/// # Errors
/// When the server refuses.
pub async fn ensure(admin_url: &SecretString, folder: &Folder) -> anyhow::Result<()> {
    let mut admin = PgConnection::connect(admin_url.expose_secret())
        .await
        .context("connecting to Postgres as its administrator")?;
    for service in SERVICES {
        let name = format!("phien_{service}");
        let password = folder.secret(&format!("database of {service}"));
        let role: bool =
            sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
                .bind(&name)
                .fetch_one(&mut admin)
                .await?;
        let verb = if role { "alter" } else { "create" };
        // Names are ours and the password is hexadecimal: nothing here can end the quotes.
        run(
            &mut admin,
            format!(
                "{verb} role {name} login password '{}'",
                password.expose_secret()
            ),
        )
        .await?;
        let database: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(&name)
                .fetch_one(&mut admin)
                .await?;
        if !database {
            run(&mut admin, format!("create database {name} owner {name}")).await?;
        }
        run(
            &mut admin,
            format!("revoke all on database {name} from public"),
        )
        .await?;
    }
    admin.close().await?;
    Ok(())
}

async fn run(conn: &mut PgConnection, sql: String) -> anyhow::Result<()> {
    sqlx::query(AssertSqlSafe(sql))
        .execute(conn)
        .await
        .context("setting up the databases")?;
    Ok(())
}
