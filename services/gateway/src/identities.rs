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

/// Whoever was asked for, and when.
#[derive(Debug, Default)]
struct Memory(Mutex<HashMap<TokenHash, (Arc<Known>, Instant)>>);

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
        self.forget_here(account);
        let said = bus
            .jetstream()
            .client()
            .publish(format!("{FORGET}.{account}"), "".into())
            .await;
        if let Err(error) = said {
            tracing::warn!(account.id = %account, "other gateways not told to forget account {account}: {}", chain(&error));
        }
    }

    fn forget_here(&self, account: AccountId) {
        self.memory
            .map()
            .retain(|_, (known, _)| known.identity.account_id != account);
    }

    /// Drops what is not believed any more anyway.
    pub(crate) fn sweep(&self) {
        self.memory
            .map()
            .retain(|_, (_, at)| at.elapsed() < REMEMBERED);
    }
}

impl Memory {
    fn map(&self) -> MutexGuard<'_, HashMap<TokenHash, (Arc<Known>, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self, hash: TokenHash) -> Option<Arc<Known>> {
        self.map()
            .get(&hash)
            .filter(|(_, at)| at.elapsed() < REMEMBERED)
            .map(|(known, _)| Arc::clone(known))
    }

    fn remember(&self, found: &HashMap<TokenHash, Arc<Known>>, asked: Instant) {
        let mut map = self.map();
        if map.len() + found.len() > MOST {
            map.clear();
        }
        map.extend(
            found
                .iter()
                .map(|(hash, known)| (*hash, (Arc::clone(known), asked))),
        );
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
                    identities.forget_here(account);
                }
            },
            Err(error) => tracing::warn!("gateways are not heard: {}", chain(&error)),
        }
        if !lifecycle.sleep(Duration::from_secs(1)).await {
            return;
        }
    }
}
