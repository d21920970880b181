//! Who holds a token, remembered for half a minute, so that the hot path asks the database rarely.
//!
//! Whoever changes what an account may do tells all gateways at once to forget it ([`Identities::forget`]); should
//! that message be lost, the half minute is the bound.

mod asking;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chassis::{
    Refusal, bus::Bus, id::AccountId, lifecycle::Lifecycle, service::Core, telemetry::chain,
};
use futures_util::StreamExt as _;
use proto::{common::v1::Actor, contract::FORGET};
use tokio::{sync::mpsc, time::Instant};

use self::asking::Wanted;
use crate::domain::{identity::Identity, token::TokenHash};

/// How long an identity is believed without asking again.
const REMEMBERED: Duration = Duration::from_secs(30);
/// Identities at once; far above the accounts of one gateway in that time.
const MOST: usize = 200_000;

/// Whoever asks, and the same as the services believe it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) identity: Identity,
    pub(crate) actor: Actor,
}

#[derive(Debug, Default)]
struct Memory(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    /// Whoever was asked for, and when.
    known: HashMap<TokenHash, (Arc<Known>, Instant)>,
    /// Accounts to forget, and since when: an answer to what was asked before is not believed again.
    forgotten: HashMap<AccountId, Instant>,
}

/// The memory of one gateway.
#[derive(Debug, Clone)]
pub(crate) struct Identities {
    memory: Arc<Memory>,
    wanted: mpsc::Sender<Wanted>,
}

impl Identities {
    /// An empty memory that hears when to forget.
    pub(crate) fn start(core: &Core) -> Self {
        let memory = Arc::<Memory>::default();
        let wanted = asking::start(core, &memory);
        let identities = Self { memory, wanted };
        let (bus, lifecycle) = (core.bus.clone(), core.lifecycle.clone());
        core.lifecycle
            .spawn(hear(identities.clone(), bus, lifecycle));
        identities
    }

    /// Who holds this token; `None` when nobody does, or not any more.
    ///
    /// # Errors
    /// *busy* when too many ask or the database is away.
    pub(crate) async fn of(
        &self,
        core: &Core,
        hash: TokenHash,
    ) -> Result<Option<Arc<Known>>, Refusal> {
        let now = core.clock.now();
        let known = match self.memory.remembered(hash) {
            Some(known) => Some(known),
            None => asking::ask(&self.wanted, hash).await?,
        };
        Ok(known.filter(|known| known.identity.expires_at > now))
    }

    /// Forgets an account here and on every other gateway.
    pub(crate) async fn forget(&self, bus: &Bus, account: AccountId) {
        self.memory.forget(account);
        let said = bus
            .jetstream()
            .client()
            .publish(format!("{FORGET}.{account}"), "".into())
            .await;
        if let Err(error) = said {
            tracing::warn!(account.id = %account, "other gateways not told to forget account {account}: {}", chain(&error));
        }
    }

    /// Drops what is not believed any more anyway.
    pub(crate) fn sweep(&self) {
        let mut memory = self.memory.lock();
        memory.known.retain(|_, (_, at)| at.elapsed() < REMEMBERED);
        memory.forgotten.retain(|_, at| at.elapsed() < REMEMBERED);
    }
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self, hash: TokenHash) -> Option<Arc<Known>> {
        self.lock()
            .known
            .get(&hash)
            .filter(|(_, at)| at.elapsed() < REMEMBERED)
            .map(|(known, _)| Arc::clone(known))
    }

    fn remember<'a>(
        &self,
        found: impl Iterator<Item = (&'a TokenHash, &'a Arc<Known>)>,
        asked: Instant,
    ) {
        let mut memory = self.lock();
        for (hash, known) in found {
            let forgotten = memory.forgotten.get(&known.identity.account_id);
            if forgotten.is_some_and(|at| *at >= asked) {
                continue;
            }
            if memory.known.len() >= MOST {
                memory.known.clear();
            }
            memory.known.insert(*hash, (Arc::clone(known), asked));
        }
    }

    fn forget(&self, account: AccountId) {
        let mut memory = self.lock();
        memory
            .known
            .retain(|_, (known, _)| known.identity.account_id != account);
        memory.forgotten.insert(account, Instant::now());
    }
}

async fn hear(identities: Identities, bus: Bus, lifecycle: Lifecycle) {
    let client = bus.jetstream().client();
    while !lifecycle.is_stopping() {
        match client.subscribe(format!("{FORGET}.*")).await {
            Ok(mut said) => loop {
                let message = tokio::select! {
                    message = said.next() => message,
                    () = lifecycle.stopping() => return,
                };
                let Some(message) = message else { break };
                let account = message
                    .subject
                    .rsplit('.')
                    .next()
                    .and_then(|text| text.parse().ok());
                if let Some(account) = account {
                    identities.memory.forget(account);
                }
            },
            Err(error) => tracing::warn!("gateways are not heard: {}", chain(&error)),
        }
        if !lifecycle.sleep(Duration::from_secs(1)).await {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use chassis::id::Id as _;
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_before_a_forgetting_is_not_remembered_after_it() {
        let memory = Memory::default();
        let identity = Identity {
            account_id: AccountId::from_uuid(Uuid::from_u128(1)),
            name: String::new(),
            operator: false,
            made_for_demo: false,
            memberships: Vec::new(),
            producers: Vec::new(),
            expires_at: DateTime::UNIX_EPOCH,
        };
        let (hash, actor) = (TokenHash([7; 32]), identity.actor());
        let known = Arc::new(Known { identity, actor });
        let found = || std::iter::once((&hash, &known));
        let asked = Instant::now();
        memory.forget(known.identity.account_id);
        memory.remember(found(), asked);
        assert!(memory.remembered(hash).is_none());
        tokio::time::advance(Duration::from_millis(1)).await;
        memory.remember(found(), Instant::now());
        assert!(memory.remembered(hash).is_some());
        memory.forget(known.identity.account_id);
        assert!(memory.remembered(hash).is_none());
    }
}
