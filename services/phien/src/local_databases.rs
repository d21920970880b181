//! Four databases on one Postgres, each with roles of its own that can reach no other.

use anyhow::Context as _;
use chassis::service::ROLES;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions,
};

use crate::folder::Folder;

/// The services that have a database.
pub const SERVICES: [&str; 4] = ["catalogue", "livestream", "orders", "gateway"];

/// As whom a database is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// Owns everything and migrates.
    Owner,
    /// Runs the service: reads and writes rows.
    Service,
    /// Reads: audits and reports.
    Reader,
}

impl As {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Service, Self::Reader];

    /// The role in Postgres.
    #[must_use]
    pub fn role(self, service: &str) -> String {
        let kind = match self {
            Self::Owner => "owner",
            Self::Service => "rw",
            Self::Reader => "ro",
        };
        format!("{}_{kind}", database(service))
    }
}

/// The name of a service's database.
#[must_use]
pub fn database(service: &str) -> String {
    format!("phien_{service}")
}

/// Makes what is missing, as a superuser; passwords are those of the folder.
///
/// # Errors
/// When the server refuses.
pub async fn ensure(admin_url: &SecretString, folder: &Folder) -> anyhow::Result<()> {
    let options: PgConnectOptions = admin_url
        .expose_secret()
        .parse()
        .context("the Postgres administrator's address")?;
    let mut admin = options
        .connect()
        .await
        .context("connecting to Postgres as its administrator")?;
    for service in SERVICES {
        let name = database(service);
        if !is_there(&mut admin, "pg_database where datname", &name).await? {
            run(&mut admin, &format!("create database {name}")).await?;
        }
        let mut inside = options.clone().database(&name).connect().await?;
        run(&mut inside, ROLES).await?;
        for role in As::ALL {
            // Names are ours and the password is hexadecimal: nothing here can end the quotes.
            let password = folder.secret(&format!("role {}", role.role(service)));
            let sql = format!(
                "alter role {} login password '{}'",
                role.role(service),
                password.expose_secret()
            );
            run(&mut inside, &sql).await?;
        }
        // Before there were three, one role did everything.
        if is_there(&mut inside, "pg_roles where rolname", &name).await? {
            run(&mut inside, &format!("drop owned by {name}")).await?;
            run(&mut inside, &format!("drop role {name}")).await?;
        }
        inside.close().await?;
    }
    admin.close().await?;
    Ok(())
}

async fn is_there(conn: &mut PgConnection, place: &str, name: &str) -> anyhow::Result<bool> {
    let sql = format!("select exists (select from {place} = $1)");
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(name)
        .fetch_one(conn)
        .await?)
}

async fn run(conn: &mut PgConnection, sql: &str) -> anyhow::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(conn)
        .await
        .context("setting up the databases")?;
    Ok(())
}
