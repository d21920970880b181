//! Asking the database who holds a token: what gathers while the last question is under way makes up the next.
//!
//! A rush begins with thousands whom the gateway has not met in the last half minute. One by one they would wait for a
//! connection each, and be most of what the database does.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use chassis::{Refusal, service::Core, telemetry::chain};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::{Instant, timeout},
};

use super::{Known, Memory};
use crate::{domain::token::TokenHash, error::Error, store};

/// Tokens that wait; more are told *busy*.
const QUEUE: usize = 8_192;
/// Tokens of one question.
const TOGETHER: usize = 512;
/// Questions under way.
const UNDER_WAY: usize = 4;
/// How long one may take, behind which others wait: as long as a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// After the word to stop, how long it is waited for one more that had begun to show its token.
const LAST_CALL: Duration = Duration::from_secs(1);

/// Who holds a token, if anybody does.
type Found = Result<Option<Arc<Known>>, Refusal>;

/// A token that is asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    hash: TokenHash,
    answer: oneshot::Sender<Found>,
}

/// Starts whatever asks.
pub(super) fn start(core: &Core, memory: &Arc<Memory>) -> mpsc::Sender<Wanted> {
    let (wanted, queue) = mpsc::channel(QUEUE);
    let asking = serve(core.clone(), Arc::clone(memory), queue);
    core.lifecycle.spawn(asking);
    wanted
}

pub(super) async fn ask(wanted: &mpsc::Sender<Wanted>, hash: TokenHash) -> Found {
    let (answer, found) = oneshot::channel();
    wanted
        .try_send(Wanted { hash, answer })
        .map_err(|_| Refusal::busy())?;
    found.await.unwrap_or_else(|_| Err(Refusal::busy()))
}

async fn serve(core: Core, memory: Arc<Memory>, mut queue: mpsc::Receiver<Wanted>) {
    let under_way = Arc::new(Semaphore::new(UNDER_WAY));
    while let Ok(leave) = Arc::clone(&under_way).acquire_owned().await {
        let mut wanted = Vec::new();
        let came = tokio::select! {
            came = queue.recv_many(&mut wanted, TOGETHER) => came,
            () = core.lifecycle.stopping_since(LAST_CALL) => 0,
        };
        if came == 0 {
            return;
        }
        let (asked, memory) = (core.clone(), Arc::clone(&memory));
        core.lifecycle.spawn(async move {
            answer(&asked, &memory, wanted).await;
            drop(leave);
        });
    }
}

async fn answer(core: &Core, memory: &Memory, mut wanted: Vec<Wanted>) {
    wanted.retain(|one| !one.answer.is_closed());
    if wanted.is_empty() {
        return;
    }
    let asked = Instant::now();
    let hashes: BTreeSet<&[u8]> = wanted.iter().map(|one| one.hash.0.as_slice()).collect();
    let hashes: Vec<&[u8]> = hashes.into_iter().collect();
    let now = core.clock.now();
    let found = timeout(PATIENCE, store::tokens::identities(&core.db, &hashes, now));
    let found = match found.await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            let cause = chain(&error);
            let refusal = Refusal::from(Error::from(error));
            if refusal.is_internal() {
                tracing::error!("failed: {cause}");
            }
            return refuse(wanted, &refusal);
        }
        Err(_) => {
            tracing::warn!("the database does not say who holds a token");
            return refuse(wanted, &Refusal::busy());
        }
    };
    let found = found.into_iter().map(|(hash, identity)| {
        let actor = identity.actor();
        (hash, Arc::new(Known { identity, actor }))
    });
    let found: HashMap<TokenHash, Arc<Known>> = found.collect();
    memory.remember(found.iter(), asked);
    for one in wanted {
        // Whoever has gone does not hear it.
        let _ = one.answer.send(Ok(found.get(&one.hash).map(Arc::clone)));
    }
}

fn refuse(wanted: Vec<Wanted>, refusal: &Refusal) {
    for one in wanted {
        let _ = one.answer.send(Err(refusal.clone()));
    }
}
