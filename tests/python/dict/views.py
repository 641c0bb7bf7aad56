d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
d["d"] = 4
print(k, v, i, len(k), len(v), len(i), "a" in k, 4 in v, ("a", 1) in i, ("a", 2) in i, "a" in i)
print(sorted(k & {"a", "z"}), sorted(k | {"z"}), sorted(k - {"a"}), sorted(k ^ {"a", "z"}), sorted({"a", "q"} - k), k == {"a", "b", "c", "d"}, k >= {"a"}, k < {"a"}, k.isdisjoint({"z"}), k.isdisjoint("ab"))
print(sorted(i & {("a", 1), ("b", 5)}), i == {("a", 1)}, sorted(i - {("a", 1)}), sorted(d.keys() & ["a", "b"]), sorted("xa" | k), v == v, d.values() == d.values(), d.keys() == d.copy().keys(), {1: 2}.items() == {1: 2}.items())
print(type(k & k).__name__, type(k).__name__, type(v).__name__, type(i).__name__, list(map(list, (k, v, i))), k.mapping["a"], repr({}.keys()), repr({}.values()), repr({}.items()))
print(type(iter(k)).__name__, type(iter(v)).__name__, type(iter(i)).__name__, type(iter(d)).__name__, list(reversed(k)))
for f in (lambda: k[0], lambda: v & v, lambda: k + k, lambda: k & 5, lambda: k < 5, lambda: k.append, lambda: len(k, 1), lambda: hash(k), lambda: i | 5, lambda: v < v, lambda: {"a": []}.items() & {("a", 1)}, lambda: k.isdisjoint(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
