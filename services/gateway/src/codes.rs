//! How sign-in codes reach a phone.

use std::time::Duration;

use chassis::{phone::Phone, telemetry::chain};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::{config::Config, domain::code::Code, error::Error};

/// How long the SMS service may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// Who sends codes.
#[derive(Debug, Clone)]
pub(crate) enum CodeSender {
    /// The terminal of whoever develops.
    Terminal,
    /// An SMS service.
    Sms {
        client: reqwest::Client,
        url: String,
        key: Option<SecretString>,
    },
    /// Nobody: signing in by phone is refused.
    Nobody,
}

#[derive(Serialize)]
struct Message<'a> {
    to: &'a str,
    text: String,
}

impl CodeSender {
    /// The sender that the settings ask for.
    pub(crate) fn of(config: &Config) -> Result<Self, reqwest::Error> {
        if config.dev_print_codes {
            tracing::warn!("sign-in codes are printed to the terminal");
            return Ok(Self::Terminal);
        }
        let Some(url) = config.sms_url.clone() else {
            tracing::warn!("nobody sends sign-in codes: signing in by phone is refused");
            return Ok(Self::Nobody);
        };
        // One TLS library for all; another part of the process may have named it already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self::Sms {
            client,
            url,
            key: config.sms_key.clone(),
        })
    }

    /// Sends a code.
    pub(crate) async fn send(&self, phone: &Phone, code: &Code) -> Result<(), Error> {
        match self {
            Self::Terminal => {
                eprintln!("sign-in code for {phone}: {}", code.digits());
                Ok(())
            }
            Self::Sms { client, url, key } => {
                let text = format!(
                    "{} la ma dang nhap Phien cua ban, dung trong 5 phut. Khong dua ma nay cho ai.",
                    code.digits()
                );
                let mut request = client.post(url).json(&Message {
                    to: phone.e164(),
                    text,
                });
                if let Some(key) = key {
                    request = request.bearer_auth(key.expose_secret());
                }
                let answer = request
                    .send()
                    .await
                    .and_then(reqwest::Response::error_for_status);
                answer.map(drop).map_err(|error| {
                    tracing::error!("sign-in code not sent: {}", chain(&error.without_url()));
                    Error::CodeNotSent
                })
            }
            Self::Nobody => Err(Error::CodeNotSent),
        }
    }
}
