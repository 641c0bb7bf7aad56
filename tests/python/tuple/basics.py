t = (1, 2, 3)
print(t, (), (1,), 1,), print((1, 2) + (3,), (0,) * 3, 2 * (1,), t[0], t[-1], t[::-1], t[1:], len(t), 2 in t, t.count(1), t.index(3), t.index(2, 1))
print(tuple(), tuple("abc"), tuple([1]), tuple(range(3)), tuple(t) is t, (1, 2) == (1, 2), (1, 2) == [1, 2], (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), ("a", 1) > ("a", 0))
print(hash((1, 2)) == hash((1, 2)), hash(()) == hash(()), {(1, 2): "v"}[1, 2], {(): 0}, ((1, (2, (3,))),), (None, True), ("a",))
a, b = b, a = 1, 2
print(a, b)
x = 1, 2
print(x, type(x).__name__, (1), type((1)).__name__)
for f in (lambda: t[3], lambda: t["a"], lambda: t + [1], lambda: t * "a", lambda: t < 5, lambda: t < [1], lambda: hash(([],)), lambda: t.index(9), lambda: t.append(1), lambda: t(), lambda: tuple(5), lambda: tuple(1, 2), lambda: t.count(), lambda: t - t, lambda: -t, lambda: (1, "a") < (1, 2), lambda: t[1.5], lambda: t.index(1, 1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
for code in ("t[0] = 1", "del t[0]", "t.x = 1", "t[0:1] = ()"):
    try:
        exec(code)
    except Exception as e:
        print(code, type(e).__name__, e)
u = ([1], 2)
try:
    u[0] += [5]
except TypeError as e:
    print(e, u)
t += (4,)
t *= 2
print(t, max(t), min(t), sum(t), sorted(t, reverse=True), tuple(reversed(t)), (*t, *"ab"))
