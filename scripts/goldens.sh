#!/usr/bin/env bash
# Records what CPython 3.13 prints for every program of the corpus (tests/python, tests/jobs):
#   X.py  ->  X.out (stdout), X.err (stderr, if any), X.code (exit code, if not 0);  X.in, if there, is stdin.
#
#   scripts/goldens.sh            record everything
#   scripts/goldens.sh str/ job   record only paths that contain one of these words
#   scripts/goldens.sh --check    run everything, change nothing, fail if a recorded file differs
#
# The interpreter is $PYTHON313, else python3.13 on the PATH, else pyenv's. Any other version is refused:
# messages and traceback carets differ from one version to the next.
. "$(dirname "$0")/common.sh"
cd "$root"

# record ROOT PROGRAM: runs one program as `python3.13 area/topic.py` from its corpus' root. -I keeps the
# caller's environment and the program's own folder (a file named string.py) out of the module search;
# warnings are silenced because pyrust has none.
record() {
    local root=$1 program=$2
    local base=${program%.py} code=0 target
    cd "$root"
    target=$base
    if [ -n "$CHECK" ]; then
        target=$(mktemp -d)/result
    fi
    local input=/dev/null
    if [ -f "$base.in" ]; then
        input=$base.in
    fi
    "$python" -I -B -X utf8 -W ignore "$program" <"$input" >"$target.out" 2>"$target.err" || code=$?
    # CPython makes the script's path absolute in tracebacks; recorded is the path as it was given.
    sed -i "s|\"$PWD/|\"|" "$target.err"
    [ -s "$target.err" ] || rm -f "$target.err"
    if [ "$code" -ne 0 ]; then echo "$code" >"$target.code"; else rm -f "$target.code"; fi
    [ -n "$CHECK" ] || return 0
    local suffix status=0
    for suffix in out err code; do
        diff -u --label "recorded $base.$suffix" --label "now $base.$suffix" \
            "$(existing "$base.$suffix")" "$(existing "$target.$suffix")" || status=1
    done
    rm -r "$(dirname "$target")"
    return $status
}

existing() {
    if [ -e "$1" ]; then echo "$1"; else echo /dev/null; fi
}

CHECK=
if [ "${1:-}" = --check ]; then
    CHECK=1
    shift
fi
find_python
export python CHECK
export -f record existing

select_programs() {
    local root word program
    for root in tests/python tests/jobs; do
        (cd "$root" && find . -name '*.py' | sed 's|^\./||' | LC_ALL=C sort) | while read -r program; do
            if [ $# -eq 0 ]; then
                printf '%s\0%s\0' "$root" "$program"
                continue
            fi
            for word in "$@"; do
                if [[ $root/$program == *"$word"* ]]; then
                    printf '%s\0%s\0' "$root" "$program"
                    break
                fi
            done
        done
    done
}

select_programs "$@" | xargs -0 -r -n 2 -P "${JOBS:-2}" bash -c 'set -euo pipefail; record "$@"' record
