#!/usr/bin/env bash
# Runs each fuzz target for a while, one after the other; needs the nightly toolchain and cargo-fuzz.
#
#   scripts/fuzz.sh               all targets, FUZZ_SECONDS (60) each
#   scripts/fuzz.sh token_soup    only these
#
# What is found is kept in fuzz/target/found, so that the next run goes on from there; an input that fails is in
# fuzz/artifacts, and belongs into fuzz/corpus once it is fixed: `cargo test` replays that folder.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo=${CARGO:-cargo}
targets=("$@")
if [ $# -eq 0 ]; then
    mapfile -t targets < <("$cargo" +nightly fuzz list)
fi

for target in "${targets[@]}"; do
    seeds=()
    options=()
    case $target in
        resp_*) options=(-dict=fuzz/resp.dict) ;;
        source_text)
            seeds=(tests/python)
            options=(-dict=fuzz/python.dict -max_len=2048)
            ;;
        token_soup) options=(-max_len=400) ;;
        program_grammar) options=(-max_len=1024) ;;
        connection) options=(-max_len=600) ;;
    esac
    found=fuzz/target/found/$target
    mkdir -p "$found"
    echo "== $target"
    # Without the address sanitizer: the crate has next to no unsafe code, and without it ten times as much is
    # tried. New inputs go to the first folder, the others are only read.
    "$cargo" +nightly fuzz run --sanitizer none --no-trace-compares "$target" \
        "$found" "fuzz/corpus/$target" "${seeds[@]}" -- \
        -max_total_time="${FUZZ_SECONDS:-60}" -rss_limit_mb=3000 -timeout=10 "${options[@]}"
done
