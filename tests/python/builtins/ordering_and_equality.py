values = [0, 1, 1.0, True, "a", "b", None, (1,), [1], (1.0,), [1.0], {1}, frozenset([1]), {1: 1}, {1: 1.0}, b"a", range(1), range(0, 1), 1 + 0j, ...]
for i, a in enumerate(values):
    print(repr(a), [j for j, b in enumerate(values) if a == b], end="; ")
    print([j for j, b in enumerate(values) if a != b] == [j for j, b in enumerate(values) if not a == b])
pairs = [(1, 2), (1, 1.5), ("a", "b"), ((1, 2), (1, 3)), ([1], [1, 0]), ({1}, {1, 2}), (b"a", b"b"), (True, 2), (1, "a"), (None, None), ([1], (1,)), ({}, {}), (1j, 2j), ("a", b"a"), (len, print), ([1, "a"], [1, 2]), ((), (None,)), (range(1), range(2)), (int, str)]
for a, b in pairs:
    out = []
    for f in (lambda: a < b, lambda: a <= b, lambda: a > b, lambda: a >= b):
        try:
            out.append(f())
        except TypeError as e:
            out.append(str(e))
            break
    print(f"{a!r} {b!r}" if not callable(a) else "functions", out)
print(sorted([(2, "b"), (1, "z"), (1, "a")]), sorted(["b", "B", "a", "A"]), max([1, 2], [1, 3]), min("ab", "b"), [1, [2, 3]] < [1, [2, 4]], (1, "a") < (2, None), [float("nan")] == [float("nan")] or "nan lists")
x = [1, 2]
print(x == x[:], x is x[:], x == [1.0, 2.0], () is (), "" == str(), x in [[1, 2]], [x].index([1, 2]), [x].count([1, 2]))
