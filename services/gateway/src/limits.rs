//! How much one asker may ask, kept in memory: each gateway counts for itself.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use chassis::id::AccountId;
use governor::{
    DefaultDirectRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock, QuantaInstant},
    state::keyed::DefaultKeyedStateStore,
};

use crate::config::LimitSettings;

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>;

/// Too often: how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften {
    /// At least 1.
    pub(crate) seconds: u32,
}

/// All counters of one gateway.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    writes: Arc<Keyed<AccountId>>,
    requests: Arc<Keyed<IpAddr>>,
    sign_ins: Arc<Keyed<IpAddr>>,
    passwords: Arc<Keyed<String>>,
    codes: Arc<DefaultDirectRateLimiter>,
}

impl Limits {
    /// Counters for these settings.
    pub(crate) fn new(settings: &LimitSettings) -> Self {
        let twice = |number: NonZeroU32| number.saturating_mul(NonZeroU32::MIN.saturating_add(1));
        let writes = Quota::per_second(settings.limit_account_writes)
            .allow_burst(settings.limit_account_burst);
        Self {
            writes: Arc::new(RateLimiter::keyed(writes)),
            requests: Arc::new(RateLimiter::keyed(
                Quota::per_second(settings.limit_address)
                    .allow_burst(twice(settings.limit_address)),
            )),
            sign_ins: Arc::new(RateLimiter::keyed(Quota::per_minute(
                settings.limit_sign_ins,
            ))),
            passwords: Arc::new(RateLimiter::keyed(Quota::per_minute(
                settings.limit_passwords,
            ))),
            codes: Arc::new(RateLimiter::direct(Quota::per_minute(settings.limit_codes))),
        }
    }

    /// Counts a write of an account.
    pub(crate) fn write(&self, account: AccountId) -> Result<(), TooOften> {
        count(&self.writes, &account)
    }

    /// Counts a request of an address.
    pub(crate) fn request(&self, address: IpAddr) -> Result<(), TooOften> {
        count(&self.requests, &network(address))
    }

    /// Counts an attempt of an address to sign in.
    pub(crate) fn sign_in(&self, address: IpAddr) -> Result<(), TooOften> {
        count(&self.sign_ins, &network(address))
    }

    /// Counts an attempt on a username.
    pub(crate) fn password(&self, username: &str) -> Result<(), TooOften> {
        count(&self.passwords, &username.to_owned())
    }

    /// Counts a code that is about to be sent.
    pub(crate) fn code(&self) -> Result<(), TooOften> {
        self.codes.check().map_err(|until| too_often(&until))
    }

    /// Drops counters that are full again.
    pub(crate) fn sweep(&self) {
        self.writes.retain_recent();
        self.requests.retain_recent();
        self.sign_ins.retain_recent();
        self.passwords.retain_recent();
    }
}

fn count<K: Hash + Eq + Clone>(counter: &Keyed<K>, key: &K) -> Result<(), TooOften> {
    counter.check_key(key).map_err(|until| too_often(&until))
}

fn too_often(until: &NotUntil<QuantaInstant>) -> TooOften {
    let wait = until.wait_time_from(DefaultClock::default().now());
    let seconds = wait.max(Duration::from_secs(1)).as_millis().div_ceil(1000);
    TooOften {
        seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
    }
}

/// Whoever has one address of IPv6 has the whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use chassis::id::Id as _;
    use uuid::Uuid;

    use super::*;

    fn limits() -> Limits {
        let number = |number| NonZeroU32::new(number).unwrap();
        Limits::new(&LimitSettings {
            limit_account_writes: number(1),
            limit_account_burst: number(3),
            limit_address: number(5),
            limit_sign_ins: number(2),
            limit_codes: number(1),
            limit_passwords: number(1),
        })
    }

    #[test]
    fn each_account_has_its_own_burst() {
        let limits = limits();
        let account = |number| AccountId::from_uuid(Uuid::from_u128(number));
        for _ in 0..3 {
            assert_eq!(limits.write(account(1)), Ok(()));
        }
        assert_eq!(limits.write(account(1)), Err(TooOften { seconds: 1 }));
        assert_eq!(limits.write(account(2)), Ok(()));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let limits = limits();
        assert_eq!(limits.sign_in("2001:db8::1".parse().unwrap()), Ok(()));
        assert_eq!(limits.sign_in("2001:db8::2".parse().unwrap()), Ok(()));
        assert_eq!(
            limits.sign_in("2001:db8::3".parse().unwrap()),
            Err(TooOften { seconds: 30 })
        );
        assert_eq!(limits.sign_in("2001:db8:0:1::1".parse().unwrap()), Ok(()));
        assert_eq!(
            network("::ffff:192.0.2.1".parse().unwrap()),
            "192.0.2.1".parse::<IpAddr>().unwrap()
        );
    }
}
