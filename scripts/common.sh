# Sourced by the other scripts: where things are, and how to fail readably.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
    echo "error: $*" >&2
    exit 1
}

# Builds the release binary and sets $pyrust. Arguments go to cargo.
build_release() {
    pyrust=$("$root/scripts/build_release.sh" --quiet "$@") || die "the release build failed"
    [[ $pyrust == /* ]] || pyrust=$root/$pyrust
    [ -x "$pyrust" ] || die "$pyrust is not there after the build"
}

# Sets $python to a real CPython 3.13 binary, never a shim that takes milliseconds of its own.
find_python() {
    local candidate
    for candidate in "${PYTHON313:-}" python3.13 python3; do
        [ -n "$candidate" ] || continue
        python=$("$candidate" -c 'import sys; assert (sys.implementation.name, *sys.version_info[:2]) == ("cpython", 3, 13); print(sys.executable)' \
            2>/dev/null) && [ -n "$python" ] && return 0
    done
    if command -v pyenv >/dev/null; then
        local version
        version=$(pyenv versions --bare | grep -m1 '^3\.13') || version=
        if [ -n "$version" ]; then
            python=$(PYENV_VERSION=$version pyenv which python3.13 2>/dev/null) && return 0
        fi
    fi
    die "no CPython 3.13 found; set PYTHON313=/path/to/python3.13"
}

# Starts a daemon of its own in a temporary directory; sets $socket and $daemon. Arguments go to the daemon.
# It is ready when it accepts a connection, which --daemon-status tells.
start_daemon() {
    workdir=$(mktemp -d)
    socket=$workdir/d.sock
    trap stop_daemon EXIT
    "$pyrust" --daemon --foreground --socket "$socket" "$@" 2>"$workdir/log" &
    daemon=$!
    local tries=0
    until "$pyrust" --daemon-status --socket "$socket" >/dev/null 2>&1; do
        kill -0 "$daemon" 2>/dev/null || die "the daemon did not start: $(cat "$workdir/log")"
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || die "the daemon does not answer after $tries tries: $(cat "$workdir/log")"
        sleep 0.01
    done
}

stop_daemon() {
    if [ -n "${daemon:-}" ]; then
        "$pyrust" --stop-daemon --socket "$socket" >/dev/null 2>&1 || kill "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
        daemon=
    fi
    [ -z "${workdir:-}" ] || rm -rf "$workdir"
}
