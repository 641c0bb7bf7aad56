#!/usr/bin/env bash
# Requirements A6 and A8: many sequential requests through the real command line, each a process of its own,
# against one daemon on a private socket. Every answer is checked; none may be wrong, and the daemon's memory
# may not grow by 1 MB. Exits 1 if a promise is broken.
#
# usage: scripts/daemon_stress_test.sh [REQUESTS]     PYRUST_BIN=… to test another build
set -euo pipefail
cd "$(dirname "$0")/.."

requests=${1:-10000}
# Three of four programs differ: this fills the compile cache (1,024 entries) three times over, so that what grows
# after is a leak.
warm_up=4000
growth_max_kb=1000

if [[ -z ${PYRUST_BIN:-} ]]; then
    PYRUST_BIN=$(scripts/build_release.sh --quiet)
fi
dir=$(mktemp -d)
socket=$dir/stress.sock
unset PYRUST_NO_DAEMON
export PYRUST_SOCKET=$socket

finish() {
    "$PYRUST_BIN" --stop-daemon >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap finish EXIT

"$PYRUST_BIN" --daemon >/dev/null
pid=$(cat "$dir/stress.pid")

rss_kb() {
    awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status"
}

failures=0
# Programs differ in kind, so that results, output, errors and exit codes are all looked at.
ask() {
    local i=$1 found code=0
    case $((i % 4)) in
    0) found=$("$PYRUST_BIN" -c "$i + 1" 2>&1) || code=$?
        [[ $code -eq 0 && $found == "$((i + 1))" ]] ;;
    1) found=$("$PYRUST_BIN" -c "print('request', $i)" 2>&1) || code=$?
        [[ $code -eq 0 && $found == "request $i" ]] ;;
    2) found=$("$PYRUST_BIN" -c "x = $i; y = x * 2; print(x, y)" 2>&1) || code=$?
        [[ $code -eq 0 && $found == "$i $((i * 2))" ]] ;;
    3) found=$("$PYRUST_BIN" -c "1 / 0" 2>&1) || code=$?
        [[ $code -eq 1 && $found == *"ZeroDivisionError: division by zero" ]] ;;
    esac || {
        failures=$((failures + 1))
        echo "request $i failed: exit code $code, $found" >&2
    }
}

for ((i = 0; i < warm_up; i++)); do ask "$i"; done
before=$(rss_kb)
begun=$(date +%s%N)
for ((i = 0; i < requests; i++)); do ask "$i"; done
ended=$(date +%s%N)
after=$(rss_kb)
growth=$((after - before))

echo "$requests requests, $failures failures, $(((ended - begun) / requests / 1000)) µs each with the process"
echo "resident memory of the daemon: $before kB before, $after kB after, growth $growth kB (less than $growth_max_kb)"
"$PYRUST_BIN" --daemon-status
# For `make stress`, which makes a table of these.
verdict() {
    if (("$1")); then echo met; else echo MISSED; fi
}
echo "RESULT A6 $requests requests through the command line | no failure | $failures failures | $(verdict "failures == 0")"
echo "RESULT A8 memory after them | growth < $growth_max_kb kB | $growth kB | $(verdict "growth < growth_max_kb")"

if ((failures > 0)); then
    echo "FAILED: $failures of $requests requests" >&2
    exit 1
fi
if ((growth >= growth_max_kb)); then
    echo "FAILED: the daemon's memory grew by $growth kB" >&2
    exit 1
fi
if ! [[ -d /proc/$pid ]]; then
    echo "FAILED: the daemon is gone" >&2
    exit 1
fi
"$PYRUST_BIN" --stop-daemon >/dev/null
if [[ -e $socket || -e $dir/stress.pid ]]; then
    echo "FAILED: the stopped daemon left its files" >&2
    exit 1
fi
echo "ok"
