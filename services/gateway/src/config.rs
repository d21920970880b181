//! The gateway's settings.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    str::FromStr,
};

use axum::http::Uri;
use clap::builder::FalseyValueParser;
use secrecy::SecretString;

/// How the gateway listens, signs people in and holds its ground.
#[derive(Debug, Clone, clap::Args)]
// Not a group: four of the same name would stand in one command.
#[group(skip)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Config {
    /// The gateway's database.
    #[arg(
        id = "gateway_database_url",
        long = "gateway-database-url",
        env = "GATEWAY_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: SecretString,

    /// The same database for its owner, who migrates it; not given: the database as above.
    #[arg(
        id = "gateway_migrate_url",
        long = "gateway-migrate-url",
        env = "GATEWAY_MIGRATE_URL",
        hide_env_values = true
    )]
    pub migrate_url: Option<SecretString>,

    /// Where HTTP is served; port 0 takes any free one.
    #[arg(long, env = "PHIEN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// How people reach the gateway: decides the cookie and whose pages may use it.
    #[arg(
        long,
        env = "PHIEN_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub public_url: PublicUrl,

    /// Allow a public address that is plain http and not this machine: cookies then travel in clear.
    #[arg(long, env = "PHIEN_ALLOW_PLAIN_HTTP", value_parser = FalseyValueParser::new())]
    pub allow_plain_http: bool,

    /// Proxies in front, comma separated: only their `X-Forwarded-For` is believed.
    #[arg(long, env = "PHIEN_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,

    /// The folder with the pages, as `npm run build` in `services/gateway/web` leaves them.
    #[arg(long, env = "PHIEN_PAGES", default_value = "services/gateway/web/dist")]
    pub pages: PathBuf,

    /// The folder where the video server leaves HLS, each session's in a folder of its name. None: no video.
    #[arg(long, env = "PHIEN_VIDEO")]
    pub video: Option<PathBuf>,

    /// Where encoders send pictures: shown to hosts, with the key of their session.
    #[arg(long, env = "PHIEN_VIDEO_URL", default_value = "rtmp://127.0.0.1/live")]
    pub video_url: String,

    /// Print sign-in codes in clear to the terminal: for development only.
    #[arg(long, env = "PHIEN_DEV_PRINT_CODES", value_parser = FalseyValueParser::new())]
    pub dev_print_codes: bool,

    /// Where sign-in codes are sent: an SMS service that takes `POST {"to", "text"}`.
    #[arg(long, env = "PHIEN_SMS_URL", conflicts_with = "dev_print_codes")]
    pub sms_url: Option<String>,

    /// The SMS service's key, sent as a bearer token.
    #[arg(long, env = "PHIEN_SMS_KEY", hide_env_values = true)]
    pub sms_key: Option<SecretString>,

    /// The secret under which sign-in codes are kept; derived from the identity secret when not given.
    #[arg(long, env = "PHIEN_CODE_PEPPER", hide_env_values = true)]
    pub code_pepper: Option<SecretString>,

    /// The keys that SePay's webhook may show, comma separated: two while one replaces the other. None: no webhook.
    #[arg(
        long,
        env = "PHIEN_SEPAY_KEYS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub sepay_keys: Vec<SecretString>,

    /// The secrets of Meta's app that sign its webhook, comma separated: two while one replaces the other. None: no webhook.
    #[arg(
        long,
        env = "PHIEN_META_APP_SECRETS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub meta_app_secrets: Vec<SecretString>,

    /// The token that Meta shows when it asks whether the webhook is here.
    #[arg(long, env = "PHIEN_META_VERIFY_TOKEN", hide_env_values = true)]
    pub meta_verify_token: Vec<SecretString>,

    /// Let organisers make shoppers for a demonstration or a load test; those have no limits of their own.
    #[arg(long, env = "PHIEN_DEMO", value_parser = FalseyValueParser::new())]
    pub demo: bool,

    /// Mount two routes without work under `/bench`: for the bench; off in production.
    #[arg(long, env = "PHIEN_BENCH_ROUTES", value_parser = FalseyValueParser::new())]
    pub bench_routes: bool,

    /// Connections at once; more wait to be taken.
    #[arg(long, env = "PHIEN_MAX_CONNECTIONS", default_value_t = 16_384)]
    pub max_connections: usize,

    /// Requests under way at once; more are told to try again. Open feeds and payment webhooks do not count.
    #[arg(long, env = "PHIEN_MAX_IN_FLIGHT", default_value_t = 2_048)]
    pub max_in_flight: usize,

    /// How much one asker may ask.
    #[command(flatten)]
    pub limits: LimitSettings,
}

