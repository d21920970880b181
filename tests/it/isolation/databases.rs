//! Every role of every database, at every table, and at every other database's door.
//!
//! What there is comes from the catalogue of the database: a new table is tried without an edit here.

use std::collections::BTreeMap;

use chassis::{local::LocalPostgres, service};
use phien::{
    folder::{Addresses, Folder},
    local_databases::{self, As, SERVICES, database},
};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, migrate::Migrator};

use crate::postgres_killed::Cluster;

/// A relation as the catalogue has it.
struct Relation {
    name: String,
    /// As `pg_class` has it: `S` a sequence, `v` or `m` a view.
    kind: String,
    /// Only added to.
    is_ledger: bool,
    /// What was migrated: for the owner alone.
    is_history: bool,
    /// A column that may be written.
    column: Option<String>,
}

const RELATIONS: &str = "
    select format('%I.%I', n.nspname, c.relname), c.relkind::text,
        exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgname like '%append\\_only'),
        c.relname = '_sqlx_migrations',
        (select quote_ident(min(a.attname)) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
            and not a.attisdropped and a.attgenerated = '' and a.attidentity = '')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by 1";

/// A database set up as `phien up` does it.
struct Setup {
    folder: Folder,
    addresses: Addresses,
    admin_url: String,
}

impl Setup {
    fn of(cluster: &Cluster, postgres: &LocalPostgres) -> Self {
        let admin_url = postgres.admin_url();
        let place = admin_url.rsplit_once('@').unwrap().1;
        Self {
            folder: Folder::create(&cluster.folder).unwrap(),
            addresses: Addresses {
                postgres: place.split('/').next().unwrap().to_owned(),
                nats: String::new(),
                nats_keys: None,
            },
            admin_url,
        }
    }

    fn url(&self, service: &str, who: As) -> SecretString {
        self.folder.database_url(&self.addresses, service, who)
    }

    async fn as_admin(&self, name: &str) -> PgConnection {
        let url = self.admin_url.replace("/postgres", &format!("/{name}"));
        let url = url.replacen(&format!("//{name}"), "//postgres", 1);
        PgConnection::connect(&url).await.unwrap()
    }

    async fn set_up(&self) {
        local_databases::ensure(&self.admin_url.clone().into(), &self.folder)
            .await
            .unwrap();
        let migrators: [(&'static str, &Migrator); 4] = [
            ("catalogue", &catalogue::MIGRATOR),
            ("livestream", &livestream::MIGRATOR),
            ("orders", &orders::MIGRATOR),
            ("gateway", &gateway::MIGRATOR),
        ];
        for (service, migrator) in migrators {
            service::migrate(service, &self.url(service, As::Owner), migrator)
                .await
                .unwrap();
        }
    }
}

/// Does Postgres say that it is not theirs? Whatever was done is undone.
async fn refused(conn: &mut PgConnection, sql: &str) -> bool {
    let mut tx = conn.begin().await.unwrap();
    let outcome = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut *tx)
        .await;
    tx.rollback().await.unwrap();
    match outcome {
        Err(sqlx::Error::Database(error)) => error.code().as_deref() == Some("42501"),
        Err(error) => panic!("{sql}: {error}"),
        Ok(_) => false,
    }
}

/// Every statement about a relation, and whether each role may.
fn statements(relation: &Relation, who: As) -> Vec<(String, bool)> {
    let Relation {
        name,
        kind,
        is_ledger,
        is_history,
        ..
    } = relation;
    let serves = who == As::Service;
    if matches!(kind.as_str(), "v" | "m") {
        // Before it looks at rights, Postgres says that such a view takes no rows: its lock for writers asks for them.
        return vec![
            (format!("select * from {name} limit 0"), true),
            (format!("lock table {name} in row exclusive mode"), false),
            (format!("alter table {name} owner to current_user"), false),
            (format!("alter view {name} rename to intruder"), false),
            (format!("drop view {name} cascade"), false),
        ];
    }
    if kind == "S" {
        return vec![
            (format!("select last_value from {name}"), true),
            (format!("select nextval('{name}')"), serves),
            (format!("select setval('{name}', 1)"), false),
            (format!("alter sequence {name} restart"), false),
            (format!("drop sequence {name}"), false),
        ];
    }
    let adds = serves && !is_history;
    let changes = adds && !is_ledger;
    let column = relation.column.as_deref().unwrap();
    vec![
        (format!("select * from {name} limit 0"), true),
        (format!("insert into {name} default values"), adds),
        (
            format!("update {name} set {column} = {column} where false"),
            changes,
        ),
        (format!("delete from {name} where false"), changes),
        (format!("truncate {name}"), false),
        (
            format!("alter table {name} add column intruder integer"),
            false,
        ),
        (format!("alter table {name} disable trigger all"), false),
        (format!("alter table {name} owner to current_user"), false),
        (format!("create index on {name} ({column})"), false),
        (
            format!(
                "create trigger intruder before update on {name} for each row execute function suppress_redundant_updates_trigger()"
            ),
            false,
        ),
        (
            format!("create rule intruder as on insert to {name} do instead nothing"),
            false,
        ),
        (format!("comment on table {name} is 'mine'"), false),
        (format!("drop table {name} cascade"), false),
    ]
}

