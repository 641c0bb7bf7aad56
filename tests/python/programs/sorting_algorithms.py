def bubble(xs):
    xs = xs[:]
    for i in range(len(xs)):
        for j in range(len(xs) - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs


def insertion(xs):
    xs = xs[:]
    for i in range(1, len(xs)):
        x, j = xs[i], i
        while j and xs[j - 1] > x:
            xs[j] = xs[j - 1]
            j -= 1
        xs[j] = x
    return xs


def quick(xs):
    if len(xs) <= 1:
        return xs
    pivot, *rest = xs
    return quick([x for x in rest if x < pivot]) + [pivot] + quick([x for x in rest if x >= pivot])


def heap(xs):
    xs, n = xs[:], len(xs)

    def sift(i, n):
        while (c := 2 * i + 1) < n:
            c += c + 1 < n and xs[c + 1] > xs[c]
            if xs[i] >= xs[c]:
                return
            xs[i], xs[c] = xs[c], xs[i]
            i = c

    for i in range(n // 2 - 1, -1, -1):
        sift(i, n)
    for end in range(n - 1, 0, -1):
        xs[0], xs[end] = xs[end], xs[0]
        sift(0, end)
    return xs


def counting(xs):
    low, counts = min(xs, default=0), {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 1
    return [x for x in range(low, max(xs, default=0) + 1) for _ in range(counts.get(x, 0))]


def radix(xs):
    width = max((x.bit_length() for x in xs), default=0)
    for shift in range(0, width, 4):
        buckets = [[] for _ in range(16)]
        for x in xs:
            buckets[x >> shift & 15].append(x)
        xs = sum(buckets, [])
    return xs


seed = 42
data = []
for _ in range(60):
    seed = (seed * 1103515245 + 12345) % 2**31
    data.append(seed % 500)
expected = sorted(data)
for f in (bubble, insertion, quick, heap, counting, radix):
    print(f"{f.__name__:<10}", all(f(xs) == sorted(xs) for xs in (data, [], [1], [2, 1], expected, expected[::-1], [5] * 10)))
print(expected[:8], data[:8])
