#!/usr/bin/env bash
# EVALSHA of pyrust running `2+3` against EVALSHA of Redis running `return 2+3`, by redis-benchmark: 1 client, 50 clients,
# and 50 clients with pipelines of 16. Both servers are there all the time and take turns; look at the ratios.
#
#   scripts/bench_redis.sh [ROUNDS]
. "$(dirname "$0")/common.sh"
rounds=${1:-5}
for tool in redis-server redis-cli redis-benchmark; do
    if ! command -v "$tool" >/dev/null; then
        echo "$tool is not installed: the comparison with Redis is left out"
        exit 0
    fi
done
build_release
start_daemon
redis-server --port 0 --unixsocket "$workdir/redis.sock" --save '' --appendonly no >/dev/null &
redis=$!
trap 'kill $redis 2>/dev/null || true; stop_daemon' EXIT
until redis-cli -s "$workdir/redis.sock" PING >/dev/null 2>&1; do
    kill -0 "$redis" 2>/dev/null || die "redis-server did not start"
    sleep 0.05
done
ours=$(redis-cli -s "$socket" SCRIPT LOAD '2+3')
theirs=$(redis-cli -s "$workdir/redis.sock" SCRIPT LOAD 'return 2+3')

# Requests per second of one turn: socket, SHA, clients, pipeline, requests.
turn() {
    redis-benchmark -s "$1" -c "$3" -P "$4" -n "$5" -q EVALSHA "$2" 0 | tr '\r' '\n' |
        sed -n 's/.*: \([0-9.]*\) requests per second.*/\1/p' | tail -1
}

median() {
    sort -g | awk '{ value[NR] = $1 } END { print (NR % 2) ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

echo "| EVALSHA by redis-benchmark, median of $rounds | pyrust \`2+3\`, requests/s | Redis \`return 2+3\`, requests/s | pyrust / Redis |"
echo "|---|---:|---:|---:|"
while read -r name clients pipeline requests; do
    : >"$workdir/ours"
    : >"$workdir/theirs"
    for _ in $(seq "$rounds"); do
        turn "$workdir/redis.sock" "$theirs" "$clients" "$pipeline" "$requests" >>"$workdir/theirs"
        turn "$socket" "$ours" "$clients" "$pipeline" "$requests" >>"$workdir/ours"
    done
    a=$(median <"$workdir/ours")
    b=$(median <"$workdir/theirs")
    awk -v name="${name//_/ }" -v a="$a" -v b="$b" 'BEGIN { printf "| %s | %.0f | %.0f | %.2f |\n", name, a, b, a / b }'
done <<'SETTINGS'
1_client 1 1 50000
50_clients 50 1 100000
50_clients,_pipelines_of_16 50 16 500000
SETTINGS
