//! Who watches: how many at all, how many of one account, how many of each session.
//!
//! Each gateway tells livestream its own count of each session, which adds up the gateways' last words: a sum that
//! cannot drift, as one kept by plus and minus one would.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use chassis::{Refusal, bus::Bus, id::GatewayId, lifecycle::Lifecycle};
use proto::{
    common::v1::{Actor, RefusalKind},
    livestream::v1::ReportViewers,
};
use tokio::{sync::Notify, time::Instant};

use super::reader::lock;
use crate::error::RATE_LIMITED;

/// Connections that one gateway holds: files a process may open, less what it needs itself.
const ALL: usize = 19_000;
/// Connections of one account: a few pages on a few devices.
const OF_ONE_ACCOUNT: usize = 10;
/// The count is said this often, and soon after it changed.
const REPORT_EVERY: Duration = Duration::from_secs(5);
const REPORT_AGAIN: Duration = Duration::from_secs(1);

/// All seats of a gateway.
#[derive(Debug, Default)]
pub(super) struct Seats {
    taken: Mutex<Taken>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    accounts: HashMap<String, usize>,
    /// With a 0 for a session that was left, until that has been said.
    sessions: BTreeMap<String, u32>,
}

/// One viewer's seat, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    account: Option<String>,
    session: Option<String>,
}

impl Seats {
    /// Takes a seat.
    ///
    /// # Errors
    /// When the gateway is full, or the account has too many.
    pub(super) fn take(
        self: &Arc<Self>,
        account: Option<String>,
        session: Option<String>,
    ) -> Result<Seat, Refusal> {
        let mut taken = lock(&self.taken);
        if taken.all >= ALL {
            return Err(Refusal {
                retry_after_seconds: 5,
                ..Refusal::new(
                    RefusalKind::Busy,
                    "too_many_viewers",
                    "Quá đông người xem, hãy thử lại sau ít giây.",
                    "Too many viewers, please try again in a few seconds.",
                )
            });
        }
        if let Some(account) = &account {
            let own = taken.accounts.entry(account.clone()).or_default();
            if *own >= OF_ONE_ACCOUNT {
                return Err(Refusal {
                    retry_after_seconds: 5,
                    ..Refusal::new(
                        RefusalKind::Busy,
                        RATE_LIMITED,
                        format!(
                            "Mỗi tài khoản xem được nhiều nhất {OF_ONE_ACCOUNT} luồng cùng lúc, hãy đóng bớt trang."
                        ),
                        format!(
                            "An account may follow at most {OF_ONE_ACCOUNT} feeds at once, please close some pages."
                        ),
                    )
                });
            }
            *own += 1;
        }
        taken.all += 1;
        if let Some(session) = &session {
            *taken.sessions.entry(session.clone()).or_default() += 1;
            self.changed.notify_one();
        }
        drop(taken);
        Ok(Seat {
            seats: Arc::clone(self),
            account,
            session,
        })
    }

    /// How many are taken.
    pub(super) fn all(&self) -> usize {
        lock(&self.taken).all
    }

    /// Tells livestream the counts until the role stops.
    pub(super) fn report(self: Arc<Self>, bus: Bus, lifecycle: &Lifecycle) {
        let gateway_id = bus.clock().id::<GatewayId>().to_string();
        let alive = lifecycle.clone();
        lifecycle.spawn(async move {
            let mut said: Option<Instant> = None;
            loop {
                tokio::select! {
                    () = self.changed.notified() => {}
                    () = tokio::time::sleep(REPORT_EVERY) => {}
                    () = alive.stopping() => return,
                }
                if let Some(said) = said {
                    tokio::select! {
                        () = tokio::time::sleep_until(said + REPORT_AGAIN) => {}
                        () = alive.stopping() => return,
                    }
                }
                tokio::select! {
                    () = self.say(&bus, &gateway_id) => {}
                    () = alive.stopping() => return,
                }
                said = Some(Instant::now());
            }
        });
    }

    async fn say(&self, bus: &Bus, gateway_id: &str) {
        let viewers_by_session = lock(&self.taken).sessions.clone();
        if viewers_by_session.is_empty() {
            return;
        }
        let report = ReportViewers {
            gateway_id: gateway_id.to_owned(),
            viewers_by_session,
        };
        match bus
            .ask_at(
                <ReportViewers as proto::contract::Request>::SUBJECT,
                &Actor::default(),
                &report,
                REPORT_EVERY,
            )
            .await
        {
            Ok(_) => {
                let mut taken = lock(&self.taken);
                for (session, said) in report.viewers_by_session {
                    if said == 0 && taken.sessions.get(&session) == Some(&0) {
                        taken.sessions.remove(&session);
                    }
                }
            }
            Err(refusal) => tracing::debug!("viewers not reported: {refusal}"),
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.seats.taken);
        taken.all = taken.all.saturating_sub(1);
        if let Some(account) = &self.account
            && let Some(own) = taken.accounts.get_mut(account)
        {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.accounts.remove(account);
            }
        }
        if let Some(session) = &self.session
            && let Some(viewers) = taken.sessions.get_mut(session)
        {
            *viewers = viewers.saturating_sub(1);
            self.seats.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_so_many_seats_and_gets_them_back() {
        let seats = Arc::new(Seats::default());
        let take = || seats.take(Some("acc_1".into()), Some("ses_1".into()));
        let mut held: Vec<_> = (0..OF_ONE_ACCOUNT).map(|_| take().unwrap()).collect();
        assert_eq!(take().unwrap_err().code, RATE_LIMITED);
        assert!(seats.take(Some("acc_2".into()), None).is_ok());
        held.pop();
        held.push(take().unwrap());
        assert_eq!(lock(&seats.taken).sessions["ses_1"], 10);
        drop(held);
        let taken = lock(&seats.taken);
        assert_eq!((taken.all, taken.accounts.len()), (0, 0));
        assert_eq!(taken.sessions["ses_1"], 0, "a zero is still to be said");
    }

    #[test]
    fn a_gateway_is_full_at_last() {
        let seats = Arc::new(Seats::default());
        let held: Vec<_> = (0..ALL).map(|_| seats.take(None, None).unwrap()).collect();
        let refusal = seats.take(None, None).unwrap_err();
        assert_eq!(
            (refusal.kind, refusal.code.as_str()),
            (RefusalKind::Busy, "too_many_viewers")
        );
        drop(held);
        assert!(seats.take(None, None).is_ok());
    }
}