/// Rate limits: strict where it costs money or trust, generous for an address, because a whole venue shares one.
#[derive(Debug, Clone, clap::Args)]
pub struct LimitSettings {
    /// Writes a second of one account.
    #[arg(long, env = "PHIEN_LIMIT_ACCOUNT_WRITES", default_value = "20")]
    pub limit_account_writes: NonZeroU32,
    /// Writes of one account at once.
    #[arg(long, env = "PHIEN_LIMIT_ACCOUNT_BURST", default_value = "40")]
    pub limit_account_burst: NonZeroU32,
    /// Requests a second of one address.
    #[arg(long, env = "PHIEN_LIMIT_ADDRESS", default_value = "2000")]
    pub limit_address: NonZeroU32,
    /// Attempts to sign in, a minute, of one address.
    #[arg(long, env = "PHIEN_LIMIT_SIGN_INS", default_value = "240")]
    pub limit_sign_ins: NonZeroU32,
    /// Sign-in codes sent by this gateway, a minute, to whomever: each costs money.
    #[arg(long, env = "PHIEN_LIMIT_CODES", default_value = "600")]
    pub limit_codes: NonZeroU32,
    /// Attempts to sign in, a minute, on one username.
    #[arg(long, env = "PHIEN_LIMIT_PASSWORDS", default_value = "6")]
    pub limit_passwords: NonZeroU32,
}

/// An http or https address without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://phien.example`, as a browser says it in `Origin`.
    pub origin: String,
    /// True for https.
    pub secure: bool,
    /// True when it names this machine.
    pub loopback: bool,
}

/// A text that is no public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an http:// or https:// address without a path")]
pub struct NotPublicUrl;

impl FromStr for PublicUrl {
    type Err = NotPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotPublicUrl> {
        let uri: Uri = text.parse().map_err(|_| NotPublicUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(NotPublicUrl);
        };
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(NotPublicUrl),
        };
        if !matches!(uri.path(), "" | "/")
            || uri.query().is_some()
            || authority.as_str().contains('@')
        {
            return Err(NotPublicUrl);
        }
        let host = authority
            .host()
            .trim_matches(['[', ']'])
            .to_ascii_lowercase();
        let loopback = host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        let usual = if secure { 443 } else { 80 };
        let port = authority
            .port_u16()
            .filter(|port| *port != usual)
            .map_or(String::new(), |port| format!(":{port}"));
        let host = authority.host().to_ascii_lowercase();
        Ok(Self {
            origin: format!("{scheme}://{host}{port}"),
            secure,
            loopback,
        })
    }
}

impl Config {
    /// The cookie's name. `__Host-` makes browsers refuse it over plain http, from subdomains, or for a path.
    #[must_use]
    pub fn cookie_name(&self) -> &'static str {
        if self.public_url.secure {
            "__Host-phien"
        } else {
            "phien"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_read_as_a_browser_says_it() {
        let read = |text: &str| {
            text.parse::<PublicUrl>()
                .map(|url| (url.origin, url.secure, url.loopback))
        };
        assert_eq!(
            read("https://Phien.example/"),
            Ok(("https://phien.example".into(), true, false))
        );
        assert_eq!(
            read("https://phien.example:443"),
            Ok(("https://phien.example".into(), true, false))
        );
        assert_eq!(
            read("http://127.0.0.1:8080"),
            Ok(("http://127.0.0.1:8080".into(), false, true))
        );
        assert_eq!(
            read("http://[::1]:80"),
            Ok(("http://[::1]".into(), false, true))
        );
        for wrong in [
            "phien.example",
            "ftp://phien.example",
            "https://phien.example/a",
            "https://a@b",
            "",
        ] {
            assert_eq!(read(wrong), Err(NotPublicUrl), "{wrong}");
        }
    }
}
