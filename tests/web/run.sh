#!/usr/bin/env bash
# The pages in Chromium, against a Phiên of their own: tests/web/run.sh [what `playwright test` takes].
# Where Node or Chromium is missing it says what is left out, and does not fail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

left_out() {
    printf 'tests/web: left out, because %s is missing: %s\n' "$1" "$2" >&2
    exit 0
}

deploy/dev/pages.sh can || left_out 'Node 20.19, 22.12 or newer' 'the pages are neither checked nor built'
deploy/dev/pages.sh check
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[[ -n $CHROMIUM ]] || left_out Chromium 'the pages are not looked at in a browser'
export CHROMIUM

# PHIEN names one that is built already.
[[ -n ${PHIEN:-} ]] || cargo build --bin phien
cd tests/web
[[ ! package-lock.json -nt node_modules/.package-lock.json ]] || npm ci --no-fund --no-audit --loglevel=error
npm run --silent check
exec npm run --silent test -- "$@"
