edges = [("a", "b"), ("b", "c"), ("d", "e"), ("c", "a"), ("f", "g"), ("g", "d"), ("h", "h")]
graph = {}
for u, v in edges:
    graph.setdefault(u, set()).add(v)
    graph.setdefault(v, set()).add(u)


def component(start):
    seen, stack = set(), [start]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(graph[node] - seen)
    return frozenset(seen)


components = {component(n) for n in graph}
print(sorted("".join(sorted(c)) for c in components))
print({n: len(graph[n]) for n in sorted(graph)})
vowels = set("aeiou")
for word in ["sequoia", "rhythm", "banana", "education"]:
    letters = set(word)
    print(word, sorted(letters & vowels), sorted(letters - vowels), vowels <= letters, letters.isdisjoint(vowels))
primes = set(range(2, 100))
for i in range(2, 10):
    primes -= set(range(i * i, 100, i))
print(sorted(primes))
a, b = set(range(0, 60, 4)), set(range(0, 60, 6))
print(sorted(a & b), len(a | b) == len(a) + len(b) - len(a & b), sorted(a ^ b)[:5], sorted(a - b)[-3:])
seen = set()
print([x for x in [3, 1, 3, 2, 1] if not (x in seen or seen.add(x))])
big = {i * i % 1009 for i in range(1009)}
print(len(big), sum(big), min(big), max(big))
