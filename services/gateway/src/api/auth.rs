//! Who asks, and whether they may ask here at all.
//!
//! Every handler takes an [`Asker`] with the route's policy as its first argument; [`super::routes`] does not compile
//! without. What the asker may do with the very session or order is decided by the service that owns it.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use chassis::{Refusal, trace::Trace};
use proto::{common::v1::Actor, contract::Request};
use tokio::time::Instant;

use super::{
    middleware::Came,
    problem::{Answer, Problem},
};
use crate::{
    Ctx,
    domain::{Role, identity::Identity, token::TokenHash},
    identities::Known,
};

/// Who may ask at a route.
pub(crate) trait Policy: Send + Sync + 'static {
    /// Who holds the token that was shown; `None`: nobody is signed in.
    fn admits(identity: Option<&Identity>) -> Answer<()>;
}

macro_rules! policies {
    ($($(#[$doc:meta])* $name:ident($identity:ident) = $rule:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl Policy for $name {
            fn admits(identity: Option<&Identity>) -> Answer<()> {
                let Some($identity) = identity else { return Err(Problem::sign_in_first()) };
                if $rule { Ok(()) } else { Err(Refusal::forbidden().into()) }
            }
        }
    )+};
}

const STEERS: &[Role] = &[Role::Organiser, Role::Host];
const MODERATES: &[Role] = &[Role::Organiser, Role::Host, Role::Moderator];

policies! {
    /// Whoever is signed in.
    SignedIn(_identity) = true;
    /// Whoever works for an organiser.
    Staff(identity) = identity.has_role(&Role::ALL);
    /// Organisers and hosts.
    Steers(identity) = identity.has_role(STEERS);
    /// Organisers, hosts and moderators.
    Moderates(identity) = identity.has_role(MODERATES);
    /// Organisers.
    Organises(identity) = identity.has_role(&[Role::Organiser]);
    /// Organisers, and the operator.
    Manages(identity) = identity.operator || identity.has_role(&[Role::Organiser]);
    /// The operator.
    Operates(identity) = identity.operator;
    /// Keepers of a producer's goods.
    Keeps(identity) = !identity.producers.is_empty();
    /// Keepers of a producer's goods, and organisers.
    Lists(identity) = !identity.producers.is_empty() || identity.has_role(&[Role::Organiser]);
    /// Keepers of a producer's goods, and whoever works for an organiser.
    Packs(identity) = !identity.producers.is_empty() || identity.has_role(&Role::ALL);
}

/// Anybody, signed in or not.
#[derive(Debug)]
pub(crate) enum Anybody {}

impl Policy for Anybody {
    fn admits(_: Option<&Identity>) -> Answer<()> {
        Ok(())
    }
}

/// Whoever asks, admitted by the route's policy.
#[derive(Debug)]
pub(crate) struct Asker<P> {
    pub(crate) ctx: Ctx,
    /// Who is signed in. Always somebody but under [`Anybody`].
    known: Option<Arc<Known>>,
    token: Option<TokenHash>,
    until: Instant,
    trace: Option<Trace>,
    policy: PhantomData<P>,
}

/// Who nobody is.
static NOBODY: Actor = Actor {
    account_id: String::new(),
    memberships: Vec::new(),
    producer_ids: Vec::new(),
};

impl<P: Policy> Asker<P> {
    /// Asks the owning service as this asker.
    pub(crate) async fn ask<R: Request>(&self, request: R) -> Answer<R::Reply> {
        let (actor, left) = (self.actor(), self.patience());
        let trace = self.trace.clone();
        let asked = self
            .ctx
            .bus
            .ask_for(R::SUBJECT, actor, &request, left, trace);
        Ok(asked.await?)
    }

