#!/usr/bin/env bash
# `make run`: a real program through a daemon of its own, where its time went, and the latency of a small request.
. "$(dirname "$0")/common.sh"
echo "Building (the first time takes some minutes) …"
build_release
start_daemon
export PYRUST_SOCKET=$socket

# The job named by PYRUST_DEMO, or the log summary, or whichever comes first.
job=
for candidate in "$root/tests/jobs/${PYRUST_DEMO:-log_summary}.py" "$root"/tests/jobs/*log*.py "$root"/tests/jobs/*.py; do
    [ -f "$candidate" ] && job=$candidate && break
done
[ -n "$job" ] || die "there is no program in tests/jobs"
input=${job%.py}.in
[ -f "$input" ] || input=/dev/null

cd "$root"
echo
echo "\$ pyrust ${job#"$root/"} < ${input#"$root/"}"
"$pyrust" "$job" <"$input" || echo "(its exit code is $?)"
echo
echo "Where the time of that went, the second time (compiled already):"
"$pyrust" --profile "$job" <"$input" 2>&1 >/dev/null || true
echo
echo "Over the wire, one client, one connection:"
rustc --edition 2024 -O -o "$workdir/latency" "$root/scripts/latency.rs"
"$workdir/latency" "$socket" "${PYRUST_DEMO_COUNT:-20000}" '2+3'
"$workdir/latency" "$socket" "${PYRUST_DEMO_COUNT:-20000}" \
    'total = sum([n * n for n in range(100) if n % 3]); f"{total:,}"'
echo
"$pyrust" --daemon-status
"$pyrust" --stop-daemon
wait "$daemon" || die "the daemon exited with $?"
daemon=
