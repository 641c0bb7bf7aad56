#!/usr/bin/env bash
# pyrust's engine against CPython 3.13 over benches/programs/*.py, both engines taking turns.
#
#   scripts/bench_engine.sh [--rounds N] [--markdown FILE] [NAME…]
#
# A program's time is the processor time (user + system) of the whole process, less what the same engine takes
# for an empty script in the same run. Both engines must print the same. Pyrust runs with metering on, as
# always, and without limits on memory and time, as always in-process.
. "$(dirname "$0")/common.sh"
build_release
find_python
exec "$python" "$root/scripts/bench_engine.py" --pyrust "$pyrust" --python "$python" --programs "$root/benches/programs" "$@"
