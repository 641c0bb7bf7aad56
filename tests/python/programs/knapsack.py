def knapsack(items, capacity):
    best = [[0] * (capacity + 1) for _ in range(len(items) + 1)]
    for i, (name, weight, value) in enumerate(items, 1):
        for c in range(capacity + 1):
            best[i][c] = best[i - 1][c]
            if weight <= c:
                best[i][c] = max(best[i][c], best[i - 1][c - weight] + value)
    chosen, c = [], capacity
    for i in range(len(items), 0, -1):
        if best[i][c] != best[i - 1][c]:
            chosen.append(items[i - 1][0])
            c -= items[i - 1][1]
    return best[-1][capacity], chosen[::-1]


def coins(amount, kinds):
    ways = [1] + [0] * amount
    fewest = [0] + [None] * amount
    for kind in kinds:
        for a in range(kind, amount + 1):
            ways[a] += ways[a - kind]
            if fewest[a - kind] is not None:
                candidate = fewest[a - kind] + 1
                fewest[a] = candidate if fewest[a] is None else min(fewest[a], candidate)
    return ways[amount], fewest[amount]


def longest_increasing(xs):
    best = []
    for x in xs:
        longest = max((s for s in best if s[-1] < x), key=len, default=[])
        best.append(longest + [x])
    return max(best, key=len, default=[])


items = [("map", 9, 150), ("compass", 13, 35), ("water", 15, 200), ("sandwich", 10, 160), ("glucose", 15, 60), ("tin", 8, 45), ("banana", 7, 60), ("camera", 12, 30)]
for capacity in (0, 8, 25, 40):
    print(capacity, *knapsack(items, capacity))
for amount, kinds in ((10, [1, 2, 5]), (3, [2]), (100, [1, 5, 10, 25, 50]), (0, [1])):
    print(amount, kinds, coins(amount, kinds))
print(longest_increasing([10, 9, 2, 5, 3, 7, 101, 18]), longest_increasing([]), longest_increasing([3, 2, 1]))
