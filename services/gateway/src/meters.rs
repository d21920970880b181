//! What the gateway counts for `/metrics`: requests by class of route, who watches, and how late feeds are.

use axum::http::{Method, StatusCode};
use chassis::metrics::{Counter, Histogram, Metrics, SECONDS, shed};
use tokio::time::Duration;

chassis::declare_metrics! {
    /// The metrics of the gateway.
    pub static ALL;
    REQUESTS = Counter "phien_http_requests_total": "Requests answered, by class of route (orders, webhooks, feeds, sign_in, reads, writes, other) and status (2xx, 3xx, 4xx, 429, 503, 5xx).";
    TOOK = Histogram "phien_http_request_seconds": "Time to the head of the answer, by class of route.";
    IN_FLIGHT = Gauge "phien_http_in_flight": "Requests that are being answered.";
    VIEWERS = Gauge "phien_viewers": "Feeds that are open.";
    RESETS = Counter "phien_viewer_resets_total": "Viewers who were too slow, or came back too late, and got a snapshot instead of what they missed.";
    LAG = Histogram "phien_feed_lag_seconds": "How late a feed message is, by stage: commit (from its row, or its broker, to this gateway), socket (from this gateway to a viewer's connection; one viewer in 64).";
}

/// A class of routes with a series of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Orders,
    Webhooks,
    Feeds,
    SignIn,
    Reads,
    Writes,
    Other,
}

const CLASSES: [(Class, &str); 7] = [
    (Class::Orders, "orders"),
    (Class::Webhooks, "webhooks"),
    (Class::Feeds, "feeds"),
    (Class::SignIn, "sign_in"),
    (Class::Reads, "reads"),
    (Class::Writes, "writes"),
    (Class::Other, "other"),
];
const STATUSES: [&str; 6] = ["2xx", "3xx", "4xx", "429", "503", "5xx"];

impl Class {
    /// Of a route as it is declared; `None`: there is none.
    pub(crate) fn of(method: &Method, route: Option<&str>) -> Self {
        let Some(route) = route else {
            return Self::Other;
        };
        if route.starts_with("/v1/webhooks/") {
            Self::Webhooks
        } else if route == "/v1/orders" && *method == Method::POST {
            Self::Orders
        } else if route.starts_with("/v1/") && route.ends_with("/feed") {
            Self::Feeds
        } else if route.starts_with("/v1/sign-in") {
            Self::SignIn
        } else if !route.starts_with("/v1/") {
            Self::Other
        } else if matches!(*method, Method::GET | Method::HEAD) {
            Self::Reads
        } else {
            Self::Writes
        }
    }
}

/// The counters at hand.
#[derive(Debug)]
pub(crate) struct Meters {
    requests: [[Counter; STATUSES.len()]; CLASSES.len()],
    took: [Histogram; CLASSES.len()],
    rate_limited: Counter,
    busy: Counter,
    /// From the row, or the broker, to this gateway.
    pub(crate) commit_lag: Histogram,
    /// From this gateway to a viewer's connection.
    pub(crate) socket_lag: Histogram,
    /// Viewers that were lost and got a snapshot.
    pub(crate) resets: Counter,
}

impl Meters {
    /// Shows them.
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let lag = |stage| metrics.histogram(&LAG, &[("stage", stage)], &SECONDS);
        Self {
            requests: CLASSES.map(|(_, class)| {
                STATUSES.map(|status| {
                    metrics.counter(&REQUESTS, &[("route", class), ("status", status)])
                })
            }),
            took: CLASSES.map(|(_, class)| metrics.histogram(&TOOK, &[("route", class)], &SECONDS)),
            rate_limited: metrics.counter(shed(), &[("reason", "rate_limited")]),
            busy: metrics.counter(shed(), &[("reason", "busy")]),
            commit_lag: lag("commit"),
            socket_lag: lag("socket"),
            resets: metrics.counter(&RESETS, &[]),
        }
    }

    /// Shows what is counted elsewhere.
    pub(crate) fn show(
        metrics: &Metrics,
        viewers: impl Fn() -> u64 + Send + Sync + 'static,
        in_flight: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        metrics.read(&VIEWERS, &[], viewers);
        metrics.read(&IN_FLIGHT, &[], in_flight);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, class: Class, status: StatusCode, took: Duration) {
        let place = match status.as_u16() {
            429 => 3,
            503 => 4,
            500.. => 5,
            400.. => 2,
            300.. => 1,
            _ => 0,
        };
        if place == 3 {
            self.rate_limited.inc();
        } else if place == 4 {
            self.busy.inc();
        }
        self.requests[class as usize][place].inc();
        self.took[class as usize].observe(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_its_class() {
        let class = |method, route| Class::of(&method, Some(route));
        assert_eq!(class(Method::POST, "/v1/orders"), Class::Orders);
        assert_eq!(class(Method::GET, "/v1/orders"), Class::Reads);
        assert_eq!(class(Method::POST, "/v1/orders/{id}/cancel"), Class::Writes);
        assert_eq!(class(Method::POST, "/v1/webhooks/sepay"), Class::Webhooks);
        assert_eq!(class(Method::GET, "/docs"), Class::Other);
        assert_eq!(Class::of(&Method::GET, None), Class::Other);
        for (place, (class, _)) in CLASSES.iter().enumerate() {
            assert_eq!(*class as usize, place);
        }
    }
}
