g = (x * x for x in range(5))
print(next(g), next(g), list(g), list(g), next(g, "done"), type(g).__name__, iter(g) is g)
print(sum(x for x in range(10)), max((len(w), w) for w in ("a", "ccc", "bbb")), list(x for x in "ab"), tuple(x for x in [1] if x), dict((k, k * 2) for k in range(2)), set(x // 2 for x in range(4)), ",".join(str(x) for x in (1, 2)), sorted((-x for x in range(3)), reverse=True), any(x > 2 for x in range(5)), all(x for x in ()))
log = []


def source(name, xs):
    log.append(name)
    return iter(xs)


g = ((a, b) for a in source("a", [1, 2]) for b in source("b", [3, 4]))
print(log, next(g), log, list(g), log)
k = 10
g = (x + k for x in range(3))
k = 100
print(list(g))
g = (x for x in [1, 2, 3] if (log.append(x) or x > 1))
log.clear()
print(next(g), log, next(g), log)
try:
    g = (x for x in 5)
except TypeError as e:
    print("at once:", e)
g = (1 // x for x in [1, 0, 1])
print(next(g))
try:
    next(g)
except ZeroDivisionError as e:
    print("later:", e, list(g))


def f(a, *b):
    return a, b


print(f(*(x for x in range(3))), [*(c for c in "xy")], {*(c for c in "z")}, f(x for x in ())[1])
nested = (list(y for y in range(x)) for x in range(4))
print(list(nested), list((i, j) for i in range(3) for j in (k for k in range(i))))
a, b, *c = (x for x in range(5))
print(a, b, c, 3 in (x for x in range(5)), list(zip((x for x in "ab"), (y for y in range(9)))))
g = (x for x in range(3))
for x in g:
    print(x, list(g))
g = (x for x in "abc")
print(g.__name__, g.__qualname__, hasattr(g, "send"), hasattr(g, "close"), g.close(), list(g))
for h in (lambda: g[0], lambda: len(g), lambda: g + g, lambda: g(), lambda: g.foo, lambda: next(x for x in [])):
    try:
        print(h())
    except Exception as e:
        print(type(e).__name__, e)
