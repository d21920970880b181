//! A feed as a page follows it: one connection, cut at will, that goes on where it was.

mod parse;
mod view;

pub use parse::{Message, Parser};
pub use view::View;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use futures_util::StreamExt as _;
use reqwest::{Method, header};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::api::Api;

/// Who hears nothing for so long comes back.
const SILENCE: Duration = Duration::from_secs(40);
/// How soon a client comes back; a page waits longer.
const BACK_AFTER: Duration = Duration::from_millis(100);

/// Somebody who watches.
#[derive(Debug)]
pub struct FeedClient {
    shared: Arc<Shared>,
    changed: watch::Receiver<u64>,
    _task: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Shared {
    view: Mutex<View>,
    cut: Notify,
}

impl Shared {
    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FeedClient {
    /// Watches a feed until dropped.
    #[must_use]
    pub fn watch(api: &Api, path: &str) -> Self {
        let shared = Arc::<Shared>::default();
        let (said, changed) = watch::channel(0);
        let mut task = JoinSet::new();
        task.spawn(follow(
            api.clone(),
            path.to_owned(),
            Arc::clone(&shared),
            said,
        ));
        Self {
            shared,
            changed,
            _task: task,
        }
    }

    /// Cuts the connection; the client comes back with the id of its last event.
    pub fn cut(&self) {
        self.shared.view().cuts += 1;
        self.shared.cut.notify_one();
    }

    /// Looks at what is known.
    pub fn look<T>(&self, at: impl FnOnce(&View) -> T) -> T {
        at(&self.shared.view())
    }

    /// Waits until what is known is so.
    ///
    /// # Errors
    /// When the time is up.
    pub async fn until(
        &self,
        what: &str,
        limit: Duration,
        is: impl Fn(&View) -> bool,
    ) -> anyhow::Result<()> {
        let mut changed = self.changed.clone();
        let end = Instant::now() + limit;
        loop {
            changed.borrow_and_update();
            if self.look(&is) {
                return Ok(());
            }
            let left = end.saturating_duration_since(Instant::now());
            match timeout(left, changed.changed()).await {
                Ok(news) => news.context("the client has ended")?,
                Err(_elapsed) => {
                    let known = self.look(|view| format!("{view:?}"));
                    let known: String = known.chars().take(2_000).collect();
                    anyhow::bail!("not within {limit:?}: {what}; known: {known}");
                }
            }
        }
    }
}

async fn follow(api: Api, path: String, shared: Arc<Shared>, changes: watch::Sender<u64>) {
    loop {
        // What ended a connection is in the view; either way the client comes back.
        let outcome = tokio::select! {
            outcome = read(&api, &path, &shared, &changes) => outcome,
            () = shared.cut.notified() => continue,
        };
        if let Err(error) = outcome {
            shared.view().lost.push(format!("{error:#}"));
        }
        sleep(BACK_AFTER).await;
    }
}

/// One connection, until it ends.
async fn read(
    api: &Api,
    path: &str,
    shared: &Shared,
    changes: &watch::Sender<u64>,
) -> anyhow::Result<()> {
    let last_id = shared.view().last_id.clone();
    let mut request = api
        .request(Method::GET, path)
        .header(header::ACCEPT, "text/event-stream");
    if let Some(id) = &last_id {
        request = request.header("last-event-id", id);
    }
    let response = timeout(SILENCE, request.send()).await??;
    let status = response.status();
    anyhow::ensure!(status.is_success(), "the feed answers {status}");
    shared.view().connected(last_id.is_some());
    let mut parser = Parser::default();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = timeout(SILENCE, chunks.next()).await.context("silence")? {
        for message in parser.push(&chunk?) {
            shared.view().hear(message);
        }
        changes.send_modify(|count| *count += 1);
    }
    Ok(())
}