/// What is about no table.
fn deeds(service: &str, who: As) -> Vec<(String, bool)> {
    let (owner, reader) = (As::Owner.role(service), As::Reader.role(service));
    let mut deeds: Vec<(String, bool)> = [
        "create table public.intruder (id integer)".to_owned(),
        "create table chassis.intruder (id integer)".to_owned(),
        "create schema intruder".to_owned(),
        "create function public.intruder() returns integer language sql as 'select 1'".to_owned(),
        "create role intruder".to_owned(),
        format!("alter role {owner} password 'x'"),
        format!("grant {owner} to {reader}"),
        format!("set local role {owner}"),
        "set local role postgres".to_owned(),
        format!("alter database {} owner to {reader}", database(service)),
        "set log_statement = 'all'".to_owned(),
        "select pg_read_file('postgresql.conf')".to_owned(),
        "copy (select 1) to program 'true'".to_owned(),
        "copy (select 1) to '/tmp/intruder'".to_owned(),
        "select * from pg_authid".to_owned(),
    ]
    .map(|sql| (sql, false))
    .into();
    deeds.push((
        "create temporary table aside (id integer)".into(),
        who == As::Service,
    ));
    deeds
}

#[tokio::test(flavor = "multi_thread")]
async fn no_role_does_what_is_not_its_own() {
    let cluster = Cluster::new();
    let postgres = cluster.start().await;
    let setup = Setup::of(&cluster, &postgres);
    setup.set_up().await;
    // As at every later start.
    setup.set_up().await;

    let (mut no, mut yes, mut tables) = (0, 0, 0);
    let mut wrong = Vec::new();
    for service in SERVICES {
        let mut admin = setup.as_admin(&database(service)).await;
        let relations: Vec<(String, String, bool, bool, Option<String>)> =
            sqlx::query_as(RELATIONS)
                .fetch_all(&mut admin)
                .await
                .unwrap();
        tables += relations.len();
        for who in [As::Service, As::Reader] {
            let mut conn = PgConnection::connect(setup.url(service, who).expose_secret())
                .await
                .unwrap();
            let mut tries = deeds(service, who);
            for (name, kind, is_ledger, is_history, column) in relations.clone() {
                let relation = Relation {
                    name,
                    kind,
                    is_ledger,
                    is_history,
                    column,
                };
                tries.extend(statements(&relation, who));
            }
            for (sql, allowed) in tries {
                if refused(&mut conn, &sql).await == allowed {
                    wrong.push(format!(
                        "{}: {sql}: should be let: {allowed}",
                        who.role(service)
                    ));
                }
                *if allowed { &mut yes } else { &mut no } += 1;
            }
        }
    }
    let doors = doors(&setup, &mut wrong).await;
    println!(
        "the databases: {tables} tables and sequences, {no} statements refused, {yes} let, {doors} doors closed"
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        tables > 50 && no > 800 && doors == 60,
        "{tables} {no} {doors}"
    );
    postgres.stop().await.unwrap();
}

/// Each role at every other database; returns how many doors were closed.
async fn doors(setup: &Setup, wrong: &mut Vec<String>) -> usize {
    let mut closed = 0;
    let others = ["postgres".to_owned(), "template1".to_owned()];
    let all: Vec<String> = SERVICES
        .iter()
        .map(|service| database(service))
        .chain(others)
        .collect();
    for service in SERVICES {
        for who in As::ALL {
            for name in &all {
                let url = setup.url(service, who);
                let (head, own) = url.expose_secret().rsplit_once('/').unwrap();
                let outcome = PgConnection::connect(&format!("{head}/{name}")).await;
                let denied = matches!(&outcome, Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501"));
                if denied == (own == name) {
                    wrong.push(format!(
                        "{} at the door of {name}: {outcome:?}",
                        who.role(service)
                    ));
                }
                closed += usize::from(denied);
            }
        }
    }
    closed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_one_role_did_everything_in_is_taken_over() {
    let cluster = Cluster::new();
    let postgres = cluster.start().await;
    let setup = Setup::of(&cluster, &postgres);
    let mut admin = setup.as_admin("postgres").await;
    for sql in [
        "create role phien_orders login password 'before'",
        "create database phien_orders owner phien_orders",
        "revoke all on database phien_orders from public",
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut admin)
            .await
            .unwrap();
    }
    let before = format!(
        "postgres://phien_orders:before@{}/phien_orders",
        setup.addresses.postgres
    );
    service::migrate("orders", &before.clone().into(), &orders::MIGRATOR)
        .await
        .unwrap();
    setup.set_up().await;

    let mut inside = setup.as_admin("phien_orders").await;
    let owners: Vec<(String, i64)> = sqlx::query_as(
        "select relowner::regrole::text, count(*) from pg_class
         where relnamespace::regnamespace::text in ('public', 'chassis') group by 1",
    )
    .fetch_all(&mut inside)
    .await
    .unwrap();
    let owners: BTreeMap<String, i64> = owners.into_iter().collect();
    assert_eq!(
        owners.keys().collect::<Vec<_>>(),
        ["phien_orders_owner"],
        "{owners:?}"
    );
    assert!(
        PgConnection::connect(&before).await.is_err(),
        "the old role is gone"
    );
    let mut serves = PgConnection::connect(setup.url("orders", As::Service).expose_secret())
        .await
        .unwrap();
    assert!(!refused(&mut serves, "delete from orders where false").await);
    assert!(refused(&mut serves, "delete from journal where false").await);

    // A table of a version to come, before anybody has granted anything.
    let owner = setup.url("orders", As::Owner);
    let mut owner = PgConnection::connect(owner.expose_secret()).await.unwrap();
    sqlx::raw_sql("create table public.to_come (id integer)")
        .execute(&mut owner)
        .await
        .unwrap();
    let reader = setup.url("orders", As::Reader);
    let mut reads = PgConnection::connect(reader.expose_secret()).await.unwrap();
    assert!(!refused(&mut serves, "insert into to_come values (1)").await);
    assert!(!refused(&mut reads, "select * from to_come").await);
    assert!(refused(&mut reads, "insert into to_come values (1)").await);
    postgres.stop().await.unwrap();
}
