#!/usr/bin/env bash
# Builds the release binary and prints where it is. Arguments go to cargo.
#
# Where the C toolchain has a static libc (glibc's libc.a), everything is linked into the binary: with no libraries to
# load, a process is up in two thirds of the time (scripts/bench_process.sh). Elsewhere it is linked as
# `cargo build --release` does it.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v cargo >/dev/null || { echo "error: cargo is not installed; see https://rustup.rs" >&2; exit 1; }

target=${CARGO_TARGET_DIR:-target}
host=$(rustc --print host-tuple)
libc=$(${CC:-cc} -print-file-name=libc.a 2>/dev/null || true)
case $host in
*-linux-gnu)
    if [[ $libc == /* && -e $libc ]]; then
        # With a target named, the flags are not those of build scripts and macros, which must stay dynamic.
        RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" \
            cargo build --release --bin pyrust --target "$host" "$@" >&2
        echo "$target/$host/release/pyrust"
        exit
    fi
    ;;
esac
cargo build --release --bin pyrust "$@" >&2
echo "$target/release/pyrust"
