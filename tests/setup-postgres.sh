#!/usr/bin/env bash
# Run by nextest before the tests (.config/nextest.toml): one PostgreSQL for all
# of them. It goes when the last nextest that uses it has gone; its files stay,
# with the template databases that make the next run quick.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/dev/postgres.sh

if [[ -x .tools/bin/nats-server ]]; then
    nats=$PWD/.tools/bin/nats-server
else
    nats=$(command -v nats-server) || nats=
fi
if ! pg_bin >/dev/null || [[ -z $nats ]]; then
    echo 'PostgreSQL or nats-server is missing: run deploy/dev/setup.sh test' >&2
    exit 1
fi
pg_user

home=$(pg_home "$PWD/target/test-postgres")
users=$home/users
mkdir -p "$users"

# Two runs may start or end at the same moment.
lock() { exec 9>"$home/lock" && { ! command -v flock >/dev/null || flock 9; }; }
unlock() { exec 9>&-; }

# Is a nextest still using the cluster? Each has a file named after its process.
in_use() {
    local file
    for file in "$users"/*; do
        [[ -e $file ]] || continue
        if kill -0 "${file##*/}" 2>/dev/null; then return 0; fi
        rm -f "$file"
    done
    return 1
}

start() {
    pg_start "$home" -c max_connections=400 -c shared_buffers=256MB
}

# Ends with nextest, which may be killed: it cannot be asked to call us.
watch() {
    local process
    while kill -0 "$1" 2>/dev/null; do sleep 1; done
    # The brokers of tests that were killed outlive them.
    for process in /proc/[0-9]*; do
        if [[ $(cat "$process/comm" 2>/dev/null) == nats-server ]] &&
            grep -qzx "NEXTEST_RUN_ID=$2" "$process/environ" 2>/dev/null; then
            kill -9 "${process##*/}" 2>/dev/null || true
        fi
    done
    lock
    rm -f "$users/$1"
    in_use || pg_stop "$home"
}

if [[ ${1:-} == watch ]]; then
    watch "$2" "$3"
    exit
fi

lock
if ! in_use || ! pg_running "$home"; then
    if ! pg_running "$home"; then
        [[ -s $home/data/PG_VERSION && -s $home/password ]] || pg_create "$home"
        # Without fsync a lost machine leaves files that no longer fit together, and
        # a newer PostgreSQL does not read an older one's: nothing in them is missed.
        start 2>/dev/null || { pg_create "$home" && start; }
    fi
    pg_sql "$home" postgres --tuples-only --no-align --command \
        "select datname from pg_database where datname like 'test\_%'" |
        while read -r name; do
            echo "drop database if exists \"$name\" with (force);"
        done | pg_sql "$home" postgres 2>/dev/null
    # Of another checkout's tests, which may run beside, only what is long past.
    find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'phien-test-*' -user "$EUID" -mmin +60 -exec rm -rf {} +
fi
: >"$users/$PPID"
unlock

if command -v setsid >/dev/null; then detach='setsid'; else detach='nohup'; fi
"$detach" "$PWD/tests/setup-postgres.sh" watch "$PPID" "${NEXTEST_RUN_ID:-none}" \
    </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- &

if [[ -n ${NEXTEST_ENV:-} ]]; then
    {
        printf 'PHIEN_TEST_POSTGRES=%s\n' "$(pg_url "$home" postgres)"
        printf 'PHIEN_TEST_NATS_SERVER=%s\n' "$nats"
    } >>"$NEXTEST_ENV"
else
    pg_url "$home" postgres
fi
