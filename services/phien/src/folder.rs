//! The data folder of a one-machine set-up: its secret, its addresses, how to sign in.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::local_databases::{As, database};

/// Letters and digits that are not mistaken for each other when they are read aloud.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";

/// A data folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    secret: SecretString,
}

/// Where the servers of a one-machine set-up are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Addresses {
    /// `host:port` of Postgres.
    pub postgres: String,
    /// The NATS server.
    pub nats: String,
    /// The keys of its users; none: it asks for none.
    #[serde(default)]
    pub nats_keys: Option<PathBuf>,
}

/// Where the data of `phien up` is, unless told otherwise: beside the work of an ordinary user, in `/var/lib` for root,
/// whose Postgres runs as another user and must reach it.
#[must_use]
pub fn usual() -> PathBuf {
    if is_root() {
        PathBuf::from("/var/lib/phien")
    } else {
        PathBuf::from(".phien")
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

impl Folder {
    /// Opens the folder, making it and its secret if they are not there.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        // Postgres runs as another user when we are root, and has to pass through.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(path)
            .with_context(|| format!("making {}", path.display()))?;
        let path = fs::canonicalize(path)?;
        let file = path.join("secret");
        if !file.exists() {
            let secret: [u8; 32] = rand::rng().random();
            write_private(&file, &hex(&secret))?;
        }
        Self::open(&path)
    }

    /// Where the video server leaves what it is sent.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn video(&self) -> anyhow::Result<PathBuf> {
        let path = self.path.join("video");
        fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(path)
    }

    /// Opens a folder that `phien up` made.
    ///
    /// # Errors
    /// When it is not one.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let secret = fs::read_to_string(path.join("secret")).with_context(|| {
            format!(
                "{} is not a data folder of `phien up`; name one with --data",
                path.display()
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            secret: secret.trim().into(),
        })
    }

    /// A secret for one use, always the same.
    #[must_use]
    pub fn secret(&self, purpose: &str) -> SecretString {
        hex(&self.derive(purpose)).into()
    }

    /// A password that a person can type.
    #[must_use]
    pub fn password(&self, username: &str) -> SecretString {
        let letters: Vec<u8> = self
            .derive(&format!("password of {username}"))
            .iter()
            .take(16)
            .map(|byte| ALPHABET[usize::from(*byte) % ALPHABET.len()])
            .collect();
        letters
            .chunks(4)
            .map(|four| String::from_utf8_lossy(four).into_owned())
            .collect::<Vec<_>>()
            .join("-")
            .into()
    }

    fn derive(&self, purpose: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// The address of a service's database, for one of its roles.
    #[must_use]
    pub fn database_url(&self, addresses: &Addresses, service: &str, who: As) -> SecretString {
        let role = who.role(service);
        let password = self.secret(&format!("role {role}"));
        format!(
            "postgres://{role}:{}@{}/{}",
            password.expose_secret(),
            addresses.postgres,
            database(service)
        )
        .into()
    }

    /// Where the keys of the NATS server's users are.
    #[must_use]
    pub fn nats_keys(&self) -> PathBuf {
        self.path.join("nats-keys")
    }

    /// Notes where the servers are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_addresses(&self, addresses: &Addresses) -> anyhow::Result<()> {
        write_private(
            &self.path.join("addresses.json"),
            &serde_json::to_string_pretty(addresses)?,
        )
    }

    /// Where the servers are.
    ///
    /// # Errors
    /// When `phien up` was never run here.
    pub fn addresses(&self) -> anyhow::Result<Addresses> {
        let text = fs::read_to_string(self.path.join("addresses.json"))
            .context("`phien up` has not been run with this data folder")?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Notes how to sign in, for the demo and for people.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_sign_in(
        &self,
        url: &str,
        sepay_key: &SecretString,
        usernames: &[String],
    ) -> anyhow::Result<()> {
        let accounts: serde_json::Map<String, serde_json::Value> = usernames
            .iter()
            .map(|name| (name.clone(), self.password(name).expose_secret().into()))
            .collect();
        let file = serde_json::json!({ "url": url, "sepay_key": sepay_key.expose_secret(), "accounts": accounts });
        write_private(
            &self.path.join("sign-in.json"),
            &serde_json::to_string_pretty(&file)?,
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        writeln!(file, "{text}")
    };
    write().with_context(|| format!("writing {}", path.display()))
}
