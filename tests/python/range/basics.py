for r in (range(5), range(2, 8), range(0, 10, 3), range(10, 0, -3), range(0), range(5, 2), range(-3, 3), range(0, 10**20, 10**19), range(1, 2, 5)):
    print(r, len(r), list(r)[:12], bool(r), r.start, r.stop, r.step, list(reversed(r))[:4])
r = range(0, 20, 2)
print(r[0], r[-1], r[3], r[2:5], r[::-1], r[::3], r[5:2], r[100:], r[-3:], 4 in r, 5 in r, 20 in r, 4.0 in r, "x" in r, True in range(2))
print(r.index(6), r.count(6), r.count(7), r == range(0, 19, 2), range(0) == range(2, 1), range(0, 3, 2) == range(0, 4, 2), r != range(3), hash(range(3)) == hash(range(0, 3, 1)), range(5) == [0, 1, 2, 3, 4])
print(max(r), min(r), sum(r), sorted(r, reverse=True)[:2], list(zip(r, range(3))), 10**19 in range(0, 10**20, 10**19), range(10**30)[10**29], len(range(-5, 2**62)))
for f in (lambda: range(), lambda: range(1.5), lambda: range("a"), lambda: range(1, 2, 0), lambda: range(1, 2, 3, 4), lambda: r[10], lambda: r[-11], lambda: r["a"], lambda: r.index(7), lambda: r.index("x"), lambda: len(range(10**30)), lambda: r + r, lambda: r < r, lambda: range(stop=3), lambda: r.append(1), lambda: range(None), lambda: r[1.0], lambda: r * 2):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    r[0] = 1
except TypeError as e:
    print(e)
try:
    r.start = 1
except AttributeError as e:
    print(e)
for i in range(3):
    i = 100
    print(i, end=" ")
print(i)
