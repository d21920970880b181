# `make` alone tells what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up demo bench chaos test test-web check-fmt lint unit intake-batches fuzz doc sqlx baseline

# The queries are checked against the committed .sqlx; only `make sqlx` asks a database.
export SQLX_OFFLINE := true

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1|\2/' | column -t -s '|'

up: ## install what is missing, build, and start everything on this machine
	@deploy/dev/setup.sh up
	@deploy/dev/pages.sh build
	@cargo build --release --bin phien
# Phiên in the place of the shell: Ctrl-C and `kill` reach it, and make waits for it.
	@exec target/release/phien up

demo: ## the whole job on real input, with `make up` running in another terminal
	@deploy/dev/setup.sh up
	@cargo run --release -p phien-tests --bin demo

bench: ## measure intake and feeds against their ceilings; needs the machine for itself, for ten minutes
	@deploy/dev/setup.sh up
	@cargo build --release --bin phien --bin bench
	@exec target/release/bench

chaos: ## break everything by a seed, under load, and compare what clients were told with the books: MINUTES=30 SEED=n
	@deploy/dev/setup.sh chaos
	@cargo build --release --bin phien --bin chaos
	@exec target/release/chaos --minutes $(or $(MINUTES),30) $(if $(SEED),--seed $(SEED))

test: ## all checks: format, lints, tests, documentation, pages
	@deploy/dev/setup.sh test
	@$(MAKE) --no-print-directory check-fmt lint doc unit test-web

test-web: ## the pages alone: types, and in a browser against a Phiên of their own; screenshots go to target/web
	@tests/web/run.sh

check-fmt: ## is the code formatted?
	cargo fmt --all --check

lint: ## clippy, every warning an error
	cargo clippy --workspace --all-targets -- -D warnings

doc: ## do the documentation and its examples build?
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --workspace
	cargo test --doc --workspace

unit: ## the tests alone
	cargo nextest run --workspace

intake-batches: ## the intake's and its gate's properties on hundreds of thousands of random batches, in release
	cargo test --release -p phien-orders --lib -- --ignored --nocapture --test-threads 1 a_hundred_thousand_batches

fuzz: ## a million comments through the parser of claims, in release, ten minutes at most; prints executions and findings
	cargo test --release -p phien-livestream --lib -- --ignored --nocapture --exact domain::claim::tests::any_text::a_million_comments

sqlx: ## make services/*/.sqlx anew, after a change of a query or a table
	@deploy/dev/sqlx.sh

baseline: ## add what is new on the wire to proto/baseline.txt
	@PHIEN_WRITE_BASELINE=1 cargo test --quiet -p phien-proto --test compat
