//! The files of a Postgres cluster: who owns them, which programs fit them, how
//! they are made.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use nix::unistd::{Uid, User};
use tokio::process::Command;

use super::{LocalError, io, search_path};

const LEAST_VERSION: u32 = 15;

/// A file or folder that belongs to the cluster but cannot be in its folder.
pub(super) fn beside(data: &Path, what: &str) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    data.with_file_name(name)
}

/// Whom Postgres runs as: us, or the user `postgres` when we are root.
pub(super) struct RunAs(Option<User>);

impl RunAs {
    pub(super) fn find() -> Result<Self, LocalError> {
        if !Uid::effective().is_root() {
            return Ok(Self(None));
        }
        let user = User::from_name("postgres")
            .ok()
            .flatten()
            .ok_or(LocalError::NoUser)?;
        Ok(Self(Some(user)))
    }

    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).process_group(0);
        if let Some(user) = &self.0 {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    fn give(&self, path: &Path) -> Result<(), LocalError> {
        let Some(user) = &self.0 else { return Ok(()) };
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).map_err(io("give away", path))
    }

    /// Goes there as that user: permissions can be more than the mode bits tell.
    pub(super) async fn must_reach(&self, folder: &Path) -> Result<(), LocalError> {
        if self.0.is_none() {
            return Ok(());
        }
        let mut way: Vec<&Path> = folder.ancestors().collect();
        way.reverse();
        for folder in way {
            let mut command = self.command(Path::new("true"));
            if command.current_dir(folder).status().await.is_err() {
                return Err(LocalError::Unreachable {
                    folder: folder.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// The major version that made the cluster, if there is one.
pub(super) fn version_of(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// The folder of the server programs that fit the files, or else of the newest.
pub(super) fn find_programs(data: &Path) -> Result<PathBuf, LocalError> {
    let mut folders = search_path();
    for packages in [
        "/usr/lib/postgresql",
        "/usr/local/opt",
        "/opt/homebrew/opt",
        "/usr",
    ] {
        let Ok(entries) = fs::read_dir(packages) else {
            continue;
        };
        folders.extend(entries.flatten().map(|entry| entry.path().join("bin")));
    }
    let mut found: Vec<(u32, PathBuf)> = folders
        .into_iter()
        .filter(|folder| folder.join("initdb").is_file())
        .filter_map(|folder| Some((program_version(&folder)?, folder)))
        .filter(|(version, _)| *version >= LEAST_VERSION)
        .collect();
    found.sort();
    match version_of(data) {
        None => found
            .pop()
            .map(|(_, folder)| folder)
            .ok_or(LocalError::PostgresMissing),
        Some(_) if found.is_empty() => Err(LocalError::PostgresMissing),
        Some(made_by) => found
            .into_iter()
            .find_map(|(version, folder)| (version == made_by).then_some(folder))
            .ok_or_else(|| LocalError::PostgresVersion {
                folder: data.to_owned(),
                version: made_by,
            }),
    }
}

fn program_version(folder: &Path) -> Option<u32> {
    let output = std::process::Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let digits = text
        .find(|c: char| c.is_ascii_digit())
        .map(|start| &text[start..])?;
    digits
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// The superuser's password: the kept one, or a new one for a new cluster.
pub(super) fn password(data: &Path) -> Result<String, LocalError> {
    let file = beside(data, "password");
    if version_of(data).is_some() {
        let password = fs::read_to_string(&file).map_err(io("read", &file))?;
        return Ok(password.trim().to_owned());
    }
    let password = format!("{:032x}", rand::random::<u128>());
    let _ = fs::remove_file(&file);
    fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut file| writeln!(file, "{password}"))
        .map_err(io("write", &file))?;
    Ok(password)
}

/// Makes the cluster under another name first: what carries the right name is whole.
pub(super) async fn make_cluster(
    data: &Path,
    programs: &Path,
    run_as: &RunAs,
    durable: bool,
) -> Result<(), LocalError> {
    if fs::read_dir(data).is_ok_and(|mut files| files.next().is_some()) {
        return Err(LocalError::NotACluster {
            folder: data.to_owned(),
        });
    }
    let new = beside(data, "new");
    let password = beside(data, "password");
    run_as.give(&password)?;
    let initdb = programs.join("initdb");
    let mut last = None;
    // Plain C would not know that Đ is the capital of đ.
    for locale in ["C.UTF-8", "en_US.UTF-8", "C"] {
        let _ = fs::remove_dir_all(&new);
        fs::create_dir(&new).map_err(io("create", &new))?;
        fs::set_permissions(&new, fs::Permissions::from_mode(0o700)).map_err(io("close", &new))?;
        run_as.give(&new)?;
        let made = run_as
            .command(&initdb)
            .args([
                "--username=postgres",
                "--encoding=UTF8",
                "--auth=scram-sha-256",
            ])
            .arg(format!("--locale={locale}"))
            .args((!durable).then_some("--no-sync"))
            .arg("--pwfile")
            .arg(&password)
            .arg("--pgdata")
            .arg(&new)
            .output()
            .await
            .map_err(io("run", &initdb))?;
        if made.status.success() {
            return fs::rename(&new, data).map_err(io("create", data));
        }
        let log = String::from_utf8_lossy(&made.stderr).trim().to_owned();
        last = Some(LocalError::Ended {
            program: "initdb",
            status: made.status,
            log,
        });
    }
    Err(last.expect("at least one locale was tried"))
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::*;

    #[tokio::test]
    async fn says_which_folder_is_closed_to_postgres() {
        let run_as = RunAs::find().unwrap();
        if run_as.0.is_none() {
            return; // Only root runs it as somebody else.
        }
        let scratch = Scratch::new("postgres-closed");
        let closed = scratch.path("closed");
        fs::create_dir_all(closed.join("inner")).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let refused = run_as.must_reach(&closed.join("inner")).await.unwrap_err();
        assert!(
            matches!(&refused, LocalError::Unreachable { folder } if *folder == closed),
            "{refused}"
        );
    }
}
