//! Waiting for what happens elsewhere: asks again and again, never longer than is said.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep};

const AGAIN: Duration = Duration::from_millis(50);

/// Waits until `check` gives something.
///
/// # Errors
/// What `check` says, or that the time is up.
pub async fn until<T, F>(
    what: &str,
    limit: Duration,
    mut check: impl FnMut() -> F,
) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    let until = Instant::now() + limit;
    loop {
        if let Some(found) = check().await? {
            return Ok(found);
        }
        anyhow::ensure!(Instant::now() < until, "not within {limit:?}: {what}");
        sleep(AGAIN).await;
    }
}
