def permutations(xs):
    xs = list(xs)
    out = []

    def go(k):
        if k == len(xs):
            out.append(tuple(xs))
        for i in range(k, len(xs)):
            xs[k], xs[i] = xs[i], xs[k]
            go(k + 1)
            xs[k], xs[i] = xs[i], xs[k]

    go(0)
    return out


def next_permutation(xs):
    i = len(xs) - 2
    while i >= 0 and xs[i] >= xs[i + 1]:
        i -= 1
    if i < 0:
        return False
    j = len(xs) - 1
    while xs[j] <= xs[i]:
        j -= 1
    xs[i], xs[j] = xs[j], xs[i]
    xs[i + 1 :] = xs[: i : -1]
    return True


def combinations(xs, k):
    if k == 0:
        return [()]
    return [(x, *rest) for i, x in enumerate(xs) for rest in combinations(xs[i + 1 :], k - 1)]


def product(*pools):
    result = [()]
    for pool in pools:
        result = [r + (x,) for r in result for x in pool]
    return result


print(sorted(permutations("abc")), len(permutations(range(5))), len(set(permutations("aab"))))
xs, seen = list("aabc"), ["aabc"]
while next_permutation(xs):
    seen.append("".join(xs))
print(seen, seen == sorted(seen))
print(combinations("abcd", 2), combinations([1, 2], 3), len(combinations(range(8), 4)))
print(product("ab", [1, 2]), product(), product([0, 1], repeat := [0, 1]))
sets = [[]]
for x in "xyz":
    sets += [s + [x] for s in sets]
print(["".join(s) or "-" for s in sets])
def partitions(n, most=None):
    if n == 0: return [[]]
    return [[k, *rest] for k in range(min(n, most or n), 0, -1) for rest in partitions(n - k, k)]
print(partitions(5), len(partitions(12)))
