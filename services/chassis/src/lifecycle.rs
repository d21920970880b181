//! Tasks that are awaited, and an orderly stop.

use std::{future::Future, time::Duration};

use tokio::task::JoinHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The life of one role: what runs on it, and the word to stop.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    /// Runs a task that [`Lifecycle::stop`] waits for. It must watch [`Lifecycle::stopping`] if it could run for long.
    #[expect(clippy::disallowed_methods, reason = "this is the lifecycle")]
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        tokio::spawn(self.tasks.track_future(task))
    }

    /// A shorter life within this one: it stops with it, or before it.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            stopping: self.stopping.child_token(),
            tasks: TaskTracker::new(),
        }
    }

    /// Ends when the role has been told to stop.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Ends when that is so long ago: until then, what was asked before may still arrive.
    pub async fn stopping_since(&self, duration: Duration) {
        self.stopping().await;
        tokio::time::sleep(duration).await;
    }

    /// True once the role has been told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Sleeps, or ends early with `false` when it is time to stop.
    pub async fn sleep(&self, duration: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(duration) => true,
            () = self.stopping.cancelled() => false,
        }
    }

    /// Tells every task to stop and waits for them; false when some did not within the limit.
    pub async fn stop(&self, limit: Duration) -> bool {
        self.stopping.cancel();
        self.tasks.close();
        tokio::time::timeout(limit, self.tasks.wait()).await.is_ok()
    }
}
