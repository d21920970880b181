//! The key by which each user of the bus proves who it is: an Ed25519 seed in a file of its own, never sent.
//!
//! The server knows the public keys. A role is given only its own file; `phien up` and tests make all of them.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use async_nats::ConnectOptions;
use nkeys::KeyPair;

use super::permissions::inbox_of;

/// A key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Its file cannot be read or written.
    #[error("the key file {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It holds no seed of a user.
    #[error("{} does not hold the seed of a NATS user key", path.display())]
    Seed {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: nkeys::error::Error,
    },
}

/// The file of a user's key.
#[must_use]
pub fn file_of(folder: &Path, user: &str) -> PathBuf {
    folder.join(format!("{user}.nk"))
}

/// The public key of a user, by which the server knows it; its key is made if there is none.
///
/// # Errors
/// When the file cannot be read, or written.
pub fn public_key(folder: &Path, user: &str) -> Result<String, KeyError> {
    let path = file_of(folder, user);
    if !path.exists() {
        let wrong = |source| KeyError::Seed {
            path: path.clone(),
            source,
        };
        let seed = KeyPair::new_user().seed().map_err(wrong)?;
        write(folder, &path, &seed).map_err(|source| KeyError::File {
            path: path.clone(),
            source,
        })?;
    }
    Ok(read(&path)?.public_key())
}

/// How a user connects: with its key if there are keys, and with an inbox of its own.
///
/// # Errors
/// When its key cannot be read.
pub fn options(folder: Option<&Path>, user: &str) -> Result<ConnectOptions, KeyError> {
    let options = ConnectOptions::new()
        .name(format!("phien-{user}"))
        .custom_inbox_prefix(inbox_of(user));
    let Some(folder) = folder else {
        return Ok(options);
    };
    let path = file_of(folder, user);
    let seed = read(&path)?
        .seed()
        .map_err(|source| KeyError::Seed { path, source })?;
    Ok(options.nkey(seed))
}

fn read(path: &Path) -> Result<KeyPair, KeyError> {
    let seed = fs::read_to_string(path).map_err(|source| KeyError::File {
        path: path.to_owned(),
        source,
    })?;
    KeyPair::from_seed(seed.trim()).map_err(|source| KeyError::Seed {
        path: path.to_owned(),
        source,
    })
}

fn write(folder: &Path, path: &Path, seed: &str) -> std::io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut file = fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{seed}")
}
