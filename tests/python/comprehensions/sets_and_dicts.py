print({k: v for k, v in zip("ab", (1, 2))}, {x: x**2 for x in range(4)}, {v: k for k, v in {"a": 1, "b": 2}.items()}, {x % 3: x for x in range(10)}, {i: {j: i * j for j in range(2)} for i in range(2)}, {k: v for d in ({"a": 1}, {"b": 2, "a": 3}) for k, v in d.items()})
print(sorted({x % 3 for x in range(10)}), {len(w) for w in ("a", "bb", "cc")} == {1, 2}, {x for x in []}, {k: 1 for k in ""}, sorted({(x, y) for x in range(2) for y in range(2) if x != y}), {frozenset([1])  for _ in range(3)})
order = []


def note(x):
    order.append(x)
    return x


print({note("k"): note("v") for _ in range(2)}, order)
d = {w: len(w) for w in ["one", "three"] if (n := len(w)) > 3}
print(d, n, {**{c: i for i, c in enumerate("ab")}, "z": 9}, {str(k): list(v) for k, v in {1: "ab"}.items()}, {x: y for x, *y in ["abc", "d"]})
groups = {}
[groups.setdefault(len(w), []).append(w) for w in "a bb cc d".split()]
print(groups, {k: sorted(v, reverse=True) for k, v in groups.items()}, {True: 1, **{1: 2 for _ in "a"}})
for code in ("{[]: 1 for _ in [1]}", "{[] for _ in [1]}", "{k: v for k in [1]}", "{k: v for k, v in [1]}", "{x for x in None}"):
    try:
        eval(code)
    except Exception as e:
        print(code, type(e).__name__, e)
letters = "mississippi"
print({c: letters.count(c) for c in dict.fromkeys(letters)}, {c: [i for i, x in enumerate(letters) if x == c] for c in sorted(set(letters))})
print({f"{a}{b}": a * b for a in range(1, 3) for b in range(a, 3)}, {a: (lambda: a)() for a in "xy"}, dict((a, b) for a, b in ["pq"]), {(a, b): a is b for a in (1,) for b in (1, 2)})
