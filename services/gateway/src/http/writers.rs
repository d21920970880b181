//! Threads of their own for feeds: a full room is tens of thousands of small tasks a second, behind which a request,
//! which takes many turns, would wait its own latency several times over. The kernel shares the cores fairly instead.

use std::{future::Future, thread::available_parallelism};

use chassis::lifecycle::Lifecycle;
use tokio::runtime::{Builder, Runtime};

/// The runtime that feeds are written on.
pub(super) struct Writers(Option<Runtime>);

impl Writers {
    /// Half of the cores, and no fewer than one; feeds share the others' when the system gives no threads.
    pub(super) fn start() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let runtime = Builder::new_multi_thread()
            .worker_threads(cores.div_ceil(2))
            .thread_name("feeds")
            .enable_all()
            .build()
            .inspect_err(|error| tracing::warn!("no threads for feeds: {error}"));
        Self(runtime.ok())
    }

    /// Runs a task there; the lifecycle waits for it.
    pub(super) fn spawn(
        &self,
        lifecycle: &Lifecycle,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let _there = self.0.as_ref().map(Runtime::enter);
        lifecycle.spawn(task);
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        // Not by its own drop, which waits, and may not in a task.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
