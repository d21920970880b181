//! The reference: one transaction an order, against a database of its own on the same Postgres.

use std::process::Stdio;

use anyhow::Context as _;
use chassis::service;
use phien_tests::{api::Api, wait::until};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use tokio::process::{Child, Command};

use crate::{
    bench::{AMPLE, Bench, load},
    prepare::Stage,
    stack::Stack,
    work::Orders,
};

/// The server that runs.
pub(crate) struct Reference {
    child: Child,
    address: std::net::SocketAddr,
    database_url: SecretString,
}

impl Reference {
    /// Starts it with the offers of a stage.
    ///
    /// # Errors
    /// When it does not come up.
    pub(crate) async fn start(stack: &Stack, stage: &Stage) -> anyhow::Result<Self> {
        let admin_url = stack.admin_url();
        let mut admin = PgConnection::connect(admin_url.expose_secret()).await?;
        sqlx::query("create database naive")
            .execute(&mut admin)
            .await?;
        let database_url: SecretString = admin_url
            .expose_secret()
            .replace("/postgres", "/naive")
            .replace("//naive", "//postgres")
            .into();
        service::migrate("orders", &database_url, &orders::MIGRATOR).await?;
        let mut from = stack.database("orders").await?;
        let mut to = PgConnection::connect(database_url.expose_secret()).await?;
        let rows: Vec<Value> = sqlx::query_scalar(
            "select row_to_json(o) from offers o where session_id = any($1::uuid[])",
        )
        .bind(stage.session_uuids()?)
        .fetch_all(&mut from)
        .await?;
        for mut row in rows {
            for count in ["held", "awaiting", "sold", "given_back"] {
                row[count] = 0.into();
            }
            row["units_left"] = AMPLE.into();
            row["allotted"] = AMPLE.into();
            sqlx::query("insert into offers select * from jsonb_populate_record(null::offers, $1)")
                .bind(row)
                .execute(&mut to)
                .await?;
        }
        let address = ([127, 0, 0, 1], stack.free_port()).into();
        let child = Command::new(std::env::current_exe()?)
            .args(["naive-server", "--address", &format!("{address}")])
            .env("NAIVE_DATABASE_URL", database_url.expose_secret())
            .stdin(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let api = Api::new(&format!("http://{address}"))?;
        let up = || async {
            Ok(api
                .get("/readyz")
                .await
                .ok()
                .filter(phien_tests::api::Reply::is_ok))
        };
        until(
            "the reference is ready",
            std::time::Duration::from_secs(20),
            up,
        )
        .await?;
        Ok(Self {
            child,
            address,
            database_url,
        })
    }

    /// Measures it.
    ///
    /// # Errors
    /// When a connection ends, or what was told is not what is stored.
    pub(crate) async fn measure(
        &self,
        bench: &mut Bench,
        name: &str,
        connections: usize,
        stage: &Stage,
    ) -> anyhow::Result<()> {
        let mut meter = bench.stack.meter();
        meter.watch("naive", self.child.id().context("the reference has ended")?);
        let mut db = PgConnection::connect(self.database_url.expose_secret()).await?;
        let count = "select count(*) from orders";
        let before: i64 = sqlx::query_scalar(count).fetch_one(&mut db).await?;
        let work = Orders::new("/v1/orders", &bench.market, stage)?;
        let (_, outcome) = load(meter, self.address, bench.pace(connections), work).await?;
        let after: i64 = sqlx::query_scalar(count).fetch_one(&mut db).await?;
        let (stored, told) = (u64::try_from(after - before)?, outcome.count(201));
        bench.report.add(name, (&outcome).into());
        let right = (told..=told + outcome.unknown).contains(&stored);
        bench.report.check(
            format!("{name}: acknowledged = stored ({stored} orders)"),
            (!right).then(|| format!("{told} acknowledged")),
        );
        Ok(())
    }
}
