#!/usr/bin/env bash
# The queries of the services are checked against real tables when they are
# compiled; what the check found is committed in services/*/.sqlx, so that a
# build needs no database. This script makes those files anew, and it can keep
# a database at hand while queries are written.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
source deploy/dev/postgres.sh

services=(catalogue livestream orders gateway)
dev=$root/target/dev-postgres

usage() {
    cat <<'TEXT'
usage: deploy/dev/sqlx.sh [SERVICE…]            make services/*/.sqlx anew
       deploy/dev/sqlx.sh serve                 keep a database for development running
       deploy/dev/sqlx.sh migrate [SERVICE…]    empty its databases and migrate them again
       deploy/dev/sqlx.sh stop                  stop it from another terminal

While `serve` runs, `source target/dev-postgres/env` lets `cargo check` see its tables.
TEXT
}

variable() { printf '%s_DATABASE_URL' "${1^^}"; }

# apply HOME DATABASE FOLDER: every migration as sqlx does it, one transaction each.
apply() {
    local file transaction
    [[ -d $3 ]] || return 0
    while read -r file; do
        transaction=--single-transaction
        [[ $(head -n 1 "$file") != '-- no-transaction'* ]] || transaction=
        pg_sql "$1" "$2" ${transaction:+"$transaction"} --file "$file"
    done < <(find "$3" -maxdepth 1 -name '*.sql' ! -name '*.down.sql' | sort -V)
}

# migrate HOME SERVICE…: a new database for each, named after it.
migrate() {
    local home=$1 name
    shift
    for name in "$@"; do
        pg_sql "$home" postgres --command "drop database if exists $name with (force)" 2>/dev/null
        pg_sql "$home" postgres --command "create database $name"
        pg_sql "$home" "$name" --command 'create schema chassis'
        apply "$home" "$name" services/chassis/migrations
        apply "$home" "$name" "services/$name/migrations"
    done
}

# The committed files are replaced only by a whole new set: a query that does
# not compile leaves them as they were.
regenerate() {
    local home=$1 name new
    for name in "${@:2}"; do
        new=$root/target/sqlx/$name
        rm -rf "$new" && mkdir -p "$new"
        # Queries are checked when the macros run, so the crate must be compiled again.
        touch "services/$name/src/lib.rs"
        env "$(variable "$name")=$(pg_url "$home" "$name")" SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$new" \
            cargo check --quiet -p "phien-$name" --all-targets
        rm -rf "services/$name/.sqlx" && mkdir "services/$name/.sqlx"
        find "$new" -name '*.json' -exec cp {} "services/$name/.sqlx/" \;
        echo "$name: $(find "$new" -name '*.json' | wc -l | tr -d ' ') queries"
    done
}

serve() {
    local home name
    home=$(pg_home "$dev")
    if pg_running "$home"; then
        echo "already running; source ${dev#"$root"/}/env" >&2
        exit 1
    fi
    trap 'pg_stop "$home"; rm -f "$dev/env"' EXIT
    trap 'exit 0' INT TERM HUP
    pg_create "$home"
    pg_start "$home" -c max_connections=100
    migrate "$home" "${services[@]}"
    for name in "${services[@]}"; do
        printf 'export %s=%s\n' "$(variable "$name")" "$(pg_url "$home" "$name")"
    done | (umask 077 && tee "$dev/env")
    echo 'running until Ctrl-C' >&2
    while pg_running "$home"; do
        sleep 5 &
        wait $!
    done
}

chosen() {
    local name
    for name in "$@"; do
        if [[ ! -d services/$name || ! " ${services[*]} " == *" $name "* ]]; then
            echo "no such service: $name" >&2
            usage >&2
            exit 2
        fi
    done
}

pg_bin >/dev/null || {
    echo "PostgreSQL $pg_least_version or newer is missing: deploy/dev/setup.sh test" >&2
    exit 1
}
pg_user

case ${1:-} in
-h | --help) usage ;;
serve) serve ;;
stop) pg_stop "$(pg_home "$dev")" ;;
migrate)
    shift
    chosen "$@"
    (($#)) || set -- "${services[@]}"
    home=$(pg_home "$dev")
    pg_running "$home" || { echo 'not running: deploy/dev/sqlx.sh serve' >&2; exit 1; }
    migrate "$home" "$@"
    ;;
*)
    chosen "$@"
    (($#)) || set -- "${services[@]}"
    home=$(mktemp -d "${TMPDIR:-/tmp}/phien-sqlx.XXXXXX")
    trap 'pg_stop "$home"; rm -rf "$home"' EXIT
    trap 'exit 130' INT TERM HUP
    chmod 755 "$home"
    pg_create "$home"
    pg_start "$home"
    migrate "$home" "$@"
    regenerate "$home" "$@"
    ;;
esac
