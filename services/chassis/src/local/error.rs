//! What can go wrong with a local server.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

/// Why a local server did not start or stop. Each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// No usable server programs anywhere.
    #[error(
        "PostgreSQL 15 or newer is missing (initdb and postgres, in PATH or below \
         /usr/lib/postgresql): `make up` or deploy/dev/setup.sh installs it"
    )]
    PostgresMissing,
    /// The files need the programs of another major version.
    #[error(
        "{} was made by PostgreSQL {version}, which is not installed: install that version, \
         or move the folder away to begin anew", folder.display()
    )]
    PostgresVersion {
        /// The cluster's files.
        folder: PathBuf,
        /// The major version that made them.
        version: u32,
    },
    /// No nats-server anywhere.
    #[error(
        "nats-server is missing (neither {} nor in PATH): `make up` or deploy/dev/setup.sh \
         installs it", looked_at.display()
    )]
    NatsMissing {
        /// The first place where it should be.
        looked_at: PathBuf,
    },
    /// We are root, and there is nobody to run Postgres as.
    #[error(
        "PostgreSQL refuses to run as root, and there is no user `postgres` to run it as: \
         deploy/dev/setup.sh makes one, or start Phiên as an ordinary user"
    )]
    NoUser,
    /// We are root, and the user `postgres` cannot get to the files.
    #[error(
        "the user `postgres`, as which PostgreSQL runs, may not enter {}: allow it \
         (chmod o+x), or choose a data folder elsewhere", folder.display()
    )]
    Unreachable {
        /// The first folder on the way that is closed.
        folder: PathBuf,
    },
    /// Another process of ours has these files.
    #[error(
        "{} is in use by process {pid}, which still runs: stop that one first, or choose \
         another data folder", folder.display()
    )]
    InUse {
        /// The server's files.
        folder: PathBuf,
        /// Who has them.
        pid: String,
    },
    /// There is something else where the files should be.
    #[error("{} is not empty and holds no database: choose another data folder", folder.display())]
    NotACluster {
        /// The folder.
        folder: PathBuf,
    },
    /// The cluster does not know the password that we kept.
    #[error("PostgreSQL does not accept the password in {}", file.display())]
    Password {
        /// Where it is kept.
        file: PathBuf,
        /// What Postgres said.
        #[source]
        source: sqlx::Error,
    },
    /// A new cluster cannot be prepared.
    #[error("PostgreSQL refuses its own superuser")]
    Refused {
        /// What it said.
        #[source]
        source: sqlx::Error,
    },
    /// Somebody else listens there.
    #[error("port {port} of 127.0.0.1 is taken by another program: stop it or choose another port")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// A program ended that should have worked or stayed.
    #[error("{program} ended with {status}; it said last:\n{log}")]
    Ended {
        /// Its name.
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// Its last lines.
        log: String,
    },
    /// A server runs and does not answer.
    #[error("{program} was not ready after {} s; it said last:\n{log}", limit.as_secs())]
    NotReady {
        /// Its name.
        program: &'static str,
        /// How long we waited.
        limit: Duration,
        /// Its last lines.
        log: String,
    },
    /// A server had to be killed, or an earlier one could not be stopped.
    #[error("{program} (process {pid}) did not stop when told to; `kill -9 {pid}` may be needed")]
    NotStopped {
        /// Its name.
        program: &'static str,
        /// Its process.
        pid: u32,
    },
    /// A user's key cannot be made or read.
    #[error(transparent)]
    Key(#[from] crate::bus::keys::KeyError),
    /// The file system or the operating system said no.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What we were about to do.
        doing: &'static str,
        /// With which file or program.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// For `map_err`: an I/O error with what was being done to what.
pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> LocalError {
    let path = path.to_owned();
    move |source| LocalError::Io {
        doing,
        path,
        source,
    }
}
