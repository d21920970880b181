#!/usr/bin/env bash
# Builds the pages into services/gateway/web/dist, if anything of them has changed. Phiên runs without them, too:
# where there is no Node, this says what is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../services/gateway/web"

note() { printf 'pages: %s\n' "$*" >&2; }

usage() {
    echo 'usage: deploy/dev/pages.sh build|check|can   (check: types, too; can: is there a Node that builds them?)'
}

# What Vite asks for.
can() {
    command -v npm >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

packages() {
    [[ package-lock.json -nt node_modules/.package-lock.json ]] || return 0
    npm ci --no-fund --no-audit --loglevel=error >&2 || {
        note 'npm could not fetch what builds them: is the npm registry (or a mirror) reachable?'
        return 1
    }
}

changed() {
    [[ ! -e dist/index.html ]] ||
        [[ -n $(find . \( -name node_modules -o -name dist \) -prune -o -type f -newer dist/index.html -print -quit) ]]
}

build() {
    ! changed || npm run --silent build >&2
}

case ${1:-} in
build)
    if ! can; then
        note 'not built, because that takes Node 20.19, 22.12 or newer; all else runs'
    elif changed; then
        packages || exit 0
        build
    fi
    ;;
check)
    packages
    npm run --silent check
    build
    ;;
can) can ;;
*)
    usage >&2
    exit 2
    ;;
esac