    /// How long the asker still waits.
    fn patience(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// When the asker stops waiting.
    pub(crate) fn until(&self) -> Instant {
        self.until
    }

    /// The trace of the request, if it is sampled.
    pub(crate) fn trace(&self) -> Option<Trace> {
        self.trace.clone()
    }

    /// As the services know the asker.
    pub(crate) fn actor(&self) -> &Actor {
        self.known.as_ref().map_or(&NOBODY, |known| &known.actor)
    }

    /// Who asks, if anybody is signed in.
    pub(crate) fn known(&self) -> Option<&Known> {
        self.known.as_deref()
    }

    /// Who asks.
    pub(crate) fn signed_in(&self) -> Answer<&Known> {
        self.known().ok_or_else(Problem::sign_in_first)
    }

    /// The token that was shown.
    pub(crate) fn token(&self) -> Option<TokenHash> {
        self.token
    }
}

impl<P: Policy> FromRequestParts<Ctx> for Asker<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Answer<Self> {
        let shown = shown(&parts.headers, ctx.config.cookie_name());
        let hash = shown.as_ref().and_then(|shown| TokenHash::of(shown.text()));
        let known = match hash {
            Some(hash) => ctx.identities.of(&ctx.core, hash).await?,
            None => None,
        };
        P::admits(known.as_ref().map(|known| &known.identity))?;
        if let Some(known) = &known
            && !matches!(parts.method, Method::GET | Method::HEAD)
        {
            if matches!(shown, Some(Shown::Cookie(_))) {
                must_come_from_our_pages(&parts.headers, &ctx.config.public_url.origin)?;
            }
            if !known.identity.made_for_demo {
                ctx.limits.write(known.identity.account_id)?;
            }
        }
        let token = hash.filter(|_| known.is_some());
        Ok(Self {
            ctx: ctx.clone(),
            known,
            token,
            until: Came::of(parts).until,
            trace: parts.extensions.get().cloned(),
            policy: PhantomData,
        })
    }
}

/// Where a token was shown. The header comes first: a page cannot be made to send it.
enum Shown<'a> {
    Bearer(&'a str),
    Cookie(&'a str),
}

impl Shown<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Bearer(text) | Self::Cookie(text) => text,
        }
    }
}

fn shown<'a>(headers: &'a HeaderMap, cookie: &str) -> Option<Shown<'a>> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| Shown::Bearer(token.trim()));
    }
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == cookie)
        .map(|(_, token)| Shown::Cookie(token))
}

/// A browser sends the cookie also for a page of somebody else's: such a request changes nothing.
pub(crate) fn must_come_from_our_pages(headers: &HeaderMap, origin: &str) -> Answer<()> {
    let ours = match headers
        .get("sec-fetch-site")
        .map(header::HeaderValue::as_bytes)
    {
        Some(site) => site == b"same-origin" || site == b"none",
        // Older browsers do not say that, but every browser names the origin of what is not a GET.
        None => headers
            .get(header::ORIGIN)
            .is_some_and(|value| value.as_bytes() == origin.as_bytes()),
    };
    if ours {
        return Ok(());
    }
    let refusal = Refusal::new(
        proto::common::v1::RefusalKind::Forbidden,
        "foreign_page",
        "Yêu cầu đến từ một trang khác.",
        "The request comes from another site's page.",
    );
    Err(refusal.into())
}

/// A handler whose first argument is an [`Asker`]: what [`super::routes`] demands.
pub(crate) trait Policed {}

macro_rules! policed {
    ($($argument:ident)*) => {
        impl<M, P: Policy, $($argument),*> Policed for (M, Asker<P>, $($argument,)*) {}
    };
}

policed!();
policed!(A);
policed!(A B);
policed!(A B C);
policed!(A B C D);

/// Nothing at run time; at compile time, proof that a handler has a policy.
pub(crate) fn policed<H, T>(_: &H)
where
    H: axum::handler::Handler<T, Ctx>,
    T: Policed,
{
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    name.parse::<header::HeaderName>().unwrap(),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn the_header_comes_before_the_cookie() {
        let text = |pairs: &[(&'static str, &str)]| {
            shown(&headers(pairs), "phien")
                .map(|shown| (matches!(shown, Shown::Bearer(_)), shown.text().to_owned()))
        };
        assert_eq!(
            text(&[("authorization", "bearer ph_a"), ("cookie", "phien=ph_b")]),
            Some((true, "ph_a".into()))
        );
        assert_eq!(
            text(&[("cookie", "a=1; phien=ph_b; c=2")]),
            Some((false, "ph_b".into()))
        );
        assert_eq!(
            text(&[("authorization", "Basic abc"), ("cookie", "phien=ph_b")]),
            None
        );
        assert_eq!(text(&[("cookie", "xphien=ph_b")]), None);
    }

    #[test]
    fn a_cookie_counts_from_our_own_pages_only() {
        let ours = |pairs: &[(&'static str, &str)]| {
            must_come_from_our_pages(&headers(pairs), "https://phien.example").is_ok()
        };
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("origin", "https://phien.example")]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://phien.example")
        ]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[("origin", "https://evil.example")]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[]));
    }
}
