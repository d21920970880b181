# shellcheck shell=bash
# A PostgreSQL cluster of one's own, for development and tests: sourced by
# setup.sh, sqlx.sh and tests/setup-postgres.sh. The cluster listens on loopback
# only, asks for a password, and trades durability for speed: nothing in it is
# meant to last. (`phien up` starts its own, durable one.)

pg_least_version=15

# Prints the folder of the newest usable server programs; fails when there is none.
pg_bin() {
    local dir version best='' best_version=0
    while read -r dir; do
        [[ -x $dir/initdb && -x $dir/postgres && -x $dir/pg_ctl ]] || continue
        version=$("$dir/postgres" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1) || continue
        if ((version >= pg_least_version && version > best_version)); then
            best=$dir best_version=$version
        fi
    done < <(
        command -v initdb | xargs -r dirname || true
        pg_config --bindir 2>/dev/null || true
        printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
            /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin
    )
    [[ -n $best ]] && printf '%s\n' "$best"
}

# PostgreSQL refuses to run as root: root hands its programs to the user `postgres`.
as_pg() {
    if ((EUID == 0)); then
        (cd / && exec setpriv --reuid postgres --regid postgres --init-groups "$@")
    else
        "$@"
    fi
}

# As root: the user that PostgreSQL's programs run as. Debian's package brings it.
pg_user() {
    ((EUID != 0)) || getent passwd postgres >/dev/null ||
        useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin postgres
}

# A folder that may hold a cluster: $1, or one under /var/tmp when the user that
# PostgreSQL runs as cannot get to $1 (a checkout below /root, say).
pg_home() {
    local home=$1
    mkdir -p "$home"
    if ! as_pg test -x "$home"; then
        home=/var/tmp/phien-${1##*/}-$(printf '%s' "$1" | cksum | cut -d ' ' -f 1)
        mkdir -p "$home"
        # Anybody may make a folder there, with links to anywhere in it.
        [[ -O $home && ! -L $home ]] || {
            echo "$home belongs to somebody else" >&2
            return 1
        }
    fi
    printf '%s\n' "$home"
}

# A port nobody listens on, below the range that outgoing connections are given.
free_port() {
    local port
    for _ in {1..50}; do
        port=$((RANDOM % 12000 + 20000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
    echo 'no free port found between 20000 and 32000' >&2
    return 1
}

# pg_create HOME: a new, stopped cluster in HOME/data with a password in HOME/password.
pg_create() {
    local home=$1 locale
    rm -rf "$home/data" "$home/pwfile"
    (umask 077 && head -c 18 /dev/urandom | base64 | tr '+/' '-_' >"$home/password")
    install -d -m 700 "$home/data"
    install -m 600 "$home/password" "$home/pwfile"
    ((EUID != 0)) || chown postgres: "$home/data" "$home/pwfile"
    # Plain C would not know that Đ is the capital of đ.
    for locale in C.UTF-8 en_US.UTF-8 C; do
        if as_pg "$(pg_bin)/initdb" --pgdata "$home/data" --encoding UTF8 --locale "$locale" \
            --username postgres --pwfile "$home/pwfile" --auth password --no-sync \
            >"$home/initdb.log" 2>&1; then
            rm -f "$home/pwfile"
            return
        fi
    done
    cat "$home/initdb.log" >&2
    return 1
}

# pg_start HOME [-c setting=value]…: starts it on a free port, kept in HOME/port.
pg_start() {
    local home=$1 port
    shift
    # Also the owner of the log must be able to write it.
    : >"$home/log" && { ((EUID != 0)) || chown postgres: "$home/log"; }
    for _ in 1 2 3; do
        port=$(free_port)
        # No descriptor of the caller's may live on in the server: whoever reads
        # the other end would wait for ever.
        if as_pg "$(pg_bin)/pg_ctl" --pgdata "$home/data" --log "$home/log" --wait --timeout 60 \
            --options "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= \
                -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
                -c wal_level=minimal -c max_wal_senders=0 -c log_checkpoints=off $*" \
            start </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; then
            printf '%s\n' "$port" >"$home/port"
            return
        fi
    done
    echo "PostgreSQL did not start; the end of $home/log:" >&2
    tail -n 15 "$home/log" >&2
    return 1
}

pg_running() {
    [[ -s $1/port ]] && as_pg "$(pg_bin)/pg_ctl" --pgdata "$1/data" status >/dev/null 2>&1
}

pg_stop() {
    as_pg "$(pg_bin)/pg_ctl" --pgdata "$1/data" --mode fast --wait stop >/dev/null 2>&1 || true
}

# pg_url HOME DATABASE
pg_url() {
    printf 'postgres://postgres:%s@127.0.0.1:%s/%s\n' "$(<"$1/password")" "$(<"$1/port")" "$2"
}

# pg_sql HOME DATABASE [psql argument…]
pg_sql() {
    PGPASSWORD=$(<"$1/password") "$(pg_psql)" --host 127.0.0.1 --port "$(<"$1/port")" \
        --username postgres --dbname "$2" --no-psqlrc --quiet --set ON_ERROR_STOP=1 "${@:3}"
}

pg_psql() {
    local own
    own=$(pg_bin)/psql
    if [[ -x $own ]]; then printf '%s\n' "$own"; else command -v psql; fi
}
