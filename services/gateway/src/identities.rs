//! Who holds a token, remembered for half a minute, so that the hot path asks the database rarely.
//!
//! Whoever changes what an account may do tells all gateways at once to forget it ([`Identities::forget`]); should
//! that message be lost, the half minute is the bound.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chassis::{bus::Bus, id::AccountId, lifecycle::Lifecycle, service::Core, telemetry::chain};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use proto::{common::v1::Actor, contract::FORGET};
use tokio::time::Instant;

use crate::{
    domain::{identity::Identity, token::TokenHash},
    store,
};

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
type Remembered = HashMap<TokenHash, (Arc<Known>, Instant)>;

/// The memory of one gateway.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identities {
    known: Arc<Mutex<Remembered>>,
}

impl Identities {
    /// An empty memory that hears when to forget.
    pub(crate) fn start(bus: &Bus, lifecycle: &Lifecycle) -> Self {
        let identities = Self::default();
        lifecycle.spawn(hear(identities.clone(), bus.clone(), lifecycle.clone()));
        identities
    }

    /// Who holds this token; `None` when nobody does, or not any more.
    pub(crate) async fn of(
        &self,
        core: &Core,
        hash: TokenHash,
    ) -> Result<Option<Arc<Known>>, sqlx::Error> {
        let now = core.clock.now();
        if let Some(known) = self.remembered(hash) {
            return Ok(Some(known).filter(|known| known.identity.expires_at > now));
        }
        // Rare and large: kept out of what every request carries along.
        Box::pin(self.ask(core, hash, now)).await
    }

    async fn ask(
        &self,
        core: &Core,
        hash: TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Known>>, sqlx::Error> {
        let asked = Instant::now();
        let Some(identity) = store::tokens::identity(&core.db, hash, now).await? else {
            return Ok(None);
        };
        let known = Arc::new(Known {
            actor: identity.actor(),
            identity,
        });
        let mut map = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MOST {
            map.clear();
        }
        map.insert(hash, (Arc::clone(&known), asked));
        Ok(Some(known))
    }

    fn remembered(&self, hash: TokenHash) -> Option<Arc<Known>> {
        let map = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(&hash)
            .filter(|(_, at)| at.elapsed() < REMEMBERED)
            .map(|(known, _)| Arc::clone(known))
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
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, (known, _)| known.identity.account_id != account);
    }

    /// Drops what is not believed any more anyway.
    pub(crate) fn sweep(&self) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, (_, at)| at.elapsed() < REMEMBERED);
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
