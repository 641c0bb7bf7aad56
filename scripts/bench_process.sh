#!/usr/bin/env bash
# Whole processes, from fork to exit: `pyrust -c '2+3'` with a warm daemon and without one, against an empty Rust
# program and CPython. Wall time; the ratios are of medians.
#
#   scripts/bench_process.sh [RUNS]
. "$(dirname "$0")/common.sh"
runs=${1:-300}
build_release
find_python
start_daemon
echo 'fn main() {}' >"$workdir/empty.rs"
rustc -O -o "$workdir/empty" "$workdir/empty.rs"

export PYRUST_SOCKET=$socket
answer=$("$pyrust" -c '2+3')
[ "$answer" = 5 ] || die "pyrust -c '2+3' printed '$answer'"

if command -v hyperfine >/dev/null; then
    hyperfine -N --warmup 30 --runs "$runs" --export-json "$workdir/times.json" --style none \
        -n 'an empty Rust program' "$workdir/empty" \
        -n 'pyrust, warm daemon' "$pyrust -c 2+3" \
        -n 'pyrust --no-daemon' "$pyrust --no-daemon -c 2+3" \
        -n 'python3 -I -S' "$python -I -S -c 2+3" >/dev/null 2>&1 || die "hyperfine failed"
else
    "$python" - "$runs" "$workdir/times.json" "$workdir/empty" "$pyrust" "$python" <<'PYTHON'
import json, os, subprocess, sys, time

runs, out, empty, pyrust, python = int(sys.argv[1]), *sys.argv[2:]
commands = {
    "an empty Rust program": [empty],
    "pyrust, warm daemon": [pyrust, "-c", "2+3"],
    "pyrust --no-daemon": [pyrust, "--no-daemon", "-c", "2+3"],
    "python3 -I -S": [python, "-I", "-S", "-c", "2+3"],
}
times = {name: [] for name in commands}
null = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1)]
for turn in range(-30, runs):
    for name, command in commands.items():
        start = time.perf_counter()
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
        os.waitpid(pid, 0)
        if turn >= 0:
            times[name].append(time.perf_counter() - start)
json.dump({"results": [{"command": n, "times": t} for n, t in times.items()]}, open(out, "w"))
PYTHON
fi

"$python" - "$workdir/times.json" <<'PYTHON'
import json, statistics, sys

results = json.load(open(sys.argv[1]))["results"]
base = statistics.median(results[0]["times"])
print("| whole process | min ms | median ms | p99 ms | against an empty Rust program |")
print("|---|---:|---:|---:|---:|")
for result in results:
    times = sorted(result["times"])
    median = statistics.median(times)
    p99 = times[min(len(times) - 1, len(times) * 99 // 100)]
    print(f"| {result['command']} | {times[0] * 1e3:.2f} | {median * 1e3:.2f} | {p99 * 1e3:.2f} | {median / base:.2f} |")
PYTHON
