# Summarises an access log read from standard input: traffic, status codes, slow paths, busiest hours.
import sys

LEVELS = ((500, "server error"), (400, "client error"), (300, "redirect"), (200, "ok"))


def parse(line):
    """`2024-05-01T09:13:22 203.0.113.7 GET /path 200 5120 0.034`, fields apart by blanks."""
    fields = line.split()
    if len(fields) != 7:
        raise ValueError(f"{len(fields)} fields instead of 7")
    stamp, client, method, path, status, size, seconds = fields
    day, _, clock = stamp.partition("T")
    return {
        "day": day,
        "hour": int(clock[:2]),
        "client": client,
        "method": method,
        "path": path.partition("?")[0],
        "status": int(status),
        "bytes": 0 if size == "-" else int(size),
        "ms": float(seconds) * 1000,
    }


def read(lines):
    records, rejected = [], []
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            records.append(parse(line))
        except ValueError as error:
            rejected.append((number, error))
    return records, rejected


def tally(records, key):
    counts = {}
    for record in records:
        value = key(record)
        counts[value] = counts.get(value, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * p / 100))]


def human(count):
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.1f} {unit}" if unit != "B" else f"{count} B"
        count /= 1024
    return f"{count:.1f} GiB"


def level(status):
    return next((name for least, name in LEVELS if status >= least), "informational")


records, rejected = read(sys.stdin)
print(f"{len(records)} requests, {human(sum(r['bytes'] for r in records))}, {len({r['client'] for r in records})} clients")
print("\nBy outcome")
for name, count in tally(records, lambda r: level(r["status"])):
    print(f"  {name:<14}{count:>4}  {count / len(records):>6.1%}")
print("\nSlowest paths (median, p90, requests)")
paths = {}
for r in records:
    paths.setdefault((r["method"], r["path"]), []).append(r["ms"])
ranked = sorted(paths.items(), key=lambda item: -percentile(item[1], 90))
for (method, path), times in ranked[:4]:
    print(f"  {method:<5}{path:<16}{percentile(times, 50):>9.1f} ms{percentile(times, 90):>9.1f} ms{len(times):>4}")
print("\nRequests by hour")
hours = dict(tally(records, lambda r: r["hour"]))
for hour in range(min(hours), max(hours) + 1):
    print(f"  {hour:02}h {'#' * hours.get(hour, 0)}")
print("\nErrors")
for r in records:
    if r["status"] >= 400:
        print("  {day} {hour:02}h {method} {path} {status}".format(**r))
for number, error in rejected:
    print(f"rejected line {number}: {error}", file=sys.stderr)
sys.exit(1 if rejected else 0)
