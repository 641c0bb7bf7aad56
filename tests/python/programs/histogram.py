import sys

data = [float(x) for line in sys.stdin for x in line.split()]
data.sort()
n = len(data)
mean = sum(data) / n
variance = sum((x - mean) ** 2 for x in data) / (n - 1)


def percentile(p):
    k = (n - 1) * p / 100
    low = int(k)
    high = min(low + 1, n - 1)
    return data[low] + (data[high] - data[low]) * (k - low)


print(f"n={n} min={data[0]:g} max={data[-1]:g} mean={mean:.3f} sd={variance ** 0.5:.3f}")
print(*(f"p{p}={percentile(p):.2f}" for p in (0, 25, 50, 75, 90, 100)))
buckets = 6
width = (data[-1] - data[0]) / buckets
counts = [0] * buckets
for x in data:
    counts[min(int((x - data[0]) / width), buckets - 1)] += 1
scale = 30 / max(counts)
for i, c in enumerate(counts):
    low = data[0] + i * width
    print(f"{low:8.2f} .. {low + width:8.2f} | {'█' * round(c * scale):<30} {c:>3} {c / n:>6.1%}")
bars = [[("▉" if c > level else " ") for c in counts] for level in range(max(counts) - 1, -1, -1)]
print("\n".join(" ".join(row).rstrip() for row in bars))
outliers = [x for x in data if abs(x - mean) > 2 * variance**0.5]
print("outliers", outliers or "none")
