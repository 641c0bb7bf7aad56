#!/usr/bin/env bash
# Requirement A7: the latency of the wire alone, never of a process's start, against a server that answers a
# constant. Exits 1 if the mean is above 190 µs, if batch means vary by 10 % or more, or if the last tenth of
# the run is slower than the first.
set -euo pipefail
cd "$(dirname "$0")/.."
exec cargo bench --quiet --bench wire -- --check
