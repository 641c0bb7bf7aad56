f = frozenset([1, 2, 3])
print(frozenset(), repr(frozenset([1])), len(f), 1 in f, sorted(f | {4}), sorted(f & {1}), f == {1, 2, 3}, hash(f) == hash(frozenset([3, 2, 1])), frozenset(f) is f, f.copy() is f)
print({frozenset("ab"): 1, frozenset("ba"): 2} == {frozenset("ab"): 2}, type(f - {1}).__name__, type(f.union([9])).__name__, sorted(f.symmetric_difference([1, 9])), f.isdisjoint([7]), f < {1, 2, 3, 4}, max(f), sum(f))
g = f
g |= {10}
print(sorted(f), sorted(g), g is f)
powerset = {frozenset(c for i, c in enumerate("abc") if mask >> i & 1) for mask in range(8)}
print(len(powerset), sorted(sorted(p) for p in powerset))
for h in (lambda: f.add(1), lambda: f.remove(1), lambda: f | [1], lambda: frozenset([[]]), lambda: frozenset(5), lambda: frozenset(1, 2), lambda: f[0], lambda: f.update({1}), lambda: f.pop(), lambda: frozenset(a=1), lambda: f < 1):
    try:
        print(h())
    except Exception as e:
        print(type(e).__name__, e)
print(f"{frozenset([5])}", [frozenset()], {1: frozenset((2,))}, bool(frozenset()), frozenset({"a": 1}) == {"a"})
