sales = [("north", "apple", 3, 1.2), ("south", "pear", 5, 0.8), ("north", "pear", 2, 0.9), ("east", "apple", 7, 1.1), ("south", "apple", 1, 1.3), ("north", "apple", 4, 1.0)]
by_region = {}
for region, fruit, n, price in sales:
    entry = by_region.setdefault(region, {"total": 0.0, "items": {}})
    entry["total"] += n * price
    entry["items"][fruit] = entry["items"].get(fruit, 0) + n
for region, entry in sorted(by_region.items(), key=lambda kv: -kv[1]["total"]):
    print(f"{region:<6}{entry['total']:8.2f} {entry['items']}")
index = {}
for i, word in enumerate("the cat and the dog and the bird".split()):
    index.setdefault(word, []).append(i)
print(index)
inverted = {}
for word, places in index.items():
    inverted.setdefault(len(places), set()).add(word)
print({k: sorted(v) for k, v in sorted(inverted.items())})
memo = {0: 0, 1: 1}


def fib(n):
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]


print(fib(90), len(memo), list(memo)[-1])
tree = {"v": 1, "kids": [{"v": 2, "kids": []}, {"v": 3, "kids": [{"v": 4, "kids": []}]}]}


def total(node):
    return node["v"] + sum(map(total, node["kids"]))


def depth(node):
    return 1 + max(map(depth, node["kids"]), default=0)


print(total(tree), depth(tree))
anagrams = {}
for w in "listen silent enlist google elgoog abc cab".split():
    anagrams.setdefault("".join(sorted(w)), []).append(w)
print([g for g in anagrams.values() if len(g) > 1])
