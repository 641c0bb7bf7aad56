# `make help` lists what there is. Every target does its own set-up; all of them need Rust (https://rustup.rs)
# and a C toolchain for the linker.

SHELL := /bin/bash
CARGO ?= cargo
PREFIX ?= $(HOME)/.local
FUZZ_SECONDS ?= 60
SIM_SEEDS ?= 30000

.DEFAULT_GOAL := help
.PHONY: help run test lint bench stress fuzz goldens install need-cargo

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

need-cargo:
	@command -v $(CARGO) >/dev/null || { echo "error: cargo is not installed; see https://rustup.rs" >&2; exit 1; }

run: need-cargo ## a real program through a daemon of its own, and its latency
	@scripts/run_demo.sh

test: need-cargo ## all tests
	$(CARGO) test --no-fail-fast

lint: need-cargo ## formatting and clippy, warnings are errors
	@$(CARGO) fmt --version >/dev/null 2>&1 || rustup component add rustfmt
	@$(CARGO) clippy --version >/dev/null 2>&1 || rustup component add clippy
	$(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets -- -D warnings

bench: need-cargo ## criterion benches, then the engine and whole processes against CPython 3.13, EVALSHA against Redis
	$(CARGO) bench
	scripts/bench_engine.sh
	scripts/bench_process.sh
	scripts/bench_redis.sh

stress: need-cargo ## every promised number against its target: requests, streams, many clients, hostile neighbours
	PYRUST_HOSTILE_TIMES=1 $(CARGO) test --test hostile
	@scripts/stress.sh

fuzz: need-cargo ## SIM_SEEDS simulations, then each fuzz target for FUZZ_SECONDS (needs the nightly toolchain and cargo-fuzz)
	@$(CARGO) fuzz --version >/dev/null 2>&1 || $(CARGO) install cargo-fuzz
	PYRUST_SIM_SEEDS=$(SIM_SEEDS) $(CARGO) test --lib simulation
	@CARGO=$(CARGO) FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz.sh

goldens: ## record the corpus's outputs again, from CPython 3.13
	scripts/goldens.sh

install: need-cargo ## the release binary, into PREFIX/bin (default ~/.local)
	@binary=$$(scripts/build_release.sh) && install -D -m 755 "$$binary" $(PREFIX)/bin/pyrust && echo "$(PREFIX)/bin/pyrust"
